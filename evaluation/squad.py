"""Files in the format of SQuAD as a collection and its questions: every paragraph becomes an article.

The articles are those of the whole file, so that the right one must be found among all; questions may be of chosen titles only. Answers
that do not stand where the file says are dropped, and with them questions that are left with none.
"""

import json
import unicodedata
from collections.abc import Collection
from pathlib import Path
from typing import Any

from evaluation.gold import GoldCollection, GoldError, GoldQuestion, read_text
from index.articles import Article

QUESTION_TYPE = "squad"


def read_squad(path: Path, titles: Collection[str] = (), *, headline: bool = True) -> GoldCollection:
    """Read a file (.gz and .xz as well); `titles` choose whose questions are asked, all where there are none.

    An article's id is `title/number`, counted from 1. Without `headline` articles have no title. GoldError for an unknown title and for
    what is not in the format.
    """
    entries = _entries(path)
    known = [_clean(entry["title"]) for entry in entries]
    if unknown := sorted({_clean(title) for title in titles} - set(known)):
        raise GoldError(f"{path}: no article has the title {unknown[0]!r}: write it as in the file, one of {', '.join(sorted(known))}")
    wanted = {_clean(title) for title in titles} or set(known)
    articles: list[Article] = []
    questions: list[GoldQuestion] = []
    asked = 0
    for title, entry in zip(known, entries, strict=True):
        for number, paragraph in enumerate(entry["paragraphs"], start=1):
            article_id = f"{title}/{number}"
            articles.append(Article(article_id, paragraph["context"], title=title if headline else "", origin=path.name))
            if title in wanted:
                asked += len(paragraph["qas"])
                questions.extend(_questions(paragraph, article_id, path.name))
    return GoldCollection(tuple(articles), tuple(questions), dropped=asked - len(questions))


def _entries(path: Path) -> list[dict[str, Any]]:
    try:
        entries: list[dict[str, Any]] = json.loads(read_text(path))["data"]
        _ = [(_clean(e["title"]), [(p["context"], p["qas"]) for p in e["paragraphs"]]) for e in entries]  # the shape that is relied on
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise GoldError(f"{path} is not in the format of SQuAD ({error!r}): give a file with data → paragraphs → qas") from error
    return entries


def _clean(title: str) -> str:
    """Return a title as index/reading would: on one line, composed."""
    return unicodedata.normalize("NFC", " ".join(title.split()))


def _questions(paragraph: dict[str, Any], article_id: str, origin: str) -> list[GoldQuestion]:
    """Return the questions on a paragraph, without those left with no answer."""
    try:
        questions = [_question(record, paragraph["context"], article_id, origin) for record in paragraph["qas"]]
    except (KeyError, TypeError, AttributeError) as error:
        raise GoldError(
            f"{origin}: a question on {article_id} cannot be used ({error!r}): "
            "give it `id`, `question` and `answers`, each of these with `text` and `answer_start`"
        ) from error
    return [question for question in questions if question.answers or not question.answerable]


def _question(record: dict[str, Any], context: str, article_id: str, origin: str) -> GoldQuestion:
    answerable = not record.get("is_impossible", False)
    return GoldQuestion(
        id=record["id"],
        question=record["question"],
        answers=_aligned_answers(context, record) if answerable else (),
        article_ids=(article_id,) if answerable else (),
        answerable=answerable,
        type=QUESTION_TYPE if answerable else "unanswerable",
        origin=origin,
    )


def _aligned_answers(context: str, record: dict[str, Any]) -> tuple[str, ...]:
    """Return the answers that stand where they are said to, each once."""
    answers = [(answer["text"], answer["answer_start"]) for answer in record["answers"]]
    return tuple(dict.fromkeys(text for text, start in answers if text.strip() and context[start : start + len(text)] == text))
