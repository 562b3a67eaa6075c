"""Questions that ask two things: `Chi ha vinto e con quale punteggio?`, `Quando scadono Simeone e Ancelotti?`

In comes a question's text with the names in it; out come the questions that it is made of, in order, or none where it is one question.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from retrieval.names import name_runs

MOST_PARTS = 3

_ASKING = "chi|che cosa|cosa|quando|dove|quant[oaie]|quale|quali|perch[eé]|come|per quale|who|when|where|what|which|why|how"
_JOINED_QUESTIONS = re.compile(
    r"^(?P<first>.{8,300}?)(?:\?\s*|,?\s+)(?:e|ed|and)\s+"
    rf"(?P<second>(?:(?:in|a|da|di|con|per|contro|fino a|dopo|entro|su)\s+)?(?:{_ASKING})\b.{{0,300}})$",
    re.IGNORECASE | re.DOTALL,
)
_TWO_SENTENCES = re.compile(r"^(?P<first>[^?]{8,300}\?)\s*(?P<second>[^?]{3,300}\?)$", re.DOTALL)
_CONJUNCTION = re.compile(r"^(?:e|ed|and)\s+", re.IGNORECASE)
_HAS_ASKING = re.compile(rf"\b(?:{_ASKING})\b", re.IGNORECASE)
_BETWEEN_NAMES = re.compile(
    r"\s*(?:,|\be\b|\bed\b|\band\b|,\s*e\b)\s*(?:(?:d|l|a|al|all|del|dell|il|la|lo|di|della|dei)\b['’]?\s*)?", re.IGNORECASE
)
_AMONG = re.compile(r"\b(?:tra|fra|between)\s+(?:\S{1,12}\s+){0,2}$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """A question of its own; `leans` if it goes on from the part before (`e con quale punteggio?`)."""

    text: str
    leans: bool = False


def split_question(text: str, names: Collection[str]) -> tuple[Part, ...]:
    """Return the questions that a text is made of, at most `MOST_PARTS`; empty where it is one question."""
    text = " ".join(text.split())
    for pattern in (_TWO_SENTENCES, _JOINED_QUESTIONS):
        match = pattern.match(text)
        if match and _HAS_ASKING.search(match["first"]):
            second = _CONJUNCTION.sub("", match["second"]).rstrip("? ")
            return Part(f"{match['first'].rstrip('? ')}?"), Part(f"E {second}?", leans=True)
    return _one_for_each_name(text, names)


def _one_for_each_name(text: str, names: Collection[str]) -> tuple[Part, ...]:
    """Return the question once for each of the names that it joins: `Simeone e Ancelotti`."""
    runs = name_runs(text, names)
    for first in range(len(runs) - 1):
        last = first
        while last + 1 < len(runs) and _BETWEEN_NAMES.fullmatch(text[runs[last][1] : runs[last + 1][0]]):
            last += 1
        if last > first and not _AMONG.search(text[: runs[first][0]]):
            before, after = text[: runs[first][0]], text[runs[last][1] :]
            return tuple(Part(before + text[start:end] + after) for start, end in runs[first : last + 1][:MOST_PARTS])
    return ()
