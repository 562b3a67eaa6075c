"""Italian analysis: what compares equal, and what does not count."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.italian import analyze, fold, fold_word, ngrams, tokenize, word_ngrams


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("dell'Inter", "dell’Inter"),
        ("E' finita", "È finita"),
        ("Touré", "Tourè"),
        ("perche", "perché"),
        ("CONTRATTO", "contratti"),
        ("l'allenatore", "allenatori"),
        ("città", "citta'"),
    ],
)
def test_spelling_variants_give_the_same_terms(one: str, other: str) -> None:
    """Accents, apostrophes, elisions, case and number do not tell words apart."""
    assert analyze(one) == analyze(other)


def test_stop_words_are_no_terms() -> None:
    """Articles, prepositions, auxiliaries and question words are left out; a name that follows an elision is not."""
    assert analyze("Quando è stata la partita dell'Inter con il Como?") == analyze("partita Inter Como")


@pytest.mark.parametrize("number", ["16.432", "1,8", "20.45", "3.5.1970", "2027"])
def test_numbers_stay_whole(number: str) -> None:
    """Numbers keep their points and commas and are not stemmed."""
    assert analyze(f"nel {number} dopo") == [number, *analyze("dopo")]


def test_ngrams_mark_the_borders_of_words() -> None:
    """A word gives its 4-grams with marked borders; a short word gives one gram."""
    assert word_ngrams("inter") == ["_int", "inte", "nter", "ter_"]
    assert word_ngrams("ct") == ["_ct_"]
    assert ngrams("l'Inter e il ct") == ["_int", "inte", "nter", "ter_", "_ct_"]


def test_fold_separates_words_by_single_blanks() -> None:
    """Folding gives lower-case words without accents, separated by single blanks."""
    assert fold("  L’Età   è “COSÌ”! ") == "l eta e cosi"


@given(st.text(max_size=200))
def test_tokens_are_slices_in_order(text: str) -> None:
    """Every token is a slice of the text whose folded form it carries, in order and without overlap."""
    tokens = tokenize(text)
    assert all(fold_word(text[t.start : t.end]) == t.folded for t in tokens)
    assert all(a.end <= b.start for a, b in itertools.pairwise(tokens))
