"""Sitemaps: an address comes in, the pages that it lists come out one by one, those of nested sitemaps and of `.gz` ones among them.

Nothing is fetched here: the caller gives what stands at an address. Files are parsed as a stream; entities, DTDs and the network are off.
"""

import datetime
import re
import zlib
from collections.abc import Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import lxml.etree

from index.articles import Skipped
from index.dates import Period, parse_period
from index.errors import ArticleError, EdicolaError
from index.sources.listing import Ask, Listed, last_moment, page_address

DEEPEST = 3  # sitemaps inside sitemaps; the protocol allows 2
MOST_ENTRIES = 50_000  # of one file, as the protocol says
LARGEST_BYTES = 64 << 20  # of one file, unpacked; the protocol allows 50 MB
MOST_ELEMENTS = 1_000_000  # of one file: pages have pictures and languages
MOST_MEMBERS = 1000  # of one gzip file, which may be several put together
LONGEST_NAME_CHARACTERS = 60  # of an element in a message
_GZIP = b"\x1f\x8b"
_PIECE_BYTES = 1 << 16
_CDATA = b"<![CDATA["
_AMPERSAND_OR_CDATA = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9A-Fa-f]{1,6});|\0)|<!\[CDATA\[|\]\]>")  # no UTF-16
_UNFINISHED = re.compile(rb"(?:&[#\w]{0,9}|<[!\[A-Z]{0,8}|\]{1,2})\Z")  # what, with more behind it, may be one of these
_FIELDS = {  # with what they stand in: pictures have addresses and titles too
    "loc": ("url", "sitemap"),
    "lastmod": ("url", "sitemap"),
    "publication_date": ("news",),
    "title": ("news",),
}


@dataclass(frozen=True, slots=True)
class _Nested:
    """A sitemap that another one lists."""

    url: str
    changed: float | None


def list_sitemap(url: str, ask: Ask) -> Iterator[Listed | Skipped]:
    """Yield the pages of a sitemap and of those that it lists; ArticleError if there is no sitemap at `url` itself.

    A nested one that cannot be read is skipped with the reason: the others go on.
    """
    yield from _entries(url, ask(url, None), ask, depth=1, seen={url})


def _entries(url: str, body: bytes, ask: Ask, *, depth: int, seen: set[str]) -> Iterator[Listed | Skipped]:
    for entry in read_sitemap(body, url):
        if not isinstance(entry, _Nested):
            yield entry
        elif depth == DEEPEST:
            yield Skipped(entry.url, f"it lies more than {DEEPEST} sitemaps deep: declare it as a source of its own")
        elif entry.url not in seen:
            seen.add(entry.url)
            try:
                yield from _entries(entry.url, ask(entry.url, entry.changed), ask, depth=depth + 1, seen=seen)
            except EdicolaError as error:
                yield Skipped(entry.url, str(error))


def read_sitemap(body: bytes, url: str) -> Iterator[Listed | _Nested | Skipped]:
    """Yield what one sitemap lists; one that is cut or damaged gives what can be read. ArticleError if it is none at all."""
    root = ""
    count = elements = 0
    fields: dict[str, str] = {}
    for event, element in _events(body, url):
        name = _name(element)
        if event == "start":
            root = root or name
            if root not in ("urlset", "sitemapindex"):
                raise ArticleError(
                    f"there is <{root[:LONGEST_NAME_CHARACTERS]}> instead of a sitemap: look for `Sitemap:` in the robots.txt of the site"
                )
            elements += 1
            if elements > MOST_ELEMENTS:
                yield Skipped(url, f"it holds more than {MOST_ELEMENTS} elements: those beyond are left out, declare further sitemaps")
                return
            if name in ("url", "sitemap"):
                fields = {}
            continue
        if name in _FIELDS and _name(element.getparent()) in _FIELDS[name]:
            fields.setdefault(name, _text(element))
        elif name in ("url", "sitemap"):
            count += 1
            if count > MOST_ENTRIES:
                yield Skipped(url, f"it lists more than {MOST_ENTRIES} pages: those beyond are left out, declare further sitemaps")
                return
            if address := page_address(fields.get("loc", ""), url):
                yield _nested(address, fields) if name == "sitemap" else _listed(address, fields)
        _forget(element)
    if not root:
        raise ArticleError("there is nothing that can be read as a sitemap: look for `Sitemap:` in the robots.txt of the site")


