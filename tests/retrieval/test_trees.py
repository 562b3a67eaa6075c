"""Trees: numpy walks them as whoever grew them did."""

import numpy as np
import pytest
from safetensors.numpy import load_file

from index.settings import PROJECT
from retrieval.features.trees import Forest, read_forest

MODEL = PROJECT / "models" / "features-it"
STUMP = Forest(np.array([[0]]), np.array([[1.5]], np.float32), np.array([[10.0, 20.0]], np.float32))
TWO_LEVELS = Forest(  # feature 0 above 0? then feature 1 above 5?; on the other side a leaf that was repeated
    np.array([[0, 0, 1]]), np.array([[0.0, np.inf, 5.0]], np.float32), np.array([[1.0, 1.0, 2.0, 3.0]], np.float32)
)


def test_a_value_at_the_threshold_goes_to_the_left() -> None:
    """A row goes right only if its value is above the threshold, as in LightGBM."""
    assert STUMP.predict(np.array([[1.0], [1.5], [1.75]], np.float32)).tolist() == [10.0, 10.0, 20.0]


def test_a_higher_leaf_is_reached_from_every_place_below_it() -> None:
    """A leaf above the last level gives its value whatever the other features are."""
    rows = np.array([[-1.0, 0.0], [-1.0, 9.0], [1.0, 0.0], [1.0, 9.0]], np.float32)
    assert TWO_LEVELS.predict(rows).tolist() == [1.0, 1.0, 2.0, 3.0]


def test_the_score_is_the_sum_of_all_trees() -> None:
    """Each tree adds its leaf."""
    both = Forest(np.repeat(STUMP.feature, 2, axis=0), np.repeat(STUMP.threshold, 2, axis=0), np.array([[10, 20], [1, 2]], np.float32))
    assert both.predict(np.array([[0.0], [2.0]], np.float32)).tolist() == [11.0, 22.0]


def test_no_rows_give_no_scores() -> None:
    """A question without candidates is no error."""
    assert TWO_LEVELS.predict(np.zeros((0, 2), np.float32)).tolist() == []


@pytest.mark.parametrize("name", ["sentence", "span"])
def test_the_shipped_trees_score_as_lightgbm_did(name: str) -> None:
    """The exported trees give the scores that LightGBM gave to the same rows when they were grown."""
    checks = load_file(MODEL / "checks.safetensors")
    forest = read_forest(load_file(MODEL / "trees.safetensors"), name)
    assert forest.predict(checks[f"{name}.rows"]) == pytest.approx(checks[f"{name}.scores"], abs=1e-4)


@pytest.mark.parametrize("name", ["sentence", "span"])
def test_the_first_trees_and_the_others_add_up(name: str) -> None:
    """A candidate that is judged in two steps gets the score that it would get in one."""
    checks = load_file(MODEL / "checks.safetensors")
    forest, rows = read_forest(load_file(MODEL / "trees.safetensors"), name), checks[f"{name}.rows"]
    assert forest.first(20).predict(rows) + forest.after(20).predict(rows) == pytest.approx(forest.predict(rows), abs=1e-4)
