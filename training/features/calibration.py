"""Fit how sure the reader may be: a logistic curve over what it saw, and how well it holds."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from retrieval.features.confidence import Confidence
from retrieval.features.sentence_table import Floats

STRENGTH = 0.3  # inverse of the penalty, for standardised columns
JUDGED = 3  # proposals of a question that the curve is fitted on


@dataclass(frozen=True)
class Signs:
    """Columns of proposals with whether each was right and what it weighs."""

    columns: dict[str, Floats]
    right: NDArray[np.bool_]
    weight: Floats


def join(parts: Sequence[Signs]) -> Signs:
    """Return many as one."""
    names = list(parts[0].columns)
    columns = {name: np.concatenate([part.columns[name] for part in parts]) for name in names}
    return Signs(columns, np.concatenate([part.right for part in parts]), np.concatenate([part.weight for part in parts]))


def fit_confidence(signs: Signs) -> Confidence:
    """Fit the curve; the weights are those of the columns as they are."""
    names = list(signs.columns)
    values = np.column_stack([signs.columns[name] for name in names]).astype(np.float64)
    scaler = StandardScaler().fit(values)
    curve = LogisticRegression(C=STRENGTH, max_iter=2000).fit(scaler.transform(values), signs.right, sample_weight=signs.weight)
    weights = curve.coef_[0] / scaler.scale_
    intercept = float(curve.intercept_[0] - (weights * scaler.mean_).sum())
    return Confidence(names, [round(float(weight), 6) for weight in weights], round(intercept, 6))


def recalibrated(confidence: Confidence, signs: Signs) -> Confidence:
    """Return the curve stretched and shifted so that it holds on other questions (Platt 1999)."""
    p = np.clip(confidence.of(signs.columns).astype(np.float64), 1e-6, 1 - 1e-6)
    logits = np.log(p / (1 - p))
    curve = LogisticRegression(C=1e4).fit(logits[:, None], signs.right, sample_weight=signs.weight)
    slope, shift = float(curve.coef_[0, 0]), float(curve.intercept_[0])
    return Confidence(confidence.names, [round(w * slope, 6) for w in confidence.weights], round(confidence.intercept * slope + shift, 6))
