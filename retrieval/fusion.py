"""One visible formula that puts candidates in order, the same for every engine.

    lexical = Σ BM25(stem) + NGRAM_WEIGHT · Σ BM25(4-gram) + PAIR_WEIGHT · pairs + ARTICLE_WEIGHT · article
    score   = lexical / deviation(lexical) + dense weight · cosine / deviation(cosine)

BM25 is that of Robertson and Zaragoza (2009, eq. 3.15) with Lucene's idf, which is never negative; statistics are the engine's, of the
whole collection. The lexical parts have one unit and are added as they are: a word that the collection does not know has no stem, and
its n-grams take its place. The deviation of the lexical score over the collection is estimated from document frequencies, as if words
were independent, so that no engine scores more than its candidates.

Every constant was chosen on the 34 SQuAD-it articles and the written train questions that nothing is reported on; figures beside them
are R@1 there (`python -m training.retrieval_weights`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log1p, sqrt

import numpy as np
from numpy.typing import NDArray

from index.engine import IndexedPassage, Snapshot
from index.italian import word_ngrams
from index.passages import indexed_text
from retrieval.ngram_counts import count_ngrams, is_countable
from retrieval.question import Query

TERM_K1, TERM_B = 1.1, 0.6  # 75.1 alone; .9/.4 75.2, 1.5/.75 74.4
NGRAM_K1, NGRAM_B = 0.6, 0.4  # 76.0 alone; 1.1/.6 75.2, 1.6/.6 74.1: how often an n-gram returns says little
NGRAM_WEIGHT = 0.25  # 79.1 with the stems; .15 78.1, .35 79.4, .5 79.1; for written questions 81.8, .15 81.8, .35 81.7
NAME_WEIGHT = 1.2  # of the stems of names; written questions 82.6 → 83.0, 1.5 82.9
PAIR_WEIGHT = 0.4  # SQuAD-it 78.7 → 79.7, written questions 82.6 → 82.9; .2 79.1 and 82.7
PAIR_DISTANCE = 3  # 1 and 6 are a tie
ARTICLE_WEIGHT = 0.3  # written questions 81.8 → 82.6, SQuAD-it 79.1 → 78.7, where an article is one paragraph
MOST_NGRAMS = 250  # of a question, the rarest ones: about 20 words of 12 letters

Scores = NDArray[np.float64]  # (candidates,)
Vector = NDArray[np.float32]  # (dimension,)


@dataclass(frozen=True, slots=True)
class DenseWeight:
    """What an encoder's cosine is worth beside the lexical score.

    `deviation` is that of its cosines between questions and unrelated passages; None takes that of each question's candidates.
    """

    weight: float
    deviation: float | None = None


@dataclass(frozen=True, slots=True)
class LexicalQuery:
    """A question in numbers: the weights of its stems and n-grams without and with their idf, its pairs of neighbouring stems."""

    terms: Mapping[str, float]
    ngrams: Mapping[str, float]
    term_gains: Mapping[str, float]
    ngram_gains: Mapping[str, float]
    pairs: tuple[tuple[str, str, float], ...]
    deviation: float


@dataclass(frozen=True, slots=True)
class PartScores:
    """What each candidate has in common with a question: BM25 of stems, BM25 of n-grams, pairs, its article's share, cosine.

    `pairs` are neighbouring words of the question that stand together in the passage, by the idf of the commoner one. `article` is BM25
    of stems taken at their best from all candidates of the same article: an article that holds all the words lifts its passages.
    """

    terms: Scores
    ngrams: Scores
    pairs: Scores
    article: Scores
    dense: Scores


def lexical_query(query: Query, snapshot: Snapshot) -> LexicalQuery:
    """Weigh a question's stems and n-grams by the statistics of a snapshot."""
    size = snapshot.manifest.passages
    terms = _heaviest((term.stem, term.weight * (NAME_WEIGHT if term.word in query.names else 1.0)) for term in query.terms)
    ngrams = _heaviest((gram, weight) for form, weight in query.forms for gram in word_ngrams(form) if is_countable(gram))
    term_counts, ngram_counts = snapshot.term_frequencies(terms), snapshot.ngram_frequencies(ngrams)
    rarest = sorted((gram for gram in ngrams if ngram_counts.get(gram)), key=lambda gram: (ngram_counts[gram], gram))[:MOST_NGRAMS]
    idf = {term: _idf(term_counts.get(term, 0), size) for term in terms}
    certain = list(dict.fromkeys(term.stem for term in query.terms if term.weight == 1.0))
    term_gains = {term: weight * idf[term] for term, weight in terms.items()}
    ngram_gains = {gram: ngrams[gram] * _idf(ngram_counts[gram], size) for gram in rarest}
    variance = sum(_variance(gain, term_counts.get(term, 0), size) for term, gain in term_gains.items())
    variance += sum(_variance(NGRAM_WEIGHT * gain, ngram_counts[gram], size) for gram, gain in ngram_gains.items())
    return LexicalQuery(
        terms,
        {gram: ngrams[gram] for gram in rarest},
        term_gains,
        ngram_gains,
        tuple((first, second, min(idf[first], idf[second])) for first, second in pairwise(certain)),
        sqrt(variance) or 1.0,
    )


