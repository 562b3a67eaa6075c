"""What is promised of everything that is read, whatever it was read from; Broken says which promise is not kept."""

import sqlite3
from collections.abc import Iterable, Sequence

from index.article_json import article_from_json, article_to_json
from index.article_rows import INSERT, article_of, columns, values_of
from index.articles import Article, Skipped
from index.cleaning import readable_intervals
from index.dates import Period, parse_period
from index.passages import split_article
from index.sentences import LONGEST_SENTENCE_CHARACTERS
from index.sources.listing import Listed, page_address

_TABLE = """
CREATE TABLE articles (id TEXT, digest TEXT, title TEXT, text TEXT, url TEXT, source TEXT, author TEXT, first_day TEXT, last_day TEXT,
    origin TEXT, body_start INTEGER, details TEXT, recipe TEXT, UNIQUE (id, digest, recipe))
"""
_ONE_LINED = ("id", "title", "url", "source", "author")


class Broken(AssertionError):
    """A promise is not kept."""


def promise(is_kept: object, what: str) -> None:
    """Raise Broken unless it is kept."""
    if not is_kept:
        raise Broken(what)


def check_items(items: Iterable[Article | Skipped]) -> None:
    """Check what a reader yields."""
    for item in items:
        if isinstance(item, Article):
            check_article(item)
        else:
            check_skipped(item)


def check_skipped(skipped: Skipped) -> None:
    """A reason is words that can be shown."""
    promise(skipped.origin, "something was skipped, and nobody knows what")
    check_reason(skipped.reason)


def check_reason(reason: str) -> None:
    """A reason is not empty, and can be written."""
    promise(reason.strip(), "the reason is empty")
    reason.encode()


def check_article(article: Article) -> None:
    """An article has an id and text, can be stored, and comes back as it was; its passages are slices of it."""
    promise(article.id.strip(), "the article has no id")
    promise(0 <= article.body_start <= len(article.text), "the body begins outside of the text")
    promise(article.text[article.body_start :].strip(), "the article has no text")
    for name in _ONE_LINED:
        promise(len(getattr(article, name).splitlines()) <= 1, f"the {name} goes over lines")
    if article.updated and article.published:
        promise(article.published.is_before(article.updated), "it was corrected before it was published")
    promise(article_from_json(article_to_json(article)) == article, "it does not come back from JSON")
    promise(_stored(article) == article, "it does not come back from the library")
    check_passages(article)


def check_passages(article: Article) -> None:
    """Intervals, passages and sentences are slices of the text: in order, inside each other, and nothing readable is lost."""
    text = article.text
    intervals = readable_intervals(article)
    _check_order(intervals, article.body_start, len(text), "interval")
    promise(all(text[start:end].strip() for start, end in intervals), "an interval is blank")
    for start, end in article.furniture:
        if article.body_start <= start:
            promise(not any(s == start and e == end for s, e in intervals), "furniture is read")
    passages = split_article(article)
    promise(len({passage.id for passage in passages}) == len(passages), "two passages have one id")
    starts = [passage.start for passage in passages]
    promise(starts == sorted(set(starts)), "passages are not in order")
    for passage in passages:
        promise(passage.sentences, "a passage has no sentences")
        promise(text[passage.start : passage.end] == passage.text, "a passage is no slice of the text")
        promise(
            (passage.start, passage.end) == (passage.sentences[0][0], passage.sentences[-1][1]), "a passage is not what its sentences are"
        )
        _check_order(passage.sentences, passage.start, passage.end, "sentence")
    sentences = sorted({sentence for passage in passages for sentence in passage.sentences})
    _check_order(sentences, article.body_start, len(text), "sentence of the article")
    for start, end in sentences:
        promise(text[start:end] == text[start:end].strip(), "a sentence has blanks around it")
        promise(end - start <= LONGEST_SENTENCE_CHARACTERS, "a sentence is longer than any may be")
    _check_inside(sentences, intervals)
    _check_nothing_lost(text, sentences, intervals)


def _check_order(pairs: Sequence[tuple[int, int]], first: int, last: int, what: str) -> None:
    place = first
    for start, end in pairs:
        promise(place <= start < end <= last, f"an {what} is out of order or out of place")
        place = end


def _check_inside(inner: Sequence[tuple[int, int]], outer: Sequence[tuple[int, int]]) -> None:
    holders = iter(outer)
    holder = next(holders, (0, 0))
    for start, end in inner:
        while holder[1] < end:
            holder = next(holders, (start + 1, end + 1))
        promise(holder[0] <= start, "a sentence is not inside of what is read")


def _check_nothing_lost(text: str, sentences: Sequence[tuple[int, int]], intervals: Sequence[tuple[int, int]]) -> None:
    read = sum(character.isalnum() for start, end in sentences for character in text[start:end])
    readable = sum(character.isalnum() for start, end in intervals for character in text[start:end])
    promise(read == readable, "letters that are to be read stand in no passage")


def check_listed(listed: Listed) -> None:
    """What a source lists has the one spelling of its address, and words that can be stored."""
    promise(listed.url and page_address(listed.url) == listed.url, "the address has another spelling")
    f"{listed.url}{listed.title}{listed.author}{listed.html}".encode()
    promise(listed.changed is None or abs(listed.changed) < 1e12, "the moment of a change is out of the world")
    for day in (listed.published, listed.updated):
        check_period(day)


def check_period(period: Period | None) -> None:
    """A period begins before it ends, and is read again as it is written."""
    if period is None:
        return
    promise(period.first <= period.last, "a period ends before it begins")
    promise(period.precision in ("day", "month", "year"), "a period has no precision")
    if period.first.year >= 1000:  # years before are written with fewer digits
        promise(parse_period(str(period)) == period, "a period is not read as it is written")


def _stored(article: Article) -> Article:
    """Return an article from a row of a library's table."""
    with _LIBRARY:
        _LIBRARY.execute("DELETE FROM articles")
        _LIBRARY.execute(INSERT, values_of(article, "recipe"))
        (row,) = _LIBRARY.execute(f"SELECT {columns(has_details=True)} FROM articles a")
    return article_of(row)


_LIBRARY = sqlite3.connect(":memory:")
_LIBRARY.execute(_TABLE)
