"""A data folder of the version before goes on answering, and the next indexing brings it up to date without encoding anything again."""

import logging
import os
import sqlite3
import textwrap
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from index.articles import Article, Skipped
from index.collection import CollectionReport, FolderCollection
from index.dates import period
from index.errors import SnapshotDamaged
from index.indexer import Report, reindex
from index.library import SCHEMA_VERSION
from index.snapshot import FolderEngine
from tests.index.engine_contract import AGENCY, PORT, REPRINT, copies
from tests.index.killed import run_and_kill
from tests.index.memory_engine import HashingEncoder
from tests.index.test_indexer import CountingEncoder

VERSION_1 = """
CREATE TABLE articles (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL, digest TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL, url TEXT NOT NULL,
    source TEXT NOT NULL, author TEXT NOT NULL, first_day TEXT, last_day TEXT, origin TEXT NOT NULL, body_start INTEGER NOT NULL,
    recipe TEXT NOT NULL, UNIQUE (id, digest, recipe)
);
CREATE TABLE passages (
    id INTEGER NOT NULL, article INTEGER NOT NULL REFERENCES articles (row), start INTEGER NOT NULL, end INTEGER NOT NULL,
    text TEXT NOT NULL, sentences TEXT NOT NULL, terms TEXT NOT NULL, term_count INTEGER NOT NULL, ngram_count INTEGER NOT NULL,
    PRIMARY KEY (id, article)
) WITHOUT ROWID;
CREATE INDEX passages_of_article ON passages (article);
PRAGMA user_version = 1;
"""
EXPECTED = {"agenzia": ("gazzetta",), "gazzetta": ("agenzia",), "porto": ()}


class GivenCollection:
    """A collection of some articles, which keeps all others as they are."""

    def __init__(self, *articles: Article) -> None:
        self._articles = articles

    def read(self, report: CollectionReport, /) -> Iterator[Article | Skipped]:
        """See `Collection`."""
        report(len(self._articles), len(self._articles))
        yield from self._articles

    def missing(self, article: Article, /) -> Article:
        """See `Collection`."""
        return article


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """Return a folder with two reprints of one text and another article."""
    folder = tmp_path / "articoli"
    folder.mkdir()
    for a in (AGENCY, REPRINT, PORT):
        (folder / f"{a.id}.md").write_text(f"---\ntitle: {a.title}\ndate: {a.published}\n---\n{a.text}", encoding="utf-8")
    return folder


@pytest.fixture
def root(articles: Path, tmp_path: Path) -> Path:
    """Return the folder of an engine as the version before left it."""
    root = tmp_path / "index"
    reindex(FolderEngine(root), HashingEncoder(), FolderCollection(articles), lambda _: None)
    as_version_1(root / "library.sqlite")
    return root


def as_version_1(library: Path) -> None:
    """Replace a library by one of schema 1 with the same rows."""
    aside = library.with_suffix(".old")
    with closing(sqlite3.connect(library)) as new:
        new.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with closing(sqlite3.connect(aside)) as old, old:
        old.execute("PRAGMA journal_mode = WAL")
        old.executescript(VERSION_1)
        old.execute("ATTACH ? AS new", (str(library),))
        for table in ("articles", "passages"):
            columns = ", ".join(name for _, name, *_ in old.execute(f"PRAGMA main.table_info({table})"))
            old.execute(f"INSERT INTO main.{table} SELECT {columns} FROM new.{table}")
    with closing(sqlite3.connect(aside)) as old:
        old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for suffix in ("", "-wal", "-shm"):
        Path(f"{library}{suffix}").unlink(missing_ok=True)
    aside.rename(library)