def score_parts(query: LexicalQuery, vector: Vector, candidates: Sequence[IndexedPassage], snapshot: Snapshot) -> PartScores:
    """Compare each candidate with the question, one part at a time."""
    manifest = snapshot.manifest
    positions = [_positions(candidate.terms, query.term_gains) for candidate in candidates]
    lengths = np.array([len(candidate.terms) for candidate in candidates], np.float64)
    gains = _term_gains(query, positions, lengths / (manifest.average_terms or 1.0))
    return PartScores(
        terms=gains.sum(axis=1),
        ngrams=_ngram_scores(query, candidates, manifest.average_ngrams),
        pairs=np.array(
            [sum(gain for first, second, gain in query.pairs if _stand_together(p, first, second)) for p in positions], np.float64
        ),
        article=_article_scores(gains, [candidate.passage.article_id for candidate in candidates]),
        dense=(snapshot.vectors([candidate.passage.id for candidate in candidates]) @ vector).astype(np.float64),
    )


def fuse(query: LexicalQuery, parts: PartScores, dense: DenseWeight) -> Scores:
    """Return the score of each candidate, comparable within one question."""
    lexical = parts.terms + NGRAM_WEIGHT * parts.ngrams + PAIR_WEIGHT * parts.pairs + ARTICLE_WEIGHT * parts.article
    spread = (dense.deviation or float(parts.dense.std()) or 1.0) if len(parts.dense) else 1.0
    return lexical / query.deviation + dense.weight * parts.dense / spread


def _positions(terms: Sequence[str], wanted: Mapping[str, float]) -> dict[str, list[int]]:
    positions: dict[str, list[int]] = {}
    for position, term in enumerate(terms):
        if term in wanted:
            positions.setdefault(term, []).append(position)
    return positions


def _term_gains(query: LexicalQuery, positions: Sequence[Mapping[str, list[int]]], lengths: Scores) -> NDArray[np.float64]:
    """Return what each stem of the question gives to each candidate, (candidates, stems); `lengths` are relative to the average."""
    counts = np.array([[len(found.get(term, ())) for term in query.term_gains] for found in positions], np.float64)
    counts = counts.reshape(len(positions), len(query.term_gains))
    norms = TERM_K1 * (1 - TERM_B + TERM_B * lengths)[:, None]
    gains: NDArray[np.float64] = counts * (TERM_K1 + 1) / (counts + norms) * np.array(list(query.term_gains.values()))
    return gains


def _ngram_scores(query: LexicalQuery, candidates: Sequence[IndexedPassage], average_ngrams: float) -> Scores:
    counts, lengths = count_ngrams([indexed_text(c.title, c.passage.text) for c in candidates], list(query.ngram_gains))
    norms = NGRAM_K1 * (1 - NGRAM_B + NGRAM_B * lengths / (average_ngrams or 1.0))[:, None]
    scores: Scores = (counts * (NGRAM_K1 + 1) / (counts + norms)) @ np.array(list(query.ngram_gains.values()))
    return scores


def _stand_together(positions: Mapping[str, list[int]], first: str, second: str) -> bool:
    if first not in positions or second not in positions:
        return False
    return min(abs(a - b) for a in positions[first] for b in positions[second]) <= PAIR_DISTANCE


def _article_scores(gains: NDArray[np.float64], article_ids: Sequence[str]) -> Scores:
    best: dict[str, NDArray[np.float64]] = {}
    for row, article_id in zip(gains, article_ids, strict=True):
        best[article_id] = np.maximum(best[article_id], row) if article_id in best else row
    return np.array([best[article_id].sum() for article_id in article_ids], np.float64)


def _heaviest(weighted: Iterable[tuple[str, float]]) -> dict[str, float]:
    weights: dict[str, float] = {}
    for word, weight in weighted:
        weights[word] = max(weight, weights.get(word, 0.0))
    return weights


def _idf(count: int, size: int) -> float:
    return log1p((max(size, count) - count + 0.5) / (count + 0.5))


def _variance(gain: float, count: int, size: int) -> float:
    """Return the variance of a gain that count of size passages have."""
    share = min(count / size, 1.0) if size else 0.0
    return gain**2 * share * (1 - share)
