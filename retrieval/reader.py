"""The seam of reading: passages in, spans out.

A reader proposes; whether the best span is good enough to be an answer is decided in `retrieval/pipeline` by a calibrated confidence.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from index.articles import Article
from index.passages import Passage
from retrieval.deadline import Deadline
from retrieval.question import Query


@dataclass(frozen=True, slots=True)
class RetrievedPassage:
    """A passage with its article and why it was found: the fused score and its parts, comparable within one question.

    `copies` are the near-copies of the article, oldest first.
    """

    passage: Passage
    article: Article
    score: float
    term_score: float
    ngram_score: float
    dense_score: float
    copies: tuple[Article, ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """A proposed answer. All offsets are into `retrieved.article.text`; the span lies inside the sentence.

    `score` is comparable across the passages of one question. `confidence` is the reader's own estimate, calibrated on development
    articles, of the probability that this sentence answers the question.
    """

    retrieved: RetrievedPassage
    sentence_start: int
    sentence_end: int
    start: int
    end: int
    score: float
    confidence: float

    @property
    def words(self) -> str:
        """The words that answer, verbatim."""
        return self.retrieved.article.text[self.start : self.end]


class Reader(Protocol):
    """Finds spans."""

    def read(self, query: Query, passages: Sequence[RetrievedPassage], deadline: Deadline, /) -> list[Span]:
        """Return proposed spans, best first, at most one for a sentence; empty if there is nothing to read.

        `passages` come best first. Raises TooSlow when the deadline passes.
        """

    def read_apart(self, query: Query, groups: Sequence[Sequence[RetrievedPassage]], deadline: Deadline, /) -> list[Span]:
        """Return the best span of each group of passages, each read as if there were no others; groups without a span are left out.

        Confidence is the probability that the group answers, which competes with nothing. Raises TooSlow when the deadline passes.
        """


def best_of_each(reader: Reader, query: Query, groups: Sequence[Sequence[RetrievedPassage]], deadline: Deadline) -> list[Span]:
    """Return the best span of each group as a reader without an own judgement of groups sees it."""
    return [spans[0] for group in groups if (spans := reader.read(query, group, deadline))]
