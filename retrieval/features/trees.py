"""Gradient-boosted regression trees as arrays: exported from LightGBM by training, evaluated here with numpy alone.

Every tree is stored as a perfect binary tree: node i has the children 2i+1 (value not above the threshold) and 2i+2. A leaf that lies
higher is repeated below thresholds of +infinity, so that all rows take the same number of steps through all trees.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Forest:
    """Trees whose sum is a score."""

    feature: NDArray[np.int64]  # (trees, 2^depth - 1)
    threshold: NDArray[np.float32]  # (trees, 2^depth - 1)
    value: NDArray[np.float32]  # (trees, 2^depth)

    @property
    def depth(self) -> int:
        """Steps from root to leaf."""
        return int(self.value.shape[1]).bit_length() - 1

    def predict(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the score of each row: (rows, features) → (rows,)."""
        trees, nodes = self.feature.shape
        features, thresholds = self.feature.ravel(), self.threshold.ravel()
        flat = np.ascontiguousarray(rows, dtype=np.float32).ravel()
        row_offset = np.arange(len(rows), dtype=np.int64)[:, None] * rows.shape[1]
        tree_offset = np.arange(trees, dtype=np.int64)[None, :] * nodes
        node = np.zeros((len(rows), trees), dtype=np.int64)
        for _ in range(self.depth):
            at = node + tree_offset
            above = flat.take(features.take(at) + row_offset) > thresholds.take(at)
            node = 2 * node + 1 + above
        leaf = node - nodes + np.arange(trees, dtype=np.int64)[None, :] * (nodes + 1)
        return np.asarray(self.value.ravel().take(leaf).sum(axis=1), dtype=np.float32)

    def first(self, trees: int) -> "Forest":
        """Return the forest of the first trees only: a cheaper, coarser judge."""
        return Forest(self.feature[:trees], self.threshold[:trees], self.value[:trees])

    def after(self, trees: int) -> "Forest":
        """Return the forest without its first trees; the scores of both add up."""
        return Forest(self.feature[trees:], self.threshold[trees:], self.value[trees:])


def read_forest(tensors: Mapping[str, NDArray[np.generic]], name: str) -> Forest:
    """Read the forest that was stored under a name."""
    return Forest(
        tensors[f"{name}.feature"].astype(np.int64),
        tensors[f"{name}.threshold"].astype(np.float32),
        tensors[f"{name}.value"].astype(np.float32),
    )
