"""Whose words a quotation are, by what stands in it and beside it: `«…», spiega Rossi`, `Rossi: «…»`, `«…». Così Rossi`."""

import re

from retrieval.stance.places import POINT, Place, since, until
from retrieval.stance.prose import Prose
from retrieval.stance.quotations import Quotation
from retrieval.stance.speakers import SUBJECT_CHARACTERS, SUBJECT_END, SUBJECT_START, noun_after, speaker_in, subject_after, subject_before

VERB_BEFORE_CHARACTERS = 150  # from a verb of saying to the quotation that it announces
VERB_AFTER_CHARACTERS = 45  # from a quotation to the verb that follows it
CARRIED_CHARACTERS = 120  # to the next quotation, where no quotation before names the speaker

_NEXT_SENTENCE = re.compile(r"[.:;!?«“\"\n]|^(?!Lo |Così )[A-ZÀ-Ý]")
_ANNOUNCED_ELSEWHERE = re.compile(rf"[;»”!?\n]|{POINT}\s")
_TOLD = re.compile(
    r"[\s,.–—-]{0,4}(?:[Cc]osì|(?:[\wÈ'’]+ ){0,3}(?:parol[ae]|commento|pensiero|appello|annuncio|racconto|sfogo|avvertimento|messaggio"
    r"|replica|risposta)(?: \w+)? d(?:i|el|ella|al|alla|ell['’]|all['’])(?=[ A-Z]))"
)


def speaker_beside(prose: Prose, quotation: Quotation) -> str | None:
    """Return who says a quotation by the verb in it, after it or before it, or by `Rossi: «…»`; None if nothing tells that it is said."""
    start, end = quotation.place
    for saying in prose.sayings:
        if any(insertion.start <= saying.start < insertion.end for insertion in quotation.insertions):
            return subject_after(prose, saying) or noun_after(prose, saying)
        gap = prose.spoken[end : saying.start].lstrip(' .,;–—-»”"')
        if end <= saying.start < end + VERB_AFTER_CHARACTERS and not _NEXT_SENTENCE.search(gap):
            noun = "" if "." in prose.spoken[end : saying.start] else noun_after(prose, saying)
            return subject_after(prose, saying) or noun or ("" if gap[:2].islower() else subject_before(prose, saying))
    for saying in reversed(prose.sayings):
        if saying.end <= start < saying.end + VERB_BEFORE_CHARACTERS and not _ANNOUNCED_ELSEWHERE.search(prose.spoken, saying.end, start):
            return subject_before(prose, saying) or subject_after(prose, saying)
    if prose.spoken[:start].rstrip().endswith(":"):
        colon = prose.spoken.rindex(":", 0, start)
        return speaker_in(prose, since(SUBJECT_START, prose.spoken, colon, SUBJECT_CHARACTERS), touching=colon)
    told = _TOLD.match(prose.spoken, end)
    return speaker_in(prose, until(SUBJECT_END, prose.spoken, told.end(), SUBJECT_CHARACTERS)) if told else None


def speaker_carried(prose: Prose, place: Place) -> str:
    """Return who speaks in the quotations before a place in its line, nearest first, else in the next one."""
    line = prose.spoken.rfind("\n", 0, place.start) + 1
    before = [quotation for quotation in prose.quotations if line <= quotation.place.start and quotation.place.end <= place.start + 1]
    after = [quotation for quotation in prose.quotations if place.end <= quotation.place.start < place.end + CARRIED_CHARACTERS]
    return next(filter(None, (speaker_beside(prose, quotation) for quotation in (*reversed(before), *after))), "")
