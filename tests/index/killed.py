"""A process that is killed in the middle of its work."""

import os
import signal
import subprocess
import sys
from pathlib import Path


def run_and_kill(code: str, root: Path, milliseconds: int) -> None:
    """Run code that prints `ready` before its work on a folder, and kill it so long after, unless it has ended by then."""
    process = subprocess.Popen([sys.executable, "-c", code, str(root)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    try:
        process.wait(milliseconds / 1000)
    except subprocess.TimeoutExpired:
        os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
