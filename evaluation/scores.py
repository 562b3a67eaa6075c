"""Figures of a run: predictions held against gold questions, over all of them and by type.

A figure is a mean over the questions that it speaks of, named in its line of `RATES`, or one of the few that are no means. A figure over
nothing is None.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from evaluation import metrics
from evaluation.gold import GoldError, GoldFact, GoldQuestion
from evaluation.prediction import Prediction
from retrieval.stance import Stance

Figures = Mapping[str, float | None]

RISK_POINTS = 100  # of the risk–coverage curve, at most


@dataclass(frozen=True, slots=True)
class Judged:
    """A gold question with what was answered to it."""

    gold: GoldQuestion
    prediction: Prediction

    @property
    def is_answerable(self) -> bool:
        """True if some article answers the question."""
        return self.gold.answerable

    @property
    def is_shown(self) -> bool:
        """True if any quote was shown."""
        return bool(self.prediction.shown)

    @property
    def is_right_source(self) -> bool:
        """True if something is quoted, and first from an article that answers."""
        return self.is_shown and self.prediction.article_ids[0] in self.gold.article_ids

    @property
    def is_right(self) -> bool:
        """True if the first quote holds a gold answer and comes from an article that answers: the strictest reading."""
        return self.is_right_source and metrics.contains_answer(self.prediction.shown[0], self.gold.answers)

    @property
    def stance(self) -> Stance:
        """How the first quote is said to be told."""
        return self.prediction.quotes[0].stance if self.prediction.quotes else Stance.FACT

    @property
    def is_judged(self) -> bool:
        """True if somebody judged how the right answer is told, and it is the one shown."""
        return bool(self.gold.status) and self.is_right

    @property
    def is_speaker_named(self) -> bool:
        """True if the card names who says it, by at least the last word of the name."""
        speaker = self.prediction.quotes[0].speaker if self.prediction.quotes else ""
        return bool(speaker) and metrics.contains_answer(speaker, (self.gold.speaker.split()[-1],))

    def is_quoted(self, fact: GoldFact) -> bool:
        """True if a quote from one of its articles holds one of a fact's answers."""
        return any(q.article_id in fact.article_ids and metrics.contains_answer(q.sentence, fact.answers) for q in self.prediction.quotes)

    def is_quoted_with_date(self, fact: GoldFact) -> bool:
        """True if a quote after the first, with a known date, holds one of a fact's answers."""
        later = [quote for quote in self.prediction.quotes[1:] if quote.published and quote.article_id in fact.article_ids]
        return any(metrics.contains_answer(quote.sentence, fact.answers) for quote in later)

    @property
    def shown_words(self) -> int:
        """How many words a person has to read."""
        return sum(map(metrics.count_words, self.prediction.shown))


@dataclass(frozen=True, slots=True)
class Rate:
    """A figure that is a mean of `value` over the questions that it is `over`."""

    name: str
    over: Callable[[Judged], bool]
    value: Callable[[Judged], float]

    def values(self, judged: Sequence[Judged]) -> list[float]:
        """Return the value of each question that the rate speaks of."""
        return [float(self.value(item)) for item in judged if self.over(item)]


@dataclass(frozen=True, slots=True)
class Scores:
    """All figures of a run. `intervals` are those of the overall means; `risk_coverage` is the curve of the confidences.

    `calibration` are the bins of `calibration_error`: (mean confidence, share right, count), of the questions to which anything was shown.
    """

    overall: Figures
    by_type: Mapping[str, Figures]
    intervals: Mapping[str, tuple[float, float]]
    risk_coverage: tuple[tuple[float, float], ...]
    calibration: tuple[tuple[float, float, int], ...]


def _everything(_: Judged) -> bool:
    return True


def _is_answerable(item: Judged) -> bool:
    return item.is_answerable


def _has_sentence(item: Judged) -> bool:
    return item.is_answerable and bool(item.gold.sentence)


