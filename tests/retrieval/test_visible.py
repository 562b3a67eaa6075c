"""A snapshot without its withdrawn articles is as one in which they were never indexed."""

import datetime
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.articles import Article
from index.dates import Period
from index.engine import Engine, Snapshot
from index.italian import analyze, word_ngrams
from index.snapshot import FolderEngine
from retrieval.deadline import Deadline
from retrieval.question import Question, understand
from retrieval.retriever import Retriever
from retrieval.visible import VisibleSnapshot, visible
from tests.index.engine_contract import AGENCY, LATE_REPRINT, REPRINT
from tests.index.memory_engine import HashingEncoder, bare_manifest, index_in_memory, new_article

ENCODER = HashingEncoder()
ALL = 10_000
DAYS = [datetime.date(2025, 3, day) for day in (1, 1, 1, 2, 2, 5)]
ARTICLES = (
    AGENCY,
    REPRINT,
    LATE_REPRINT,
    *(
        Article(
            f"lupi-{n}",
            f"Nel bosco numero {n} vivono {n + 3} lupi. {'Il torrente Lodola scorre lento. ' * 9 * n}",
            "Lupi",
            published=period,
        )
        for n, period in enumerate([None, None, *(Period(day, day) for day in DAYS)])
    ),
    *(Article(f"verbale-{n}", f"Il consiglio numero {n} ha discusso di strade e di lupi.") for n in range(6)),
    Article("segreto", "Il signor Zebedeo Quarantini abita in via del Mulino. Il signor Quarantini vende lupi di legno.", "Quarantini"),
)
IDS = sorted(article.id for article in ARTICLES)
SETS = st.frozensets(st.sampled_from([*IDS, "mai-indicizzato"]))


