"""The engine in memory: the whole contract of `index/engine`, nothing on disk.

Every test that needs an index without needing a folder uses it. `index_in_memory` turns articles into a published snapshot in one
call; `HashingEncoder` gives vectors without a model. Inverted lists are built on first use: 20,000 passages take a few seconds.
"""

import datetime
import threading
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from index.articles import Article
from index.encoder import Encoder, Kind
from index.engine import IndexedPassage, Manifest, NewArticle, NewPassage, Snapshot, Vectors
from index.errors import IndexingBusy, NoSnapshot, SnapshotError
from index.italian import analyze, ngrams
from index.near_copies import NEAR_COPY, Signature, article_signature, bands, similarity
from index.passages import indexed_text, split_article

K1, B = 1.2, 0.75  # those of tantivy: an engine only nominates

Codes = NDArray[np.int64]


class MemoryEngine:
    """Snapshots in a dictionary."""

    def __init__(self) -> None:
        self._snapshots: dict[int, MemorySnapshot] = {}
        self._published: set[int] = set()
        self._current: int | None = None
        self._last_number = 0
        self._indexing = threading.Lock()
        self._withdrawn: dict[str, str] = {}
        self._term_codes = _codebook()
        self._ngram_codes = _codebook()

    def open_current(self) -> Snapshot:
        """Return the published snapshot; NoSnapshot if there is none."""
        if self._current is None:
            raise NoSnapshot("nothing has been indexed yet")
        return self._snapshots[self._current]

    def verify(self) -> None:
        """See `Engine`."""
        self.open_current()

    def current_number(self) -> int | None:
        """Return the number of the published snapshot."""
        return self._current

    @contextmanager
    def indexing(self) -> Iterator[None]:
        """Hold the indexing lock; IndexingBusy if somebody else holds it."""
        if not self._indexing.acquire(blocking=False):
            raise IndexingBusy("somebody else is indexing")
        try:
            yield
        finally:
            self._indexing.release()

    def build(self, manifest: Manifest, changed: Iterable[NewArticle], removed: Iterable[str]) -> Snapshot:
        """Make a draft out of the published snapshot, or of `changed` alone where recipe or encoder differ."""
        self._last_number = max(self._last_number + 1, manifest.number)
        stored = dict(self._inherited(manifest))
        for new in changed:
            stored[new.article.id] = self._store(new)
        for article_id in removed:
            stored.pop(article_id, None)
        numbered = replace(manifest, number=self._last_number)
        draft = MemorySnapshot(numbered, stored, dict(self._term_codes), dict(self._ngram_codes))
        self._snapshots[self._last_number] = draft
        return draft

    def publish(self, number: int) -> None:
        """Make a draft current; SnapshotError if there is none with this number."""
        if number not in self._snapshots:
            raise SnapshotError(f"there is no draft {number} to publish")
        self._published.add(number)
        self._current = number

    def rollback(self) -> int:
        """Make the snapshot published before the current one current again."""
        earlier = [number for number in self._published if self._current is not None and number < self._current]
        if not earlier:
            raise NoSnapshot("there is no earlier snapshot to go back to")
        self._published.discard(self._current or 0)  # nobody will want to roll back to it
        self._current = max(earlier)
        return self._current

    def vacuum(self, *, keep: int) -> int:
        """Delete drafts, and published snapshots but the `keep` newest up to the current one."""
        kept = sorted(number for number in self._published if self._current is not None and number <= self._current)[-keep:]
        deleted = self._snapshots.keys() - set(kept)
        for number in deleted:
            del self._snapshots[number]
        self._published.intersection_update(kept)
        return len(deleted)

    def withdrawn(self) -> frozenset[str]:
        """Return the ids of the withdrawn articles."""
        return frozenset(self._withdrawn)

    def withdraw(self, article_id: str, reason: str = "") -> None:
        """Withdraw an article."""
        self._withdrawn[article_id] = reason or self._withdrawn.get(article_id, "")

    def restore(self, article_id: str) -> None:
        """Let an article be seen again."""
        self._withdrawn.pop(article_id, None)

    def _inherited(self, manifest: Manifest) -> "Mapping[str, _StoredArticle]":
        if self._current is None:
            return {}
        current = self._snapshots[self._current]
        is_same = (current.manifest.recipe, current.manifest.encoder_fingerprint) == (manifest.recipe, manifest.encoder_fingerprint)
        return current.stored if is_same else {}

    def _store(self, new: NewArticle) -> "_StoredArticle":
        passages = tuple(
            _StoredPassage(p.indexed, _encode(p.indexed.terms, self._term_codes), _encode(p.ngrams, self._ngram_codes), p.vector)
            for p in new.passages
        )
        return _StoredArticle(new.article, passages, new.signature, frozenset(bands(new.signature)))


