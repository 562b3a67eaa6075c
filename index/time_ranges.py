"""The grammar of Italian dates: parts of a month, a year or a season, and ranges from one day, month or weekday to another.

Rules as in `index.time_readings`, out of whose things parts and ranges are put together.
"""

import datetime
import re
from dataclasses import replace

from index import day_intervals as calendar
from index.dates import Period, period
from index.time_names import day_of_year, month, weekdays
from index.time_readings import Reading, Thing, behind_modifier, complete, nothing, unit
from index.time_words import (
    DAY,
    FULL_YEAR,
    GAP,
    MONTH,
    MONTH_OF_DAY,
    SHORT_MONTH,
    SHORT_YEAR,
    WEEKDAY,
    WEEKDAY_OF_DATE,
    YEAR_AFTER,
    Source,
    any_of,
    month_number,
    number,
    weekday_number,
    year_number,
)
from index.time_years import sport_season
from index.verb_tense import tense_near

PARTS = {  # which of how many
    "inizio": (0, 3), "inizi": (0, 3), "primi": (0, 3), "metà": (1, 3), "fine": (2, 3), "termine": (2, 3),
    "prima metà": (0, 2), "seconda metà": (1, 2), "primo semestre": (0, 2), "secondo semestre": (1, 2),
    "primo quadrimestre": (0, 3), "secondo quadrimestre": (1, 3), "terzo quadrimestre": (2, 3),
    "primo trimestre": (0, 4), "secondo trimestre": (1, 4), "terzo trimestre": (2, 4), "quarto trimestre": (3, 4),
    "ultimo trimestre": (3, 4), "primi tre mesi": (0, 4), "primi sei mesi": (0, 2), "ultimi tre mesi": (3, 4),
}  # fmt: skip
WORKING_WEEKS = {(0, 4), (0, 5), (0, 6)}  # `da lunedì a venerdì`: opening hours, of every week

_PART = re.compile(rf"({any_of(PARTS)}){GAP}(?:(?:di|del|dello|della){GAP}|dell'|d')?")
_YEAR = re.compile(rf"(?:anno{GAP})?({FULL_YEAR}|{SHORT_YEAR})(?!-\d)")
_FIRST_DAYS = re.compile(rf"(?:{WEEKDAY_OF_DATE},?{GAP})?({DAY})((?:,{GAP}\d{{1,2}}){{0,3}})(?:{GAP}({MONTH_OF_DAY}){YEAR_AFTER}?)?")
_DAY = re.compile(rf"(?<!\w){DAY}")
_FIRST_MONTH = re.compile(rf"({MONTH}|{SHORT_MONTH}){YEAR_AFTER}?")
_LINK = re.compile(rf"({GAP}(?:fino{GAP})?(?:al{GAP}|all'|ad?{GAP}))|({GAP}ed?{GAP}(?:il{GAP}|l')?)|\s?[-/]\s?")
_WEEKDAYS = re.compile(rf"({WEEKDAY}){GAP}(a|e){GAP}({WEEKDAY})")
_BETWEEN = re.compile(rf"\b(?:tra|fra){GAP}(?:il{GAP}|l')?\Z")
_FROM = re.compile(rf"\b(?:da|dal|dall)(?:{GAP}|')\Z")


def part(source: Source, start: int) -> Reading | None:
    """Read a part of a month, a year or a sport season: `fine giugno 2026`, `inizio anno`, `metà del 2025`, `primo trimestre 2024`."""
    found = _PART.match(source.words, start)
    target = _whole(source, found.end()) if found else None
    if not found or not target:
        return None
    words, whole = " ".join(found[1].split()), target.meaning
    index, parts = PARTS[words]
    if target.precision == "season":  # nobody says where the beginning of a season ends
        return Reading(target.end, "range", lambda day: calendar.end_of_season(whole(day))) if (index, parts) == PARTS["fine"] else None
    if ("mes" in words and target.precision != "year") or (words == "primi" and target.precision != "month"):
        return None
    return Reading(target.end, "range", lambda day: calendar.part(whole(day), index, parts))


