"""A snapshot without the articles that were withdrawn.

In comes a snapshot, which never changes, and the ids of the articles that nobody may see; out comes one that answers as if these had
never been indexed: neither they nor their passages, words or places in a list are found. Only averages and the frequencies of n-grams
are those of the whole collection: they weigh, and tell nothing. Make one for each snapshot and list of ids, and keep it: what the
withdrawn articles hold is looked up once.
"""

import datetime
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from index.articles import Article
from index.engine import IndexedPassage, Manifest, Snapshot, Vectors


def visible(snapshot: Snapshot, withdrawn: frozenset[str]) -> Snapshot:
    """Return what may be seen of a snapshot: the snapshot itself where nothing is withdrawn."""
    return VisibleSnapshot(snapshot, withdrawn) if withdrawn else snapshot


class VisibleSnapshot:
    """What is left of a snapshot without the withdrawn articles; closing it closes the snapshot."""

    def __init__(self, snapshot: Snapshot, withdrawn: frozenset[str]) -> None:
        self._snapshot = snapshot
        self._withdrawn = withdrawn

    @cached_property
    def manifest(self) -> Manifest:
        """That of the snapshot, with the numbers of the articles and passages that may be seen."""
        whole = self._snapshot.manifest
        return replace(whole, articles=whole.articles - len(self._hidden_places), passages=whole.passages - len(self._hidden_passages))

    def nominate_by_terms(self, weights: Mapping[str, float], /, *, limit: int) -> list[int]:
        """See `Snapshot`."""
        return self._nominate(lambda wanted: self._snapshot.nominate_by_terms(weights, limit=wanted), limit)

    def nominate_by_ngrams(self, weights: Mapping[str, float], /, *, limit: int) -> list[int]:
        """See `Snapshot`."""
        return self._nominate(lambda wanted: self._snapshot.nominate_by_ngrams(weights, limit=wanted), limit)

    def nominate_by_vector(self, vector: NDArray[np.float32], /, *, limit: int) -> list[int]:
        """See `Snapshot`."""
        return self._nominate(lambda wanted: self._snapshot.nominate_by_vector(vector, limit=wanted), limit)

    def term_frequencies(self, terms: Iterable[str], /) -> dict[str, int]:
        """See `Snapshot`."""
        return {term: max(0, count - self._hidden_terms[term]) for term, count in self._snapshot.term_frequencies(terms).items()}

    def ngram_frequencies(self, ngrams: Iterable[str], /) -> dict[str, int]:
        """See `Snapshot`; the passages of withdrawn articles are counted too."""
        return self._snapshot.ngram_frequencies(ngrams)

    def vocabulary(self) -> Sequence[str]:
        """See `Snapshot`; the order is that of the whole collection."""
        return self._vocabulary

    def passages(self, ids: Sequence[int], /) -> list[IndexedPassage]:
        """See `Snapshot`."""
        return self._snapshot.passages([id_ for id_ in ids if id_ not in self._hidden_passages])

    def passage_ids(self, article_ids: Sequence[str], /) -> frozenset[int]:
        """See `Snapshot`."""
        return self._snapshot.passage_ids(self._seen(article_ids))

    def vectors(self, ids: Sequence[int], /) -> Vectors:
        """See `Snapshot`."""
        if not self._hidden_passages.isdisjoint(ids):
            raise KeyError("a passage belongs to an article that was withdrawn")
        return self._snapshot.vectors(ids)

    def articles(self, ids: Sequence[str], /) -> dict[str, Article]:
        """See `Snapshot`."""
        return self._snapshot.articles(self._seen(ids))

    def copies(self, ids: Sequence[str], /) -> dict[str, tuple[str, ...]]:
        """See `Snapshot`."""
        return {id_: tuple(self._seen(copies)) for id_, copies in self._snapshot.copies(self._seen(ids)).items()}

    def newest_articles(self, *, limit: int, offset: int = 0) -> list[Article]:
        """See `Snapshot`; a page holds `limit` articles that may be seen, and so do those before it."""
        page = self._snapshot.newest_articles(limit=limit + len(self._hidden_places), offset=offset)
        before = sum(place > page[0].newest_first for place in self._hidden_places) if page else 0
        return [article for article in page if article.id not in self._withdrawn][before : before + limit]

    def digests(self) -> dict[str, str]:
        """See `Snapshot`."""
        return {id_: digest for id_, digest in self._snapshot.digests().items() if id_ not in self._withdrawn}

    def close(self) -> None:
        """See `Snapshot`."""
        self._snapshot.close()

    @cached_property
    def _hidden_places(self) -> tuple[tuple[datetime.date, str], ...]:
        """Where the withdrawn articles of this snapshot stand in the list of the newest."""
        return tuple(article.newest_first for article in self._snapshot.articles(sorted(self._withdrawn)).values())

    @cached_property
    def _hidden_passages(self) -> frozenset[int]:
        return self._snapshot.passage_ids(sorted(self._withdrawn))

    @cached_property
    def _hidden_terms(self) -> Counter[str]:
        """In how many passages of withdrawn articles each term stands."""
        return Counter(term for indexed in self._snapshot.passages(sorted(self._hidden_passages)) for term in set(indexed.terms))

    @cached_property
    def _vocabulary(self) -> tuple[str, ...]:
        left = self.term_frequencies(self._hidden_terms)
        return tuple(term for term in self._snapshot.vocabulary() if left.get(term, 1))

    def _seen(self, ids: Iterable[str]) -> list[str]:
        return [id_ for id_ in ids if id_ not in self._withdrawn]

    def _nominate(self, nominate: Callable[[int], list[int]], limit: int) -> list[int]:
        """Nominate until withdrawn passages have taken nobody's place: at most as many more as there are of them."""
        wanted = limit
        while True:
            found = nominate(wanted)
            seen = [id_ for id_ in found if id_ not in self._hidden_passages]
            if len(seen) >= limit or len(found) < wanted:
                return seen[:limit]
            wanted = min(2 * wanted, limit + len(self._hidden_passages))