def as_version_2(library: Path) -> None:
    """Take from a library what version 2 had no place for."""
    with closing(sqlite3.connect(library)) as connection:
        connection.execute("ALTER TABLE articles DROP COLUMN details")
        connection.execute("PRAGMA user_version = 2")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def version(library: Path) -> int:
    """Return the schema version of a library."""
    with closing(sqlite3.connect(library)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def run(root: Path, articles: Path) -> tuple[Report, list[str]]:
    """Index; return the report and the texts that were encoded."""
    encoder = CountingEncoder()
    return reindex(FolderEngine(root), encoder, FolderCollection(articles), lambda _: None), encoder.seen


def test_earlier_library_answers_before_it_is_upgraded(root: Path) -> None:
    """With a library of schema 1 everything is found as before; only copies are not known yet, and reading does not change the file."""
    engine = FolderEngine(root)
    engine.verify()
    snapshot = engine.open_current()
    assert set(snapshot.digests()) == set(EXPECTED)
    assert snapshot.nominate_by_terms({"mol": 1.0}, limit=5)
    assert snapshot.copies(["agenzia", "nobody"]) == {"agenzia": ()}
    assert snapshot.passage_ids(["porto"])
    snapshot.close()
    assert version(root / "library.sqlite") == 1


def test_indexing_without_a_change_upgrades(root: Path, articles: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Where no article has changed, indexing finds the copies of the stored ones: nothing is encoded or published, readers go on."""
    held = FolderEngine(root).open_current()
    with caplog.at_level(logging.INFO, "index.library"):
        report, encoded = run(root, articles)
    assert (report.unchanged, report.added, report.changed, report.snapshot, encoded) == (3, 0, 0, 1, [])
    assert version(root / "library.sqlite") == SCHEMA_VERSION
    assert held.copies(sorted(EXPECTED)) == copies(FolderEngine(root)) == EXPECTED
    assert "signed 3 articles" in caplog.text
    caplog.clear()
    with caplog.at_level(logging.INFO, "index.library"):
        run(root, articles)
    assert "signed" not in caplog.text


def test_library_of_version_2_gets_a_place_for_details(root: Path, articles: Path) -> None:
    """It answers as it is; the next indexing signs nothing again, and what is known of articles from then on is kept."""
    run(root, articles)
    as_version_2(root / "library.sqlite")
    held = FolderEngine(root).open_current()
    assert held.articles(["porto"])["porto"].updated is None
    report, encoded = run(root, articles)
    assert (report.unchanged, encoded, version(root / "library.sqlite")) == (3, [], SCHEMA_VERSION)
    assert copies(FolderEngine(root)) == EXPECTED
    later = replace(held.articles(["porto"])["porto"], updated=period(2025, 10, 5), gone=date(2025, 10, 9), furniture=((0, 3),))
    reindex(FolderEngine(root), HashingEncoder(), GivenCollection(later), lambda _: None)
    assert FolderEngine(root).open_current().articles(["porto"]) == {"porto": later}


def test_indexing_with_a_change_upgrades(root: Path, articles: Path) -> None:
    """A new article is compared with those that the version before stored, and only it is encoded; rolling back still works."""
    (articles / "corriere.md").write_text(f"---\ntitle: Frode\ndate: 2025-10-04\n---\n{AGENCY.text}", encoding="utf-8")
    report, encoded = run(root, articles)
    assert (report.added, report.unchanged) == (1, 3)
    assert encoded
    assert all(text.startswith("Frode") for text in encoded)
    assert copies(FolderEngine(root))["corriere"] == ("agenzia", "gazzetta")
    FolderEngine(root).rollback()
    assert copies(FolderEngine(root)) == EXPECTED
    FolderEngine(root).verify()


def test_articles_of_earlier_snapshots_are_upgraded_too(root: Path, articles: Path) -> None:
    """A text that only a snapshot to roll back to holds has its copies there."""
    (articles / "gazzetta.md").unlink()
    run(root, articles)
    as_version_1(root / "library.sqlite")
    run(root, articles)
    assert copies(FolderEngine(root)) == {"agenzia": (), "porto": ()}
    FolderEngine(root).rollback()
    assert copies(FolderEngine(root)) == EXPECTED


@pytest.mark.parametrize("size", [0, 100, 6000])
def test_damaged_earlier_library_is_made_anew(root: Path, articles: Path, size: int) -> None:
    """A library of schema 1 that is cut as well is set aside, and everything is indexed."""
    os.truncate(root / "library.sqlite", size)
    report, _ = run(root, articles)
    assert report.added == 3
    assert copies(FolderEngine(root)) == EXPECTED


def test_altered_text_does_not_keep_a_library_from_its_upgrade(root: Path, articles: Path) -> None:
    """Bytes of an earlier library that are no longer text take their own article's copies, and nothing else."""
    with closing(sqlite3.connect(root / "library.sqlite")) as connection, connection:
        connection.execute("UPDATE articles SET text = CAST(x'ff' || CAST(text AS BLOB) AS TEXT) WHERE id = 'porto'")
    run(root, articles)
    assert version(root / "library.sqlite") == SCHEMA_VERSION
    assert FolderEngine(root).open_current().copies(["agenzia"]) == {"agenzia": ("gazzetta",)}


KILLED = textwrap.dedent(
    """
    import sys
    from pathlib import Path
    from index.snapshot import FolderEngine
    from index.near_copies import signature
    signature("una parola " * 40)  # loads what is slow to import
    print("ready", flush=True)
    with FolderEngine(Path(sys.argv[1])).indexing():
        print("upgraded", flush=True)
    """
)


@pytest.mark.parametrize("milliseconds", [0, 2, 10, 40])
def test_killed_upgrade_is_begun_again(root: Path, articles: Path, milliseconds: int) -> None:
    """Whenever the process that upgrades is killed, the library is whole, of one version or the other, and the next indexing ends it."""
    run_and_kill(KILLED, root, milliseconds)
    assert version(root / "library.sqlite") in (1, SCHEMA_VERSION)
    FolderEngine(root).verify()
    assert run(root, articles)[1] == []
    assert copies(FolderEngine(root)) == EXPECTED


def test_library_of_a_later_version_is_not_written(root: Path, articles: Path) -> None:
    """A library that a later Edicola wrote is left as it is; the error says what may be deleted, and the withdrawn articles are not."""
    engine = FolderEngine(root)
    engine.withdraw("porto")
    with closing(sqlite3.connect(root / "library.sqlite")) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    (articles / "nuovo.md").write_text("Arriva il circo in città.", encoding="utf-8")
    with pytest.raises(SnapshotDamaged, match=rf"schema {SCHEMA_VERSION + 1}.*delete library\.sqlite and `snapshots`"):
        run(root, articles)
    assert version(root / "library.sqlite") == SCHEMA_VERSION + 1
    assert engine.withdrawn() == {"porto"}
