"""What a site repeats in article after article: its disclaimers, invitations and boxes, found by how often they stand there.

Articles come in twice: first to be counted, then to be given back with the intervals of such lines as their `furniture`. Only hashes of
lines are kept in between, 8 bytes each. A list of phrases (`index/cleaning`) knows what all sites have; this finds what one site has.
"""

import hashlib
import re
from array import array
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from index.articles import Article

FEWEST_ARTICLES = 4  # of one site
SMALLEST_SHARE = 0.15  # of the articles of that site: a background paragraph that is copied for weeks stays far below
FEWEST_WORDS_LEFT = 0.2  # where less of an article would remain it is no article with furniture, but one that was published again

_LINE = re.compile(r"[^\r\n]+")


class RepeatedLines:
    """Counts in how many articles of its site each line stands."""

    def __init__(self) -> None:
        self._sites: defaultdict[str, _Site] = defaultdict(_Site)

    def add(self, article: Article) -> None:
        """Count the lines of an article."""
        self._sites[_site(article)].add({_hash(article.text[start:end]) for start, end in _lines(article)})

    def mark(self, article: Article) -> Article:
        """Return an article with the lines that its site repeats as furniture. All articles must have been added by then."""
        repeated = self._sites[_site(article)].repeated
        lines = [(start, end, _hash(article.text[start:end]) in repeated) for start, end in _lines(article)]
        furniture = tuple((start, end) for start, end, is_repeated in lines if is_repeated)
        left = sum(_words(article.text[start:end]) for start, end, is_repeated in lines if not is_repeated)
        everything = left + sum(_words(article.text[start:end]) for start, end in furniture)
        return replace(article, furniture=furniture) if furniture and left >= FEWEST_WORDS_LEFT * everything else article


class _Site:
    """The lines of one site: a hash for each article in which a line stands."""

    def __init__(self) -> None:
        self._articles = 0
        self._hashes = array("Q")

    def add(self, hashes: set[int]) -> None:
        self._articles += 1
        self._hashes.extend(hashes)

    @cached_property
    def repeated(self) -> frozenset[int]:
        hashes: NDArray[np.uint64]
        hashes, counts = np.unique(np.frombuffer(self._hashes, np.uint64), return_counts=True)
        often = max(FEWEST_ARTICLES, SMALLEST_SHARE * self._articles)
        return frozenset(hashes[counts >= often].tolist())


def _site(article: Article) -> str:
    """Return what tells the site of an article: its address, else the name that it goes by."""
    try:
        host = urlsplit(article.url).hostname
    except ValueError:
        host = None
    return host or article.source or article.found_in


def _lines(article: Article) -> Iterator[tuple[int, int]]:
    """Yield the `(start, end)` of every line that holds words."""
    for line in _LINE.finditer(article.text, article.body_start):
        if any(character.isalnum() for character in line.group()):
            yield line.span()


def _hash(line: str) -> int:
    return int.from_bytes(hashlib.blake2b(" ".join(line.split()).encode("utf-8", "replace"), digest_size=8).digest())


def _words(line: str) -> int:
    return len(line.split())
