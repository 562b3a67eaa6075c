"""The command `edicola index`: the index brought in step with its sources, once or again and again, told to a person or to a program."""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from tqdm import tqdm

from bot.markup import printable
from bot.reindexing import Failure, encode_event
from bot.settings import Settings
from index.articles import Skipped
from index.collection import Collection, FolderCollection
from index.encoder import Encoder
from index.engine import Engine
from index.errors import EdicolaError, IndexingBusy
from index.indexer import Progress, Report, reindex
from index.settings import IndexSettings
from index.sources.collection import Asking, declared_sources, open_collection, open_history
from index.sources.history import Stale
from retrieval.assembly import build_encoder, build_engine

SKIPPED_SHOWN = 20
WATCH_SECONDS = 30.0  # between two looks at whether a source of the web is due
LOOK_MILLISECONDS = 500  # between two looks at whether the folders are still there

Run = Callable[[Asking], Report]


def index(args: argparse.Namespace, settings: Settings) -> int:
    """Bring the index in step with the articles and print what was done; with `--watch` until interrupted."""
    engine, encoder = build_engine(settings.index), build_encoder(settings.index)

    def run(asking: Asking) -> Report:
        with ProgressBar() as bar:
            show = _print_progress if args.json else bar.show
            report = bring_in_step(settings.index, engine, encoder, show, articles=args.articles, asking=asking)
        for stale in _stale(settings.index) if args.articles is None else ():
            print(encode_event(stale) if args.json else printable(f"source {stale.source}: {stale.reason}"), flush=True)
        return report

    try:
        report = run("due" if args.due else "all")
        print(encode_event(report) if args.json else _report_text(report), flush=True)
    except EdicolaError as error:
        if args.json:
            print(encode_event(Failure(type(error).__name__, str(error))), flush=True)
        raise
    if args.watch:
        watch_sources(run, _folders(settings.index, args.articles))
    return 0


def bring_in_step(
    settings: IndexSettings,
    engine: Engine,
    encoder: Encoder,
    report: Callable[[Progress], None],
    *,
    articles: Path | None = None,
    asking: Asking = "due",
) -> Report:
    """Index a folder, or where none is given all sources of the settings."""
    opened: AbstractContextManager[Collection] = (
        nullcontext(FolderCollection(articles)) if articles else open_collection(settings, asking=asking)
    )
    with opened as collection:
        return reindex(engine, encoder, collection, report)


def counts(report: Report) -> str:
    """Return what an indexing did, in one line."""
    told = f"added {report.added}, changed {report.changed}, removed {report.removed}, unchanged {report.unchanged}"
    return f"{told}, skipped {len(report.skipped)}; {report.passages} passages, snapshot {report.snapshot}, {report.seconds:.1f} s"


def skipped_line(skipped: Skipped) -> str:
    """Return what was skipped, and why."""
    return printable(f"skipped {skipped.origin}: {skipped.reason}")


def watch_sources(run: Run, folders: list[Path]) -> None:
    """Index again whenever a file changes or a source is due; print what was done where something was."""
    for _ in _occasions(folders):
        try:
            report = run("due")
        except IndexingBusy:
            continue  # whoever is at it reads the same sources
        except EdicolaError as error:
            print(f"edicola: {printable(str(error))}", file=sys.stderr, flush=True)
            continue
        if report.added or report.changed or report.removed:
            print(_report_text(report), flush=True)


def _occasions(folders: list[Path]) -> Iterator[None]:
    """Yield whenever something changes in the folders, every `WATCH_SECONDS`, and once as soon as they are watched."""
    from watchfiles import watch  # noqa: PLC0415 - only for those who watch

    while True:
        present = [folder for folder in folders if folder.is_dir()]
        last = time.monotonic() - WATCH_SECONDS
        if not present:
            time.sleep(WATCH_SECONDS)
            yield
            continue
        for changes in watch(*present, rust_timeout=LOOK_MILLISECONDS, yield_on_timeout=True, raise_interrupt=True):
            if changes or time.monotonic() - last >= WATCH_SECONDS:
                yield
                last = time.monotonic()
            if [folder for folder in folders if folder.is_dir()] != present:
                break  # one came or went


def _folders(settings: IndexSettings, articles: Path | None) -> list[Path]:
    return [articles] if articles else [source.folder for source in declared_sources(settings, folders_exist=False) if source.is_folder]


def _stale(settings: IndexSettings) -> list[Stale]:
    with open_history(settings) as history:
        found = (history.staleness(source, time.time()) for source in declared_sources(settings, folders_exist=False))
        return [stale for stale in found if stale]


def _print_progress(progress: Progress) -> None:
    print(encode_event(progress), flush=True)


def _report_text(report: Report) -> str:
    lines = [counts(report), *map(skipped_line, report.skipped[:SKIPPED_SHOWN])]
    rest = len(report.skipped) - SKIPPED_SHOWN
    return "\n".join([*lines, f"… and {rest} more"] if rest > 0 else lines)


class ProgressBar:
    """A progress bar on stderr, where somebody looks at it."""

    def __init__(self) -> None:
        self._stage = ""
        self._bar: tqdm[Any] = _tqdm("")

    def __enter__(self) -> "ProgressBar":
        return self

    def __exit__(self, *_exception: object) -> None:
        self._bar.close()

    def show(self, progress: Progress) -> None:
        """Show how far it is; a bar for each stage."""
        if self._stage != progress.stage:
            self._bar.close()
            self._stage, self._bar = progress.stage, _tqdm(progress.stage)
        self._bar.total = progress.total or None
        self._bar.update(progress.done - self._bar.n)


def _tqdm(stage: str) -> "tqdm[Any]":
    """Return a bar that is silent where there is no terminal, and before the first stage."""
    return tqdm(desc=stage, disable=None if stage else True, file=sys.stderr, leave=False)
