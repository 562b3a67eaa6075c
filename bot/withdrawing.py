"""Taking an article away, and bringing it back: what an editor writes becomes articles, and the engine is told.

An article is named by its id, or by its link in whatever form it was copied. Methods block: `asyncio` code calls them in threads.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from contextlib import closing
from urllib.parse import urlsplit

from index.articles import Article
from index.engine import Engine, Snapshot
from index.errors import EdicolaError

BATCH_ARTICLES = 500
LONGEST_ID_WORDS = 20

Articles = tuple[Article, ...]


class UnknownArticle(EdicolaError):
    """No article of the index has this id or link."""


class Withdrawing:
    """Withdraws and restores articles of an engine; what is withdrawn is gone from the next question on, in every process."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(self, reference: str) -> Articles:
        """Return the article with an id, or all with a link, also withdrawn ones; UnknownArticle if there is none."""
        articles, _ = self._find({reference.strip(): ""})
        return articles

    def find_in(self, text: str, *, otherwise: str = "") -> tuple[Articles, str]:
        """Return what a text names, as far as an id may reach, and the words behind it.

        Where it names nothing they are the article with the id `otherwise` and the whole text; UnknownArticle if there is none.
        """
        words = text.split()
        readings = {" ".join(words[:n]): " ".join(words[n:]) for n in range(min(len(words), LONGEST_ID_WORDS), 0, -1)}
        try:
            return self._find(readings)
        except UnknownArticle:
            if not otherwise:
                raise
        return self.find(otherwise), text

    def withdraw(self, articles: Iterable[Article], reason: str = "") -> None:
        """Withdraw articles, for good once this returns. Of one withdrawn before only the reason changes, if one is given."""
        for article in articles:
            self._engine.withdraw(article.id, reason)

    def restore(self, articles: Iterable[Article]) -> None:
        """Let articles be seen again."""
        for article in articles:
            self._engine.restore(article.id)

    def _find(self, readings: Mapping[str, str]) -> tuple[Articles, str]:
        """Return what the first of some references names, with the words that come with it; only the last one may be a link."""
        ids = {_as_id(reference): rest for reference, rest in readings.items()}
        with closing(self._engine.open_current()) as snapshot:
            known = snapshot.articles(list(ids))
            withdrawn = self._engine.withdrawn()  # also those that are no longer indexed
            for id_, rest in ids.items():
                if id_ in known or id_ in withdrawn:
                    return (known.get(id_, Article(id_, "")),), rest
            for reference in list(readings)[-1:]:
                if articles := _with_link(snapshot, reference):
                    return articles, readings[reference]
        raise UnknownArticle(f"no article has the id or link {next(iter(readings), '')!r}: `edicola sources --json` lists them")


def _as_id(reference: str) -> str:
    """Return a reference as ids are written; halves of characters, which no index can hold, become question marks."""
    return unicodedata.normalize("NFC", reference.encode(errors="replace").decode())


def _with_link(snapshot: Snapshot, reference: str) -> Articles:
    """Return all articles with a link; every article is looked at."""
    wanted = _page(reference)
    if wanted is None:
        return ()
    ids = list(snapshot.digests())
    batches = (snapshot.articles(ids[start : start + BATCH_ARTICLES]) for start in range(0, len(ids), BATCH_ARTICLES))
    return tuple(article for batch in batches for article in batch.values() if _page(article.url) == wanted)


def _page(url: str) -> tuple[str, str, str] | None:
    """Return what tells one page from another: host, path and query, without the place inside the page; None for no web address."""
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname or ""
    except ValueError:
        return None
    return (host, parts.path.rstrip("/"), parts.query) if parts.scheme in ("http", "https") and host else None
