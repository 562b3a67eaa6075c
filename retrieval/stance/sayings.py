"""Verbs of saying with their auxiliaries: in comes a text, out come the places where it says that somebody says something."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from retrieval.stance.lexicon import ALSO_NOUNS, DETERMINERS, QUOTING, SAID, SAYING
from retrieval.stance.places import WORD

_HAVING = frozenset("ha hanno aveva avevano avendo ebbe".split())
_MAKING_KNOWN = {
    "sapere": frozenset("fa fanno fatto fece fecero facendo".split()),
    "noto": frozenset("reso rende rendono rendendo".split()),
}
_TELLING = SAYING | SAID | QUOTING | _MAKING_KNOWN.keys()
_NOBODY = frozenset("non si chi".split())  # before a verb: denied, impersonal, asked


class Saying(NamedTuple):
    """A verb of saying with its auxiliary, `ha spiegato`, `fa sapere`, and its last word."""

    start: int
    end: int
    word: str


def sayings(text: str) -> Iterator[Saying]:
    """Yield the verbs of saying of a text in order; what is denied, impersonal or asked is none."""
    words = list(WORD.finditer(text))
    lowered = [word.group().lower() for word in words]
    for i, word in enumerate(lowered):
        if word not in _TELLING:
            continue
        first = _first_word(lowered, i)
        if first is None or _NOBODY & set(lowered[max(0, first - 2) : first]):
            continue
        if not re.search(r"[.,;:]", text[words[first].end() : words[i].start()]):
            yield Saying(words[first].start(), words[i].end(), word)


def _first_word(words: Sequence[str], i: int) -> int | None:
    """Return where the verb of saying that ends with word `i` begins, or None if there is none."""
    word, before = words[i], words[max(0, i - 3) : i]
    if word in SAID or (word in QUOTING and word.endswith("to")):
        return next((i - 1 - distance for distance, other in enumerate(reversed(before)) if other in _HAVING), None)
    if before and before[-1] in _MAKING_KNOWN.get(word, ()):
        return i - 2 if before[-2:-1] and before[-2] in _HAVING else i - 1
    if word not in SAYING and word not in QUOTING:
        return None
    return None if word in ALSO_NOUNS and before and before[-1] in DETERMINERS else i
