"""What comes back from a question: an answer, a few tentative quotes, or an honest no.

All words that a user will read as an answer are slices of an article, held with their offsets and checked when the value is made.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from index.articles import Article


@dataclass(frozen=True, slots=True)
class Citation:
    """A sentence of an article with the answering span inside it; all offsets are into `article.text`.

    Raises ValueError if the span does not lie inside the sentence or the sentence not inside the text: an answer that could not be
    verified is never made.
    """

    article: Article
    sentence_start: int
    sentence_end: int
    span_start: int
    span_end: int

    def __post_init__(self) -> None:
        if not 0 <= self.sentence_start <= self.span_start < self.span_end <= self.sentence_end <= len(self.article.text):
            raise ValueError(f"span or sentence outside the text of article {self.article.id!r}: {self.offsets}")

    @property
    def offsets(self) -> tuple[int, int, int, int]:
        """Sentence start and end, span start and end."""
        return self.sentence_start, self.sentence_end, self.span_start, self.span_end

    @property
    def sentence(self) -> str:
        """The quotable sentence, verbatim."""
        return self.article.text[self.sentence_start : self.sentence_end]

    @property
    def span(self) -> str:
        """The words that answer, verbatim."""
        return self.article.text[self.span_start : self.span_end]


class Reason(StrEnum):
    """Why there is no answer."""

    NOT_A_QUESTION = "not_a_question"  # empty, only marks or emoji
    TOO_LONG = "too_long"  # longer than what is read
    NOTHING_INDEXED = "nothing_indexed"  # the collection is empty
    UNKNOWN_SUBJECT = "unknown_subject"  # no article speaks of it
    FACT_NOT_FOUND = "fact_not_found"  # articles speak of it, none says this


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with its source. `others` support it from other articles; `newer` ones are later and say something else.

    `confidence` is the calibrated probability that the sentence answers the question.
    """

    citation: Citation
    confidence: float
    others: tuple[Citation, ...] = ()
    newer: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Tentative:
    """Two or three quotes that may answer, best first."""

    citations: tuple[Citation, ...]
    confidence: float


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """No answer, why, and the articles nearest to the question, best first."""

    reason: Reason
    nearest: tuple[Article, ...] = ()
    confidence: float = 0.0


Outcome = Answer | Tentative | NoAnswer
OutcomeName = Literal["answer", "tentative", "none"]


def outcome_name(outcome: Outcome) -> OutcomeName:
    """Return what the journal, the log and the evaluation call an outcome."""
    match outcome:
        case Answer():
            return "answer"
        case Tentative():
            return "tentative"
        case NoAnswer():
            return "none"


def quoted(outcome: Outcome) -> tuple[Citation, ...]:
    """Return the citations that a card shows as quotes, in its order; articles that say the same are named there, not quoted."""
    match outcome:
        case Answer():
            return (outcome.citation, *outcome.newer)
        case Tentative():
            return outcome.citations
        case NoAnswer():
            return ()


def cited(outcome: Outcome) -> tuple[Citation, ...]:
    """Return all citations of an outcome, those quoted first."""
    return (*quoted(outcome), *outcome.others) if isinstance(outcome, Answer) else quoted(outcome)
