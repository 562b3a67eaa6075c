"""Figures are shown as a table and written as JSON."""

import json
from dataclasses import replace
from pathlib import Path

from evaluation.prediction import Prediction
from evaluation.report import percent, render_table, write_json
from evaluation.scores import score
from tests.evaluation.test_scores import ALL, RIGHT


def test_the_table_has_a_row_for_every_type_and_one_for_all() -> None:
    """Types come in order, the overall row last, each with as many cells as the header."""
    lines = render_table(score(ALL)).splitlines()
    header, standard, unanswerable, overall = (lines[row].split() for row in (0, 2, 3, 5))
    assert [standard[:2], unanswerable[:2], overall[:2]] == [["standard", "5"], ["unanswerable", "3"], ["all", "8"]]
    assert {len(header)} == {len(standard), len(unanswerable), len(overall)}


def test_the_table_shows_main_rates_with_their_intervals() -> None:
    """A rate never stands alone: its 95 % interval stands beside it."""
    low, high = score(ALL).intervals["contains"]
    assert f"contains            60.0 %   [{percent(low)}, {percent(high)}]" in render_table(score(ALL))


def test_what_was_not_measured_is_a_dash() -> None:
    """None is told from zero in the table too."""
    assert (percent(None), percent(0.0), percent(0.1234)) == ("–", "0.0", "12.3")


def test_no_line_is_wider_than_a_terminal_of_140_columns() -> None:
    """The table of the longest type names still fits."""
    assert max(map(len, render_table(score(ALL)).splitlines())) <= 140


def test_json_holds_what_the_docs_are_made_from(tmp_path: Path) -> None:
    """Figures overall and by type, intervals, the curve and the bins, beside what is said of their origin."""
    path = tmp_path / "new" / "figures.json"
    write_json(path, score(ALL), {"commit": "abc"})
    figures = json.loads(path.read_text(encoding="utf-8"))
    assert list(figures) == ["commit", "overall", "intervals", "types", "risk_coverage", "calibration"]
    assert (figures["overall"]["contains"], figures["types"]["unanswerable"]["recall@1"], figures["risk_coverage"][-1]) == (
        0.6,
        None,
        [1.0, 0.875],
    )


def test_calibration_is_written_with_four_decimals_a_bin_a_line(tmp_path: Path) -> None:
    """Mean confidence and share right are rounded, the count stays whole."""
    path = tmp_path / "figures.json"
    third = replace(RIGHT, prediction=replace(RIGHT.prediction, confidence=1 / 3))
    write_json(path, score([third]), {})
    assert '"calibration": [\n  [ 0.3333, 1.0, 1 ]\n ]' in path.read_text(encoding="utf-8")


def test_predictions_hold_no_line_break() -> None:
    """A quote with a line break stays on one line of the file."""
    assert "\n" not in Prediction("a", "answer", "b", "b\nc", ("b\nc",), ("d",), 0.5, 1.0).to_json()
