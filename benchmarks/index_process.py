"""`edicola index` in a process of its own, as the benchmarks run it: against their local web, and saying in which phase it is.

    python -m benchmarks.index_process once|watch PORT DATA_DIR SOURCES_FILE [--now SECONDS --speed FACTOR]

Prints a line of JSON at each change of phase, and one for each report. Nobody waits between two requests. With `--speed` its clock runs
so much faster, from `--now` (a time of the machine's) on: a source that is due every minute is asked many times in a minute.
"""

import argparse
import json
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

from bot import indexing
from bot.reindexing import encode_event
from index.indexer import Progress, Report, reindex
from index.settings import IndexSettings, read_index_settings
from index.sources.collection import Asking, declared_sources, open_collection
from retrieval.assembly import build_encoder, build_engine
from tests.web_server import WebServer, network

POLL_SECONDS = 0.01
PHASES = {"read": "reading", "encode": "encoding", "publish": "publishing"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Index once, or until killed."""
    parser = argparse.ArgumentParser(prog="benchmarks.index_process", description=__doc__)
    parser.add_argument("mode", choices=("once", "watch"))
    parser.add_argument("port", type=int)
    parser.add_argument("data_dir", type=Path)
    parser.add_argument("sources_file", type=Path)
    parser.add_argument("--now", type=float, default=0.0)
    parser.add_argument("--speed", type=float, default=1.0)
    args = parser.parse_args(arguments)
    settings = replace(read_index_settings({}), data_dir=args.data_dir, sources_file=args.sources_file)
    run = Indexing(settings, args.port, LapseClock(args.now, args.speed))
    run("all")
    if args.mode == "watch":
        folders = [source.folder for source in declared_sources(settings) if source.is_folder]
        indexing.watch_sources(run, folders)
    return 0


class LapseClock:
    """A clock that runs faster than that of the machine, and has the same time in every process."""

    def __init__(self, origin: float, speed: float) -> None:
        self.origin = origin
        self._speed = speed

    def __call__(self) -> float:
        """Return the time, in seconds since 1970."""
        return self.origin + self._speed * (time.time() - self.origin)


class Indexing:
    """What `edicola index` does in one run, by the transport of the tests."""

    def __init__(self, settings: IndexSettings, port: int, clock: LapseClock) -> None:
        self._settings = settings
        self._engine, self._encoder = build_engine(settings), build_encoder(settings)
        self._transport_of = cast(WebServer, SimpleNamespace(port=port))
        self._clock = clock
        self._phase = _Phase()

    def __call__(self, asking: Asking) -> Report:
        """Bring the index in step."""
        with (
            self._phase.running(),
            open_collection(
                self._settings, transport=network(self._transport_of), clock=self._clock, sleep=lambda _: None, asking=asking
            ) as collection,
        ):
            report = reindex(self._engine, self._encoder, collection, self._phase.note)
        _say(encode_event(report))
        return report


class _Phase:
    """Where indexing is: its own reports, and whether threads are asking sources, looked at a hundred times a second."""

    def __init__(self) -> None:
        self._phase = "idle"
        self._said = ""
        threading.Thread(target=self._watch, daemon=True).start()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Say that a run has begun, and that it has ended."""
        self._phase = "reading"
        try:
            yield
        finally:
            self._phase = "idle"

    def note(self, progress: Progress) -> None:
        """Take what indexing reports."""
        self._phase = PHASES[progress.stage]

    def _watch(self) -> None:
        while True:
            is_asking = any(thread.name.startswith("source_") for thread in threading.enumerate())
            phase = "asking" if is_asking else self._phase
            if phase != self._said:
                self._said = phase
                _say(json.dumps({"event": "phase", "phase": phase, "at": time.time()}))
            time.sleep(POLL_SECONDS)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
