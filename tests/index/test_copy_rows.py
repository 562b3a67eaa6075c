"""What the library keeps of near-copies costs no more than what was asked or changed."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from index.articles import Article
from index.copy_rows import COMPARED_ROWS, SELECT_COPIES
from index.snapshot import FolderEngine
from tests.index.engine_contract import AGENCY, REPRINT, article, copies, publish


@pytest.fixture
def engine(tmp_path: Path) -> FolderEngine:
    """Return an empty engine on disk."""
    return FolderEngine(tmp_path)


@pytest.fixture
def library(tmp_path: Path, engine: FolderEngine) -> Iterator[sqlite3.Connection]:
    """Return the library of the engine with two copies in it, attached to its snapshot."""
    publish(engine, (AGENCY, REPRINT))
    with closing(sqlite3.connect(tmp_path / "library.sqlite")) as connection:
        connection.execute("ATTACH ? AS snapshot", (str(tmp_path / "snapshots" / "000001" / "members.sqlite"),))
        yield connection


def rows(library: sqlite3.Connection) -> dict[str, int]:
    """Return how many rows each table of near-copies has."""
    tables = ("signatures", "bands", "copies")
    return {table: library.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0] for table in tables}


def test_copies_are_looked_up_and_never_searched_for(library: sqlite3.Connection) -> None:
    """Asking for copies goes through keys only, however large the library is."""
    plan = [detail for *_, detail in library.execute("EXPLAIN QUERY PLAN " + SELECT_COPIES.format("?"), ("agenzia",))]
    assert any(detail.startswith("SEARCH c USING PRIMARY KEY") for detail in plan)
    assert [detail for detail in plan if "SCAN" in detail or "AUTOMATIC" in detail] == []


def test_vacuum_leaves_nothing_of_what_nobody_needs(engine: FolderEngine, library: sqlite3.Connection) -> None:
    """With an article go its signature, its bands and its pairs: a row given to another article later inherits none of them."""
    assert rows(library) == {"signatures": 2, "bands": 64, "copies": 2}
    publish(engine, (), removed=["gazzetta"])
    engine.vacuum(keep=1)
    assert rows(library) == {"signatures": 1, "bands": 32, "copies": 0}
    publish(engine, (article("altro", "Altro", "Nel bosco vivono tre lupi, e ogni notte ululano alla luna. " * 5),))
    assert copies(engine) == {"agenzia": (), "altro": ()}


def test_indexing_the_same_again_adds_nothing(engine: FolderEngine, library: sqlite3.Connection) -> None:
    """A row that the library has already is not signed again when another snapshot needs it."""
    publish(engine, (), removed=["gazzetta"])
    publish(engine, (AGENCY, REPRINT))
    assert rows(library) == {"signatures": 2, "bands": 64, "copies": 2}
    assert copies(engine) == {"agenzia": ("gazzetta",), "gazzetta": ("agenzia",)}


def test_form_that_all_share_is_compared_with_the_latest_only(engine: FolderEngine) -> None:
    """Of an article with more copies than are compared at least that many are known, and pairs stay few: each in both directions."""
    same = [Article(f"bollettino-{n:03}", AGENCY.text, f"Bollettino {n}") for n in range(COMPARED_ROWS + 30)]
    publish(engine, same)
    found = copies(engine)
    assert found[same[-1].id] == tuple(a.id for a in same[-COMPARED_ROWS - 1 : -1])
    assert min(map(len, found.values())) >= COMPARED_ROWS
    assert sum(map(len, found.values())) <= 2 * COMPARED_ROWS * len(same)
    assert all(id_ in found[other] for id_, others in found.items() for other in others)
