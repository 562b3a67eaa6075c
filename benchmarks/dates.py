"""How well expressions of time are found and resolved: our grammar beside dateparser, on files of cases.

    python -m benchmarks.dates [FILE …]

A case is a JSON line: `text`, `reference` (the date of publication, or null) and `found` (slices with their first and last day). Counted:

- exact cases: every slice, first and last day as expected, and nothing else found;
- same days: expected expressions that a found one overlaps and whose days are exactly its own, wherever its slice ends;
- within: as before, but the days found need only lie inside those expected. A tool that knows days only can reach all of them;
- quiet traps: cases in which nothing is to be found, and nothing is;
- inventions: found expressions that overlap no expected one.

dateparser gives a day, and for its slice a precision of day, month or year, to which we widen it. Like the grammar, it is asked for the
first and the last possible day of the reference, and what differs between them does not count as found.
"""

import argparse
import datetime
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from dateparser.date import DateDataParser
from dateparser.search import search_dates

from index.dates import Period, parse_period, period
from index.time_expressions import ANY_DAY, find_time_expressions

CASES = Path("tests/index/time_cases.jsonl")


class Found(NamedTuple):
    """A slice of a text and the days that it means."""

    start: int
    end: int
    days: Period


@dataclass(frozen=True, slots=True)
class Case:
    """A text with its date and what is to be found in it."""

    text: str
    reference: Period | None
    expected: tuple[Found, ...]


Finder = Callable[[str, Period | None], list[Found]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print one table for each file of cases."""
    parser = argparse.ArgumentParser(prog="benchmarks.dates", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, default=[CASES])
    for file in parser.parse_args(arguments).files:
        cases = read_cases(file)
        print(f"{file.name}: {len(cases)} cases\n")
        print(table({"grammar": measure(cases, with_grammar), "dateparser": measure(cases, with_dateparser)}))
    return 0


def read_cases(file: Path) -> list[Case]:
    """Return the cases of a file, slices as offsets."""
    return [_case(json.loads(line)) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


def measure(cases: Sequence[Case], find: Finder) -> dict[str, str]:
    """Return the figures of one finder by name."""
    began = time.perf_counter()
    found = [find(case.text, case.reference) for case in cases]
    microseconds = (time.perf_counter() - began) / len(cases) * 1e6
    expected = [(wanted, mine) for case, mine in zip(cases, found, strict=True) for wanted in case.expected]
    traps = [mine for case, mine in zip(cases, found, strict=True) if not case.expected]
    same = sum(any(_overlap(wanted, f) and f.days == wanted.days for f in mine) for wanted, mine in expected)
    within = sum(any(_overlap(wanted, f) and _inside(f.days, wanted.days) for f in mine) for wanted, mine in expected)
    extra = sum(not any(_overlap(w, f) for w in case.expected) for case, mine in zip(cases, found, strict=True) for f in mine)
    return {
        "exact cases": _share(sum(tuple(mine) == case.expected for case, mine in zip(cases, found, strict=True)), len(cases)),
        "same days": _share(same, len(expected)),
        "within": _share(within, len(expected)),
        "quiet traps": _share(sum(not mine for mine in traps), len(traps)),
        "inventions": str(extra),
        "µs a case": f"{microseconds:.0f}",
    }


def with_grammar(text: str, reference: Period | None) -> list[Found]:
    """Find with the grammar of the project."""
    return [Found(e.start, e.end, e.period) for e in find_time_expressions(text, reference)]


def with_dateparser(text: str, reference: Period | None) -> list[Found]:
    """Find with dateparser."""
    days = reference or ANY_DAY
    first = _search(text, days.first)
    return first if days.first == days.last else [found for found in first if found in _search(text, days.last)]


def table(figures: dict[str, dict[str, str]]) -> str:
    """Return figures by finder as a Markdown table."""
    names = list(next(iter(figures.values())))
    rows = [["", *names], ["---"] * (len(names) + 1), *([finder, *values.values()] for finder, values in figures.items())]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows) + "\n"


def _search(text: str, seen_from: datetime.date) -> list[Found]:
    settings = {"RELATIVE_BASE": datetime.datetime.combine(seen_from, datetime.time(12))}
    slices = search_dates(text, languages=["it"], settings=settings) or []
    precisions = DateDataParser(languages=["it"], settings=settings)
    found, reached = [], 0
    for words, moment in slices:
        start = text.find(words, reached)
        if start < 0:
            continue  # it gives its slices normalised, which is seldom another text
        reached = start + len(words)
        precision = precisions.get_date_data(words).period
        day = moment.date()
        widened = {"month": period(day.year, day.month), "year": period(day.year)}.get(precision, Period(day, day))
        found.append(Found(start, reached, widened))
    return found


def _case(line: dict[str, Any]) -> Case:
    text, reference, found, reached = str(line["text"]), line["reference"], [], 0
    for item in line["found"]:
        start = text.index(item["text"], reached)
        reached = start + len(item["text"])
        found.append(Found(start, reached, Period(datetime.date.fromisoformat(item["first"]), datetime.date.fromisoformat(item["last"]))))
    return Case(text, parse_period(str(reference)) if reference else None, tuple(found))


def _overlap(one: Found, other: Found) -> bool:
    return one.start < other.end and other.start < one.end


def _inside(days: Period, others: Period) -> bool:
    return others.first <= days.first and days.last <= others.last


def _share(count: int, of: int) -> str:
    return f"{count}/{of} ({100 * count / of:.1f} %)" if of else "–"


if __name__ == "__main__":
    sys.exit(main())
