"""Thresholds choose between an answer, a few quotes and a no; only what stands in the article is ever cited."""

import datetime
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.articles import Article
from index.dates import parse_period
from index.italian import analyze, tokenize
from index.passages import split_article
from retrieval.answer import Answer, Citation, NoAnswer, Reason, Several, Tentative
from retrieval.choice import Thresholds, choose, cite, join_parts
from retrieval.question import Query, QueryTerm, Question
from retrieval.reader import RetrievedPassage, Span

TODAY = datetime.date(2026, 1, 1)
THRESHOLDS = Thresholds(answer=0.5, tentative=0.25)


def query(text: str, *names: str) -> Query:
    """Return a query as `understand` would make it."""
    words = [token.folded for token in tokenize(text)]
    terms = tuple(QueryTerm(analyze(word)[0], word) for word in words if analyze(word))
    return Query(Question(text, TODAY), text, terms, frozenset(names), frozenset())


def span(text: str, answer: str, confidence: float, *, id_: str = "a", published: str = "", title: str = "") -> Span:
    """Return a span over an article of one sentence."""
    article = Article(id_, text, title, published=parse_period(published))
    (passage,) = split_article(article)
    start = text.index(answer)
    retrieved = RetrievedPassage(passage, article, 1.0, 1.0, 0.0, 0.0)
    return Span(retrieved, passage.start, passage.end, start, start + len(answer), confidence, confidence)


def passages(*spans: Span) -> list[RetrievedPassage]:
    """Return the passages of spans."""
    return [s.retrieved for s in spans]


CONTRACT = query("Quando scade il contratto di Bellandi?", "bellandi")
OLD = span("Il contratto di Bellandi scade nel 2026.", "2026", 0.9, id_="vecchio", published="2025-03")
NEW = span("Bellandi ha firmato fino al 2029.", "2029", 0.6, id_="nuovo", published="2025-05-13")


@pytest.mark.parametrize(
    ("confidence", "kind"),
    [(0.5, Answer), (0.49, Tentative), (0.25, Tentative), (0.24, NoAnswer)],
)
def test_thresholds_are_inclusive(confidence: float, kind: type) -> None:
    """At a threshold the better outcome is chosen, below it the next."""
    best = replace(OLD, confidence=confidence)
    assert isinstance(choose(CONTRACT, [best], passages(best), THRESHOLDS), kind)


def test_answer_cites_the_best_span() -> None:
    """The answer is the span with the sentence around it, and carries its confidence."""
    outcome = choose(CONTRACT, [OLD], passages(OLD), THRESHOLDS)
    assert isinstance(outcome, Answer)
    assert (outcome.citation.span, outcome.citation.sentence) == ("2026", "Il contratto di Bellandi scade nel 2026.")
    assert outcome.confidence == 0.9


def test_newest_that_answers_comes_first_and_the_older_beside() -> None:
    """What a later article says differently of the same person is the answer; what held before stands beside it."""
    outcome = choose(CONTRACT, [OLD], passages(OLD, NEW), THRESHOLDS, apart=[OLD, NEW])
    assert isinstance(outcome, Answer)
    assert outcome.citation.span == "2029"
    assert outcome.confidence == NEW.confidence
    assert [citation.span for citation in outcome.alternatives] == ["2026"]


def test_doubtful_news_replace_nothing() -> None:
    """Below the threshold of an answer a later article says nothing."""
    unsure = replace(NEW, confidence=0.49)
    outcome = choose(CONTRACT, [OLD], passages(OLD, unsure), THRESHOLDS, apart=[unsure])
    assert isinstance(outcome, Answer)
    assert (outcome.citation.span, outcome.alternatives) == ("2026", ())


def test_list_shows_further_items() -> None:
    """Where several things are asked for, other sentences with other answers are shown too, doubtful ones not."""
    listing = replace(query("Quali squadre cercano Bellandi?", "bellandi"), wants_list=True)
    first = span("Il Valdoria cerca Bellandi.", "Valdoria", 0.9, id_="a")
    second = span("Anche la Marenta cerca Bellandi.", "Marenta", 0.6, id_="b")
    third = span("Bellandi piace al Lidovento.", "Lidovento", 0.3, id_="c")
    outcome = choose(listing, [first, second, third], passages(first, second, third), THRESHOLDS)
    assert isinstance(outcome, Answer)
    assert [citation.span for citation in outcome.further] == ["Marenta"]


