"""Fetched pages on disk, in one SQLite file that several threads and processes share.

    pages      a row an address: when it was fetched and checked, its validators, its body (zlib), since when it is gone
    derived    what was made of a body, by digest, kind and version: extraction is slow
    robots     the robots.txt of each site

All of it can be fetched again: a file that is damaged is set aside as `….damaged` and begun anew. Times are seconds since 1970.
"""

import fcntl
import hashlib
import logging
import sqlite3
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Self, TypeVar

from index.errors import EdicolaError

SCHEMA_VERSION = 1
BUSY_SECONDS = 30.0
LONG_CHARACTERS = 1 << 15  # of what was made of a body: many such at once would fill the memory

_SCHEMA = (
    """
CREATE TABLE pages (
    url TEXT PRIMARY KEY, final_url TEXT NOT NULL, status INTEGER NOT NULL, content_type TEXT NOT NULL, etag TEXT NOT NULL,
    last_modified TEXT NOT NULL, fetched_at REAL NOT NULL, checked_at REAL NOT NULL, gone_since REAL, digest TEXT NOT NULL,
    body BLOB NOT NULL
)
""",
    "CREATE INDEX pages_of_digest ON pages (digest)",
    "CREATE TABLE derived (digest TEXT, kind TEXT, version TEXT, value TEXT NOT NULL, PRIMARY KEY (digest, kind)) WITHOUT ROWID",
    "CREATE TABLE robots (site TEXT PRIMARY KEY, checked_at REAL NOT NULL, text TEXT NOT NULL) WITHOUT ROWID",
)
_COLUMNS = "url, final_url, status, content_type, etag, last_modified, fetched_at, checked_at, gone_since, digest"
_DELETE_UNUSED = "DELETE FROM derived WHERE NOT EXISTS (SELECT 1 FROM pages WHERE pages.digest = derived.digest)"

_log = logging.getLogger(__name__)
T = TypeVar("T")


class PageStoreError(EdicolaError):
    """The fetched pages cannot be kept or read, and fetching again would not help."""


@dataclass(frozen=True, slots=True)
class StoredPage:
    """All that is known of an address, but for the body."""

    url: str
    final_url: str  # after redirects
    status: int  # of the last answer that told something: 200, or 404 or 410 of a page that is gone
    content_type: str
    etag: str
    last_modified: str
    fetched_at: float  # just before this body was asked for; of a page that never had one, when it was first asked for
    checked_at: float  # just before its site was last asked and said that it is so: what changed since is not known
    gone_since: float | None = None
    digest: str = ""  # of the body; empty if there never was one


