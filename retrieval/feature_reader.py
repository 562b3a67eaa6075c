"""The light reader: boosted trees over features, no neural weights; answers in milliseconds and can say why.

Sentences of the retrieved passages are ranked, the best ones are searched for the run of words that answers, and each proposal gets a
calibrated confidence. `models/features-it` holds what `training/features` learned.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from retrieval.deadline import Deadline
from retrieval.feature_model import BUILT_IN_FEATURES, FeatureModel, Ranked, load_feature_model, rank, stack
from retrieval.features.confidence import confidence_columns
from retrieval.features.sentence_table import Floats, SentenceTable
from retrieval.features.span_candidates import Candidates, find_candidates, slice_of
from retrieval.features.span_features import HANDED_DOWN, Columns, span_features
from retrieval.question import Query
from retrieval.reader import RetrievedPassage, Span, best_of_each

SEARCHED_SENTENCES = 5  # in which a span is looked for; gold is among them for nine questions in ten
SIFTING_TREES = 25  # the first trees choose which candidates the others look at
SIFTED_CANDIDATES = 150


@dataclass(frozen=True, slots=True)
class Proposal:
    """The best span of a sentence: its row, its score and its slice of the article."""

    row: int
    score: float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Proposals:
    """What was found in the sentences of a question that were searched, the best sentence first.

    `totals` are final scores; `signs` are the columns that confidence is judged by, one value a proposal.
    """

    table: SentenceTable
    proposals: tuple[Proposal, ...]
    totals: Floats
    signs: Columns


class FeatureReader:
    """Reads with the model of a folder; safe to share between threads. ModelError if files are missing or do not fit together."""

    def __init__(self, folder: Path = BUILT_IN_FEATURES) -> None:
        self._model = load_feature_model(folder)

    def read(self, query: Query, passages: Sequence[RetrievedPassage], deadline: Deadline, /) -> list[Span]:
        """Return proposed spans, best first, at most one for a sentence; empty if there is nothing to read."""
        found = propose(self._model, query, passages, deadline)
        if found is None:
            return []
        confidences = self._model.confidence.of(found.signs)
        return [span_of(found, at, float(confidences[at])) for at in np.argsort(-found.totals, kind="stable").tolist()]

    def read_apart(self, query: Query, groups: Sequence[Sequence[RetrievedPassage]], deadline: Deadline, /) -> list[Span]:
        """Return the best span of each group of passages; groups without a span are left out."""
        return best_of_each(self, query, groups, deadline)


def propose(model: FeatureModel, query: Query, passages: Sequence[RetrievedPassage], deadline: Deadline) -> Proposals | None:
    """Rank the sentences and find the best span of each of the best ones; None where there is nothing to read."""
    ranked = rank(model, query, passages, deadline)
    if ranked is None:
        return None
    deadline.check()
    table, scores = ranked.evidence.table, ranked.scores
    rows = np.argsort(-scores, kind="stable")[:SEARCHED_SENTENCES]
    candidates = find_candidates(table, rows.tolist())
    merits = judge(model, ranked, candidates)
    proposals = tuple(best_proposal(table, row, candidates, merits) for row in rows.tolist())
    best = np.array([proposal.score for proposal in proposals], dtype=np.float32)
    totals = scores[rows] + np.float32(model.span_share) * best
    return Proposals(table, proposals, totals, confidence_columns(ranked.columns, rows, totals, scores[rows], best))


def judge(model: FeatureModel, ranked: Ranked, candidates: Candidates, bonus: Floats | None = None) -> Floats:
    """Return the score of each candidate with its bonus; those that promise little after the first trees are dropped: -inf."""
    shared = {name: ranked.columns[name] for name in HANDED_DOWN}
    features = stack(span_features(ranked.evidence, candidates, model.odds, ranked.scores, shared), model.span_names)
    merits = model.span_trees.first(SIFTING_TREES).predict(features)
    merits = merits if bonus is None else merits + bonus
    kept = np.argsort(-merits, kind="stable")[:SIFTED_CANDIDATES]
    judged = np.full(len(merits), -np.inf, dtype=np.float32)
    judged[kept] = merits[kept] + model.span_trees.after(SIFTING_TREES).predict(features[kept])
    return judged


def best_proposal(table: SentenceTable, row: int, candidates: Candidates, merits: Floats) -> Proposal:
    """Return the best candidate of a sentence, or the whole sentence where none was left."""
    own = np.flatnonzero(candidates.row == row)
    low, high = int(table.start[row]), int(table.end[row])
    if not len(own) or not np.isfinite(merits[own]).any():
        return Proposal(row, 0.0, low, high)
    best = int(own[np.argmax(merits[own])])
    text = table.passages[table.passage[row]].article.text
    start, end = int(table.token_start[candidates.first[best]]), int(table.token_end[candidates.last[best]])
    return Proposal(row, float(merits[best]), *slice_of(text, start, end, lowest=low, highest=high))


def span_of(found: Proposals, at: int, confidence: float) -> Span:
    """Return a proposal, by its place, as the span that readers give."""
    table, proposal = found.table, found.proposals[at]
    return Span(
        retrieved=table.passages[table.passage[proposal.row]],
        sentence_start=int(table.start[proposal.row]),
        sentence_end=int(table.end[proposal.row]),
        start=proposal.start,
        end=proposal.end,
        score=float(found.totals[at]),
        confidence=confidence,
    )
