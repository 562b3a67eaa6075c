"""The fuzzer itself, and a few hundred of its cases; `make fuzz` runs the many."""

import time
from pathlib import Path

import pytest

from tests.fuzz.cases import TOO_SLOW, case_input, run_case, shrunk
from tests.fuzz.promises import promise
from tests.fuzz.targets import Target, targets

CASES = 16  # of each target
LARGEST_BYTES = 4_000


@pytest.mark.filterwarnings("ignore")  # libraries warn of what is damaged, and so it is
@pytest.mark.parametrize("target", targets(), ids=lambda target: target.name)
def test_damaged_inputs_are_read_or_refused(target: Target, tmp_path: Path) -> None:
    """Whatever comes in, articles or named reasons come out, in time, with right offsets."""
    for number in range(CASES):
        failure = run_case(target, case_input(target, 0, number, largest=LARGEST_BYTES), tmp_path)
        assert failure is None, f"{failure.kind}\n{failure.raw!r}\n{failure.report}"


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("target", targets(), ids=lambda target: target.name)
def test_seeds_are_good(target: Target, tmp_path: Path) -> None:
    """What is damaged was sound before, and the same numbers give the same case again."""
    assert [run_case(target, seed, tmp_path) for seed in target.seeds] == [None] * len(target.seeds)
    assert case_input(target, 7, 3) == case_input(target, 7, 3)
    assert len({case_input(target, 7, number) for number in range(20)}) > 10


def _spins(raw: bytes, folder: Path) -> None:
    while b"x" in raw:
        time.monotonic()


def _breaks(raw: bytes, folder: Path) -> None:
    promise(b"<b>" not in raw, "it holds <b>")


def test_what_hangs_is_stopped(tmp_path: Path) -> None:
    """A case that would never end is a failure that says where."""
    failure = run_case(Target("spins", (b"x",), _spins, 1), b"x", tmp_path, seconds=0.1)
    assert failure is not None
    assert failure.kind.startswith(TOO_SLOW)
    assert "_spins" in failure.report


def test_a_failure_is_shrunk(tmp_path: Path) -> None:
    """Of an input that fails only what makes it fail is left."""
    target = Target("breaks", (b"",), _breaks, 1)
    failure = run_case(target, b"a" * 300 + b"<b>" + b"c" * 300, tmp_path)
    assert failure is not None
    assert shrunk(target, failure, tmp_path).raw == b"<b>"
