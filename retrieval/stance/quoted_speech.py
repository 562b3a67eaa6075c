"""Quoted speech: whether a span stands in somebody's words, and in whose; a name in quotation marks is nobody's."""

import re

from retrieval.names import starts_sentence
from retrieval.stance.attribution import VERB_BEFORE_CHARACTERS, speaker_beside, speaker_carried
from retrieval.stance.places import POINT, Place, since, until
from retrieval.stance.prose import Prose
from retrieval.stance.reported_speech import speaker_of_report

SPEECH_WORDS = 8  # a quotation of so many words is speech even where no verb of saying stands by
NICKNAME_WORDS = 2  # one of so few is a name, or a word held at arm's length
REPORT_CHARACTERS = 1000  # behind a quotation that is a part of what is reported

_SENTENCE_END = re.compile(rf"(?:{POINT}|[!?…])[»”\"]?\s|\n")


def speaker_of_quotation(prose: Prose, span: Place) -> str | None:
    """Return who speaks in the quotation around the span, empty if nobody tells; None if there is none, or if it is but a name."""
    quotation = next((quotation for quotation in prose.quotations if quotation.speaks(span)), None)
    if quotation is None:
        return None
    place = quotation.place
    words = prose.text[place.start + 1 : place.end - 1].split()
    is_name = 2 * sum(word[0].isupper() for word in words) > len(words)
    if len(words) <= NICKNAME_WORDS or (is_name and len(words) < SPEECH_WORDS):
        return None
    speaker = speaker_beside(prose, quotation)
    if speaker is None:
        speaker = speaker_of_report(prose, _sentence_around(prose, place), place)
    is_sentence = words[0][0].isupper() and (words[-1][-1] in ".!?…" or _stands_alone(prose.text, place))
    if speaker is None and not is_sentence and len(words) < SPEECH_WORDS:
        return None
    return speaker or speaker_carried(prose, place)


def _sentence_around(prose: Prose, place: Place) -> Place:
    start = since(_SENTENCE_END, prose.spoken, place.start, VERB_BEFORE_CHARACTERS).start
    return Place(start, until(_SENTENCE_END, prose.spoken, place.end - 1, REPORT_CHARACTERS).end + 1)


def _stands_alone(text: str, place: Place) -> bool:
    return starts_sentence(text, place.start) and text[place.end : place.end + 1] in ("", ".", "\n")
