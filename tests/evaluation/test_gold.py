"""Gold questions are read as written, and what cannot be used is named with its place and its mend."""

import datetime
import json
import lzma
from pathlib import Path

import pytest

from evaluation.gold import GoldError, GoldQuestion, gold_digest, of_types, read_gold, sample

LINE = {
    "id": "q1",
    "question": "E il vice?",
    "history": ["Chi allena il Borgo?"],
    "asked_on": "2025-03-31",
    "answers": ["Mario Rossi"],
    "article_ids": ["rossi"],
    "answerable": True,
    "type": "followup",
}


def write(folder: Path, *lines: object, name: str = "gold.jsonl") -> Path:
    """Write a gold file, each object as JSON and each string as it is."""
    path = folder / name
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), encoding="utf-8")
    return path


def test_a_line_gives_every_field(tmp_path: Path) -> None:
    """All fields of DESIGN's gold files arrive, and where the line stood."""
    expected = GoldQuestion(
        id="q1",
        question="E il vice?",
        answers=("Mario Rossi",),
        article_ids=("rossi",),
        answerable=True,
        type="followup",
        history=("Chi allena il Borgo?",),
        asked_on=datetime.date(2025, 3, 31),
        origin="gold.jsonl:1",
    )
    assert [expected] == read_gold(write(tmp_path, LINE))


def test_history_day_and_type_may_be_missing(tmp_path: Path) -> None:
    """A question without history, date and type is a standard one."""
    line = {name: LINE[name] for name in ("id", "question", "answers", "article_ids", "answerable")}
    (question,) = read_gold(write(tmp_path, line))
    assert (question.history, question.asked_on, question.type) == ((), None, "standard")


def test_packed_files_and_blank_lines_are_read(tmp_path: Path) -> None:
    """A .xz file is unpacked and blank lines are passed over, the count of lines going on."""
    path = tmp_path / "gold.jsonl.xz"
    path.write_bytes(lzma.compress(f"\n{json.dumps(LINE)}\r\n\n".encode("utf-8-sig")))
    assert [question.origin for question in read_gold(path)] == ["gold.jsonl.xz:2"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", r"gold\.jsonl:2: the line is not JSON"),
        ("[]", r"gold\.jsonl:2: the line is not a JSON object"),
        ({**LINE, "id": 7}, r"gold\.jsonl:2: `id` is missing"),
        ({**LINE, "id": "q2", "question": " "}, r"gold\.jsonl:2: `question` is missing, empty"),
        ({**LINE, "id": "q2", "answers": "Rossi"}, r"gold\.jsonl:2: `answers` is no list"),
        ({**LINE, "id": "q2", "answers": [""]}, r"gold\.jsonl:2: `answers` is no list of strings that are not empty"),
        ({**LINE, "id": "q2", "answerable": "true"}, r"gold\.jsonl:2: `answerable` is neither true nor false"),
        ({**LINE, "id": "q2", "answers": []}, r"gold\.jsonl:2: `answerable` is true without"),
        ({**LINE, "id": "q2", "answerable": False}, r"gold\.jsonl:2: `answerable` is false, and there are `answers`"),
        ({**LINE, "id": "q2", "asked_on": "31 marzo"}, r"gold\.jsonl:2: `asked_on` is '31 marzo', not a date such as"),
        (LINE, r"gold\.jsonl:2: id 'q1' is already that of gold\.jsonl:1"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: object, message: str) -> None:
    """The error names the file, the line and what to write instead."""
    with pytest.raises(GoldError, match=message):
        read_gold(write(tmp_path, LINE, line))


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A missing file, a damaged archive and a line in another encoding are errors of ours, not tracebacks."""
    damaged = tmp_path / "gold.jsonl.gz"
    damaged.write_bytes(b"not packed")
    latin = tmp_path / "latin.jsonl"
    latin.write_bytes(b'{}\n{"id": "perch\xe9"}\n')
    for path, message in ((tmp_path / "none.jsonl", "none.jsonl cannot be read"), (damaged, "cannot be read"), (latin, "latin.jsonl:2: ")):
        with pytest.raises(GoldError, match=message):
            read_gold(path)


def test_ids_are_unique_across_files(tmp_path: Path) -> None:
    """Two files with one id between them cannot be asked together."""
    with pytest.raises(GoldError, match=r"b\.jsonl:1: id 'q1' is already that of a\.jsonl:1"):
        read_gold(write(tmp_path, LINE, name="a.jsonl"), write(tmp_path, LINE, name="b.jsonl"))


def test_a_sample_does_not_depend_on_what_else_is_there() -> None:
    """The questions chosen from many are, as far as they are there, those chosen from fewer, and keep their order."""
    questions = [GoldQuestion(f"q{number}", "?") for number in range(50)]
    chosen = sample(questions, 10)
    assert len(chosen) == 10
    assert chosen == sample(chosen, 10) == [question for question in questions if question in chosen]
    assert set(sample(questions[:25], 10)) >= {question for question in chosen if question in questions[:25]}


def test_types_choose_questions_and_an_unknown_one_is_an_error() -> None:
    """No type means all; a type that no question has is a slip, not an empty run."""
    questions = [GoldQuestion("a", "?", type="typo"), GoldQuestion("b", "?", type="standard")]
    assert questions == of_types(questions, ())
    assert questions[:1] == of_types(questions, {"typo"})
    with pytest.raises(GoldError, match="no question is of type 'tipo': there are standard, typo"):
        of_types(questions, {"tipo"})


def test_the_digest_changes_with_what_is_said_and_not_with_its_place() -> None:
    """Moving a line leaves the digest as it is; another gold answer changes it."""
    here, there = GoldQuestion("a", "?", ("x",), origin="one:1"), GoldQuestion("a", "?", ("x",), origin="two:9")
    other = GoldQuestion("a", "?", ("y",))
    assert gold_digest([here]) == gold_digest([there]) != gold_digest([other])


def test_json_nested_without_end_is_named(tmp_path: Path) -> None:
    """A line too deep to be read is an error with file and line."""
    path = tmp_path / "deep.jsonl"
    path.write_text("[" * 200_000, encoding="utf-8")
    with pytest.raises(GoldError, match=r"deep\.jsonl:1: the line is not JSON"):
        read_gold(path)
