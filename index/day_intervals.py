"""Weeks, seasons, parts of a year, and the choice among days that come back: arithmetic of the calendar, without words.

A unit is counted from a day (`week(day, -1)`: the week before the one that holds it). Something that comes back, such as a Saturday or a
March, is a list of occurrences, of which a `Choice` takes one. What does not exist raises ValueError, as `datetime.date` does.
"""

import datetime
from collections.abc import Callable, Iterable

from index.dates import Period, period

Unit = Callable[[datetime.date, int], Period]  # the day from which is counted, how many units later
Choice = Callable[[Iterable[Period], datetime.date], Period]

SPORT_SEASON_FIRST_MONTH = 7
MONTHS_OF_A_SEASON = 3
YEARS_AROUND = range(-2, 3)


def day(of: datetime.date, later: int) -> Period:
    """Return the day so many days later."""
    moved = of + datetime.timedelta(days=later)
    return Period(moved, moved)


def week(of: datetime.date, later: int) -> Period:
    """Return the week so many weeks later, Monday to Sunday."""
    monday = of + datetime.timedelta(days=7 * later - of.weekday())
    return Period(monday, monday + datetime.timedelta(days=6))


def weekend(of: datetime.date, later: int) -> Period:
    """Return Saturday and Sunday of the week so many weeks later."""
    sunday = week(of, later).last
    return Period(sunday - datetime.timedelta(days=1), sunday)


def month(of: datetime.date, later: int) -> Period:
    """Return the month so many months later."""
    years, index = divmod(of.year * 12 + of.month - 1 + later, 12)
    return period(years, index + 1)


def year(of: datetime.date, later: int) -> Period:
    """Return the year so many years later."""
    return period(of.year + later)


def sport_season(of: datetime.date, later: int) -> Period:
    """Return the sport season so many seasons later, July to June."""
    return sport_season_from(of.year + later - (of.month < SPORT_SEASON_FIRST_MONTH))


def sport_season_from(first_year: int) -> Period:
    """Return the sport season that begins in a year."""
    return months(first_year, SPORT_SEASON_FIRST_MONTH, 12)


def months(first_year: int, first_month: int, count: int) -> Period:
    """Return so many whole months in a row."""
    first = datetime.date(first_year, first_month, 1)
    return Period(first, month(first, count - 1).last)


def part(whole: Period, index: int, parts: int) -> Period:
    """Return one of the equal parts of a year or a month; those of a month have ten days or fifteen, and the last takes the rest."""
    if whole == period(whole.first.year):
        return months(whole.first.year, 1 + index * 12 // parts, 12 // parts)
    size = 30 // parts
    first = whole.first.replace(day=1 + index * size)
    return Period(first, whole.last if index == parts - 1 else whole.first.replace(day=(index + 1) * size))


def end_of_season(season: Period) -> Period:
    """Return the last weeks of a sport season, when titles and contracts are decided."""
    return Period(datetime.date(season.last.year, 5, 15), season.last)


def yearly(in_year: Callable[[int], Period], around: datetime.date) -> list[Period]:
    """Return what a year brings (a month, a day, a season), for the years around a day that have it."""
    found = []
    for shift in YEARS_AROUND:
        try:
            found.append(in_year(around.year + shift))
        except ValueError:  # 29 February
            continue
    return found


def last_before(occurrences: Iterable[Period], anchor: datetime.date) -> Period:
    """Return the last occurrence that was over before a day."""
    return max(p for p in occurrences if p.last < anchor)


def next_after(occurrences: Iterable[Period], anchor: datetime.date) -> Period:
    """Return the first occurrence that begins after a day."""
    return min(p for p in occurrences if p.first > anchor)


def running(occurrences: Iterable[Period], anchor: datetime.date) -> Period:
    """Return the first occurrence that is not over on a day."""
    return min(p for p in occurrences if p.last >= anchor)


def begun(occurrences: Iterable[Period], anchor: datetime.date) -> Period:
    """Return the last occurrence that has begun on a day."""
    return max(p for p in occurrences if p.first <= anchor)


def nearest(occurrences: Iterable[Period], anchor: datetime.date) -> Period:
    """Return the occurrence with the fewest days between it and a day."""
    return min(occurrences, key=lambda p: max((p.first - anchor).days, (anchor - p.last).days, 0))
