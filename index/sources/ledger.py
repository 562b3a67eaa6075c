"""Which pages belong to which source, what it said of them and when, and which texts they had: a SQLite file beside the fetched pages.

A page that was once listed belongs to its source for good, also when it falls out of the feed. Bodies lie in the page store; only texts
that the source itself lists whole (`content`) lie here. Times are seconds since 1970.
"""

import datetime
import threading
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Self

from index.dates import Period
from index.sources.history import open_database
from index.sources.listing import Listed
from index.sources.page_store import digest_of

BATCH_ROWS = 500

_SCHEMA = (
    """
CREATE TABLE IF NOT EXISTS pages (
    number INTEGER PRIMARY KEY, source TEXT NOT NULL, url TEXT NOT NULL, listed REAL NOT NULL, title TEXT NOT NULL, author TEXT NOT NULL,
    published TEXT, updated TEXT, changed REAL, content BLOB, asked REAL, failures INTEGER NOT NULL DEFAULT 0, tried REAL,
    failure TEXT NOT NULL DEFAULT '', checked INTEGER NOT NULL DEFAULT 0, gone TEXT, day TEXT, UNIQUE (source, url)
)
""",
    """
CREATE TABLE IF NOT EXISTS texts (
    source TEXT NOT NULL, id TEXT NOT NULL, digest TEXT NOT NULL, version TEXT NOT NULL, changed_on TEXT, PRIMARY KEY (source, id)
) WITHOUT ROWID
""",
    "CREATE TABLE IF NOT EXISTS listings (source TEXT PRIMARY KEY, whole REAL NOT NULL) WITHOUT ROWID",
)
_COLUMNS = (
    "number, source, url, listed, title, author, published, updated, changed, content IS NOT NULL, asked, failures, tried, failure, "
    "checked, gone, day"
)
_NOTE = """
INSERT INTO pages (source, url, listed, title, author, published, updated, changed, content, asked) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (source, url) DO UPDATE SET
    listed = excluded.listed, checked = 0, title = excluded.title, author = excluded.author, published = excluded.published,
    updated = excluded.updated, changed = COALESCE(excluded.changed, changed),
    gone = CASE WHEN content IS NOT NULL AND excluded.content IS NOT NULL THEN NULL ELSE gone END,
    asked = CASE WHEN content IS NOT NULL AND excluded.content IS NOT NULL THEN excluded.asked ELSE asked END,
    content = CASE WHEN content IS NOT NULL OR asked IS NULL THEN COALESCE(excluded.content, content) ELSE content END
"""  # a page that was fetched once stays one: its text in the feed would differ from it, and look like a correction


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a source, as the ledger has it."""

    number: int
    source: str
    url: str
    listed: float  # when the source listed it last
    title: str
    author: str
    published: Period | None
    updated: Period | None
    changed: float | None  # by what the source says
    has_content: bool  # the source lists its text
    asked: float | None  # just before the request that its site, or the source for it, last answered
    failures: int  # since then
    tried: float | None
    failure: str
    is_checked: bool  # asked once more since the source lists it no longer
    gone: datetime.date | None
    day: datetime.date | None  # of publication, of its newest article


@dataclass(frozen=True, slots=True)
class KnownText:
    """The text that an article had when it was last read."""

    digest: str
    sentences: str  # the digest of its sentences alone
    version: str  # of the program that read it
    changed_on: datetime.date | None  # when it was last seen to have been corrected


class Ledger:
    """The pages and texts of all sources; safe to share between threads."""

    def __init__(self, file: Path) -> None:
        self._connection = open_database(file, _SCHEMA)
        self._lock = threading.RLock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Release the file."""
        with self._lock:
            self._connection.close()

    # Pages

    def note(self, source: str, listed: Iterable[Listed], now: float) -> None:
        """Write down that a source lists these pages now."""
        rows = (
            (source, item.url, now, item.title, item.author, _days(item.published), _days(item.updated), item.changed, *_content(item, now))
            for item in listed
        )
        self._write(_NOTE, rows)

    def page(self, source: str, url: str) -> Page | None:
        """Return a page of a source."""
        rows = self._read(f"SELECT {_COLUMNS} FROM pages WHERE source = ? AND url = ?", (source, url))
        return _page(rows[0]) if rows else None

    def pages(self, source: str) -> Iterator[Page]:
        """Yield all pages of a source in the order in which they were first listed; they may be changed meanwhile."""
        return chain.from_iterable(self.batches(source))

    def batches(self, source: str) -> Iterator[list[Page]]:
        """Yield the same pages, many at a time: what else is to be known of them can then be read at once."""
        last = 0
        sql = f"SELECT {_COLUMNS} FROM pages WHERE source = ? AND number > ? ORDER BY number LIMIT {BATCH_ROWS}"
        while rows := self._read(sql, (source, last)):
            yield [_page(row) for row in rows]
            last = rows[-1][0]

    def content(self, page: Page) -> bytes:
        """Return the HTML that a source lists for a page."""
        rows = self._read("SELECT content FROM pages WHERE number = ?", (page.number,))
        return zlib.decompress(rows[0][0]) if rows and rows[0][0] else b""

    def content_digests(self, pages: Iterable[Page]) -> dict[int, str]:
        """Return by its number the digest of what `content` gives for each of these pages."""
        return {page.number: digest_of(self.content(page)) for page in pages}

    def answered(self, page: Page, asked: float, *, gone: datetime.date | None, is_checked: bool) -> None:
        """Write down what the site of a page answered when it was asked; a page that is gone keeps the first day on which it was."""
        sql = "UPDATE pages SET asked = ?, tried = ?, failures = 0, failure = '', checked = ?, gone = ? WHERE number = ?"
        day = (page.gone or gone).isoformat() if gone else None
        self._write(sql, [(asked, asked, is_checked, day, page.number)])

    def failed(self, page: Page, reason: str, now: float) -> None:
        """Write down that a page could not be asked for, and why."""
        sql = "UPDATE pages SET tried = ?, failures = failures + 1, failure = ? WHERE number = ?"
        self._write(sql, [(now, reason, page.number)])

    def dated(self, page: Page, day: datetime.date) -> None:
        """Write down when the newest article of a page was published."""
        self._write("UPDATE pages SET day = ? WHERE number = ?", [(day.isoformat(), page.number)])

    def adopt(self, source: str, url: str) -> None:
        """Let a page that was indexed for a source belong to it, where nobody knows of it any longer: it is asked for in the next run."""
        sql = "INSERT OR IGNORE INTO pages (source, url, listed, title, author) VALUES (?, ?, 0, '', '')"
        self._write(sql, [(source, url)])

    # Listings

    def listed_whole(self, source: str) -> float | None:
        """Return when a source last listed all that it has."""
        rows = self._read("SELECT whole FROM listings WHERE source = ?", (source,))
        return rows[0][0] if rows else None

    def note_whole(self, source: str, now: float) -> None:
        """Write down that a source has listed all that it has."""
        self._write("INSERT OR REPLACE INTO listings VALUES (?, ?)", [(source, now)])

    def relist(self, source: str, urls: Iterable[str], now: float) -> None:
        """Write down that a source still lists these pages, without saying anything else of them."""
        self._write("UPDATE pages SET listed = ?, checked = 0 WHERE source = ? AND url = ?", ((now, source, url) for url in urls))

    # Texts

    def texts(self, source: str, article_ids: Iterable[str]) -> dict[str, KnownText]:
        """Return by the id of its article what is known of each of these texts."""
        sql = "SELECT digest, version, changed_on FROM texts WHERE source = ? AND id = ?"
        with self._lock, self._connection:
            self._connection.execute("BEGIN")  # one for all is faster than one for each
            rows = {id_: self._connection.execute(sql, (source, id_)).fetchone() for id_ in article_ids}
        return {id_: _known_text(*row) for id_, row in rows.items() if row}

    def keep_texts(self, source: str, texts: Mapping[str, KnownText]) -> None:
        """Keep what is known of texts, by the ids of their articles."""
        rows = (
            (source, id_, f"{text.digest} {text.sentences}", text.version, text.changed_on.isoformat() if text.changed_on else None)
            for id_, text in texts.items()
        )
        self._write("INSERT OR REPLACE INTO texts VALUES (?, ?, ?, ?, ?)", rows)

    def _read(self, sql: str, values: Sequence[Any]) -> list[Any]:
        with self._lock:
            return self._connection.execute(sql, values).fetchall()

    def _write(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Write rows in one transaction. They are made before it: what makes them may ask the network, or fail."""
        made = list(rows)
        with self._lock, self._connection:
            self._connection.executemany(sql, made)


def _page(row: Sequence[Any]) -> Page:
    number, source, url, listed, title, author, published, updated, changed, has_content, asked, *tries, checked, gone, day = row
    failures, tried, failure = tries
    return Page(
        number, source, url, listed, title, author, _period(published), _period(updated), changed, bool(has_content), asked, failures,
        tried, failure, bool(checked), _day(gone), _day(day),
    )  # fmt: skip


def _known_text(digests: str, version: str, changed_on: str | None) -> KnownText:
    text, _, sentences = digests.partition(" ")
    return KnownText(text, sentences, version, _day(changed_on))


def _content(item: Listed, now: float) -> tuple[bytes | None, float | None]:
    return (zlib.compress(item.html.encode("utf-8", "replace")), now) if item.html else (None, None)


def _days(period: Period | None) -> str | None:
    return f"{period.first.isoformat()} {period.last.isoformat()}" if period else None


def _period(days: str | None) -> Period | None:
    return Period(*map(datetime.date.fromisoformat, days.split())) if days else None


def _day(day: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(day) if day else None
