"""Articles and passages on disk, in one SQLite file that all snapshots share.

Rows are only ever added: an article's row is found by its id and digest, a passage's by its id and its article's row. Which rows belong
to a snapshot stands in the snapshot's own `members` file, attached when it is opened. `index/copy_rows` keeps which are near-copies.
"""

import json
import logging
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypedDict

from index import article_rows, copy_rows
from index.articles import Article
from index.engine import IndexedPassage, NewArticle
from index.errors import SnapshotDamaged
from index.near_copies import article_signature
from index.passages import Passage

SCHEMA_VERSION = 3  # 1 knew no near-copies, 2 no details; raise it also when signatures would be others
_FIRST_WITH_COPIES, _FIRST_WITH_DETAILS = 2, 3
BATCH_ROWS = 500
BUSY_SECONDS = 30.0

_TABLES = (  # as version 1 had them
    """
CREATE TABLE IF NOT EXISTS articles (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL, digest TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL, url TEXT NOT NULL,
    source TEXT NOT NULL, author TEXT NOT NULL, first_day TEXT, last_day TEXT, origin TEXT NOT NULL, body_start INTEGER NOT NULL,
    recipe TEXT NOT NULL, UNIQUE (id, digest, recipe)
)
""",
    """
CREATE TABLE IF NOT EXISTS passages (
    id INTEGER NOT NULL, article INTEGER NOT NULL REFERENCES articles (row), start INTEGER NOT NULL, end INTEGER NOT NULL,
    text TEXT NOT NULL, sentences TEXT NOT NULL, terms TEXT NOT NULL, term_count INTEGER NOT NULL, ngram_count INTEGER NOT NULL,
    PRIMARY KEY (id, article)
) WITHOUT ROWID
""",
    "CREATE INDEX IF NOT EXISTS passages_of_article ON passages (article)",
)

_log = logging.getLogger(__name__)


class Counts(TypedDict):
    """What the manifest says of a snapshot's size."""

    articles: int
    passages: int
    average_terms: float
    average_ngrams: float


