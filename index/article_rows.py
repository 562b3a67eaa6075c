"""How an article stands in a row of the library, and how it comes back: columns in, `Article` out.

What few articles have (a correction, furniture) stands in one column of JSON, so that a new property needs no new schema.
"""

import datetime
import json
from collections.abc import Sequence
from typing import Any

from index.articles import Article
from index.dates import Period

ADD_DETAILS = "ALTER TABLE articles ADD COLUMN details TEXT NOT NULL DEFAULT '{}'"
_STORED = ("id", "digest", "title", "text", "url", "source", "author", "first_day", "last_day", "origin", "body_start", "details", "recipe")
INSERT = f"""
INSERT INTO articles ({", ".join(_STORED)}) VALUES ({", ".join("?" * len(_STORED))}) ON CONFLICT (id, digest, recipe) DO NOTHING
"""


def columns(*, has_details: bool) -> str:
    """Return what to select of `articles a` for `article_of`; a library of an earlier version has no details."""
    read = "a.id, a.text, a.title, a.url, a.source, a.author, a.first_day, a.last_day, a.origin, a.body_start"
    return f"{read}, a.details" if has_details else f"{read}, NULL"


def values_of(article: Article, recipe: str) -> tuple[Any, ...]:
    """Return the values of `INSERT`."""
    a = article
    return (a.id, a.digest, a.title, a.text, a.url, a.source, a.author, *_days(a.published), a.origin, a.body_start, _details(a), recipe)


def article_of(row: Sequence[Any]) -> Article:
    """Return the article of a selected row."""
    id_, text, title, url, source, author, first, last, origin, body_start, details = row
    fields = json.loads(details) if details else {}
    return Article(
        id_,
        text,
        title,
        url,
        source,
        author,
        _period(first, last),
        origin,
        body_start,
        updated=_period(*fields.get("updated", (None, None))),
        gone=datetime.date.fromisoformat(fields["gone"]) if "gone" in fields else None,
        found_in=fields.get("found_in", ""),
        furniture=tuple((start, end) for start, end in fields.get("furniture", ())),
    )


def _details(article: Article) -> str:
    fields = {
        "updated": _days(article.updated) if article.updated else None,
        "gone": article.gone.isoformat() if article.gone else None,
        "found_in": article.found_in,
        "furniture": article.furniture,
    }
    return json.dumps({name: value for name, value in fields.items() if value}, ensure_ascii=False)


def _days(period: Period | None) -> tuple[str | None, str | None]:
    return (period.first.isoformat(), period.last.isoformat()) if period else (None, None)


def _period(first: str | None, last: str | None) -> Period | None:
    return Period(datetime.date.fromisoformat(first), datetime.date.fromisoformat(last)) if first and last else None
