"""The question word and the noun beside it tell what kind of answer is asked for."""

import pytest

from index.italian import tokenize
from retrieval.answer_types import AnswerType, expect_answer


def types(text: str) -> set[str]:
    """Return the expected types; the capitalised words of the question, but the first, are its names."""
    tokens = tokenize(text)
    names = {token.folded for token in tokens[1:] if text[token.start].isupper()}
    return {type_.value for type_ in expect_answer([token.folded for token in tokens], names).types}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Chi allena il Sorrento?", {"person"}),
        ("A chi è andato il premio?", {"person"}),
        ("Chi è il presidente del Senato?", {"person"}),
        ("Chi è Ilde Ferraris?", {"thing"}),
        ("Contro chi gioca il Bari?", {"person", "thing"}),
        ("Quando riapre il ponte?", {"date"}),
        ("Fino a quando ha firmato Bellandi?", {"date"}),
        ("In che anno è nato?", {"date"}),
        ("A che ora gioca il Bari?", {"date"}),
        ("Qual è la data della partita?", {"date"}),
        ("Dove si trova il museo?", {"place"}),
        ("Dov'è finita la valigia?", {"place"}),
        ("In quale città è nato?", {"place"}),
        ("Quanti lupi ci sono?", {"number"}),
        ("Quanti anni ha Neymar?", {"number"}),
        ("Che percentuale dei voti ha preso?", {"number"}),
        ("Quanto costa il biglietto?", {"money"}),
        ("Quanti milioni ha offerto il Tottenham?", {"money"}),
        ("Che cifra chiede il Lecce?", {"money"}),
        ("Quanto è alta la torre?", {"money", "number"}),
        ("Per quanto tempo resta chiuso?", {"duration"}),
        ("Per quanti giorni è chiuso il ponte?", {"duration"}),
        ("Quanto dura il film?", {"duration"}),
        ("Perché si è dimessa la sindaca?", {"reason"}),
        ("Come mai si è dimessa?", {"reason"}),
        ("Per quale motivo si è dimessa?", {"reason"}),
        ("Come si chiama la sindaca di Fontelice?", {"person"}),
        ("Come si chiama il cane?", {"person", "thing"}),
        ("Qual è il nome dell'allenatore?", {"person"}),
        ("In quale squadra gioca Modric?", {"thing"}),
        ("Quale portiere ha la media più alta?", {"person"}),
        ("Che cosa ha detto il ministro?", {"thing"}),
    ],
)
def test_question_word_and_focus(text: str, expected: set[str]) -> None:
    """A written Italian question tells its type by its question word, and by the noun where the word is not enough."""
    assert types(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("qnd gioca il bari", {"date"}),
        ("xke e stato squalificato", {"reason"}),
        ("qunado riapre il ponte", {"date"}),
        ("ndo sta il museo", {"place"}),
        ("bari quinto in classifica", {"thing"}),
    ],
)
def test_hasty_spellings(text: str, expected: set[str]) -> None:
    """Question words are known in the spellings of chats and with a typing error, but `quinto` is not `quanto`."""
    assert types(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("allenatore Sorrento", {"person"}),
        ("Bellandi Juventus prezzo", {"money"}),
        ("raduno Coverciano orario primo allenamento", {"date"}),
        ("giocatori migliori percentuale", {"number"}),
        ("stadio Cagliari capienza", {"place"}),
        ("Coppa Italia sorteggio", {"thing"}),
    ],
)
def test_keywords(text: str, expected: set[str]) -> None:
    """Keywords without a question word are judged by their nouns, measures before people and places."""
    assert types(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Who is the coach of Juventus?", {"person"}),
        ("When does the bridge open?", {"date"}),
        ("Where was the match played?", {"place"}),
        ("Why did the mayor resign?", {"reason"}),
        ("How many wolves live in the park?", {"number"}),
        ("How much does the ticket cost?", {"money"}),
        ("How long was the bridge closed?", {"duration"}),
        ("How old is the player?", {"number"}),
        ("In which year was he born?", {"date"}),
        ("Which city hosts the final?", {"place"}),
        ("What did the minister say?", {"thing"}),
        ("What is the price of the ticket?", {"money"}),
    ],
)
def test_english(text: str, expected: set[str]) -> None:
    """English questions are understood by the same types."""
    assert types(text) == expected


def test_nothing_asked() -> None:
    """Without words anything may be the answer."""
    assert expect_answer([]).types == {AnswerType.THING}
