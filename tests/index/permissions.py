"""What a user without privileges may not do, also where the tests run as root."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NOBODY = 65534


@contextmanager
def unprivileged_folder() -> Iterator[Path]:
    """Return a folder of a user for whom permissions count, and be that user for as long as the context lasts."""
    is_root = os.geteuid() == 0
    if is_root:
        os.setresuid(NOBODY, NOBODY, 0)
    try:
        with tempfile.TemporaryDirectory(dir="/tmp", ignore_cleanup_errors=True) as folder:  # pytest's own belongs to root
            yield Path(folder)
    finally:
        if is_root:
            os.setresuid(0, 0, 0)
