"""What the features are made of: words laid out in rows, matches, marks, candidates and their slices."""

import datetime

import numpy as np
import pytest

from index.articles import Article
from index.passages import split_article
from index.settings import PROJECT
from retrieval.answer_types import AnswerType
from retrieval.features.background import load_background
from retrieval.features.evidence import Evidence, gather
from retrieval.features.question_shape import Asks, shape
from retrieval.features.sentence_features import sentence_features
from retrieval.features.sentence_table import lay_out
from retrieval.features.span_candidates import find_candidates, slice_of
from retrieval.features.token_classes import Gap, TokenClass, classify, classify_gap
from retrieval.question import Query, QueryTerm, Question
from retrieval.reader import RetrievedPassage
from tests.retrieval.test_feature_reader import query

BACKGROUND = load_background(PROJECT / "models" / "features-it" / "background.safetensors")
TEXT = "Il ds Marco Sala lascia il Bari. Guadagnava 1,8 milioni di euro fino al 30 giugno. Ora tocca a «Gigi» Russo (34 anni)."


def passage(text: str = TEXT, title: str = "Bari, addio a Sala") -> RetrievedPassage:
    """Return the only passage of an article."""
    article = Article("bari", text, title=title)
    return RetrievedPassage(split_article(article)[0], article, 3.0, 2.0, 1.0, 0.0)


def evidence(question: str, text: str = TEXT) -> Evidence:
    """Return what a question meets in the article."""
    found = gather(query(question), [passage(text)], BACKGROUND)
    assert found is not None
    return found


def candidates(text: str) -> set[str]:
    """Return the slices that may be an answer in a text of one sentence."""
    table = lay_out([passage(text)])
    found = find_candidates(table, [0])
    borders = zip(table.token_start[found.first].tolist(), table.token_end[found.last].tolist(), strict=True)
    slices = [slice_of(text, start, end, lowest=0, highest=len(text)) for start, end in borders]
    return {text[start:end] for start, end in slices}


def test_numbers_are_not_joined_with_words_that_are_no_value() -> None:
    """A candidate ends before a conjunction that leads from a number to a word that is no value, and goes on to another value."""
    found = candidates("Il contratto scade nel 2026 e nessuno sa se costa 8 e mezzo o 9 o 10 milioni.")
    assert "2026" in found
    assert "2026 e nessuno" not in found
    assert "9 o 10 milioni" in found


@pytest.mark.parametrize(
    ("word", "wanted"),
    [
        ("2028", TokenClass.YEAR),
        ("marzo", TokenClass.MONTH),
        ("due", TokenClass.COUNT),
        ("€", TokenClass.CURRENCY),
        ("anni", TokenClass.TIME_UNIT),
        ("Bari", TokenClass.CAPITAL),
        ("ha", TokenClass.AUXILIARY),
        ("Perché", TokenClass.CAUSE),
    ],
)
def test_words_are_classed_by_their_form(word: str, wanted: TokenClass) -> None:
    """A word's bits say what it may be."""
    assert classify(word) & wanted


def test_a_gap_tells_whether_a_clause_ends() -> None:
    """A full stop with a blank ends something; one inside an abbreviation does not."""
    assert classify_gap(". ") & Gap.STRONG
    assert not classify_gap(".") & Gap.STRONG
    assert classify_gap("-") & Gap.HYPHEN


def test_rows_are_sentences_then_headlines() -> None:
    """The table has a row for each sentence and one more for the headline, which is no candidate."""
    table = lay_out([passage()])
    assert table.sentences == 3
    assert [table.words[w] for w in table.word[table.row_start[3] : table.row_start[4]]] == ["bari", "addio", "a", "sala"]


def test_offsets_of_words_point_into_the_article() -> None:
    """Every word's offsets give the word as it is written."""
    table = lay_out([passage()])
    sentence = slice(int(table.row_start[1]), int(table.row_start[2]))
    words = [TEXT[s:e] for s, e in zip(table.token_start[sentence], table.token_end[sentence], strict=True)]
    assert words == ["Guadagnava", "1,8", "milioni", "di", "euro", "fino", "al", "30", "giugno"]


def test_a_first_capital_is_no_name() -> None:
    """A capital that only begins a sentence or a quotation is not counted as one."""
    table = lay_out([passage()])
    assert [TEXT[table.token_start[t] : table.token_end[t]] for t in np.flatnonzero(table.capital) if t < table.row_start[3]] == [
        "Marco",
        "Sala",
        "Bari",
        "Russo",
    ]


