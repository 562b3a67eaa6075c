"""Training of the feature reader, as far as it needs neither LightGBM nor the data folder."""

from pathlib import Path

import numpy as np
import pytest

from retrieval.features.background import load_background
from retrieval.features.trees import read_forest
from training.features.background import count_words, write_background
from training.features.examples import Example
from training.features.export import export_trees
from training.features.variants import with_variants

NODE = {
    "split_feature": 1,
    "threshold": 0.1,
    "left_child": {"leaf_value": -1.0},
    "right_child": {"split_feature": 0, "threshold": 2.5, "left_child": {"leaf_value": 4.0}, "right_child": {"leaf_value": 5.0}},
}
EXAMPLES = [
    Example(f"Chi allena la squadra numero {number} di Molfetta?", (), "a", "a", ((0, 4),), ((0, 9),), "standard") for number in range(60)
]


def test_an_exported_tree_decides_as_the_dumped_one() -> None:
    """Every path of a lopsided tree leads to its leaf."""
    forest = read_forest(export_trees({"tree_info": [{"tree_structure": NODE}]}, "tree"), "tree")
    rows = np.array([[9.0, 0.0], [2.0, 1.0], [3.0, 1.0]], np.float32)
    assert forest.predict(rows).tolist() == [-1.0, 4.0, 5.0]


def test_rounding_moves_no_value_to_the_other_side() -> None:
    """The float32 just above a threshold that float32 cannot hold still goes right."""
    forest = read_forest(export_trees({"tree_info": [{"tree_structure": NODE}]}, "tree"), "tree")
    assert float(np.float32(0.1)) > 0.1
    assert forest.predict(np.array([[0.0, np.float32(0.1)]], np.float32)).tolist() == [4.0]


def test_variants_are_the_same_every_time() -> None:
    """A third of the examples is doubled, always in the same way, with the same answers."""
    doubled = with_variants(EXAMPLES)
    assert doubled == with_variants(EXAMPLES)
    variants = [example for example in doubled if example.kind != "standard"]
    assert 10 < len(variants) < 35
    assert {example.kind for example in variants} == {"lower", "typos", "keywords"}
    assert all(example.answers == ((0, 4),) for example in variants)


def test_counted_words_are_read_back(tmp_path: Path) -> None:
    """Rare stems weigh more than frequent ones, unknown ones as much as the rarest, and a first name goes before a capital."""
    texts = [f"Ieri il tecnico ha visto Mario Rossi {number} volte a Bari." for number in range(40)] + ["Il tecnico corre."] * 200
    write_background(tmp_path / "background.safetensors", count_words(texts))
    background = load_background(tmp_path / "background.safetensors")
    assert background.idf("tecnic") < background.idf("mar") <= background.idf("mai visto")
    mario, bari, tecnico = background.habits_of(["mario", "bari", "tecnico"])
    assert mario[3] == pytest.approx(40 / 42, abs=0.01)
    assert bari[1] == pytest.approx(40 / 42, abs=0.01)
    assert not tecnico.any()
