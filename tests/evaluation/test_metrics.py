"""The formulas, on cases small enough to be worked out by hand."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation import metrics

UNIT = st.floats(0, 1, allow_nan=False)
JUDGED = st.lists(st.tuples(UNIT, st.booleans()), min_size=1, max_size=30)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("L'Inter, gli ospiti!", "inter ospiti"),
        ("dell’Inter", "dell inter"),
        ("Un'ora e 41 minuti", "ora e 41 minuti"),
        ("18,6 milioni alle 20.45.", "18,6 milioni alle 20.45"),
        ("16/05/2025", "16 05 2025"),
        ("S.p.A.", "s p a"),
        ("«Perché?»", "perché"),
        ("una", "una"),
        ("…", ""),
    ],
)
def test_normalize(text: str, normal: str) -> None:
    """Case, punctuation and articles go; accents and the points inside numbers stay, and so does an article that stands alone."""
    assert normal == metrics.normalize(text)


def test_exact_match_takes_any_gold_answer() -> None:
    """One gold answer that equals the given one after normalisation is enough."""
    assert metrics.exact_match("Il 30 giugno", ["giugno", "30 giugno"]) == 1.0


def test_an_empty_answer_matches_nothing() -> None:
    """No words are no exact match and have no F1, even against gold of marks alone."""
    assert (metrics.exact_match("", ["…"]), metrics.token_f1("", ["…"])) == (0.0, 0.0)


def test_token_f1_is_the_best_over_gold_answers() -> None:
    """Two words of which one is right, against one word: precision ½, recall 1, F1 ⅔."""
    assert metrics.token_f1("giugno 2027", ["maggio", "giugno"]) == pytest.approx(2 / 3)


def test_token_f1_counts_a_repeated_word_as_often_as_both_have_it() -> None:
    """Words are a bag: «due due» against «due» is right once."""
    assert metrics.token_f1("due due", ["due"]) == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("quote", "gold", "holds"),
    [
        ("Scade il 30 giugno 2027.", "30 Giugno", True),
        ("Scade nel 2027.", "27", False),
        ("Costa 18,6 milioni.", "18", False),
        ("Gioca per l'Inter", "Inter", True),
        ("Ne ha una sola", "una", True),
        ("Ne ha due", "una", False),
        ("Vince il Borgo", "!", False),
    ],
)
def test_contains_answer_compares_whole_words(quote: str, gold: str, holds: bool) -> None:
    """A gold answer stands in a quote only as whole words in order."""
    assert holds == metrics.contains_answer(quote, [gold])


@pytest.mark.parametrize(("words", "holds"), [(60, True), (61, False)])
def test_a_quote_past_sixty_words_is_wrong(words: int, holds: bool) -> None:
    """What cannot be read at a glance does not count, whatever it holds."""
    assert holds == metrics.contains_answer("parola " * (words - 1) + "Roma", ["Roma"])


def test_same_sentence_allows_a_longer_quote_and_a_piece_that_still_answers() -> None:
    """A quote may hold the gold sentence, or be the part of it that holds the answer; another part does not count."""
    sentence, gold = "Vince il Borgo; segna Rossi al 90'.", ["Rossi"]
    quotes = ["Ieri. Vince il Borgo; segna Rossi al 90'. Fine.", "segna Rossi al 90'", "Vince il Borgo", ""]
    assert [metrics.is_same_sentence(quote, sentence, gold) for quote in quotes] == [True, True, False, False]


def test_recall_asks_for_any_relevant_article() -> None:
    """Relevant articles are alternatives: one among the first k is enough."""
    assert [metrics.recall_at(k, ["a", "b", "c"], {"b", "z"}) for k in (1, 2)] == [0.0, 1.0]


def test_reciprocal_rank_looks_at_the_first_relevant_article_within_its_depth() -> None:
    """Second place is worth ½, a place past the depth nothing."""
    assert (metrics.reciprocal_rank(["a", "b"], {"b"}), metrics.reciprocal_rank(["a", "b"], {"b"}, k=1)) == (0.5, 0.0)


def test_ndcg_by_hand() -> None:
    """One of two relevant articles in second place: 1/log₂3 over 1 + 1/log₂3."""
    expected = (1 / math.log2(3)) / (1 + 1 / math.log2(3))
    assert metrics.ndcg(["a", "b"], {"b", "c"}) == pytest.approx(expected)


def test_ndcg_gives_no_gain_twice() -> None:
    """An article listed twice counts once: the figure never passes 1."""
    assert metrics.ndcg(["a", "a"], {"a", "b"}) < 1.0


def test_risk_coverage_puts_equal_confidences_on_one_point() -> None:
    """A threshold cannot part equal confidences, so they share a point."""
    assert metrics.risk_coverage([0.9, 0.5, 0.5, 0.1], [True, False, True, False]) == [(0.25, 0.0), (0.75, 1 / 3), (1.0, 0.5)]


def test_aurc_by_hand() -> None:
    """Right, wrong, right: risks 0, ½, ⅓ at the three coverages, ⁵⁄₁₈ on average."""
    assert metrics.aurc([0.9, 0.5, 0.1], [True, False, True]) == pytest.approx(5 / 18)


@given(st.lists(st.booleans(), min_size=1, max_size=30))
def test_aurc_of_equal_confidences_is_the_overall_risk(right: list[bool]) -> None:
    """Where confidence tells nothing, the risk is the same at every coverage."""
    assert metrics.aurc([0.5] * len(right), right) == pytest.approx(right.count(False) / len(right))


@given(JUDGED)
def test_no_order_has_less_area_than_the_right_ones_first(judged: list[tuple[float, bool]]) -> None:
    """Ranking all right answers before all wrong ones gives the least area under the risk–coverage curve."""
    confidences, right = zip(*judged, strict=True)
    best = metrics.aurc([float(is_right) for is_right in right], right)
    found = metrics.aurc(confidences, right)
    assert best is not None
    assert found is not None
    assert best <= found + 1e-9


@given(JUDGED)
def test_auroc_is_the_share_of_pairs_in_order(judged: list[tuple[float, bool]]) -> None:
    """AUROC equals the definition: over all pairs of a positive and a negative, how often the positive is ahead, ties half."""
    positives = [confidence for confidence, positive in judged if positive]
    negatives = [confidence for confidence, positive in judged if not positive]
    pairs = [(p > n) + (p == n) / 2 for p in positives for n in negatives]
    expected = pytest.approx(sum(pairs) / len(pairs)) if pairs else None
    assert expected == metrics.auroc([confidence for confidence, _ in judged], [positive for _, positive in judged])


def test_calibration_error_of_an_honest_confidence_is_zero() -> None:
    """Half of the answers right at confidence ½ is no error; at confidence 1 it is ½."""
    right = [True, False] * 10
    assert (metrics.calibration_error([0.5] * 20, right), metrics.calibration_error([1.0] * 20, right)) == (0.0, 0.5)


def test_calibration_bins_by_hand() -> None:
    """Twelve answers in any order: two bins of two and eight of one, least confident first."""
    confidences = [0.95, 0.2, 0.1, 0.3, 0.4, 0.45, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9]
    right = [True, True, False, False, False, True, False, True, True, False, True, True]
    pairs = [(pytest.approx(0.15), 0.5, 2), (pytest.approx(0.35), 0.0, 2)]
    singles = [(0.45, 1.0, 1), (0.5, 0.0, 1), (0.6, 1.0, 1), (0.7, 1.0, 1), (0.75, 0.0, 1), (0.8, 1.0, 1), (0.9, 1.0, 1), (0.95, 1.0, 1)]
    assert metrics.calibration_bins(confidences, right) == [*pairs, *singles]


def test_no_calibration_bin_is_empty() -> None:
    """Fewer than ten answers make a bin each, none makes none."""
    assert metrics.calibration_bins([0.9, 0.1], [True, False]) == [(0.1, 0.0, 1), (0.9, 1.0, 1)]
    assert metrics.calibration_bins([], []) == []


def test_calibration_error_by_hand() -> None:
    """Twenty answers, two a bin: every bin is right by half, so the error is the mean distance of its confidence from a half."""
    confidences = [bin_ / 10 for bin_ in range(10) for _ in range(2)]
    assert metrics.calibration_error(confidences, [True, False] * 10) == pytest.approx((0.5 + 0.4 + 0.3 + 0.2 + 0.1) * 2 / 10 - 0.05)


@given(JUDGED)
def test_calibration_bins_share_out_every_answer(judged: list[tuple[float, bool]]) -> None:
    """At most ten bins whose counts differ by one at most hold every answer once, confidence rising."""
    confidences, right = zip(*judged, strict=True)
    means, shares, counts = zip(*metrics.calibration_bins(confidences, right), strict=True)
    assert (len(counts), sum(counts)) == (min(10, len(judged)), len(judged))
    assert max(counts) - min(counts) <= 1
    assert all(low <= high + 1e-12 for low, high in pairwise(means))
    assert sum(share * count for share, count in zip(shares, counts, strict=True)) == pytest.approx(right.count(True))


def test_figures_over_nothing_are_none() -> None:
    """Nothing measured is told from zero."""
    over_nothing = [
        metrics.mean([]),
        metrics.percentile([], 50),
        metrics.bootstrap_interval([]),
        metrics.aurc([], []),
        metrics.auroc([], []),
        metrics.calibration_error([], []),
    ]
    assert over_nothing == [None] * 6


def test_the_interval_surrounds_the_mean_and_is_the_same_every_time() -> None:
    """The bootstrap is seeded, and its interval lies around the mean about as the normal approximation says."""
    values = [1.0] * 70 + [0.0] * 30
    low, high = metrics.bootstrap_interval(values) or (0.0, 0.0)
    assert (low, high) == metrics.bootstrap_interval(values)
    assert low == pytest.approx(0.7 - 1.96 * math.sqrt(0.21 / 100), abs=0.02)
    assert high == pytest.approx(0.7 + 1.96 * math.sqrt(0.21 / 100), abs=0.02)
