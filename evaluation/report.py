"""Figures for people and for files: a table in plain text, and JSON with where the figures come from."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

from evaluation.gold import GoldError
from evaluation.scores import Figures, Scores

PERCENT_COLUMNS = {
    "answered": "answ",
    "tentative": "tent",
    "none": "none",
    "recall@1": "R@1",
    "recall@10": "R@10",
    "mrr@10": "MRR",
    "ndcg@10": "nDCG",
    "contains": "shown",
    "contains_first": "first",
    "exact": "EM",
    "f1": "F1",
    "source_first": "source",
    "sentence": "sent",
    "answer_precision": "prec",
    "refusal_recall": "refus",
}
LEGEND = """\
Percent. answ, tent, none: how it was answered. R@1, R@10, MRR, nDCG: the right article among those found. shown, first: any quote, the
first quote holds a gold answer. EM, F1: the span. source: the first quote's article is right. sent: the quote is the gold sentence.
prec: of what was answered, quote and source right. refus: of what no article answers, not answered. words: median shown. p50, p95: ms."""

_NUMBERS = re.compile(r"\[[\d\s.,e-]+\]")  # a list of numbers is written on one line
_MAIN = ("recall@1", "contains", "contains_first", "exact", "f1", "source_first", "answer_precision", "refusal_precision", "refusal_recall")


def render_table(scores: Scores) -> str:
    """Return a table by type with the overall row last, the main rates with their 95 % intervals, and what the columns mean."""
    header = ["type", "n", *PERCENT_COLUMNS.values(), "words", "p50", "p95"]
    rows = [header, *(_row(name, figures) for name, figures in scores.by_type.items()), _row("all", scores.overall)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(header))]
    lines = ["  ".join(_aligned(row, widths)).rstrip() for row in rows]
    rule = "-" * max(map(len, lines))
    return "\n".join([lines[0], rule, *lines[1:-1], rule, lines[-1], "", *_main_rates(scores), "", LEGEND])


def percent(value: float | None) -> str:
    """Return a rate as per cent with one decimal, a dash for None."""
    return "–" if value is None else f"{100 * value:.1f}"


def write_json(path: Path, scores: Scores, about: Mapping[str, object]) -> None:
    """Write the figures with what is said `about` them."""
    figures = {
        **about,
        "overall": _rounded(scores.overall),
        "intervals": {name: [round(low, 4), round(high, 4)] for name, (low, high) in scores.intervals.items()},
        "types": {name: _rounded(found) for name, found in scores.by_type.items()},
        "risk_coverage": [[round(coverage, 4), round(risk, 4)] for coverage, risk in scores.risk_coverage],
        "calibration": [[round(confidence, 4), round(share, 4), count] for confidence, share, count in scores.calibration],
    }
    indented = json.dumps(figures, ensure_ascii=False, indent=1)
    with open_to_write(path) as file:
        file.write(_NUMBERS.sub(lambda match: " ".join(match[0].split()), indented) + "\n")


def open_to_write(path: Path) -> TextIO:
    """Open a file whose lines reach the disk as they are written, its folder made if it is missing; GoldError if that cannot be done."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("w", encoding="utf-8", buffering=1)
    except OSError as error:
        raise GoldError(f"{path} cannot be written ({error.strerror}): name a file in a folder that may be written to") from error


def _row(name: str, figures: Figures) -> list[str]:
    rates = [percent(figures[column]) for column in PERCENT_COLUMNS]
    plain = [_whole(figures[column]) for column in ("words_shown", "milliseconds_p50", "milliseconds_p95")]
    return [name, _whole(figures["questions"]), *rates, *plain]


def _main_rates(scores: Scores) -> list[str]:
    lines = [
        f"{name:<18}{percent(scores.overall[name]):>6} %   [{percent(low)}, {percent(high)}]"
        for name in _MAIN
        if (interval := scores.intervals.get(name)) is not None
        for low, high in [interval]
    ]
    for name in ("aurc", "auroc", "auroc_answerable", "calibration_error"):
        value = scores.overall[name]
        lines.append(f"{name:<18}{'–' if value is None else f'{value:.3f}':>6}")
    return lines


def _aligned(row: list[str], widths: list[int]) -> list[str]:
    first, *others = zip(row, widths, strict=True)
    return [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]


def _whole(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}"


def _rounded(figures: Figures) -> dict[str, float | int | None]:
    return {name: None if value is None else _short(value) for name, value in figures.items()}


def _short(value: float) -> float | int:
    return int(value) if value.is_integer() and value > 1 else round(value, 4)
