"""Gold files are proofread against their articles."""

import datetime
import json
from dataclasses import replace
from pathlib import Path

import pytest

from evaluation.aside import write_articles
from evaluation.check import main, problems
from evaluation.floors import FLOORS_FILE
from evaluation.gold import GoldQuestion, read_gold
from index.articles import Article
from index.reading.folder import read_folder
from index.settings import PROJECT
from tests.evaluation.word_answerer import PARK, ROSSI

ARTICLES = {article.id: article for article in (ROSSI, PARK)}
RIGHT = GoldQuestion(
    "q1", "Quando scade?", ("30 giugno 2027",), ("rossi",), sentence="Il suo contratto scade il 30 giugno 2027.", origin="g:1"
)
REFUSED = GoldQuestion("q2", "Chi vince?", answerable=False, type="unanswerable", origin="g:2")


def test_sound_questions_have_no_problems() -> None:
    """Literal answers of existing articles and enough unanswerable questions: nothing to say."""
    assert problems([RIGHT, REFUSED], ARTICLES) == []


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        (replace(RIGHT, answers=("30 Giugno 2027",)), "g:1: the answer '30 Giugno 2027' stands in none of the articles named"),
        (replace(RIGHT, sentence="Scade nel 2027."), "g:1: the sentence 'Scade nel 2027.' stands in none"),
        (replace(RIGHT, article_ids=("rossi", "verdi")), "g:1: there is no article 'verdi'"),
        (replace(RIGHT, article_ids=("rossi", "parco")), "g:1: the article 'parco' holds none of the answers"),
        (replace(RIGHT, type="followup"), "g:1: the type is followup, and `history` is empty"),
        (replace(REFUSED, article_ids=("rossi",)), "g:2: `answerable` is false, and there are `article_ids`"),
        (replace(REFUSED, question="quando SCADE?"), "g:2: the same question is asked in g:1"),
        (replace(REFUSED, answerable=True, answers=("38",), article_ids=("parco",)), "only 0% of the questions are unanswerable"),
    ],
)
def test_a_problem_is_named_with_its_line(changed: GoldQuestion, problem: str) -> None:
    """Each slip gives a sentence of its own, with the place and the mend."""
    questions = [changed, REFUSED] if changed.id == "q1" else [RIGHT, changed]
    assert any(found.startswith(problem) for found in problems(questions, ARTICLES))


def test_one_question_may_be_asked_on_two_days() -> None:
    """Time is part of the question: on another day it is another one."""
    later = replace(RIGHT, id="q3", asked_on=datetime.date(2025, 3, 31))
    assert problems([RIGHT, later, REFUSED], ARTICLES) == []


def test_the_command_counts_types_and_exits_by_what_it_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """0 without problems, 1 with them, 2 where the files cannot be read."""
    write_articles([ROSSI, PARK], tmp_path)
    right = {"id": "q1", "question": "Quanti lupi?", "answers": ["38"], "article_ids": ["parco"], "answerable": True}
    refused = {"id": "q2", "question": "Chi vince?", "answers": [], "article_ids": [], "answerable": False, "type": "unanswerable"}
    good, bad = tmp_path / "good.gold", tmp_path / "bad.gold"
    good.write_text("\n".join(map(json.dumps, (right, refused))), encoding="utf-8")
    bad.write_text(json.dumps({**right, "answers": ["39"]}), encoding="utf-8")
    codes = [main([str(gold), str(tmp_path)]) for gold in (good, bad, tmp_path / "none.gold")]
    assert codes == [0, 1, 2]
    assert "2  questions on 2 articles, 1 unanswerable" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["visible.jsonl", "kept.jsonl"])
def test_the_committed_gold_files_are_sound(name: str) -> None:
    """The project's own gold questions have no problem in the project's own articles."""
    path = FLOORS_FILE.parent / "gold" / name
    if not path.exists():
        pytest.skip(f"{path} is not there yet")
    articles = {item.id: item for item in read_folder(PROJECT / "articles") if isinstance(item, Article)}
    assert problems(read_gold(path), articles) == []
