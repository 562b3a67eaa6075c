"""From spans to an outcome: two thresholds on a calibrated probability choose between an answer, a few quotes and a no.

Pure functions: spans in, best first; `Answer | Tentative | NoAnswer` out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from index.articles import Article
from index.italian import fold, stem, tokenize
from retrieval.answer import Answer, Citation, NoAnswer, Outcome, Reason, Tentative
from retrieval.question import Query
from retrieval.reader import RetrievedPassage, Span

QUOTED_AT_MOST = 3  # quotes of a tentative outcome
NEAREST_AT_MOST = 3  # articles named when there is no answer
OTHERS_AT_MOST = 3
NEWER_AT_MOST = 1


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which confidence on a span is an answer, or worth showing as a possibility. See docs/quality for what they cost and bring."""

    answer: float = 0.4
    tentative: float = 0.1


def choose(
    query: Query, spans: Sequence[Span], passages: Sequence[RetrievedPassage], thresholds: Thresholds, *, later: Sequence[Span] = ()
) -> Outcome:
    """Return the outcome for spans and passages, both best first; `later` are those read in `later_passages` alone."""
    if not spans or spans[0].confidence < thresholds.tentative:
        return NoAnswer(_reason(query, passages), _nearest(passages), spans[0].confidence if spans else 0.0)
    best = spans[0]
    if best.confidence < thresholds.answer:
        return Tentative(tuple(cite(span) for span in _one_per_sentence(spans)[:QUOTED_AT_MOST]), best.confidence)
    same = [span for span in spans[1:] if span.confidence >= thresholds.tentative and _value(span) == _value(best)]
    others = _one_per_article([span for span in same if span.retrieved.article.id != best.retrieved.article.id])
    newer = [span for span in later[:NEWER_AT_MOST] if span.confidence >= thresholds.answer and _value(span) != _value(best)]
    return Answer(cite(best), best.confidence, tuple(map(cite, others[:OTHERS_AT_MOST])), tuple(map(cite, newer)))


def later_passages(query: Query, best: Span, passages: Sequence[RetrievedPassage]) -> list[RetrievedPassage]:
    """Return the passages of articles surely published after the one that answers, and about everybody whom the question names.

    Read by themselves they show what is said there now: beside an older sentence that repeats the words of the question, a newer one would
    look improbable. Dates that overlap or are unknown make nothing later.
    """
    earlier = best.retrieved.article.published
    if earlier is None:
        return []
    return [
        retrieved
        for retrieved in passages
        if retrieved.article.published and earlier.is_before(retrieved.article.published) and _names_in(query, retrieved) == query.names
    ]


def cite(span: Span) -> Citation:
    """Return the citation of a span; ValueError if it is no slice of its article, which is never shown."""
    passage, article = span.retrieved.passage, span.retrieved.article
    if article.text[passage.start : passage.end] != passage.text:
        raise ValueError(f"passage {passage.id} does not stand in article {article.id!r}: it will not be quoted")
    return Citation(article, span.sentence_start, span.sentence_end, span.start, span.end)


def _value(span: Span) -> str:
    return fold(span.retrieved.article.text[span.start : span.end])


def _names_in(query: Query, retrieved: RetrievedPassage) -> frozenset[str]:
    words = {token.folded for token in tokenize(f"{retrieved.article.title}\n{retrieved.passage.text}")}
    return query.names & words


def _one_per_article(spans: Sequence[Span]) -> list[Span]:
    return list({span.retrieved.article.id: span for span in reversed(spans)}.values())[::-1]


def _one_per_sentence(spans: Sequence[Span]) -> list[Span]:
    """Return the best span of each sentence; copies of a sentence count as one."""
    distinct = {fold(span.retrieved.article.text[span.sentence_start : span.sentence_end]): span for span in reversed(spans)}
    return list(distinct.values())[::-1]


def _nearest(passages: Sequence[RetrievedPassage]) -> tuple[Article, ...]:
    return tuple({retrieved.article.id: retrieved.article for retrieved in passages}.values())[:NEAREST_AT_MOST]


def _reason(query: Query, passages: Sequence[RetrievedPassage]) -> Reason:
    """Tell a subject that no article speaks of from a fact that is not said: by most of the question's names, or else of its words."""
    stems = {stem(token.folded) for retrieved in passages for token in tokenize(f"{retrieved.article.title}\n{retrieved.passage.text}")}
    wanted = {stem(name) for name in query.names} or {stem(term.word) for term in query.terms}
    return Reason.FACT_NOT_FOUND if 2 * len(wanted & stems) > len(wanted) else Reason.UNKNOWN_SUBJECT