def test_parts_are_joined_unless_one_sentence_says_all() -> None:
    """Answers from two sentences are shown as two parts; one sentence that answers both is shown once."""
    one = choose(CONTRACT, [OLD], passages(OLD), THRESHOLDS)
    other = choose(CONTRACT, [NEW], passages(NEW), THRESHOLDS)
    assert join_parts(one, [("Quando?", one), ("E chi?", other)]) == Several((("Quando?", one), ("E chi?", other)))
    assert join_parts(one, [("Quando?", one), ("E chi?", one)]) is one
    nothing = NoAnswer(Reason.FACT_NOT_FOUND)
    assert join_parts(nothing, [("Quando?", nothing), ("E chi?", nothing)]) is nothing


def test_same_value_elsewhere_supports() -> None:
    """Other articles with the same value support the answer, each once; the cited article itself does not."""
    second = span("Scade nel 2026 il contratto di Bellandi.", "2026", 0.7, id_="altro")
    third = span("Bellandi resta fino al 2026.", "2026", 0.6, id_="altro")
    own = span("Il contratto di Bellandi scade nel 2026.", "2026", 0.5, id_="vecchio")
    outcome = choose(CONTRACT, [OLD, second, third, own], passages(OLD, second), THRESHOLDS)
    assert isinstance(outcome, Answer)
    assert [(c.article.id, c.sentence) for c in outcome.others] == [("altro", "Scade nel 2026 il contratto di Bellandi.")]


def test_tentative_quotes_at_most_three() -> None:
    """A tentative outcome shows the best three quotes in order."""
    spans = [span(f"Frase numero {n} di prova.", f"{n}", 0.4 - n / 100, id_=f"a{n}") for n in range(5)]
    outcome = choose(CONTRACT, spans, passages(*spans), THRESHOLDS)
    assert isinstance(outcome, Tentative)
    assert [c.span for c in outcome.citations] == ["0", "1", "2"]


def test_a_sentence_is_quoted_once() -> None:
    """Copies of a sentence in other articles do not take the place of other quotes."""
    texts = [("a", "Il Milan vince a Lecce."), ("b", "Il Milan vince a Lecce."), ("c", "Il Milan perde a Bari.")]
    spans = [span(text, "Milan", 0.4 - n / 100, id_=id_) for n, (id_, text) in enumerate(texts)]
    outcome = choose(CONTRACT, spans, passages(*spans), THRESHOLDS)
    assert isinstance(outcome, Tentative)
    assert [c.article.id for c in outcome.citations] == ["a", "c"]


def test_reason_tells_unknown_subjects_from_missing_facts() -> None:
    """Where a passage speaks of who is named the fact is missing; where none does the subject is unknown; names count, not other words."""
    weak = replace(OLD, confidence=0.1)
    known = choose(CONTRACT, [weak], passages(weak), THRESHOLDS)
    unknown = choose(query("Quando scade il contratto di Zanzibarri?", "zanzibarri"), [weak], passages(weak), THRESHOLDS)
    half = choose(query("Chi vince il Festival di Bellandi?", "festival", "bellandi"), [weak], passages(weak), THRESHOLDS)
    empty = choose(CONTRACT, [], [], THRESHOLDS)
    assert [o.reason for o in (known, unknown, half, empty) if isinstance(o, NoAnswer)] == [
        Reason.FACT_NOT_FOUND,
        Reason.UNKNOWN_SUBJECT,
        Reason.UNKNOWN_SUBJECT,
        Reason.UNKNOWN_SUBJECT,
    ]


def test_nearest_articles_are_named_once() -> None:
    """A no names up to three nearest articles, each once, best first."""
    spans = [span("Frase di prova.", "prova", 0.1, id_=id_) for id_ in ("a", "b", "a", "c", "d")]
    outcome = choose(CONTRACT, spans, passages(*spans), THRESHOLDS)
    assert isinstance(outcome, NoAnswer)
    assert [article.id for article in outcome.nearest] == ["a", "b", "c"]


def test_passage_that_is_no_slice_is_never_cited() -> None:
    """A passage whose text does not stand in its article is refused."""
    forged = replace(OLD, retrieved=replace(OLD.retrieved, article=Article("vecchio", "Il contratto di Bellandi scade nel 2031.")))
    with pytest.raises(ValueError, match="will not be quoted"):
        cite(forged)


@given(st.lists(st.integers(min_value=-3, max_value=30), min_size=4, max_size=4))
def test_citation_refuses_offsets_outside_its_article(offsets: list[int]) -> None:
    """A citation exists only with its span inside its sentence inside its text; then both are literal slices."""
    article = Article("a", "Venti caratteri qui.")
    start, end, first, last = offsets
    if 0 <= start <= first < last <= end <= 20:
        citation = Citation(article, start, end, first, last)
        assert citation.sentence in article.text
        assert citation.span in citation.sentence
    else:
        with pytest.raises(ValueError, match="outside"):
            Citation(article, start, end, first, last)
