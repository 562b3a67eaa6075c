"""Pictures show the figures, all of them, and are the same every time."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import matplotlib
import pytest

from evaluation.docs import FIGURES_DIR, FiguresError, rewrite
from evaluation.pictures import RUNS, draw_calibration, main, read_reports
from evaluation.report import write_json
from evaluation.scores import score
from tests.evaluation.test_scores import ALL

SVG = "{http://www.w3.org/2000/svg}"
ONE = {
    "overall": {"questions": 40, "aurc": 0.2, "calibration_error": 0.05},
    "risk_coverage": [[0.25, 0.0], [0.5, 0.1], [1.0, 0.4]],
    "calibration": [[round(0.05 + bin_ / 10, 2), bin_ / 9, 4] for bin_ in range(10)],
}
TWO = {
    "overall": {"questions": 3, "aurc": None, "calibration_error": None},
    "risk_coverage": [[1.0, 1.0]],
    "calibration": [[0.2, 0.0, 1], [0.8, 1.0, 1]],
}


@pytest.fixture
def figures(tmp_path: Path) -> Path:
    """Return a folder with the figures of every run that is drawn, as an evaluation writes them."""
    for name in RUNS:
        write_json(tmp_path / "figures" / f"{name}.json", score(ALL), {})
    return tmp_path / "figures"


def draw(out: Path, **reports: dict[str, Any]) -> Path:
    """Draw these runs, and return where."""
    draw_calibration(reports, out)
    return out


def line(picture: Path, gid: str) -> ET.Element:
    """Return the line of this name in a picture."""
    found = ET.parse(picture).getroot().find(f".//{SVG}g[@id='{gid}']")
    assert found is not None
    return found


def points(picture: Path, gid: str) -> list[tuple[float, float]]:
    """Return where the points of a line are marked, y downwards."""
    return [(float(mark.attrib["x"]), float(mark.attrib["y"])) for mark in line(picture, gid).iter(f"{SVG}use")]


def test_every_bin_of_every_run_is_a_point(tmp_path: Path) -> None:
    """Ten bins are ten points and two are two, whatever the other run has."""
    picture = draw(tmp_path / "a.svg", one=ONE, two=TWO)
    assert [len(points(picture, f"calibration-{name}")) for name in ("one", "two")] == [10, 2]


def test_points_stand_where_their_bins_are(tmp_path: Path) -> None:
    """To the right by confidence, upwards by the share right, the corners of the panel at 0 and 1."""
    corners = {**TWO, "calibration": [[0.0, 0.0, 1], [1.0, 1.0, 1]]}
    picture = draw(tmp_path / "a.svg", one=ONE, corners=corners)
    (left, bottom), (right, top) = points(picture, "calibration-corners")
    drawn = [((x - left) / (right - left), (bottom - y) / (bottom - top)) for x, y in points(picture, "calibration-one")]
    expected = [(confidence, share) for confidence, share, _ in ONE["calibration"]]
    assert drawn == [(pytest.approx(x, abs=1e-3), pytest.approx(y, abs=1e-3)) for x, y in expected]


def test_the_curve_of_every_run_is_drawn(tmp_path: Path) -> None:
    """The risk–coverage curve has as many vertices as the figures have points."""
    path = line(draw(tmp_path / "a.svg", one=ONE, two=TWO), "risk-one").find(f"{SVG}path")
    assert path is not None
    assert path.attrib["d"].count("M") + path.attrib["d"].count("L") == 3


@pytest.mark.parametrize("ending", ["svg", "png"])
def test_the_same_figures_are_the_same_bytes(tmp_path: Path, ending: str) -> None:
    """No date, no version and no chance goes into a picture, nor the settings of whoever draws it."""
    first = draw(tmp_path / f"a.{ending}", one=ONE, two=TWO).read_bytes()
    with matplotlib.rc_context({"font.size": 20, "svg.hashsalt": "other"}):
        assert draw(tmp_path / f"b.{ending}", one=ONE, two=TWO).read_bytes() == first
        assert matplotlib.rcParams["font.size"] == 20  # which stay as they were
    assert b"Matplotlib v" not in first


def test_the_background_is_white(tmp_path: Path) -> None:
    """A dark page does not shine through."""
    path = line(draw(tmp_path / "a.svg", one=ONE), "patch_1").find(f"{SVG}path")
    assert path is not None
    assert path.attrib["style"] == "fill: #ffffff"


def test_another_ending_is_an_error(tmp_path: Path) -> None:
    """What can be drawn is named."""
    with pytest.raises(FiguresError, match=r"a\.gif is no picture .* \.svg or \.png"):
        draw(tmp_path / "a.gif", one=ONE)


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    """A file in the place of the folder is told, not raised as it comes."""
    (tmp_path / "file").touch()
    with pytest.raises(FiguresError, match=r"a\.svg cannot be written"):
        draw(tmp_path / "file" / "a.svg", one=ONE)


@pytest.mark.parametrize("field", ["calibration", "risk_coverage", "overall"])
def test_a_missing_field_is_named_with_its_file(figures: Path, field: str) -> None:
    """Figures of before the field was measured are not drawn as if it were empty."""
    path = figures / f"{RUNS[1]}.json"
    report = json.loads(path.read_text(encoding="utf-8"))
    del report[field]
    path.write_text(json.dumps(report), encoding="utf-8")
    with pytest.raises(FiguresError, match=rf"{RUNS[1]}\.json has no '{field}': run `edicola evaluate … --json .* again"):
        read_reports(figures)


def test_the_command_draws_and_says_what(figures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A line for each run, in a folder that was not there, and the file is printed."""
    out = tmp_path / "new" / "calibration.svg"
    assert main(["--figures", str(figures), "--out", str(out)]) == 0
    assert capsys.readouterr().out == f"{out} written\n"
    assert [len(points(out, f"calibration-{name}")) for name in RUNS] == [6] * len(RUNS)


def test_the_command_writes_nothing_without_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The missing file is named on standard error, and no half a picture is left."""
    out = tmp_path / "calibration.svg"
    assert main(["--figures", str(tmp_path), "--out", str(out)]) == 2
    assert f"{RUNS[0]}.json cannot be read" in capsys.readouterr().err
    assert not out.exists()


def test_old_figures_still_make_tables(figures: Path) -> None:
    """Figures without calibration lack a picture, not their tables."""
    path = figures / f"{RUNS[0]}.json"
    document = f"<!-- figures risk: {RUNS[0]} -->\n<!-- end of figures -->\n"
    new = rewrite(document, figures)
    report = json.loads(path.read_text(encoding="utf-8"))
    del report["calibration"]
    path.write_text(json.dumps(report), encoding="utf-8")
    assert rewrite(document, figures) == new


def test_what_is_drawn_are_runs_of_the_docs() -> None:
    """The runs by name are files of docs/figures."""
    assert [name for name in RUNS if not (FIGURES_DIR / f"{name}.json").is_file()] == []
