"""The formula that orders candidates: each part alone, and their sum."""

import datetime
from collections.abc import Sequence
from math import log, sqrt

import numpy as np
import pytest

from index.articles import Article
from index.engine import IndexedPassage, Snapshot
from retrieval.fusion import (
    ARTICLE_WEIGHT,
    NGRAM_WEIGHT,
    PAIR_WEIGHT,
    DenseWeight,
    LexicalQuery,
    PartScores,
    fuse,
    lexical_query,
    score_parts,
)
from retrieval.question import Question, understand
from tests.index.memory_engine import HashingEncoder, index_in_memory

TODAY = datetime.date(2026, 1, 1)
ARTICLES = (
    Article("molo", "Il molo nuovo apre a maggio."),
    Article("ponte", "Il ponte nuovo apre a giugno, il ponte vecchio chiude."),
    Article("lupi", "Nel parco vivono ventitré lupi e tre orsi."),
    Article("mercato", "Il mercato del sabato si sposta in piazza."),
)
SNAPSHOT = index_in_memory(ARTICLES).open_current()
ENCODER = HashingEncoder()
ONLY_WORDS = DenseWeight(0.0, deviation=1.0)


def candidates(snapshot: Snapshot = SNAPSHOT) -> list[IndexedPassage]:
    """Return all passages of a collection, by article and place."""
    ids = snapshot.nominate_by_vector(ENCODER.encode(["molo"], "question")[0], limit=1000)
    return sorted(snapshot.passages(ids), key=lambda indexed: (indexed.passage.article_id, indexed.passage.start))


def score(text: str, found: Sequence[IndexedPassage] | None = None, snapshot: Snapshot = SNAPSHOT) -> tuple[LexicalQuery, PartScores]:
    """Compare a question with candidates."""
    query = understand(Question(text, TODAY), snapshot)
    lexical = lexical_query(query, snapshot)
    return lexical, score_parts(lexical, ENCODER.encode([text], "question")[0], candidates(snapshot) if found is None else found, snapshot)


def by_article(scores: np.ndarray) -> dict[str, float]:
    """Return the best score of each article."""
    best: dict[str, float] = {}
    for indexed, value in zip(candidates(), scores, strict=True):
        best[indexed.passage.article_id] = max(float(value), best.get(indexed.passage.article_id, -1e9))
    return best


def test_bm25_by_hand() -> None:
    """The score of one stem is Lucene's BM25 with k1 1.1 and b .6."""
    _, parts = score("molo")
    (passage,) = (c for c in candidates() if c.passage.article_id == "molo")
    idf = log(1 + (4 - 1 + 0.5) / (1 + 0.5))
    norm = 1.1 * (1 - 0.6 + 0.6 * len(passage.terms) / SNAPSHOT.manifest.average_terms)
    assert by_article(parts.terms) == pytest.approx({"molo": idf * 2.1 / (1 + norm), "ponte": 0, "lupi": 0, "mercato": 0})


def test_rare_words_weigh_more() -> None:
    """A passage with the rarer of two words comes before one with the commoner."""
    _, parts = score("nuovo mercato")
    scores = by_article(parts.terms)
    assert scores["mercato"] > scores["molo"] > 0


def test_repetition_saturates() -> None:
    """A word said twice counts more than once, and less than twice as much."""
    once, twice = (score(text)[1] for text in ("vecchio", "ponte"))
    assert by_article(once.terms)["ponte"] < by_article(twice.terms)["ponte"] < 2 * by_article(once.terms)["ponte"]


def test_ngrams_find_what_stems_miss() -> None:
    """A word in another form shares n-grams with a passage even where no stem is shared."""
    _, parts = score("mercatino")
    assert by_article(parts.ngrams)["mercato"] > 0
    assert max(by_article(parts.ngrams), key=by_article(parts.ngrams).__getitem__) == "mercato"


