"""Grow the trees of the feature reader: one forest ranks sentences, one ranks spans inside the right sentence."""

import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import lightgbm
import numpy as np
from numpy.typing import NDArray

from retrieval.feature_model import stack
from retrieval.features.background import Background
from retrieval.features.evidence import Evidence, gather
from retrieval.features.sentence_features import sentence_features
from retrieval.features.sentence_table import Floats, Ints, SentenceTable
from retrieval.features.span_candidates import Candidates, find_candidates
from retrieval.features.span_features import HANDED_DOWN, BorderOdds, span_features
from training.features.collections import Asked
from training.features.examples import Example

FOLDS = 3
LEAST_BORDER_USES = 40  # of a word, before its odds at a border are believed
BORDER_SMOOTHING = 20.0
KEPT_WRONG_SPANS = 0.3
SEED = 3
_COMMON = {
    "seed": SEED,
    "deterministic": True,
    "num_threads": 1,
    "verbose": -1,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "objective": "lambdarank",
}
SENTENCE_TREES = 500
SENTENCE_PARAMETERS = _COMMON | {
    "num_leaves": 15,
    "max_depth": 7,
    "learning_rate": 0.05,
    "min_data_in_leaf": 30,
    "max_bin": 127,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.8,
    "lambdarank_truncation_level": 5,
}
SPAN_TREES = 200
SPAN_PARAMETERS = _COMMON | {
    "num_leaves": 31,
    "max_depth": 7,
    "learning_rate": 0.08,
    "min_data_in_leaf": 50,
    "feature_fraction": 0.4,
    "bagging_fraction": 0.7,
    "max_bin": 63,
    "lambdarank_truncation_level": 6,
    "label_gain": [0, 1, 2, 4, 12],
}
SPAN_GRADES = (0.3, 0.6, 0.8, 0.999)  # token F1 from which a span has grade 1, 2, 3, 4
_ARTICLES = frozenset("il lo la l i gli le un uno una".split())  # count for nothing when spans are compared


@dataclass(frozen=True)
class Rows:
    """Features of the rows of many questions: `sizes` rows for each of `asked`."""

    names: tuple[str, ...]
    features: Floats
    labels: NDArray[np.float32]
    sizes: Ints
    asked: tuple[Asked, ...]

    @property
    def folds(self) -> Ints:
        """(questions,) the fold of each question: what belongs together stays together."""
        return np.array([fold_of(asked.example) for asked in self.asked])

    def of(self, chosen: NDArray[np.bool_]) -> "Rows":
        """Return the rows of some questions."""
        rows = np.repeat(chosen, self.sizes)
        asked = tuple(a for a, keep in zip(self.asked, chosen, strict=True) if keep)
        return Rows(self.names, self.features[rows], self.labels[rows], self.sizes[chosen], asked)

    def split(self, values: Floats) -> list[Floats]:
        """Cut values of rows into those of each question."""
        return np.split(values, np.cumsum(self.sizes)[:-1])


def fold_of(example: Example) -> int:
    """Return the fold of an example: what belongs together stays together."""
    return zlib.crc32(example.group.encode()) % FOLDS


def sentence_rows(questions: Sequence[Asked], background: Background) -> Rows:
    """Return the sentences of all questions that have any; the right ones are labelled 1."""
    names: tuple[str, ...] = ()
    features, labels, kept = [], [], []
    for asked in questions:
        evidence = gather(asked.query, asked.passages, background)
        if evidence is None:
            continue
        columns = sentence_features(evidence)
        names = tuple(columns)
        features.append(stack(columns, names))
        labels.append(right_sentences(asked.example, evidence.table) * (1 - columns["too_long"]))
        kept.append(asked)
    return Rows(names, np.vstack(features), np.concatenate(labels), np.array([len(x) for x in labels]), tuple(kept))


def right_sentences(example: Example, table: SentenceTable) -> NDArray[np.bool_]:
    """Return which sentences of a table hold a gold answer where it stands: (sentences,)."""
    right = np.zeros(table.sentences, dtype=bool)
    own = np.array([retrieved.article.id == example.article_id for retrieved in table.passages])[table.passage]
    for start, end in example.answers:
        right |= own & (table.start <= start) & (table.end >= end)
    for article_id, start, end in example.elsewhere:
        other = np.array([retrieved.article.id == article_id for retrieved in table.passages])[table.passage]
        right |= other & (table.start <= start) & (table.end >= end)
    return right


def grow_sentence_trees(rows: Rows) -> lightgbm.Booster:
    """Learn to rank sentences, from the questions whose right sentence was retrieved."""
    found = np.array([labels.any() for labels in rows.split(rows.labels)])
    chosen = rows.of(found)
    data = lightgbm.Dataset(chosen.features, chosen.labels, group=chosen.sizes, feature_name=list(rows.names))
    return lightgbm.train(SENTENCE_PARAMETERS, data, SENTENCE_TREES)


def cross_fitted(rows: Rows, grow: Any) -> tuple[Floats, list[lightgbm.Booster]]:
    """Return the score of each row by trees that never saw its article, and the trees of each fold."""
    scores = np.zeros(len(rows.labels), dtype=np.float32)
    folds, boosters = rows.folds, []
    for fold in range(FOLDS):
        boosters.append(grow(rows.of(folds != fold)))
        own = np.repeat(folds == fold, rows.sizes)
        scores[own] = boosters[-1].predict(rows.features[own])
    return scores, boosters