@pytest.fixture(scope="module", params=["memory", "folder"])
def whole(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """Return all articles on each engine."""
    if request.param == "memory":
        return index_in_memory(ARTICLES, ENCODER).open_current()
    engine: Engine = FolderEngine(tmp_path_factory.mktemp("index"))
    draft = engine.build(bare_manifest(ENCODER), (new_article(article, ENCODER) for article in ARTICLES), ())
    engine.publish(draft.manifest.number)
    return draft


def without(withdrawn: frozenset[str]) -> Snapshot:
    """Return a snapshot in which these articles were never indexed."""
    return index_in_memory([article for article in ARTICLES if article.id not in withdrawn], ENCODER).open_current()


def vector(text: str) -> np.ndarray:
    """Return the vector of a question."""
    return ENCODER.encode([text], "question")[0]


def nominations(snapshot: Snapshot, limit: int) -> list[list[int]]:
    """Return what is nominated for wolves, in three ways."""
    terms = dict.fromkeys(analyze("lupi consiglio Quarantini"), 1.0)
    grams = dict.fromkeys([*word_ngrams("lupi"), *word_ngrams("mulino")], 1.0)
    return [
        snapshot.nominate_by_terms(terms, limit=limit),
        snapshot.nominate_by_ngrams(grams, limit=limit),
        snapshot.nominate_by_vector(vector("lupi nel bosco"), limit=limit),
    ]


def test_nothing_withdrawn_is_the_snapshot_itself(whole: Snapshot) -> None:
    """Where nothing is withdrawn there is nothing in between."""
    assert visible(whole, frozenset()) is whole
    assert isinstance(visible(whole, frozenset({"segreto"})), VisibleSnapshot)


@settings(max_examples=40, deadline=None)
@given(withdrawn=SETS)
def test_holds_what_an_index_without_them_holds(whole: Snapshot, withdrawn: frozenset[str]) -> None:
    """Articles, passages, digests, copies, words, counts and all that can be nominated are those of an index made without them."""
    seen, expected = visible(whole, withdrawn), without(withdrawn)
    assert seen.digests() == expected.digests()
    assert seen.articles(IDS) == expected.articles(IDS)
    assert seen.copies(IDS) == expected.copies(IDS)
    assert seen.passage_ids(IDS) == expected.passage_ids(IDS)
    everything = sorted(whole.passage_ids(IDS))
    assert seen.passages(everything) == expected.passages(everything)
    assert set(seen.vocabulary()) == set(expected.vocabulary())
    terms = sorted(whole.vocabulary())
    assert seen.term_frequencies(terms) == expected.term_frequencies(terms)
    assert (seen.manifest.articles, seen.manifest.passages) == (expected.manifest.articles, expected.manifest.passages)
    assert seen.manifest.number == whole.manifest.number
    for found, wanted in zip(nominations(seen, ALL), nominations(expected, ALL), strict=True):
        assert len(found) == len(set(found))
        assert set(found) == set(wanted)


@settings(max_examples=40, deadline=None)
@given(withdrawn=SETS, limit=st.integers(0, 12))
def test_withdrawn_passages_take_nobodys_place(whole: Snapshot, withdrawn: frozenset[str], limit: int) -> None:
    """With a limit as many are nominated as there are up to it, and they are the first of all that are."""
    seen = visible(whole, withdrawn)
    for few, every in zip(nominations(seen, limit), nominations(seen, ALL), strict=True):
        assert len(few) == min(limit, len(every))
        assert set(few) <= set(every)


@settings(max_examples=60, deadline=None)
@given(withdrawn=SETS, limit=st.integers(1, 8), offset=st.integers(0, 25))
def test_pages_are_those_of_what_may_be_seen(whole: Snapshot, withdrawn: frozenset[str], limit: int, offset: int) -> None:
    """Every page of the newest articles is full and begins where the one before ended, also among articles of one day and undated ones."""
    expected = without(withdrawn).newest_articles(limit=ALL)
    assert visible(whole, withdrawn).newest_articles(limit=limit, offset=offset) == expected[offset : offset + limit]


def test_pages_end_with_the_total(whole: Snapshot) -> None:
    """Turning pages of three up to the number in the manifest shows every visible article once."""
    seen = visible(whole, frozenset({"agenzia", "lupi-3", "lupi-0", "verbale-2"}))
    shown = [a.id for offset in range(0, seen.manifest.articles, 3) for a in seen.newest_articles(limit=3, offset=offset)]
    assert sorted(shown) == sorted(seen.digests())


def test_vectors_of_withdrawn_passages_are_unknown(whole: Snapshot) -> None:
    """A passage of a withdrawn article has no vector; the others keep theirs."""
    seen = visible(whole, frozenset({"segreto"}))
    (hidden,) = whole.passage_ids(["segreto"])
    others = sorted(whole.passage_ids(["agenzia", "lupi-4"]))
    np.testing.assert_array_equal(seen.vectors(others), whole.vectors(others))
    with pytest.raises(KeyError):
        seen.vectors([*others, hidden])


def test_words_of_withdrawn_articles_are_forgotten(whole: Snapshot) -> None:
    """A word that only a withdrawn article holds is no word of the collection, so that no typing error is mended into it."""
    (name,) = analyze("Quarantini")
    assert name in whole.vocabulary()
    seen = visible(whole, frozenset({"segreto"}))
    assert name not in seen.vocabulary()
    assert seen.term_frequencies([name])[name] == 0
    question = Question("Dove abita Quarantinni?", datetime.date(2026, 1, 1))
    assert name in {term.stem for term in understand(question, whole).terms}
    assert name not in {term.stem for term in understand(question, seen).terms}


@pytest.mark.parametrize("withdrawn", [(), ("segreto",), ("agenzia", "gazzetta", "corriere"), tuple(IDS)])
def test_questions_are_answered_from_the_others(whole: Snapshot, withdrawn: Sequence[str]) -> None:
    """The retriever works on what may be seen as on any snapshot, with as many passages as it is asked for."""
    seen = visible(whole, frozenset(withdrawn))
    for text in ("Dove abita Zebedeo Quarantini?", "Chi ha condannato il tribunale per le pere?", "quanti lupi vivono nel bosco?"):
        query = understand(Question(text, datetime.date(2026, 1, 1)), seen)
        found = Retriever(ENCODER).retrieve(query, seen, top_k=5, deadline=Deadline.none())
        assert len(found) == min(5, seen.manifest.passages)
        assert not {hit.article.id for hit in found} & set(withdrawn)


def test_closing_closes_the_snapshot(tmp_path: Path) -> None:
    """Whoever closes what may be seen closes what it is seen of."""
    engine = FolderEngine(tmp_path)
    draft = engine.build(bare_manifest(ENCODER), (new_article(article, ENCODER) for article in ARTICLES), ())
    engine.publish(draft.manifest.number)
    draft.close()
    held = visible(engine.open_current(), frozenset({"segreto"}))
    assert held.digests()
    empty = engine.build(bare_manifest(ENCODER), (), IDS)
    engine.publish(empty.manifest.number)
    assert engine.vacuum(keep=1) == 0
    held.close()
    assert engine.vacuum(keep=1) == 1
