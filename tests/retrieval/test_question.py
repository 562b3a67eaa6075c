"""Questions are understood: terms, names, types, typing errors, English, follow-ups, and whatever else people send."""

import datetime
import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.articles import Article
from index.engine import Snapshot
from retrieval.conversation import Turn
from retrieval.question import AnswerType, Query, Question, understand
from tests.index.memory_engine import index_in_memory

TODAY = datetime.date(2026, 1, 1)
ARTICLES = (
    Article(
        "simeone",
        "L'allenatore Diego Simeone ha rinnovato il contratto con l'Atlético fino al 2027. Il tecnico Simeone guadagna molto.",
        "Simeone resta",
    ),
    Article(
        "bellandi",
        "Mattia Bellandi della Juventus è fermo per un infortunio. Per Bellandi la partita di domenica è persa.",
        "Bellandi fermo",
    ),
    Article("ponte", "Il ponte sul torrente Lodola riapre a settembre. Il sindaco di Castelbruno ringrazia gli operai.", "Riapre il ponte"),
)
SNAPSHOT = index_in_memory(ARTICLES).open_current()


def ask(text: str, *history: Turn, snapshot: Snapshot = SNAPSHOT) -> Query:
    """Understand a question after some turns."""
    return understand(Question(text, TODAY, history), snapshot)


def stems(query: Query) -> list[str]:
    """Return the stems of a query in order."""
    return [term.stem for term in query.terms]


def test_stop_words_are_left_out() -> None:
    """What remains of a question are the stems of its telling words, in order, with the folded words they come from."""
    query = ask("Quando riapre il ponte sul Lodola?")
    assert [(term.stem, term.word, term.weight) for term in query.terms] == [
        ("riapr", "riapre", 1.0),
        ("pont", "ponte", 1.0),
        ("lodol", "lodola", 1.0),
    ]
    assert query.names == {"lodola"}
    assert query.answer_types == {AnswerType.DATE}
    assert query.text == "Quando riapre il ponte sul Lodola?"


def test_elisions_and_accents_are_folded() -> None:
    """Apostrophes of any kind split words, and accents make no difference."""
    assert stems(ask("Dov'è l’allenatore dell'Atletico?")) == stems(ask("dove e l allenatore dell atlético"))


def test_words_that_only_ask_are_left_out() -> None:
    """`Come si chiama`, `mi sai dire`, `vorrei sapere` say nothing of the subject, but a name spelled alike does."""
    assert stems(ask("mi sai dire come si chiama il sindaco")) == stems(ask("sindaco"))
    assert "grazie" in {term.word for term in ask("Chi dirige la rivista Grazie?").terms}


def test_a_repeated_word_counts_once() -> None:
    """A word said twice is looked for once."""
    assert stems(ask("ponte ponte PONTE")) == ["pont"]


# typing errors


def test_typing_error_becomes_a_guess() -> None:
    """A word that the collection does not know is looked for by its nearest stems, each with a weight below 1."""
    query = ask("infortuniio di Simeome")
    assert ("infortun", "infortuniio") in {(t.stem, t.word) for t in query.terms}
    assert ("simeon", "simeome") in {(t.stem, t.word) for t in query.terms}
    assert all(t.weight < 1 for t in query.terms)
    assert ("simeome", 1.0) in query.forms


def test_known_word_is_never_doubted() -> None:
    """A word that the collection knows has no guesses, however near another word is."""
    assert stems(ask("ponte")) == ["pont"]


def test_unknown_word_without_neighbours_stays() -> None:
    """A word that resembles nothing is kept: that nobody speaks of it must be seen."""
    assert [(t.stem, t.weight) for t in ask("Zanzibar").terms] == [("zanzib", 1.0)]


def test_empty_collection() -> None:
    """Against a collection without passages a question is still understood."""
    empty = index_in_memory(()).open_current()
    assert stems(ask("Chi allena la Juventus?", snapshot=empty)) == ["allen", "juventus"]


# English


def test_english_words_are_translated() -> None:
    """An English question looks for Italian stems, the likeliest translation first, and keeps its names."""
    query = ask("How much does coach Simeone earn?")
    coach = [t.stem for t in query.terms if t.word == "coach"]
    assert coach[:2] == ["allen", "tecnic"]
    assert "simeon" in stems(query)
    assert query.names == {"simeone"}
    assert query.answer_types == {AnswerType.MONEY}
    assert ("allenatore", 1.0) in query.forms


