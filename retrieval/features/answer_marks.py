"""Which words of a table look like an answer of some kind: numbers, dates, money, persons, places, causes, quotations."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.features.background import Background
from retrieval.features.matching import Matches
from retrieval.features.sentence_table import Bools, Floats, SentenceTable
from retrieval.features.token_classes import Gap, TokenClass
from retrieval.question import AnswerType

NOVEL_BELOW = 0.6  # a word that stands for a concept of the question this well is no news


@dataclass(frozen=True, slots=True)
class AnswerMarks:
    """Marks of each token, (tokens,) each; `person` and `place` are shares, the others are yes or no."""

    novel: Bools  # neither a stop word nor in the question
    number: Bools
    date: Bools
    money: Bools
    duration: Bools
    cause: Bools
    quoted: Bools
    person: Floats
    place: Floats
    habits: Floats  # (tokens, 6), see Background
    wanted: Bools  # of a kind that the question asks for


def mark(table: SentenceTable, matches: Matches, background: Background, answer_types: frozenset[AnswerType]) -> AnswerMarks:
    """Mark the words of a table."""
    bits = table.bits
    stop = _has(bits, TokenClass.STOP)
    habits = background.habits_of(list(table.words))[table.word]
    number = _has(bits, TokenClass.DIGIT | TokenClass.COUNT | TokenClass.MAGNITUDE)
    date = _has(bits, TokenClass.YEAR | TokenClass.MONTH | TokenClass.DAY)
    currency, unit = _has(bits, TokenClass.CURRENCY), _has(bits, TokenClass.TIME_UNIT)
    money = number & (_within(currency, 3, 1) | _within(_has(bits, TokenClass.MAGNITUDE), 1, 0))
    duration = number & _within(unit, 2, 1)
    name = table.capital | (_has(bits, TokenClass.CAPITAL) & (habits[:, 0] > 0.8))
    like_person = 0.2 + np.clip(habits[:, 3] + habits[:, 4] - habits[:, 1] - habits[:, 2], 0, 0.8)
    like_place = 0.2 + 0.4 * _after(_has(bits, TokenClass.PLACE_PREPOSITION)) + np.clip(habits[:, 1], 0, 0.4)
    person, place = np.where(name, like_person, 0).astype(np.float32), np.where(name, like_place, 0).astype(np.float32)
    cause = _has(bits, TokenClass.CAUSE)
    by_type = {
        AnswerType.PERSON: name,
        AnswerType.PLACE: name,
        AnswerType.DATE: date | number,
        AnswerType.NUMBER: number,
        AnswerType.MONEY: money,
        AnswerType.DURATION: duration | unit,
        AnswerType.REASON: cause,
        AnswerType.THING: name,
    }
    wanted = np.zeros(len(bits), dtype=bool)
    for kind in sorted(answer_types):
        wanted |= by_type[kind]
    novel = (matches.best < NOVEL_BELOW) & (~stop | number)
    return AnswerMarks(novel, number, date, money, duration, cause, _quoted(table), person, place, habits, wanted)


def _has(bits: NDArray[np.int64], wanted: TokenClass) -> Bools:
    return np.asarray((bits & int(wanted)) != 0, dtype=bool)


def _after(cells: Bools) -> Bools:
    moved = np.zeros_like(cells)
    moved[1:] = cells[:-1]
    return moved


def _within(cells: Bools, ahead: int, behind: int) -> Bools:
    """Mark tokens that have a marked one among the next `ahead` or the last `behind`."""
    found = cells.copy()
    for step in range(1, ahead + 1):
        found[:-step] |= cells[step:]
    for step in range(1, behind + 1):
        found[step:] |= cells[:-step]
    return found


def _quoted(table: SentenceTable) -> Bools:
    """Mark tokens between quotation marks or brackets of their row."""
    opened = np.cumsum((table.gap & int(Gap.OPENING)) != 0)
    closed = np.cumsum((table.gap & int(Gap.CLOSING)) != 0)
    depth = opened - closed
    base = np.repeat(depth[table.row_start[:-1]] - ((table.gap[table.row_start[:-1]] & int(Gap.OPENING)) != 0), np.diff(table.row_start))
    return np.asarray(depth > base, dtype=bool)
