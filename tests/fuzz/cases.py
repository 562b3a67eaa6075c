"""One case: bytes go through a target within limits of time, and what goes wrong comes back as a Failure.

Time is counted in seconds of the processor, so that a busy machine changes nothing.
"""

import signal
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from types import FrameType, TracebackType

from tests.fuzz.mutations import LARGEST_BYTES, mutated
from tests.fuzz.promises import Broken
from tests.fuzz.targets import Target

CPU_SECONDS = 2.0
TOO_SLOW = "too slow"
PLAIN_SEEDS = 0.01  # share of cases that are not damaged at all
SHRINKING_TRIES = 60
SLOW_SHRINKING_TRIES = 6  # each takes all of its time

_OURS = ("/index/", "/tests/fuzz/")


class TooSlow(BaseException):
    """A case took its time; no `except Exception` on the way may stop it."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong with a case. Failures of one `kind` are one defect: the same error at the same place."""

    target: str
    kind: str
    raw: bytes
    report: str


def case_input(target: Target, seed: int, number: int, *, largest: int = LARGEST_BYTES) -> bytes:
    """Return the input of a case: the same numbers give the same bytes."""
    random = Random(f"{seed} {target.name} {number}")
    raw = random.choice(target.seeds)
    return raw if random.random() < PLAIN_SEEDS else mutated(raw, target.seeds, random, largest=largest)


def run_case(target: Target, raw: bytes, folder: Path, *, seconds: float = CPU_SECONDS) -> Failure | None:
    """Return what goes wrong with an input, None if nothing does. Main thread only: the limit is a signal."""
    try:
        with _limited(seconds):
            target.check(raw, folder)
    except TooSlow as error:
        if target.is_confined:  # `Workers` kill what is too slow
            return None
        return _failure(target, raw, error, TOO_SLOW)
    except MemoryError as error:
        return None if target.is_confined else _failure(target, raw, error, "MemoryError")
    except Broken as error:
        return _failure(target, raw, error, str(error))
    except Exception as error:  # whatever it is: that is what we are looking for
        return _failure(target, raw, error, type(error).__name__)
    return None


def shrunk(target: Target, failure: Failure, folder: Path) -> Failure:
    """Return the same failure with less input: pieces are taken out as long as it stays the same."""
    tries = SLOW_SHRINKING_TRIES if failure.kind.startswith(TOO_SLOW) else SHRINKING_TRIES
    piece = len(failure.raw) // 2
    while piece and tries > 0:
        start = 0
        while start < len(failure.raw) and tries > 0:
            smaller = run_case(target, failure.raw[:start] + failure.raw[start + piece :], folder)
            tries -= 1
            if smaller and smaller.kind == failure.kind:
                failure = smaller
            else:
                start += piece
        piece //= 2
    return failure


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    def stop(number: int, frame: FrameType | None) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _failure(target: Target, raw: bytes, error: BaseException, what: str) -> Failure:
    report = "".join(traceback.format_exception(error)[-12:])
    return Failure(target.name, f"{what} at {_place(error.__traceback__)}", raw, report)


def _place(trace: TracebackType | None) -> str:
    """Return the innermost line of ours that an error came through."""
    frames = [frame for frame in traceback.extract_tb(trace) if "/index/" in frame.filename and "/tests/" not in frame.filename]
    frames = frames or [frame for frame in traceback.extract_tb(trace) if any(part in frame.filename for part in _OURS)]
    if not frames:
        return "an unknown place"
    return f"{_from_root(frames[-1].filename)}:{frames[-1].lineno} ({frames[-1].name})"


def _from_root(file: str) -> str:
    return file[max(file.rfind(part) for part in _OURS) + 1 :]
