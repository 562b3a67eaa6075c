"""Clauses of a sentence: where it turns to something else, what a phrase speaks of, and which words state something."""

import re
from collections.abc import Iterator

from retrieval.stance.lexicon import CONJUNCTIONS, FACTS, NO_FACTS
from retrieval.stance.places import WORD, Place

TURN = re.compile(r"[:;!?…\n]|\.\s|\s[–—-]\s|\s(?:ma|mentre|bensì|sebbene|benché|nonostante|anche se)\s|,\s(?:però|tuttavia)\s")

_CLITICS = frozenset("che si ne ci non cui dove".split())
_FACT_ENDINGS = ("rà", "ranno", "ò", "arono", "irono", "erono", "avano", "evano", "ivano")


def turns(text: str, start: int, end: int) -> bool:
    """True if the sentence turns to something else between two places."""
    return bool(TURN.search(text, start, end))


def governs(text: str, phrase: Place, sentence: Place, span: Place) -> bool:
    """True if a phrase such as `secondo Rossi` or `, spiega Rossi,` speaks of the clause that the span stands in."""
    if span.start >= phrase.end:
        return not turns(text, min(phrase.end + 1, span.start), span.start)
    if span.end > phrase.start or re.search(r"\bche,?\s$", text[sentence.start : phrase.start]):
        return False
    return not turns(text, span.end, phrase.start)


def facts(text: str, clause: Place) -> Iterator[int]:
    """Yield the places of verbs that state something."""
    previous = ""
    for match in WORD.finditer(text, *clause):
        word = match.group().lower()
        if states(word, previous) or (match.group() == "E" and text[match.end() : match.end() + 2] in ("' ", "’ ")):
            yield match.start()
        previous = word


def states(word: str, previous: str) -> bool:
    """True if a word behind another one is a verb that states something, by the list or by its ending."""
    if word in FACTS:
        return True
    if word in NO_FACTS or len(word) < 4:
        return False
    if word.endswith(_FACT_ENDINGS) or (word.endswith("ava") and len(word) > 5):
        return True
    if word.endswith(("iva", "eva")) and previous in CONJUNCTIONS:
        return True
    return previous in _CLITICS and word.endswith(("a", "e", "ano", "ono")) and not word.endswith(("mente", "re", "ale"))
