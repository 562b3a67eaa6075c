"""Words that newspapers use for one another find each other's articles."""

import datetime

import pytest

from index.articles import Article
from index.italian import stem
from retrieval.question import Question, understand
from retrieval.synonyms import synonym_stems
from tests.index.memory_engine import index_in_memory

TODAY = datetime.date(2026, 1, 1)


def test_groups_are_mutual() -> None:
    """Each word of a group stands for the others, and a word of no group for none."""
    assert stem("prolungato") in synonym_stems(stem("rinnovo"))
    assert stem("rinnovo") in synonym_stems(stem("prolungato"))
    assert synonym_stems(stem("molo")) == ()


@pytest.mark.parametrize(("question", "article"), [("Fino a quando ha rinnovato Rossi?", "Rossi ha prolungato fino al 2027.")])
def test_question_looks_for_the_other_word_too(question: str, article: str) -> None:
    """A question looks for synonyms that the collection knows, at less weight, as guesses for the word that was asked."""
    snapshot = index_in_memory([Article("a", article)]).open_current()
    terms = {term.stem: term for term in understand(Question(question, TODAY), snapshot).terms}
    assert terms[stem("prolungato")].weight < 1
    assert terms[stem("prolungato")].word == "rinnovato"


def test_names_have_no_synonyms() -> None:
    """A name that is also a word of a group stays a name."""
    snapshot = index_in_memory([Article("a", "Mister Punta e la rete di Casa.")]).open_current()
    query = understand(Question("Dove vive Gianni Casa?", TODAY), snapshot)
    assert not {term.stem for term in query.terms} & {stem("abitazione"), stem("residenza")}
