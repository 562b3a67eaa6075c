"""What is said about an article becomes an Article: front matter, columns, properties of a document, all as names and values."""

import re
import unicodedata
from collections.abc import Mapping
from urllib.parse import urlsplit

from index.articles import Article
from index.dates import Period, parse_period
from index.errors import ArticleError

LONGEST_TITLE_CHARACTERS = 140
LONGEST_ID_CHARACTERS = 4_096  # as long as a path may be

_GLUED_DATE = re.compile(
    r"\A\s*+(?:date|data|published)[ \t]*+(?:[:=][ \t]*+)?(\d{4}-\d{2}(?:-\d{2}(?:T[\d:.+Z-]*)?)?)(?=\s)", re.IGNORECASE
)
_FIRST_LINE = re.compile(r"\s*(\S[^\r\n]*)")
_BLANK_LINE_AND_MORE = re.compile(r"\r?\n[ \t]*\r?\n\s*\S")
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
_LINE_BREAK = re.compile("[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")


def article_of(metadata: Mapping[str, object], text: str, default_id: str, origin: str, *, title: str, body_start: int = 0) -> Article:
    """Return the article that `id`, `url`, `source`, `author`, `date` and `updated` tell of; a date glued to its text is metadata too."""
    published = parse_period(one_line(metadata, "date"))
    if glued := glued_date(text):
        body_start = max(body_start, glued[1])
        published = published or glued[0]
    updated = parse_period(one_line(metadata, "updated"))
    url = one_line(metadata, "url")
    return Article(
        id=composed(one_line(metadata, "id") or default_id),
        text=text,
        title=title,
        url=url,
        source=one_line(metadata, "source") or site(url),
        author=one_line(metadata, "author"),
        published=published,
        origin=origin,
        body_start=body_start,
        updated=updated if updated and (published is None or published.is_before(updated)) else None,
    )


def checked(article: Article) -> Article:
    """Return the article if it can be indexed: it has text, and every character of it can be stored."""
    if not article.text[article.body_start :].strip():
        raise ArticleError("it has no text")
    try:
        f"{article.title}{article.text}{article.id}{article.url}{article.source}{article.author}{article.origin}".encode()
    except UnicodeEncodeError as error:
        raise ArticleError("it holds half a character (a lone surrogate): export it again as UTF-8") from error
    return article


def glued_date(text: str) -> tuple[Period | None, int] | None:
    """Return the date that is glued to the first line of a text and where it ends; None where there is none."""
    glued = _GLUED_DATE.match(text)
    return (parse_period(glued.group(1)), glued.end()) if glued else None


def title_line(text: str) -> tuple[str, int]:
    """Return the first line and where it ends if it is a title: short, without a full stop, with a blank line after it; else empty."""
    first = _FIRST_LINE.match(text)
    line = single_spaced(first.group(1)) if first else ""
    if not first or len(line) > LONGEST_TITLE_CHARACTERS or "." in line or not _BLANK_LINE_AND_MORE.match(text, first.end()):
        return "", 0
    return line, first.end()


def one_line(metadata: Mapping[str, object], name: str) -> str:
    """Return a string, a number or a list of strings as one line; empty where it is missing or something else."""
    value = metadata.get(name)
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        value = ", ".join(value)
    return single_spaced(str(value)) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def single_spaced(text: str) -> str:
    """Return a text on one line, whatever it is that breaks its lines."""
    return " ".join(text.split())


def shown(path: str) -> str:
    """Return a path as it can be written and read: on one line, with replacement characters where its bytes are no UTF-8."""
    return _LINE_BREAK.sub(" ", _HALF_CHARACTER.sub("\ufffd", path))


def composed(identity: str) -> str:
    """Return an id in the one form that `è` has here, whatever the file system made of it; ArticleError for what cannot be one."""
    if not identity.strip():
        raise ArticleError("its name is blank: rename it, or give it an `id`")
    if len(identity) > LONGEST_ID_CHARACTERS:
        raise ArticleError(f"its `id` has more than {LONGEST_ID_CHARACTERS:,} characters: write a shorter one")
    return unicodedata.normalize("NFC", identity)


def site(url: str) -> str:
    """Return the host of an address without its `www.`, empty where there is none."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
