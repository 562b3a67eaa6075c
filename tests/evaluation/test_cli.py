"""The command, from its arguments to its exit status, with an answerer that needs no models."""

import argparse
import json
import lzma
from pathlib import Path

import pytest

from evaluation.aside import write_articles
from evaluation.cli import add_arguments, run
from evaluation.gold import GoldError
from evaluation.prediction import Prediction, Quote
from evaluation.written import ARTICLES, QUESTIONS
from index.settings import IndexSettings
from retrieval.settings import RetrievalSettings
from retrieval.stance import Stance
from tests.evaluation.word_answerer import PARK, ROSSI, open_words

WOLVES = {
    "id": "lupi",
    "question": "Quanti lupi vivono nel parco?",
    "answers": ["38", "38 lupi"],
    "article_ids": ["parco"],
    "answerable": True,
    "type": "standard",
}
FOLLOW_UP = {
    "id": "scadenza",
    "question": "E quando scade il suo contratto?",
    "history": ["Chi allena il Borgo?"],
    "answers": ["30 giugno 2027"],
    "article_ids": ["rossi"],
    "answerable": True,
    "type": "followup",
}
NOWHERE = {
    "id": "torre",
    "question": "Chi progettò la torre?",
    "answers": [],
    "article_ids": [],
    "answerable": False,
    "type": "unanswerable",
}

AS_OF = ("--as-of", "2025-03-31")


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    """Return a gold file beside a folder of its articles."""
    (tmp_path / "articles").mkdir()
    write_articles([ROSSI, PARK], tmp_path / "articles")
    path = tmp_path / "gold.jsonl"
    path.write_text("\n".join(map(json.dumps, (WOLVES, FOLLOW_UP, NOWHERE))), encoding="utf-8")
    return path


def evaluate(*arguments: str | Path, articles_dir: Path = Path("nowhere")) -> int:
    """Run the command with these arguments."""
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    args = parser.parse_args(list(map(str, arguments)))
    return run(args, IndexSettings(articles_dir=articles_dir), RetrievalSettings(), open_articles=open_words)


