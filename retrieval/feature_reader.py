"""The light reader: boosted trees over features, no neural weights; answers in milliseconds and can say why.

Sentences of the retrieved passages are ranked, the best ones are searched for the run of words that answers, and each proposal gets a
calibrated confidence. `models/features-it` holds what `training/features` learned.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file

from index.errors import ModelError
from index.settings import PROJECT
from retrieval.deadline import Deadline
from retrieval.features.background import Background, load_background
from retrieval.features.confidence import Confidence, confidence_columns
from retrieval.features.evidence import Evidence, gather
from retrieval.features.sentence_features import sentence_features
from retrieval.features.sentence_table import Floats, SentenceTable
from retrieval.features.span_candidates import Candidates, find_candidates, slice_of
from retrieval.features.span_features import HANDED_DOWN, BorderOdds, Columns, span_features
from retrieval.features.trees import Forest, read_forest
from retrieval.question import Query
from retrieval.reader import RetrievedPassage, Span

BUILT_IN_FEATURES = PROJECT / "models" / "features-it"

SEARCHED_SENTENCES = 5  # in which a span is looked for; gold is among them for nine questions in ten
TOO_LONG_PENALTY = np.float32(100.0)  # a quote that cannot be read at a glance is the last resort
SIFTING_TREES = 25  # the first trees choose which candidates the others look at
SIFTED_CANDIDATES = 150


@dataclass(frozen=True, slots=True)
class FeatureModel:
    """What was learned. Names say which columns the trees were grown on, in order."""

    background: Background
    sentence_names: tuple[str, ...]
    sentence_trees: Forest
    span_names: tuple[str, ...]
    span_trees: Forest
    odds: BorderOdds
    span_share: float  # what a span's score counts beside its sentence's
    confidence: Confidence


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


@dataclass(frozen=True, slots=True)
class Ranked:
    """The sentences of a question's passages with their columns and scores, (sentences,)."""

    evidence: Evidence
    columns: Columns
    scores: Floats


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


def rank(model: FeatureModel, query: Query, passages: Sequence[RetrievedPassage], deadline: Deadline) -> Ranked | None:
    """Score the sentences of the passages; None where there is nothing to read."""
    deadline.check()
    evidence = gather(query, passages, model.background)
    if evidence is None:
        return None
    columns = sentence_features(evidence)
    scores = model.sentence_trees.predict(stack(columns, model.sentence_names))
    return Ranked(evidence, columns, scores - TOO_LONG_PENALTY * columns["too_long"])


def passages_worth_reading(ranked: Ranked, count: int) -> list[RetrievedPassage]:
    """Return the passages that hold the best sentences, the best one first."""
    table = ranked.evidence.table
    order = table.passage[np.argsort(-ranked.scores, kind="stable")]
    return [table.passages[place] for place in dict.fromkeys(order.tolist())][:count]


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


def load_feature_model(folder: Path) -> FeatureModel:
    """Read the files of a model folder; ModelError if they are missing or do not fit together."""
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        tensors = load_file(folder / "trees.safetensors")
        return _assemble(config, tensors, load_background(folder / "background.safetensors"))
    except (OSError, ValueError, KeyError, SafetensorError) as error:
        raise ModelError(f"{folder} does not hold a feature reader ({error}): restore it or run `python -m training.features`") from error


def stack(columns: Mapping[str, Floats], names: Sequence[str]) -> Floats:
    """Return columns by name as rows, (rows, names)."""
    return np.column_stack([columns[name] for name in names]).astype(np.float32, copy=False)


def _assemble(config: Mapping[str, Any], tensors: Mapping[str, Any], background: Background) -> FeatureModel:
    return FeatureModel(
        background=background,
        sentence_names=tuple(config["sentence_features"]),
        sentence_trees=read_forest(tensors, "sentence"),
        span_names=tuple(config["span_features"]),
        span_trees=read_forest(tensors, "span"),
        odds=BorderOdds(**config["border_odds"]),
        span_share=float(config["span_share"]),
        confidence=Confidence(**config["confidence"]),
    )
