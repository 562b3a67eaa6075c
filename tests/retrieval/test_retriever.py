"""The retriever finds the right passages first, the same ones on every engine."""

import datetime
from pathlib import Path

import pytest

from index.articles import Article
from index.engine import Engine, Snapshot
from index.snapshot import FolderEngine
from retrieval.conversation import Turn
from retrieval.deadline import Deadline, TooSlow
from retrieval.fusion import DenseWeight
from retrieval.question import Question, understand
from retrieval.reader import RetrievedPassage
from retrieval.retriever import Retriever
from tests.index.memory_engine import HashingEncoder, bare_manifest, index_in_memory, new_article

TODAY = datetime.date(2026, 1, 1)
ENCODER = HashingEncoder()
ARTICLES = (
    Article("simeone", "L'allenatore Diego Simeone ha rinnovato con l'Atlético fino al 2027. Simeone resta a Madrid.", "Simeone resta"),
    Article(
        "bellandi", "Mattia Bellandi della Juventus ha rinnovato fino al 2028. È fermo per un infortunio al ginocchio.", "Bellandi firma"
    ),
    Article("ponte", "Il ponte sul torrente Lodola riapre a settembre. Il sindaco di Castelbruno ringrazia gli operai.", "Riapre il ponte"),
    Article("museo", "Il museo della carta riapre dopo due anni. Il biglietto costa otto euro.", "Riapre il museo"),
    Article(
        "lupi", "\n".join(f"Nella notte numero {n} i guardiaparco hanno contato {n + 3} lupi lungo il torrente." for n in range(40)), "Lupi"
    ),
    *(Article(f"notizia-{n}", f"Il consiglio comunale numero {n} ha discusso di strade, scuole e bilancio.") for n in range(20)),
)


@pytest.fixture(scope="module", params=["memory", "folder"])
def snapshot(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """Return the articles on each engine."""
    if request.param == "memory":
        return index_in_memory(ARTICLES, ENCODER).open_current()
    return _published(FolderEngine(tmp_path_factory.mktemp("index"))).open_current()


def _published(engine: Engine) -> Engine:
    draft = engine.build(bare_manifest(ENCODER), (new_article(article, ENCODER) for article in ARTICLES), ())
    engine.publish(draft.manifest.number)
    return engine


def retrieve(text: str, snapshot: Snapshot, *history: Turn, top_k: int = 10) -> list[RetrievedPassage]:
    """Retrieve for a question with the default weights."""
    query = understand(Question(text, TODAY, history), snapshot)
    return Retriever(ENCODER).retrieve(query, snapshot, top_k=top_k, deadline=Deadline.none())


@pytest.mark.parametrize(
    ("text", "article"),
    [
        ("Fino a quando ha rinnovato Simeone?", "simeone"),
        ("quando riapre il ponte", "ponte"),
        ("quanto costa il biglietto del museo?", "museo"),
        ("infortunnio belandi", "bellandi"),
        ("who is the coach of Atlético?", "simeone"),
        ("How many wolves were counted?", "lupi"),
    ],
)
def test_right_article_comes_first(text: str, article: str, snapshot: Snapshot) -> None:
    """Plain questions, keywords with typing errors and English questions find their article first."""
    assert retrieve(text, snapshot)[0].article.id == article


def test_best_comes_first_and_parts_explain_it(snapshot: Snapshot) -> None:
    """Hits are in order of their score, each passage once, with the parts that made it."""
    hits = retrieve("Fino a quando ha rinnovato Bellandi?", snapshot)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len({hit.passage.id for hit in hits}) == len(hits)
    assert hits[0].term_score == max(hit.term_score for hit in hits) > 0
    assert hits[0].ngram_score > 0


def test_passages_are_slices_of_their_articles(snapshot: Snapshot) -> None:
    """Every hit carries the whole article that its passage is a slice of."""
    for hit in retrieve("Quanti lupi hanno contato i guardiaparco?", snapshot):
        assert hit.article.id == hit.passage.article_id
        assert hit.article.text[hit.passage.start : hit.passage.end] == hit.passage.text


def test_top_k_limits(snapshot: Snapshot) -> None:
    """At most `top_k` passages come back, and the fewer are the first of the more."""
    many = retrieve("consiglio comunale", snapshot, top_k=8)
    assert len(many) == 8
    assert retrieve("consiglio comunale", snapshot, top_k=3) == many[:3]


def test_equals_are_in_order_of_id() -> None:
    """Passages with the same score are ordered by id, so that the order never changes."""
    twins = [Article(f"gemello-{n}", "Il circo arriva in città.") for n in range(6)]
    hits = retrieve("circo", index_in_memory(twins, ENCODER).open_current())
    assert len({hit.score for hit in hits}) == 1
    assert [hit.passage.id for hit in hits] == sorted(hit.passage.id for hit in hits)


def test_engines_agree(tmp_path: Path) -> None:
    """Memory and folder give the same passages in the same order, with scores that differ by rounding only."""
    memory = index_in_memory(ARTICLES, ENCODER).open_current()
    folder = _published(FolderEngine(tmp_path)).open_current()
    for text in ("Quando riapre il museo?", "Quanti lupi lungo il torrente?", "rinnovato", "consiglio comunale numero 3"):
        one, other = retrieve(text, memory), retrieve(text, folder)
        assert [hit.passage for hit in one] == [hit.passage for hit in other]
        assert [hit.score for hit in one] == pytest.approx([hit.score for hit in other], abs=0.05)


def test_follow_up_stays_with_the_article(snapshot: Snapshot) -> None:
    """A follow-up that could mean anybody is answered from the article cited before."""
    for cited in ("simeone", "bellandi"):
        assert retrieve("e fino a quando ha rinnovato?", snapshot, Turn("Chi ha firmato?", "", cited))[0].article.id == cited


def test_follow_up_with_a_name_may_leave_the_article(snapshot: Snapshot) -> None:
    """`E Bellandi?` finds Bellandi's article although Simeone's was cited."""
    turn = Turn("Fino a quando ha rinnovato Simeone?", "2027", "simeone")
    assert retrieve("E Bellandi?", snapshot, turn)[0].article.id == "bellandi"


def test_weight_of_the_encoder_decides(snapshot: Snapshot) -> None:
    """With a great dense weight the nearest vectors come first, in their order."""
    query = understand(Question("lupi lungo il torrente", TODAY), snapshot)
    hits = Retriever(ENCODER, DenseWeight(1000.0)).retrieve(query, snapshot, top_k=5, deadline=Deadline.none())
    nearest = snapshot.nominate_by_vector(ENCODER.encode([query.text], "question")[0], limit=5)
    assert [hit.passage.id for hit in hits] == nearest


def test_nothing_to_look_for(snapshot: Snapshot) -> None:
    """A query without terms finds nothing at all."""
    assert retrieve("???", snapshot) == []


def test_unknown_subject_is_still_answered_by_what_is_near(snapshot: Snapshot) -> None:
    """For a word that nobody wrote whatever comes back has no term in common with it."""
    assert all(hit.term_score == 0 for hit in retrieve("Zzyzx", snapshot))


def test_empty_collection() -> None:
    """An empty collection gives no passages."""
    assert retrieve("Quando riapre il ponte?", index_in_memory((), ENCODER).open_current()) == []


def test_deadline_is_kept(snapshot: Snapshot) -> None:
    """Once the deadline has passed the retriever gives up by TooSlow."""
    query = understand(Question("Quando riapre il ponte?", TODAY), snapshot)
    with pytest.raises(TooSlow):
        Retriever(ENCODER).retrieve(query, snapshot, top_k=5, deadline=Deadline.after(-1))
