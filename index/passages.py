"""Passages: runs of whole sentences, long enough to be found and short enough to be read.

A passage is what engines index. Its title is context for them, never part of the quotable text.
"""

import hashlib
from dataclasses import dataclass

from index.articles import Article
from index.cleaning import readable_intervals
from index.sentences import split_sentences

SPLITTER_VERSION = 3
PASSAGE_WORDS = 110  # a passage is closed before the sentence that would take it past this
SHORTEST_LAST_WORDS = 30  # a shorter rest joins the passage before it
LONGEST_WORD_CHARACTERS = 40
OVERLAP_SENTENCES = 1  # see docs/quality: what 0, 1 and 2 gave

Interval = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Passage:
    """A slice of an article: `article.text[start:end] == text`. `sentences` are `(start, end)` offsets in the article, in order."""

    id: int
    article_id: str
    start: int
    end: int
    text: str
    sentences: tuple[Interval, ...]


def split_article(article: Article) -> list[Passage]:
    """Return the passages of an article in order; sentences that cleaning leaves out stand in none of them."""
    sentences = [sentence for start, end in readable_intervals(article) for sentence in split_sentences(article.text, start, end)]
    return [_passage(article, tuple(group)) for group in _group(article.text, sentences)]


def indexed_text(title: str, passage_text: str) -> str:
    """Return what engines and encoders see of a passage: the headline, then the text."""
    return f"{title}\n{passage_text}" if title else passage_text


def passage_id(article_id: str, start: int, end: int, text: str) -> int:
    """Return the 63-bit id of a passage: BLAKE2b over what it is, so that the same passage always has the same id."""
    key = "\x1f".join((article_id, str(start), str(end), text))
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest()) >> 1


def _passage(article: Article, sentences: tuple[Interval, ...]) -> Passage:
    start, end = sentences[0][0], sentences[-1][1]
    text = article.text[start:end]
    return Passage(passage_id(article.id, start, end, text), article.id, start, end, text, sentences)


def _group(text: str, sentences: list[Interval]) -> list[list[Interval]]:
    """Group sentences into passages: full ones of about `PASSAGE_WORDS`, each beginning with the end of the one before."""
    groups: list[list[Interval]] = []
    current: list[Interval] = []
    fresh = 0  # how many sentences of `current` stand in no earlier group
    for sentence in sentences:
        if fresh and _words(text, [*current, sentence]) > PASSAGE_WORDS:
            groups.append(current)
            current, fresh = current[-OVERLAP_SENTENCES:] if OVERLAP_SENTENCES else [], 0
            if _words(text, [*current, sentence]) > PASSAGE_WORDS:
                current = []
        current = [*current, sentence]
        fresh += 1
    if fresh and groups and _words(text, current[-fresh:]) < SHORTEST_LAST_WORDS:
        groups[-1] = [*groups[-1], *current[-fresh:]]
    elif fresh:
        groups.append(current)
    return groups


def _words(text: str, sentences: list[Interval]) -> int:
    """Count words; what has next to no blanks counts by its length, so that it fills a passage too."""
    return sum(max(len(text[start:end].split()), (end - start) // LONGEST_WORD_CHARACTERS) for start, end in sentences)
