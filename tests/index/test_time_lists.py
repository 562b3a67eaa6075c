"""Days in a list share the month and the year of the last one."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.dates import MONTHS, Period, parse_period, period
from index.time_expressions import find_time_expressions

days_apart = st.sets(st.integers(1, 14), min_size=2, max_size=6).map(lambda halves: sorted(2 * half for half in halves))  # no two in a row


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Date: 3, 10 e 17 maggio 2025.", ["2025-05-03", "2025-05-10", "2025-05-17"]),
        ("Sabato 3, domenica 4 e sabato 10 maggio 2025.", ["2025-05-03", "2025-05-04", "2025-05-10"]),
        ("Le sedute dell'8 e del 19 luglio 1922.", ["1922-07-08", "1922-07-19"]),
        ("L'8 settembre, il 13 ottobre e il 17 novembre 2024.", ["2024-09-08", "2024-10-13", "2024-11-17"]),
        ("Si riposa il 20 dicembre e il 6 gennaio 2026.", ["2025-12-20", "2026-01-06"]),
        ("Gli articoli 3, 10 e 17 maggio 2025.", ["2025-05-17"]),
        ("Alle ore 10, 12 e 15 marzo 2025.", ["2025-03-15"]),
        ("Il 31 e il 12 febbraio 2025.", ["2025-02-12"]),
    ],
)
def test_days_of_a_list(text: str, expected: list[str]) -> None:
    """Days in a list share month and year where they are said to be days, and never borrow a later day's month."""
    assert [e.period for e in find_time_expressions(text, None)] == [parse_period(day) for day in expected]


def test_range_over_new_year_shares_the_year_of_its_end() -> None:
    """A range into January takes a year that stands behind a later range for its January."""
    found = find_time_expressions("Chiuso dal 28 dicembre al 3 gennaio e dal 10 al 12 marzo 2026.", None)
    assert [(str(e.period.first), str(e.period.last)) for e in found] == [("2025-12-28", "2026-01-03"), ("2026-03-10", "2026-03-12")]


@given(days_apart, st.integers(1, 12), st.integers(1600, 2199), st.sampled_from([", ", ", il ", " e il ", " e "]))
def test_list_is_each_of_its_days(days: list[int], month: int, year: int, link: str) -> None:
    """However long a list is and however it is joined, each of its days is found, and only they."""
    text = f"Si recita il {link.join(map(str, days[:-1]))} e il {days[-1]} {MONTHS[month - 1]} {year}."
    assert [e.period for e in find_time_expressions(text, None)] == [period(year, month, day) for day in days]


@given(days_apart, st.integers(1, 12), st.dates(datetime.date(1950, 1, 1), datetime.date(2100, 12, 31)))
def test_list_takes_the_year_of_its_last_day(days: list[int], month: int, published: datetime.date) -> None:
    """Without a year, all days of a list are in the year that its last day would be in alone."""
    reference = Period(published, published)
    (alone,) = find_time_expressions(f"il {days[-1]} {MONTHS[month - 1]}", reference)
    found = find_time_expressions(f"il {' e il '.join(map(str, days))} {MONTHS[month - 1]}", reference)
    assert [e.period for e in found] == [period(alone.period.first.year, month, day) for day in days]
