"""Counting n-grams in bulk gives what `index.italian.ngrams` gives one by one."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.italian import ngrams
from retrieval.ngram_counts import count_ngrams, is_countable

TEXTS = (
    "Il molo nuovo di Porto Sereno apre a maggio.",
    "Perché l'Inter, l'Inter di Škoberne, è già lì? Più «nuovo» che mai…",
    "Modrić, Touré e Øystein: œuvre à la carte",
    "",
    "🦊 ??? ",
    "X è un re; io no, tu sì",
    "Lupi lupi LUPI lupi!",
)


def test_counts_are_those_of_the_analyser() -> None:
    """Each text has each n-gram as often as the analyser finds it, accents, capitals and short words included."""
    asked = sorted({gram for text in TEXTS for gram in ngrams(text) if is_countable(gram)})
    counts, _ = count_ngrams(TEXTS, asked)
    assert counts.tolist() == [[Counter(ngrams(text))[gram] for gram in asked] for text in TEXTS]


@given(st.lists(st.text("abcdeèÈ '.\n", max_size=40), max_size=5))
def test_counts_of_any_text(texts: list[str]) -> None:
    """Whatever stands in the texts, the counts are those of the analyser."""
    asked = sorted({gram for text in texts for gram in ngrams(text)})
    counts, _ = count_ngrams(texts, asked)
    assert counts.tolist() == [[Counter(ngrams(text))[gram] for gram in asked] for text in texts]


def test_lengths_are_those_of_the_analyser() -> None:
    """The number of n-grams of a text is the analyser's, but for words of one letter."""
    texts = ("Il molo nuovo di Porto Sereno apre a maggio.", "Lupi lupi LUPI lupi!", "")
    assert count_ngrams(texts, [])[1].tolist() == [len(ngrams(text)) for text in texts]


def test_numbers_are_read_without_points() -> None:
    """A number with a point gives the n-grams of its parts; n-grams with a point are not countable."""
    counts, _ = count_ngrams(["Sono 16.432 in tutto"], ["_16_", "_432"])
    assert counts.tolist() == [[1, 1]]
    assert not is_countable("_16.")


@pytest.mark.parametrize(("texts", "asked"), [((), ("_mol",)), (("molo",), ()), ((), ())])
def test_nothing_to_count(texts: tuple[str, ...], asked: tuple[str, ...]) -> None:
    """Without texts or n-grams the matrix is empty, and has its shape."""
    counts, lengths = count_ngrams(texts, asked)
    assert counts.shape == (len(texts), len(asked))
    assert lengths.shape == (len(texts),)


def test_no_ngram_spans_two_texts() -> None:
    """The end of one text and the beginning of the next make no n-gram."""
    counts, _ = count_ngrams(["mol", "o molo"], ["molo"])
    np.testing.assert_array_equal(counts, [[0], [1]])
