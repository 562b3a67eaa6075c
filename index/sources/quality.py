"""What each source is worth: how much it gave, how much of that lacks a date or repeats others, and what could not be read.

Counted in the published snapshot, a batch of articles at a time, beside the history of the runs.
"""

import statistics
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from index.articles import Article
from index.engine import Snapshot
from index.sources.history import History

BATCH_ARTICLES = 500


@dataclass(frozen=True, slots=True)
class SourceQuality:
    """One source; its name is "" for a folder that nobody declared. Times in seconds since 1970."""

    source: str
    articles: int
    undated: int
    near_duplicates: int  # articles of which an older near-copy is there, from this or another source
    skipped: int  # in the last run
    reasons: tuple[tuple[str, int], ...]  # why, the most frequent first
    last_success: float | None
    failure: str  # of the last run, "" if it went well
    median_words: int


@dataclass(slots=True)
class _Count:
    undated: int = 0
    near_duplicates: int = 0
    words: "array[int]" = field(default_factory=lambda: array("L"))


def quality(snapshot: Snapshot, history: History | None) -> tuple[SourceQuality, ...]:
    """Return all sources by name: those that articles were found in and those that were asked."""
    counts: dict[str, _Count] = {name: _Count() for name in (history.sources() if history else ())}
    for batch in _batches(snapshot):
        copies = snapshot.copies([article.id for article in batch])
        for article in batch:
            count = counts.setdefault(article.found_in, _Count())
            count.undated += article.published is None
            count.near_duplicates += _has_older_copy(snapshot, article, copies.get(article.id, ()))
            count.words.append(len(article.text.split()))
    return tuple(_quality(name, counts[name], history) for name in sorted(counts))


def _batches(snapshot: Snapshot) -> Iterator[list[Article]]:
    offset = 0
    while batch := snapshot.newest_articles(limit=BATCH_ARTICLES, offset=offset):
        yield batch
        offset += len(batch)


def _has_older_copy(snapshot: Snapshot, article: Article, copies: Sequence[str]) -> bool:
    """True unless an article is the original among its copies: dated ones come first, by day, then by id."""
    return bool(copies) and any(_age(copy) < _age(article) for copy in snapshot.articles(copies).values())


def _age(article: Article) -> tuple[bool, str, str]:
    return (article.published is None, article.published.last.isoformat() if article.published else "", article.id)


def _quality(name: str, count: _Count, history: History | None) -> SourceQuality:
    last = history.last_run(name) if history else None
    success = history.last_success(name) if history else None
    return SourceQuality(
        source=name,
        articles=len(count.words),
        undated=count.undated,
        near_duplicates=count.near_duplicates,
        skipped=last.skipped if last else 0,
        reasons=last.reasons if last else (),
        last_success=success.ended if success else None,
        failure=last.failure if last else "",
        median_words=round(statistics.median(count.words)) if count.words else 0,
    )
