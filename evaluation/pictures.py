"""Pictures in the docs, drawn from the JSON files of docs/figures: `python -m evaluation.pictures` draws them.

In come the figures of runs by name, out comes a file that is the same at every call. The background is white, so that a picture reads
the same in a light and in a dark page. Nothing is measured here.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from itertools import cycle
from pathlib import Path

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from evaluation.docs import FIGURES_DIR, FiguresError, Report, read_report
from index.errors import EdicolaError
from index.settings import PROJECT

PICTURE = PROJECT / "docs" / "pictures" / "calibration.svg"
RUNS = ("written-dev", "squad-held-out", "news-dev", "news-kept")
FIELDS = ("overall", "risk_coverage", "calibration")
SIZE_INCHES = (10.0, 4.8)
PNG_DOTS_PER_INCH = 150

_METADATA: Mapping[str, Mapping[str, None]] = {".svg": {"Date": None, "Creator": None}, ".png": {"Software": None}}  # by ending
_STYLES = (("#0072B2", "o"), ("#D55E00", "s"), ("#009E73", "^"), ("#CC79A7", "D"))  # told apart by the colour-blind too (Okabe & Ito 2008)
_GREY = "#666666"


def draw_calibration(reports: Mapping[str, Report], out: Path) -> None:
    """Draw how well confidence holds, a line a run: the reliability diagram, and the risk at every coverage beside it.

    The ending of `out` says how, .svg or .png. FiguresError for another one, or if the file cannot be written.
    """
    if out.suffix not in _METADATA:
        raise FiguresError(f"{out} is no picture that can be drawn: name a file that ends in {' or '.join(_METADATA)}")
    with matplotlib.rc_context():
        matplotlib.rcdefaults()  # whatever matplotlibrc a machine has
        matplotlib.rcParams["svg.hashsalt"] = "edicola"  # else ids are drawn by chance
        figure = Figure(figsize=SIZE_INCHES, facecolor="white", layout="constrained")
        left, right = figure.subplots(1, 2)
        _draw_reliability(left, reports)
        _draw_risk(right, reports)
        _save(figure, out)


def read_reports(figures_dir: Path, names: Sequence[str] = RUNS) -> dict[str, Report]:
    """Return the figures of these runs by name; FiguresError for a file that cannot be read or lacks what is drawn."""
    reports = {name: read_report(figures_dir, name) for name in names}
    for name, report in reports.items():
        if missing := [field for field in FIELDS if field not in report]:
            path = figures_dir / f"{name}.json"
            raise FiguresError(f"{path} has no {missing[0]!r}: run `edicola evaluate … --json {path}` again")
    return reports


def _draw_reliability(axes: Axes, reports: Mapping[str, Report]) -> None:
    """Draw the share right over the mean confidence of each bin (DeGroot & Fienberg 1983)."""
    axes.plot([0, 1], [0, 1], color=_GREY, linestyle="--", linewidth=1, label="confidence that holds")
    for (name, report), (colour, marker) in zip(reports.items(), cycle(_STYLES)):
        bins = report["calibration"]
        label = f"{name}: error {_short(report['overall']['calibration_error'])}, {sum(count for *_, count in bins)} answers"
        confidences, shares = [confidence for confidence, *_ in bins], [share for _, share, _ in bins]
        gid = f"calibration-{name}"
        axes.plot(confidences, shares, color=colour, marker=marker, markersize=5, label=label, gid=gid, clip_on=False)
    _finish(axes, title="Is confidence the share that is right?", x="mean confidence, in bins of equal count", y="right of those")


def _draw_risk(axes: Axes, reports: Mapping[str, Report]) -> None:
    """Draw the share wrong among the most confident, however many are answered (El-Yaniv & Wiener 2010)."""
    for (name, report), (colour, _) in zip(reports.items(), cycle(_STYLES)):
        curve = report["risk_coverage"]
        label = f"{name}: area {_short(report['overall']['aurc'])}, {report['overall']['questions']} questions"
        axes.plot([coverage for coverage, _ in curve], [risk for _, risk in curve], color=colour, label=label, gid=f"risk-{name}")
    _finish(axes, title="What would be wrong if only the surest were answered?", x="answered, most confident first", y="wrong of those")


def _finish(axes: Axes, *, title: str, x: str, y: str) -> None:
    axes.set(title=title, xlabel=x, ylabel=y, xlim=(0, 1), ylim=(0, 1))
    axes.title.set_fontsize(11)
    axes.xaxis.set_major_formatter(PercentFormatter(xmax=1))
    axes.yaxis.set_major_formatter(PercentFormatter(xmax=1))
    axes.grid(color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.legend(loc="upper left", fontsize=9)


def _save(figure: Figure, out: Path) -> None:
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(out, dpi=PNG_DOTS_PER_INCH, metadata=dict(_METADATA[out.suffix]))
    except OSError as error:
        raise FiguresError(f"{out} cannot be written ({error.strerror}): name a file in a folder that may be written to") from error


def _short(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def main(argv: Sequence[str] | None = None) -> int:
    """Draw the picture of the docs; 2 if it cannot be."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.pictures", description="Draw how well confidence holds, from docs/figures.")
    parser.add_argument("--figures", type=Path, default=FIGURES_DIR, metavar="FOLDER", help=f"where {' and '.join(RUNS)} are")
    parser.add_argument("--out", type=Path, default=PICTURE, metavar="FILE", help="picture to write, .svg or .png")
    args = parser.parse_args(argv)
    try:
        draw_calibration(read_reports(args.figures), args.out)
    except EdicolaError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{args.out} written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
