"""What is remembered of an answer: a row of the journal, a line of the log."""

import logging
import time

from bot.journal import Given
from retrieval.answer import NoAnswer, cited, outcome_name
from retrieval.conversation import turn_of
from retrieval.pipeline import Result

_log = logging.getLogger(__name__)


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


def given_answer(chat_id: int, text: str, result: Result) -> Given:
    """Return what the journal keeps of an answer."""
    outcome = result.outcome
    citations = [
        {"article_id": citation.article.id, "digest": citation.article.digest, "offsets": citation.offsets} for citation in cited(outcome)
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
