"""Outcomes as they are written down: what was shown, in the order in which it was shown."""

import json

from bot.markup import Reply
from bot.replies import outcome_reply
from evaluation.prediction import predict
from index.articles import Article
from index.dates import period
from retrieval.answer import Answer, NoAnswer, Outcome, Reason, Tentative
from tests.evaluation.word_answerer import PARK, ROSSI, cite

EARLIER = Article("prima", "Il contratto di Rossi scade nel 2026.", title="Prima", published=period(2024))
ANSWER = Answer(
    cite(EARLIER, EARLIER.text, "nel 2026"),
    0.9,
    others=(cite(PARK, "Nel parco vivono 38 lupi."),),
    alternatives=(cite(ROSSI, "Il suo contratto scade il 30 giugno 2027."),),
)
TENTATIVE = Tentative((cite(PARK, "Nel parco vivono 38 lupi.", "38 lupi"), cite(ROSSI, "Mario Rossi allena il Borgo.")), 0.4)


def test_a_line_has_the_fields_that_design_fixes() -> None:
    """An answer's line names its span, its sentence, the quotes shown and the articles, the cited one first."""
    line = json.loads(predict("q1", ANSWER, ["parco", "prima", "rossi"], 12.3456).to_json())
    expected = {
        "id": "q1",
        "outcome": "answer",
        "answered": True,
        "answer": "nel 2026",
        "sentence": "Il contratto di Rossi scade nel 2026.",
        "shown": ["Il contratto di Rossi scade nel 2026.", "Il suo contratto scade il 30 giugno 2027."],
        "article_ids": ["prima", "parco", "rossi"],
        "confidence": 0.9,
        "milliseconds": 12.346,
        "quotes": [
            {"sentence": sentence, "article_id": id_, "published": published, "stance": "fact", "speaker": ""}
            for sentence, id_, published in (
                ("Il contratto di Rossi scade nel 2026.", "prima", "2024"),
                ("Il suo contratto scade il 30 giugno 2027.", "rossi", str(ROSSI.published or "")),
            )
        ],
    }
    assert expected == line
    assert list(expected) == list(line)


def test_tentative_quotes_are_no_answer_and_the_first_is_written_down() -> None:
    """Tentative: not answered, the first quote as answer and sentence, all of them shown."""
    prediction = predict("q1", TENTATIVE, ["parco", "rossi"], 1.0)
    assert (
        prediction.outcome, prediction.answered, prediction.answer, prediction.sentence,
    ) == ("tentative", False, "38 lupi", "Nel parco vivono 38 lupi.")  # fmt: skip
    assert len(prediction.shown) == 2


def test_no_answer_shows_nothing_and_still_names_what_was_found() -> None:
    """None: no words are shown, the articles found are kept for the ranking figures, the confidence for its curve."""
    prediction = predict("q1", NoAnswer(Reason.FACT_NOT_FOUND, (ROSSI,), 0.1), ["rossi"], 1.0)
    assert (
        prediction.outcome, prediction.answer, prediction.sentence, prediction.shown, prediction.article_ids, prediction.confidence,
    ) == ("none", "", "", (), ("rossi",), 0.1)  # fmt: skip


def test_what_counts_as_shown_is_what_the_card_quotes() -> None:
    """The quotations of the bot's card are the quotes that are evaluated, in the same order."""
    outcomes: list[Outcome] = [ANSWER, TENTATIVE, NoAnswer(Reason.UNKNOWN_SUBJECT)]
    assert [_quotations(outcome_reply(outcome)) for outcome in outcomes] == [predict("q", outcome, (), 0.0).shown for outcome in outcomes]


def _quotations(reply: Reply) -> tuple[str, ...]:
    paragraphs = (paragraph for block in reply.blocks for paragraph in block.paragraphs if paragraph.is_quote)
    return tuple("".join(run.text for run in paragraph.runs) for paragraph in paragraphs)
