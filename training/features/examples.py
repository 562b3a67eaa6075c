"""Questions with the places of their answers: what the feature reader learns from and is measured on.

In come SQuAD-it (one article a paragraph) and the written questions; out come examples whose answers are offsets in an article.
"""

import datetime
import gzip
import json
import lzma
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.articles import Article
from index.passages import Passage, passage_id
from index.sentences import split_sentences
from training.corpus import TrainingData

ASKED_ON = datetime.date(2026, 1, 1)
_GLUED_DATE = re.compile(r"\s*date \d{4}(?:-\d{2}){0,2}\s+")

Interval = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Example:
    """A question, its article, and where the answers and the sentences that hold them stand; nowhere where there is no answer.

    `group` is what must not be torn apart when examples are divided: an article of the news, a whole article of SQuAD-it. `elsewhere` are
    answers in other articles, (article id, start, end): what held before, or the same told again.
    """

    text: str
    history: tuple[str, ...]
    article_id: str
    group: str
    answers: tuple[Interval, ...]
    sentences: tuple[Interval, ...]
    kind: str
    elsewhere: tuple[tuple[str, int, int], ...] = ()

    @property
    def answerable(self) -> bool:
        """True where the article answers."""
        return bool(self.answers)


def squad_articles(data: TrainingData) -> list[tuple[Article, Passage]]:
    """Return each paragraph of SQuAD-it as an article of one passage."""
    pairs = []
    for article in data.squad:
        for number, text in enumerate(article.paragraphs):
            record = Article(id=f"{article.title}/{number}", text=text, title=article.title)
            pairs.append(
                (record, Passage(passage_id(record.id, 0, len(text), text), record.id, 0, len(text), text, tuple(split_sentences(text))))
            )
    return pairs


def squad_examples(data: TrainingData) -> list[Example]:
    """Return the questions of SQuAD-it whose answers stand where they are said to."""
    with gzip.open(data.folder / "qa" / "SQuAD_it-test.json.gz", "rt", encoding="utf-8") as file:
        records = json.load(file)["data"]
    return [
        example
        for article in records
        for number, paragraph in enumerate(article["paragraphs"])
        for record in paragraph["qas"]
        if (example := _squad_example(article["title"], number, paragraph["context"], record)) is not None
    ]


def written_articles(data: TrainingData) -> dict[str, Article]:
    """Return all articles of the written questions by id."""
    return {
        record["id"]: Article(record["id"], record["text"], title=record["title"], body_start=_body_start(record["text"]))
        for record in _lines(data.folder / "qa" / "written_articles.jsonl.xz")
    }


def written_examples(data: TrainingData, articles: dict[str, Article], split: str) -> list[Example]:
    """Return the written questions of a split, `train` or `dev`; those to train on without the articles that repeat a protected text."""
    allowed = data.training_written().articles if split == "train" else articles
    return [
        _written_example(record, articles[record["article_id"]].text)
        for record in _lines(data.folder / "qa" / "written_questions.jsonl.xz")
        if record["split"] == split and record["article_id"] in allowed
    ]


def _squad_example(title: str, number: int, context: str, record: dict[str, Any]) -> Example | None:
    answers = sorted({(a["answer_start"], a["answer_start"] + len(a["text"])) for a in record["answers"] if _aligned(context, a)})
    if not answers:
        return None
    sentences = tuple((s, e) for s, e in split_sentences(context) if any(s <= start < e for start, _ in answers))
    return Example(record["question"], (), f"{title}/{number}", title, tuple(answers), sentences, "squad")


def _aligned(context: str, answer: dict[str, Any]) -> bool:
    start = answer["answer_start"]
    return bool(answer["text"].strip()) and context[start : start + len(answer["text"])] == answer["text"]


def _written_example(record: dict[str, Any], text: str) -> Example:
    sentences = _places(text, record["sentence"]) if record["answerable"] else []
    answers = sorted({(s + a, s + b) for s, e in sentences for answer in record["answers"] for a, b in _places(text[s:e], answer)})
    return Example(
        record["question"],
        tuple(record["history"]),
        record["article_id"],
        record["article_id"],
        tuple(answers),
        tuple(sentences),
        record["type"],
    )


def _places(text: str, part: str) -> list[Interval]:
    return [(match.start(), match.end()) for match in re.finditer(re.escape(part), text)]


def _body_start(text: str) -> int:
    match = _GLUED_DATE.match(text)
    return match.end() if match else 0


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with lzma.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)