# follow-ups

FIRST = Turn("Fino a quando ha rinnovato Simeone con l'Atlético?", "2027", "simeone", "Simeone resta")


@pytest.mark.parametrize(
    "text", ["E quanto guadagna?", "quanto guadagna?", "e lui quanto guadagna adesso?", "Quanto guadagna lui con il contratto?"]
)
def test_follow_up_carries_the_names(text: str) -> None:
    """A question that leans on the turn before takes over its names, with less weight than its own words."""
    query = ask(text, FIRST)
    weights = {term.word: term.weight for term in query.terms}
    assert query.is_follow_up
    assert query.names == {"simeone", "atletico"}
    assert weights["guadagna"] > weights["simeone"] > weights["rinnovato"]
    assert query.answer_types == {AnswerType.MONEY}
    assert query.leans_on == "simeone"
    assert query.text.endswith("(Simeone Atlético)")


def test_follow_up_with_another_name_carries_the_question() -> None:
    """`E Bellandi?` asks of Bellandi what was asked before: its words, its type of answer, its text."""
    query = ask("E Bellandi?", FIRST)
    assert query.is_follow_up
    assert query.names == {"bellandi"}
    assert query.answer_types == {AnswerType.DATE}
    assert {"bellandi", "rinnovato"} <= {term.word for term in query.terms}
    assert query.text == "Fino a quando ha rinnovato Simeone con l'Atlético? E Bellandi?"


def test_follow_up_of_a_follow_up() -> None:
    """A second follow-up still knows whom the first question named."""
    assert "simeone" in ask("e dove?", FIRST, Turn("e quanto guadagna?", "molto", "simeone")).names


def test_answer_of_the_turn_before_is_carried() -> None:
    """The name that answered before is what the next question asks about."""
    turn = Turn("Chi è l'allenatore dell'Atlético?", "Diego Simeone", "simeone")
    assert {"diego", "simeone"} <= {term.word for term in ask("E fino a quando resta?", turn).terms}


@pytest.mark.parametrize(
    "text",
    [
        "Quando riapre il ponte sul torrente Lodola?",
        "Chi è fermo nella Juventus?",
        "È fermo Bellandi?",
        "orari museo",
        "quanti sono gli operai del ponte che riapre a settembre",
    ],
)
def test_whole_question_leans_on_nothing(text: str) -> None:
    """A question with names or enough words, and keywords, start a new subject, whatever was said before; `È` is no `e`."""
    assert ask(text, FIRST) == understand_alone(text, FIRST)


def understand_alone(text: str, *history: Turn) -> Query:
    """Return the query of a question without what came before, which it only remembers."""
    alone = ask(text)
    return replace(alone, question=Question(text, TODAY, history))


def test_first_question_is_no_follow_up() -> None:
    """Without a turn before there is nothing to lean on."""
    query = ask("E quanto guadagna?")
    assert not query.is_follow_up
    assert query.leans_on == ""


# whatever people send


@pytest.mark.parametrize("text", ["", " ", "???", "🦊🦊🦊", "\x00", "il la di", "…", "🦊" * 5000])
def test_nothing_asked(text: str) -> None:
    """A message without any telling word has no terms."""
    assert ask(text).terms == ()


@pytest.mark.parametrize(
    "text",
    [
        "simeome " * 700,
        " ".join(f"parola{chr(97 + n % 26)}{chr(97 + n // 26)}x" for n in range(600)),
        "a" * 5000,
        "«" * 5000,
        "l'" * 2500,
        "E " * 2500,
        ("Ponte " * 800).upper(),
    ],
)
def test_long_messages_cost_little(text: str) -> None:
    """Five thousand characters of anything are understood in a bounded time, follow-up or not."""
    start = time.perf_counter()
    query = ask(text, *[Turn(text)] * 6)
    assert time.perf_counter() - start < 2
    assert len(query.text) <= 2100
    assert len({term.word for term in query.terms}) <= 200


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80), st.lists(st.text(max_size=40), max_size=2))
def test_any_text_is_understood(text: str, history: list[str]) -> None:
    """Whatever the characters are, a query comes back, its weights between 0 and 1."""
    query = ask(text, *[Turn(earlier, earlier) for earlier in history])
    assert all(0 < term.weight <= 1 and term.stem and term.word for term in query.terms)
    assert all(0 < weight <= 1 and form for form, weight in query.forms)
