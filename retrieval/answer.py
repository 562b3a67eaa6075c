"""What comes back from a question: an answer, a few tentative quotes, or an honest no.

All words that a user will read as an answer are slices of an article, held with their offsets and checked when the value is made.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from index.articles import Article
from retrieval.stance import Standing

TOLD_AS_FACT = Standing()


@dataclass(frozen=True, slots=True)
class Citation:
    """A sentence of an article with the answering span inside it; all offsets are into `article.text`.

    `standing` says whether it is told as a fact, as a rumour or by somebody; `copies` are near-copies of the article.

    Raises ValueError if the span does not lie inside the sentence or the sentence not inside the text: an answer that could not be
    verified is never made.
    """

    article: Article
    sentence_start: int
    sentence_end: int
    span_start: int
    span_end: int
    standing: Standing = TOLD_AS_FACT
    copies: tuple[Article, ...] = ()

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
    NO_COUNTING = "no_counting"  # a sum, or a count over articles: every answer stands in one place
    GREETING = "greeting"
    THANKS = "thanks"
    INSULT = "insult"
    ABOUT_BOT = "about_bot"
    ORDER = "order"  # write, translate, pretend: instructions to the bot


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with its source: what holds at the time asked for.

    `confidence` is the calibrated probability that the sentence answers the question. `others` support it from other articles;
    `alternatives` say something else, at another time or at an unknown one, newest first; `further` are more items of a list.
    """

    citation: Citation
    confidence: float
    others: tuple[Citation, ...] = ()
    alternatives: tuple[Citation, ...] = ()
    further: tuple[Citation, ...] = ()


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


@dataclass(frozen=True, slots=True)
class Latest:
    """The newest that is written of something, newest first: whole sentences, nothing in bold. Empty where nobody writes of it."""

    about: str
    citations: tuple[Citation, ...]
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Several:
    """What was answered to each part of a question that asks two or three things, with that part's text."""

    parts: tuple[tuple[str, Answer | Tentative | NoAnswer], ...]

    @property
    def confidence(self) -> float:
        """The confidence of the least sure part."""
        return min(outcome.confidence for _, outcome in self.parts)


Outcome = Answer | Tentative | NoAnswer | Latest | Several
OutcomeName = Literal["answer", "tentative", "none"]
_BEST_FIRST: tuple[OutcomeName, ...] = ("answer", "tentative")


def outcome_name(outcome: Outcome) -> OutcomeName:
    """Return what the journal, the log and the evaluation call an outcome; of several parts, the best one's name."""
    match outcome:
        case Answer():
            return "answer"
        case Tentative():
            return "tentative"
        case NoAnswer():
            return "none"
        case Latest(_, citations):
            return "answer" if citations else "none"
        case Several(parts):
            names = {outcome_name(part) for _, part in parts}
            return next((name for name in _BEST_FIRST if name in names), "none")


def quoted(outcome: Outcome) -> tuple[Citation, ...]:
    """Return the citations that a card shows as quotes, in its order; articles that say the same are named there, not quoted."""
    match outcome:
        case Answer():
            return (outcome.citation, *outcome.further, *outcome.alternatives)
        case Tentative() | Latest():
            return outcome.citations
        case NoAnswer():
            return ()
        case Several(parts):
            return tuple(dict.fromkeys(citation for _, part in parts for citation in quoted(part)))


def cited(outcome: Outcome) -> tuple[Citation, ...]:
    """Return all citations of an outcome, those quoted first."""
    match outcome:
        case Answer():
            return (*quoted(outcome), *outcome.others)
        case Several(parts):
            return (*quoted(outcome), *(citation for _, part in parts if isinstance(part, Answer) for citation in part.others))
        case _:
            return quoted(outcome)
