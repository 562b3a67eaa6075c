"""An article as one line of JSON and back: for what is set aside on disk and read again by this program."""

import datetime
import json
from typing import Any

from index.articles import Article
from index.dates import Period


def article_to_json(article: Article) -> str:
    """Return an article as one line of ASCII, without what it has not."""
    a = article
    fields: dict[str, Any] = {
        "id": a.id,
        "text": a.text,
        "title": a.title,
        "url": a.url,
        "source": a.source,
        "author": a.author,
        "published": _days(a.published),
        "origin": a.origin,
        "body_start": a.body_start,
        "updated": _days(a.updated),
        "gone": a.gone.isoformat() if a.gone else None,
        "found_in": a.found_in,
        "furniture": a.furniture,
    }
    return json.dumps({name: value for name, value in fields.items() if value})


def article_from_json(line: str) -> Article:
    """Return the article that `article_to_json` wrote."""
    fields = json.loads(line)
    for name in ("published", "updated"):
        if name in fields:
            fields[name] = Period(*map(datetime.date.fromisoformat, fields[name]))
    if "gone" in fields:
        fields["gone"] = datetime.date.fromisoformat(fields["gone"])
    fields["furniture"] = tuple((start, end) for start, end in fields.get("furniture", ()))
    return Article(**{"id": "", "text": "", **fields})


def _days(period: Period | None) -> tuple[str, str] | None:
    return (period.first.isoformat(), period.last.isoformat()) if period else None
