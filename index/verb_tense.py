"""Whether the verb near a word tells of the past or of the future: it decides which Saturday `sabato` means, and which March.

Endings are judged, not meanings, and only those that newspapers use of events; a sentence in the present decides nothing.
"""

import re
from typing import Literal

from index.time_words import GAP

Tense = Literal["earlier", "past", "future"]  # `aveva vinto`, `ha vinto`, `vincerà`

REACH = 160  # characters on either side

_ADVERB = rf"(?:(?:già|ancora|non|poi|anche|sempre|mai|appena|subito|però|ora|invece|quasi|stat[oaie]|\w{{2,12}}mente){GAP}){{0,2}}"
_LOOKING_AHEAD = r"(?:attes|previst|fissat|programmat|convocat|chiamat|rinviat|rimandat|spostat|slittat|prorogat|posticipat|prolungat)"
_NO_EVENT = (  # what only ends like a participle, and participles that look ahead
    rf"(?!tutt|tant|molt|quant|quest|quell|stess|pront|cert|spess|adess|sabato|(?:stat[oaie]{GAP})?{_LOOKING_AHEAD})"
)
_PARTICIPLE = rf"{GAP}{_ADVERB}{_NO_EVENT}\w{{1,14}}(?:[aiu]t|s|[rnlts]t)[oaie]\b"
_PERFECT = rf"(?:ho|hai|ha|abbiamo|avete|hanno|è|sono|sei|siamo|siete){_PARTICIPLE}"
_PLUPERFECT = rf"(?:avevo|aveva|avevamo|avevano|ero|era|eravamo|erano){_PARTICIPLE}"
_IMPERFECT = r"(?:era|erano|\w{2,12}(?:ava|avano|eva|evano|ivano))\b"
_REMOTE = (
    r"(?:risale|risalgono|fu|furono|ebbe|ebbero|fece|fecero|disse|dissero|vinse|perse|prese|mise|venne|vennero|nacque|rimase|chiuse|"
    r"decise|scrisse|scrissero|batté|morì|finì|partì|subì|colpì|uscì|riuscì|\w{2,12}(?:arono|erono|irono|[iuenr]sero))\b"
)
_REMOTE_IN_O = r"(?!(?:però|perciò|ciò|può|sarò|avrò|farò|darò)\b)\w{2,14}(?<![eidvr]r)ò\b"  # `segnò`; `vincerò` is to come
_FUTURE = r"scad(?:e|ono|enza)\b|\w{1,14}(?:rà|ranno)\b"
_VERB = re.compile(rf"\b(?:(?P<earlier>{_PLUPERFECT})|(?P<past>{_PERFECT}|{_REMOTE}|{_REMOTE_IN_O}|{_IMPERFECT})|(?P<future>{_FUTURE}))")
_SENTENCE_END = re.compile(r"[.!?;\n](?!\d)")


def tense_near(words: str, start: int, end: int) -> Tense | None:
    """Return the tense of the verb nearest to `words[start:end]` in its sentence, or None where no verb says one."""
    left, right = max(0, start - REACH), min(len(words), end + REACH)
    for stop in _SENTENCE_END.finditer(words, left, start):
        left = stop.end()
    if stop_behind := _SENTENCE_END.search(words, end, right):
        right = stop_behind.start()
    verbs = [*_VERB.finditer(words, left, start), *_VERB.finditer(words, end, right)]
    closest = min(verbs, key=lambda verb: max(start - verb.end(), verb.start() - end), default=None)
    if closest is None or closest["future"]:
        return "future" if closest else None
    return "earlier" if closest["earlier"] else "past"
