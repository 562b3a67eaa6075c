"""Cases are spread over processes, each of which works through its share and tells of every case what went wrong.

A case that takes its process down, or never comes back, is a failure like the others: a new process goes on behind it.
"""

import multiprocessing
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from tests.fuzz.cases import Failure, case_input, run_case, shrunk
from tests.fuzz.hostile import hostile
from tests.fuzz.targets import Target, targets

HANG_SECONDS = 300.0  # without a word from a process: it is in code that no signal ends
LARGEST_MEMORY_BYTES = 3 << 30  # of address space: an input of 100 kB must never need it
SHRUNK_EACH = 2  # of one kind, by each process

Case = tuple[int, int]  # place of the target, number of the case; negative: a hostile input


@dataclass(slots=True)
class _Share:
    """One process and the cases that are left to it."""

    cases: list[Case]
    process: BaseProcess
    words: Connection
    at: int = 0
    heard: float = field(default_factory=time.monotonic)
    has_ended: bool = False  # all its words were heard; a pipe at its end is always ready


def chosen_targets(only: str) -> tuple[Target, ...]:
    """Return the target of this name, all of them if it is empty."""
    return tuple(target for target in targets() if only in ("", target.name))


def run_cases(only: str, cases: int, seed: int, *, processes: int) -> Iterator[Failure | str]:
    """Run all cases and yield failures, and the name of the target for each case that is over."""
    chosen = chosen_targets(only)
    all_cases = list(_cases(chosen, cases))
    shares = [_started(all_cases[n::processes], only, seed) for n in range(processes)]
    while shares:
        ready = wait([share.words for share in shares], timeout=1.0)
        for share in list(shares):
            if share.words in ready:
                yield from _heard(share, chosen)
            elif time.monotonic() - share.heard > HANG_SECONDS:
                share.process.kill()
            if not share.has_ended:
                continue
            share.process.join()
            shares.remove(share)
            if share.at < len(share.cases):
                place, number = share.cases[share.at]
                target = chosen[place]
                if not target.is_confined:
                    yield Failure(target.name, f"its process ended with {share.process.exitcode}", _input(target, seed, number), "")
                yield target.name
                shares.append(_started(share.cases[share.at + 1 :], only, seed))


def _heard(share: _Share, chosen: Sequence[Target]) -> Iterator[Failure | str]:
    share.heard = time.monotonic()
    try:
        while share.words.poll():
            failure = share.words.recv()
            yield chosen[share.cases[share.at][0]].name
            share.at += 1
            if failure is not None:
                yield failure
    except EOFError:
        share.has_ended = True


def _cases(chosen: Sequence[Target], cases: int) -> Iterator[Case]:
    names = [target.name for target in chosen]
    for number, (name, _) in enumerate(hostile(), start=1):
        if name in names:
            yield names.index(name), -number
    shares = sum(target.share for target in chosen)
    for place, target in enumerate(chosen):
        yield from ((place, number) for number in range(round(cases * target.share / shares)))


def _started(cases: list[Case], only: str, seed: int) -> _Share:
    context = multiprocessing.get_context("spawn")
    words, ours = context.Pipe(duplex=False)
    process: Any = context.Process(target=_work, args=(cases, only, seed, ours), daemon=True)
    process.start()
    ours.close()
    return _Share(cases, process, words)


def _work(cases: Sequence[Case], only: str, seed: int, words: Connection) -> None:
    """Run cases, and send for each of them what went wrong, or None."""
    import resource  # here: Windows has none

    resource.setrlimit(resource.RLIMIT_AS, (LARGEST_MEMORY_BYTES, LARGEST_MEMORY_BYTES))
    warnings.simplefilter("ignore")  # what libraries say of damaged inputs
    chosen = chosen_targets(only)
    seen: Counter[tuple[str, str]] = Counter()
    with tempfile.TemporaryDirectory() as name:
        for place, number in cases:
            target = chosen[place]
            failure = run_case(target, _input(target, seed, number), Path(name))
            if failure and number >= 0:  # hostile inputs are as they are meant
                seen[failure.target, failure.kind] += 1
                if seen[failure.target, failure.kind] <= SHRUNK_EACH:
                    failure = shrunk(target, failure, Path(name))
            words.send(failure)


def _input(target: Target, seed: int, number: int) -> bytes:
    return case_input(target, seed, number) if number >= 0 else next(islice(hostile(), -number - 1, None))[1]
