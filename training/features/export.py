"""Turn trees grown by LightGBM into the arrays that `retrieval/features/trees` evaluates."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Tensors = dict[str, NDArray[np.generic]]


def export_trees(model: dict[str, Any], name: str) -> Tensors:
    """Return the tensors of a dumped LightGBM model (`booster.dump_model()`) under a name."""
    trees = [tree["tree_structure"] for tree in model["tree_info"]]
    depth = max(map(_depth, trees))
    nodes = 2**depth - 1
    feature = np.zeros((len(trees), nodes), dtype=np.int16)
    threshold = np.full((len(trees), nodes), np.inf, dtype=np.float32)
    value = np.zeros((len(trees), nodes + 1), dtype=np.float32)
    for place, tree in enumerate(trees):
        _fill(tree, 0, feature[place], threshold[place], value[place])
    return {f"{name}.feature": feature, f"{name}.threshold": threshold, f"{name}.value": value}


def _depth(node: dict[str, Any]) -> int:
    if "leaf_value" in node:
        return 0
    return 1 + max(_depth(node["left_child"]), _depth(node["right_child"]))


def _fill(node: dict[str, Any], at: int, feature: NDArray[np.int16], threshold: NDArray[np.float32], value: NDArray[np.float32]) -> None:
    """Write a subtree at place `at`; a leaf above the last level fills all leaves below it."""
    inner = len(feature)
    if "leaf_value" in node:
        first = last = at
        while first < inner:
            first, last = 2 * first + 1, 2 * last + 2
        value[first - inner : last - inner + 1] = node["leaf_value"]
        return
    feature[at] = node["split_feature"]
    threshold[at] = _not_above(node["threshold"])
    _fill(node["left_child"], 2 * at + 1, feature, threshold, value)
    _fill(node["right_child"], 2 * at + 2, feature, threshold, value)


def _not_above(threshold: float) -> np.float32:
    """Return the greatest float32 that is not above a threshold: no float32 value then changes its side."""
    rounded = np.float32(threshold)
    return rounded if float(rounded) <= threshold else np.nextafter(rounded, np.float32(-np.inf))
