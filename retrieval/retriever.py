"""From a query to passages: engines nominate candidates, the fusion formula puts their union in order.

The same query on the same snapshot gives the same passages in the same order, whatever the engine.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from index.articles import Article
from index.encoder import Encoder
from index.engine import IndexedPassage, Snapshot
from index.settings import BUILT_IN_ENCODER
from retrieval.deadline import Deadline
from retrieval.fusion import DenseWeight, LexicalQuery, PartScores, fuse, lexical_query, score_parts
from retrieval.question import Query
from retrieval.reader import RetrievedPassage

NOMINATED = 40  # by each of terms, n-grams and vector; 30 and 60 are a tie on 3,000 passages, and time grows with it
WIDENED = 4  # times as many are nominated again where articles later than the day of the question have taken the places
COPIED_WITHIN = datetime.timedelta(days=3)
SAME_ARTICLE_BONUS = 3.0  # in deviations, see `_bonus`

# The deviation is that of the cosines between questions and all passages (SQuAD-it .086, written questions .095). R@1 on an eighth of the
# tuning questions, SQuAD-it and written: 76.4 and 83.0 at 0, 76.7 and 83.0 at .4, 76.5 and 83.1 at .6, 76.6 and 83.4 at .9, 76.0 and 83.5
# at 1.2; R@10 rises from 94.6 to 95.0 and from 96.2 to 96.4 at .6.
DENSE_WEIGHTS: Mapping[str, DenseWeight] = {BUILT_IN_ENCODER: DenseWeight(0.6, deviation=0.09)}
# A hub encoder is about as good as BM25. If it is not: the built-in one with this weight takes 0 to .3 points of R@1.
FOREIGN_DENSE_WEIGHT = DenseWeight(1.0)


class Retriever:
    """Finds the passages that may answer a query; safe to share between threads if its encoder is."""

    def __init__(self, encoder: Encoder, dense: DenseWeight | None = None) -> None:
        self._encoder = encoder
        self._dense = dense or DENSE_WEIGHTS.get(encoder.name, FOREIGN_DENSE_WEIGHT)

    def retrieve(self, query: Query, snapshot: Snapshot, *, top_k: int, deadline: Deadline) -> list[RetrievedPassage]:
        """Return the `top_k` likeliest passages, best first, equals by id; TooSlow when the deadline passes."""
        lexical = lexical_query(query, snapshot)
        vector = self._encoder.encode([query.text], "question")[0]
        limit = NOMINATED
        while True:
            deadline.check()
            ranking = self._rank(query, lexical, vector, snapshot, limit)
            known = [retrieved for retrieved in ranking if retrieved.article.is_known_on(query.question.asked_on)]
            distinct = _without_copies(known, snapshot)
            if len(distinct) >= top_k or len(known) == len(ranking) or limit >= snapshot.manifest.passages:
                return distinct[:top_k]
            limit *= WIDENED

    def _rank(
        self, query: Query, lexical: LexicalQuery, vector: NDArray[np.float32], snapshot: Snapshot, limit: int
    ) -> list[RetrievedPassage]:
        """Return all that is nominated, best first."""
        candidates = snapshot.passages(_nominate(lexical, vector, snapshot, limit))
        parts = score_parts(lexical, vector, candidates, snapshot)
        scores = fuse(lexical, parts, self._dense) + _bonus(query, candidates)
        ranking = sorted(range(len(candidates)), key=lambda place: (-scores[place], candidates[place].passage.id))
        return _with_articles(candidates, scores, parts, ranking, snapshot)


def _without_copies(ranking: Sequence[RetrievedPassage], snapshot: Snapshot) -> list[RetrievedPassage]:
    """Return the passages in order, those of near-copies of a better article left out and named beside it."""
    articles = {retrieved.article.id: retrieved.article for retrieved in ranking}
    copy_ids = snapshot.copies(list(articles))
    named = articles | snapshot.articles(sorted({copy for copies in copy_ids.values() for copy in copies} - articles.keys()))
    kept: dict[str, tuple[Article, ...]] = {}
    dropped = set[str]()
    for id_, article in articles.items():
        if id_ not in dropped:
            copies = tuple(named[copy] for copy in copy_ids.get(id_, ()) if copy in named and _are_of_one_time(article, named[copy]))
            kept[id_] = copies
            dropped.update(copy.id for copy in copies if copy.id not in kept)
    return [replace(retrieved, copies=kept[retrieved.article.id]) for retrieved in ranking if retrieved.article.id in kept]


def _are_of_one_time(one: Article, other: Article) -> bool:
    """True unless two articles are surely more than some days apart: later the same text, with another number in it, is news."""
    if one.published is None or other.published is None:
        return True
    apart = max(one.published.first, other.published.first) - min(one.published.last, other.published.last)
    return apart <= COPIED_WITHIN


def _nominate(lexical: LexicalQuery, vector: NDArray[np.float32], snapshot: Snapshot, limit: int) -> list[int]:
    """Return the ids of all that deserve a closer look, each once."""
    by_terms = snapshot.nominate_by_terms(lexical.terms, limit=limit)
    by_ngrams = snapshot.nominate_by_ngrams(lexical.ngrams, limit=limit)
    by_vector = snapshot.nominate_by_vector(vector, limit=limit) if vector.any() else []
    return list(dict.fromkeys((*by_terms, *by_ngrams, *by_vector)))


def _bonus(query: Query, candidates: Sequence[IndexedPassage]) -> NDArray[np.float64]:
    """Return what a follow-up gives to the passages of the article that the turn before cited.

    With the right article cited, R@1 of written follow-ups is 86.5 without, 91.4 with 3 and 93.9 with 5 deviations; with a wrong one in
    a quarter of the turns 90.2 and 92.7. But written follow-ups never leave their article, as people do.
    """
    same = [bool(query.leans_on) and candidate.passage.article_id == query.leans_on for candidate in candidates]
    return SAME_ARTICLE_BONUS * np.array(same, np.float64)


def _with_articles(
    candidates: Sequence[IndexedPassage], scores: NDArray[np.float64], parts: PartScores, ranking: Sequence[int], snapshot: Snapshot
) -> list[RetrievedPassage]:
    articles = snapshot.articles(list(dict.fromkeys(candidates[place].passage.article_id for place in ranking)))
    return [
        RetrievedPassage(
            candidates[place].passage,
            articles[candidates[place].passage.article_id],
            score=float(scores[place]),
            term_score=float(parts.terms[place]),
            ngram_score=float(parts.ngrams[place]),
            dense_score=float(parts.dense[place]),
        )
        for place in ranking
    ]
