"""Small files that outlast a loss of power: whole in their old form or whole in their new one, never in between."""

import os
from pathlib import Path


def write_durably(file: Path, raw: bytes) -> None:
    """Write a file aside, let it reach the disk, and put it in place of the one before."""
    aside = file.with_name(f".{file.name}.{os.getpid()}")
    with aside.open("wb") as stream:
        stream.write(raw)
        stream.flush()
        os.fsync(stream.fileno())
    aside.replace(file)
    sync(file.parent)


def sync(path: Path) -> None:
    """Let a file or the entries of a folder reach the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