@dataclass(eq=False)
class MemorySnapshot:
    """One state of the collection; what is counted is counted on first use."""

    bare_manifest: Manifest
    stored: "Mapping[str, _StoredArticle]"
    term_codes: Mapping[str, int]
    ngram_codes: Mapping[str, int]
    _positions: dict[int, int] = field(init=False)

    def __post_init__(self) -> None:
        self._rows = [passage for article in self.stored.values() for passage in article.passages]
        self._positions = {row.indexed.passage.id: position for position, row in enumerate(self._rows)}

    @cached_property
    def manifest(self) -> Manifest:
        """The manifest with the counts filled in."""
        return replace(
            self.bare_manifest,
            articles=len(self.stored),
            passages=len(self._rows),
            average_terms=float(np.mean([len(row.terms) for row in self._rows])) if self._rows else 0.0,
            average_ngrams=float(np.mean([len(row.ngrams) for row in self._rows])) if self._rows else 0.0,
        )

    def nominate_by_terms(self, weights: Mapping[str, float], /, *, limit: int) -> list[int]:
        """Return the ids of the best passages by BM25 over terms."""
        return self._ids(self._terms.scores(weights), limit)

    def nominate_by_ngrams(self, weights: Mapping[str, float], /, *, limit: int) -> list[int]:
        """Return the ids of the best passages by BM25 over n-grams."""
        return self._ids(self._ngrams.scores(weights), limit)

    def nominate_by_vector(self, vector: NDArray[np.float32], /, *, limit: int) -> list[int]:
        """Return the ids of the passages with the greatest dot product, whatever its sign."""
        similarities = self._matrix @ vector
        return [self._rows[i].indexed.passage.id for i in np.argsort(-similarities, kind="stable")[:limit]]

    def term_frequencies(self, terms: Iterable[str], /) -> dict[str, int]:
        """Return in how many passages each term stands."""
        return {term: self._terms.frequency(term) for term in terms}

    def ngram_frequencies(self, ngrams: Iterable[str], /) -> dict[str, int]:
        """Return in how many passages each n-gram stands."""
        return {gram: self._ngrams.frequency(gram) for gram in ngrams}

    def vocabulary(self) -> Sequence[str]:
        """Return every term, the most frequent first, equals in alphabetical order."""
        return self._vocabulary

    def passages(self, ids: Sequence[int], /) -> list[IndexedPassage]:
        """Return the known ones of these passages, in the order asked for."""
        return [self._rows[self._positions[id_]].indexed for id_ in ids if id_ in self._positions]

    def passage_ids(self, article_ids: Sequence[str], /) -> frozenset[int]:
        """Return the ids of all passages of the known ones of these articles."""
        return frozenset(p.indexed.passage.id for id_ in article_ids if id_ in self.stored for p in self.stored[id_].passages)

    def vectors(self, ids: Sequence[int], /) -> Vectors:
        """Return the vectors of these passages, (ids, dimension); KeyError for an unknown id."""
        return self._matrix[[self._positions[id_] for id_ in ids]]

    def articles(self, ids: Sequence[str], /) -> dict[str, Article]:
        """Return the known ones of these articles."""
        return {id_: self.stored[id_].article for id_ in ids if id_ in self.stored}

    def copies(self, ids: Sequence[str], /) -> dict[str, tuple[str, ...]]:
        """Return the near-copies of the known ones of these articles, by comparing each with all others."""
        return {id_: self._copies(self.stored[id_]) for id_ in ids if id_ in self.stored}

    def newest_articles(self, *, limit: int, offset: int = 0) -> list[Article]:
        """Return a page of the articles, newest first."""
        articles = (stored.article for stored in self.stored.values())
        return sorted(articles, key=lambda article: article.newest_first, reverse=True)[offset : offset + limit]

    def digests(self) -> dict[str, str]:
        """Return the digest of every article."""
        return {id_: stored.article.digest for id_, stored in self.stored.items()}

    def close(self) -> None:
        """Nothing is open."""

    def _copies(self, one: "_StoredArticle") -> tuple[str, ...]:
        found = [other.article for other in self.stored.values() if other is not one and other.is_copy_of(one)]
        return tuple(article.id for article in sorted(found, key=_oldest_first))

    @cached_property
    def _vocabulary(self) -> tuple[str, ...]:
        frequencies = {term: self._terms.frequency(term) for term in self.term_codes}
        return tuple(sorted((term for term, n in frequencies.items() if n), key=lambda term: (-frequencies[term], term)))

    @cached_property
    def _terms(self) -> "_Postings":
        return _Postings([row.terms for row in self._rows], self.term_codes)

    @cached_property
    def _ngrams(self) -> "_Postings":
        return _Postings([row.ngrams for row in self._rows], self.ngram_codes)

    @cached_property
    def _matrix(self) -> Vectors:
        vectors = [row.vector for row in self._rows]
        return np.stack(vectors).astype(np.float32) if vectors else np.zeros((0, self.bare_manifest.dimension), np.float32)

    def _ids(self, scores: NDArray[np.float64], limit: int) -> list[int]:
        order = np.argsort(-scores, kind="stable")[:limit]
        return [self._rows[i].indexed.passage.id for i in order if scores[i] > 0]


