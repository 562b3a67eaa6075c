"""A question becomes a query: what is asked for, by which words.

`Question` is what a person wrote; `Query` is what the rest of the program works with.
"""

import datetime
from dataclasses import dataclass
from enum import StrEnum

from retrieval.conversation import Conversation


class AnswerType(StrEnum):
    """What kind of span the question asks for."""

    PERSON = "person"
    PLACE = "place"
    DATE = "date"
    NUMBER = "number"
    MONEY = "money"
    DURATION = "duration"
    REASON = "reason"
    THING = "thing"  # which, what, definitions, anything else


@dataclass(frozen=True, slots=True)
class Question:
    """A question as written, with the conversation before it and the day on which it is asked."""

    text: str
    asked_on: datetime.date
    history: Conversation = ()


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """A stem to look for. `word` is the folded word it comes from; `weight` is below 1 for guesses (typing errors, translations)."""

    stem: str
    word: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Query:
    """A question understood.

    `text` is the question made whole: for a follow-up, with the names of the turn that it leans on. `terms` are best first per word.
    `names` are folded words that name somebody or something.
    """

    question: Question
    text: str
    terms: tuple[QueryTerm, ...]
    names: frozenset[str]
    answer_types: frozenset[AnswerType]
    is_follow_up: bool = False
