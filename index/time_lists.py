"""The grammar of Italian dates: days in a list, which share the month and the year of the last one.

Rules as in `index.time_readings`. Each of `il 3, il 10 e il 17 maggio 2025` is read by itself; a number becomes a day only where an
article, a weekday or the beginning of the list says that the list is one of days.
"""

import datetime
import re

from index.dates import Period
from index.time_names import day_of_year
from index.time_readings import Reading, complete
from index.time_words import DAY, GAP, MONTH_OF_DAY, WEEKDAY_OF_DATE, Source, number

REACH = 120  # characters before a day in which its list may begin

_TO = rf"(?:{GAP}(?:al{GAP}|all')|-)"
_WEEKDAY = rf"(?:{WEEKDAY_OF_DATE},?{GAP})?"
_ITEM = rf"{_WEEKDAY}{DAY}(?:{_TO}{DAY})?"
_NEXT = rf"(?:,{GAP}(?:ed?{GAP})?|{GAP}(?:ed?|o){GAP})(?:(?:il|al|dal|del){GAP}|(?:l|all|dall|dell)')?"
_LISTED = re.compile(
    rf"{_WEEKDAY}({DAY})(?:{_TO}({DAY}))?"
    rf"(?=(?P<between>{_NEXT}(?:{_ITEM}{_NEXT}){{0,6}}(?:{DAY}{_TO})?){_WEEKDAY}{DAY}{GAP}(?:di{GAP})?{MONTH_OF_DAY})"
)
_LED = re.compile(
    rf"(?:(?:\A|[:(\n]){GAP}?|(?:\A|(?<=\W))(?:(?:il|al|dal|del|giorni){GAP}|(?:l|all|dall|dell)'|{WEEKDAY_OF_DATE},?{GAP}))"
    rf"(?:{_ITEM}{_NEXT}){{0,6}}\Z"
)


def listed(source: Source, start: int) -> Reading | None:
    """Read a day, or days in a row, before others of the same month: `3` of `il 3 e il 17 maggio`, `1° al 3` of `1° al 3 e dal 4 al 9`."""
    found = _LISTED.match(source.words, start)
    last = day_of_year(source, found.end("between")) if found else None
    dated = complete(source, last) if last else None
    if not found or not dated or not (start < found.start(1) or _LED.search(source.words, max(0, start - REACH), start)):
        return None
    first_day, last_day, whole = number(found[1]), number(found[2] or found[1]), dated.meaning

    def meaning(seen_from: datetime.date) -> Period:
        shared = whole(seen_from).first
        if not first_day <= last_day < shared.day:
            raise ValueError("the days of a list do not follow one another")
        return Period(shared.replace(day=first_day), shared.replace(day=last_day))

    return Reading(found.end(), "range" if last_day > first_day else "day", meaning)
