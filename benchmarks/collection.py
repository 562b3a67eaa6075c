"""What a large site costs: the first run over its sitemap, a second one where nothing changed, and the way of one correction to an answer.

    python -m benchmarks.collection [--pages 10000] [--reader NAME] [--json docs/figures/collection.json]

A generated site is served by a process of its own; each run of indexing is a process too, as under the bot, and asks the site over real
HTTP, without the pauses between two requests that it makes elsewhere: at the declared rates these alone take longer than all else. Its
memory is the sum over all its processes (shared pages counted once), looked at five times a second. Linux only.
"""

import argparse
import datetime
import json
import multiprocessing
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Self

from benchmarks.news_site import SITE, NewsSite, Story, corrected, story
from bot.reindexing import decode_event
from evaluation.provenance import inside_project, provenance
from index.engine import Engine
from index.indexer import Report
from index.settings import PROJECT, read_index_settings
from retrieval.answer import cited
from retrieval.assembly import build_engine, build_pipeline
from retrieval.pipeline import Pipeline
from retrieval.question import Question
from retrieval.settings import BUILT_IN_READER, read_retrieval_settings
from tests.web_server import WebServer

QUESTION = "Quando riaprirà il ponte delle Gualchiere?"
OPENING, NEW_OPENING = "il 9 maggio", "il 23 ottobre"
PHASES = ("asking", "reading", "encoding", "publishing")
LOOK_SECONDS = 0.2
POLL_SECONDS = 0.02
PUBLISHING_SECONDS = 1800.0
KB_IN_MB = 1024

Requests = Mapping[str, int]  # by kind


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        prog="benchmarks.collection", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pages", type=int, default=10_000)
    parser.add_argument("--reader", default=BUILT_IN_READER)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        measured = measure(args.pages, args.reader, Path(scratch))
    figures = {**provenance(["python -m benchmarks.collection", *sys.argv[1:]]), "reader": inside_project(args.reader), **measured}
    for row in [figures["table"]["columns"], *figures["table"]["rows"]]:
        print(f"{row[0]:<52}" + "".join(f"{cell:>18}" for cell in row[1:]))
    if args.json:
        args.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return 0


def measure(pages: int, reader: str, scratch: Path) -> dict[str, Any]:
    """Return the figures for a site of so many pages."""
    settings = replace(read_index_settings({}), data_dir=scratch / "data", sources_file=scratch / "sources.toml")
    settings.sources_file.write_text(f'[cronache]\nsitemap = "{SITE}/sitemap.xml"\nrequests_per_second = 20\n', encoding="utf-8")
    with _site(pages) as site:
        runs = {name: _run(site, scratch) for name in ("first", "unchanged")}
        pipeline = build_pipeline(settings, replace(read_retrieval_settings({}), reader_model=reader))
        if not _cites(pipeline, OPENING):
            raise SystemExit(f"before the correction nothing cites {OPENING!r}: there is nothing to be measured")
        site.correct()
        started = time.perf_counter()
        with _Indexing(site.port, scratch) as indexing:
            cited_after = _seconds_until_cited(pipeline, build_engine(settings), started)
        runs["one_changed"] = indexing.figures(site.requests())
        pipeline.close()
    figures = {"pages": pages, "runs": runs, "cited_after_seconds": round(cited_after, 1)}
    return {**figures, "table": _table(figures)}


def _run(site: "_Site", scratch: Path) -> dict[str, Any]:
    with _Indexing(site.port, scratch) as indexing:
        pass
    return indexing.figures(site.requests())


# The question


def _seconds_until_cited(pipeline: Pipeline, engine: Engine, started: float) -> float:
    """Ask as soon as another snapshot is published; return how long that took, the answer included."""
    before = pipeline.snapshot().manifest.number
    while engine.current_number() == before:
        if time.perf_counter() - started > PUBLISHING_SECONDS:
            raise SystemExit(f"nothing was published within {PUBLISHING_SECONDS:g} s")
        time.sleep(POLL_SECONDS)
    if not _cites(pipeline, NEW_OPENING):
        raise SystemExit(f"the answer after the correction does not cite {NEW_OPENING!r}")
    return time.perf_counter() - started


def _cites(pipeline: Pipeline, words: str) -> bool:
    outcome = pipeline.ask(Question(QUESTION, datetime.date.today())).outcome
    return any(words in citation.sentence for citation in cited(outcome))


# The site


@dataclass(frozen=True, slots=True)
class _Site:
    """The process that serves, as seen from here."""

    port: int
    connection: Connection

    def requests(self) -> Requests:
        """Return how many requests of each kind there were since this was last asked."""
        self.connection.send("requests")
        answer: Requests = self.connection.recv()
        return answer

    def correct(self) -> None:
        """Correct one story."""
        self.connection.send("correct")
        self.connection.recv()


@contextmanager
def _site(pages: int) -> Iterator[_Site]:
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(pages, there))
    process.start()
    with here:
        try:
            yield _Site(here.recv(), here)
        finally:
            here.send("end")
            process.join()


