"""Match markers: one marker a word, by stem, by trigrams, by form."""

import pytest

from index.italian import tokenize
from retrieval.match_markers import Marker, MatchMarkers


def markers_of(question: str, text: str) -> dict[str, Marker]:
    """Mark a text of one sentence; return the marker of each word as written."""
    words = tokenize(text)
    marks = MatchMarkers(question).mark(text, words, [0] * len(words))
    return {text[word.start : word.end]: Marker(mark) for word, mark in zip(words, marks, strict=True)}


@pytest.mark.parametrize(
    ("word", "marker"),
    [
        pytest.param("allenatori", Marker.STEM, id="another-ending-of-a-question-word"),
        pytest.param("perché", Marker.PASSAGE, id="a-stop-word-though-asked"),
        pytest.param("dell", Marker.PASSAGE, id="an-elided-stop-word"),
        pytest.param("alenatore", Marker.TRIGRAMS, id="a-typing-error-shares-half-of-its-trigrams"),
        pytest.param("novanta", Marker.PASSAGE, id="less-than-half-of-its-trigrams"),
        pytest.param("2027", Marker.NUMBER, id="begins-with-a-digit"),
        pytest.param("16.432", Marker.NUMBER, id="a-number-with-points-is-one-word"),
        pytest.param("90", Marker.STEM, id="an-asked-number-matches"),
        pytest.param("Torino", Marker.NAME, id="a-capital-inside-the-sentence"),
        pytest.param("Èupalla", Marker.NAME, id="an-accented-capital"),
        pytest.param("Inter", Marker.STEM, id="a-name-that-is-asked-for"),
        pytest.param("città", Marker.PASSAGE, id="anything-else"),
    ],
)
def test_each_word_carries_what_is_known_of_it(word: str, marker: Marker) -> None:
    """A word is marked by its match with the question first, by its form where there is none."""
    assert markers_of("Perché l'allenatore dell'Inter rinnova al 90'?", f"Ieri {word} ancora")[word] == marker


def test_the_first_word_of_each_sentence_is_no_name() -> None:
    """A capital that only begins a sentence says nothing; the same word later in a sentence is marked."""
    text = "Domani gioca. Domani Domani."
    words = tokenize(text)
    assert MatchMarkers("Chi vince?").mark(text, words, [0, 0, 1, 1]).tolist() == [1, 1, 1, 5]


def test_accents_and_apostrophes_do_not_hide_a_match() -> None:
    """Folding decides: `dell’Umidità` matches `umidita'`."""
    assert markers_of("Quanta umidita' c'è?", "Il dato dell’Umidità")["Umidità"] == Marker.STEM


@pytest.mark.parametrize("question", ["", "?!", "chi e perché", "🎉"])
def test_a_question_without_content_marks_nothing_as_matched(question: str) -> None:
    """Without words to match only forms are marked."""
    assert set(markers_of(question, "Ieri chi ha segnato 3 gol a Roma 🎉").values()) == {Marker.PASSAGE, Marker.NUMBER, Marker.NAME}


def test_no_words_no_markers() -> None:
    """A text of marks and emoji has no words to mark."""
    assert MatchMarkers("Chi?").mark("… 🎉 !", [], []).shape == (0,)
