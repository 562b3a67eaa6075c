"""English questions are recognised, and their words found in Italian."""

import pytest

from index.italian import tokenize
from retrieval.english import is_english, is_english_stop_word, italian_words


def words(text: str) -> list[str]:
    """Return the folded words of a text."""
    return [token.folded for token in tokenize(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Who is the coach of Juventus?",
        "when does serie A start",
        "Which weapon did Kim's daughter fire?",
        "until when is Malcore under contract with Altamura",
        "How old is Neymar?",
        "the price of the ticket",
    ],
)
def test_english_is_recognised(text: str) -> None:
    """A question word at the beginning, or two function words, are English."""
    assert is_english(words(text))


@pytest.mark.parametrize(
    "text",
    [
        "Chi allena la Juventus?",
        "Quando esce The Goonies?",
        "smart working all'estero come lo chiamano",
        "prezzo biglietti Inter",
        "Who ha scritto il brano?",
        "chi ha firmato per il West Ham United",
        "",
    ],
)
def test_italian_is_left_alone(text: str) -> None:
    """One English word, a title or a club does not make a question English."""
    assert not is_english(words(text))


@pytest.mark.parametrize(
    ("english", "italian"),
    [("coach", "allenatore"), ("match", "partita"), ("injured", "ferito"), ("signed", "firmato"), ("mayor", "sindaco"), ("wolves", "lupi")],
)
def test_dictionary(english: str, italian: str) -> None:
    """The dictionary knows the words of football and of news."""
    assert italian in italian_words(english)


def test_inflected_forms() -> None:
    """Plurals and regular verb forms are found by their basic form."""
    assert italian_words("embassies") == ()
    assert italian_words("drones") == italian_words("drone")
    assert italian_words("attacking") == italian_words("attack")


def test_likeliest_translation_comes_first() -> None:
    """Translations come in order of likelihood, and each once."""
    assert italian_words("coach") == ("allenatore", "tecnico", "mister")
    assert len(set(italian_words("score"))) == len(italian_words("score"))


def test_unknown_word_has_no_translation() -> None:
    """Names and rare words are not in the dictionary."""
    assert italian_words("simeone") == ()


def test_stop_words() -> None:
    """Words that only build the question say nothing of its subject."""
    assert all(is_english_stop_word(word) for word in words("how long is the of was were did his"))
    assert not is_english_stop_word("coach")