RATES = (
    Rate("answered", _everything, lambda item: item.prediction.answered),
    Rate("tentative", _everything, lambda item: item.prediction.outcome == "tentative"),
    Rate("none", _everything, lambda item: item.prediction.outcome == "none"),
    # the right article among those found, whatever is said
    Rate("recall@1", _is_answerable, lambda item: metrics.recall_at(1, item.prediction.article_ids, item.gold.article_ids)),
    Rate("recall@3", _is_answerable, lambda item: metrics.recall_at(3, item.prediction.article_ids, item.gold.article_ids)),
    Rate("recall@10", _is_answerable, lambda item: metrics.recall_at(10, item.prediction.article_ids, item.gold.article_ids)),
    Rate("mrr@10", _is_answerable, lambda item: metrics.reciprocal_rank(item.prediction.article_ids, item.gold.article_ids)),
    Rate("ndcg@10", _is_answerable, lambda item: metrics.ndcg(item.prediction.article_ids, item.gold.article_ids)),
    # the right words among those shown, as an answer or as tentative quotes
    Rate("contains", _is_answerable, lambda item: any(metrics.contains_answer(q, item.gold.answers) for q in item.prediction.shown)),
    Rate(
        "contains_first", _is_answerable, lambda item: any(metrics.contains_answer(q, item.gold.answers) for q in item.prediction.shown[:1])
    ),
    Rate("exact", _is_answerable, lambda item: metrics.exact_match(item.prediction.answer, item.gold.answers)),
    Rate("f1", _is_answerable, lambda item: metrics.token_f1(item.prediction.answer, item.gold.answers)),
    Rate("source_first", _is_answerable, lambda item: item.is_right_source),
    Rate("sentence", _has_sentence, lambda item: metrics.is_same_sentence(item.prediction.sentence, item.gold.sentence, item.gold.answers)),
    Rate("right_first", _is_answerable, lambda item: item.is_right),
    # news: what was said before is shown and dated, every part is answered, rumours and statements are marked as such
    Rate("older_shown", lambda item: bool(item.gold.older), lambda item: any(item.is_quoted_with_date(fact) for fact in item.gold.older)),
    Rate("parts_shown", lambda item: bool(item.gold.parts), lambda item: metrics.mean([item.is_quoted(p) for p in item.gold.parts]) or 0.0),
    Rate("rumour_recall", lambda item: item.is_right_source and item.gold.status == "rumour", lambda item: item.stance is Stance.RUMOUR),
    Rate("rumour_precision", lambda item: item.is_judged and item.stance is Stance.RUMOUR, lambda item: item.gold.status == "rumour"),
    Rate("speaker_named", lambda item: item.is_right_source and item.gold.status == "quote", lambda item: item.is_speaker_named),
    # knowing when to answer: only an answer counts as answered, tentative quotes are a refusal
    Rate("covered", _is_answerable, lambda item: item.prediction.answered),
    Rate("covered_right", lambda item: item.is_answerable and item.prediction.answered, lambda item: item.is_right),
    Rate("answer_recall", _is_answerable, lambda item: item.prediction.answered and item.is_right),
    Rate("answer_precision", lambda item: item.prediction.answered, lambda item: item.is_right),
    Rate("refusal_recall", lambda item: not item.is_answerable, lambda item: not item.prediction.answered),
    Rate("refusal_precision", lambda item: not item.prediction.answered, lambda item: not item.is_answerable),
    Rate("long_quotes", lambda item: item.is_shown, lambda item: any(map(_is_long, item.prediction.shown))),
)
LESS_IS_BETTER = frozenset({"aurc", "calibration_error", "long_quotes", "words_shown", "milliseconds_p50", "milliseconds_p95"})


def judge(questions: Sequence[GoldQuestion], predictions: Sequence[Prediction]) -> list[Judged]:
    """Return each question with its prediction; GoldError if one has none."""
    by_id = {prediction.id: prediction for prediction in predictions}
    if missing := [question.id for question in questions if question.id not in by_id]:
        raise GoldError(f"{len(missing)} questions have no prediction, first {missing[0]!r}: run the evaluation again")
    return [Judged(question, by_id[question.id]) for question in questions]


def score(judged: Sequence[Judged]) -> Scores:
    """Return all figures."""
    types = sorted({item.gold.type for item in judged})
    return Scores(
        overall=figures(judged),
        by_type={name: figures([item for item in judged if item.gold.type == name]) for name in types},
        intervals={rate.name: found for rate in RATES if (found := metrics.bootstrap_interval(rate.values(judged)))},
        risk_coverage=tuple(_thinned(metrics.risk_coverage(*_confidences(judged)))),
        calibration=tuple(metrics.calibration_bins(*_confidences(_shown(judged)))),
    )


def figures(judged: Sequence[Judged]) -> Figures:
    """Return every figure of these questions by name."""
    confidences, right = _confidences(judged)
    milliseconds = [item.prediction.milliseconds for item in judged]
    return {
        "questions": float(len(judged)),
        "answerable": float(sum(item.is_answerable for item in judged)),
        **{rate.name: metrics.mean(rate.values(judged)) for rate in RATES},
        "aurc": metrics.aurc(confidences, right),
        "auroc": metrics.auroc(confidences, right),  # right from wrong
        "auroc_answerable": metrics.auroc(confidences, [item.is_answerable for item in judged]),
        "calibration_error": metrics.calibration_error(*_confidences(_shown(judged))),
        "words_shown": metrics.percentile([item.shown_words for item in _shown(judged)], 50),
        "milliseconds_p50": metrics.percentile(milliseconds, 50),
        "milliseconds_p95": metrics.percentile(milliseconds, 95),
    }


def _shown(judged: Sequence[Judged]) -> list[Judged]:
    return [item for item in judged if item.is_shown]


def _confidences(judged: Sequence[Judged]) -> tuple[list[float], list[bool]]:
    return [item.prediction.confidence for item in judged], [item.is_right for item in judged]


def _is_long(quote: str) -> bool:
    return metrics.count_words(quote) > metrics.LONGEST_QUOTE_WORDS


def _thinned(curve: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the curve with at most `RISK_POINTS` points, its last one always."""
    step = -(-len(curve) // RISK_POINTS) or 1
    return list(curve[::-1][::step][::-1])
