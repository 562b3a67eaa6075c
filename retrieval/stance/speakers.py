"""Speakers: the subject of a verb of saying, by the full name where the article writes it, else a role (`il sindaco`)."""

import re
from collections.abc import Iterator, Sequence

from index.italian import fold_word, is_stop_word
from retrieval.names import starts_sentence
from retrieval.stance.lexicon import ARTICLES, CONJUNCTIONS, FACTS, OPENING, PREPOSITIONS, SOME, SPEAKERS
from retrieval.stance.places import POINT, WORD, Place, since, until, words_before
from retrieval.stance.prose import Prose
from retrieval.stance.sayings import Saying

SUBJECT_CHARACTERS = 160  # from a verb to its subject
MENTIONS = 40  # places of a surname in its article that are looked at for the first name
NAME_WORD = r"[A-ZÀ-Ý](?:[\w-]|['’](?=[A-ZÀ-Ý])){1,30}"
SUBJECT_START = re.compile(rf"[;:!?«»“”\"\n]|{POINT}\s")
SUBJECT_END = re.compile(
    rf"[;:!?«»“”\"\n()]|{POINT}(?:\s|$)|,(?!\s(?:[A-ZÀ-Ý]|(?:don|suor|monsignor|dottor|professor) ))|\s[–—-]\s|\bche\b"
)

_NAME = re.compile(rf"{NAME_WORD}(?: (?:(?:de|van|von|der|dos|el|al|bin) )?{NAME_WORD}){{0,3}}")
_NAME_FOLLOWS = re.compile(rf" {NAME_WORD}| (?:ha|hanno|aveva) ")
_NOUN = re.compile(r" ((?:(?:il|lo|la|un|uno|una) |(?:l|un)['’])(?!scors|altr|stess|giorn|ser[ao]|matti)[a-zà-ù]{3,20})\b(?! scors)")
_ELISION = re.compile(r"(?:L|Dell|All|Nell|Sull|Dall|Un|Quell)['’]")


def subject_after(prose: Prose, saying: Saying) -> str:
    """Return the subject behind a verb, empty if none stands there."""
    return speaker_in(prose, until(SUBJECT_END, prose.spoken, saying.end, SUBJECT_CHARACTERS))


def subject_before(prose: Prose, saying: Saying) -> str:
    """Return the subject before a verb, empty if none stands there."""
    return speaker_in(prose, since(SUBJECT_START, prose.spoken, saying.start, SUBJECT_CHARACTERS), touching=saying.start)


def noun_after(prose: Prose, saying: Saying) -> str:
    """Return the noun right after the verb beside a quotation, with its article: `racconta un barcaiolo`."""
    noun = _NOUN.match(prose.spoken, saying.end)
    return noun.group(1) if noun else ""


def speaker_in(prose: Prose, place: Place, *, touching: int = -1) -> str:
    """Return whom a place names as subject: the name that touches the verb, else the first, else a role (`il sindaco`), else nothing."""
    free: list[Place] = []
    led: list[Place] = []
    for name in names_in(prose, place):
        (led if _is_led(prose.spoken, name, led) else free).append(name)
    if free:
        return full_name(prose, next((name for name in free if 0 <= touching - name.end <= 3), free[0]))
    if role := role_in(prose, place):
        return role
    long = next((words for name in led if len(words := prose.spoken[slice(*name)].split(" ")) > 2), [])
    return " ".join(long[-2:])  # `il presidente della Lega Ada Fornari`


def names_in(prose: Prose, place: Place) -> Iterator[Place]:
    """Yield the names of a place, without titles and without a capital that comes from the beginning of a sentence."""
    for match in _NAME.finditer(prose.spoken, *place):
        elided = _ELISION.match(prose.spoken, *match.span())
        start = elided.end() if elided else match.start()
        while start < match.end():
            word = WORD.match(prose.spoken, start)
            if word is None or not _is_no_name(prose, word, is_last=word.end() == match.end()):
                yield Place(start, match.end())
                break
            start = word.end() + 1


def full_name(prose: Prose, place: Place) -> str:
    """Return a name, a surname with its first name where the article writes it."""
    name = prose.spoken[slice(*place)]
    at = -1
    for _ in range(0 if " " in name else MENTIONS):
        at = prose.article.find(name, at + 1)
        if at < 0:
            break
        first = re.search(rf"({NAME_WORD}) $", prose.article[max(0, at - 32) : at])
        is_name = first and not _is_common(first.group(1)) and first.group(1).lower() not in FACTS  # not `Parla Grandis`
        if first and is_name and not prose.article[at + len(name) : at + len(name) + 1].isalnum():
            return f"{first.group(1)} {name}"
    return name


def role_in(prose: Prose, place: Place) -> str:
    """Return the name that the article gives to a role before, else the role with its article (`il sindaco`)."""
    for role in WORD.finditer(prose.spoken, *place):
        if role.group().lower() in SPEAKERS and _has_article(prose.spoken, role.start()):
            named = re.compile(rf"\b{role.group()}(?: [\w'’]+){{0,4}},? ({NAME_WORD} {NAME_WORD})(?! ?[A-Z])")
            names = [match.group(1) for match in named.finditer(prose.article, 0, prose.start + role.start())]
            start = prose.spoken.rfind(" ", 0, role.start() - 1) + 1
            return names[-1] if names else prose.spoken[start : role.end()]
    return ""


def _has_article(text: str, position: int) -> bool:
    before, lead = words_before(text, position)
    return lead in ARTICLES | SOME and before not in PREPOSITIONS


def _is_led(text: str, name: Place, led: Sequence[Place]) -> bool:
    """True if a preposition stands before a name, or before the one that it is joined to: `con il Genoa`, `fra Roma e Lazio`."""
    before, lead = words_before(text, name.start)
    if lead in CONJUNCTIONS:
        return bool(led) and name.start - led[-1].end <= 4
    return (before if lead in ARTICLES else lead) in PREPOSITIONS


def _is_no_name(prose: Prose, word: re.Match[str], *, is_last: bool) -> bool:
    """True for titles, and for a word that has its capital from its place, as far as the article tells."""
    text = word.group()
    if text.lower() in SPEAKERS or (is_last and _is_common(text)):
        return True
    if not starts_sentence(prose.text, word.start()):
        return False
    if _is_common(text) or f" {text.lower()} " in prose.article:
        return True
    return not _NAME_FOLLOWS.match(prose.text, word.end()) and not re.search(rf"[a-zà-ù,] {text}\b", prose.article)


def _is_common(word: str) -> bool:
    return word.lower() in SPEAKERS or word.lower() in OPENING or is_stop_word(fold_word(word))