class PageStore:
    """The pages in one file; safe to share between threads and processes."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.RLock()
        self._connection = self._open()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    # Pages

    def urls(self) -> list[str]:
        """Return the addresses of all pages, those that are gone too."""
        return [url for (url,) in self._run(lambda c: c.execute("SELECT url FROM pages ORDER BY url").fetchall())]

    def page(self, url: str) -> StoredPage | None:
        """Return what is known of an address."""
        return self.pages([url]).get(url)

    def pages(self, urls: Iterable[str]) -> dict[str, StoredPage]:
        """Return what is known of many addresses at once, which is much faster than one by one."""
        sql = f"SELECT {_COLUMNS} FROM pages WHERE url = ?"
        wanted = list(urls)
        rows = self._run(lambda c: [c.execute(sql, (url,)).fetchone() for url in wanted])
        return {row[0]: StoredPage(*row) for row in rows if row}

    def body(self, url: str) -> bytes | None:
        """Return the last body of an address, or None if there is none that is whole."""
        row = self._run(lambda c: c.execute("SELECT digest, body FROM pages WHERE url = ?", (url,)).fetchone())
        if row is None or not row[0]:
            return None
        try:
            body = zlib.decompress(row[1])
        except (zlib.error, TypeError):
            body = None
        if body is None or digest_of(body) != row[0]:
            _log.warning("the stored body of %s is damaged: it will be fetched again", url)
            return None
        return body

    def store(self, page: StoredPage, body: bytes) -> StoredPage:
        """Keep a page with its body and return it as it is kept: with its digest, and fetched when this body first came."""
        digest, packed = digest_of(body), zlib.compress(body)

        def write(connection: sqlite3.Connection) -> StoredPage:
            former = connection.execute("SELECT digest, fetched_at FROM pages WHERE url = ?", (page.url,)).fetchone() or ("", 0.0)
            fetched_at = former[1] if former[0] == digest else page.fetched_at
            values = (*astuple(page)[:6], fetched_at, page.checked_at, page.gone_since, digest)
            connection.execute(f"INSERT OR REPLACE INTO pages ({_COLUMNS}, body) VALUES ({'?, ' * 10}?)", (*values, packed))
            if former[0] != digest:
                connection.execute(f"{_DELETE_UNUSED} AND digest = ?", (former[0],))
            return StoredPage(*values)

        return self._run(write)

    def mark_checked(self, url: str, at: float) -> None:
        """Note that a page is still as it was."""
        self._run(lambda c: c.execute("UPDATE pages SET status = 200, checked_at = ?, gone_since = NULL WHERE url = ?", (at, url)))

    def mark_gone(self, url: str, at: float, status: int = 404) -> None:
        """Note that a page is no longer there, or never was; its last body stays."""
        sql = (
            f"INSERT INTO pages ({_COLUMNS}, body) VALUES (:url, :url, :status, '', '', '', :at, :at, :at, '', x'') ON CONFLICT (url) "
            "DO UPDATE SET status = :status, checked_at = :at, gone_since = COALESCE(gone_since, :at)"
        )
        self._run(lambda c: c.execute(sql, {"url": url, "status": status, "at": at}))

    def last_fetched(self, prefix: str = "") -> float | None:
        """Return when a page whose address begins so was last fetched with something new in it."""
        sql = "SELECT MAX(fetched_at) FROM pages WHERE digest != '' AND url >= ?1 AND url < ?1 || char(1114111)"
        found: float | None = self._run(lambda c: c.execute(sql, (prefix,)).fetchone())[0]
        return found

    def delete_older(self, than: float) -> int:
        """Delete the pages that were last checked before a moment, with what was made of them; return how many."""

        def delete(connection: sqlite3.Connection) -> int:
            deleted = connection.execute("DELETE FROM pages WHERE checked_at < ?", (than,)).rowcount
            connection.execute("DELETE FROM robots WHERE checked_at < ?", (than,))
            connection.execute(_DELETE_UNUSED)
            return deleted

        return self._run(delete)

    # What was made of bodies

    def derived(self, digest: str, kind: str, version: str) -> str | None:
        """Return what this version made of a body; None if it has not done so yet."""
        sql = "SELECT value FROM derived WHERE digest = ? AND kind = ? AND version = ?"
        row = self._run(lambda c: c.execute(sql, (digest, kind, version)).fetchone())
        return row[0] if row else None

    def derived_of(self, bodies: Iterable[tuple[str, str]], version: str) -> list[str | None]:
        """Return what this version made of each body, given by `(digest, kind)`; "" in place of what is long: `derived` has it."""
        sql = "SELECT CASE WHEN length(value) <= ? THEN value ELSE '' END FROM derived WHERE digest = ? AND kind = ? AND version = ?"
        wanted = [(LONG_CHARACTERS, digest, kind, version) for digest, kind in bodies]
        rows = self._run(lambda c: [c.execute(sql, values).fetchone() for values in wanted])
        return [row[0] if row else None for row in rows]

    def keep_derived(self, digest: str, kind: str, version: str, value: str) -> None:
        """Keep what a version made of a body, in place of what another version made."""
        self._run(lambda c: c.execute("INSERT OR REPLACE INTO derived VALUES (?, ?, ?, ?)", (digest, kind, version, value)))

    # robots.txt

    def robots(self, site: str) -> tuple[float, str] | None:
        """Return when a site's robots.txt was asked for, and its text."""
        row = self._run(lambda c: c.execute("SELECT checked_at, text FROM robots WHERE site = ?", (site,)).fetchone())
        return (row[0], row[1]) if row else None

    def keep_robots(self, site: str, text: str, at: float) -> None:
        """Keep the robots.txt of a site."""
        self._run(lambda c: c.execute("INSERT OR REPLACE INTO robots VALUES (?, ?, ?)", (site, at, text)))

    # The file

    def _run(self, action: Callable[[sqlite3.Connection], T]) -> T:
        """Run an action in a transaction; on a file that turns out to be damaged, once more on a new one."""
        with self._lock:
            try:
                return _in_transaction(self._connection, action)
            except sqlite3.DatabaseError as error:
                if not _is_damage(error):
                    raise self._unusable(error) from error
            self._connection.close()
            self._connection = self._open(check=True)
            try:
                return _in_transaction(self._connection, action)
            except sqlite3.DatabaseError as error:
                raise self._unusable(error) from error

    def _open(self, *, check: bool = False) -> sqlite3.Connection:
        """Open the file, which is made if it is missing, and set aside first if it is damaged; one process at a time."""
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with _locked(Path(f"{self._file}.lock")):
                try:
                    if check:
                        _check(self._file)
                    return self._connected()
                except sqlite3.DatabaseError as error:
                    if not _is_damage(error):
                        raise
                _set_aside(self._file)
                return self._connected()
        except (OSError, sqlite3.Error) as error:
            raise self._unusable(error) from error

    def _connected(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._file, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version > SCHEMA_VERSION:
                raise PageStoreError(
                    f"{self._file} has schema {version}, this version of Edicola writes {SCHEMA_VERSION}: install the later one, or delete "
                    f"{self._file.name} (the pages are fetched again)"
                )
            if version == 0:
                connection.execute("PRAGMA auto_vacuum = FULL")  # before the first table; frees what delete_older leaves
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")  # the last pages before a power cut may be fetched again
            if version == 0:
                _in_transaction(connection, _make_tables)
        except BaseException:
            connection.close()
            raise
        return connection

    def _unusable(self, error: Exception) -> PageStoreError:
        return PageStoreError(f"{self._file} cannot be used ({error}): make room and let Edicola write there")


def digest_of(body: bytes) -> str:
    """Return the digest by which a body is known."""
    return hashlib.blake2b(body, digest_size=16).hexdigest()


def _in_transaction(connection: sqlite3.Connection, action: Callable[[sqlite3.Connection], T]) -> T:
    connection.execute("BEGIN IMMEDIATE")
    try:
        result = action(connection)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return result


def _make_tables(connection: sqlite3.Connection) -> None:
    for statement in _SCHEMA:
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _check(file: Path) -> None:
    """Raise DatabaseError if the file is damaged: another process may have begun it anew already."""
    with closing(sqlite3.connect(file, timeout=BUSY_SECONDS)) as connection:
        problem = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if problem != "ok":
        damage = sqlite3.DatabaseError(problem)
        damage.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise damage


def _set_aside(file: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        if (part := Path(f"{file}{suffix}")).exists():
            part.replace(f"{file}.damaged{suffix}")
    _log.warning("%s is damaged: it was renamed to %s.damaged, and the pages are fetched again", file, file.name)


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    with file.open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
