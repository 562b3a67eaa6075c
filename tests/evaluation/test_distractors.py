"""Articles beside those that are asked about."""

import json
from pathlib import Path

import pytest

from evaluation.distractors import read_distractors
from evaluation.gold import GoldError
from index.articles import Article

ASKED = Article("a", "Nel parco della Majella vivono oggi trentotto lupi, dice il censimento di primavera del corpo forestale.")


def write(folder: Path, *records: object) -> Path:
    """Write articles as JSON lines."""
    path = folder / "other.jsonl"
    path.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    return path


def test_copies_of_asked_articles_are_left_out(tmp_path: Path) -> None:
    """A copy under another id, and another text under an asked id, would both spoil the count."""
    other = {"id": "b", "title": "Mare", "body": "Le barche sono tornate in porto prima della burrasca, dice la capitaneria di Molfetta."}
    copy = {"id": "c", "text": f"ROMA. {ASKED.text} Lo scrive il Messaggero."}
    path = write(tmp_path, other, copy, {**other, "id": "a"}, {**other, "title": "again"})
    (kept,) = read_distractors([path], [ASKED])
    assert (kept.id, kept.title) == ("b", "Mare")


def test_an_article_without_text_is_named(tmp_path: Path) -> None:
    """File and line stand in the error."""
    with pytest.raises(GoldError, match=r"other.jsonl:1.*no text"):
        read_distractors([write(tmp_path, {"id": "b", "title": "Mare"})], [ASKED])
