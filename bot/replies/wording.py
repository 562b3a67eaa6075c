"""Dates, numbers and lists as Italian writes them."""

from collections.abc import Sequence

from bot.markup import shorten
from index.dates import MONTHS, Period, period

WORDS_CHARACTERS = 200


def italian_date(published: Period | None) -> str:
    """Return a date in words, as precise as what is known: `11 marzo 2025`, `marzo 2025`, `2025`."""
    if published is None:
        return "data sconosciuta"
    first = published.first
    if published.precision == "year":
        return str(first.year)
    month = f"{MONTHS[first.month - 1]} {first.year}"
    return month if published.precision == "month" else f"{'1º' if first.day == 1 else first.day} {month}"


def with_article(preposition: str, published: Period) -> str:
    """Return a date behind `il`, `del`, `dal` or `al`: `dell’8 marzo 2025`, `il 2 marzo 2025`, `del 2025`, `di marzo 2025`."""
    if published.precision == "month":
        month = italian_date(published)
        without_article = {"del": "di", "dal": "da"}.get(preposition, "ad" if month.startswith("a") else "a")
        return f"{without_article} {month}"
    if published.precision == "year":
        return f"{'nel' if preposition == 'il' else preposition} {italian_date(published)}"
    if published.first.day in (8, 11):
        return f"{'l’' if preposition == 'il' else preposition + 'l’'}{italian_date(published)}"
    return f"{preposition} {italian_date(published)}"


def days_in_words(span: Period) -> str:
    """Return a day, a month or a year in words, any other span with its first and last day."""
    if span in {period(span.first.year), period(span.first.year, span.first.month), Period(span.first, span.first)}:
        return italian_date(span)
    first, last = Period(span.first, span.first), Period(span.last, span.last)
    return f"{with_article('dal', first)} {with_article('al', last)}"


def listed(words: Sequence[str]) -> str:
    """Return words with commas, as many as fit in a line."""
    return shorten(", ".join(words), characters=WORDS_CHARACTERS)


def counted(number: int, one: str, many: str) -> str:
    """Return a number with its noun: `1 articolo`, `1.024 articoli`."""
    return f"{grouped(number)} {one if number == 1 else many}"


def grouped(number: int) -> str:
    """Return a number with dots between the thousands, as Italian writes it."""
    return f"{number:,}".replace(",", ".")
