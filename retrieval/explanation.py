"""Why an answer was given: the words looked for, the passages weighed, the sentences compared.

In comes a result, out comes an `Explanation` in values; `bot/replies` says it in Italian.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from index.articles import Article
from index.dates import Period
from index.italian import stem, tokenize
from retrieval.answer import Citation, Outcome
from retrieval.answer_types import AnswerType
from retrieval.choice import cite
from retrieval.pipeline import Evidence, Result
from retrieval.question import Query
from retrieval.reader import RetrievedPassage

WORDS_AT_MOST = 12
PASSAGES_AT_MOST = 4
SENTENCES_AT_MOST = 3


@dataclass(frozen=True, slots=True)
class Weighed:
    """A passage: its article, its score, and the words of the question that it holds."""

    article: Article
    score: float
    shared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """What an outcome came from.

    `words` were looked for, `guesses` are words that stand for one of them (typing errors, synonyms, translations), `names` those that
    name somebody. `sentences` are those that were compared, best first, with the probability that each answers.
    """

    outcome: Outcome
    words: tuple[str, ...]
    guesses: tuple[str, ...]
    names: tuple[str, ...]
    answer_types: tuple[AnswerType, ...]
    period: Period | None
    passages: tuple[Weighed, ...]
    read_passages: int
    sentences: tuple[tuple[Citation, float], ...]


def explain(result: Result) -> Explanation | None:
    """Return what a result came from, None where nothing was read."""
    if result.evidence is None:
        return None
    query, passages = result.evidence.query, result.evidence.passages
    words = tuple(dict.fromkeys(term.word for term in query.terms))[:WORDS_AT_MOST]
    own = {stem(word) for word in words}
    return Explanation(
        result.outcome,
        words,
        tuple(dict.fromkeys(term.stem for term in query.terms if term.stem not in own))[:WORDS_AT_MOST],
        tuple(word for word in words if word in query.names),
        tuple(sorted(query.answer_types)),
        query.period,
        tuple(_weigh(query, retrieved) for retrieved in _best_of_each_article(passages)[:PASSAGES_AT_MOST]),
        len(passages),
        _compared(result.evidence),
    )


def _weigh(query: Query, retrieved: RetrievedPassage) -> Weighed:
    stems = {stem(token.folded) for token in tokenize(f"{retrieved.article.title}\n{retrieved.passage.text}")}
    shared = tuple(dict.fromkeys(term.word for term in query.terms if term.stem in stems))
    return Weighed(retrieved.article, retrieved.score, shared)


def _best_of_each_article(passages: Sequence[RetrievedPassage]) -> list[RetrievedPassage]:
    return list({retrieved.article.id: retrieved for retrieved in reversed(passages)}.values())[::-1]


def _compared(evidence: Evidence) -> tuple[tuple[Citation, float], ...]:
    return tuple((cite(span), span.confidence) for span in evidence.spans[:SENTENCES_AT_MOST])
