"""The questions written for this project on real news and on invented football articles, kept outside the repository.

A folder holds `written_articles.jsonl.xz` and `written_questions.jsonl.xz`. All articles form the collection; the questions of one split
are asked.
"""

from collections.abc import Mapping
from pathlib import Path

from evaluation.gold import GoldCollection, GoldError, GoldQuestion, read_records
from index.articles import Article
from index.dates import parse_period

ARTICLES = "written_articles.jsonl.xz"
QUESTIONS = "written_questions.jsonl.xz"


def read_written(folder: Path, split: str = "dev") -> GoldCollection:
    """Read all articles and the questions of a split, `train` or `dev`; GoldError names the line that cannot be used."""
    articles = []
    for origin, record in read_records(folder / ARTICLES):
        try:
            published = parse_period(str(record["date"] or ""))
            articles.append(Article(str(record["id"]), str(record["text"]), title=str(record["title"]), published=published, origin=origin))
        except KeyError as error:
            raise GoldError(f"{origin}: the article has no {error}: give it `id`, `title`, `date` and `text`") from error
    questions = []
    splits = set()
    for origin, record in read_records(folder / QUESTIONS):
        try:
            splits.add(record["split"])
            if record["split"] == split:
                questions.append(_question(record, origin))
        except (KeyError, TypeError) as error:
            raise GoldError(f"{origin}: the question cannot be used ({error!r}): fetch the file again") from error
    if not questions:
        raise GoldError(f"{folder / QUESTIONS}: no question is of split {split!r}: there are {', '.join(sorted(map(str, splits)))}")
    return GoldCollection(tuple(articles), tuple(questions))


def _question(record: Mapping[str, object], origin: str) -> GoldQuestion:
    answerable = bool(record["answerable"])
    return GoldQuestion(
        id=str(record["id"]),
        question=str(record["question"]),
        answers=_strings(record["answers"]),
        article_ids=(str(record["article_id"]),) if answerable else (),
        answerable=answerable,
        type=str(record["type"]),
        history=_strings(record["history"]),
        sentence=str(record["sentence"] or ""),
        origin=origin,
    )


def _strings(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError(f"{value!r} is no list")
    return tuple(map(str, value))
