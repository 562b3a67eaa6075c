"""Names are told by capitals, or by how the collection writes a word."""

import pytest

from index.articles import Article
from index.engine import Snapshot
from index.italian import is_stop_word, tokenize
from retrieval.names import find_names
from tests.index.memory_engine import index_in_memory


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    """Return a collection that writes two names with capitals, and the word `rosa` in both ways."""
    articles = (
        Article("a", "Il nuovo contratto di Simeone è stato firmato ieri. Per Simeone la rosa del Pescara è pronta."),
        Article("b", "Contratto in vista. La signora Rosa ama il contratto e la rosa, una rosa bianca."),
    )
    return index_in_memory(articles).open_current()


def names(text: str, snapshot: Snapshot) -> set[str]:
    """Return the names of a question."""
    return set(find_names(text, [token for token in tokenize(text) if not is_stop_word(token.folded)], snapshot))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Quando ha firmato Diego Simeone con l'Atlético?", {"diego", "simeone", "atletico"}),
        ("Qual è il contratto della FIFA con CR7?", {"fifa", "cr7"}),
        ("Che cosa vuol dire «porta girevole»?", {"porta", "girevole"}),
        ("Quanto costa? Quanti sono i biglietti?", set()),
        ("Zanzibar dove si trova?", set()),
    ],
)
def test_capitals_and_quotes(text: str, expected: set[str], snapshot: Snapshot) -> None:
    """A capital inside a sentence makes a name, and so do quotation marks; the first word's capital says nothing."""
    assert names(text, snapshot) == expected


@pytest.mark.parametrize(
    "text", ["quando scade il contratto di simeone", "QUANDO SCADE IL CONTRATTO DI SIMEONE", "Simeone, quando scade il contratto?"]
)
def test_collection_knows_names(text: str, snapshot: Snapshot) -> None:
    """Where the question's capitals say nothing, a word is a name if the collection writes it so."""
    assert names(text, snapshot) == {"simeone"}


def test_first_word_beside_other_names(snapshot: Snapshot) -> None:
    """The first word is looked up even where other names have capitals."""
    assert names("Simeone ha firmato con il Pescara?", snapshot) == {"simeone", "pescara"}


def test_ordinary_spelling_wins(snapshot: Snapshot) -> None:
    """A word that the collection writes more often without a capital is no name."""
    assert names("chi ha comprato la rosa", snapshot) == set()


def test_nothing_to_name(snapshot: Snapshot) -> None:
    """A question without words has no names."""
    assert names("", snapshot) == set()
    assert names("??? 🦊", snapshot) == set()