def border_odds(questions: Sequence[Asked], background: Background) -> BorderOdds:
    """Count which words stand at the borders of gold answers, against how often they stand in their sentences."""
    borders: dict[str, Counter[str]] = {place: Counter() for place in ("before", "first", "last", "after")}
    uses: Counter[str] = Counter()
    answers = 0
    for asked in questions:
        evidence = gather(asked.query, asked.passages, background)
        if evidence is None:
            continue
        for words, first, last in _gold_places(asked.example, evidence.table):
            answers += 1
            uses.update(words)
            borders["first"][words[first]] += 1
            borders["last"][words[last]] += 1
            if first:
                borders["before"][words[first - 1]] += 1
            if last + 1 < len(words):
                borders["after"][words[last + 1]] += 1
    base = answers / max(sum(uses.values()), 1)
    return BorderOdds(**{place: _log_odds(counts, uses, base) for place, counts in borders.items()})


def _log_odds(counts: Counter[str], uses: Counter[str], base: float) -> dict[str, float]:
    common = sorted(word for word, count in uses.items() if count >= LEAST_BORDER_USES)
    return {word: round(float(np.log((counts[word] / base + BORDER_SMOOTHING) / (uses[word] + BORDER_SMOOTHING))), 3) for word in common}


def _gold_places(example: Example, table: SentenceTable) -> Iterator[tuple[list[str], int, int]]:
    """Yield the words of each right sentence with the places of the first and last word of an answer."""
    for row in np.flatnonzero(right_sentences(example, table)):
        tokens = np.arange(table.row_start[row], table.row_start[row + 1])
        for start, end in example.answers:
            inside = np.flatnonzero((table.token_start[tokens] < end) & (table.token_end[tokens] > start))
            if len(inside) and table.start[row] <= start and end <= table.end[row]:
                yield [table.words[word] for word in table.word[tokens]], int(inside[0]), int(inside[-1])


def span_rows(rows: Rows, scores: Floats, background: Background, odds: BorderOdds, seed: int = SEED) -> Rows:
    """Return the candidates of right sentences, labelled by their F1 with the nearest gold answer; of the wrong ones a share is kept.

    `scores` are cross-fitted scores of the sentences. Each right sentence counts as a question of its own.
    """
    chance = np.random.default_rng(seed)
    names: tuple[str, ...] = ()
    features, labels, kept = [], [], []
    for asked, own in zip(rows.asked, rows.split(scores), strict=True):
        evidence = gather(asked.query, asked.passages, background) if asked.example.answers else None
        right = np.flatnonzero(right_sentences(asked.example, evidence.table)) if evidence else []
        for row in right:
            assert evidence is not None
            candidates = find_candidates(evidence.table, [int(row)])
            f1 = gold_f1(asked.example, evidence.table, candidates)
            if not f1.any():
                continue
            columns = candidate_columns(evidence, candidates, own, odds)
            names = tuple(columns)
            keep = (f1 > 0) | (chance.random(len(f1)) < KEPT_WRONG_SPANS)
            features.append(stack(columns, names)[keep])
            labels.append(f1[keep])
            kept.append(asked)
    return Rows(names, np.vstack(features), np.concatenate(labels), np.array([len(x) for x in labels]), tuple(kept))


def candidate_columns(evidence: Evidence, candidates: Candidates, scores: Floats, odds: BorderOdds) -> dict[str, Floats]:
    """Return the features of candidates, their sentences' own ones handed down."""
    columns = sentence_features(evidence)
    return span_features(evidence, candidates, odds, scores, {name: columns[name] for name in HANDED_DOWN})


def gold_f1(example: Example, table: SentenceTable, candidates: Candidates) -> Floats:
    """Return the best F1 of each candidate with a gold answer of its sentence, by words that are no articles."""
    counted = np.array([word not in _ARTICLES for word in table.words])[table.word]
    before = np.concatenate([[0], np.cumsum(counted)])
    best = np.zeros(len(candidates.row), dtype=np.float32)
    size = before[candidates.last + 1] - before[candidates.first]
    for start, end in example.answers:
        inside = (table.token_start < end) & (table.token_end > start)
        for row in np.unique(candidates.row):
            tokens = np.flatnonzero(inside[table.row_start[row] : table.row_start[row + 1]]) + table.row_start[row]
            if not len(tokens) or not (table.start[row] <= start and end <= table.end[row]):
                continue
            low, high = np.maximum(candidates.first, tokens[0]), np.minimum(candidates.last, tokens[-1])
            shared = np.where((candidates.row == row) & (high >= low), before[np.maximum(high, low) + 1] - before[low], 0)
            gold = before[tokens[-1] + 1] - before[tokens[0]]
            best = np.maximum(best, (2 * shared / np.maximum(size + gold, 1)).astype(np.float32))
    return best


def grow_span_trees(rows: Rows) -> lightgbm.Booster:
    """Learn to rank the candidates of a sentence."""
    grades = np.digitize(rows.labels, SPAN_GRADES)
    data = lightgbm.Dataset(rows.features, grades, group=rows.sizes, feature_name=list(rows.names))
    return lightgbm.train(SPAN_PARAMETERS, data, SPAN_TREES)
