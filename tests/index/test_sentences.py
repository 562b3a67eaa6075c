"""Sentences are slices, cut where Italian prose may be cut."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.sentences import CUT_WORDS, LONGEST_SENTENCE_CHARACTERS, LONGEST_SENTENCE_WORDS, split_sentences


def sentences(text: str) -> list[str]:
    """Return the sentences of a text."""
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Il dott. Rossi è arrivato. Ha parlato.", ["Il dott. Rossi è arrivato.", "Ha parlato."]),
        ("L'art. 5 della S.p.A. vale. Fine.", ["L'art. 5 della S.p.A. vale.", "Fine."]),
        ("Gol di Bianchi al 90'+3. Poi il fischio.", ["Gol di Bianchi al 90'+3.", "Poi il fischio."]),
        ("È nato il 3.5.1970 a Roma. Vive lì.", ["È nato il 3.5.1970 a Roma.", "Vive lì."]),
        ("Ha detto: «Resto qui.» Poi è uscito.", ["Ha detto: «Resto qui.»", "Poi è uscito."]),
        ("Contano i 16.432 spettatori. Alle 20.45 si gioca.", ["Contano i 16.432 spettatori.", "Alle 20.45 si gioca."]),
        ("Si lotta per la salvezza.Pirlo non molla.", ["Si lotta per la salvezza.", "Pirlo non molla."]),
        ("Scrive J.K. Rowling. E' vero!", ["Scrive J.K. Rowling.", "E' vero!"]),
        ("Davvero? Sì… Forse", ["Davvero?", "Sì…", "Forse"]),
        ("Titolo senza punto\nPrima frase. Seconda.", ["Titolo senza punto", "Prima frase.", "Seconda."]),
        ("Costa 1,8 milioni. «Pochi», dice.", ["Costa 1,8 milioni.", "«Pochi», dice."]),
        ("Vedi www.sito.it per i dettagli.", ["Vedi www.sito.it per i dettagli."]),
        ("Il club (fondato nel 1908. Anno mitico) vive.", ["Il club (fondato nel 1908. Anno mitico) vive."]),
        ("…\n***\n", []),
    ],
)
def test_hard_cases(text: str, expected: list[str]) -> None:
    """Abbreviations, initials, numbers, times and quotations do not end a sentence; a missing blank does not hide one."""
    assert sentences(text) == expected


def test_long_sentences_are_cut_at_soft_marks() -> None:
    """A sentence too long to be read at a glance is cut at a semicolon, and nothing of it is lost."""
    half = " ".join(["parola"] * 40)
    assert sentences(f"{half}; {half}.") == [f"{half};", f"{half}."]


def test_comma_cuts_only_where_nothing_better_stands() -> None:
    """A long sentence without soft marks is cut before a conjunction that follows a comma."""
    half = " ".join(["parola"] * 40)
    assert sentences(f"{half}, mentre {half}.") == [f"{half},", f"mentre {half}."]
    assert sentences(f"{half}, mentre {half}; {half}.") == [f"{half},", f"mentre {half};", f"{half}."]
    assert sentences("Piove, ma si gioca.") == ["Piove, ma si gioca."]


def test_long_sentence_without_marks_stays_whole() -> None:
    """Without a soft mark a sentence is not cut, as long as it is no longer than a passage."""
    text = " ".join(["parola"] * LONGEST_SENTENCE_WORDS)
    assert sentences(text) == [text]


def test_endless_sentence_is_cut_at_a_blank() -> None:
    """Without any mark a sentence that is longer than a passage is cut after `CUT_WORDS`, and no word is lost."""
    words = [f"parola{n}" for n in range(LONGEST_SENTENCE_WORDS + 1)]
    assert sentences(" ".join(words)) == [" ".join(words[:CUT_WORDS]), " ".join(words[CUT_WORDS:])]


@pytest.mark.parametrize("unit", ["parola ", "parola; ", "art. ", "x", "- "])
def test_line_of_a_megabyte_is_cut_into_bounded_pieces(unit: str) -> None:
    """A line of a megabyte without sentences gives pieces that are all bounded, whatever it is made of, and nothing is lost."""
    text = "inizio " + unit * (1_000_000 // len(unit)) + "fine"
    pieces = sentences(text)
    assert all(
        len(p) <= LONGEST_SENTENCE_CHARACTERS and len(p.split()) <= LONGEST_SENTENCE_WORDS for p in pieces if any(c.isalnum() for c in p)
    )
    assert sum(character.isalnum() for piece in pieces for character in piece) == sum(map(str.isalnum, text))


@given(st.text(alphabet=st.sampled_from("aàB .!?…;:«»\"'’()\n\r–1,\t"), max_size=300))
def test_sentences_are_ordered_slices_that_lose_no_word(text: str) -> None:
    """Whatever the text, sentences come in order, do not overlap, have no outer blanks, and hold every letter and digit."""
    spans = split_sentences(text)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(spans))
    assert all(text[start:end] == text[start:end].strip() for start, end in spans)
    kept = "".join(text[start:end] for start, end in spans)
    assert [c for c in kept if c.isalnum()] == [c for c in text if c.isalnum()]
