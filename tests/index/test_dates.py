"""Dates of metadata become intervals that say no more than is known."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.dates import MONTHS, Period, parse_period, period


@pytest.mark.parametrize(
    ("text", "iso", "precision"),
    [
        ("2025", "2025", "year"),
        ("2025-03", "2025-03", "month"),
        ("2025-03-11", "2025-03-11", "day"),
        ("2026-03-05T09:32:09+01:00", "2026-03-05", "day"),
        ("2025-03-11 10:00", "2025-03-11", "day"),
        ("11/03/2025", "2025-03-11", "day"),
        ("11.3.2025", "2025-03-11", "day"),
        ("martedì 11 marzo 2025", "2025-03-11", "day"),
        ("1º maggio 2025", "2025-05-01", "day"),
        ("Marzo 2025", "2025-03", "month"),
        ("2025/03/11", "2025-03-11", "day"),
        ("11-03-2025", "2025-03-11", "day"),
        ("11 mar 2025", "2025-03-11", "day"),
        ("11 set. 2025", "2025-09-11", "day"),
        ("20250311", "2025-03-11", "day"),
        ("20250311T0930", "2025-03-11", "day"),
        ("Thu, 07 Aug 2025 10:00:00 +0200", "2025-08-07", "day"),
    ],
)
def test_known_forms(text: str, iso: str, precision: str) -> None:
    """ISO, Italian and mail forms give the interval that they name."""
    found = parse_period(text)
    assert found is not None
    assert (str(found), found.precision) == (iso, precision)


@pytest.mark.parametrize("text", ["", "ieri", "31/02/2025", "2025-13", "20255", "marzo", "12 marzo", "20251345", "2025/26", "2025-03/11"])
def test_what_names_no_day_gives_none(text: str) -> None:
    """What names no real day, month or year gives nothing rather than a guess."""
    assert parse_period(text) is None


@given(st.dates(min_value=datetime.date(1900, 1, 1), max_value=datetime.date(2100, 12, 31)))
def test_no_day_is_invented(day: datetime.date) -> None:
    """A month gives all its days and a day gives itself, however it is written."""
    exact, month = Period(day, day), period(day.year, day.month)
    assert parse_period(day.isoformat()) == parse_period(f"{day:%d/%m/%Y}") == exact
    assert parse_period(f"{day.day} {MONTHS[day.month - 1]} {day.year}") == exact
    assert parse_period(f"{day:%Y-%m}") == parse_period(f"{MONTHS[day.month - 1]} {day.year}") == month
    assert month.first <= day <= month.last


def test_overlapping_periods_are_not_before_each_other() -> None:
    """A day in March is not before March; February is."""
    march, day = period(2025, 3), period(2025, 3, 11)
    assert not day.is_before(march)
    assert not march.is_before(day)
    assert period(2025, 2).is_before(day)


@pytest.mark.parametrize("text", ["aprıle 2025", "1 ſet 2025", "3 dİc 2025"])
def test_letters_that_only_fold_like_others_name_no_month(text: str) -> None:
    """A dotless i or a long s makes another word, not a month, and no error."""
    assert parse_period(text) is None
