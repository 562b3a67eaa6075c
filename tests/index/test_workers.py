"""Work is spread over real processes: what goes wrong with one item stays with it."""

import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.errors import ArticleError
from index.workers import Workers, WorkFailed


def act(item: str) -> str:
    """Do what an item says: the task of all workers here."""
    word, _, argument = item.partition(" ")
    if word == "wait":
        time.sleep(float(argument))
    elif word == "take":
        return str(len(bytearray(int(argument) << 20)))
    elif word == "crash":
        os.abort()
    elif word == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif word == "leave":
        os._exit(int(argument))
    elif word == "refuse":
        raise ArticleError("it is refused: write another one")
    elif word == "fail":
        raise KeyError("nome")
    elif word == "touch":
        Path(argument).write_text(str(os.getpid()), encoding="ascii")
        time.sleep(60)
    elif word == "pid":
        return str(os.getpid())
    return item


class Poison:
    """An item that ends the process that unpacks it."""

    def __reduce__(self) -> tuple[object, ...]:
        return os._exit, (3,)


def name_of(item: object) -> str:
    """Return what kind of thing came out of the pipe."""
    return type(item).__name__


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    """Two processes with two seconds and 512 MB a task."""
    with Workers(2, seconds=2, megabytes=512) as started:
        yield started


def test_results_come_in_the_order_of_the_items(workers: Workers) -> None:
    """Results come in order, whichever is ready first."""
    items = ["wait 0.3", *(f"uno {number}" for number in range(40))]
    assert list(workers.map(act, items)) == items


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ("wait 60", "longer than 2 seconds"),
        ("take 2000", "512 MB"),
        ("crash", "code -6"),
        ("kill", "code -9"),
        ("leave 3", "code 3"),
        ("refuse", "it is refused: write another one"),
        ("fail", "KeyError: 'nome'"),
    ],
)
def test_what_goes_wrong_stays_with_its_item(workers: Workers, item: str, words: str) -> None:
    """A task that hangs, takes too much, crashes, is killed or raises gives its reason, and all others give their results."""
    items = [f"uno {number}" for number in range(6)]
    results = list(workers.map(act, [*items[:3], item, *items[3:]]))
    assert results[:3] + results[4:] == items
    failed = results[3]
    assert isinstance(failed, WorkFailed)
    assert words in failed.reason


def test_item_that_cannot_be_unpacked_fails_alone(workers: Workers) -> None:
    """An item that ends the process which unpacks it costs no other item its result."""
    results = list(workers.map(name_of, ["a", 1, Poison(), "b", 2.0]))
    assert [*results[:2], *results[3:]] == ["str", "int", "str", "float"]
    assert isinstance(results[2], WorkFailed)


def test_processes_that_are_killed_between_tasks_are_replaced() -> None:
    """Where all processes are lost while nobody needs them, or before a task has begun, the results come all the same."""
    with Workers(2) as workers:
        for _ in range(3):
            for pid in set(workers.map(act, ["pid"] * 8)):
                os.kill(int(str(pid)), signal.SIGKILL)
            items = [f"uno {number}" for number in range(20)]
            assert list(workers.map(act, items)) == items


def test_no_more_is_taken_than_is_allowed(workers: Workers) -> None:
    """Items are taken as results are given: at most `ahead` are under way, of a source without end."""
    taken = itertools.count()
    results = workers.map(act, (f"{next(taken)}" for _ in itertools.count()), ahead=3)
    assert [next(results) for _ in range(5)] == ["0", "1", "2", "3", "4"]
    assert next(taken) <= 8


def test_few_items_are_worked_on_here() -> None:
    """No process is started for few items; one more, and all are worked on elsewhere. What fails here fails alike."""
    with Workers(1) as workers:
        assert set(workers.map(act, ["pid"] * 3, few=3)) == {str(os.getpid())}
        assert str(os.getpid()) not in set(workers.map(act, ["pid"] * 4, few=3))
        assert list(workers.map(act, ["refuse", "fail", "x"], few=3)) == [
            WorkFailed("it is refused: write another one"),
            WorkFailed("KeyError: 'nome'"),
            "x",
        ]


def test_closing_ends_processes_at_once(tmp_path: Path) -> None:
    """Whoever leaves the block, or the loop, does not wait for what is under way."""
    mark = tmp_path / "pid"
    with Workers(1) as workers:
        results = workers.map(act, ["x", f"touch {mark}"], ahead=2)
        assert next(results) == "x"
        pid = _written(mark)
        begun = time.monotonic()
    assert time.monotonic() - begun < 3
    assert not _is_alive(pid)


def test_workers_that_were_closed_start_again() -> None:
    """Closed workers begin anew with the next work."""
    workers = Workers(1)
    assert list(workers.map(act, ["a"])) == ["a"]
    workers.close()
    assert list(workers.map(act, ["b"])) == ["b"]
    workers.close()
    workers.close()


@pytest.mark.parametrize("signal_", [signal.SIGINT, signal.SIGKILL])
def test_processes_end_with_the_one_that_started_them(tmp_path: Path, signal_: signal.Signals) -> None:
    """Interrupted or killed, a program leaves no process behind, not even one in the middle of its work."""
    mark = tmp_path / "pid"
    code = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever runs the tests may ignore it\n"
        "from index.workers import Workers; from tests.index.test_workers import act\n"
        f"if __name__ == '__main__':\n    with Workers(1) as w: list(w.map(act, ['touch {mark}']))"
    )
    program = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)
    pid = _written(mark)
    program.send_signal(signal_)
    try:
        program.wait(10)
    finally:
        program.kill()
    end = time.monotonic() + 5
    while _is_alive(pid) and time.monotonic() < end:
        time.sleep(0.05)
    assert not _is_alive(pid)


def _written(mark: Path) -> int:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if mark.exists() and (pid := mark.read_text(encoding="ascii")):
            return int(pid)
        time.sleep(0.02)
    raise AssertionError("the work never began")


def _is_alive(pid: int) -> bool:
    """True if a process runs: one that has ended and was not yet asked for its code does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
