"""Bodies of pages become articles, once for each body: what was made of it is kept beside it as JSON lines.

The work of one page is a function of a module, so that other processes can do it; what can be read of a stranger's page has limits there.
"""

import datetime
import html
import importlib.metadata
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.article_json import article_from_json, article_to_json
from index.articles import Article, Skipped
from index.errors import ArticleError
from index.reading.fields import site
from index.sources.listing import is_front_page, page_address

EXTRACTOR_VERSION = f"1, trafilatura {importlib.metadata.version('trafilatura')}"  # raise it when the same page would give other articles

_DOCUMENTS = {
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}
_TEXTS = frozenset({"text/plain", "text/markdown"})


@dataclass(frozen=True, slots=True)
class PageToRead:
    """A body with where it was found; `url` is where it ended after redirects, `origin` the address that was asked."""

    body: bytes
    url: str
    origin: str
    content_type: str
    today: datetime.date  # no later day is believed to be one of publication


def extract(page: PageToRead) -> str:
    """Return the articles of a page as lines of JSON, or the reason why it has none; `extracted` reads them."""
    try:
        return "\n".join(map(article_to_json, _articles(page)))
    except ArticleError as error:
        return json.dumps({"skipped": str(error)})


def extracted(lines: str, origin: str) -> tuple[Article, ...] | Skipped:
    """Return what `extract` found."""
    if lines.startswith('{"skipped"'):
        return Skipped(origin, json.loads(lines)["skipped"])
    return tuple(map(article_from_json, lines.split("\n")))


def is_document(content_type: str) -> bool:
    """True for what other libraries than that of pages read."""
    return _kind(content_type) in _DOCUMENTS


def article_page(content: str, title: str) -> bytes:
    """Return the page of a text that a feed or an API gave as a piece of HTML."""
    head = f'<meta charset="utf-8"><title>{html.escape(title)}</title>'
    return f'<!doctype html><html lang="it"><head>{head}</head><body><article>{content}</article></body></html>'.encode("utf-8", "replace")


def _articles(page: PageToRead) -> Sequence[Article]:
    kind = _kind(page.content_type)
    address = page_address(page.url) or page.url
    if suffix := _DOCUMENTS.get(kind):
        from index.reading.documents import read_document  # noqa: PLC0415 - slow to import, and most sources have no documents

        return [_at(read_document(page.body, suffix, default_id=address, origin=page.origin), address)]
    if kind in _TEXTS:
        from index.reading.decoding import decode  # noqa: PLC0415 - as above
        from index.reading.fields import checked  # noqa: PLC0415
        from index.reading.plain import read_text  # noqa: PLC0415

        return [checked(_at(read_text(decode(page.body), address, page.origin), address))]
    from index.reading.pages import read_page  # noqa: PLC0415

    address = canonical_address(page.body, page.content_type, address)
    return read_page(page.body, url=address, content_type=page.content_type, default_id=address, origin=page.origin, today=page.today)


def _at(article: Article, address: str) -> Article:
    return replace(article, url=address, source=article.source or site(address))


def canonical_address(body: bytes, content_type: str, url: str) -> str:
    """Return the address that a page says is its own, if it is one of the same site and of a page; else the one that is known."""
    from index.reading.page_encoding import decode_page  # noqa: PLC0415
    from index.reading.page_tree import parse_page  # noqa: PLC0415

    for link in parse_page(decode_page(body, content_type)).iter("link"):
        if "canonical" in (link.get("rel") or "").lower().split():
            own = page_address(link.get("href") or "", url)
            is_own = bool(own) and site(own) == site(url) and (not is_front_page(own) or is_front_page(url))
            return own if is_own else url
    return url


def _kind(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()
