"""The newest that is written of something: `/ultime`, `ultime notizie sul Genoa`.

In come a snapshot and words; out come the newest articles, each with the sentence that speaks of them.
"""

import datetime
import re
from collections.abc import Sequence

from index.articles import Article
from index.engine import Snapshot
from index.italian import stem, tokenize
from index.passages import Interval, split_article
from retrieval.answer import Citation, Latest
from retrieval.question import Query
from retrieval.reader import RetrievedPassage
from retrieval.stance import standing_of
from retrieval.timeline import on_subject

LATEST_AT_MOST = 5
LOOKED_THROUGH = 50  # passages in which the newest are looked for

_NEWS = re.compile(
    r"^(?:dimmi |dammi |mi (?:dici|dai) |vorrei |quali sono |che |ci sono |hai )?(?:le |ci sono |delle )?"
    r"(?:(?:ultime|ultimissime|recenti|nuove)(?: notizie| novita| news)?|(?:notizie|novita|news)(?: recenti| fresche| di oggi)?)"
    r"(?:\s+(?:su|sul|sullo|sulla|sui|sugli|sulle|sull|di|del|dello|della|dei|degli|delle|dell|da|dal|dalla|per|about|on)\b['’]?\s*(?P<about>.{2,200}))?$",
    re.IGNORECASE | re.DOTALL,
)


def news_asked_for(text: str) -> str | None:
    """Return of what the latest is asked for, "" for all, or None where a text asks something else."""
    match = _NEWS.match(" ".join(text.replace("à", "a").split()).rstrip("?!. "))
    return (match["about"] or "").strip() if match else None


def latest_articles(snapshot: Snapshot, asked_on: datetime.date) -> Latest:
    """Return the newest articles that were published by a day, each with its first sentence."""
    newest = snapshot.newest_articles(limit=LOOKED_THROUGH)
    known = [article for article in newest if article.published and article.is_known_on(asked_on)]
    return Latest("", tuple(filter(None, (_lead(article) for article in known[:LATEST_AT_MOST]))))


def latest_on(query: Query, passages: Sequence[RetrievedPassage], about: str) -> Latest:
    """Return the newest articles of the passages, best first, that speak of a query's subject, each with the sentence that names it."""
    groups = sorted(on_subject(query, passages), key=lambda group: group[0].article.newest_first, reverse=True)
    return Latest(about, tuple(_naming(query, group[0]) for group in groups[:LATEST_AT_MOST]))


def _lead(article: Article) -> Citation | None:
    passages = split_article(article)
    return _cite(article, passages[0].sentences[0]) if passages else None


def _naming(query: Query, retrieved: RetrievedPassage) -> Citation:
    """Cite the sentence of a passage that holds most of the query's words, the first of equals."""
    wanted = {term.stem for term in query.terms}
    text = retrieved.article.text
    found = [len(wanted & {stem(token.folded) for token in tokenize(text[start:end])}) for start, end in retrieved.passage.sentences]
    return _cite(retrieved.article, retrieved.passage.sentences[found.index(max(found))])


def _cite(article: Article, sentence: Interval) -> Citation:
    return Citation(article, *sentence, *sentence, standing_of(article.text, *sentence, *sentence))
