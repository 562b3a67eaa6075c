"""Floors: figures that must not fall. They are given on the command line, or pinned in `evaluation/floors.toml`."""

import datetime
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from evaluation.gold import GoldError
from evaluation.scores import LESS_IS_BETTER, Scores

FLOORS_FILE = Path(__file__).parent / "floors.toml"

_FLOOR = re.compile(r"([^=\s]+)\s*=\s*(\d*\.?\d+)")


@dataclass(frozen=True, slots=True)
class Floor:
    """The least that a figure may be; `name` is `contains`, or `typo.contains` for the questions of one type."""

    name: str
    least: float


@dataclass(frozen=True, slots=True)
class Gate:
    """A fixed run and its floors: which questions, how many of them, on which articles, seen from which day."""

    name: str
    gold: Path
    articles: Path
    limit: int
    as_of: datetime.date
    floors: tuple[Floor, ...]


def parse_floor(text: str) -> Floor:
    """Read `NAME=VALUE`; ValueError says what cannot be used."""
    match = _FLOOR.fullmatch(text.strip())
    if not match:
        raise ValueError(f"{text!r} is not NAME=VALUE, such as contains=0.75")
    return _floor(match[1], float(match[2]))


def read_gates(path: Path = FLOORS_FILE) -> list[Gate]:
    """Read the pinned gates; paths in the file are relative to the folder above it. GoldError names what is wrong."""
    project = path.resolve().parent.parent
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
        return [
            Gate(
                name=name,
                gold=project / table["gold"],
                articles=project / table["articles"],
                limit=int(table["limit"]),
                as_of=table["as_of"],
                floors=tuple(_floor(figure, float(least)) for figure, least in table["floors"].items()),
            )
            for name, table in tables.items()
        ]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise GoldError(f"{path}: {error!r}: every table needs gold, articles, limit, as_of and floors") from error


def fallen(scores: Scores, floors: Iterable[Floor]) -> list[str]:
    """Return a sentence for every floor that is not kept; a figure that could not be measured counts as fallen."""
    return [sentence for floor in floors if (sentence := _verdict(scores, floor))]


def _verdict(scores: Scores, floor: Floor) -> str:
    type_, _, name = floor.name.rpartition(".")
    figures = scores.by_type.get(type_, {}) if type_ else scores.overall
    value = figures.get(name)
    if value is None:
        return f"{floor.name} could not be measured, its floor is {floor.least:g}"
    return f"{floor.name} is {value:.4f}, below its floor of {floor.least:g}" if value < floor.least else ""


def _floor(name: str, least: float) -> Floor:
    if name.rpartition(".")[2] in LESS_IS_BETTER:
        raise ValueError(f"{name} has no floor: less of it is better")
    return Floor(name, least)
