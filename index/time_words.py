"""The Italian words of time and what they stand for: months, weekdays, numbers, years, and texts prepared for matching.

Patterns are strings for the grammar to compose; they match the `words` of a `Source` only: lower case, straight apostrophes, plain
hyphens. Every gap is bounded, so a match costs a bounded number of steps.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from index.dates import MONTHS

FIRST_YEAR_OF_TWO_DIGITS = 1935  # '35 … '99 are of the last century, '00 … '34 of this one
SEASONS = {"primavera": 3, "estate": 6, "autunno": 9, "inverno": 12}  # their first months
SHORT_MONTHS = (*(name[:3] for name in MONTHS), "sett")
WEEKDAYS = ("lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica")
SHORT_WEEKDAYS = tuple(name[:3] for name in WEEKDAYS)

_UNITS = "uno due tre quattro cinque sei sette otto nove".split()
_TEENS = "dieci undici dodici tredici quattordici quindici sedici diciassette diciotto diciannove".split()
_TENS = "venti trenta quaranta cinquanta sessanta settanta ottanta novanta".split()
_PLAIN = str.maketrans({"’": "'", "‘": "'", "º": "°", "–": "-", "—": "-", "‑": "-"})


def _numbers_in_words() -> dict[str, int]:
    """Return the numbers from one to a hundred, with the forms that apostrophes leave (`vent'anni`)."""
    numbers = {word: value for value, word in enumerate([*_UNITS, *_TEENS], start=1)} | {"un": 1, "una": 1, "cento": 100, "cent": 100}
    for value, tens in zip(range(20, 100, 10), _TENS, strict=True):
        numbers |= {tens: value, tens[:-1]: value, f"{tens}tré": value + 3}
        for unit, word in enumerate(_UNITS, start=1):
            numbers[(tens[:-1] if word in ("uno", "otto") else tens) + word] = value + unit
        numbers[f"{tens[:-1]}un"] = value + 1
    return numbers


def any_of(words: Iterable[str]) -> str:
    """Return the pattern of one of these words, the longest first."""
    return "(?:" + "|".join(sorted(map(re.escape, words), key=len, reverse=True)) + ")"


NUMBERS = _numbers_in_words()
DECADES = {word: 1900 + value for value, word in zip(range(20, 100, 10), _TENS, strict=True)} | {"dieci": 2010, "duemila": 2000}

GAP = r"\s{1,3}"
END = r"(?![\w'%°]|[.,:/]\d)"  # behind a number that is not a part of a longer one, nor minutes, nor a percentage
MONTH = f"{any_of(MONTHS)}(?!\\w)"
SHORT_MONTH = f"{any_of(SHORT_MONTHS)}(?!\\w)\\.?"
WEEKDAY = r"(?:(?:lune|marte|mercole|giove|vener)d(?:ì|i'?)|sabato|domenica)(?!\w)"
WEEKDAY_OF_DATE = rf"(?:{WEEKDAY}|{any_of(SHORT_WEEKDAYS)}(?!\w)\.?)"
NUMBER = rf"(?:\d{{1,3}}|{any_of(NUMBERS)})(?!\w)"
DAY = rf"(?:\d{{1,2}}°?|primo|{any_of([word for word, value in NUMBERS.items() if 1 < value < 32])})(?!\w)"
FULL_YEAR = r"(?:1\d{3}|2[01]\d{2})(?![\w%°]|[.,:/]\d)"
SHORT_YEAR = rf"'\d{{2}}{END}"
YEAR_AFTER = rf"(?:{GAP}(?:del{GAP}(?:l'anno{GAP})?|dell'(?:anno{GAP})?)?({FULL_YEAR}|{SHORT_YEAR}|(?<=dell')[18]\d{END}))"  # group: year
MONTH_OF_DAY = (  # short behind figures, or before a year; tennis is played in `3 set`
    rf"(?:{MONTH}|{SHORT_MONTH}(?={GAP}\d{{4}})|(?<=[\d°]\s)(?!set\b){SHORT_MONTH})"
)
SENTENCE_ENDS = frozenset('.!?:;…\n"“”«»()[]*•-')


@dataclass(frozen=True, slots=True)
class Source:
    """A text, and its words as patterns expect them, character for character."""

    text: str
    words: str

    def word_before(self, start: int) -> str:
        """Return the word before an offset, without its apostrophe; empty where something else stands there."""
        found = _WORD_BEFORE.search(self.words, max(0, start - 24), start)
        return found.group(1) if found else ""

    def is_name(self, start: int) -> bool:
        """True for a capital letter inside a sentence or in a title: months and weekdays are written small, names are not."""
        if not self.text[start].isupper() or self.text[start + 1 : start + 2].isupper():
            return False
        if _TITLE.match(self.text, max(0, start - 3)):
            return True
        before = self.words[max(0, start - 3) : start].rstrip(" \t")
        return bool(before) and before[-1] not in SENTENCE_ENDS


_TITLE = re.compile(r"\w\s[«“\"]\w+[»”\"]")  # `la rivista «Oggi»`; not `«Oggi», dice, «si gioca»`
_WORD_BEFORE = re.compile(r"(?<!\w)(\w{1,20})(?:'|\s{1,3})\Z")


def prepare(text: str) -> Source:
    """Return a text with its words as patterns expect them."""
    lower = text.lower()
    if len(lower) != len(text):  # İ becomes two characters
        lower = "".join(c if len(c.lower()) != 1 else c.lower() for c in text)
    return Source(text, lower.translate(_PLAIN))


def number(word: str) -> int:
    """Return what a numeral stands for, in digits or in words: `12`, `1°`, `primo`, `ventitré`."""
    return 1 if word == "primo" else NUMBERS.get(word) or int(word.rstrip("°"))


def month_number(word: str) -> int:
    """Return 1 for January, however it is written: `gennaio`, `gen.` or `01`."""
    return int(word) if word.isdigit() else [name[:3] for name in MONTHS].index(word[:3]) + 1


def weekday_number(word: str) -> int:
    """Return 0 for Monday, as the standard library counts."""
    return [name[:3] for name in WEEKDAYS].index(word[:3])


def year_number(word: str) -> int:
    """Return the year that four digits or two mean: `2024`, `'98`, `06`."""
    year = int(word.lstrip("'"))
    if year >= 100:
        return year
    return 1900 + year if 1900 + year >= FIRST_YEAR_OF_TWO_DIGITS else 2000 + year
