"""The standing of a citation: in come the text of an article and offsets, out come a stance and a speaker.

A rumour that somebody tells is a statement.
"""

from dataclasses import dataclass
from enum import StrEnum

from retrieval.stance.places import Place
from retrieval.stance.prose import Prose
from retrieval.stance.quoted_speech import speaker_of_quotation
from retrieval.stance.reported_speech import speaker_of_report
from retrieval.stance.rumours import is_rumour

READ_BEFORE = 1500  # characters before the sentence where a quotation may begin or its speaker be named
READ_AFTER = 1000


class Stance(StrEnum):
    """What the quoted words may be taken for."""

    FACT = "fact"
    RUMOUR = "rumour"
    STATEMENT = "statement"


@dataclass(frozen=True, slots=True)
class Standing:
    """A stance, and for a statement who makes it: a slice of the article, empty if unknown."""

    stance: Stance = Stance.FACT
    speaker: str = ""


def standing_of(text: str, sentence_start: int, sentence_end: int, span_start: int, span_end: int) -> Standing:
    """Return how the span of a citation stands; the offsets are those of `Citation`, into the text of its article."""
    first = max(0, sentence_start - READ_BEFORE)
    prose = Prose(text, first, min(len(text), sentence_end + READ_AFTER))
    sentence, span = Place(sentence_start - first, sentence_end - first), Place(span_start - first, span_end - first)
    speaker = speaker_of_quotation(prose, span)
    if speaker is None:
        speaker = speaker_of_report(prose, sentence, span)
    if speaker is not None:
        return Standing(Stance.STATEMENT, speaker)
    return Standing(Stance.RUMOUR if is_rumour(prose.spoken, sentence, span) else Stance.FACT)
