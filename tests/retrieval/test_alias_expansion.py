"""Other names widen a query: subjects of nicknames are found, shared nicknames only help, and what nobody writes is not added."""

import datetime
from pathlib import Path

import pytest

from index.articles import Article
from index.italian import stem
from retrieval.alias_expansion import with_aliases
from retrieval.aliases import AliasLexicon, read_aliases
from retrieval.question import Query, Question, understand
from tests.index.memory_engine import index_in_memory

ARTICLES = (
    Article("atletico", "Diego Simeone resta all'Atlético Madrid fino al 2027.", "Simeone rinnova"),
    Article("genoa", "Il Genoa ha scelto Vieira per la panchina.", "Genoa"),
    Article("bologna", "Il Bologna ha vinto a Valdoria.", "Bologna"),
    Article("lupi", "Nel parco i lupi sono trentotto.", "Il censimento dei lupi"),
)
SNAPSHOT = index_in_memory(ARTICLES).open_current()


@pytest.fixture(scope="module")
def lexicon(tmp_path_factory: pytest.TempPathFactory) -> AliasLexicon:
    """A short list of aliases."""
    file: Path = tmp_path_factory.mktemp("aliases") / "aliases.txt"
    file.write_text(
        "*: lupi\nDiego Simeone: Cholo\nAtlético Madrid: Colchoneros, Atleti\nGenoa: Grifone, rossoblù?\nBologna: rossoblù?\n"
        "Avellino: lupi\nJuventus: Vecchia Signora\n",
        encoding="utf-8",
    )
    return read_aliases(file)


def ask(text: str, lexicon: AliasLexicon) -> Query:
    """Understand a question with its aliases."""
    return with_aliases(understand(Question(text, datetime.date(2026, 1, 1)), SNAPSHOT), lexicon, SNAPSHOT)


def weights(query: Query) -> dict[str, float]:
    """Return the weight of each stem looked for."""
    return {term.stem: term.weight for term in query.terms}


def test_nickname_finds_its_subject(lexicon: AliasLexicon) -> None:
    """The subject is looked for, stands beside the question, and is the name that articles must write."""
    query = ask("Quando scade il Cholo?", lexicon)
    assert weights(query)[stem("simeone")] == pytest.approx(0.8)
    assert query.text == "Quando scade il Cholo? (diego simeone)"
    assert query.names & {"simeone", "diego"}
    assert "cholo" not in query.names


def test_shared_nickname_helps_all_that_it_may_mean(lexicon: AliasLexicon) -> None:
    """Nobody is chosen: the weight is divided, names and text stay as they were."""
    query = ask("Chi allena i rossoblù?", lexicon)
    assert weights(query)[stem("genoa")] == weights(query)[stem("bologna")] == pytest.approx(0.4)
    assert query.text == "Chi allena i rossoblù?"


def test_what_the_collection_does_not_write_is_not_added(lexicon: AliasLexicon) -> None:
    """Juventus stands in no article: nothing is gained by looking for it."""
    assert stem("juventus") not in weights(ask("Quando gioca la Vecchia Signora?", lexicon))


def test_word_of_every_day_is_no_nickname(lexicon: AliasLexicon) -> None:
    """Wolves in a park are wolves."""
    assert ask("Quanti lupi ci sono nel parco?", lexicon) == understand(
        Question("Quanti lupi ci sono nel parco?", datetime.date(2026, 1, 1)), SNAPSHOT
    )


def test_subject_is_looked_for_by_its_other_names_too(lexicon: AliasLexicon) -> None:
    """An article may write only the nickname; one that no article writes is left out."""
    assert stem("colchoneros") not in weights(ask("Chi allena l'Atlético Madrid?", lexicon))
