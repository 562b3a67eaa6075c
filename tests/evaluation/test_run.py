"""Questions are asked as a person would ask them: in conversation, on a day."""

from evaluation.gold import GoldQuestion
from evaluation.run import answer_all, today
from retrieval.conversation import Turn
from retrieval.settings import RetrievalSettings
from tests.evaluation.word_answerer import PARK, ROSSI, WordAnswerer, asked_on

FOLLOW_UP = GoldQuestion("f", "E quando scade?", ("30 giugno 2027",), ("rossi",), history=("Chi allena il Borgo?",), asked_on=asked_on())


def test_history_is_answered_first_and_the_question_hears_the_bots_own_turns() -> None:
    """The follow-up comes with the turn that the bot itself gave to the question before it."""
    answerer = WordAnswerer([ROSSI, PARK])
    (prediction,) = answer_all(answerer, [FOLLOW_UP], asked_on("2026-01-01"))
    expected = Turn("Chi allena il Borgo?", "Mario Rossi allena il Borgo.", "rossi", "Il contratto di Rossi")
    assert [(), (expected,)] == [question.history for question in answerer.asked]
    assert (prediction.id, prediction.article_ids[0]) == ("f", "rossi")
    assert prediction.milliseconds > 0


def test_a_questions_own_day_comes_before_that_of_the_run() -> None:
    """`asked_on` is honoured for the question and for its history; others are asked on the day of the run."""
    answerer = WordAnswerer([ROSSI])
    list(answer_all(answerer, [FOLLOW_UP, GoldQuestion("g", "Chi?")], asked_on("2026-01-01")))
    assert [asked_on(), asked_on(), asked_on("2026-01-01")] == [question.asked_on for question in answerer.asked]


def test_a_fixed_day_comes_before_today() -> None:
    """`AS_OF` decides when it is given."""
    assert asked_on() == today(RetrievalSettings(as_of=asked_on()))
