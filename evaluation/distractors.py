"""Articles that nobody asks about, indexed beside those that questions are about: finding is harder in a larger archive."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from evaluation.gold import GoldError, read_records
from index.articles import Article
from index.italian import tokenize

GRAM_WORDS = 8
SHARED = 0.05  # of an article's 8-grams; agency copy of an asked article would answer in its stead


def read_distractors(paths: Sequence[Path], asked: Iterable[Article]) -> list[Article]:
    """Return the articles of JSON lines files that repeat no asked article and have no id of one; GoldError names an unusable line."""
    asked = list(asked)
    known = {gram for article in asked for gram in _grams(article.text)}
    ids = {article.id for article in asked}
    kept: dict[str, Article] = {}
    for path in paths:
        for article in _read(path):
            grams = _grams(article.text)
            if grams and article.id not in ids and sum(gram in known for gram in grams) <= SHARED * len(grams):
                kept.setdefault(article.id, article)
    return list(kept.values())


def _read(path: Path) -> Iterator[Article]:
    for origin, record in read_records(path):
        text = record.get("text") or record.get("body")
        if not record.get("id") or not text:
            raise GoldError(f"{origin}: the article has no id or no text: give it `id`, `title` and `text` (or `body`)")
        yield Article(str(record["id"]), str(text), title=str(record.get("title") or ""), origin=origin)


def _grams(text: str) -> list[tuple[str, ...]]:
    words = [token.folded for token in tokenize(text)]
    return [tuple(words[i : i + GRAM_WORDS]) for i in range(len(words) - GRAM_WORDS + 1)]