def test_neighbours_count() -> None:
    """Words that stand together in question and passage count more than the same words apart."""
    _, parts = score("ponte nuovo")
    scores = by_article(parts.pairs)
    assert scores["ponte"] > 0 == scores["molo"]


def test_an_article_lifts_its_passages() -> None:
    """What one passage of an article lacks and another has counts for both; another article's words do not."""
    filler = " ".join(f"La seduta numero {n} del consiglio comunale ha trattato di strade, scuole e bilancio." for n in range(12))
    articles = (Article("a", f"Il sindaco Ferraris parla.\n{filler}\nLa diga è vuota."), Article("b", f"{filler}\nLa diga è piena."))
    snapshot = index_in_memory(articles).open_current()
    _, parts = score("Ferraris diga", snapshot=snapshot)
    share = dict(zip([(c.passage.article_id, c.passage.start) for c in candidates(snapshot)], parts.article, strict=True))
    assert len({value for (article, _), value in share.items() if article == "a"}) == 1
    assert min(value for (article, _), value in share.items() if article == "a") > max(v for (a, _), v in share.items() if a == "b")


def test_cosines_are_those_of_the_engine() -> None:
    """The dense part is the dot product with the stored vectors."""
    _, parts = score("lupi e orsi nel parco")
    vector = ENCODER.encode(["lupi e orsi nel parco"], "question")[0]
    np.testing.assert_allclose(parts.dense, SNAPSHOT.vectors([c.passage.id for c in candidates()]) @ vector, rtol=1e-5)


def test_sum_is_the_formula() -> None:
    """The fused score is the weighted sum of the parts, words by their deviation and cosines by theirs."""
    query, parts = score("ponte nuovo")
    expected = (parts.terms + NGRAM_WEIGHT * parts.ngrams + PAIR_WEIGHT * parts.pairs + ARTICLE_WEIGHT * parts.article) / query.deviation
    np.testing.assert_allclose(fuse(query, parts, ONLY_WORDS), expected)
    np.testing.assert_allclose(fuse(query, parts, DenseWeight(0.4, deviation=0.1)), expected + 4 * parts.dense)
    np.testing.assert_allclose(fuse(query, parts, DenseWeight(0.5)), expected + 0.5 * parts.dense / parts.dense.std())


def test_deviation_is_estimated_from_frequencies() -> None:
    """The deviation of one stem's score without n-grams is idf · √(p(1-p))."""
    query, _ = score("€")  # a term that has no n-grams
    assert query.ngrams == {}
    euro = index_in_memory([*ARTICLES, Article("euro", "Costa 8 €.")]).open_current()
    query, _ = score("€", snapshot=euro)
    assert query.deviation == pytest.approx(log(1 + 4.5 / 1.5) * sqrt(0.2 * 0.8))


def test_names_weigh_more() -> None:
    """The stem of a name has more weight than the same stem would have as a word."""
    assert score("dove abita Lupi")[0].terms == {"abit": 1.0, "lup": 1.2}


def test_order_does_not_depend_on_the_other_candidates() -> None:
    """Candidates of other articles change no lexical score: nothing is normalised over the union."""
    lexical, parts = score("ponte nuovo")
    some = [c for c in candidates() if c.passage.article_id in {"molo", "ponte"}]
    _, fewer = score("ponte nuovo", some)
    whole = by_article(fuse(lexical, parts, ONLY_WORDS))
    assert fuse(lexical, fewer, ONLY_WORDS).tolist() == pytest.approx([whole[c.passage.article_id] for c in some])


@pytest.mark.parametrize("text", ["Zanzibar", "€", "16.432"])
def test_unknown_words(text: str) -> None:
    """Words that stand nowhere give zeros, and nothing is divided by zero."""
    query, parts = score(text)
    assert not parts.terms.any()
    assert np.isfinite(fuse(query, parts, DenseWeight(0.4))).all()


def test_no_candidates() -> None:
    """Without candidates there are no scores."""
    query, parts = score("molo", [])
    assert fuse(query, parts, DenseWeight(0.4)).shape == (0,)
