"""All that a question meets in its passages: the words laid out, matched and marked, ready for features."""

from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.answer_marks import AnswerMarks, mark
from retrieval.background import Background
from retrieval.matching import Matches, match
from retrieval.question import Query
from retrieval.question_shape import QuestionShape, shape
from retrieval.reader import RetrievedPassage
from retrieval.sentence_table import SentenceTable, lay_out


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
