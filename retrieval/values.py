"""Do two answers say the same? Their words are compared as values: numbers by number, the rest by stems.

`2027` and `fino al 30 giugno 2027` say the same, one more exactly; `2026` and `2027` do not, nor do `2 milioni` and `2 mila euro`.
"""

import re
from collections.abc import Set
from dataclasses import dataclass
from decimal import Decimal

from index.italian import fold, is_stop_word, stem, tokenize

_NUMBER = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d{1,9})?|\d{1,15}(?:,\d{1,9})?")
_NUMBER_WORDS = {
    word: number
    for number, words in enumerate(
        "zero|uno una un|due|tre|quattro|cinque|sei|sette|otto|nove|dieci|undici|dodici|tredici|quattordici|quindici|sedici|diciassette|"
        "diciotto|diciannove|venti".split("|")
    )
    for word in words.split()
    if word not in {"un", "una"}
} | {"trenta": 30, "quaranta": 40, "cinquanta": 50, "sessanta": 60, "settanta": 70, "ottanta": 80, "novanta": 90, "cento": 100}
_SAYING_NOTHING = frozenset(
    map(stem, "fino circa oltre quasi appena solo soltanto euro anno anni scorso prossimo meno piu presso pari".split())
)


@dataclass(frozen=True, slots=True)
class Value:
    """The numbers of an answer, and the stems of its other words that say something."""

    numbers: frozenset[Decimal]
    stems: frozenset[str]


def value_of(answer: str) -> Value:
    """Return what an answer says."""
    numbers = {Decimal(match.group().replace(".", "").replace(",", ".")) for match in _NUMBER.finditer(answer)}
    words = [token.folded for token in tokenize(answer) if not token.folded[:1].isdigit()]
    numbers |= {Decimal(_NUMBER_WORDS[word]) for word in words if word in _NUMBER_WORDS}
    stems = {stem(word) for word in words if word not in _NUMBER_WORDS and not is_stop_word(word)}
    return Value(frozenset(numbers), frozenset(stems - _SAYING_NOTHING))


def say_the_same(one: str, other: str) -> bool:
    """True if one answer says what the other says, or the same with more or fewer words."""
    if fold(one) == fold(other):
        return True
    a, b = value_of(one), value_of(other)
    if not (_fit(a.numbers, b.numbers) and _fit(a.stems, b.stems)):
        return False
    return bool(a.numbers & b.numbers or a.stems & b.stems)


def _fit(one: Set[object], other: Set[object]) -> bool:
    """True if one holds the other; having none fits with everything."""
    return one <= other or other <= one