class Library:
    """The rows of one snapshot, open for reading; safe to share between threads (SQLite serialises them)."""

    def __init__(self, file: Path, members: Path) -> None:
        self._connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False, timeout=BUSY_SECONDS)
        try:
            self._connection.execute("ATTACH ? AS snapshot", (f"{members.absolute().as_uri()}?mode=ro&immutable=1",))
            self._columns = article_rows.columns(has_details=_version(self._connection) >= _FIRST_WITH_DETAILS)
            self._connection.execute("SELECT 1 FROM articles LIMIT 1").fetchall()  # SQLite opens a file when it is first asked
        except sqlite3.Error:
            self._connection.close()
            raise

    def check(self, *, articles: int, passages: int) -> None:
        """Raise SnapshotDamaged unless the file is sound and holds as many rows of the snapshot as its manifest says."""
        problem = self._connection.execute("PRAGMA main.quick_check(1)").fetchone()[0]
        sql = "SELECT (SELECT COUNT(*) FROM articles JOIN snapshot.members ON article = row), "
        sql += "(SELECT COUNT(*) FROM passages JOIN snapshot.members USING (article))"
        found = self._connection.execute(sql).fetchone()
        if problem != "ok" or found != (articles, passages):
            raise SnapshotDamaged(f"the library is damaged or has lost rows ({problem}): run `edicola index` to make a new snapshot")

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def passages(self, ids: Sequence[int]) -> list[IndexedPassage]:
        """Return the passages with these ids in their order; unknown ids are left out."""
        found = {
            row[0]: _indexed_passage(row)
            for row in self._select_in(
                "SELECT p.id, a.id, p.start, p.end, p.text, p.sentences, a.title, p.terms FROM passages p "
                "JOIN snapshot.members m ON m.article = p.article JOIN articles a ON a.row = p.article WHERE p.id IN ({})",
                ids,
            )
        }
        return [found[id_] for id_ in ids if id_ in found]

    def passage_ids(self, article_ids: Sequence[str]) -> frozenset[int]:
        """Return the ids of all passages of these articles."""
        sql = "SELECT p.id FROM articles a JOIN snapshot.members m ON m.article = a.row JOIN passages p ON p.article = a.row "
        return frozenset(id_ for (id_,) in self._select_in(sql + "WHERE a.id IN ({})", article_ids))

    def copies(self, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Return the near-copies of each of these articles, oldest first; none in a library that was not upgraded yet."""
        if _version(self._connection) < _FIRST_WITH_COPIES:
            return dict.fromkeys(self.articles(ids), ())
        found: dict[str, list[str]] = {}
        for id_, copy in self._select_in(copy_rows.SELECT_COPIES, ids):
            found.setdefault(id_, []).extend([copy] if copy else [])
        return {id_: tuple(copies) for id_, copies in found.items()}

    def articles(self, ids: Sequence[str]) -> dict[str, Article]:
        """Return the articles with these ids; unknown ids are left out."""
        sql = f"SELECT {self._columns} FROM articles a JOIN snapshot.members m ON m.article = a.row WHERE a.id IN ({{}})"
        return {row[0]: article_rows.article_of(row) for row in self._select_in(sql, ids)}

    def newest_articles(self, limit: int, offset: int) -> list[Article]:
        """Return a page of the articles by last possible day, newest first, undated ones last."""
        sql = (
            f"SELECT {self._columns} FROM articles a JOIN snapshot.members m ON m.article = a.row "
            "ORDER BY a.last_day IS NULL, a.last_day DESC, a.id DESC LIMIT ? OFFSET ?"
        )
        return [article_rows.article_of(row) for row in self._connection.execute(sql, (limit, offset))]

    def digests(self) -> dict[str, str]:
        """Return the digest of every article by its id."""
        sql = "SELECT a.id, a.digest FROM articles a JOIN snapshot.members m ON m.article = a.row"
        return dict(self._connection.execute(sql).fetchall())

    def _select_in(self, sql: str, values: Sequence[Any]) -> Iterator[Any]:
        """Run a query with `IN ({})` over the values, a batch at a time."""
        for start in range(0, len(values), BATCH_ROWS):
            batch = values[start : start + BATCH_ROWS]
            yield from self._connection.execute(sql.format(",".join("?" * len(batch))), tuple(batch)).fetchall()


def upgrade(file: Path) -> None:
    """Bring a library of an earlier version up to this one; what is damaged, or of a later version, is left to those who use it."""
    if not file.exists():
        return
    try:
        with closing(sqlite3.connect(file, timeout=BUSY_SECONDS)) as connection:
            is_earlier = 0 < _version(connection) < SCHEMA_VERSION
        if is_earlier:
            LibraryWriter(file).close()
    except sqlite3.DatabaseError as error:
        if not _is_damage(error):
            raise


def set_aside_if_damaged(file: Path) -> None:
    """Rename a library that SQLite finds damaged to `….damaged`, its log with it, so that a new one is begun."""
    if not file.exists():
        return
    try:
        with closing(sqlite3.connect(file, timeout=BUSY_SECONDS)) as connection:
            is_sound = connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
    except sqlite3.DatabaseError as error:
        if not _is_damage(error):
            raise
        is_sound = False
    if not is_sound:
        for suffix in ("", "-wal", "-shm"):
            if (part := Path(f"{file}{suffix}")).exists():
                part.replace(f"{file}.damaged{suffix}")


class LibraryWriter:
    """Adds rows and writes membership files. Nothing is lost if it stops midway: rows that no snapshot names are never seen."""

    def __init__(self, file: Path) -> None:
        self._connection = sqlite3.connect(file, timeout=BUSY_SECONDS, isolation_level=None)
        version = _version(self._connection)
        if version > SCHEMA_VERSION:
            self._connection.close()
            raise SnapshotDamaged(
                f"{file} has schema {version}, this version of Edicola writes {SCHEMA_VERSION}: install the later one, or delete "
                f"{file.name} and `snapshots` beside it and index again"
            )
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        if version < SCHEMA_VERSION:
            self._upgrade()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def add(self, articles: Iterable[NewArticle], recipe: str) -> Iterator[tuple[int, NewArticle]]:
        """Store articles with their passages, a transaction a batch; yield each with its row once it is stored."""
        batch: list[NewArticle] = []
        for article in articles:
            batch.append(article)
            if len(batch) == BATCH_ROWS:
                yield from self._add_batch(batch, recipe)
                batch = []
        yield from self._add_batch(batch, recipe)

    def write_members(self, file: Path, rows: Sequence[int]) -> Counts:
        """Write a membership file and count what belongs to it."""
        with closing(sqlite3.connect(file)) as members, members:
            members.execute("CREATE TABLE members (article INTEGER PRIMARY KEY)")
            members.executemany("INSERT INTO members VALUES (?)", ((row,) for row in rows))
        with self._attached(file):
            passages, terms, ngrams = self._connection.execute(
                "SELECT COUNT(*), AVG(term_count), AVG(ngram_count) FROM passages JOIN snapshot.members USING (article)"
            ).fetchone()
        return {"articles": len(rows), "passages": passages, "average_terms": terms or 0.0, "average_ngrams": ngrams or 0.0}

    def members(self, file: Path) -> dict[str, int]:
        """Return article id → row of a membership file."""
        with self._attached(file):
            return dict(self._connection.execute("SELECT id, row FROM articles JOIN snapshot.members ON article = row").fetchall())

    def passage_ids(self, row: int) -> list[int]:
        """Return the ids of all passages of an article row."""
        return [id_ for (id_,) in self._connection.execute("SELECT id FROM passages WHERE article = ?", (row,))]

    def delete_unused(self, members: Iterable[Path]) -> None:
        """Delete the rows that stand in none of the membership files; none while one of these cannot be read."""
        used: set[int] = set()
        try:
            for file in members:
                used.update(self.members(file).values())
        except sqlite3.DatabaseError:
            return  # nobody knows what the damaged snapshot still needs
        with self._transaction():
            rows = [row for (row,) in self._connection.execute("SELECT row FROM articles") if row not in used]
            self._connection.executemany("DELETE FROM passages WHERE article = ?", ((row,) for row in rows))
            self._connection.executemany("DELETE FROM articles WHERE row = ?", ((row,) for row in rows))
            for row in rows:
                copy_rows.forget(self._connection, row)

    def _upgrade(self) -> None:
        """Make what tables and columns are missing, all at once or not at all."""
        with self._transaction():
            version = _version(self._connection)
            if version < 1:
                for statement in _TABLES:
                    self._connection.execute(statement)
            if version < _FIRST_WITH_COPIES:
                for statement in copy_rows.SCHEMA:
                    self._connection.execute(statement)
                self._sign_articles()
            if version < _FIRST_WITH_DETAILS:
                self._connection.execute(article_rows.ADD_DETAILS)
            self._connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def _sign_articles(self) -> None:
        """Sign the articles of a version that knew no near-copies."""
        started = time.monotonic()
        rows = [row for (row,) in self._connection.execute("SELECT row FROM articles ORDER BY row")]
        for row in rows:
            sql = "SELECT CAST(text AS BLOB), body_start FROM articles WHERE row = ?"  # altered bytes may be no text
            raw, body_start = self._connection.execute(sql, (row,)).fetchone()
            article = Article("", raw.decode(errors="replace"), body_start=body_start)
            copy_rows.add_signature(self._connection, row, article_signature(article))
        if rows:
            _log.info("signed %d articles of an earlier version in %.1f s", len(rows), time.monotonic() - started)

    def _add_batch(self, batch: Sequence[NewArticle], recipe: str) -> list[tuple[int, NewArticle]]:
        with self._transaction():
            return [(self._add_article(new, recipe), new) for new in batch]

    def _add_article(self, new: NewArticle, recipe: str) -> int:
        a = new.article
        added = self._connection.execute(article_rows.INSERT, article_rows.values_of(a, recipe))
        key = (a.id, a.digest, recipe)
        row: int = self._connection.execute("SELECT row FROM articles WHERE id = ? AND digest = ? AND recipe = ?", key).fetchone()[0]
        if added.rowcount:
            copy_rows.add_signature(self._connection, row, new.signature)
        self._connection.executemany(
            "INSERT OR REPLACE INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (p.id, row, p.start, p.end, p.text, json.dumps(p.sentences), " ".join(n.indexed.terms), len(n.indexed.terms), len(n.ngrams))
                for n in new.passages
                for p in [n.indexed.passage]
            ),
        )
        return row

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    @contextmanager
    def _attached(self, file: Path) -> Iterator[None]:
        self._connection.execute("ATTACH ? AS snapshot", (str(file),))
        try:
            yield
        finally:
            self._connection.execute("DETACH snapshot")


def _version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    return error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def _indexed_passage(row: Sequence[Any]) -> IndexedPassage:
    id_, article_id, start, end, text, sentences, title, terms = row
    passage = Passage(id_, article_id, start, end, text, tuple((first, last) for first, last in json.loads(sentences)))
    return IndexedPassage(passage, title, tuple(terms.split()))
