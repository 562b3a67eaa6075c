"""Match markers: what Italian analysis sees of a passage's words, told to a reader model as token types.

In come a question and the words of a passage, out comes one marker a word. A small model whose vocabulary knows little Italian learns
from them which words the question shares. `MATCH_MARKERS_VERSION` stands in the configuration of every model trained on them.
"""

from collections.abc import Sequence
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from index.italian import Token, is_stop_word, stem, tokenize

MATCH_MARKERS_VERSION = 2  # raise it when any marker changes: a model reads only what it was trained on; 2 shows it the headline
SHARED_TRIGRAMS = 0.5  # of the passage's word, with one word of the question

IntArray = NDArray[np.int64]


class Marker(IntEnum):
    """Token types of a marked model; where several hold, STEM wins over TRIGRAMS over NUMBER over NAME."""

    QUESTION = 0  # and the special tokens before the passage
    PASSAGE = 1
    STEM = 2  # its stem is in the question; no stop words
    TRIGRAMS = 3  # it shares half of its letter trigrams with a word of the question
    NUMBER = 4  # it begins with a digit
    NAME = 5  # it is capitalised inside a sentence


class MatchMarkers:
    """The words of one question, ready to be found in passages."""

    def __init__(self, question: str) -> None:
        words = [token.folded for token in tokenize(question) if not is_stop_word(token.folded)]
        self._stems = frozenset(map(stem, words))
        self._trigrams = tuple(filter(None, map(_trigrams, words)))
        self._known: dict[str, Marker] = {}

    def mark(self, text: str, words: Sequence[Token], sentences: Sequence[int]) -> IntArray:
        """Return the markers of a passage's words, (words,). `sentences` says of each word in which sentence of `text` it stands."""
        return np.array(
            [
                self._marker(text, word, is_first=position == 0 or sentences[position] != sentences[position - 1])
                for position, word in enumerate(words)
            ],
            dtype=np.int64,
        )

    def _marker(self, text: str, word: Token, *, is_first: bool) -> Marker:
        if word.folded not in self._known:
            self._known[word.folded] = self._match(word.folded)
        match = self._known[word.folded]
        if match is Marker.PASSAGE and text[word.start].isupper() and not is_first:
            return Marker.NAME
        return match

    def _match(self, folded: str) -> Marker:
        """Return the marker that does not depend on where the word stands."""
        if not is_stop_word(folded):
            if stem(folded) in self._stems:
                return Marker.STEM
            trigrams = _trigrams(folded)
            if trigrams and any(len(trigrams & asked) >= SHARED_TRIGRAMS * len(trigrams) for asked in self._trigrams):
                return Marker.TRIGRAMS
        return Marker.NUMBER if folded[0].isdigit() else Marker.PASSAGE


def _trigrams(folded: str) -> frozenset[str]:
    return frozenset(folded[i : i + 3] for i in range(len(folded) - 2))