def _whole(source: Source, start: int) -> Reading | None:
    """Read what may have parts: a month, a year, a sport season; alone, the one that runs."""
    if year := _YEAR.match(source.words, start):
        number_of_year = year_number(year[1])
        return Reading(year.end(), "year", lambda _: period(number_of_year))
    thing = month(source, start) or unit(source, start)
    readings = [sport_season(source, start), behind_modifier(source, start, month), behind_modifier(source, start, unit)]
    readings.append(complete(source, replace(thing, bare=thing.this)) if thing else None)
    known = [reading for reading in readings if reading and reading.precision in ("month", "year", "season")]
    return max(known, key=lambda reading: reading.end, default=None)


def days(source: Source, start: int) -> Reading | None:
    """Read days in a row: `3 al 7 marzo 2025`, `3-7 marzo`, `8 e 9 giugno`, `6 e il 22 febbraio` behind `tra il`."""
    first = _FIRST_DAYS.match(source.words, start)
    link = _LINK.match(source.words, first.end()) if first else None
    last = day_of_year(source, link.end()) if link else None
    if not first or not link or not last or not last.in_year:
        return None
    numbers = [number(first[1]), *map(int, re.findall(r"\d+", first[2]))]
    if link[2] and not _BETWEEN.search(source.words, max(0, start - 12), start):
        numbers += [number(day[0]) for day in _DAY.finditer(source.words, link.end(), last.end)][:1]
        if first[3] or numbers != list(range(numbers[0], numbers[-1] + 1)):
            return None
    elif first[2]:
        return None
    return _row(source, last, day=number(first[1]), first_month=first[3], first_year=first[4])


def months(source: Source, start: int) -> Reading | None:
    """Read months in a row: `gennaio a marzo 2025` behind `da`, `marzo e aprile` behind `tra`, `gennaio-marzo 2025`."""
    first = _FIRST_MONTH.match(source.words, start)
    link = _LINK.match(source.words, first.end()) if first else None
    last = month(source, link.end()) if link else None
    if not first or not link or not last:
        return None
    said = _FROM if link[1] else _BETWEEN if link[2] else None
    if said and not said.search(source.words, max(0, start - 12), start):
        return None
    return _row(source, last, day=None, first_month=first[1], first_year=first[2])


def _row(source: Source, last: Thing, *, day: int | None, first_month: str | None, first_year: str | None) -> Reading | None:
    """Return the range to `last` from a day or month that leaves out what it has in common with it."""
    last_in_year = last.in_year
    if last_in_year is None:
        return None

    def in_year(year: int) -> Period:
        end = last_in_year(year)
        index = month_number(first_month) if first_month else end.first.month
        begin = period(year_number(first_year) if first_year else year - (index > end.first.month), index, day)
        if begin.first >= end.first:
            raise ValueError("the range ends before it begins")
        return Period(begin.first, end.last)

    row = Thing(last.end, "range", lambda around: calendar.yearly(in_year, around), calendar.nearest, calendar.nearest, in_year)
    return complete(source, row)


def weekday_range(source: Source, start: int) -> Reading | None:
    """Read weekdays in a row: `venerdì a domenica` behind `da`, `sabato e domenica` behind `tra`; not the days of every week."""
    found = _WEEKDAYS.match(source.words, start)
    said = found and (_FROM if found[2] == "a" else _BETWEEN)
    if not found or not said or not said.search(source.words, max(0, start - 12), start):
        return None
    first, last = weekday_number(found[1]), weekday_number(found[3])
    if (first, last) in WORKING_WEEKS:
        return nothing(found.end())
    length = datetime.timedelta(days=(last - first) % 7)
    if tense_near(source.words, start, found.end()) in ("past", "earlier"):

        def past(day: datetime.date) -> Period:
            end = calendar.last_before(weekdays(last)(day), day).last
            return Period(end - length, end)

        return Reading(found.end(), "range", past)

    def coming(day: datetime.date) -> Period:
        begin = calendar.next_after(weekdays(first)(day), day).first
        return Period(begin, begin + length)

    return Reading(found.end(), "range", coming)
