"""What the trees learned about sentences and spans, and the ranking of sentences by them.

`models/features-it` holds it; `retrieval/feature_reader` answers with it, and other readers let it choose what they read.
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
from retrieval.features.confidence import Confidence
from retrieval.features.evidence import Evidence, gather
from retrieval.features.sentence_features import sentence_features
from retrieval.features.sentence_table import Floats
from retrieval.features.span_features import BorderOdds, Columns
from retrieval.features.trees import Forest, read_forest
from retrieval.question import Query
from retrieval.reader import RetrievedPassage

BUILT_IN_FEATURES = PROJECT / "models" / "features-it"

TOO_LONG_PENALTY = np.float32(100.0)  # a quote that cannot be read at a glance is the last resort


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
class Ranked:
    """The sentences of a question's passages with their columns and scores, (sentences,)."""

    evidence: Evidence
    columns: Columns
    scores: Floats


def load_feature_model(folder: Path) -> FeatureModel:
    """Read the files of a model folder; ModelError if they are missing or do not fit together."""
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        tensors = load_file(folder / "trees.safetensors")
        return _assemble(config, tensors, load_background(folder / "background.safetensors"))
    except (OSError, ValueError, KeyError, SafetensorError) as error:
        raise ModelError(f"{folder} does not hold a feature reader ({error}): restore it or run `python -m training.features`") from error


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
