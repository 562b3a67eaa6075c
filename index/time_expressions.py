"""Expressions of time in Italian text: in comes a text and the date of its publication, out come intervals of days with their slices.

`12 marzo 2025`, `fine giugno`, `sabato scorso`, `tre giorni fa` are found; minutes of play, scores, prices, streets, surnames and counts
are not. No day is invented: a month gives all its days, and what would mean one thing on one day of the reference and another on the
next (`ieri`, in an article of which only the month is known) gives nothing. The rules are those of `index.time_names`,
`index.time_years`, `index.time_ranges` and `index.time_lists`.
"""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass

from index.dates import MONTHS, Period
from index.time_lists import listed
from index.time_names import (
    DAY_WORDS,
    day_of_a_month,
    day_word,
    modified,
    named,
    numeric_day,
    numeric_month,
    timetable,
    weekday_of_a_week,
)
from index.time_ranges import PARTS, days, months, part, weekday_range
from index.time_readings import Meaning, Precision, Reading, Rule, counted, nothing
from index.time_words import DAY, GAP, MONTH, NUMBERS, SEASONS, SHORT_MONTHS, SHORT_WEEKDAYS, WEEKDAYS, Source, any_of, prepare
from index.time_years import decade, sport_season, year_in_context, years

ANY_DAY = Period(datetime.date(1600, 1, 1), datetime.date(2400, 1, 1))  # when a text of unknown date was published
NO_CERTAIN_ONE = frozenset("un una uno ogni qualche".split())  # `ogni sabato`, `un marzo`: only with its year is it a certain one

_STREETS = "via viale vicolo piazza piazzale piazzetta largo corso lungomare strada calle salita contrada".split()
_PLACES = """
    stadio campo parco scuola istituto liceo ponte palazzo palazzetto rione quartiere metro fermata stazione teatro ospedale circolo brigata
    villaggio centro museo caserma galleria biblioteca monumento asilo palestra palasport piscina polisportiva cooperativa associazione
""".split()
_PLACE = re.compile(rf"({any_of(_STREETS + _PLACES)})((?:{GAP}[\w']{{1,20}}){{0,4}}?){GAP}(?:{DAY}|[ivxl]{{1,6}}){GAP}({MONTH})")
_EVERY_YEAR = re.compile(rf"{GAP}(?:di{GAP})?(?:ogni|ciascun){GAP}anno(?!\w)")
_INSIDE_NAMES = frozenset(  # small letters between a building and its name
    """
    di del della dei delle degli e dell'infanzia materna elementare media primaria secondaria superiore statale comunale civico civica
    pubblico pubblica sociale sportivo sportiva polivalente
    """.split()
)
_WORD = re.compile(rf"(?P<number>(?<!\w)'\d\d(?![\w']|{GAP}{MONTH})|(?<!\d[.,:/'-])\d+)|\w+")  # not the quotation mark of '12 marzo'


@dataclass(frozen=True, slots=True, order=True)
class TimeExpression:
    """An expression of time, `text[start:end]`, and the days that it means."""

    start: int
    end: int
    period: Period
    precision: Precision


def find_time_expressions(text: str, reference: Period | None) -> list[TimeExpression]:
    """Return the expressions of time in a text in order, none inside another; where two begin together, the longer one.

    `reference` is the publication date of the text: a day, a month or a year. An expression is resolved if it means the same on every
    day of it; without a reference, if it names its year.
    """
    source, found, reached = prepare(text), [], 0
    for word in _WORD.finditer(source.words):
        start = word.start()
        rules = _NUMBER_RULES if word["number"] else _RULES.get(word[0], ())
        if not rules or start < reached:
            continue
        readings = [reading for rule in rules if (reading := rule(source, start))]
        if not readings:
            continue
        longest = max(readings, key=lambda reading: reading.end)
        reached = longest.end
        certain = source.word_before(start) not in NO_CERTAIN_ONE and not _EVERY_YEAR.match(source.words, longest.end)
        if period := _on_every_day(longest.meaning, reference if reference and certain else ANY_DAY):
            found.append(TimeExpression(start, longest.end, period, longest.precision))
    return found


def _on_every_day(meaning: Meaning, publication: Period) -> Period | None:
    """Return what is meant on the first day and the last one, and so between them; None where it differs or there is no such day."""
    try:
        first = meaning(publication.first)
        last = first if publication.first == publication.last else meaning(publication.last)
    except (ValueError, OverflowError):
        return None
    return first if first == last else None


def _place(source: Source, start: int) -> Reading | None:
    """Read a street or a building that is called after a day, so that the day is not: `piazza 25 Aprile`, `via XX Settembre`."""
    found = _PLACE.match(source.words, start)
    if not found:
        return None
    between = source.text[found.start(2) : found.end(2)].split()
    if not all(word[0].isupper() or word in _INSIDE_NAMES for word in between):
        return None
    certain = found[1] in _STREETS and not between
    return nothing(found.end()) if certain or source.text[found.start(3)].isupper() else None


def _rules() -> dict[str, tuple[Rule, ...]]:
    """Return the rules by the first word of what they read."""
    rules: dict[str, tuple[Rule, ...]] = {}

    def begins(words: Iterable[str], *with_rules: Rule) -> None:
        for phrase in words:
            first = re.match(r"\w+", phrase)
            if first:
                rules[first[0]] = tuple(dict.fromkeys((*rules.get(first[0], ()), *with_rules)))

    begins(DAY_WORDS, day_word)
    begins(PARTS, part)
    begins((*MONTHS, *SHORT_MONTHS), months, named)
    begins(SEASONS, named)
    begins((*WEEKDAYS, *(name.replace("ì", "i") for name in WEEKDAYS)), weekday_range, weekday_of_a_week, timetable)
    begins((*WEEKDAYS, *(name.replace("ì", "i") for name in WEEKDAYS), *SHORT_WEEKDAYS), days, listed, named)
    begins((*NUMBERS, "primo"), days, listed, named, counted, day_of_a_month)
    begins(("tra", "fra"), counted)
    begins(("settimana", "weekend", "week", "fine", "mese", "anno", "stagione"), named)
    begins((f"{stem}{ending}" for stem in ("scors", "passat", "prossim", "quest", "corrent", "attual") for ending in "oae"), modified)
    begins(("quest",), modified)
    begins(("stagione",), sport_season)
    begins(("anno",), year_in_context)
    begins(("anni",), decade)
    begins(_STREETS + _PLACES, _place)
    return rules


_RULES = _rules()
_NUMBER_RULES: tuple[Rule, ...] = (
    numeric_day,
    numeric_month,
    days,
    listed,
    named,
    counted,
    day_of_a_month,
    sport_season,
    years,
    year_in_context,
)