def _events(body: bytes, url: str) -> Iterator[tuple[str, Any]]:
    """Yield beginnings and ends of elements; errors of the XML are passed over."""
    parser = lxml.etree.XMLPullParser(
        events=("start", "end"),
        recover=True,
        huge_tree=False,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_pis=True,
        remove_comments=True,
    )
    with suppress(lxml.etree.XMLSyntaxError):
        for piece in _escaped(_pieces(body, url)):
            parser.feed(piece)
            yield from parser.read_events()
        parser.close()
    yield from parser.read_events()  # what was held back since the first error


def _escaped(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield a file with its bare ampersands escaped: after the first one lxml would drop all others, also those that are written well."""
    held = b""
    is_literal = False  # between the marks of a CDATA section

    def escape(match: re.Match[bytes]) -> bytes:
        nonlocal is_literal
        if match[0] == b"&":
            return b"&" if is_literal else b"&amp;"
        is_literal = match[0] == _CDATA
        return match[0]

    for piece in pieces:
        known = held + piece
        unfinished = _UNFINISHED.search(known)
        end = unfinished.start() if unfinished else len(known)
        yield _AMPERSAND_OR_CDATA.sub(escape, known[:end])
        held = known[end:]
    yield _AMPERSAND_OR_CDATA.sub(escape, held)


def _pieces(body: bytes, url: str) -> Iterator[bytes]:
    """Yield a file piece by piece, unpacked; ArticleError for a damaged or an endless archive."""
    pieces = _unpacked(body) if body.startswith(_GZIP) else (body[n : n + _PIECE_BYTES] for n in range(0, len(body), _PIECE_BYTES))
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > LARGEST_BYTES:
            raise ArticleError(f"the sitemap {url} is larger than {LARGEST_BYTES >> 20} MB: split it")
        yield piece


def _unpacked(body: bytes) -> Iterator[bytes]:
    """Unpack a gzip file, of which a few bytes may become gigabytes, a piece at a time; what follows its last member is left out."""
    at = 0
    for _ in range(MOST_MEMBERS):
        if not body.startswith(_GZIP, at):
            return
        at = yield from _member(body, at)
    raise ArticleError(f"the packed sitemap has more than {MOST_MEMBERS} members: pack it as one")


def _member(body: bytes, at: int) -> Generator[bytes, None, int]:
    """Unpack the member of a gzip file that begins at a place; return where it ends."""
    unpacking = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        while at < len(body) and not unpacking.eof:
            waiting = body[at : at + _PIECE_BYTES]
            at += len(waiting)
            while waiting and not unpacking.eof:
                yield unpacking.decompress(waiting, _PIECE_BYTES)
                waiting = unpacking.unconsumed_tail
        yield unpacking.flush()
    except zlib.error as error:
        raise ArticleError(f"the packed sitemap is damaged ({error})") from error
    return at - len(unpacking.unused_data)


def _name(element: Any) -> str:
    """Return the name of an element without its namespace, "" for entities and where it is written with half a character."""
    try:
        tag = getattr(element, "tag", None)
    except UnicodeDecodeError:  # libxml2 lets such namespaces pass
        return ""
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def _text(element: Any) -> str:
    try:
        return (element.text or "").strip()
    except UnicodeDecodeError:  # as above
        return ""


def _forget(element: Any) -> None:
    """Free an element that was read, and those before it: the tree never grows, whatever the elements are."""
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]


def _nested(address: str, fields: dict[str, str]) -> _Nested:
    return _Nested(address, moment(fields.get("lastmod", "")))


def _listed(address: str, fields: dict[str, str]) -> Listed:
    return Listed(
        url=address,
        title=" ".join(fields.get("title", "").split()),
        published=_day(fields.get("publication_date", "")),
        changed=moment(fields.get("lastmod", "")),
    )


def _day(written: str) -> Period | None:
    return parse_period(written) if written else None


def moment(written: str) -> float | None:
    """Return the last moment, in seconds since 1970, for which an ISO date and time may stand; None for anything else."""
    try:
        when = datetime.datetime.fromisoformat(written.strip())
    except ValueError:
        return None
    return last_moment(written, (when if when.tzinfo else when.replace(tzinfo=datetime.UTC)).timestamp())
