"""Work is spread over processes: in order, as far ahead as is allowed, and no task takes more than its time or its memory.

In come a function of a module and items, out come its results in the order of the items. Whatever goes wrong with one item is a value, and
the others go on: a task that hangs is killed, one that crashes its process or asks for too much memory loses nothing but itself.
"""

import multiprocessing
import os
import pickle
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor
from concurrent.futures import wait as wait_for
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, islice
from multiprocessing.connection import wait
from typing import Any, Generic, Self, TypeVar

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from index.errors import EdicolaError

SECONDS = 60.0
MEGABYTES = 1024  # of address space, libraries included: those of pages and documents take about 300, torch alone takes several thousand
AHEAD_OF_EACH = 4  # items a process whose results are waited for
TASKS_A_PROCESS = 1000  # then it is replaced: parsers in C give back little of the memory that they have had
POLL_SECONDS = 1.0  # between two looks at whether there are processes left to wait for

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class WorkFailed:
    """What stands in place of a result, and why."""

    reason: str


@dataclass(slots=True)
class _Task(Generic[Item]):
    item: Item
    future: ProcessFuture[bytes]


class Workers:
    """Processes that start when they are first needed, by `forkserver` or `spawn`, and end with the `with` block.

    The function and its items travel to other processes: it must stand in a module, and both must be picklable. To be used by one thread.
    """

    def __init__(self, processes: int | None = None, *, seconds: float = SECONDS, megabytes: int = MEGABYTES) -> None:
        self._processes = processes or os.cpu_count() or 1
        self._seconds = seconds
        self._megabytes = megabytes
        self._pool: ProcessPool | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the processes at once, whatever they are doing; later work starts new ones."""
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]  # pebble leaves a few without annotations
            self._pool.join()
            self._pool = None

    def map(
        self, function: Callable[[Item], Result], items: Iterable[Item], *, ahead: int | None = None, few: int = 0
    ) -> Iterator[Result | WorkFailed]:
        """Yield the results in the order of the items; at most `ahead` items are taken before their results are given.

        Where there are no more than `few` items they are worked on here, without limits: no process is started for them. An exception of
        the function is a WorkFailed as well; that of one of ours says its message, others say their name first.
        """
        items = iter(items)
        first = list(islice(items, few + 1))
        if len(first) <= few:
            yield from (_tried(function, item) for item in first)
        else:
            yield from self._spread(function, chain(first, items), max(1, ahead or AHEAD_OF_EACH * self._processes))

    def _spread(self, function: Callable[[Item], Result], items: Iterator[Item], ahead: int) -> Iterator[Result | WorkFailed]:
        waiting: deque[_Task[Item]] = deque()
        try:
            while True:
                for item in islice(items, ahead - len(waiting)):
                    waiting.append(_Task(item, self._begin(function, item)))
                if not waiting:
                    return
                try:
                    result: Result | WorkFailed = self._result(waiting[0].future)
                except BrokenExecutor:
                    result = self._alone(function, waiting[0].item)
                    for task in islice(waiting, 1, None):
                        task.future = self._begin(function, task.item)
                waiting.popleft()
                yield result
        finally:
            for task in waiting:
                task.future.cancel()  # type: ignore[no-untyped-call]  # ends the process that is at it

    def _begin(self, function: Callable[[Item], Result], item: Item) -> ProcessFuture[bytes]:
        if self._pool is not None and not self._pool.active:
            self.close()
        if self._pool is None:
            methods = multiprocessing.get_all_start_methods()
            self._pool = ProcessPool(
                max_workers=self._processes,
                max_tasks=TASKS_A_PROCESS,
                initializer=_confine,
                initargs=(self._megabytes,),
                context=multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn"),  # never fork: threads hold locks
            )
        return self._pool.schedule(_performed, (pickle.dumps((function, item)),), timeout=self._seconds)

    def _alone(self, function: Callable[[Item], Result], item: Item) -> Result | WorkFailed:
        """Work on one item in new processes, after all were lost: if they are lost again it is the item's doing."""
        self.close()
        try:
            result: Result | WorkFailed = self._result(self._begin(function, item))
            return result
        except BrokenExecutor:
            self.close()
            return WorkFailed("the process that was to work on it ended at once")

    def _result(self, future: ProcessFuture[bytes]) -> Any:
        """Wait for a result; BrokenExecutor where all processes are lost, and nobody knows by which task."""
        while not wait_for([future], timeout=POLL_SECONDS).done:
            if self._pool is None or not self._pool.active:
                raise BrokenExecutor
        try:
            return pickle.loads(future.result())
        except BrokenExecutor:
            raise
        except TimeoutError:
            return WorkFailed(f"took longer than {self._seconds:g} seconds")
        except ProcessExpired as error:
            return WorkFailed(f"the process that worked on it ended with code {error.exitcode}: it may have needed too much memory")
        except MemoryError:
            return WorkFailed(f"needs more than {self._megabytes} MB of memory")
        except Exception as error:  # whatever the function raises is about this item alone
            return _failure(error)


def _performed(packed: bytes) -> bytes:
    """Do one task, packing included: a process that ends while pebble itself unpacks takes the lock of all others with it."""
    function, item = pickle.loads(packed)
    return pickle.dumps(function(item))


def _tried(function: Callable[[Item], Result], item: Item) -> Result | WorkFailed:
    try:
        return function(item)
    except Exception as error:
        return _failure(error)


def _failure(error: Exception) -> WorkFailed:
    return WorkFailed(str(error) if isinstance(error, EdicolaError) else f"{type(error).__name__}: {error}")


def _confine(megabytes: int) -> None:
    """Limit the memory of this process, and let it end at once: when it is told to, and when the one that started it was killed."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # pebble's handler waits for Python code to run again, and 3 seconds are lost in C
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - Windows has none

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        limit = megabytes << 20
        with suppress(ValueError, OSError):  # macOS knows no such limit
            resource.setrlimit(resource.RLIMIT_AS, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
