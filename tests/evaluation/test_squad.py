"""SQuAD files become a collection of paragraphs with the questions of the chosen titles."""

import gzip
import json
from pathlib import Path

import pytest

from evaluation.gold import GoldError
from evaluation.squad import read_squad

RENO = "Il Reno nasce in Svizzera e sfocia nel Mare del Nord."
KENYA = "Nairobi è la capitale del Kenya."


def question(id_: str, *answers: tuple[str, int]) -> dict[str, object]:
    """Return a question in SQuAD's format."""
    return {"id": id_, "question": f"Domanda {id_}?", "answers": [{"text": text, "answer_start": start} for text, start in answers]}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a packed file of two articles and three paragraphs; one question has no aligned answer."""
    reno = {"title": "Reno", "paragraphs": [
        {"context": RENO, "qas": [question("r1", ("Svizzera", 17), ("Svizzera", 17), ("Svizzera", 3)), question("r2", ("Svizzera", 1))]},
        {"context": "È lungo 1.230 km.", "qas": []},
    ]}  # fmt: skip
    kenya = {"title": "Kenya", "paragraphs": [{"context": KENYA, "qas": [question("k1", ("Nairobi", 0))]}]}
    path = tmp_path / "squad.json.gz"
    path.write_bytes(gzip.compress(json.dumps({"data": [reno, kenya]}).encode()))
    return path


def test_every_paragraph_is_an_article_and_only_chosen_titles_are_asked(path: Path) -> None:
    """The haystack is the whole file, the questions are those of the titles."""
    collection = read_squad(path, ["Kenya"])
    assert [(a.id, a.title) for a in collection.articles] == [("Reno/1", "Reno"), ("Reno/2", "Reno"), ("Kenya/1", "Kenya")]
    assert [(q.id, q.article_ids, q.answers) for q in collection.questions] == [("k1", ("Kenya/1",), ("Nairobi",))]


def test_misaligned_answers_are_dropped(path: Path) -> None:
    """An answer that does not stand at its offset is left out, and a question left with none is dropped and counted."""
    collection = read_squad(path)
    assert [(q.id, q.answers) for q in collection.questions] == [("r1", ("Svizzera",)), ("k1", ("Nairobi",))]
    assert collection.dropped == 1


def test_headlines_can_be_left_out(path: Path) -> None:
    """Without headlines the paragraph must be found by its text alone."""
    assert {""} == {article.title for article in read_squad(path, headline=False).articles}


def test_an_unknown_title_is_named_with_the_known_ones(path: Path) -> None:
    """A mistyped title would silently ask nothing."""
    with pytest.raises(GoldError, match=r"no article has the title 'Renno'.*Kenya, Reno"):
        read_squad(path, ["Reno", "Renno"])


def test_questions_declared_impossible_are_unanswerable(tmp_path: Path) -> None:
    """The second version of the format marks questions that the paragraph does not answer."""
    impossible = {"id": "x", "question": "?", "answers": [], "is_impossible": True}
    path = tmp_path / "squad.json"
    path.write_text(json.dumps({"data": [{"title": "T", "paragraphs": [{"context": "C", "qas": [impossible]}]}]}), encoding="utf-8")
    (found,) = read_squad(path).questions
    assert (found.answerable, found.answers, found.article_ids, found.type) == (False, (), (), "unanswerable")


def test_a_file_in_another_format_is_named(tmp_path: Path) -> None:
    """JSON without data → paragraphs → qas is an error with the file's name."""
    path = tmp_path / "other.json"
    path.write_text('{"data": [{"title": "T"}]}', encoding="utf-8")
    with pytest.raises(GoldError, match=r"other\.json is not in the format of SQuAD"):
        read_squad(path)


@pytest.mark.parametrize("record", [{"id": "x", "question": "?"}, {"id": "x", "question": "?", "answers": [{"text": "C"}]}, "?"])
def test_a_question_without_answers_is_named(tmp_path: Path, record: object) -> None:
    """A question that lacks what the format asks for is an error with file, article and mend."""
    path = tmp_path / "squad.json"
    path.write_text(json.dumps({"data": [{"title": "T", "paragraphs": [{"context": "C", "qas": [record]}]}]}), encoding="utf-8")
    with pytest.raises(GoldError, match=r"squad\.json: a question on T/1 cannot be used .*: give it `id`, `question` and `answers`"):
        read_squad(path)


def test_json_nested_without_end_is_named(tmp_path: Path) -> None:
    """JSON too deep to be read is an error with the file's name."""
    path = tmp_path / "deep.json"
    path.write_text("[" * 200_000, encoding="utf-8")
    with pytest.raises(GoldError, match=r"deep\.json is not in the format of SQuAD"):
        read_squad(path)
