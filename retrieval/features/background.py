"""How much a word tells: rarity and habits of Italian words, counted once on a background collection.

Rarity (inverse document frequency) says which words of a question must be found. Habits say what kind of name a word is: a first name
is followed by another capital, a town by no article, a club or a state by one.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

IDF_STEP = 0.05  # idf is kept in a byte, in steps of this
UNKNOWN_HABITS = np.zeros(6, dtype=np.float32)
HABITS = ("capital", "place", "article", "before_capital", "after_capital", "known")  # shares of a word's uses inside sentences


@dataclass(frozen=True, slots=True)
class Background:
    """Inverse document frequencies by stem and habits by folded word."""

    idf_by_stem: dict[str, float]
    habit_rows: dict[str, int]
    habits: NDArray[np.float32]  # (words, 6), see HABITS
    unknown_idf: float

    def idf(self, stem: str) -> float:
        """Return the inverse document frequency of a stem; one never seen counts as the rarest."""
        return self.idf_by_stem.get(stem, self.unknown_idf)

    def habits_of(self, words: list[str]) -> NDArray[np.float32]:
        """Return the habits of folded words, (words, 6); zeros for words that are no names."""
        rows = [self.habit_rows.get(word, -1) for word in words]
        return self.habits[np.array(rows, dtype=np.int64)]


def load_background(path: Path) -> Background:
    """Read what training counted."""
    tensors = load_file(path)
    idf = (tensors["idf"].astype(np.float32) * IDF_STEP).tolist()
    names = _words(tensors["names"])
    shares = tensors["habits"].astype(np.float32) / 255
    known = np.ones((len(shares), 1), dtype=np.float32)
    habits = np.vstack([np.hstack([shares, known]), UNKNOWN_HABITS[None]])  # row -1: unknown
    return Background(dict(zip(_words(tensors["stems"]), idf, strict=True)), {w: i for i, w in enumerate(names)}, habits, max(idf))


def _words(encoded: NDArray[np.uint8]) -> list[str]:
    return encoded.tobytes().decode().split("\n")
