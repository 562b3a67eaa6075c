"""Typing errors are mended by the stems that the collection knows."""

import pytest

from retrieval.vocabulary import Guess, guess_stems

VOCABULARY = ("allen", "simeon", "juventus", "contratt", "port", "pont", "cort", "tesl", "tessil", "lup")


@pytest.mark.parametrize(
    ("typed", "stem"),
    [
        ("simoene", "simeon"),  # two letters exchanged
        ("juvetus", "juventus"),  # one lost
        ("conttratto", "contratt"),  # one doubled
        ("contrstto", "contratt"),  # one wrong
        ("jventuss", "juventus"),  # two errors in a long word
    ],
)
def test_near_stem_comes_first(typed: str, stem: str) -> None:
    """The nearest stem of the collection is the first guess."""
    assert guess_stems(typed, VOCABULARY)[0].stem == stem


def test_first_letter_is_trusted() -> None:
    """Of stems at the same distance those with the same first letter come first and weigh more."""
    assert guess_stems("conte", VOCABULARY) == [Guess("cort", 0.8), Guess("pont", 0.6)]


def test_frequent_stem_is_preferred() -> None:
    """Of equally near stems the one that comes earlier in the vocabulary, the more frequent, is preferred."""
    assert [g.stem for g in guess_stems("porto", ("pont", "post"))] == ["pont", "post"]
    assert [g.stem for g in guess_stems("porto", ("post", "pont"))] == ["post", "pont"]


def test_at_most_three_guesses() -> None:
    """A word has three guesses at most, all below the weight of a word that is known."""
    guesses = guess_stems("tessla", (*VOCABULARY, "tessa", "tassl", "tesla"))
    assert len(guesses) == 3
    assert all(guess.weight < 1 for guess in guesses)


@pytest.mark.parametrize("typed", ["lpu", "a", "2o25", "cr7", "zanzibar"])
def test_words_left_as_they_are(typed: str) -> None:
    """Short words, words with digits and words that nothing resembles have no guesses."""
    assert guess_stems(typed, VOCABULARY) == []


def test_short_words_are_allowed_one_error() -> None:
    """In a word of fewer than six letters two errors are one too many."""
    assert guess_stems("pnto", ("port",)) == []
    assert guess_stems("potro", ("port",)) == [Guess("port", 0.8)]


def test_empty_collection() -> None:
    """Without a vocabulary there is nothing to guess."""
    assert guess_stems("simeone", ()) == []