def _serve(pages: int, connection: Connection) -> None:
    with WebServer() as server:
        site = NewsSite(server)
        bridge = _bridge(pages // 2)
        site.publish((bridge if number == bridge.number else story(number) for number in range(pages)), time.time())
        connection.send(server.port)
        while (command := connection.recv()) != "end":
            if command == "correct":
                first, *others = bridge.paragraphs
                site.publish([corrected(replace(bridge, paragraphs=(first.replace(OPENING, NEW_OPENING), *others)))], time.time())
            connection.send(dict(Counter(map(_kind, server.paths))))
            server.requests.clear()


def _bridge(number: int) -> Story:
    one = story(number)
    opening = f"Il ponte delle Gualchiere riaprirà al traffico {OPENING}, ha detto l'assessora {one.author} alla riunione dei pendolari."
    return replace(one, title="Ponte delle Gualchiere, ecco la data", paragraphs=(opening, *one.paragraphs))


def _kind(path: str) -> str:
    return "robots" if path == "/robots.txt" else "sitemaps" if path.startswith("/sitemap") else "pages"


# Indexing


class _Indexing:
    """One run in a process of its own; when the `with` block ends it is waited for."""

    def __init__(self, port: int, scratch: Path) -> None:
        self._command = [sys.executable, "-m", "benchmarks.index_process", "once"]
        self._command += [str(port), str(scratch / "data"), str(scratch / "sources.toml")]
        self._lines: list[str] = []
        self._peak_mb = self._main_mb = self.seconds = 0.0

    def __enter__(self) -> Self:
        self._started = time.time()
        self._process = subprocess.Popen(self._command, cwd=PROJECT, stdout=subprocess.PIPE, text=True, start_new_session=True)
        self._looking = threading.Thread(target=self._look)
        self._looking.start()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdout is not None
        with self._process.stdout:
            self._lines = list(self._process.stdout)
        code = self._process.wait()
        self.seconds = time.time() - self._started
        self._looking.join()
        if code:
            raise SystemExit(f"indexing ended with code {code}: what it printed stands above")

    def figures(self, requests: Requests) -> dict[str, Any]:
        """Return what the run did, and what it took."""
        report = next(event for line in self._lines if isinstance(event := decode_event(line), Report))
        return {
            "seconds": round(self.seconds, 1),
            "phases": {phase: round(seconds, 1) for phase, seconds in self._phases().items()},
            "requests": dict(requests),
            "added": report.added,
            "changed": report.changed,
            "unchanged": report.unchanged,
            "skipped": len(report.skipped),
            "passages": report.passages,
            "peak_mb": round(self._peak_mb),
            "peak_main_process_mb": round(self._main_mb),
        }

    def _phases(self) -> Mapping[str, float]:
        """Return the seconds of each phase; what comes before the first is the start of the program."""
        seconds = Counter[str]()
        at, phase = self._started, "starting"
        for line in self._lines:
            event = json.loads(line)
            if event["event"] == "phase":
                seconds[phase] += event["at"] - at
                at, phase = event["at"], event["phase"]
        return seconds

    def _look(self) -> None:
        while self._process.poll() is None:
            memory = {pid: _resident_kb(pid) for pid in _session(self._process.pid)}
            self._peak_mb = max(self._peak_mb, sum(memory.values()) / KB_IN_MB)
            self._main_mb = max(self._main_mb, memory.get(self._process.pid, 0) / KB_IN_MB)
            time.sleep(LOOK_SECONDS)


def _session(leader: int) -> Iterator[int]:
    """Yield the ids of all processes that a process has started, and those have, and its own."""
    for folder in Path("/proc").iterdir():
        with suppress(OSError, ValueError, IndexError):
            if folder.name.isdecimal() and int((folder / "stat").read_text().rpartition(")")[2].split()[3]) == leader:
                yield int(folder.name)


def _resident_kb(pid: int) -> int:
    """Return the memory of a process, its part of what it shares with others; 0 if it has ended."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


def _table(figures: Mapping[str, Any]) -> dict[str, object]:
    """Return the figures as the docs show them."""
    runs: Sequence[Mapping[str, Any]] = list(figures["runs"].values())
    rows = [
        ["seconds, start of the program included", *(run["seconds"] for run in runs)],
        *([f"of these {phase}", *(run["phases"].get(phase, 0.0) for run in runs)] for phase in PHASES),
        *([f"requests: {kind}", *(run["requests"].get(kind, 0) for run in runs)] for kind in ("robots", "sitemaps", "pages")),
        *([f"articles {what}", *(run[what] for run in runs)] for what in ("added", "changed", "unchanged", "skipped")),
        ["peak memory of all processes, MB", *(run["peak_mb"] for run in runs)],
        ["of the main one, MB", *(run["peak_main_process_mb"] for run in runs)],
        ["seconds from its start until an answer cites the new text", "", "", figures["cited_after_seconds"]],
    ]
    columns = [f"{figures['pages']} pages", "first run", "nothing changed", "one corrected"]
    return {"columns": columns, "rows": [[str(cell) for cell in row] for row in rows]}


if __name__ == "__main__":
    raise SystemExit(main())
