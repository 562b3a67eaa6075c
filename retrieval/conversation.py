"""A conversation is an immutable, bounded tuple of turns, kept by whoever calls the pipeline."""

from dataclasses import dataclass

from retrieval.answer import Answer, Outcome, Several, quoted

MAX_TURNS = 6


@dataclass(frozen=True, slots=True)
class Turn:
    """A question as it was written, and what was answered: the span and the cited article's id and title, empty if none."""

    question: str
    answer: str = ""
    article_id: str = ""
    title: str = ""


Conversation = tuple[Turn, ...]  # oldest first


def with_turn(conversation: Conversation, turn: Turn) -> Conversation:
    """Return the conversation with a turn more, the oldest ones dropped past `MAX_TURNS`."""
    return (*conversation, turn)[-MAX_TURNS:]


def turn_of(question: str, outcome: Outcome) -> Turn:
    """Return the turn that a question and its outcome make: the answer and where it stands, or where the first tentative quote stands."""
    citations = quoted(outcome)
    if not citations:
        return Turn(question)
    first = citations[0]
    return Turn(question, first.span if isinstance(outcome, Answer | Several) else "", first.article.id, first.article.title)
