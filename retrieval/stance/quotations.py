"""Quotations: in comes a text, out come the outermost places between quotation marks, and what inside them is not spoken.

Straight marks are paired inside a line; careless writers close with another mark than they open; what never closes is no quotation.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from retrieval.stance.places import Place
from retrieval.stance.sayings import sayings

DEEPEST = 8  # quotations inside one another

_MARK = re.compile(r"[«»“”\"\n]")
_CLOSING = {"«": "»", "“": "”", '"': '"'}
_CLOSING_TOO = {"“": "”", '"': "”", "”": '"'}
_INSERTION = re.compile(r"\s?[–—-]\s([^–—«»“”\"\n]{4,200}?)\s?[–—-](?=[\s,.;])")
_INSERTED_VERB_CHARACTERS = 25  # from the beginning of an insertion to its verb of saying


class Quotation(NamedTuple):
    """A quotation with its marks, and what in it is not spoken: `«…, – spiega Rossi – …»`."""

    place: Place
    insertions: tuple[Place, ...]

    def speaks(self, span: Place) -> bool:
        """True if a span is spoken in the quotation."""
        return self.place.holds(span) and not any(insertion.holds(span) for insertion in self.insertions)


def quotations(text: str, *, closes_later: bool) -> list[Quotation]:
    """Return the quotations of a text in order; `closes_later` if the text behind it closes one that it opens."""
    return [Quotation(place, tuple(_insertions(text, place))) for place in _between_marks(text, closes_later=closes_later)]


def _insertions(text: str, place: Place) -> Iterator[Place]:
    for match in _INSERTION.finditer(text, place.start + 1, place.end - 1):
        words = match.group(1)
        if words.startswith("si legge") or any(saying.start < _INSERTED_VERB_CHARACTERS for saying in sayings(words)):
            yield Place(*match.span(1))


def _between_marks(text: str, *, closes_later: bool) -> Iterator[Place]:
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
                yield Place(begin, at + 1)
        elif mark in _CLOSING and len(opened) < DEEPEST and not (mark == '"' and _opens_nothing(text, at)):
            opened.append((_CLOSING[mark], at))
    if closes_later and opened and opened[0][0] == "»":
        yield Place(opened[0][1], len(text) + 1)


def _closes(mark: str, text: str, at: int, expected: Sequence[str]) -> str:
    """Return which of the expected marks a mark stands for, empty if for none."""
    if mark in expected:
        return mark
    touches = at > 0 and not text[at - 1].isspace() and text[at - 1] not in "('’["
    return _CLOSING_TOO[mark] if touches and _CLOSING_TOO.get(mark) in expected else ""


def _opens_nothing(text: str, at: int) -> bool:
    """True for a straight mark that can only close, or that belongs to the markup of a page."""
    before, after = text[max(0, at - 1) : at], text[at + 1 : at + 2]
    if before == "=" or after in tuple(".,;:)"):
        return True
    return bool(before.strip()) and before not in "('’[" and not after.isalnum()
