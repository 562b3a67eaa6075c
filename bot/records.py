"""What is remembered of an answer: a turn of the conversation, a row of the journal, a line of the log."""

import logging
import time
from collections.abc import Sequence

from bot.journal import Given
from retrieval.answer import Answer, Citation, NoAnswer, Outcome, Tentative
from retrieval.conversation import Turn
from retrieval.pipeline import Result

_log = logging.getLogger(__name__)


def turn_of(text: str, outcome: Outcome) -> Turn:
    """Return the turn that a question and its outcome add to the conversation."""
    match outcome:
        case Answer():
            article = outcome.citation.article
            return Turn(text, outcome.citation.span, article.id, article.title)
        case Tentative() if outcome.citations:
            article = outcome.citations[0].article
            return Turn(text, "", article.id, article.title)
        case _:
            return Turn(text)


def log_question(result: Result, *, chat_id: int, update_id: int, started: float) -> None:
    """Write the one line of a question: ids, outcome, confidence and milliseconds by stage, never its words."""
    outcome = result.outcome
    stages = " ".join(f"{stage}_ms={ms:.0f}" for stage, ms in result.milliseconds.items())
    _log.info(
        "question chat=%d update=%d outcome=%s confidence=%.3f snapshot=%s articles=%s total_ms=%.0f %s",
        chat_id,
        update_id,
        outcome_name(outcome) + (f":{outcome.reason}" if isinstance(outcome, NoAnswer) else ""),
        outcome.confidence,
        result.snapshot,
        ",".join(result.article_ids[:3]),
        1000 * (time.monotonic() - started),
        stages,
    )


def outcome_name(outcome: Outcome) -> str:
    """Return `answer`, `tentative` or `none`, as evaluation and the journal call outcomes."""
    return {Answer: "answer", Tentative: "tentative", NoAnswer: "none"}[type(outcome)]


def given_answer(chat_id: int, text: str, result: Result) -> Given:
    """Return what the journal keeps of an answer."""
    outcome = result.outcome
    citations = [
        {"article_id": citation.article.id, "digest": citation.article.digest, "offsets": citation.offsets}
        for citation in shown_citations(outcome)
    ]
    return Given(
        chat_id,
        turn_of(text, outcome),
        outcome_name(outcome),
        reason=outcome.reason if isinstance(outcome, NoAnswer) else "",
        confidence=outcome.confidence,
        snapshot=result.snapshot,
        citations=tuple(citations),
    )


def shown_citations(outcome: Outcome) -> Sequence[Citation]:
    """Return what an outcome cites, in the order in which it is shown."""
    match outcome:
        case Answer():
            return (outcome.citation, *outcome.newer, *outcome.others)
        case Tentative():
            return outcome.citations
        case _:
            return ()
