"""Formulas: figures out of rankings, answers, confidences and times, and nothing else.

Every function is pure. Rates lie between 0 and 1; a figure over nothing is None, never 0. Rankings are ids, best first.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from itertools import groupby

import numpy as np

LONGEST_QUOTE_WORDS = 60  # more cannot be read at a glance in a chat
RANKING_DEPTH = 10  # ranks that reciprocal rank and nDCG look at
CALIBRATION_BINS = 10
BOOTSTRAP_ROUNDS = 1000
BOOTSTRAP_SEED = 20250331

_ARTICLES = frozenset("il lo la l i gli le un uno una".split())
_WORD = re.compile(r"[^\W_]+(?:(?<=\d)[.,:](?=\d)[^\W_]+)*")


def normalize(text: str) -> str:
    """Return a text in lower case, without punctuation and articles, its words separated by single spaces.

    As SQuAD's evaluation does for English (Rajpurkar et al. 2016), with the Italian articles il lo la l' i gli le un uno una. Punctuation
    separates words rather than joining them, so that `l'Inter` loses its article; inside a number (`1,8`, `20.45`) it stays.
    """
    return " ".join(_content_words(text))


def exact_match(answer: str, gold: Collection[str]) -> float:
    """Return 1 if the normalised answer equals a gold one, else 0 (Rajpurkar et al. 2016)."""
    words = _content_words(answer)
    return float(bool(words) and any(words == _content_words(right) for right in gold))


def token_f1(answer: str, gold: Collection[str]) -> float:
    """Return the best F1 of the normalised words, as bags, against any gold answer (Rajpurkar et al. 2016)."""
    return max((_bag_f1(_content_words(answer), _content_words(right)) for right in gold), default=0.0)


def contains_answer(quote: str, gold: Collection[str]) -> bool:
    """True if a gold answer stands in the quote, word for word after normalisation; never for one past `LONGEST_QUOTE_WORDS`."""
    return count_words(quote) <= LONGEST_QUOTE_WORDS and any(_stands_in(quote, right) for right in gold)


def is_same_sentence(quote: str, sentence: str, gold: Collection[str]) -> bool:
    """True if the quote is the gold sentence, holds it, or is a piece of it that still holds a gold answer."""
    if _stands_in(quote, sentence):
        return True
    return _stands_in(sentence, quote) and any(_stands_in(quote, right) for right in gold)


def count_words(text: str) -> int:
    """Return how many words stand between blanks."""
    return len(text.split())


def recall_at(k: int, ranking: Sequence[str], relevant: Collection[str]) -> float:
    """Return 1 if any relevant id is among the first k, else 0: relevant articles are alternatives (DPR, Karpukhin et al. 2020)."""
    return float(any(id_ in relevant for id_ in ranking[:k]))


def reciprocal_rank(ranking: Sequence[str], relevant: Collection[str], k: int = RANKING_DEPTH) -> float:
    """Return 1 / rank of the first relevant id, 0 if none is among the first k (TREC-8, Voorhees 1999)."""
    return next((1 / rank for rank, id_ in enumerate(ranking[:k], start=1) if id_ in relevant), 0.0)


def ndcg(ranking: Sequence[str], relevant: Collection[str], k: int = RANKING_DEPTH) -> float:
    """Return the discounted gain Σ 1 / log2(rank + 1) over the best possible one, relevance 0 or 1 (Järvelin & Kekäläinen 2002)."""
    if not relevant:
        return 0.0
    gain = sum(_discount(rank) for rank, id_ in enumerate(dict.fromkeys(ranking[:k]), start=1) if id_ in relevant)
    return gain / sum(_discount(rank) for rank in range(1, min(len(set(relevant)), k) + 1))


def risk_coverage(confidences: Sequence[float], right: Sequence[bool]) -> list[tuple[float, float]]:
    """Return (coverage, risk) for every threshold worth setting: the share answered, and the share of those that is wrong.

    Most confident first; equal confidences cannot be told apart by a threshold and share a point (El-Yaniv & Wiener 2010).
    """
    return [(end / len(right), wrong / end) for _, end, wrong in _tied_blocks(confidences, right)]


def aurc(confidences: Sequence[float], right: Sequence[bool]) -> float | None:
    """Return the mean risk over all coverages 1/n … 1, less is better (Geifman & El-Yaniv 2017).

    Within a tie the wrong ones are spread evenly, which is what a random order gives on average.
    """
    if not right:
        return None
    total, before = 0.0, 0
    for start, end, wrong in _tied_blocks(confidences, right):
        slope = (wrong - before) / (end - start)
        total += sum((before + slope * (rank - start)) / rank for rank in range(start + 1, end + 1))
        before = wrong
    return total / len(right)


def auroc(confidences: Sequence[float], positive: Sequence[bool]) -> float | None:
    """Return the probability that a positive has more confidence than a negative, ties counting half (Hanley & McNeil 1982)."""
    scores, labels = np.asarray(confidences, dtype=float), np.asarray(positive, dtype=bool)
    negatives = np.sort(scores[~labels])
    positives = scores[labels]
    if not positives.size or not negatives.size:
        return None
    below = np.searchsorted(negatives, positives, side="left")
    ties = np.searchsorted(negatives, positives, side="right") - below
    return float((below + ties / 2).mean() / negatives.size)


def calibration_error(confidences: Sequence[float], right: Sequence[bool]) -> float | None:
    """Return the mean distance of confidence from the share that is right, over the `calibration_bins` (ECE, Guo et al. 2017)."""
    if not right:
        return None
    return sum(abs(confidence - share) * count for confidence, share, count in calibration_bins(confidences, right)) / len(right)


def calibration_bins(confidences: Sequence[float], right: Sequence[bool]) -> list[tuple[float, float, int]]:
    """Return (mean confidence, share right, count) of ten bins of equal count, least confident first.

    Counts differ by one where ten does not divide them; fewer than ten answers make a bin each.
    """
    order = np.argsort(np.asarray(confidences, dtype=float), kind="stable")
    scores, labels = np.asarray(confidences, dtype=float)[order], np.asarray(right, dtype=float)[order]
    bins = zip(np.array_split(scores, CALIBRATION_BINS), np.array_split(labels, CALIBRATION_BINS), strict=True)
    return [(float(s.mean()), float(y.mean()), s.size) for s, y in bins if s.size]


def mean(values: Sequence[float]) -> float | None:
    """Return the mean."""
    return float(np.mean(values)) if len(values) else None


def percentile(values: Sequence[float], percent: float) -> float | None:
    """Return the value that `percent` of the values do not exceed, interpolated; 50 is the median."""
    return float(np.percentile(values, percent)) if len(values) else None


def bootstrap_interval(values: Sequence[float]) -> tuple[float, float] | None:
    """Return the 95 % percentile interval of the mean, the same one at every call (Efron & Tibshirani 1993).

    Questions are resampled one by one, as if independent: several on one article make the true interval somewhat wider.
    """
    if not len(values):
        return None
    sample = np.asarray(values, dtype=np.float64)
    random = np.random.default_rng(BOOTSTRAP_SEED)
    at_once = max(1, 1_000_000 // sample.size)  # rounds drawn together: many for few values, within a few megabytes for many
    means: list[float] = []
    while len(means) < BOOTSTRAP_ROUNDS:
        rounds = min(at_once, BOOTSTRAP_ROUNDS - len(means))
        means.extend(sample[random.integers(sample.size, size=(rounds, sample.size))].mean(axis=1))
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


def _words(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFC", text).lower())


def _content_words(text: str) -> list[str]:
    words = _words(text)
    return [word for word in words if word not in _ARTICLES] or words  # «una» may be the whole answer


def _bag_f1(answer: list[str], right: list[str]) -> float:
    shared = sum((Counter(answer) & Counter(right)).values())
    return 2 * shared / (len(answer) + len(right)) if shared else 0.0


def _stands_in(text: str, wanted: str) -> bool:
    words = _content_words(wanted)
    if not words:
        return False
    among = _words(text) if _ARTICLES.issuperset(words) else _content_words(text)
    return f" {' '.join(words)} " in f" {' '.join(among)} "


def _discount(rank: int) -> float:
    return 1 / math.log2(rank + 1)


def _tied_blocks(confidences: Sequence[float], right: Sequence[bool]) -> Iterator[tuple[int, int, int]]:
    """Yield for each distinct confidence, highest first, how many come before it, how many up to it, and how many of those are wrong."""
    ranked = sorted(zip(confidences, right, strict=True), key=lambda pair: -pair[0])
    start, wrong = 0, 0
    for _, tied in groupby(ranked, key=lambda pair: pair[0]):
        block = list(tied)
        wrong += sum(not is_right for _, is_right in block)
        yield start, start + len(block), wrong
        start += len(block)
