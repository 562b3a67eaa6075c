"""What the rules of the date grammar return, and what is said of a thing: `scorso`, `prossimo`, `di quest'anno`, `tre giorni fa`.

A rule takes a `Source` and an offset, and returns a `Reading` or None. The meaning of a reading is a function of the day from which is
counted; it raises ValueError where there is no such day. Most rules read a `Thing`, something that comes back, and `complete` it.
"""

import datetime
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from index import day_intervals as calendar
from index.dates import Period
from index.day_intervals import Choice, Unit
from index.time_words import DAY, END, GAP, MONTH, NUMBER, WEEKDAY, YEAR_AFTER, Source, month_number, number, year_number
from index.verb_tense import tense_near

Precision = Literal["day", "range", "week", "weekend", "month", "season", "year", "decade"]
Meaning = Callable[[datetime.date], Period]


class Reading(NamedTuple):
    """What stands in a text up to `end`, and the days that it means, seen from a day."""

    end: int
    precision: Precision
    meaning: Meaning


Rule = Callable[[Source, int], Reading | None]


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that comes back, up to `end`: a weekday, a day of the year, a month, a week. `in_year` is set for what a year has once."""

    end: int
    precision: Precision
    occurrences: Callable[[datetime.date], Iterable[Period]]
    this: Choice  # which one `questo` means
    bare: Choice | None = None  # which one is meant where no word says it; None where it then means none
    in_year: Callable[[int], Period] | None = None


UNITS: dict[str, tuple[Precision, Unit]] = {
    "giorn": ("day", calendar.day),
    "settiman": ("week", calendar.week),
    "weekend": ("weekend", calendar.weekend),
    "mes": ("month", calendar.month),
    "ann": ("year", calendar.year),
    "stagion": ("season", calendar.sport_season),
}
_MODIFIER = re.compile(rf"(scors|passat|prossim|quest|corrent|attual)(?:[oae]{GAP}|(?<=quest)')")
_MODIFIER_AFTER = re.compile(
    rf"{GAP}(?:(?:(scors|passat|prossim|ventur|corrent|attual)[oae]|(ultimo{GAP}scorso|in{GAP}corso))(?!\w)|(u\.\s?s\.|p\.\s?v\.))"
)
_YEAR_AFTER = re.compile(YEAR_AFTER)
_TWO_YEARS_AFTER = re.compile(rf"{GAP}(\d{{4}})[-/](\d{{2}}|\d{{4}}){END}(?!-)")  # the winter of 2024-25
_OTHER_DAYS = (
    rf"(?:(?:il|al|dal|del|(?:i|ai|nei|dei){GAP}giorni){GAP}|(?:l|all|dall|dell)')?(?:{WEEKDAY},?{GAP})?"
    rf"(?:{DAY}(?:,?{GAP}(?:(?:al|e){GAP})?|-)){{0,5}}"
)
_YEAR_SHARED = re.compile(  # `marzo e aprile 2025`, `il 12 marzo e il 15 aprile 2025`
    rf"(?=(?:,{GAP}{_OTHER_DAYS}{MONTH}){{0,3}},?{GAP}(?:e|o){GAP}{_OTHER_DAYS}({MONTH}){YEAR_AFTER})"
)
_OF_A_YEAR = re.compile(rf"{GAP}(?:d(?:i|el|ello){GAP}|dell')")
_UNIT = re.compile(
    rf"(settimana|week-?end|fine{GAP}settimana|mese|anno|stagione)(?!\w)"
    rf"(?!{GAP}(?:scolastic|accademic|giudiziari|fiscal|liturgic|luce|estiv|invernal|balnear|sciistic|turistic|teatral|liric|concertistic))"
)
_COUNT = rf"({NUMBER})(?:{GAP}|')(giorn[oi]|settiman[ae]|mes[ei]|ann[oi]|stagion[ei])"
_AGO = re.compile(rf"{_COUNT}{GAP}(?:fa|or{GAP}sono|addietro)(?!\w)")
_AHEAD = re.compile(rf"(?:tra|fra){GAP}{_COUNT}(?!\w)(?!{GAP}(?:di\b|e{GAP}(?:mezz|l'altr|{NUMBER})))")
_ROUGHLY = re.compile(
    rf"(?:\b(?:circa|quasi|oltre|almeno|o|(?:più|meno){GAP}di|(?:giorn[oi]|settiman[ae]|mes[ei]|ann[oi]){GAP}e){GAP}|-)\Z"
)


def nothing(end: int) -> Reading:
    """Return the reading of what looks like a time and is none: nothing inside it is read either."""

    def meaning(_: datetime.date) -> Period:
        raise ValueError("no time is meant")

    return Reading(end, "day", meaning)


def complete(source: Source, thing: Thing, *, choice: Choice | None = None) -> Reading | None:
    """Return a thing with the year or the modifier behind it, or as `choice` or its own `bare` one says; None where nothing says which."""
    if thing.in_year and (year := _year_after(source, thing)):
        return Reading(year[0], thing.precision, _dated(thing.in_year, year[1]))
    end = thing.end
    if choice is None and (modifier := _MODIFIER_AFTER.match(source.words, end)):
        end, choice = modifier.end(), _choice(modifier[1] or modifier[2] or modifier[3], thing)
    chosen = choice or thing.bare
    return Reading(end, thing.precision, lambda seen_from: chosen(thing.occurrences(seen_from), seen_from)) if chosen else None


def behind_modifier(source: Source, start: int, read: Callable[[Source, int], Thing | None]) -> Reading | None:
    """Read one sort of thing behind a word that says which one."""
    modifier = _MODIFIER.match(source.words, start)
    thing = read(source, modifier.end()) if modifier else None
    return complete(source, thing, choice=_choice(modifier[1], thing)) if modifier and thing else None


def _choice(modifier: str, thing: Thing) -> Choice:
    if modifier.startswith(("scors", "passat", "ultim", "u")):
        return calendar.last_before
    return calendar.next_after if modifier.startswith(("prossim", "ventur", "p")) else thing.this


def _year_after(source: Source, thing: Thing) -> tuple[int, Callable[[datetime.date], int]] | None:
    """Return where the year behind a thing ends, and which one it is: `2025`, `del 1982`, `dell'anno scorso`, `2024-25`."""
    two = _TWO_YEARS_AFTER.match(source.words, thing.end) if thing.precision == "season" else None
    if two and follows(int(two[1]), two[2]):
        first = int(two[1])
        return two.end(), lambda _: first
    if found := _YEAR_AFTER.match(source.words, thing.end):
        year = year_number(found[1])
        return found.end(), lambda _: year
    if thing.in_year and (shared := _YEAR_SHARED.match(source.words, thing.end)):
        in_year, last_month, last_year = thing.in_year, month_number(shared[1]), year_number(shared[2])
        return shared.end(), lambda _: last_year - (in_year(last_year).last.month > last_month)
    link = _OF_A_YEAR.match(source.words, thing.end)
    relative = relative_unit(source, link.end()) if link else None
    if not relative or relative.precision != "year":
        return None
    meaning = relative.meaning
    return relative.end, lambda seen_from: meaning(seen_from).first.year


def follows(first: int, second: str) -> bool:
    """True if the second of two years, in two digits or four, comes right after the first."""
    return (first + 1) % (100 if len(second) == 2 else 10000) == int(second)


def _dated(in_year: Callable[[int], Period], year: Callable[[datetime.date], int]) -> Meaning:
    return lambda seen_from: in_year(year(seen_from))


def relative_unit(source: Source, start: int) -> Reading | None:
    """Read a week, month, year or sport season as seen from the day: `anno scorso`, `prossima settimana`, `due anni fa`."""
    thing = unit(source, start)
    return complete(source, thing) if thing else behind_modifier(source, start, unit) or counted(source, start)


def unit(source: Source, start: int) -> Thing | None:
    """Read `settimana`, `weekend`, `mese`, `anno`, `stagione`; not `anno scolastico`. Alone, only a weekend means a certain one."""
    found = _UNIT.match(source.words, start)
    if not found:
        return None
    name = "weekend" if found[1].startswith(("week", "fine")) else found[1][:-1]
    precision, count_from = UNITS[name]
    certain = name == "weekend" and source.word_before(start) in ("nel", "il", "del") and not source.words.startswith(" del", found.end())
    bare = by_tense(source, start, found.end(), past=calendar.last_before, otherwise=calendar.running) if certain else None
    return Thing(found.end(), precision, lambda around: [count_from(around, later) for later in (-1, 0, 1)], calendar.running, bare)


def by_tense(
    source: Source, start: int, end: int, *, otherwise: Choice, past: Choice | None = None, future: Choice | None = None
) -> Choice:
    """Return the choice that follows the verb next to an expression; its tense is looked up when it comes to choosing."""

    def choice(occurrences: Iterable[Period], seen_from: datetime.date) -> Period:
        tense = tense_near(source.words, start, end)
        fitting = future if tense == "future" else past if tense else None
        return (fitting or otherwise)(occurrences, seen_from)

    return choice


def counted(source: Source, start: int) -> Reading | None:
    """Read units counted from the day: `tre giorni fa`, `tra due settimane`; not `quasi un anno fa`, which need not be that year."""
    ago, ahead = _AGO.match(source.words, start), _AHEAD.match(source.words, start)
    found = ago or ahead
    if not found or _ROUGHLY.search(source.words, max(0, start - 20), start):
        return None
    precision, count_from = UNITS[found[2][:-1]]
    later = -number(found[1]) if ago else number(found[1])
    return Reading(found.end(), precision, lambda seen_from: count_from(seen_from, later))
