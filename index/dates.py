"""Dates as intervals: what a source says of a day, a month or a year, and no more than it says.

In come the dates of metadata (ISO, or Italian in words); out comes a `Period`, whose first and last day enclose what is known.
A missing day is never invented. Dates inside the text of an article are not read here.
"""

import calendar
import datetime
import re
from dataclasses import dataclass

MONTHS = (
    "gennaio",
    "febbraio",
    "marzo",
    "aprile",
    "maggio",
    "giugno",
    "luglio",
    "agosto",
    "settembre",
    "ottobre",
    "novembre",
    "dicembre",
)

_SHORT_MONTHS = "gen feb mar apr mag giu lug ago set ott nov dic".split()
_MAIL_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()  # RFC 2822
_MONTH_NUMBERS = {name: number for names in (MONTHS, _SHORT_MONTHS, _MAIL_MONTHS) for number, name in enumerate(names, start=1)}
_YEAR_FIRST = re.compile(r"(\d{4})(?:([-/])(\d{1,2})(?:\2(\d{1,2}))?)?(?=$|[T\s])")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?=$|[T\s])")
_DAY_FIRST = re.compile(r"(?<![\d/.-])(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\b")
_IN_WORDS = re.compile(rf"(?:(?<!\d)(\d{{1,2}})[°º]?\s+)?\b({'|'.join(_MONTH_NUMBERS)})\.?\s+(\d{{4}})\b", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A closed interval of days: one day, one month or one year."""

    first: datetime.date
    last: datetime.date

    @property
    def precision(self) -> str:
        """`day`, `month` or `year`."""
        if self.first == self.last:
            return "day"
        return "month" if self.first.month == self.last.month else "year"

    def is_before(self, other: "Period") -> bool:
        """True if every day of this period comes before every day of the other."""
        return self.last < other.first

    def __str__(self) -> str:
        """ISO, as precise as what is known: `2025-03-11`, `2025-03` or `2025`."""
        return {"day": f"{self.first:%Y-%m-%d}", "month": f"{self.first:%Y-%m}", "year": f"{self.first:%Y}"}[self.precision]


def period(year: int, month: int | None = None, day: int | None = None) -> Period:
    """Return the interval that a year, a month or a day covers; ValueError if there is no such day."""
    if month is None:
        return Period(datetime.date(year, 1, 1), datetime.date(year, 12, 31))
    if day is None:
        return Period(datetime.date(year, month, 1), datetime.date(year, month, calendar.monthrange(year, month)[1]))
    return Period(datetime.date(year, month, day), datetime.date(year, month, day))


def parse_period(text: str) -> Period | None:
    """Return the period that a metadata value names, or None where it names none.

    Understands `2025`, `2025-03`, `2025-03-11`, `2025/03/11`, `20250311` (a time may follow), `11/03/2025`, `11-03-2025`,
    `11 marzo 2025`, `11 mar 2025` and what RFC 2822 writes.
    """
    text = text.strip()
    try:
        if match := _YEAR_FIRST.match(text):
            year, _, month, day = match.groups()
            return period(int(year), int(month) if month else None, int(day) if day else None)
        if match := _COMPACT.match(text):
            year, month, day = match.groups()
            return period(int(year), int(month), int(day))
        if match := _DAY_FIRST.search(text):
            day, month, year = match.groups()
            return period(int(year), int(month), int(day))
        if match := _IN_WORDS.search(text):
            day, name, year = match.groups()
            return period(int(year), _MONTH_NUMBERS[name.lower()], int(day) if day else None)
    except ValueError:
        return None
    return None