def test_gold_questions_give_predictions_a_table_and_figures(gold: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One run writes a line a question in order, prints the table, and writes figures that say where they come from."""
    out, figures = tmp_path / "out" / "predictions.jsonl", tmp_path / "figures.json"
    assert evaluate("--articles", tmp_path / "articles", "--gold", gold, "--predictions", out, "--json", figures, *AS_OF) == 0
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [(line["id"], line["outcome"]) for line in lines] == [("lupi", "answer"), ("scadenza", "answer"), ("torre", "none")]
    assert [line.split()[:2] for line in capsys.readouterr().out.splitlines()[2:5]] == [
        ["followup", "1"],
        ["standard", "1"],
        ["unanswerable", "1"],
    ]
    written = json.loads(figures.read_text(encoding="utf-8"))
    assert (written["overall"]["contains"], written["overall"]["refusal_recall"]) == (1.0, 1.0)
    assert (written["as_of"], written["data"]["articles"]) == ("2025-03-31", 2)
    assert {"made", "command", "commit", "clean", "machine", "versions", "data", "models"} <= written.keys()


def test_the_articles_of_the_settings_are_asked_where_none_are_named(gold: Path, tmp_path: Path) -> None:
    """ARTICLES_DIR is the collection unless --articles names another."""
    assert evaluate("--gold", gold, "--floor", "contains=1", articles_dir=tmp_path / "articles") == 0


def test_a_fallen_floor_exits_with_one_and_is_named(gold: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The figure, its value and its floor are told; one that holds is not."""
    assert evaluate("--articles", tmp_path / "articles", "--gold", gold, "--floor", "contains=0.9", "--floor", "followup.exact=0.5") == 1
    error = capsys.readouterr().err
    assert "followup.exact is 0.0000, below its floor of 0.5" in error
    assert "contains is" not in error


def test_types_and_limit_choose_questions(gold: Path, tmp_path: Path) -> None:
    """Only questions of the types named are asked, and no more of them than the limit."""
    out = tmp_path / "predictions.jsonl"
    evaluate(
        "--articles",
        tmp_path / "articles",
        "--gold",
        gold,
        "--predictions",
        out,
        "--types",
        "followup",
        "--types",
        "standard",
        "--limit",
        "1",
    )
    (line,) = out.read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["id"] in {"lupi", "scadenza"}


def test_gold_articles_that_are_not_indexed_are_told(gold: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder that lacks the articles asked for gives a warning: all its figures would be zero."""
    other = tmp_path / "other"
    other.mkdir()
    write_articles([PARK], other)
    (other / "scan.tiff").write_bytes(b"II*")
    evaluate("--articles", other, "--gold", gold)
    error = capsys.readouterr().err
    assert "1 gold articles are not indexed, first 'rossi' (gold.jsonl:2): is --articles right?" in error
    assert "left out: scan.tiff: files ending in .tiff are not read" in error


def test_squad_and_written_files_bring_their_own_articles(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Their texts are indexed aside and the right ones found among them."""
    answer = {"text": "38 lupi", "answer_start": PARK.text.index("38")}
    asked = [{"id": "s", "question": "Quanti lupi vivono nel parco?", "answers": [answer]}, {"id": "x", "question": "?", "answers": []}]
    paragraphs = [{"context": PARK.text, "qas": asked}, {"context": ROSSI.text, "qas": []}]
    squad = tmp_path / "squad.json"
    squad.write_text(json.dumps({"data": [{"title": "Parco", "paragraphs": paragraphs}]}), encoding="utf-8")
    article = {"id": "parco", "title": PARK.title, "date": None, "text": PARK.text}
    question = {**WOLVES, "article_id": "parco", "history": [], "sentence": "Nel parco vivono 38 lupi.", "split": "dev"}
    for name, record in ((ARTICLES, article), (QUESTIONS, question)):
        (tmp_path / name).write_bytes(lzma.compress(json.dumps(record).encode()))
    assert evaluate("--squad", squad, "--titles", "Parco", "--floor", "source_first=1") == 0
    assert "1 questions dropped" in capsys.readouterr().err
    assert evaluate("--written", tmp_path, "--floor", "sentence=1") == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "exactly one of --gold FILE, --squad FILE and --written DIR"),
        (["--gold", "a", "--squad", "b"], "exactly one of"),
        (["--squad", "a", "--articles", "b"], "--articles goes with --gold only"),
        (["--gold", "none.jsonl"], r"none\.jsonl cannot be read"),
    ],
)
def test_what_cannot_be_asked_is_an_error(arguments: list[str], message: str) -> None:
    """The message says which options go together, or what cannot be read."""
    with pytest.raises(GoldError, match=message):
        evaluate(*arguments)


@pytest.mark.parametrize("arguments", [["--limit", "0"], ["--floor", "contains"], ["--floor", "aurc=0.1"], ["--as-of", "domani"]])
def test_a_value_that_cannot_be_used_is_refused_at_once(arguments: list[str]) -> None:
    """The parser exits with 2 before anything is indexed."""
    with pytest.raises(SystemExit, match="2"):
        evaluate(*arguments)


def test_predictions_are_written_as_they_come(gold: Path, tmp_path: Path) -> None:
    """A prediction is one line of JSON that `Prediction` can be made from again."""
    out = tmp_path / "predictions.jsonl"
    evaluate("--articles", tmp_path / "articles", "--gold", gold, "--predictions", out)
    fields = json.loads(out.read_text(encoding="utf-8").splitlines()[0])
    assert fields.pop("answered")
    quotes = tuple(Quote(**{**quote, "stance": Stance(quote["stance"])}) for quote in fields["quotes"])
    again = Prediction(**{**fields, "shown": tuple(fields["shown"]), "article_ids": tuple(fields["article_ids"]), "quotes": quotes})
    assert json.loads(again.to_json()) == {**fields, "answered": True}


@pytest.mark.parametrize("option", ["--json", "--predictions"])
def test_a_file_that_cannot_be_written_is_named(gold: Path, tmp_path: Path, option: str) -> None:
    """A place where nothing can be written is an error with its name and the mend."""
    with pytest.raises(GoldError, match=r"gold\.jsonl/out cannot be written .*: name a file in a folder"):
        evaluate("--articles", tmp_path / "articles", "--gold", gold, option, gold / "out")
