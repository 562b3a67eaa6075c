"""What each source has given, run by run, and whether it has fallen silent.

A source is stale if
- it failed in the last 3 runs, or in all runs of a day and longer, or
- it has brought nothing new for longer than is usual for it: than `silent_days` where they are declared, else than 3 times the gap that
  9 of 10 gaps between days with something new do not exceed, and never less than 2 days. Where fewer than 5 such days are known it is
  14 days; folders and single pages, which may lie still for ever, are then never stale.

Silence counts up to the last run: while nobody asks, no source is to blame.
"""

import datetime
import json
import math
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from zoneinfo import ZoneInfo

from index.errors import EdicolaError
from index.sources.declaration import Source

FILE_NAME = "sources.sqlite"  # in DATA_DIR
FAILED_RUNS = 3
FAILED_SECONDS = 24 * 3600.0
SHORTEST_SILENCE_DAYS = 2
GAPS_OF_SILENCE = 3
USUAL_SHARE = 0.9
FEWEST_DAYS = 5
UNKNOWN_SILENCE_DAYS = 14
REMEMBERED_DAYS = 90  # days with something new: a rhythm of years ago says little
MOST_REASONS = 20
BUSY_SECONDS = 30.0
ITALY = ZoneInfo("Europe/Rome")  # where the days of the newsrooms begin

_SCHEMA = """
CREATE TABLE IF NOT EXISTS runs (
    number INTEGER PRIMARY KEY, source TEXT NOT NULL, started REAL NOT NULL, ended REAL NOT NULL, failure TEXT NOT NULL,
    given INTEGER NOT NULL, new INTEGER NOT NULL, changed INTEGER NOT NULL, skipped INTEGER NOT NULL, requests INTEGER NOT NULL,
    newest TEXT, unfinished INTEGER NOT NULL, reasons TEXT NOT NULL
)
"""
_INDEX = "CREATE INDEX IF NOT EXISTS runs_of_source ON runs (source, number)"
_COLUMNS = "source, started, ended, failure, given, new, changed, skipped, requests, newest, unfinished, reasons"


class HistoryError(EdicolaError):
    """What is known about the sources cannot be read or written."""


@dataclass(frozen=True, slots=True)
class Run:
    """One asking of one source; times in seconds since 1970, `failure` is "" where all went well, the rest counts articles and requests."""

    source: str
    started: float
    ended: float
    failure: str = ""
    given: int = 0
    new: int = 0
    changed: int = 0
    skipped: int = 0
    requests: int = 0
    newest: datetime.date | None = None  # day of publication
    is_unfinished: bool = False  # pages were left for the next run
    reasons: tuple[tuple[str, int], ...] = ()  # why articles were skipped, the most frequent first


@dataclass(frozen=True, slots=True)
class Stale:
    """A source that gives nothing, since when, and why that is noticed. English, for operators; the chat's words are the bot's."""

    source: str
    since: datetime.date
    reason: str
    is_failing: bool


