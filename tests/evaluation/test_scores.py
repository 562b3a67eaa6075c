"""Figures of a run: each is a mean over exactly the questions that it speaks of."""

import pytest

from evaluation.gold import GoldError, GoldQuestion
from evaluation.prediction import OutcomeName, Prediction
from evaluation.scores import LESS_IS_BETTER, RATES, Judged, figures, judge, score

LONG_QUOTE = "parola " * 60 + "Roma"


def gold(id_: str, answer: str = "Roma", *, type_: str = "standard", sentence: str = "") -> GoldQuestion:
    """Return a question that article `a` answers, or none where the answer is empty."""
    if not answer:
        return GoldQuestion(id_, "?", answerable=False, type="unanswerable")
    return GoldQuestion(id_, "?", (answer,), ("a",), type=type_, sentence=sentence)


def said(id_: str, outcome: OutcomeName, *shown: str, articles: str = "abc", confidence: float = 0.5, answer: str = "Roma") -> Prediction:
    """Return a prediction with these quotes from these articles, one letter each."""
    first = shown[0] if shown else ""
    return Prediction(id_, outcome, answer if shown else "", first, shown, tuple(articles), confidence, 10.0)


RIGHT = Judged(gold("right"), said("right", "answer", "Vive a Roma.", confidence=0.9))
WRONG_SOURCE = Judged(gold("source"), said("source", "answer", "Vive a Roma.", articles="ba", confidence=0.8))
SECOND_QUOTE = Judged(gold("second"), said("second", "tentative", "Vive a Pisa.", "Vive a Roma.", confidence=0.4, answer="Pisa"))
TOO_LONG = Judged(gold("long"), said("long", "answer", LONG_QUOTE, confidence=0.7))
SILENT = Judged(gold("silent"), said("silent", "none", confidence=0.1))
FOOLED = Judged(gold("fooled", ""), said("fooled", "answer", "Vive a Roma.", confidence=0.6))
REFUSED = Judged(gold("refused", ""), said("refused", "none", confidence=0.2))
HEDGED = Judged(gold("hedged", ""), said("hedged", "tentative", "Vive a Roma.", confidence=0.3))
ALL = [RIGHT, WRONG_SOURCE, SECOND_QUOTE, TOO_LONG, SILENT, FOOLED, REFUSED, HEDGED]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("questions", 8),
        ("answerable", 5),
        ("answered", 4 / 8),
        ("tentative", 2 / 8),
        ("none", 2 / 8),
        ("recall@1", 4 / 5),  # all but the wrong source
        ("recall@3", 5 / 5),
        ("mrr@10", (4 + 1 / 2) / 5),
        ("contains", 3 / 5),  # right, wrong source, second quote; the long one does not count
        ("contains_first", 2 / 5),
        ("exact", 3 / 5),
        ("source_first", 3 / 5),  # the silent one cites nothing
        ("answer_recall", 1 / 5),
        ("answer_precision", 1 / 4),  # wrong source, too long and fooled are wrong
        ("refusal_recall", 2 / 3),  # tentative quotes refuse
        ("refusal_precision", 2 / 4),
        ("long_quotes", 1 / 6),
        ("words_shown", 3),
        ("milliseconds_p50", 10),
    ],
)
def test_figures_by_hand(name: str, expected: float) -> None:
    """Every figure, on eight questions of which each shows one thing that can happen."""
    assert figures(ALL)[name] == pytest.approx(expected)


def test_sentence_hits_are_measured_where_the_sentence_is_known() -> None:
    """Questions without a gold sentence have no say in the rate; without any it is None."""
    known = Judged(gold("known", sentence="Vive a Roma."), said("known", "answer", "Vive a Roma."))
    assert (figures([known, TOO_LONG])["sentence"], figures(ALL)["sentence"]) == (1.0, None)


def test_figures_that_cannot_be_measured_are_none_not_zero() -> None:
    """Where every question is answerable there is no refusal to recall."""
    assert figures([RIGHT])["refusal_recall"] is None


def test_scores_are_taken_by_type_too() -> None:
    """Each type has figures of its own questions only."""
    scores = score(ALL)
    assert list(scores.by_type) == ["standard", "unanswerable"]
    assert (scores.by_type["standard"]["questions"], scores.by_type["unanswerable"]["recall@1"]) == (5.0, None)


def test_intervals_surround_their_rates() -> None:
    """Every rate that could be measured has an interval around it."""
    scores = score(ALL)
    for name, (low, high) in scores.intervals.items():
        value = scores.overall[name]
        assert value is not None
        assert low <= value <= high


def test_the_curve_is_thinned_and_keeps_its_end() -> None:
    """However many questions, at most a hundred points are kept, the one at full coverage always."""
    many = [Judged(gold(f"q{i}"), said(f"q{i}", "answer", "Vive a Roma.", confidence=i / 1000)) for i in range(1001)]
    curve = score(many).risk_coverage
    assert len(curve) <= 100
    assert curve[-1] == (1.0, 0.0)
    assert list(curve) == sorted(curve)


def test_calibration_speaks_of_what_was_shown() -> None:
    """The silent and the refused are in no bin, as they are in no calibration error; the bins give that error."""
    scores = score(ALL)
    assert scores.calibration == ((0.3, 0.0, 1), (0.4, 0.0, 1), (0.6, 0.0, 1), (0.7, 0.0, 1), (0.8, 0.0, 1), (0.9, 1.0, 1))
    assert scores.overall["calibration_error"] == pytest.approx((0.3 + 0.4 + 0.6 + 0.7 + 0.8 + 0.1) / 6)
    assert score([SILENT, REFUSED]).calibration == ()


def test_a_question_without_prediction_is_an_error() -> None:
    """A run that was cut short is not scored as if it had been whole."""
    with pytest.raises(GoldError, match="1 questions have no prediction, first 'silent'"):
        judge([SILENT.gold], [RIGHT.prediction])


def test_what_is_better_less_is_a_figure() -> None:
    """The names of figures of which less is better are names of figures."""
    assert figures(ALL).keys() >= LESS_IS_BETTER
    assert len({rate.name for rate in RATES}) == len(RATES)
