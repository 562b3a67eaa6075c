"""Tables in the docs, generated from the JSON files of docs/figures: `python -m evaluation.docs` writes them, `--check` compares.

A table stands between `<!-- figures VIEW: NAME … -->` and `<!-- end of figures -->`; NAME is that of a file in docs/figures without its
ending. The views are those of `VIEWS`. What stands outside the markers is never touched.
"""

import argparse
import json
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from evaluation.report import PERCENT_COLUMNS, percent
from index.errors import EdicolaError
from index.settings import PROJECT

FIGURES_DIR = PROJECT / "docs" / "figures"

_BLOCK = re.compile(r"(<!-- figures (?P<view>\w+): (?P<names>[^\n]*?) -->\n)(?P<table>.*?)(<!-- end of figures -->)", re.DOTALL)
_COVERAGES = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1)

_PROMISES: Mapping[str, tuple[str, str]] = {  # type of question ("" for all) and rate
    "newest fact first": ("conflict", "right_first"),
    "older fact shown and dated": ("conflict", "older_shown"),
    "what still holds is not replaced": ("still_valid", "right_first"),
    "past time answered from then": ("past_time", "right_first"),
    "rumour marked": ("", "rumour_recall"),
    "marked as rumour, and is one": ("", "rumour_precision"),
    "speaker named": ("", "speaker_named"),
    "follow-up: right source first": ("follow_up", "source_first"),
    "both parts shown": ("two_part", "parts_shown"),
    "items of a list shown": ("list", "parts_shown"),
    "alias: right source first": ("alias", "source_first"),
    "«Forse»": ("", "tentative"),
    "answerable questions answered plainly": ("", "covered"),
    "right of those": ("", "covered_right"),
    "unanswerable questions not answered plainly": ("", "refusal_recall"),
}

Report = Mapping[str, Any]


class FiguresError(EdicolaError):
    """A table or a picture in the docs cannot be made; the message names the file and the mend."""


def documents() -> list[Path]:
    """Return the documents that may hold tables."""
    return [path for path in (PROJECT / "README.md", *sorted((PROJECT / "docs").glob("*.md"))) if path.is_file()]


def rewrite(text: str, figures_dir: Path = FIGURES_DIR) -> str:
    """Return a document with every table between markers made anew; FiguresError if one cannot be."""

    def block(match: re.Match[str]) -> str:
        names = match["names"].split()
        return f"{match[1]}{_table(match['view'], {name: read_report(figures_dir, name) for name in names})}{match[5]}"

    return _BLOCK.sub(block, text)


def read_report(figures_dir: Path, name: str) -> Report:
    """Return the figures of a run; FiguresError if its file cannot be read."""
    path = figures_dir / f"{name}.json"
    try:
        report: Report = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise FiguresError(f"{path} cannot be read ({error}): write it with `edicola evaluate … --json {path}`") from error
    return report


def _table(view: str, reports: Mapping[str, Report]) -> str:
    if view not in VIEWS:
        raise FiguresError(f"there is no view {view!r} of figures: write one of {', '.join(VIEWS)}")
    rows = VIEWS[view](reports)
    width = len(rows[0])
    lines = [_line(rows[0]), "|---" + "|--:" * (width - 1) + "|", *map(_line, rows[1:])]
    return "\n".join([*lines, "", *(_caption(name, report) for name, report in reports.items()), ""])


def _overall(reports: Mapping[str, Report]) -> list[list[str]]:
    """One row a file: its figures over all questions."""
    return [_header("run"), *(_row(name, report["overall"]) for name, report in reports.items())]


def _types(reports: Mapping[str, Report]) -> list[list[str]]:
    """One row a type of question, the overall one last."""
    rows = [
        _row(name, figures) for report in reports.values() for name, figures in {**report["types"], "**all**": report["overall"]}.items()
    ]
    return [_header("type"), *rows]


def _intervals(reports: Mapping[str, Report]) -> list[list[str]]:
    """One row a rate with its 95 % interval, one column a file."""
    names = next(iter(reports.values()))["intervals"]
    cells = [[name, *(_with_interval(report, name) for report in reports.values())] for name in names]
    return [["rate", *reports], *cells]


