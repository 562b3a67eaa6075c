"""Which runs of words of a sentence may be an answer: up to twelve words with tidy borders.

In come rows of a table; out come pairs of tokens. A slice takes in the sign that belongs to a number and the mark
that closes what it opens.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.features.sentence_table import Bools, Ints, SentenceTable
from retrieval.features.token_classes import Gap, TokenClass

LONGEST_SPAN_WORDS = 12
_MAY_OPEN = TokenClass.PREPOSITION | TokenClass.ARTICLE | TokenClass.COUNT | TokenClass.DIGIT | TokenClass.NEGATION | TokenClass.CAUSE
_MAY_CLOSE = TokenClass.COUNT | TokenClass.DIGIT | TokenClass.MAGNITUDE
_VALUE = TokenClass.DIGIT | TokenClass.COUNT | TokenClass.MAGNITUDE | TokenClass.PREPOSITION | TokenClass.ARTICLE | TokenClass.TIME_UNIT
_PAIRS = {"(": ")", "[": "]", "«": "»", "“": "”", '"': '"'}
_SIGNS = frozenset("'’°ºª")  # 90', 37°, 1ª


@dataclass(frozen=True, slots=True)
class Candidates:
    """Runs of tokens: `first` and `last` are tokens of the table, `row` their sentences; (candidates,) each."""

    row: Ints
    first: Ints
    last: Ints


def find_candidates(table: SentenceTable, rows: Sequence[int]) -> Candidates:
    """Return the candidates of some sentences, sentence by sentence."""
    opens, closes = _may_open(table), _may_close(table)
    crossings = np.concatenate([[0], np.cumsum(_leaves_value(table))])
    offsets = np.arange(LONGEST_SPAN_WORDS)
    firsts, lasts, owners = [], [], []
    for row in rows:
        begin, end = int(table.row_start[row]), int(table.row_start[row + 1])
        first = np.repeat(np.arange(begin, end), LONGEST_SPAN_WORDS)
        last = first + np.tile(offsets, end - begin)
        inside = last < end
        first, last = first[inside], last[inside]
        tidy = opens[first] & closes[last] & (crossings[last] <= crossings[np.minimum(first + 1, last)])
        firsts.append(first[tidy])
        lasts.append(last[tidy])
        owners.append(np.full(int(tidy.sum()), row, dtype=np.int64))
    empty = np.zeros(0, dtype=np.int64)
    return Candidates(np.concatenate([empty, *owners]), np.concatenate([empty, *firsts]), np.concatenate([empty, *lasts]))


def slice_of(text: str, start: int, end: int, *, lowest: int, highest: int) -> tuple[int, int]:
    """Return the slice of a run of words with what belongs to it, inside `lowest` and `highest`."""
    if end < highest and text[end] in _SIGNS and text[end - 1].isdigit():
        end += 1
    if end < highest and text[end] == "%":
        end += 1
    while start > lowest and text[start - 1] in "€$£+" and text[start].isdigit():
        start -= 1
    for opening, closing in _PAIRS.items():
        inside = text[start:end]
        unbalanced = inside.count(opening) - inside.count(closing) if opening != closing else inside.count(opening) % 2
        if unbalanced and end < highest and text[end] == closing:
            end += 1
        elif unbalanced and start > lowest and text[start - 1] == opening:
            start -= 1
    return start, end


def _may_open(table: SentenceTable) -> Bools:
    bits = table.bits
    joined = _is_joined(table)
    return np.asarray((((bits & int(TokenClass.STOP)) == 0) | ((bits & int(_MAY_OPEN)) != 0) | table.capital) & ~joined, dtype=bool)


def _leaves_value(table: SentenceTable) -> Bools:
    """True for conjunctions between a number and a word that is no value: `nel 2026 e nessuno`."""
    bits = table.bits
    value = (((bits & int(_VALUE)) != 0) | table.capital) & ((bits & int(TokenClass.NEGATION)) == 0)
    leaves = np.zeros(len(bits), dtype=bool)
    conjunction = (bits[1:-1] & int(TokenClass.CONJUNCTION)) != 0
    leaves[1:-1] = conjunction & ((bits[:-2] & int(TokenClass.DIGIT)) != 0) & ~value[2:]
    return leaves


def _may_close(table: SentenceTable) -> Bools:
    bits = table.bits
    joined = np.zeros(len(bits), dtype=bool)
    joined[:-1] = _is_joined(table)[1:]
    return np.asarray((((bits & int(TokenClass.STOP)) == 0) | ((bits & int(_MAY_CLOSE)) != 0) | table.capital) & ~joined, dtype=bool)


def _is_joined(table: SentenceTable) -> Bools:
    """Mark words that a hyphen ties to the one before: `Real-Atletico` is not cut, `1763-1775` and `2-1` may be."""
    digit = (table.bits & int(TokenClass.DIGIT)) != 0
    both = digit.copy()
    both[1:] &= digit[:-1]
    return np.asarray(((table.gap & int(Gap.HYPHEN)) != 0) & ~both, dtype=bool)
