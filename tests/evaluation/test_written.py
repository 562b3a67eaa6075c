"""The written questions: all articles are the collection, the questions of one split are asked."""

import json
import lzma
from pathlib import Path

import pytest

from evaluation.gold import GoldError
from evaluation.written import ARTICLES, QUESTIONS, read_written
from index.dates import period

ARTICLE = {"id": "a", "title": "Lupi", "date": "2025-01-31T09:00:00+01:00", "text": "Nel parco vivono 38 lupi."}
QUESTION = {
    "id": "w1",
    "article_id": "a",
    "question": "Quanti lupi?",
    "history": ["Dove?"],
    "answers": ["38"],
    "sentence": "Nel parco vivono 38 lupi.",
    "answerable": True,
    "type": "keyword",
    "split": "dev",
}


def write(folder: Path, articles: list[object], questions: list[object]) -> Path:
    """Write a folder of written questions."""
    for name, records in ((ARTICLES, articles), (QUESTIONS, questions)):
        (folder / name).write_bytes(lzma.compress("\n".join(map(json.dumps, records)).encode()))
    return folder


def test_a_split_is_asked_of_all_articles(tmp_path: Path) -> None:
    """Articles of both splits are indexed; the gold sentence, the history and the date arrive."""
    folder = write(tmp_path, [ARTICLE, {**ARTICLE, "id": "b", "date": None}], [QUESTION, {**QUESTION, "id": "w2", "split": "train"}])
    collection = read_written(folder, "dev")
    (question,) = collection.questions
    assert [("a", period(2025, 1, 31)), ("b", None)] == [(article.id, article.published) for article in collection.articles]
    assert ("w1", ("a",), ("Dove?",), QUESTION["sentence"]) == (question.id, question.article_ids, question.history, question.sentence)


def test_an_unanswerable_near_miss_names_no_article(tmp_path: Path) -> None:
    """The article that a near miss was written on does not answer it."""
    near_miss = {**QUESTION, "answers": [], "sentence": "", "answerable": False, "type": "unanswerable"}
    (question,) = read_written(write(tmp_path, [ARTICLE], [near_miss])).questions
    assert (question.answerable, question.article_ids) == (False, ())


@pytest.mark.parametrize(
    ("articles", "questions", "message"),
    [
        ([{"id": "a"}], [QUESTION], r"written_articles\.jsonl\.xz:1: the article has no 'date'"),
        ([ARTICLE], [QUESTION, {"split": "dev"}], r"written_questions\.jsonl\.xz:2: the question cannot be used"),
        ([ARTICLE], [{**QUESTION, "split": "train"}], r"no question is of split 'dev': there are train"),
    ],
)
def test_what_cannot_be_used_is_named(tmp_path: Path, articles: list[object], questions: list[object], message: str) -> None:
    """The error names the file and the line, or the splits that there are."""
    with pytest.raises(GoldError, match=message):
        read_written(write(tmp_path, articles, questions))