def _risk(reports: Mapping[str, Report]) -> list[list[str]]:
    """How much of what is answered is wrong, if only the most confident share were answered."""
    rows = [
        [f"{coverage:.0%}", *(percent(_risk_at(report["risk_coverage"], coverage)) for report in reports.values())]
        for coverage in _COVERAGES
    ]
    return [["answered", *(f"wrong: {name}" for name in reports)], *rows]


def _news(reports: Mapping[str, Report]) -> list[list[str]]:
    """One row a promise about news, one column a file: what is true now comes first, what was true is shown, a rumour is called one."""
    rows = [[name, *(percent(_news_figure(report, *place)) for report in reports.values())] for name, place in _PROMISES.items()]
    return [["", *reports], ["questions", *(str(report["overall"]["questions"]) for report in reports.values())], *rows]


def _news_figure(report: Report, type_: str, rate: str) -> float | None:
    figures: Mapping[str, float | None] = report["types"].get(type_, {}) if type_ else report["overall"]
    return figures.get(rate)


def _given(reports: Mapping[str, Report]) -> list[list[str]]:
    """The table that the file itself gives as `table: {columns, rows}`, for figures that are no evaluation."""
    tables = [report["table"] for report in reports.values()]
    return [tables[0]["columns"], *(list(map(str, row)) for table in tables for row in table["rows"])]


VIEWS: Mapping[str, Callable[[Mapping[str, Report]], list[list[str]]]] = {
    "overall": _overall,
    "types": _types,
    "intervals": _intervals,
    "risk": _risk,
    "news": _news,
    "table": _given,
}


def _header(first: str) -> list[str]:
    return [first, "n", *PERCENT_COLUMNS.values(), "words", "p50 ms", "p95 ms"]


def _row(name: str, figures: Mapping[str, float | None]) -> list[str]:
    plain = (figures[column] for column in ("words_shown", "milliseconds_p50", "milliseconds_p95"))
    cells = ["–" if value is None else f"{value:.0f}" for value in (figures["questions"], *plain)]
    return [name, cells[0], *(percent(figures[column]) for column in PERCENT_COLUMNS), *cells[1:]]


def _with_interval(report: Report, name: str) -> str:
    if name not in report["intervals"]:
        return "–"
    low, high = report["intervals"][name]
    return f"{percent(report['overall'][name])} [{percent(low)}, {percent(high)}]"


def _risk_at(curve: Sequence[Sequence[float]], coverage: float) -> float | None:
    return next((risk for reached, risk in curve if reached >= coverage - 1e-9), None)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _caption(name: str, report: Report) -> str:
    """Say how a table's figures were made."""
    machine = report.get("machine", {})
    parts = (
        f"`{name}`: `{report.get('command', '?')}`",
        f"commit {str(report.get('commit', '?'))[:10]}{'' if report.get('clean', True) else ' with changes'}",
        f"{machine.get('processor', '?')}, {machine.get('cores', '?')} cores",
        str(report.get("made", "?")),
    )
    return f"<sub>{' · '.join(parts)}</sub>"


def main(argv: Sequence[str] | None = None) -> int:
    """Rewrite the tables of the docs, or with `--check` name the documents that differ from their figures."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.docs", description="Rewrite the tables of the docs from docs/figures.")
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if a table differs from its figures")
    args = parser.parse_args(argv)
    try:
        stale = [(path, new) for path in documents() if (new := rewrite(text := path.read_text(encoding="utf-8"))) != text]
    except FiguresError as error:
        print(error, file=sys.stderr)
        return 2
    for path, new in stale:
        print(f"{path.relative_to(PROJECT)} differs from docs/figures" if args.check else f"{path.relative_to(PROJECT)} rewritten")
        if not args.check:
            path.write_text(new, encoding="utf-8")
    return int(bool(stale) and args.check)


if __name__ == "__main__":
    sys.exit(main())
