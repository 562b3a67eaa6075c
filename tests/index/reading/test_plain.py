"""Plain text becomes articles, in every encoding that is still around."""

import time
from pathlib import Path

import pytest

from tests.index.reading.written import article

GLUED = " date 2025-03 Si parla del derby di Madrid.\n\nSimeone resta fino al 2027."


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Il molo riapre\n\nApre a maggio.", "Il molo riapre"),
        ("Il molo riapre\r\n\r\nApre a maggio.", "Il molo riapre"),
        ("Il molo riapre.\n\nApre a maggio.", ""),
        ("Il molo\u2028riapre\n\nApre a maggio.", "Il molo riapre"),
        ("Il molo riapre\nApre a maggio.", ""),
        ("Il molo riapre", ""),
        ("x" * 141 + "\n\nApre a maggio.", ""),
    ],
)
def test_first_line_is_a_title_only_if_it_looks_like_one(tmp_path: Path, text: str, title: str) -> None:
    """A first line is a title if it is short, has no full stop and a blank line follows; otherwise nothing is lost."""
    found = article(tmp_path, "a.txt", text)
    assert (found.title, found.text) == (title, text)
    assert found.body_start == (len(title) if title else 0)


def test_glued_date_is_recognised(tmp_path: Path) -> None:
    """A date glued to the first line is metadata: the text stays whole, and the prose begins after it."""
    found = article(tmp_path, "seme.txt", GLUED)
    assert (found.text, str(found.published), found.title) == (GLUED, "2025-03", "")
    assert found.text[found.body_start :].strip().startswith("Si parla")


@pytest.mark.parametrize("text", ["date{}x", "date:{}x", "published={}x", "{}date"])
def test_spaces_where_a_date_could_be_glued_cost_nothing(tmp_path: Path, text: str) -> None:
    """The time that a first line takes grows with its length only."""
    started = time.process_time()
    assert article(tmp_path, "a.txt", text.format(" " * 200_000)).published is None
    assert time.process_time() - started < 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_usual_encodings_are_read(tmp_path: Path, encoding: str) -> None:
    """UTF-8 with and without BOM, Windows-1252 and UTF-16 with BOM give the same text."""
    assert article(tmp_path, "a.txt", "Perché l’età è così".encode(encoding)).text == "Perché l’età è così"