def test_similar_words_match_in_part() -> None:
    """A word with a typing error still matches, less than the word itself."""
    found = evidence("Quanto guadagnva Sala?")
    assert 0.4 < found.matches.soft[0].max() < 1.0
    assert found.matches.soft[1].max() == 1.0


def test_a_match_fades_with_distance_and_ends_with_its_sentence() -> None:
    """Nearness falls by a factor a word, and never crosses into the next sentence."""
    found = evidence("Che cosa lascia?")
    table, left = found.table, found.matches.left[0]
    at = int(np.flatnonzero(found.matches.soft[0] == 1.0)[0])
    assert left[at + 1] == pytest.approx(0.85)
    assert left[at + 2] == pytest.approx(0.85**2)
    assert not left[table.row_start[1] : table.row_start[3]].any()


def test_the_question_word_and_its_noun_are_found() -> None:
    """`A quale squadra` asks which, after `a`, for a team."""
    looked_at = shape(query("A quale squadra passa Sala?"), BACKGROUND)
    assert (looked_at.asks, looked_at.preposition) == (Asks.WHICH, 1)
    assert looked_at.concepts[looked_at.focus].word == "squadra"


def test_a_guessed_word_counts_less() -> None:
    """A word carried over from the turn before has less weight than the same word asked for."""
    sure = query("Quando Sala?")
    guessed = Query(Question("Quando?", datetime.date(2026, 1, 1)), "Quando?", (QueryTerm("sal", "sala", 0.5),), frozenset(), frozenset())
    assert shape(guessed, BACKGROUND).concepts[0].idf == pytest.approx(shape(sure, BACKGROUND).concepts[0].idf / 2)


def test_coverage_is_highest_where_the_words_stand() -> None:
    """The sentence that holds the question's words covers it best."""
    columns = sentence_features(evidence("Quanti euro guadagnava Sala?"))
    assert int(columns["coverage"].argmax()) == 1


def test_all_features_are_numbers_for_each_sentence() -> None:
    """No feature is missing or infinite, even where the question shares nothing with the text."""
    for question in ("Quanti euro guadagnava Sala?", "Chi ha inventato il telegrafo?"):
        for name, column in sentence_features(evidence(question)).items():
            assert column.shape == (3,), name
            assert np.isfinite(column).all(), name


@pytest.mark.parametrize("answer", ["1,8 milioni di euro", "fino al 30 giugno", "30 giugno", "1,8 milioni"])
def test_candidates_have_tidy_borders(answer: str) -> None:
    """Amounts and dates are candidates, with their preposition and without."""
    assert answer in candidates("Guadagnava 1,8 milioni di euro fino al 30 giugno.")


def test_no_candidate_ends_in_a_stop_word() -> None:
    """A run that ends in a preposition or an article is not looked at."""
    assert not {slice_ for slice_ in candidates("Sala va dal Bari al Lecce per un anno.") if slice_.endswith((" al", " per", " un"))}


def test_a_hyphenated_name_is_not_cut() -> None:
    """`Iturralde-Paz` is taken whole or not at all."""
    found = candidates("Arriva Iturralde-Paz dal Catania.")
    assert "Iturralde-Paz" in found
    assert not {"Iturralde", "Paz"} & found


def test_slices_take_in_what_belongs_to_them() -> None:
    """The sign of a percentage, a minute or an amount, and the quotation mark that closes, belong to the slice."""
    text = "Il 30% segnò al 90' per €500 con «Gigi Russo» in (serie B) ieri."
    for words, expected in (("30", "30%"), ("90", "90'"), ("500", "€500"), ("«Gigi Russo", "«Gigi Russo»"), ("(serie B", "(serie B)")):
        start = text.index(words)
        low, high = slice_of(text, start, start + len(words), lowest=0, highest=len(text))
        assert text[low:high] == expected


def test_wanted_marks_follow_the_answer_type() -> None:
    """Where a person is asked for, names are wanted; where an amount, numbers."""
    for kind, words in ((AnswerType.PERSON, {"russo"}), (AnswerType.MONEY, {"1,8", "milioni"})):
        asked = query("Sala Bari?", kind)
        found = gather(asked, [passage()], BACKGROUND)
        assert found is not None
        wanted = {found.table.words[w] for w in found.table.word[found.marks.wanted & found.marks.novel]}
        assert words <= wanted
