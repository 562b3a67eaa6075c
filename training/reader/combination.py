"""Weigh features against the trained model, and fit how sure both together may be."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from retrieval.deadline import Deadline
from retrieval.feature_model import FeatureModel, Ranked, rank
from retrieval.feature_reader import Proposals
from retrieval.features.confidence import Confidence
from retrieval.span_model import SpanModel
from retrieval.timeline import on_subject
from retrieval.two_stage_reader import READ_PASSAGES, Combination, TokenMargins, best_runs, combine, read_tokens
from training.features.calibration import fit_confidence, join, recalibrated
from training.features.collections import Asked
from training.features.learning import right_sentences
from training.features.measure import Read, figures, read_all, signs

SENTENCE_WEIGHTS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 1.3)
SPAN_WEIGHTS = (0.05, 0.1, 0.2, 0.3, 0.45, 0.6, 0.9, 1.4)
_UNSURE = Confidence(("total",), (0.5,), 0.0)


@dataclass(frozen=True, slots=True)
class Reading:
    """What both judges saw of a question; None where there was nothing to read."""

    asked: Asked
    seen: tuple[Ranked, TokenMargins] | None


class Judges:
    """Features and a model, not yet weighed."""

    def __init__(self, features: FeatureModel, model: SpanModel, read_passages: int = READ_PASSAGES) -> None:
        self._features = features
        self._model = model
        self._read_passages = read_passages

    def look(self, asked: Asked) -> Reading:
        """Let both look at a question's passages."""
        ranked = rank(self._features, asked.query, asked.passages, Deadline.none())
        if ranked is None:
            return Reading(asked, None)
        return Reading(asked, (ranked, read_tokens(self._model, asked.query, ranked, self._read_passages, Deadline.none())))

    def look_at_all(self, questions: Sequence[Asked]) -> list[Reading]:
        """Let both look at many questions."""
        return [self.look(asked) for asked in questions]

    def read(self, readings: Sequence[Reading], combination: Combination) -> list[Read]:
        """Decide each question with a combination."""
        decided = {id(reading.asked): self._decide(reading, combination) for reading in readings}
        return read_all(lambda asked: decided[id(asked)], [reading.asked for reading in readings])

    def _decide(self, reading: Reading, combination: Combination) -> Proposals | None:
        return combine(self._features, *reading.seen, combination) if reading.seen else None


def look_timed(judges: Judges, questions: Sequence[Asked], milliseconds: list[float]) -> list[Reading]:
    """Return what the judges see of each question; the time that each took is added to `milliseconds`."""
    readings = []
    for question in questions:
        started = time.perf_counter()
        readings.append(judges.look(question))
        milliseconds.append(1000 * (time.perf_counter() - started))
    return readings


def weigh(judges: Judges, readings: Sequence[Reading]) -> tuple[Combination, dict[str, Any]]:
    """Choose both weights on questions that neither judge learned from; return them with what each choice gave."""
    hits = {weight: _hit_rate(readings, weight) for weight in SENTENCE_WEIGHTS}
    combination = Combination(max(hits, key=lambda weight: (hits[weight], -weight)), 0.0, _UNSURE, _UNSURE)
    choices = [replace(combination, span_margin=weight) for weight in SPAN_WEIGHTS]
    scores = {c.span_margin: figures(judges.read(readings, c), _UNSURE) for c in choices}
    combination = replace(combination, span_margin=max(scores, key=lambda w: (scores[w]["exact_match"] + scores[w]["f1"], -w)))
    spans = {weight: {key: scores[weight][key] for key in ("hit_at_1", "exact_match", "f1")} for weight in scores}
    return combination, {"sentence_weights": {w: round(100 * hit, 1) for w, hit in hits.items()}, "span_weights": spans}


def judge_confidence(
    judges: Judges, combination: Combination, unseen: Sequence[Reading], dev_half: Sequence[Reading], strangers: Sequence[Reading]
) -> Combination:
    """Fit the curve on all that was kept aside, then stretch it to hold on half of the dev articles with a sixth of strangers."""
    dev, others = judges.read(dev_half, combination), judges.read(strangers, combination)
    curve = fit_confidence(join([signs(judges.read(unseen, combination)), signs(dev), signs(others, 0.5)]))
    held = signs([*dev, *others[: len(dev) // 5]])
    return replace(combination, confidence=recalibrated(curve, held))


def judge_alone(judges: Judges, combination: Combination, stories: Sequence[Asked]) -> Combination:
    """Fit the curve for articles that are read by themselves, on stories that several articles tell and that were kept aside."""
    apart = [replace(asked, passages=tuple(group)) for asked in stories for group in on_subject(asked.query, asked.passages)]
    return replace(combination, alone=fit_confidence(signs(judges.read(judges.look_at_all(apart), combination))))


def _hit_rate(readings: Sequence[Reading], weight: float) -> float:
    hits = []
    for reading in readings:
        if not reading.asked.example.answerable:
            continue
        if reading.seen is None:
            hits.append(False)
            continue
        ranked, margins = reading.seen
        table = ranked.evidence.table
        totals = ranked.scores + np.float32(weight) * best_runs(table, margins)[:, 0]
        hits.append(bool(right_sentences(reading.asked.example, table)[int(totals.argmax())]))
    return float(np.mean(hits))
