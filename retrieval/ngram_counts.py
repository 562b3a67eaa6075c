"""How often character n-grams stand in texts: the same n-grams as `index.italian.ngrams`, counted for a few hundred texts at once.

In come texts as they are and the n-grams of a question; out comes a matrix. Cutting a text into its n-grams in Python costs .4 ms;
here its letters become the digits of a number to the base 37, and 200 texts are counted in about 5 ms.
"""

import codecs
from collections.abc import Sequence
from itertools import filterfalse

import numpy as np
from numpy.typing import NDArray

from index.italian import NGRAM_CHARACTERS, STOP_WORDS, fold_word

_ALPHABET = "_abcdefghijklmnopqrstuvwxyz0123456789"  # its first letter marks the borders of words
_BASE = len(_ALPHABET)
_ENCODING = "cp1252"  # one byte a letter; what it lacks is folded first

Counts = NDArray[np.float64]


def count_ngrams(texts: Sequence[str], ngrams: Sequence[str]) -> tuple[Counts, Counts]:
    """Return how often each n-gram stands in each text, (texts, ngrams), and how many n-grams each text has, (texts,).

    `STOP_WORDS` are left out. Numbers are read without their points: `16.432` gives the n-grams of `16` and of `432`.
    """
    spelled = [_spell(text) for text in texts]
    lengths = np.array([_length(text) for text in spelled], np.float64)
    symbols = np.frombuffer(b"".join(spelled).translate(_SYMBOLS), np.uint8)
    numbers = _numbers(symbols)
    places = np.zeros(_BASE**NGRAM_CHARACTERS, np.int16)
    places[[_number(gram) for gram in ngrams]] = np.arange(1, len(ngrams) + 1)
    found = places[numbers]
    hits = np.flatnonzero(found)
    rows = np.searchsorted(np.cumsum([len(text) for text in spelled]), hits, side="right")
    cells = rows * len(ngrams) + found[hits] - 1
    return np.bincount(cells, minlength=len(texts) * len(ngrams)).reshape(len(texts), len(ngrams)).astype(np.float64), lengths


def is_countable(ngram: str) -> bool:
    """True for n-grams of letters and digits only."""
    return all(letter in _ALPHABET for letter in ngram)


def _spell(text: str) -> bytes:
    """Return the folded words of a text between double borders, `__molo__nuovo__`, so that no n-gram spans two words."""
    words = text.encode(_ENCODING, "edicola-fold").translate(_FOLDED).split()
    return b"__".join([b"", *filterfalse(_STOP_WORDS.__contains__, words), b""])


def _length(spelled: bytes) -> int:
    """Return how many n-grams a spelled text has: one fewer than letters for each word."""
    return len(spelled) - 3 * spelled.count(b"__") + 1


def _numbers(symbols: NDArray[np.uint8]) -> NDArray[np.int32]:
    """Return the n-gram that begins at each symbol as a number, (symbols - 3,)."""
    length = max(len(symbols) - NGRAM_CHARACTERS + 1, 0)
    numbers = np.zeros(length, np.int32)
    for offset in range(NGRAM_CHARACTERS):
        numbers = numbers * _BASE + symbols[offset : offset + length]
    return numbers


def _number(ngram: str) -> int:
    number = 0
    for letter in ngram.ljust(NGRAM_CHARACTERS, "_"):  # the n-gram of a short word, `_x_`, ends in a double border
        number = number * _BASE + _ALPHABET.index(letter)
    return number


def _folded_letter(letter: str) -> str:
    folded = fold_word(letter)[:1]
    return folded if folded and folded in _ALPHABET[1:] else " "


def _fold_rest(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_folded_letter, error.object[error.start : error.end])), error.end


codecs.register_error("edicola-fold", _fold_rest)

_FOLDED = "".join(_folded_letter(bytes([code]).decode(_ENCODING, "replace")) for code in range(256)).encode()
_STOP_WORDS = frozenset(word.encode() for word in STOP_WORDS)
_SYMBOLS = bytes(_ALPHABET.find(chr(code)) % _BASE for code in range(256))
