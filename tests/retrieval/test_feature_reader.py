"""The feature reader on a few invented articles: what it proposes, and that it always quotes."""

import datetime
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from index.articles import Article
from index.errors import ModelError
from index.italian import is_stop_word, stem, tokenize
from index.passages import split_article
from index.settings import PROJECT
from retrieval.answer_types import AnswerType
from retrieval.deadline import Deadline, TooSlow
from retrieval.feature_reader import FeatureReader
from retrieval.question import Query, QueryTerm, Question
from retrieval.reader import RetrievedPassage, Span

ARTICLES = [
    Article(
        "rinnovo",
        "Il portiere Davor Perić ha firmato il rinnovo con il Molfetta fino al 2028. Lo stipendio è di 400 mila euro a stagione. "
        "Alla firma, lunedì pomeriggio, c'era anche la presidente Nunzia Lops. Perić, 37 anni, gioca in Puglia dal 2019.",
        title="Perić resta al Molfetta",
    ),
    Article(
        "museo",
        "Il museo del mare riapre il 12 aprile dopo due anni di lavori. Il biglietto costa 8 euro, per i residenti è gratuito. "
        "La nuova direttrice, Ilaria Cantarini, ha voluto una sala dedicata alle barche da pesca.",
        title="Riapre il museo del mare",
    ),
]


@pytest.fixture(scope="module")
def reader() -> FeatureReader:
    """The shipped reader."""
    return FeatureReader()


def query(text: str, *types: AnswerType) -> Query:
    """Return a question understood in the simplest way."""
    words = dict.fromkeys(token.folded for token in tokenize(text) if not is_stop_word(token.folded))
    names = frozenset(token.folded for token in tokenize(text)[1:] if text[token.start].isupper())
    terms = tuple(QueryTerm(stem(word), word) for word in words)
    return Query(Question(text, datetime.date(2026, 1, 1)), text, terms, names, frozenset(types or {AnswerType.THING}))


def retrieved(articles: list[Article] = ARTICLES) -> list[RetrievedPassage]:
    """Return the passages of articles in their order."""
    passages = [(passage, article) for article in articles for passage in split_article(article)]
    return [RetrievedPassage(passage, article, 5.0 - rank, 5.0 - rank, 5.0 - rank, 0.0) for rank, (passage, article) in enumerate(passages)]


def read(reader: FeatureReader, text: str, *types: AnswerType) -> list[Span]:
    """Return what is proposed for a question on all articles."""
    return reader.read(query(text, *types), retrieved(), Deadline.none())


@pytest.mark.parametrize(
    ("question", "kind", "words"),
    [
        ("Fino a quando ha rinnovato Perić?", AnswerType.DATE, "2028"),
        ("Quanto guadagna Perić a stagione?", AnswerType.MONEY, "400 mila euro"),
        ("Chi è la nuova direttrice del museo del mare?", AnswerType.PERSON, "Ilaria Cantarini"),
        ("Quando riapre il museo del mare?", AnswerType.DATE, "12 aprile"),
    ],
)
def test_the_answer_stands_in_the_best_sentence(reader: FeatureReader, question: str, kind: AnswerType, words: str) -> None:
    """The first proposal quotes the sentence that answers, and its span holds the answer."""
    best = read(reader, question, kind)[0]
    assert words in best.retrieved.article.text[best.start : best.end]


def test_proposals_are_slices_of_their_sentences(reader: FeatureReader) -> None:
    """Every span lies inside its sentence, and every sentence is one of its passage's."""
    for span in read(reader, "Quanto costa il biglietto del museo?", AnswerType.MONEY):
        assert span.sentence_start <= span.start < span.end <= span.sentence_end
        assert (span.sentence_start, span.sentence_end) in span.retrieved.passage.sentences


