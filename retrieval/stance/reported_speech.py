"""Reported speech: whose words a span is by `ha detto che`, `, spiega Rossi,`, `secondo Rossi`, `Lo ha detto Rossi`."""

import re
from collections.abc import Iterator

from retrieval.stance.attribution import speaker_carried
from retrieval.stance.clauses import governs, states, turns
from retrieval.stance.lexicon import ARTICLES, DETERMINERS, OF_PERSONS, PAPERS, PREPOSITIONS, QUOTING, SOURCES, UNNAMED
from retrieval.stance.places import WORD, Place, until, words_before
from retrieval.stance.prose import Prose
from retrieval.stance.sayings import Saying
from retrieval.stance.speakers import NAME_WORD, SUBJECT_END, full_name, names_in, role_in, subject_after, subject_before

SOURCE_CHARACTERS = 90  # after `secondo`

_THAT = re.compile(
    r"[^,;:.!?«»“”\"]{0,90}?(?:,[^,;:.!?«»“”\"]{1,70},[^,;:.!?«»“”\"]{0,20}?)?\sche\b"
    r"|(?:\s\w+)?\sdi(?=\s(?:non\s)?\w+(?:re|r[st]i|rl[oaie]|rne|ver|ler|ter|ser)\b)"
)
_QUOTATION_OVER = re.compile(r"  [»”\"](?!,? ?(?:e )?che\b|\s?(?:da|di|del|della|in|a|al|alla)\b)")  # of a blanked quotation
_BEFORE_ASIDE = re.compile(r"[^\s»”\"][,–—-]?\s?[,–—-]\s(?:(?:come|lo)\s)?$")
_NEXT_WORD = re.compile(r"\be (\w+)")
_IT = re.compile(r"(?:^|[»”\"\s])(?:Lo|È quanto|E['’] quanto)\s$")
_SECONDO = re.compile(
    r"\b(?:[Ss]econdo|[Ss]tando a(?:l|lla|i|gli|lle|ll['’])?|[Aa] (?:detta|giudizio|parere|dire) d(?:i|el|ella|ei|egli|elle|ell['’]))"
    r"(?=[\s'’A-Z])\s?|\b[Cc]ome (?:riferi|riporta|anticipa|rivela|racconta|spiega|scrit|conferma)to da(?:l|lla|i|gli|lle|ll['’])?\s?"
)
_SOURCE_END = re.compile(r"[,;:.«“\"]")
_APPOSITION = re.compile(rf", (?:(?:il|lo|la|l['’]) ?)?(?:[a-zà-ù]+ )?({NAME_WORD} {NAME_WORD})(?=,)")


def speaker_of_report(prose: Prose, sentence: Place, span: Place) -> str | None:
    """Return who says what the span stands in, empty if nobody is named; None if nobody says it."""
    for saying in prose.sayings:
        if sentence.start <= saying.start < sentence.end and saying.word not in QUOTING:
            speaker = _speaker_of_saying(prose, saying, sentence, span)
            if speaker is not None and (speaker or saying.word not in OF_PERSONS):
                return speaker
        elif 0 <= saying.start - sentence.end < 16 and _IT.search(prose.spoken, sentence.end, saying.start):
            return subject_after(prose, saying)
    for match in _SECONDO.finditer(prose.spoken, *sentence):
        source = _source(prose, match, sentence)
        if source and governs(prose.spoken, source[0], sentence, span):
            return source[1]
    return None


def unnamed_sources(text: str, sentence: Place) -> Iterator[Place]:
    """Yield the places of `secondo` and the like in a sentence where nobody is named: `secondo indiscrezioni`."""
    return (Place(*match.span()) for match in _SECONDO.finditer(text, *sentence) if UNNAMED.match(text, match.end()))


def _speaker_of_saying(prose: Prose, saying: Saying, sentence: Place, span: Place) -> str | None:
    that = _THAT.match(prose.spoken, saying.end, sentence.end)
    if that and _leads_to_clause(that.group()):
        if that.end() > span.start or _is_over(prose.spoken, that, span):
            return None
        return subject_before(prose, saying) or subject_after(prose, saying)
    if not _BEFORE_ASIDE.search(prose.spoken, sentence.start, saying.start):
        return None
    aside = Place(saying.start, until(SUBJECT_END, prose.spoken, saying.end, max(0, sentence.end - saying.end)).end)
    is_closed = prose.spoken[aside.end : aside.end + 1] in tuple(".,–—- ") or aside.end >= sentence.end
    if not is_closed or not governs(prose.spoken, aside, sentence, span):
        return None
    if aside.end == saying.end:
        return None if saying.word.endswith("no") else speaker_carried(prose, sentence)  # `raccontano` is nobody
    return subject_after(prose, saying) or None


def _is_over(text: str, that: re.Match[str], span: Place) -> bool:
    """True if what is reported has ended before the span; an infinitive goes on no further than the next finite verb."""
    if turns(text, that.end(), span.start) or _QUOTATION_OVER.search(text, that.end(), span.start):
        return True
    verbs = (word for word in _NEXT_WORD.findall(text, that.end(), span.start) if states(word, "e"))
    return that.group().endswith("di") and any(verbs)


def _leads_to_clause(words: str) -> bool:
    """True unless the verb has an object, which makes `che` a relative: `promise la maglia che era di Rossi`."""
    found = [word.lower() for word in WORD.findall(re.sub(r",[^,]*,", " ", words))]
    return not any(
        word in ARTICLES and not after[0].isdigit() and before not in PREPOSITIONS
        for before, word, after in zip(["", *found], found, found[1:], strict=False)
    )


def _source(prose: Prose, match: re.Match[str], sentence: Place) -> tuple[Place, str] | None:
    """Return the phrase that begins with `secondo` and whom it names, or None where nobody speaks (`il secondo tempo`)."""
    if words_before(prose.spoken, match.start())[1] in DETERMINERS or UNNAMED.match(prose.spoken, match.end()):
        return None
    place = until(_SOURCE_END, prose.spoken, match.end(), min(SOURCE_CHARACTERS, sentence.end - match.end()))
    names = list(names_in(prose, place))
    if names and names[0].start - place.start <= 3:
        return Place(match.start(), names[0].end), full_name(prose, names[0])
    words = [word.group().lower() for word in WORD.finditer(prose.spoken, *place)][:4]
    if words[:1] != ["quanto"]:
        if not SOURCES & set(words if words[:1] and words[0] in DETERMINERS else words[:1]):
            return None
        place = Place(place.start, _clause_start(prose.spoken, place))
    if apposition := _APPOSITION.match(prose.spoken, place.end):
        return Place(match.start(), apposition.end()), apposition.group(1)
    leads = ((name, *words_before(prose.spoken, name.start)) for name in names if name.end <= place.end)
    said_by = (name for name, before, lead in leads if lead not in ("di", "a", "in") or before in PAPERS)  # not `l'università di Bari`
    speaker = next((full_name(prose, name) for name in said_by), "")
    return Place(match.start(), place.end), speaker or role_in(prose, place)


def _clause_start(text: str, place: Place) -> int:
    """Return where a clause begins that no comma parts from its source: `secondo gli inquirenti | il furto è avvenuto all'alba`."""
    previous = ""
    for i, word in enumerate(WORD.finditer(text, *place)):
        lowered = word.group().lower()
        if i > 1 and (states(lowered, previous) or (lowered in ARTICLES and previous not in PREPOSITIONS)):
            return word.start()
        previous = lowered
    return place.end
