"""What holds, and since when: spans that speak of the same fact are put in order by the time of their articles.

The reader says which sentence answers best; it does not know that a contract was renewed since. So the articles that speak of the same
subject are each read by themselves (beside an older sentence that repeats the question's words a newer one always looks improbable), and
of those that answer, the newest that is sure comes first. Dates that overlap or are unknown replace nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from index.dates import Period
from index.italian import stem, tokenize
from index.time_expressions import find_time_expressions
from retrieval.question import Query
from retrieval.reader import RetrievedPassage, Span
from retrieval.stance import Stance, Standing, standing_of
from retrieval.values import say_the_same

RIVALS_AT_MOST = 3  # articles read by themselves: each costs a window of the neural reader
SUBJECT_SHARE = 0.6  # of the words of a question without names


@dataclass(frozen=True, slots=True)
class Claim:
    """A span, and whether it is told as a fact, as a rumour or by somebody."""

    span: Span
    standing: Standing

    @property
    def published(self) -> Period | None:
        """When its article was."""
        return self.span.retrieved.article.published

    @property
    def words(self) -> str:
        """The words that answer."""
        return self.span.words


def claim(span: Span) -> Claim:
    """Look how a span is told."""
    return Claim(span, standing_of(span.retrieved.article.text, span.sentence_start, span.sentence_end, span.start, span.end))


def rivals(query: Query, passages: Sequence[RetrievedPassage]) -> list[list[RetrievedPassage]]:
    """Return the passages of the articles to read by themselves, best article first; none where time cannot differ."""
    groups = on_subject(query, passages)[: RIVALS_AT_MOST + 1]
    return groups if len({group[0].article.published for group in groups}) > 1 else []


def on_subject(query: Query, passages: Sequence[RetrievedPassage]) -> list[list[RetrievedPassage]]:
    """Return the passages of each article that speaks of a question's subject, best article first."""
    by_article: dict[str, list[RetrievedPassage]] = {}
    for retrieved in passages:
        by_article.setdefault(retrieved.article.id, []).append(retrieved)
    return [group for group in by_article.values() if _is_on_subject(query, group)]


def in_time(query: Query, leader: Span, apart: Sequence[Span]) -> list[Claim]:
    """Return what the articles claim, what holds first, then what differs from it, newest first and undated last.

    `leader` is the best span of all; `apart` are the spans of other articles that answer, each read by itself.
    """
    claims = [claim(leader), *(claim(span) for span in apart if span.retrieved.article.id != leader.retrieved.article.id)]
    first = _holding(query.period, claims)
    distinct = [first]
    for other in sorted((c for c in claims if c is not first), key=_newest_first):
        if not any(say_the_same(other.words, known.words) for known in distinct):
            distinct.append(other)
    return distinct


def _holding(asked: Period | None, claims: Sequence[Claim]) -> Claim:
    """Return what holds at the time asked for, or now: facts before rumours, then the newest; the first where nothing is newer."""
    candidates = [c for c in claims if asked is None or _holds_in(c, asked)] or list(claims)
    candidates = [c for c in candidates if c.standing.stance is not Stance.RUMOUR] or candidates
    best = candidates[0]
    for other in candidates[1:]:
        if other.published and (best.published is None or best.published.is_before(other.published)):
            best = other
    return best


def _holds_in(claim_: Claim, asked: Period) -> bool:
    """True if a claim was made by the end of a time, or names that time itself."""
    if claim_.published and claim_.published.first <= asked.last:
        return True
    text, span = claim_.span.retrieved.article.text, claim_.span
    named = find_time_expressions(text[span.sentence_start : span.sentence_end], claim_.published)
    return any(asked.first <= found.period.first and found.period.last <= asked.last for found in named)


def _newest_first(claim_: Claim) -> tuple[bool, int, str]:
    published = claim_.published
    return (published is None, -published.last.toordinal() if published else 0, claim_.span.retrieved.article.id)


def _is_on_subject(query: Query, group: Sequence[RetrievedPassage]) -> bool:
    """True if passages of an article name all whom the question names, or hold most of its words where it names nobody."""
    tokens = [token.folded for r in group for token in tokenize(f"{r.article.title}\n{r.passage.text}")]
    if query.names:
        return query.names <= set(tokens)
    stems = {stem(word) for word in tokens}
    words = {term.word for term in query.terms}
    found = {term.word for term in query.terms if term.stem in stems}
    return len(found) >= SUBJECT_SHARE * len(words)
