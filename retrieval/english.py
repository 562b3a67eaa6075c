"""English questions: what their words are in Italian.

A dictionary written by hand (`english.txt`), for questions about news and football, with no grammar. Names and words that stand in none
of its lines stay as they are: most of what an English question has in common with an Italian article are its names.
"""

from collections.abc import Sequence
from pathlib import Path

from index.italian import is_stop_word

_QUESTION_WORDS = frozenset("who whom whose what when where why which how".split())
_FUNCTION_WORDS = frozenset(
    """
    the of to and is are was were be been being did does do has have had will would can could should shall may might must for on at by
    with from that this these those it its he she they his her their him them an as about after before between during into than then
    there if or not any some you your we our my me
    """.split()
)
_ONLY_ENGLISH = frozenset(
    "the of to and is are was were did does has have had will for on at by with from that this it his her their".split()
)
ENGLISH_STOP_WORDS = (
    _QUESTION_WORDS | _FUNCTION_WORDS | frozenset("a i in s t re ve ll d much many long old far often please tell give".split())
)

_DICTIONARY = Path(__file__).with_name("english.txt")


def _read_dictionary(file: Path) -> dict[str, tuple[str, ...]]:
    entries: dict[str, tuple[str, ...]] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        english, italian = line.split(":")
        for word in english.split():
            entries[word] = tuple(dict.fromkeys((*entries.get(word, ()), *italian.split())))
    return entries


_ITALIAN = _read_dictionary(_DICTIONARY)


def is_english(words: Sequence[str]) -> bool:
    """True if the folded words of a question are English.

    A question word counts as one function word, and as two where it comes first; Italian stop words count against.
    """
    english = [word for word in words if word in _ONLY_ENGLISH or word in _QUESTION_WORDS]
    italian = [word for word in words if is_stop_word(word) and word not in ENGLISH_STOP_WORDS]
    score = len(english) + (words[0] in _QUESTION_WORDS if words else 0)
    return score >= 2 and score > len(italian)


def is_english_stop_word(folded: str) -> bool:
    """True for English words that say nothing of a subject."""
    return folded in ENGLISH_STOP_WORDS


def italian_words(folded: str) -> tuple[str, ...]:
    """Return what an English word may be in Italian, likeliest first; empty if the dictionary holds neither it nor its basic form."""
    bases = (folded.removesuffix(ending) for ending in ("", "s", "es", "ed", "d", "ing") if folded.endswith(ending))
    return next((_ITALIAN[base] for base in bases if base in _ITALIAN), ())
