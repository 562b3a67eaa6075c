"""Feeds: the bytes of RSS or Atom come in, the pages that they list come out. Nothing is fetched here.

Feeds that are not well-formed are read as far as they can be; what is no feed at all is an error of the source. feedparser gets none of
what it stumbles over: other encodings than UTF-8, references to characters that do not exist, anything long before the first element.
"""

import calendar
import html
import io
import re
import time
from typing import Any

import lxml.etree
import lxml.html

from index.dates import Period, parse_period
from index.errors import ArticleError
from index.reading.page_encoding import decode_page
from index.sources.listing import Listed, last_moment, page_address

LONGEST_PROLOGUE_BYTES = 16 << 10  # before the first element: entities of HTML take 8
LONG_CONTENT_WORDS = 120  # a text of that length in the feed itself is the article; a shorter one is its beginning
_CUT_SHORT = ("…", "...", "[…]", "[...]", "leggi tutto", "continua a leggere", "continua", "read more", "leggi di più", "»")
_DECLARATION = b"<?xml version='1.0' encoding='utf-8'?>\n"
_HEADERS = {"content-type": "application/xml; charset=utf-8"}
_OLD_DECLARATION = re.compile(rb"<\?xml\s[^>]*>")
_FIRST_TAG = re.compile(rb"<\w")
_BLANKS = re.compile(rb"\s+")
_REFERENCE = re.compile(r"&#([xX][0-9a-fA-F]+|[0-9]+);")
_NO_CHARACTER = "&#xFFFD;"


def read_feed(body: bytes, url: str) -> tuple[Listed, ...]:
    """Return what a feed lists, in its order, each page once; ArticleError says what stands there instead of a feed."""
    import feedparser  # noqa: PLC0415 - a tenth of a second, and many collections have no feed

    sound = _sound(body)
    try:
        # never bytes: feedparser takes them for the name of a file; the texts go through our own reader, so it need not mend them
        feed = feedparser.parse(
            io.BytesIO(sound), response_headers={**_HEADERS, "content-location": url}, sanitize_html=False, resolve_relative_uris=False
        )
        listed = [_listed(entry, url) for entry in feed.entries]
    except Exception as error:  # whatever a hostile feed provokes in feedparser, the other sources go on
        raise ArticleError(f"the feed is damaged ({type(error).__name__}): tell its editors, or declare a sitemap") from error
    if not feed.get("version") and not listed:  # of nothing at all it has no version
        raise ArticleError(f"{_what_it_is(body)} instead of a feed: look for the address of the feed on the site, or declare a sitemap")
    return tuple({item.url: item for item in reversed(listed) if item}.values())[::-1]


def _sound(body: bytes) -> bytes:
    """Return a feed as UTF-8 that says so, without what is long before its first element; nothing if it has none."""
    try:
        raw = _REFERENCE.sub(_existing, decode_page(body)).encode("utf-8", "replace")
    except ArticleError:  # it is no text
        return b""
    first = _FIRST_TAG.search(raw)
    if not first:
        return b""
    prologue = _BLANKS.sub(b"\n", raw[: first.start()])
    if len(prologue) > LONGEST_PROLOGUE_BYTES:
        prologue = b""
    return _DECLARATION + _OLD_DECLARATION.sub(b"", prologue) + raw[first.start() :]


def _existing(reference: re.Match[str]) -> str:
    """Return a reference to a character, to the sign for an unknown one if there is no such character."""
    digits = reference[1].lower().removeprefix("x").lstrip("0")
    number = int(digits or "0", 16 if reference[1][0] in "xX" else 10) if len(digits) < 8 else 0
    return reference[0] if 0 < number < 0xD800 or 0xDFFF < number < 0x110000 else _NO_CHARACTER


def _what_it_is(body: bytes) -> str:
    start = body[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not start:
        return "there is an empty file"
    if start.startswith((b"<!doctype html", b"<html")) or b"<html" in start:
        return "there is a web page"
    return "there is an XML file that is none, or a damaged one," if start.startswith(b"<") else "there is something else"


def _listed(entry: Any, url: str) -> Listed | None:
    """Return the page of an entry, or None if it leads nowhere."""
    address = page_address(entry.get("link", ""), url) if entry.get("link") else page_address(entry.get("id", ""))
    if not address:
        return None
    corrected = "updated" in entry  # asked first: feedparser gives the day of publication for a missing `updated`, with a warning
    updated = _day(entry.updated, entry.get("updated_parsed")) if corrected else None
    published = _day(entry.get("published"), entry.get("published_parsed"))
    content = _content(entry)
    return Listed(
        url=address,
        title=plain_text(entry.get("title", "")),
        author=_author(entry),
        published=published or updated,  # RDF has one day only, and so has many an Atom feed
        updated=updated if published else None,
        changed=_moment(entry, "updated" if corrected else "published"),
        html=storable(content) if _is_whole(content) else "",
    )


def _content(entry: Any) -> str:
    """Return the longest text of an entry that is HTML or plain, "" if it has none; a summary is never the article."""
    values = [part.get("value", "") for part in entry.get("content", ()) if part.get("type", "").startswith(("text/", "application/xhtml"))]
    return max(values, key=len, default="")


def _is_whole(content: str) -> bool:
    """True if a text in a feed is long and does not end where readers are asked to come to the site."""
    text = plain_text(content).lower().rstrip(" \n.") if content else ""
    return len(text.split()) >= LONG_CONTENT_WORDS and not plain_text(content).rstrip().lower().endswith(_CUT_SHORT)


def _author(entry: Any) -> str:
    names = [author.get("name", "") for author in entry.get("authors", ())]
    return storable(", ".join(dict.fromkeys(" ".join(name.split()) for name in names if name.strip()))) or plain_text(
        entry.get("author", "")
    )


def _day(written: str | None, parsed: time.struct_time | None) -> Period | None:
    """Return the day as it is written, which is the day where the newsroom is; in UTC it may be another."""
    day = parse_period(written) if written else None
    return day or (parse_period(time.strftime("%Y-%m-%d", parsed)) if parsed and 1000 <= parsed.tm_year <= 9999 else None)


def _moment(entry: Any, name: str) -> float | None:
    """Return the last moment for which a date of an entry may stand."""
    parsed = entry.get(f"{name}_parsed")
    try:
        return last_moment(entry.get(name, ""), calendar.timegm(parsed)) if parsed else None
    except (ValueError, OverflowError):
        return None


def plain_text(markup: str) -> str:
    """Return the words of a piece of HTML in one line, entities resolved also where they were escaped twice."""
    text = markup
    if "<" in text:
        try:
            text = lxml.html.fromstring(f"<div>{text}</div>").text_content()
        except (lxml.etree.LxmlError, ValueError):  # nothing in it, or control characters
            text = markup
    return " ".join(storable(html.unescape(html.unescape(text))).split())


def storable(text: str) -> str:
    """Return a text with signs for unknown characters in place of halves of characters, which nothing can store."""
    return text if text.isascii() else text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