def test_a_sentence_is_proposed_once(reader: FeatureReader) -> None:
    """A sentence that stands in two overlapping passages gives one proposal, with the better passage."""
    passages = retrieved()
    twice = [passages[0], replace(passages[0], passage=replace(passages[0].passage, id=7), score=1.0), *passages[1:]]
    spans = reader.read(query("Quanti anni ha Perić?", AnswerType.NUMBER), twice, Deadline.none())
    places = [(span.retrieved.article.id, span.sentence_start) for span in spans]
    assert len(places) == len(set(places))
    assert all(span.retrieved.passage.id != 7 for span in spans)


def test_an_endless_sentence_is_the_last_resort(reader: FeatureReader) -> None:
    """A quote past sixty words cannot be read at a glance: a shorter sentence that says it too is preferred."""
    endless = "Il capitano del Molfetta è Davor Perić " + "che ieri ha corso e poi ha parlato con tutti " * 7 + "fino a sera."
    article = Article("capitano", f"{endless}\nIl capitano resta Davor Perić.", title="Il capitano")
    best = reader.read(query("Chi è il capitano del Molfetta?", AnswerType.PERSON), retrieved([article]), Deadline.none())[0]
    assert article.text[best.sentence_start : best.sentence_end] == "Il capitano resta Davor Perić."


def test_the_headline_is_never_quoted(reader: FeatureReader) -> None:
    """A headline that answers is context only: proposals are sentences of the text."""
    article = Article(
        "titolo", "La squadra si ritrova domani al campo. Il tecnico parlerà in sala stampa.", title="Lops presidente del Molfetta"
    )
    spans = reader.read(query("Chi è presidente del Molfetta?", AnswerType.PERSON), retrieved([article]), Deadline.none())
    assert {article.text[span.sentence_start : span.sentence_end] for span in spans} == {
        "La squadra si ritrova domani al campo.",
        "Il tecnico parlerà in sala stampa.",
    }


def test_proposals_come_best_first_with_a_probability(reader: FeatureReader) -> None:
    """Scores fall from proposal to proposal, and confidence lies between 0 and 1."""
    spans = read(reader, "Chi è la presidente del Molfetta?", AnswerType.PERSON)
    assert [span.score for span in spans] == sorted((span.score for span in spans), reverse=True)
    assert all(0 <= span.confidence <= 1 for span in spans)


def test_confidence_falls_where_nothing_answers(reader: FeatureReader) -> None:
    """A question on something else deserves less confidence than one that the articles answer."""
    asked = read(reader, "Quando riapre il museo del mare?", AnswerType.DATE)[0]
    stranger = read(reader, "Chi ha inventato il telegrafo senza fili?", AnswerType.PERSON)[0]
    assert stranger.confidence < 0.2 < asked.confidence


def test_nothing_to_read_gives_nothing(reader: FeatureReader) -> None:
    """Without passages, or without any word to look for, there is no proposal."""
    assert reader.read(query("Chi è Perić?"), [], Deadline.none()) == []
    assert reader.read(query("Chi è?"), retrieved(), Deadline.none()) == []


def test_a_passed_deadline_is_noticed(reader: FeatureReader) -> None:
    """Reading stops with TooSlow once nobody waits any longer."""
    with pytest.raises(TooSlow):
        reader.read(query("Chi è Perić?"), retrieved(), Deadline(0.0))


def test_the_order_of_sets_changes_nothing() -> None:
    """Python's random hashes do not reach the result: two processes with other seeds propose the same."""
    script = (
        "import json; from tests.retrieval.test_feature_reader import *; "
        "spans = read(FeatureReader(), 'Quanto costa il biglietto del museo?', AnswerType.MONEY, AnswerType.NUMBER); "
        "print(json.dumps([(s.start, s.end, s.score, s.confidence) for s in spans]))"
    )
    results = [
        subprocess.run(
            [sys.executable, "-c", script],
            cwd=PROJECT,
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert json.loads(results[0]) == json.loads(results[1])


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    """What cannot be loaded is a named error that says what to do."""
    with pytest.raises(ModelError, match="python -m training"):
        FeatureReader(tmp_path)
