"""The sentences of retrieved passages laid out as arrays, one row a sentence and one cell a word, ready to be compared with a question.

A sentence that stands in two overlapping passages is read once, in the better passage. After the sentences come the headlines, one row
a passage: context, never a candidate.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from index.italian import tokenize
from index.passages import Passage
from retrieval.features.token_classes import Gap, TokenClass, classify, classify_gap
from retrieval.reader import RetrievedPassage

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class SentenceTable:
    """Sentences and headlines as arrays; tokens of a row are contiguous."""

    passages: tuple[RetrievedPassage, ...]
    passage: Ints  # (sentences,) place in `passages`
    start: Ints  # (sentences,) offset in the article
    end: Ints  # (sentences,)
    place: Ints  # (sentences,) place in its passage
    row_start: Ints  # (rows + 1,) first token of each row; rows are sentences, then headlines
    words: tuple[str, ...]  # distinct folded words
    word: Ints  # (tokens,) place in `words`
    bits: Ints  # (tokens,) TokenClass
    gap: Ints  # (tokens,) Gap before the token
    token_start: Ints  # (tokens,) offset in the article, or in the headline
    token_end: Ints  # (tokens,)
    capital: Bools  # (tokens,) begins with a capital that its place does not explain

    @property
    def sentences(self) -> int:
        """How many rows are sentences."""
        return len(self.passage)


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a text in rows."""

    folded: tuple[str, ...]
    bits: Ints
    gap: Ints
    start: Ints
    end: Ints
    lengths: tuple[int, ...]  # tokens of each row


def lay_out(passages: Sequence[RetrievedPassage]) -> SentenceTable:
    """Read passages, best first, into a table; sentences without words are left out."""
    seen: set[tuple[str, int, int]] = set()
    kept: list[tuple[int, int]] = []  # passage, sentence
    parts: list[_Words] = []
    for p, retrieved in enumerate(passages):
        words = _passage_words(retrieved.passage)
        fresh = []
        for s, interval in enumerate(retrieved.passage.sentences):
            key = (retrieved.article.id, *interval)
            if words.lengths[s] and key not in seen:
                seen.add(key)
                fresh.append(s)
        kept.extend((p, s) for s in fresh)
        parts.append(_rows(words, fresh))
    parts.extend(_title_words(retrieved.article.title) for retrieved in passages)
    return _table(tuple(passages), kept, parts)


def _table(passages: tuple[RetrievedPassage, ...], kept: list[tuple[int, int]], parts: list[_Words]) -> SentenceTable:
    places: dict[str, int] = {}
    word = np.array([places.setdefault(folded, len(places)) for part in parts for folded in part.folded], dtype=np.int64)
    bits = np.concatenate([part.bits for part in parts])
    gap = np.concatenate([part.gap for part in parts])
    lengths = np.array([length for part in parts for length in part.lengths], dtype=np.int64)
    row_start = np.concatenate([[0], np.cumsum(lengths)])
    opens = np.zeros(len(word), dtype=bool)
    opens[row_start[:-1]] = True
    opens |= (gap & int(Gap.STRONG | Gap.OPENING)) != 0
    intervals = np.array([passages[p].passage.sentences[s] for p, s in kept], dtype=np.int64).reshape(-1, 2)
    return SentenceTable(
        passages=passages,
        passage=np.array([p for p, _ in kept], dtype=np.int64),
        start=intervals[:, 0],
        end=intervals[:, 1],
        place=np.array([s for _, s in kept], dtype=np.int64),
        row_start=row_start,
        words=tuple(places),
        word=word,
        bits=bits,
        gap=gap,
        token_start=np.concatenate([part.start for part in parts]),
        token_end=np.concatenate([part.end for part in parts]),
        capital=((bits & TokenClass.CAPITAL) != 0) & ~opens,
    )


@lru_cache(maxsize=1 << 12)
def _passage_words(passage: Passage) -> _Words:
    return _words([(passage.text[s - passage.start : e - passage.start], s) for s, e in passage.sentences])


@lru_cache(maxsize=1 << 12)
def _title_words(title: str) -> _Words:
    words = _words([(title, 0)])
    return words if words.folded else _BLANK


def _words(texts: list[tuple[str, int]]) -> _Words:
    folded: list[str] = []
    cells: list[tuple[int, int, int, int]] = []  # bits, gap, start, end
    lengths = []
    for text, offset in texts:
        tokens = tokenize(text)
        before = 0
        for token in tokens:
            folded.append(token.folded)
            word = text[token.start : token.end]
            cells.append((classify(word), classify_gap(text[before : token.start]), offset + token.start, offset + token.end))
            before = token.end
        lengths.append(len(tokens))
    columns = np.array(cells, dtype=np.int64).reshape(-1, 4)
    return _Words(tuple(folded), columns[:, 0], columns[:, 1], columns[:, 2], columns[:, 3], tuple(lengths))


def _rows(words: _Words, rows: list[int]) -> _Words:
    """Return some rows only."""
    if len(rows) == len(words.lengths):
        return words
    ends = np.cumsum(words.lengths)
    tokens = [t for row in rows for t in range(ends[row] - words.lengths[row], ends[row])]
    at = np.array(tokens, dtype=np.int64)
    folded = tuple(words.folded[t] for t in tokens)
    return _Words(folded, words.bits[at], words.gap[at], words.start[at], words.end[at], tuple(words.lengths[row] for row in rows))


_NOTHING = np.zeros(1, dtype=np.int64)
_BLANK = _Words(("",), np.full(1, int(TokenClass.STOP), dtype=np.int64), _NOTHING, _NOTHING, _NOTHING, (1,))
