"""The seam between Edicola and what stores its passages.

An engine nominates candidates and gives statistics; it never decides an order. Ranking is Edicola's own formula
(`retrieval/fusion`), so that every engine gives the same answers. `tests/index/engine_contract.py` is the contract: an engine is
admitted by passing it. The embedded engine is `index/snapshot`.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.articles import Article
from index.near_copies import Signature
from index.passages import Passage

Vectors = NDArray[np.float32]  # (passages, dimension), unit length


@dataclass(frozen=True, slots=True)
class Manifest:
    """All that shaped a snapshot. Two snapshots with equal `recipe` may share vectors and terms."""

    number: int
    created: datetime.datetime  # UTC
    encoder: str
    encoder_fingerprint: str
    dimension: int
    recipe: str  # versions of cleaner, splitter and analyser, e.g. `cleaner 1, splitter 1, analyser 1`
    articles: int
    passages: int
    average_terms: float  # per passage, headline included
    average_ngrams: float  # per passage, headline included


@dataclass(frozen=True, slots=True)
class IndexedPassage:
    """A passage with what ranking needs: its headline, and the terms of headline and text in order."""

    passage: Passage
    title: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewPassage:
    """A passage on its way into an engine: its terms, its n-grams and its vector (dimension,)."""

    indexed: IndexedPassage
    ngrams: tuple[str, ...]
    vector: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class NewArticle:
    """An article on its way into an engine, with its passages in order and what tells its near-copies."""

    article: Article
    passages: tuple[NewPassage, ...]
    signature: Signature


class Snapshot(Protocol):
    """One published state of the collection; it never changes. Close it when no question needs it any longer."""

    @property
    def manifest(self) -> Manifest:
        """What it was made of."""

    def nominate_by_terms(self, weights: Mapping[str, float], /, *, limit: int) -> list[int]:
        """Return up to `limit` ids of passages that hold any of the terms, likeliest first by the engine's own BM25."""

    def nominate_by_ngrams(self, weights: Mapping[str, float], /, *, limit: int) -> list[int]:
        """Return up to `limit` ids of passages that hold any of the character n-grams, likeliest first."""

    def nominate_by_vector(self, vector: NDArray[np.float32], /, *, limit: int) -> list[int]:
        """Return up to `limit` ids of the passages nearest to a unit vector (dimension,), nearest first."""

    def term_frequencies(self, terms: Iterable[str], /) -> dict[str, int]:
        """Return in how many passages each term stands. Passages removed lately may still be counted."""

    def ngram_frequencies(self, ngrams: Iterable[str], /) -> dict[str, int]:
        """Return in how many passages each n-gram stands. Passages removed lately may still be counted."""

    def vocabulary(self) -> Sequence[str]:
        """Return every term of the collection, the most frequent first."""

    def passages(self, ids: Sequence[int], /) -> list[IndexedPassage]:
        """Return the passages with these ids in the same order; unknown ids are left out."""

    def passage_ids(self, article_ids: Sequence[str], /) -> frozenset[int]:
        """Return the ids of all passages of these articles; unknown articles have none."""

    def vectors(self, ids: Sequence[int], /) -> Vectors:
        """Return the vectors of these passages in the same order, (ids, dimension); KeyError for an unknown id."""

    def articles(self, ids: Sequence[str], /) -> dict[str, Article]:
        """Return the articles with these ids, whole; unknown ids are left out."""

    def copies(self, ids: Sequence[str], /) -> dict[str, tuple[str, ...]]:
        """Return for each of these articles the ids of its near-copies in this snapshot, by last possible day, oldest first, then by id.

        Undated ones come last; unknown articles are left out. Two articles are near-copies if their signatures share a band and are at
        least `NEAR_COPY` similar. An engine may leave some out where an article has more than a hundred.
        """

    def newest_articles(self, *, limit: int, offset: int = 0) -> list[Article]:
        """Return a page of the articles, newest first, undated ones last."""

    def digests(self) -> dict[str, str]:
        """Return the digest of every article, by article id."""

    def close(self) -> None:
        """Release files and memory."""


class Engine(Protocol):
    """Where snapshots live. `build` prepares one aside, `publish` makes it the one that everybody reads.

    Beside them it keeps which articles were withdrawn. No snapshot knows of that: `retrieval/visible` leaves them out of what is asked.
    """

    def open_current(self) -> Snapshot:
        """Open the published snapshot; NoSnapshot if there is none, SnapshotDamaged if it cannot be read."""

    def verify(self) -> None:
        """Read the published snapshot whole; NoSnapshot if there is none, SnapshotDamaged if anything differs from what was written."""

    def current_number(self) -> int | None:
        """Return the number of the published snapshot, cheaply: it is asked before every question."""

    def indexing(self) -> AbstractContextManager[None]:
        """Hold the one indexing lock for as long as the context lasts; IndexingBusy if somebody else holds it."""

    def build(self, manifest: Manifest, changed: Iterable[NewArticle], removed: Iterable[str]) -> Snapshot:
        """Write a draft: the published snapshot with `changed` articles put in or replaced and `removed` ones left out.

        `changed` is read first, once; `removed` may be filled only while it is read.
        Where the published snapshot has another recipe or encoder, or fails `verify`, the draft holds `changed` only. The number and
        the counts in `manifest` are filled in by the engine. The draft can be asked like any snapshot before it is published.
        """

    def publish(self, number: int) -> None:
        """Make the draft with this number current, atomically; the earlier ones stay for rollback."""

    def rollback(self) -> int:
        """Make the snapshot before the current one current again and return its number; NoSnapshot if there is none."""

    def vacuum(self, *, keep: int) -> int:
        """Delete drafts and all but the `keep` newest snapshots up to the current one; return how many were deleted."""

    def withdrawn(self) -> frozenset[str]:
        """Return the ids of the articles that nobody may see, cheaply: it is asked before every question, in every process.

        WithdrawalsDamaged if the list was lost or altered: then nobody knows what may be seen.
        """

    def withdraw(self, article_id: str, reason: str = "") -> None:
        """Withdraw an article, for good once this returns: from every snapshot, also one in which it is indexed later.

        Of an article that is withdrawn already only the reason changes, if one is given. Many may withdraw and restore at once.
        """

    def restore(self, article_id: str) -> None:
        """Let an article be seen again; nothing happens if it was not withdrawn."""
