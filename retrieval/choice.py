"""From spans to an outcome: two thresholds on a calibrated probability choose between an answer, a few quotes and a no.

Pure functions: spans in, best first; `Answer | Tentative | NoAnswer` out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from index.articles import Article
from index.italian import fold, stem, tokenize
from retrieval.answer import Answer, Citation, NoAnswer, Outcome, Reason, Several, Tentative
from retrieval.question import Query
from retrieval.reader import RetrievedPassage, Span
from retrieval.timeline import Claim, claim, in_time
from retrieval.values import say_the_same

QUOTED_AT_MOST = 3  # quotes of a tentative outcome
NEAREST_AT_MOST = 3  # articles named when there is no answer
OTHERS_AT_MOST = 3
ALTERNATIVES_AT_MOST = 2
FURTHER_AT_MOST = 4  # more items of a list


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which confidence on a span is an answer, or worth showing as a possibility. See docs/quality for what they cost and bring."""

    answer: float = 0.4
    tentative: float = 0.1


def choose(
    query: Query, spans: Sequence[Span], passages: Sequence[RetrievedPassage], thresholds: Thresholds, *, apart: Sequence[Span] = ()
) -> Outcome:
    """Return the outcome for spans and passages, both best first; `apart` are the best spans of articles read by themselves."""
    if not spans or spans[0].confidence < thresholds.tentative:
        return NoAnswer(_reason(query, passages), _nearest(passages), spans[0].confidence if spans else 0.0)
    best = spans[0]
    if best.confidence < thresholds.answer:
        return Tentative(tuple(cite(span) for span in _one_per_sentence(spans)[:QUOTED_AT_MOST]), best.confidence)
    holds, *differing = in_time(query, best, [span for span in apart if span.confidence >= thresholds.answer])
    others = _supporting(holds, [span for span in (*spans, *apart) if span.confidence >= thresholds.tentative])
    further = _further(holds, [span for span in spans if span.confidence >= thresholds.answer]) if query.wants_list else []
    return Answer(
        _cite_claim(holds),
        holds.span.confidence,
        tuple(map(cite, others[:OTHERS_AT_MOST])),
        tuple(map(_cite_claim, differing[:ALTERNATIVES_AT_MOST])),
        tuple(map(cite, further[:FURTHER_AT_MOST])),
    )


def join_parts(whole: Outcome, parts: Sequence[tuple[str, Outcome]]) -> Outcome:
    """Return what is answered to the parts of a question, or the whole's outcome where they bring no other sentence."""
    single = [(text, outcome) for text, outcome in parts if isinstance(outcome, Answer | Tentative | NoAnswer)]
    answers = [outcome for _, outcome in single if isinstance(outcome, Answer)]
    sentences = {(answer.citation.article.id, answer.citation.sentence_start) for answer in answers}
    if len(single) < len(parts) or not answers or (isinstance(whole, Answer) and len(sentences) == 1 and len(answers) == len(parts)):
        return whole
    return Several(tuple(single))


def cite(span: Span) -> Citation:
    """Return the citation of a span; ValueError if it is no slice of its article, which is never shown."""
    return _cite_claim(claim(span))


def _cite_claim(claim_: Claim) -> Citation:
    span = claim_.span
    passage, article = span.retrieved.passage, span.retrieved.article
    if article.text[passage.start : passage.end] != passage.text:
        raise ValueError(f"passage {passage.id} does not stand in article {article.id!r}: it will not be quoted")
    return Citation(article, span.sentence_start, span.sentence_end, span.start, span.end, claim_.standing, span.retrieved.copies)


def _supporting(holds: Claim, spans: Sequence[Span]) -> list[Span]:
    """Return the spans of other articles that say the same as what holds, best first, one an article."""
    own = holds.span.retrieved.article.id
    return _one_per_article([s for s in spans if s.retrieved.article.id != own and say_the_same(s.words, holds.words)])


def _further(holds: Claim, spans: Sequence[Span]) -> list[Span]:
    """Return the spans of other sentences that say something else than what holds, best first."""
    distinct = [holds.words]
    further = []
    for span in spans:
        if not any(say_the_same(span.words, known) for known in distinct):
            distinct.append(span.words)
            further.append(span)
    return further


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
