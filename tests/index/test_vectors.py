"""Vectors: exact while they are few, one byte a dimension when they are many, and the same ids either way."""

from pathlib import Path

import numpy as np
import pytest

from index.engine import Vectors
from index.vectors import VectorIndex, write_vectors

DIMENSION = 16


def unit(count: int, seed: int = 0) -> Vectors:
    """Return random unit vectors (count, DIMENSION)."""
    vectors = np.random.default_rng(seed).standard_normal((count, DIMENSION)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def is_exact(index: VectorIndex, vectors: Vectors) -> bool:
    """True if the index gives back the very vectors."""
    return bool((index.vectors(range(len(vectors))) == vectors).all())


def test_size_chooses_the_index(tmp_path: Path) -> None:
    """Up to the limit vectors are exact; past it they are rounded, still near, and they find themselves."""
    vectors = unit(300)
    write_vectors(tmp_path / "few", None, [], range(300), vectors, exact_up_to=300)
    write_vectors(tmp_path / "many", None, [], range(300), vectors, exact_up_to=299)
    few, many = VectorIndex(tmp_path / "few"), VectorIndex(tmp_path / "many")
    assert is_exact(few, vectors)
    assert not is_exact(many, vectors)
    np.testing.assert_allclose(many.vectors(range(300)), vectors, atol=0.02)
    assert [many.nominate(v, 1) for v in vectors[:50]] == [[n] for n in range(50)]
    assert (tmp_path / "many").stat().st_size < (tmp_path / "few").stat().st_size


@pytest.mark.parametrize("exact_up_to", [99, 104, 1000])
def test_growth_and_shrinking_keep_every_vector(tmp_path: Path, exact_up_to: int) -> None:
    """Taking out and putting in leaves exactly the right ids, also where the kind of index changes on the way."""
    vectors = unit(120)
    write_vectors(tmp_path / "a", None, [], range(100), vectors[:100], exact_up_to=exact_up_to)
    write_vectors(tmp_path / "b", tmp_path / "a", range(10), range(100, 120), vectors[100:], exact_up_to=exact_up_to)
    write_vectors(tmp_path / "c", tmp_path / "b", range(50), [], vectors[:0], exact_up_to=exact_up_to)
    last = VectorIndex(tmp_path / "c")
    assert len(last) == 70
    assert sorted(last.nominate(vectors[60], 1000)) == list(range(50, 120))
    np.testing.assert_allclose(last.vectors(range(50, 120)), vectors[50:], atol=0.02)
    with pytest.raises(KeyError):
        last.vectors([49])


def test_empty_index_answers_with_nothing(tmp_path: Path) -> None:
    """An index from which everything was taken nominates nothing."""
    write_vectors(tmp_path / "a", None, [], [7], unit(1))
    write_vectors(tmp_path / "b", tmp_path / "a", [7], [], unit(0))
    assert VectorIndex(tmp_path / "b").nominate(unit(1)[0], 5) == []
