"""Asking gold questions: every one is answered as the bot would answer it, in its conversation and on its day."""

import datetime
import time
from collections.abc import Iterable, Iterator
from typing import Protocol

from evaluation.gold import GoldQuestion
from evaluation.prediction import Prediction, predict
from retrieval.conversation import Conversation, turn_of, with_turn
from retrieval.deadline import Deadline
from retrieval.pipeline import Result
from retrieval.question import Question
from retrieval.settings import RetrievalSettings


class Answerer(Protocol):
    """What is evaluated: `retrieval.pipeline.Pipeline`, or whatever keeps its promise."""

    def ask(self, question: Question, deadline: Deadline | None = None) -> Result:
        """Answer a question."""


def today(settings: RetrievalSettings) -> datetime.date:
    """Return the day on which questions without a date of their own are asked."""
    return settings.as_of or datetime.datetime.now(settings.timezone).date()


def answer_all(answerer: Answerer, questions: Iterable[GoldQuestion], asked_on: datetime.date) -> Iterator[Prediction]:
    """Answer the questions in order; those without a date of their own are asked on `asked_on`."""
    for question in questions:
        yield answer(answerer, question, question.asked_on or asked_on)


def answer(answerer: Answerer, gold: GoldQuestion, asked_on: datetime.date) -> Prediction:
    """Answer the questions before it, then the question itself; only the last is timed."""
    conversation: Conversation = ()
    for earlier in gold.history:
        before = answerer.ask(Question(earlier, asked_on, conversation))
        conversation = with_turn(conversation, turn_of(earlier, before.outcome))
    started = time.perf_counter()
    result = answerer.ask(Question(gold.question, asked_on, conversation))
    milliseconds = (time.perf_counter() - started) * 1000
    return predict(gold.id, result.outcome, result.article_ids, milliseconds)
