"""How the words that a bot quotes stand in their article: as a fact, as a rumour, or as what somebody says.

In come the text and the offsets of a citation, out comes its standing. Read are the marks, moods and turns of phrase of Italian
newspapers (`stance.txt`), clause by clause; what is not clearly a rumour or a statement is a fact. A rumour that somebody tells is a
statement. No pattern repeats a repetition, and all look a bounded way ahead: the cost grows with the length of a sentence, not faster.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from index.italian import fold_word, is_stop_word
from retrieval.names import starts_sentence

READ_BEFORE = 1500  # characters before the sentence where a quotation may begin or its speaker be named
READ_AFTER = 1000
DEEPEST = 8  # quotations inside one another
SPEECH_WORDS = 8  # a quotation of so many words is speech even where no verb of saying stands by
NICKNAME_WORDS = 2  # one of so few is a name, or a word held at arm's length
VERB_BEFORE_CHARACTERS = 150  # from a verb of saying to the quotation that it announces
VERB_AFTER_CHARACTERS = 45  # from a quotation to the verb that follows it
SUBJECT_CHARACTERS = 160  # from a verb to its subject
SOURCE_CHARACTERS = 90  # after `secondo`
CARRIED_CHARACTERS = 120  # to the next quotation, where no quotation before names the speaker
MENTIONS = 40  # places of a surname in its article that are looked at for the first name


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
    prose = _Prose(text, first, min(len(text), sentence_end + READ_AFTER))
    sentence, span = _Place(sentence_start - first, sentence_end - first), _Place(span_start - first, span_end - first)
    speaker = _speaker_of_quotation(prose, span)
    if speaker is None:
        speaker = _speaker_of_report(prose, sentence, span)
    if speaker is not None:
        return Standing(Stance.STATEMENT, speaker)
    return Standing(Stance.RUMOUR if _is_rumour(prose.spoken, sentence, span) else Stance.FACT)


# ------------------------------------------------------------------------------------------------------------------------ vocabulary


def _read_sections(file: Path) -> dict[str, tuple[str, ...]]:
    """Return the lines of each section of the list."""
    sections: dict[str, list[str]] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        content = line.partition("  #")[0].strip()
        if content.startswith("["):
            lines = sections.setdefault(content.strip("[]"), [])
        elif content and not content.startswith("#"):
            lines.append(content)
    return {name: tuple(lines) for name, lines in sections.items()}


_SECTIONS = _read_sections(Path(__file__).with_name("stance.txt"))


def _words(section: str) -> frozenset[str]:
    return frozenset(word for line in _SECTIONS[section] for word in line.split())


def _phrases(section: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(_SECTIONS[section])})(?!\w)", re.IGNORECASE)


_SAYING = _words("saying") | {stem + ending for stem in _words("saying stem") for ending in "a ano ò arono ava avano ando".split()}
_SAID = _words("said") | {stem + "ato" for stem in _words("saying stem")}
_QUOTING = _words("saying beside a quotation only")
_OF_PERSONS = _words("saying of persons only")
_ALSO_NOUNS = _words("also a noun")
_SPEAKERS = _words("speaker")
_PAPERS = _words("source")
_SOURCES = _SPEAKERS | _PAPERS
_NAMED = _words("name")
_OPENING = _words("opening")
_PREPOSITIONS = _words("preposition")
_FACTS = _words("fact") | _SAYING
_NO_FACTS = _words("no fact")
_UNNAMED = _phrases("unnamed source")
_DOUBT_OF_WHAT_FOLLOWS = _phrases("doubt of what follows")
_DOUBT_OF_CLAUSE = _phrases("doubt of the clause")
_DOUBT = _phrases("doubt")
_DENIAL = _phrases("denial")
_HYPOTHESIS = _phrases("hypothesis")
_OPINION = _phrases("opinion")
_BELIEF = _phrases("belief")
_DESCRIPTION = _phrases("description")

_HAVING = frozenset("ha hanno aveva avevano avendo ebbe".split())
_MAKING_KNOWN = {
    "sapere": frozenset("fa fanno fatto fece fecero facendo".split()),
    "noto": frozenset("reso rende rendono rendendo".split()),
}
_TELLING = _SAYING | _SAID | _QUOTING | _MAKING_KNOWN.keys()
_NOBODY = frozenset("non si chi".split())  # before a verb: denied, impersonal, asked
_ARTICLES = frozenset("il lo la l i gli le un uno una".split())
_SOME = frozenset("alcuni alcune diversi diverse molti molte vari varie più".split())
_DETERMINERS = _ARTICLES | _SOME | _PREPOSITIONS | frozenset("sua suo ogni questa nuova prima ulteriore senza immediata".split())

_POINT = r"(?<!\bavv)(?<!\bdott)(?<!\bprof)(?<!\bing)(?<!\bon)(?<!\bAvv)(?<!\bDott)(?<!\bProf)(?<!\b[A-Z])\."  # of no abbreviation
_SENTENCE_END = re.compile(rf"(?:{_POINT}|[!?…])[»”\"]?\s|\n")
_SUBJECT_START = re.compile(rf"[;:!?«»“”\"\n]|{_POINT}\s")
_SUBJECT_END = re.compile(
    rf"[;:!?«»“”\"\n()]|{_POINT}(?:\s|$)|,(?!\s(?:[A-ZÀ-Ý]|(?:don|suor|monsignor|dottor|professor) ))|\s[–—-]\s|\bche\b"
)
_TURN = re.compile(r"[:;!?…\n]|\.\s|\s[–—-]\s|\s(?:ma|mentre|bensì|sebbene|benché|nonostante|anche se)\s|,\s(?:però|tuttavia)\s")
_WORD = re.compile(r"\w+")
_LAST_WORDS = re.compile(r"(?:\b(\w{1,20})(?:['’]|\s)\s?)?\b(\w{1,20})(?:['’]|\s)\s?$")


class _Place(NamedTuple):
    start: int
    end: int

    def holds(self, other: "_Place") -> bool:
        return self.start <= other.start and other.end <= self.end


def _words_before(text: str, position: int) -> tuple[str, str]:
    """Return the two words right before a position, in lower case, empty where a mark stands between."""
    match = _LAST_WORDS.search(text[max(0, position - 30) : position])
    return ((match.group(1) or "").lower(), match.group(2).lower()) if match else ("", "")


def _since(pattern: re.Pattern[str], text: str, end: int, characters: int) -> _Place:
    """Return the place from the last match of a pattern to `end`, at most so many characters."""
    lowest = max(0, end - characters)
    return _Place(max((match.end() for match in pattern.finditer(text, lowest, end)), default=lowest), end)


def _until(pattern: re.Pattern[str], text: str, start: int, characters: int) -> _Place:
    """Return the place from `start` to the first match of a pattern, at most so many characters."""
    highest = min(len(text), start + characters)
    match = pattern.search(text, start, highest)
    return _Place(start, match.start() if match else highest)


# ------------------------------------------------------------------------------------------------------------------------ quotations

_MARK = re.compile(r"[«»“”\"\n]")
_CLOSING = {"«": "»", "“": "”", '"': '"'}
_CLOSING_TOO = {"“": "”", '"': "”", "”": '"'}  # careless writers close with another mark
_INSERTION = re.compile(r"\s?[–—-]\s([^–—«»“”\"\n]{4,200}?)\s?[–—-](?=[\s,.;])")
_NEXT_SENTENCE = re.compile(r"[.:;!?«“\"\n]|^(?!Lo |Così )[A-ZÀ-Ý]")
_ANNOUNCED_ELSEWHERE = re.compile(rf"[;»”!?\n]|{_POINT}\s")
_TOLD = re.compile(
    r"[\s,.–—-]{0,4}(?:[Cc]osì|(?:[\wÈ'’]+ ){0,3}(?:parol[ae]|commento|pensiero|appello|annuncio|racconto|sfogo|avvertimento|messaggio"
    r"|replica|risposta)(?: \w+)? d(?:i|el|ella|al|alla|ell['’]|all['’])(?=[ A-Z]))"
)


class _Quotation(NamedTuple):
    """A quotation with its marks, and what in it is not spoken: `«…, – spiega Rossi – …»`."""

    place: _Place
    insertions: tuple[_Place, ...]

    def speaks(self, span: _Place) -> bool:
        return self.place.holds(span) and not any(insertion.holds(span) for insertion in self.insertions)


class _Prose:
    """The text around a sentence, read once: its quotations, what is left when they are blanked out, and the verbs of saying there."""

    def __init__(self, article: str, start: int, end: int) -> None:
        self.article, self.start, self.text = article, start, article[start:end]
        closing = article.find("»", end)
        closes_later = closing >= 0 and "«" not in article[end:closing]
        self.quotations = [_quotation(self.text, place) for place in _between_marks(self.text, closes_later=closes_later)]
        characters = list(self.text)
        for (begin, stop), insertions in self.quotations:
            characters[begin + 1 : stop - 1] = " " * (stop - begin - 2)
            for place in insertions:
                characters[slice(*place)] = self.text[slice(*place)]
        self.spoken = "".join(characters)
        self.sayings = list(_sayings(self.spoken))


def _between_marks(text: str, *, closes_later: bool) -> Iterator[_Place]:
    """Yield the outermost quotations of a text. Straight marks are paired inside a line; what never closes is no quotation."""
    opened: list[tuple[str, int]] = []  # the mark that will close, and where it was opened
    for match in _MARK.finditer(text):
        mark, at = match.group(), match.start()
        if mark == "\n":
            opened = [(closing, begin) for closing, begin in opened if closing != '"']
        elif closing := _closes(mark, text, at, [closing for closing, _ in opened]):
            while opened[-1][0] != closing:
                opened.pop()
            _, begin = opened.pop()
            if not opened and at > begin + 1:
                yield _Place(begin, at + 1)
        elif mark in _CLOSING and len(opened) < DEEPEST and not (mark == '"' and _opens_nothing(text, at)):
            opened.append((_CLOSING[mark], at))
    if closes_later and opened and opened[0][0] == "»":
        yield _Place(opened[0][1], len(text) + 1)


def _closes(mark: str, text: str, at: int, expected: Sequence[str]) -> str:
    """Return which of the expected marks a mark stands for, empty if for none."""
    if mark in expected:
        return mark
    touches = at > 0 and not text[at - 1].isspace() and text[at - 1] not in "('’["
    return _CLOSING_TOO[mark] if touches and _CLOSING_TOO.get(mark) in expected else ""


def _opens_nothing(text: str, at: int) -> bool:
    """True for a straight mark that can only close, or that belongs to the markup of a page."""
    before, after = text[max(0, at - 1) : at], text[at + 1 : at + 2]
    if before == "=" or after in tuple(",;:)") or (after == "." and text[at + 2 : at + 3] != "."):
        return True
    return bool(before.strip()) and before not in "('’[" and not after.isalnum()


def _quotation(text: str, place: _Place) -> _Quotation:
    inside = (_Place(*match.span(1)) for match in _INSERTION.finditer(text, place.start + 1, place.end - 1))
    return _Quotation(
        place,
        tuple(
            i for i in inside if text[slice(*i)].startswith("si legge") or any(saying.start < 25 for saying in _sayings(text[slice(*i)]))
        ),
    )


def _speaker_of_quotation(prose: _Prose, span: _Place) -> str | None:
    """Return who speaks in the quotation around the span, empty if nobody tells; None if there is none, or if it is but a name."""
    quotation = next((quotation for quotation in prose.quotations if quotation.speaks(span)), None)
    if quotation is None:
        return None
    place = quotation.place
    words = prose.text[place.start + 1 : place.end - 1].split()
    is_name = _words_before(prose.spoken, place.start)[1] in _NAMED or 2 * sum(word[0].isupper() for word in words) > len(words)
    if len(words) <= NICKNAME_WORDS or (is_name and len(words) < SPEECH_WORDS):
        return None
    speaker = _speaker_beside(prose, quotation)
    if speaker is None:
        around = _since(_SENTENCE_END, prose.spoken, place.start, VERB_BEFORE_CHARACTERS).start
        speaker = _speaker_of_report(prose, _Place(around, _until(_SENTENCE_END, prose.spoken, place.end - 1, READ_AFTER).end + 1), place)
    is_sentence = words[0][0].isupper() and (words[-1][-1] in ".!?…" or _stands_alone(prose.text, place))
    if speaker is None and not is_sentence and len(words) < SPEECH_WORDS:
        return None
    return speaker or _speaker_carried(prose, place)


def _stands_alone(text: str, place: _Place) -> bool:
    return starts_sentence(text, place.start) and text[place.end : place.end + 1] in ("", ".", "\n")


def _speaker_beside(prose: _Prose, quotation: _Quotation) -> str | None:
    """Return who says a quotation by the verb in it, after it or before it, or by `Rossi: «…»`; None if nothing tells that it is said."""
    start, end = quotation.place
    for saying in prose.sayings:
        if any(insertion.start <= saying.start < insertion.end for insertion in quotation.insertions):
            return _subject_after(prose, saying) or _noun_after(prose, saying)
        gap = prose.spoken[end : saying.start].lstrip(' .,;–—-»”"')
        if end <= saying.start < end + VERB_AFTER_CHARACTERS and not _NEXT_SENTENCE.search(gap):
            noun = "" if "." in prose.spoken[end : saying.start] else _noun_after(prose, saying)
            return _subject_after(prose, saying) or noun or ("" if gap[:2].islower() else _subject_before(prose, saying))
    for saying in reversed(prose.sayings):
        if saying.end <= start < saying.end + VERB_BEFORE_CHARACTERS and not _ANNOUNCED_ELSEWHERE.search(prose.spoken, saying.end, start):
            return _subject_before(prose, saying) or _subject_after(prose, saying)
    if prose.spoken[:start].rstrip().endswith(":"):
        colon = prose.spoken.rindex(":", 0, start)
        return _speaker_in(prose, _since(_SUBJECT_START, prose.spoken, colon, SUBJECT_CHARACTERS), touching=colon)
    told = _TOLD.match(prose.spoken, end)
    return _speaker_in(prose, _until(_SUBJECT_END, prose.spoken, told.end(), SUBJECT_CHARACTERS)) if told else None


def _speaker_carried(prose: _Prose, place: _Place) -> str:
    """Return who speaks in the quotations before this one in its line, nearest first, else in the next one."""
    line = prose.spoken.rfind("\n", 0, place.start) + 1
    before = [quotation for quotation in prose.quotations if line <= quotation.place.start and quotation.place.end <= place.start + 1]
    after = [quotation for quotation in prose.quotations if place.end <= quotation.place.start < place.end + CARRIED_CHARACTERS]
    return next(filter(None, (_speaker_beside(prose, quotation) for quotation in (*reversed(before), *after))), "")


# ----------------------------------------------------------------------------------------------------------- verbs of saying, speakers

_NAME_WORD = r"[A-ZÀ-Ý](?:[\w-]|['’](?=[A-ZÀ-Ý])){1,30}"
_NAME = re.compile(rf"{_NAME_WORD}(?: (?:(?:de|van|von|der|dos|el|al|bin) )?{_NAME_WORD}){{0,3}}")
_NAME_FOLLOWS = re.compile(rf" {_NAME_WORD}| (?:ha|hanno|aveva) ")
_NOUN = re.compile(r" ((?:(?:il|lo|la|un|uno|una) |(?:l|un)['’])(?!scors|altr|stess|giorn|ser[ao]|matti)[a-zà-ù]{3,20})\b(?! scors)")
_ELISION = re.compile(r"(?:L|Dell|All|Nell|Sull|Dall|Un|Quell)['’]")


class _Saying(NamedTuple):
    """A verb of saying with its auxiliary: `ha spiegato`, `fa sapere`."""

    start: int
    end: int
    word: str


def _sayings(text: str) -> Iterator[_Saying]:
    """Yield the verbs of saying of a text in order; what is denied, impersonal or asked is none."""
    words = list(_WORD.finditer(text))
    lowered = [word.group().lower() for word in words]
    for i, word in enumerate(lowered):
        if word not in _TELLING:
            continue
        first = _first_word(lowered, i)
        if first is None or _NOBODY & set(lowered[max(0, first - 2) : first]):
            continue
        if not re.search(r"[.,;:]", text[words[first].end() : words[i].start()]):
            yield _Saying(words[first].start(), words[i].end(), word)


def _first_word(words: Sequence[str], i: int) -> int | None:
    """Return where the verb of saying that ends with word `i` begins, or None if there is none."""
    word, before = words[i], words[max(0, i - 3) : i]
    if word in _SAID or (word in _QUOTING and word.endswith("to")):
        return next((i - 1 - distance for distance, other in enumerate(reversed(before)) if other in _HAVING), None)
    if before and before[-1] in _MAKING_KNOWN.get(word, ()):
        return i - 2 if before[-2:-1] and before[-2] in _HAVING else i - 1
    if word not in _SAYING and word not in _QUOTING:
        return None
    return None if word in _ALSO_NOUNS and before and before[-1] in _DETERMINERS else i


def _subject_after(prose: _Prose, saying: _Saying) -> str:
    return _speaker_in(prose, _until(_SUBJECT_END, prose.spoken, saying.end, SUBJECT_CHARACTERS))


def _noun_after(prose: _Prose, saying: _Saying) -> str:
    """Return the noun right after the verb beside a quotation, with its article: `racconta un barcaiolo`."""
    noun = _NOUN.match(prose.spoken, saying.end)
    return noun.group(1) if noun else ""


def _subject_before(prose: _Prose, saying: _Saying) -> str:
    return _speaker_in(prose, _since(_SUBJECT_START, prose.spoken, saying.start, SUBJECT_CHARACTERS), touching=saying.start)


def _speaker_in(prose: _Prose, place: _Place, *, touching: int = -1) -> str:
    """Return whom a place names as subject: the name that touches the verb, else the first, else a role (`il sindaco`), else nothing."""
    free: list[_Place] = []
    led: list[_Place] = []
    for name in _names(prose, place):
        (led if _is_led(prose.spoken, name, led) else free).append(name)
    if free:
        return _full_name(prose, next((name for name in free if 0 <= touching - name.end <= 3), free[0]))
    if role := _role_in(prose, place):
        return role
    long = next((words for name in led if len(words := prose.spoken[slice(*name)].split(" ")) > 2), [])
    return " ".join(long[-2:])  # `il presidente della Lega Ada Fornari`


def _has_article(text: str, position: int) -> bool:
    before, lead = _words_before(text, position)
    return lead in _ARTICLES | _SOME and before not in _PREPOSITIONS


def _is_led(text: str, name: _Place, led: Sequence[_Place]) -> bool:
    """True if a preposition stands before a name, or before the one that it is joined to: `con il Genoa`, `fra Roma e Lazio`."""
    before, lead = _words_before(text, name.start)
    if lead in _CONJUNCTIONS:
        return bool(led) and name.start - led[-1].end <= 4
    return (before if lead in _ARTICLES else lead) in _PREPOSITIONS


def _names(prose: _Prose, place: _Place) -> Iterator[_Place]:
    """Yield the names of a place, without titles and without a capital that comes from the beginning of a sentence."""
    for match in _NAME.finditer(prose.spoken, *place):
        elided = _ELISION.match(prose.spoken, *match.span())
        start = elided.end() if elided else match.start()
        while start < match.end():
            word = _WORD.match(prose.spoken, start)
            if word is None or not _is_no_name(prose, word, is_last=word.end() == match.end()):
                yield _Place(start, match.end())
                break
            start = word.end() + 1


def _is_no_name(prose: _Prose, word: re.Match[str], *, is_last: bool) -> bool:
    """True for titles, and for a word that has its capital from its place, as far as the article tells."""
    text = word.group()
    if text.lower() in _SPEAKERS or (is_last and _is_common(text)):
        return True
    if not starts_sentence(prose.text, word.start()):
        return False
    if _is_common(text) or f" {text.lower()} " in prose.article:
        return True
    return not _NAME_FOLLOWS.match(prose.text, word.end()) and not re.search(rf"[a-zà-ù,] {text}\b", prose.article)


def _is_common(word: str) -> bool:
    return word.lower() in _SPEAKERS or word.lower() in _OPENING or is_stop_word(fold_word(word))


def _full_name(prose: _Prose, place: _Place) -> str:
    """Return a name, a surname with its first name where the article writes it."""
    name = prose.spoken[slice(*place)]
    at = -1
    for _ in range(0 if " " in name else MENTIONS):
        at = prose.article.find(name, at + 1)
        if at < 0:
            break
        first = re.search(rf"({_NAME_WORD}) $", prose.article[max(0, at - 32) : at])
        if (
            first
            and not (_is_common(first.group(1)) or first.group(1).lower() in _FACTS)
            and not prose.article[at + len(name) : at + len(name) + 1].isalnum()
        ):
            return f"{first.group(1)} {name}"
    return name


def _role_in(prose: _Prose, place: _Place) -> str:
    """Return the name that the article gives to a role before, else the role with its article (`il sindaco`)."""
    for role in _WORD.finditer(prose.spoken, *place):
        if role.group().lower() in _SPEAKERS and _has_article(prose.spoken, role.start()):
            named = re.compile(rf"\b{role.group()}(?: [\w'’]+){{0,4}},? ({_NAME_WORD} {_NAME_WORD})(?! ?[A-Z])")
            names = [match.group(1) for match in named.finditer(prose.article, 0, prose.start + role.start())]
            start = prose.spoken.rfind(" ", 0, role.start() - 1) + 1
            return names[-1] if names else prose.spoken[start : role.end()]
    return ""


# -------------------------------------------------------------------------------------------------------------------- reported speech

_THAT = re.compile(
    r"[^,;:.!?«»“”\"]{0,90}?(?:,[^,;:.!?«»“”\"]{1,70},[^,;:.!?«»“”\"]{0,20}?)?\sche\b"
    r"|(?:\s\w+)?\sdi(?=\s(?:non\s)?\w+(?:re|r[st]i|rl[oaie]|rne|ver|ler|ter|ser)\b)"
)
_MANNER = re.compile(r",\s(?:rispondendo|parlando|intervenendo|commentando|intervistat[oa]|a margine)\b")
_QUOTATION_OVER = re.compile(r"  [»”\"](?!,? ?(?:e )?che\b|\s?(?:da|di|del|della|in|a|al|alla)\b)")  # of a blanked quotation
_BEFORE_ASIDE = re.compile(r"[^\s»”\"][,–—-]?\s?[,–—-]\s(?:(?:come|lo)\s)?$")
_NEXT_WORD = re.compile(r"\be (\w+)")
_IT = re.compile(r"(?:^|[»”\"\s])(?:Lo|È quanto|E['’] quanto)\s$")
_SECONDO = re.compile(
    r"\b(?:[Ss]econdo|[Ss]tando a(?:l|lla|i|gli|lle|ll['’])?|[Aa] (?:detta|giudizio|parere|dire) d(?:i|el|ella|ei|egli|elle|ell['’]))"
    r"(?=[\s'’A-Z])\s?|\b[Cc]ome (?:riferi|riporta|anticipa|rivela|racconta|spiega|scrit|conferma)to da(?:l|lla|i|gli|lle|ll['’])?\s?"
)
_SOURCE_END = re.compile(r"[,;:.«“\"]")
_APPOSITION = re.compile(rf", (?:(?:il|lo|la|l['’]) ?)?(?:[a-zà-ù]+ )?({_NAME_WORD} {_NAME_WORD})(?=,)")


def _speaker_of_report(prose: _Prose, sentence: _Place, span: _Place) -> str | None:
    """Return who says what the span stands in by `ha detto che`, `, spiega Rossi,`, `secondo`, `Lo ha detto`; None if nobody does."""
    for saying in prose.sayings:
        if sentence.start <= saying.start < sentence.end and saying.word not in _QUOTING:
            speaker = _speaker_of_saying(prose, saying, sentence, span)
            if speaker is not None and (speaker or saying.word not in _OF_PERSONS):
                return speaker
        elif 0 <= saying.start - sentence.end < 16 and _IT.search(prose.spoken, sentence.end, saying.start):
            return _subject_after(prose, saying)
    for match in _SECONDO.finditer(prose.spoken, *sentence):
        source = _source(prose, match, sentence)
        if source and _governs(prose.spoken, source[0], sentence, span):
            return source[1]
    return None


def _speaker_of_saying(prose: _Prose, saying: _Saying, sentence: _Place, span: _Place) -> str | None:
    that = _THAT.match(prose.spoken, saying.end, sentence.end)
    if that and _leads_to_clause(that.group()):
        if that.end() > span.start or _is_over(prose.spoken, that, span):
            return None
        return _subject_before(prose, saying) or _subject_after(prose, saying)
    if not _BEFORE_ASIDE.search(prose.spoken, sentence.start, saying.start):
        return None
    aside = _Place(saying.start, _until(_SUBJECT_END, prose.spoken, saying.end, max(0, sentence.end - saying.end)).end)
    is_closed = prose.spoken[aside.end : aside.end + 1] in tuple(".,–—- ") or aside.end >= sentence.end
    if not is_closed or not _governs(prose.spoken, aside, sentence, span):
        return None
    if aside.end == saying.end:
        return None if saying.word.endswith("no") else _speaker_carried(prose, sentence)  # `raccontano` is nobody
    return _subject_after(prose, saying) or None


def _is_over(text: str, that: re.Match[str], span: _Place) -> bool:
    """True if what is reported has ended before the span; an infinitive goes on no further than the next finite verb."""
    if _turns(text, that.end(), span.start) or _QUOTATION_OVER.search(text, that.end(), span.start):
        return True
    verbs = (word for word in _NEXT_WORD.findall(text, that.end(), span.start) if _states(word, "e"))
    return that.group().endswith("di") and any(verbs)


def _leads_to_clause(words: str) -> bool:
    """True unless the verb has an object, which makes `che` a relative: `promise la maglia che era di Rossi`."""
    found = [word.lower() for word in _WORD.findall(re.sub(r",[^,]*,", " ", words))]
    return not any(
        word in _ARTICLES and not after[0].isdigit() and before not in _PREPOSITIONS
        for before, word, after in zip(["", *found], found, found[1:], strict=False)
    )


def _turns(text: str, start: int, end: int) -> bool:
    """True if the sentence turns to something else between two places."""
    return bool(_TURN.search(text, start, end) or _MANNER.search(text, start, end))


def _governs(text: str, phrase: _Place, sentence: _Place, span: _Place) -> bool:
    """True if a phrase such as `secondo Rossi` or `, spiega Rossi,` speaks of the clause that the span stands in."""
    if span.start >= phrase.end:
        return not _turns(text, min(phrase.end + 1, span.start), span.start)
    if span.end > phrase.start or re.search(r"\bche,?\s$", text[sentence.start : phrase.start]):
        return False
    return not _turns(text, span.end, phrase.start)


def _source(prose: _Prose, match: re.Match[str], sentence: _Place) -> tuple[_Place, str] | None:
    """Return the phrase that begins with `secondo` and whom it names, or None where nobody speaks (`il secondo tempo`)."""
    if _words_before(prose.spoken, match.start())[1] in _DETERMINERS or _UNNAMED.match(prose.spoken, match.end()):
        return None
    place = _until(_SOURCE_END, prose.spoken, match.end(), min(SOURCE_CHARACTERS, sentence.end - match.end()))
    names = list(_names(prose, place))
    if names and names[0].start - place.start <= 3:
        return _Place(match.start(), names[0].end), _full_name(prose, names[0])
    words = [word.group().lower() for word in _WORD.finditer(prose.spoken, *place)][:4]
    if words[:1] != ["quanto"]:
        if not _SOURCES & set(words if words[:1] and words[0] in _DETERMINERS else words[:1]):
            return None
        place = _Place(place.start, _clause_start(prose.spoken, place))
    if apposition := _APPOSITION.match(prose.spoken, place.end):
        return _Place(match.start(), apposition.end()), apposition.group(1)
    leads = ((name, *_words_before(prose.spoken, name.start)) for name in names if name.end <= place.end)
    said_by = (name for name, before, lead in leads if lead not in ("di", "a", "in") or before in _PAPERS)  # not `l'università di Bari`
    speaker = next((_full_name(prose, name) for name in said_by), "")
    return _Place(match.start(), place.end), speaker or _role_in(prose, place)


def _clause_start(text: str, place: _Place) -> int:
    """Return where a clause begins that no comma parts from its source: `secondo gli inquirenti | il furto è avvenuto all'alba`."""
    previous = ""
    for i, word in enumerate(_WORD.finditer(text, *place)):
        lowered = word.group().lower()
        if i > 1 and (_states(lowered, previous) or (lowered in _ARTICLES and previous not in _PREPOSITIONS)):
            return word.start()
        previous = lowered
    return place.end


# ---------------------------------------------------------------------------------------------------------------------------- rumours

_UNIT_END = re.compile(r"[,:()]|\s[–—-]\s|\b(?:che|dove|quando|cui|perché|poiché|chi|quale|quali|finché|e|ed|o)\b")
_RELATIVES = frozenset("che dove cui quale quali".split())
_CONDITIONAL = re.compile(r"\b\w+(?<!\bc)(?<!\bacc)(?<!\binc)rebbe(?:ro)?\b")  # not `crebbe`
_INFINITIVE = re.compile(r"[aei]r(?:e|si|l[oaie])$")
_NEW = re.compile(r"\bun(?:[oa]\b|['’]|\b)\s?[\w\s]{1,50}$|(?:[aiu]to|[aei]re)\s?$")
_CLITICS = frozenset("che si ne ci non cui dove".split())
_CONJUNCTIONS = frozenset("e ed o ma".split())
_FACT_ENDINGS = ("rà", "ranno", "ò", "arono", "irono", "erono", "avano", "evano", "ivano")
_COPULA_CHARACTERS = 12  # a sure verb so near after a doubt belongs to it: `in pole c'è`


class _Verb(NamedTuple):
    """What says how sure a clause is: a finite verb, or a phrase such as `in pole`."""

    start: int
    is_doubtful: bool


class _Unit(NamedTuple):
    """A stretch between commas, conjunctions and the like. The clause goes on around an inserted one."""

    start: int
    end: int
    opener: str
    verbs: tuple[_Verb, ...]
    is_inserted: bool


def _is_rumour(text: str, sentence: _Place, span: _Place) -> bool:
    starts = [match.end() for match in _TURN.finditer(text, sentence.start, span.start) if match.group() != ":"]
    stop = next((match.start() for match in _TURN.finditer(text, span.end, sentence.end) if match.group() != ":"), sentence.end)
    clause = _Place(starts[-1] if starts else sentence.start, stop)
    is_question = text[slice(*sentence)].rstrip('»”" ').endswith("?")
    units = _units(text, clause, _verbs(text, clause, is_question=is_question))
    here = next((i for i, unit in enumerate(units) if span.start < unit.end), len(units) - 1)
    if units[here].is_inserted and not units[here].verbs:
        return False
    unnamed = (match for match in _SECONDO.finditer(text, *sentence) if _UNNAMED.match(text, match.end()))
    if any(_governs(text, _Place(*match.span()), sentence, span) for match in (*unnamed, *_DOUBT_OF_CLAUSE.finditer(text, *sentence))):
        return True
    if any(not _turns(text, match.end(), span.start) for match in _DOUBT_OF_WHAT_FOLLOWS.finditer(text, sentence.start, span.start)):
        return True
    verb = _governing(text, units, here, span)
    return verb is not None and verb.is_doubtful


def _verbs(text: str, clause: _Place, *, is_question: bool) -> list[_Verb]:
    """Return the finite verbs and the phrases of doubt of a clause, in order."""
    words = text[slice(*clause)]
    reports = not is_question and not _HYPOTHESIS.search(words.lstrip())
    conditionals = [_Verb(m.start(), reports and not _is_opinion(text, clause, m.start())) for m in _CONDITIONAL.finditer(text, *clause)]
    doubts = [] if _DENIAL.search(words) else [match.span() for match in _DOUBT.finditer(text, *clause)]
    facts = (at for at in _facts(text, clause) if not any(start <= at < end + _COPULA_CHARACTERS for start, end in doubts))
    return sorted([*conditionals, *(_Verb(at, False) for at in facts), *(_Verb(start, True) for start, _ in doubts)])


def _is_opinion(text: str, clause: _Place, conditional: int) -> bool:
    """True if a conditional reports nothing: an opinion, what should have been, what somebody believed, what came later."""
    if _OPINION.match(text, conditional) or _INFINITIVE.search(_words_before(text, conditional)[1]):
        return True
    return bool(_BELIEF.search(text[max(clause.start, conditional - 120) : conditional]))


def _facts(text: str, clause: _Place) -> Iterator[int]:
    """Yield the places of verbs that state something."""
    previous = ""
    for match in _WORD.finditer(text, *clause):
        word = match.group().lower()
        if _states(word, previous) or (match.group() == "E" and text[match.end() : match.end() + 2] in ("' ", "’ ")):
            yield match.start()
        previous = word


def _states(word: str, previous: str) -> bool:
    if word in _FACTS:
        return True
    if word in _NO_FACTS or len(word) < 4:
        return False
    if word.endswith(_FACT_ENDINGS) or (word.endswith("ava") and len(word) > 5):
        return True
    if word.endswith(("iva", "eva")) and previous in _CONJUNCTIONS:
        return True
    return previous in _CLITICS and word.endswith(("a", "e", "ano", "ono")) and not word.endswith(("mente", "re", "ale"))


def _units(text: str, clause: _Place, verbs: Sequence[_Verb]) -> list[_Unit]:
    marks = list(_UNIT_END.finditer(text, *clause))
    places = zip([clause.start, *(m.end() for m in marks)], [*(m.start() for m in marks), clause.end], strict=True)
    names = ["", *(mark.group().strip() for mark in marks), ""]
    units: list[_Unit] = []
    for (start, end), opener, closer in zip(places, names, names[1:], strict=False):
        relative = opener in _RELATIVES and units[-1].opener == "," and not text[units[-1].start : units[-1].end].strip()
        describes = opener == "," and closer in (",", "e", "") and _DESCRIPTION.match(text, start + 1, end)
        inserted = opener == "(" or (relative and closer == ",") or bool(describes)
        units.append(_Unit(start, end, opener, tuple(verb for verb in verbs if start <= verb.start < end), inserted))
    return units


def _governing(text: str, units: Sequence[_Unit], here: int, span: _Place) -> _Verb | None:
    """Return the verb that a span depends on: the nearest before it in its unit, else after it, else in the units around."""
    unit = units[here]
    if unit.verbs:
        verb = next((verb for verb in reversed(unit.verbs) if verb.start <= span.start), unit.verbs[0])
        goes_on = (
            here > 0 and not verb.is_doubtful and unit.opener == "che" and _NEW.search(text, units[here - 1].start, units[here - 1].end)
        )
        return next(iter(units[here - 1].verbs[-1:]), verb) if goes_on else verb  # `avrebbe firmato un contratto che scade nel 2027`
    around: Iterable[_Unit] = (*reversed(units[:here]), *units[here + 1 :])
    return next((other.verbs[-1 if other.start < unit.start else 0] for other in around if other.verbs and not other.is_inserted), None)
