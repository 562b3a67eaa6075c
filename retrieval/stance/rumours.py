"""Rumours: whether a span depends on a conditional of hearsay (`avrebbe firmato`) or on a phrase of doubt (`in pole`, `pare che`).

A clause is cut into units at commas, conjunctions and the like; the span depends on the nearest verb in its unit, else around it.
"""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from retrieval.stance.clauses import TURN, facts, governs, turns
from retrieval.stance.lexicon import BELIEF, DENIAL, DESCRIPTION, DOUBT, DOUBT_OF_CLAUSE, DOUBT_OF_WHAT_FOLLOWS, HYPOTHESIS, OPINION
from retrieval.stance.places import Place, words_before
from retrieval.stance.reported_speech import unnamed_sources

_UNIT_END = re.compile(r"[,:()]|\s[–—-]\s|\b(?:che|dove|quando|cui|perché|poiché|chi|quale|quali|finché|e|ed|o)\b")
_RELATIVES = frozenset("che dove cui quale quali".split())
_CONDITIONAL = re.compile(r"\b\w+(?<!\bc)(?<!\bacc)(?<!\binc)rebbe(?:ro)?\b")  # not `crebbe`
_INFINITIVE = re.compile(r"[aei]r(?:e|si|l[oaie])$")
_NEW = re.compile(r"\bun(?:[oa]\b|['’]|\b)\s?[\w\s]{1,50}$|(?:[aiu]to|[aei]re)\s?$")
_COPULA_CHARACTERS = 12  # a sure verb so near after a doubt belongs to it: `in pole c'è`
_BELIEF_CHARACTERS = 120  # from a belief to the conditional that it leads to


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


def is_rumour(text: str, sentence: Place, span: Place) -> bool:
    """True if a text, whose quotations are blanked out, tells what the span says as hearsay."""
    starts = [match.end() for match in TURN.finditer(text, sentence.start, span.start) if match.group() != ":"]
    stop = next((match.start() for match in TURN.finditer(text, span.end, sentence.end) if match.group() != ":"), sentence.end)
    clause = Place(starts[-1] if starts else sentence.start, stop)
    is_question = text[slice(*sentence)].rstrip('»”" ').endswith("?")
    units = _units(text, clause, _verbs(text, clause, is_question=is_question))
    here = next((i for i, unit in enumerate(units) if span.start < unit.end), len(units) - 1)
    if units[here].is_inserted and not units[here].verbs:
        return False
    doubts = (Place(*match.span()) for match in DOUBT_OF_CLAUSE.finditer(text, *sentence))
    if any(governs(text, doubt, sentence, span) for doubt in (*unnamed_sources(text, sentence), *doubts)):
        return True
    if any(not turns(text, match.end(), span.start) for match in DOUBT_OF_WHAT_FOLLOWS.finditer(text, sentence.start, span.start)):
        return True
    verb = _governing(text, units, here, span)
    return verb is not None and verb.is_doubtful


def _verbs(text: str, clause: Place, *, is_question: bool) -> list[_Verb]:
    """Return the finite verbs and the phrases of doubt of a clause, in order."""
    words = text[slice(*clause)]
    reports = not is_question and not HYPOTHESIS.search(words.lstrip())
    conditionals = [_Verb(m.start(), reports and not _is_opinion(text, clause, m.start())) for m in _CONDITIONAL.finditer(text, *clause)]
    doubts = [] if DENIAL.search(words) else [match.span() for match in DOUBT.finditer(text, *clause)]
    sure = (at for at in facts(text, clause) if not any(start <= at < end + _COPULA_CHARACTERS for start, end in doubts))
    return sorted([*conditionals, *(_Verb(at, False) for at in sure), *(_Verb(start, True) for start, _ in doubts)])


def _is_opinion(text: str, clause: Place, conditional: int) -> bool:
    """True if a conditional reports nothing: an opinion, what should have been, what somebody believed, what came later."""
    if OPINION.match(text, conditional) or _INFINITIVE.search(words_before(text, conditional)[1]):
        return True
    return bool(BELIEF.search(text[max(clause.start, conditional - _BELIEF_CHARACTERS) : conditional]))


def _units(text: str, clause: Place, verbs: Sequence[_Verb]) -> list[_Unit]:
    marks = list(_UNIT_END.finditer(text, *clause))
    places = zip([clause.start, *(m.end() for m in marks)], [*(m.start() for m in marks), clause.end], strict=True)
    names = ["", *(mark.group().strip() for mark in marks), ""]
    units: list[_Unit] = []
    for (start, end), opener, closer in zip(places, names, names[1:], strict=False):
        relative = opener in _RELATIVES and units[-1].opener == "," and not text[units[-1].start : units[-1].end].strip()
        describes = opener == "," and closer in (",", "e", "") and DESCRIPTION.match(text, start + 1, end)
        inserted = opener == "(" or (relative and closer == ",") or bool(describes)
        units.append(_Unit(start, end, opener, tuple(verb for verb in verbs if start <= verb.start < end), inserted))
    return units


def _governing(text: str, units: Sequence[_Unit], here: int, span: Place) -> _Verb | None:
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