class History:
    """The runs of all sources, in a SQLite file; safe to share between processes, each with its own object."""

    def __init__(self, file: Path) -> None:
        self._connection = open_database(file, (_SCHEMA, _INDEX))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Release the file."""
        self._connection.close()

    def add(self, run: Run) -> None:
        """Write down a run."""
        newest = run.newest.isoformat() if run.newest else None
        numbers = (run.given, run.new, run.changed, run.skipped, run.requests)
        values = (
            run.source,
            run.started,
            run.ended,
            run.failure,
            *numbers,
            newest,
            run.is_unfinished,
            json.dumps(run.reasons[:MOST_REASONS]),
        )
        with self._connection:
            self._connection.execute(f"INSERT INTO runs ({_COLUMNS}) VALUES ({', '.join('?' * len(values))})", values)

    def sources(self) -> tuple[str, ...]:
        """Return the names of all sources that were asked, in the order of the alphabet."""
        return tuple(name for (name,) in self._connection.execute("SELECT DISTINCT source FROM runs ORDER BY source"))

    def last_run(self, source: str) -> Run | None:
        """Return the newest run of a source, None if it was never asked."""
        return next(self._runs(source), None)

    def last_success(self, source: str) -> Run | None:
        """Return the newest run of a source in which it did not fail."""
        return next(self._runs(source, "AND failure = ''"), None)

    def staleness(self, source: Source, now: float) -> Stale | None:
        """Return since when a source gives nothing, None where all is as usual; the rule stands above."""
        return self._failing(source.name, now) or self._silent(source, now)

    def _failing(self, name: str, now: float) -> Stale | None:
        failed: list[Run] = []
        for run in self._runs(name):
            if not run.failure:
                break
            failed.append(run)
        if len(failed) >= FAILED_RUNS or (failed and now - failed[-1].started >= FAILED_SECONDS):
            return Stale(name, day_of(failed[-1].started), f"it fails in every run: {failed[0].failure}", is_failing=True)
        return None

    def _silent(self, source: Source, now: float) -> Stale | None:
        last_run = self.last_run(source.name)
        if last_run is None:
            return None
        days = self._days_with_something(source.name)
        longest = self._longest_silence(source, days)
        since = days[0] if days else self._first_day(source.name)
        silent = (day_of(min(now, last_run.ended)) - since).days
        if longest is None or silent <= longest:
            return None
        rhythm = "as it was declared" if source.silent_days else "as is usual for it"
        return Stale(source.name, since, f"nothing new for {silent} days, and not within {longest} {rhythm}", is_failing=False)

    def _longest_silence(self, source: Source, days: Sequence[datetime.date]) -> int | None:
        """Return how many days without anything new are nothing to worry about, None for any number. Days come newest first."""
        if source.silent_days:
            return source.silent_days
        if len(days) >= FEWEST_DAYS:
            gaps = sorted((later - earlier).days for later, earlier in pairwise(days))
            return max(SHORTEST_SILENCE_DAYS, GAPS_OF_SILENCE * gaps[math.ceil(USUAL_SHARE * len(gaps)) - 1])
        return None if source.kind in ("folder", "pages") else UNKNOWN_SILENCE_DAYS

    def _days_with_something(self, name: str) -> list[datetime.date]:
        """Return the days on which a source brought something new, newest first."""
        days: dict[datetime.date, None] = {}
        for run in self._runs(name, "AND new > 0"):
            days[day_of(run.ended)] = None
            if len(days) == REMEMBERED_DAYS:
                break
        return list(days)

    def _first_day(self, name: str) -> datetime.date:
        sql = "SELECT min(started) FROM runs WHERE source = ?"
        return day_of(self._connection.execute(sql, (name,)).fetchone()[0])

    def _runs(self, source: str, condition: str = "") -> Iterator[Run]:
        """Yield the runs of a source, newest first."""
        sql = f"SELECT {_COLUMNS} FROM runs WHERE source = ? {condition} ORDER BY number DESC"
        with closing(self._connection.execute(sql, (source,))) as rows:
            yield from map(_run, rows)


def day_of(moment: float) -> datetime.date:
    """Return the day in Italy of a time in seconds since 1970."""
    return datetime.datetime.fromtimestamp(moment, ITALY).date()


def time_of_day(moment: float) -> str:
    """Return the hour and minute in Italy of a time in seconds since 1970."""
    return f"{datetime.datetime.fromtimestamp(moment, ITALY):%H:%M}"


def open_database(file: Path, schema: Sequence[str]) -> sqlite3.Connection:
    """Open a SQLite file and make what tables are missing; HistoryError says what to do where that cannot be."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(file, timeout=BUSY_SECONDS, check_same_thread=False)
    except (OSError, sqlite3.Error) as error:
        raise HistoryError(f"{file} cannot be opened ({error}): make DATA_DIR a folder that may be written, or name another one") from error
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        with connection:
            for statement in schema:
                connection.execute(statement)
    except sqlite3.Error as error:
        connection.close()
        raise HistoryError(f"{file} cannot be read ({error}): delete it, then all sources are asked as if for the first time") from error
    return connection


def _run(row: Sequence[Any]) -> Run:
    source, started, ended, failure, given, new, changed, skipped, requests, newest, unfinished, reasons = row
    day = datetime.date.fromisoformat(newest) if newest else None
    counted = tuple((reason, count) for reason, count in json.loads(reasons))
    return Run(source, started, ended, failure, given, new, changed, skipped, requests, day, bool(unfinished), counted)
