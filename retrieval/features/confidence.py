"""From scores to the probability that a sentence answers: a logistic curve over a few columns, fitted on articles kept aside.

A score says which sentence is the best one; only what stands in it, and what is missing, says whether the best one is good enough.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.features.sentence_table import Floats, Ints

SENTENCE_COLUMNS = (
    "coverage",
    "coverage_title",
    "coverage_passage",
    "coverage_window_title",
    "coverage_article",
    "matched_share",
    "rarest",
    "rarest_anywhere",
    "missing_idf",
    "missing_idf_anywhere",
    "missing_idf_article",
    "worst_name",
    "name_article",
    "name_coverage",
    "relation_coverage",
    "relation_window",
    "relation_article",
    "focus",
    "wanted_near",
    "pairs",
    "score_lead",
    "too_long",
    "ends_well",
    "concepts",
    "asks_thing",
)


@dataclass(frozen=True, slots=True)
class Confidence:
    """A fitted logistic curve: one weight a column, for values as they are."""

    names: Sequence[str]
    weights: Sequence[float]
    intercept: float

    def of(self, columns: Mapping[str, Floats]) -> Floats:
        """Return the probability for each row."""
        values = np.column_stack([columns[name] for name in self.names])
        logits = values @ np.array(self.weights) + self.intercept
        return np.asarray(1 / (1 + np.exp(-np.clip(logits, -30, 30))), dtype=np.float32)


def confidence_columns(columns: Mapping[str, Floats], rows: Ints, totals: Floats, scores: Floats, merits: Floats) -> dict[str, Floats]:
    """Return what confidence is judged by, for some sentences of a question.

    `totals`, `scores` and `merits` are those of the rows: the final score, the sentence's and the span's.
    """
    order = np.sort(totals)[::-1]
    runner_up = order[min(1, len(order) - 1)]
    return {
        "total": totals,
        "lead": np.where(totals == order[0], totals - runner_up, np.float32(0)),
        "deficit": order[0] - totals,
        "score": scores,
        "merit": merits,
        **{name: columns[name][rows] for name in SENTENCE_COLUMNS},
    }
