"""Tables in the docs are made from the figures, and what is committed agrees with them."""

import json
from pathlib import Path

import pytest

from evaluation.docs import FiguresError, documents, rewrite
from evaluation.report import write_json
from evaluation.scores import score
from tests.evaluation.test_scores import ALL

ABOUT = {
    "made": "2025-03-31",
    "command": "edicola evaluate --gold g.jsonl",
    "commit": "0123456789abcdef",
    "clean": True,
    "machine": {"processor": "Abacus", "cores": 2},
}


@pytest.fixture
def figures(tmp_path: Path) -> Path:
    """Return a folder of figures: two runs, and a table that is no evaluation."""
    write_json(tmp_path / "one.json", score(ALL), ABOUT)
    write_json(tmp_path / "two.json", score(ALL[:4]), {**ABOUT, "clean": False})
    (tmp_path / "speed.json").write_text(
        json.dumps({**ABOUT, "table": {"columns": ["what", "ms"], "rows": [["ask", 12]]}}), encoding="utf-8"
    )
    return tmp_path


def document(view: str) -> str:
    """Return a document with one table to be made, which still holds an old one."""
    return f"Prima.\n\n<!-- figures {view} -->\n| old |\n<!-- end of figures -->\n\nDopo.\n"


def test_a_table_replaces_what_stands_between_its_markers(figures: Path) -> None:
    """The old table goes, the text around the markers stays to the letter."""
    text = rewrite(document("types: one"), figures)
    assert text.startswith("Prima.\n\n<!-- figures types: one -->\n| type | n |")
    assert text.endswith("<!-- end of figures -->\n\nDopo.\n")
    assert "| old |" not in text
    assert "| standard | 5 |" in text


def test_rewriting_twice_changes_nothing(figures: Path) -> None:
    """A document that agrees with its figures is left as it is."""
    once = rewrite(document("overall: one two"), figures)
    assert rewrite(once, figures) == once


@pytest.mark.parametrize(
    ("view", "row"),
    [
        ("overall: one two", "| two | 4 |"),
        ("intervals: one two", "| contains | 60.0 ["),
        ("risk: one", "| 100% | 87.5 |"),
        ("table: speed", "| ask | 12 |"),
    ],
)
def test_every_view_makes_its_rows(figures: Path, view: str, row: str) -> None:
    """Each view shows the figures in its own way."""
    assert row in rewrite(document(view), figures)


def test_a_table_says_how_its_figures_were_made(figures: Path) -> None:
    """Command, commit, machine and day stand below the table; uncommitted changes are owned up to."""
    text = rewrite(document("overall: one two"), figures)
    assert "<sub>`one`: `edicola evaluate --gold g.jsonl` · commit 0123456789 · Abacus, 2 cores · 2025-03-31</sub>" in text
    assert "commit 0123456789 with changes" in text


@pytest.mark.parametrize(("view", "message"), [("overall: three", r"three\.json cannot be read"), ("pie: one", "no view 'pie'")])
def test_a_table_that_cannot_be_made_is_an_error(figures: Path, view: str, message: str) -> None:
    """A missing file and an unknown view are named."""
    with pytest.raises(FiguresError, match=message):
        rewrite(document(view), figures)


def test_the_docs_agree_with_the_committed_figures() -> None:
    """No figure in the docs differs from docs/figures: `python -m evaluation.docs` makes them agree again."""
    assert [path.name for path in documents() if rewrite(path.read_text(encoding="utf-8")) != path.read_text(encoding="utf-8")] == []
