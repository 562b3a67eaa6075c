"""All that a question meets in its passages: the words laid out, matched and marked, ready for features."""

from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.features.answer_marks import AnswerMarks, mark
from retrieval.features.background import Background
from retrieval.features.matching import Matches, match
from retrieval.features.question_shape import QuestionShape, shape
from retrieval.features.sentence_table import SentenceTable, lay_out
from retrieval.question import Query
from retrieval.reader import RetrievedPassage


@dataclass(frozen=True, slots=True)
class Evidence:
    """A question and its passages, compared word by word."""

    query: Query
    question: QuestionShape
    table: SentenceTable
    matches: Matches
    marks: AnswerMarks
    background: Background


def gather(query: Query, passages: Sequence[RetrievedPassage], background: Background) -> Evidence | None:
    """Compare a question with its passages, best first; None where the question has no terms or the passages no sentences."""
    question = shape(query, background)
    table = lay_out(passages) if passages and question.concepts else None
    if table is None or not table.sentences:
        return None
    matches = match(question, table)
    return Evidence(query, question, table, matches, mark(table, matches, background, query.answer_types), background)