@dataclass(frozen=True, slots=True)
class HashingEncoder:
    """An encoder without a model: the sum of one random direction a stem, always the same for the same stem."""

    name: str = "hashing"
    fingerprint: str = "hashing-1"
    dimension: int = 32

    def encode(self, texts: Sequence[str], kind: Kind, /) -> Vectors:
        """Return (texts, dimension) unit vectors; a text of stop words only gives zeros."""
        return np.stack([self._vector(text) for text in texts]) if texts else np.zeros((0, self.dimension), np.float32)

    def _vector(self, text: str) -> NDArray[np.float32]:
        total = np.zeros(self.dimension)
        for term in analyze(text):
            total += np.random.default_rng(zlib.crc32(term.encode())).standard_normal(self.dimension)
        return (total / (np.linalg.norm(total) or 1.0)).astype(np.float32)


def new_article(article: Article, encoder: Encoder) -> NewArticle:
    """Split, analyse and encode an article."""
    passages = split_article(article)
    texts = [indexed_text(article.title, passage.text) for passage in passages]
    vectors = encoder.encode(texts, "passage")
    return NewArticle(
        article,
        tuple(
            NewPassage(IndexedPassage(passage, article.title, tuple(analyze(text))), tuple(ngrams(text)), vector)
            for passage, text, vector in zip(passages, texts, vectors, strict=True)
        ),
        article_signature(article),
    )


def bare_manifest(encoder: Encoder, *, number: int = 1, recipe: str = "test 1") -> Manifest:
    """Return a manifest whose counts are still to be filled in by the engine."""
    created = datetime.datetime(2025, 3, 31, tzinfo=datetime.UTC)
    return Manifest(number, created, encoder.name, encoder.fingerprint, encoder.dimension, recipe, 0, 0, 0.0, 0.0)


def index_in_memory(articles: Iterable[Article], encoder: Encoder | None = None) -> MemoryEngine:
    """Return an engine in which these articles are published."""
    chosen = encoder or HashingEncoder()
    engine = MemoryEngine()
    draft = engine.build(bare_manifest(chosen), (new_article(article, chosen) for article in articles), ())
    engine.publish(draft.manifest.number)
    return engine


@dataclass(frozen=True, slots=True)
class _StoredPassage:
    indexed: IndexedPassage
    terms: Codes
    ngrams: Codes
    vector: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _StoredArticle:
    article: Article
    passages: tuple[_StoredPassage, ...]
    signature: Signature
    bands: frozenset[int]

    def is_copy_of(self, other: "_StoredArticle") -> bool:
        """True if the two share a band and are similar enough."""
        return not self.bands.isdisjoint(other.bands) and similarity(self.signature, other.signature) >= NEAR_COPY


class _Postings:
    """Inverted lists: for each code the passages that hold it, how often, and the BM25 that follows."""

    def __init__(self, rows: Sequence[Codes], codes: Mapping[str, int]) -> None:
        self._codes = codes
        self._size = len(rows)
        lengths = np.array([len(row) for row in rows])
        self._norms = K1 * (1 - B + B * lengths / (lengths.mean() or 1.0)) if rows else np.zeros(0)
        keys = np.concatenate([row * len(rows) + i for i, row in enumerate(rows)]) if rows else np.zeros(0, np.int64)
        pairs, self._counts = np.unique(keys, return_counts=True)  # one pair a code and passage, sorted by code
        self._passages = pairs % max(len(rows), 1)
        self._starts = np.searchsorted(pairs // max(len(rows), 1), np.arange(len(codes) + 1))

    def frequency(self, word: str) -> int:
        code = self._codes.get(word)
        return 0 if code is None else int(self._starts[code + 1] - self._starts[code])

    def scores(self, weights: Mapping[str, float]) -> NDArray[np.float64]:
        """Return the weighted BM25 of every passage, (passages,)."""
        scores = np.zeros(self._size)
        for word, weight in sorted(weights.items()):
            if frequency := self.frequency(word):
                postings = slice(self._starts[self._codes[word]], self._starts[self._codes[word] + 1])
                passages, counts = self._passages[postings], self._counts[postings]
                idf = np.log1p((self._size - frequency + 0.5) / (frequency + 0.5))
                scores[passages] += weight * idf * counts * (K1 + 1) / (counts + self._norms[passages])
        return scores


def _oldest_first(article: Article) -> tuple[datetime.date, str]:
    return (article.published.last if article.published else datetime.date.max, article.id)


def _codebook() -> defaultdict[str, int]:
    """Return a dictionary that gives every new word the next number."""
    codes: defaultdict[str, int] = defaultdict()
    codes.default_factory = codes.__len__
    return codes


def _encode(words: Sequence[str], codes: defaultdict[str, int]) -> Codes:
    return np.fromiter(map(codes.__getitem__, words), np.int64, len(words))
