"""What holds first: the newest sure fact, or what held at the time asked for; nothing is replaced by what is not surely newer."""

from dataclasses import replace

import pytest

from index.dates import period
from retrieval.reader import RetrievedPassage, Span
from retrieval.stance import Stance
from retrieval.timeline import RIVALS_AT_MOST, in_time, rivals
from tests.retrieval.test_choice import CONTRACT, NEW, OLD, query, span

UNDATED = span("Bellandi ha firmato fino al 2030.", "2030", 0.6, id_="senza")


def words(*spans: Span, asked: int | None = None) -> list[str]:
    """Return what is said, what holds first, for a leader and the others; asked for a year or for now."""
    asking = replace(CONTRACT, period=period(asked) if asked else None)
    leader, *others = spans
    return [claim.words for claim in in_time(asking, leader, others)]


def test_newest_first_then_the_older_ones_down_to_the_oldest() -> None:
    """Three articles, three dates: the order is that of time, not of merit."""
    oldest = span("Bellandi resta fino al 2025.", "2025", 0.8, id_="primo", published="2024-06-01")
    assert words(OLD, oldest, NEW) == ["2029", "2026", "2025"]


@pytest.mark.parametrize(
    "other",
    [
        span("Bellandi ha firmato fino al 2029.", "2029", 0.6, id_="x", published="2025-03-20"),
        UNDATED,
    ],
    ids=["overlapping", "undated"],
)
def test_what_is_not_surely_newer_stands_beside(other: Span) -> None:
    """Dates that overlap or are unknown replace nothing: both are shown."""
    assert words(OLD, other) == ["2026", words(other)[0]]


def test_dated_replaces_undated() -> None:
    """An article without a date holds only until one with a date says something else."""
    assert words(UNDATED, NEW) == ["2029", "2030"]


def test_same_value_is_said_once() -> None:
    """A newer article that says the same is no alternative."""
    again = span("Il contratto di Bellandi dura fino al giugno 2026.", "giugno 2026", 0.7, id_="x", published="2025-06-01")
    assert words(OLD, again) == ["giugno 2026"]


def test_what_held_at_the_time_asked_for() -> None:
    """A question about a past year is answered from then; what came later stands beside."""
    earlier = replace(OLD, retrieved=replace(OLD.retrieved, article=replace(OLD.retrieved.article, published=period(2024, 3))))
    assert words(earlier, NEW, asked=2024) == ["2026", "2029"]
    assert words(NEW, earlier, asked=2024) == ["2026", "2029"]


def test_later_article_that_names_the_time_answers_for_it() -> None:
    """A newer article may tell what was then."""
    told = span("Nel 2024 Bellandi aveva firmato fino al 2028.", "2028", 0.6, id_="x", published="2025-06-01")
    assert words(NEW, told, asked=2024)[0] == "2028"


def test_fact_before_rumour_though_older() -> None:
    """What is only rumoured never replaces what is told as a fact; it is shown beside, as a rumour."""
    rumour = span("Secondo indiscrezioni Bellandi potrebbe firmare fino al 2031.", "2031", 0.8, id_="x", published="2025-09-01")
    first, second = in_time(CONTRACT, rumour, [NEW])
    assert (first.words, first.standing.stance) == ("2029", Stance.FACT)
    assert (second.words, second.standing.stance) == ("2031", Stance.RUMOUR)


def groups(*spans: Span) -> list[list[RetrievedPassage]]:
    """Return the articles that are read by themselves."""
    return rivals(CONTRACT, [s.retrieved for s in spans])


def test_articles_on_the_subject_are_read_by_themselves() -> None:
    """Those that name everybody whom the question names, best first, and not too many."""
    other = span("Rossi ha firmato fino al 2029.", "2029", 0.6, id_="x", published="2025-05")
    assert [group[0].article.id for group in groups(OLD, other, NEW)] == ["vecchio", "nuovo"]
    many = [replace(NEW, retrieved=replace(NEW.retrieved, article=replace(NEW.retrieved.article, id=f"n{n}"))) for n in range(9)]
    assert len(groups(OLD, *many)) == RIVALS_AT_MOST + 1


def test_nothing_is_read_twice_where_time_cannot_differ() -> None:
    """One article, or articles of one day, have no earlier and no later."""
    assert groups(OLD) == []
    assert groups(UNDATED, replace(UNDATED, retrieved=replace(UNDATED.retrieved, article=replace(UNDATED.retrieved.article, id="z")))) == []


def test_question_without_names_asks_for_most_of_its_words() -> None:
    """Where nobody is named the words themselves are the subject."""
    asking = query("Quanto costa il biglietto del museo?")
    cheap = span("Il biglietto del museo costa otto euro.", "otto euro", 0.9, id_="a", published="2025-01-01")
    dear = span("Il museo alza il biglietto: costa dieci euro.", "dieci euro", 0.9, id_="b", published="2025-06-01")
    other = span("Il museo riapre.", "riapre", 0.9, id_="c", published="2025-07-01")
    found = rivals(asking, [s.retrieved for s in (cheap, dear, other)])
    assert [group[0].article.id for group in found] == ["a", "b"]
