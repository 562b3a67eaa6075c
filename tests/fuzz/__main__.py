"""`python -m tests.fuzz --cases 100000 --seed 0`: fuzz in several processes, write what fails into a folder, end with 1 if anything did.

`--only NAME --input FILE` repeats one input. A case that takes its process down, or never comes back, is a failure like the others.
"""

# ruff: noqa: T201 - a command prints

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path

from tests.fuzz.cases import Failure, run_case
from tests.fuzz.running import chosen_targets, run_cases
from tests.fuzz.targets import Target, targets

FAILURES_SHOWN = 60


def main(arguments: Sequence[str] | None = None) -> int:
    """Return 0 if every case kept every promise, else 1."""
    options = _options(arguments)
    chosen = chosen_targets(options.only)
    if not chosen:
        print(f"no target is called {options.only!r}: {', '.join(target.name for target in targets())}")
        return 2
    if options.input:
        return _repeat(chosen[0], options.input)
    began = time.monotonic()
    counts: Counter[str] = Counter()
    found: dict[tuple[str, str], Failure] = {}
    times: Counter[tuple[str, str]] = Counter()
    for event in run_cases(options.only, options.cases, options.seed, processes=options.processes):
        if isinstance(event, str):
            counts[event] += 1
            continue
        key = event.target, event.kind
        times[key] += 1
        if key not in found:
            print(f"{event.target}: {event.kind}: {event.raw[:90]!r} ({len(event.raw):,} bytes)", flush=True)
        if key not in found or len(event.raw) < len(found[key].raw):
            found[key] = event
    shares = ", ".join(f"{name} {count:,}" for name, count in sorted(counts.items()))
    print(f"{sum(counts.values()):,} cases in {time.monotonic() - began:.0f} s: {shares}")
    for key in sorted(found, key=lambda key: -times[key])[:FAILURES_SHOWN]:
        _show(found[key], times[key], options.folder)
    print(f"{len(found)} kinds of failure, {sum(times.values()):,} cases failed" if found else "every promise was kept")
    return 1 if found else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Fuzz the readers and the cleaner.")
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", metavar="NAME", help="one target")
    parser.add_argument("--input", type=Path, help="repeat one input of the target named by --only")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--folder", type=Path, default=Path("data/fuzz"), help="where inputs that fail are written")
    options = parser.parse_args(arguments)
    if options.input and not options.only:
        parser.error("--input needs --only: the name of a target")
    return options


def _repeat(target: Target, file: Path) -> int:
    with tempfile.TemporaryDirectory() as folder:
        failure = run_case(target, file.read_bytes(), Path(folder))
    print(f"{failure.kind}\n{failure.report}" if failure else "every promise was kept")
    return 1 if failure else 0


def _show(failure: Failure, times: int, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{failure.target}-{blake2b(failure.kind.encode(), digest_size=4).hexdigest()}"
    file.write_bytes(failure.raw)
    file.with_suffix(".txt").write_text(f"{failure.kind}\n\n{failure.report}", encoding="utf-8", errors="replace")
    print(f"\n{failure.target}: {failure.kind}; {times} times, {len(failure.raw):,} bytes: {failure.raw[:90]!r}")
    print(f"  python -m tests.fuzz --only {failure.target} --input {file}")


if __name__ == "__main__":
    sys.exit(main())
