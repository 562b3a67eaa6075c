"""Floors: a figure that falls below one is named, and those pinned in evaluation/floors.toml hold."""

from pathlib import Path

import pytest

from evaluation.aside import open_aside
from evaluation.floors import Floor, Gate, fallen, parse_floor, read_gates
from evaluation.gold import GoldError, read_gold, sample
from evaluation.run import answer_all
from evaluation.scores import judge, score
from index.settings import IndexSettings
from retrieval.settings import RetrievalSettings
from tests.evaluation.test_scores import ALL


def test_a_floor_is_a_name_and_a_value() -> None:
    """The form of the command line is NAME=VALUE, with a type before the name if only its questions count."""
    assert [parse_floor("contains=0.75"), parse_floor("typo.recall@1=0.5")] == [Floor("contains", 0.75), Floor("typo.recall@1", 0.5)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("contains", "is not NAME=VALUE"),
        ("=0.5", "is not NAME=VALUE"),
        ("contains=high", "is not NAME=VALUE"),
        ("contains=nan", "is not NAME=VALUE"),
        ("aurc=0.1", "aurc has no floor: less of it is better"),
        ("typo.long_quotes=0", "less of it is better"),
    ],
)
def test_what_is_no_floor_is_refused(text: str, message: str) -> None:
    """A floor needs a name and a number, and a figure of which more is better."""
    with pytest.raises(ValueError, match=message):
        parse_floor(text)


def test_fallen_figures_are_named_with_their_value() -> None:
    """Only figures below their floor are named; a figure on its floor holds."""
    floors = [Floor("contains", 0.6), Floor("exact", 0.75), Floor("standard.contains_first", 0.5)]
    assert fallen(score(ALL), floors) == [
        "exact is 0.6000, below its floor of 0.75",
        "standard.contains_first is 0.4000, below its floor of 0.5",
    ]


@pytest.mark.parametrize("name", ["sentence", "no-such-figure", "no-such-type.contains"])
def test_a_figure_that_was_not_measured_counts_as_fallen(name: str) -> None:
    """A floor cannot be kept by measuring nothing, nor by a mistyped name."""
    assert fallen(score(ALL), [Floor(name, 0.0)]) == [f"{name} could not be measured, its floor is 0"]


def test_a_gate_without_its_parts_is_an_error(tmp_path: Path) -> None:
    """A table that lacks a part is named with its file."""
    path = tmp_path / "floors.toml"
    path.write_text('[visible]\ngold = "gold.jsonl"\n', encoding="utf-8")
    with pytest.raises(GoldError, match=r"floors\.toml.*every table needs gold, articles, limit, as_of and floors"):
        read_gates(path)


@pytest.mark.parametrize("gate", read_gates(), ids=lambda gate: gate.name)
def test_the_pinned_floors_hold(gate: Gate) -> None:
    """The built-in models answer the fixed questions of the gate at least as well as evaluation/floors.toml says."""
    settings = IndexSettings(articles_dir=gate.articles)
    for needed in (gate.gold, gate.articles, Path(settings.encoder_model)):
        if not needed.exists():
            pytest.skip(f"{needed} is not there yet")
    questions = sample(read_gold(gate.gold), gate.limit)
    with open_aside(gate.articles, settings, RetrievalSettings(as_of=gate.as_of), lambda _: None) as aside:
        predictions = list(answer_all(aside.answerer, questions, gate.as_of))
    assert fallen(score(judge(questions, predictions)), gate.floors) == []
