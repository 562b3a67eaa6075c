"""Files become articles: Markdown with front matter, plain text, HTML, JSON lines.

Out come articles and, for whatever cannot be read, the place and the reason: one bad file never stops the others.
"""

import json
import os
import re
import stat
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from index.articles import Article
from index.dates import MONTHS, parse_period
from index.errors import ArticleError

LONGEST_TITLE_CHARACTERS = 140
_FIELDS = frozenset({"title", "date", "url", "source", "author", "id"})
_NULL = ("", "~", "null")

_NEW_LINE = r"(?:\r\n|\r|\n)"
_OPENED = re.compile(rf"\A\s*---[ \t]*{_NEW_LINE}")
_CLOSED = re.compile(rf"(?<=[\r\n])---[ \t]*(?:{_NEW_LINE}|\Z)")
_KNOWN_FIELD = re.compile(r"(?:\A|[\r\n])[ \t]*[\"']?(?:title|date|url|source|author|id)[\"']?[ \t]*:", re.IGNORECASE)
_BLANK_LINE = re.compile(rf"{_NEW_LINE}[ \t]*{_NEW_LINE}")
_HEADING = re.compile(r"\A\s*#[ \t]+(\S[^\r\n]*)")
_GLUED_DATE = re.compile(r"\A\s*(?:date|data|published)[ \t]*[:=]?[ \t]*(\d{4}-\d{2}(?:-\d{2}(?:T[\d:.+Z-]*)?)?)(?=\s)", re.IGNORECASE)
_METADATA_TAG = re.compile(r"<meta\b[^>]*>|<time\b.*?</time>|<script\b[^>]*ld\+json.*?</script>", re.IGNORECASE | re.DOTALL)
_DATE_PUBLISHED = re.compile(r'"datePublished"\s*:\s*"([^"]+)"')  # JSON-LD
_FIRST_LINE = re.compile(r"\s*(\S[^\r\n]*)")


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that could not be read, and why: a file, or a line of one (`news.jsonl:17`)."""

    origin: str
    reason: str


def read_folder(folder: Path) -> Iterator[Article | Skipped]:
    """Read every article below a folder, in the order of their paths; of two with one id the first is kept.

    Raises ArticleError if there is no such folder. Hidden files are passed over.
    """
    if not folder.is_dir():
        raise ArticleError(f"{folder} is not a folder: create it, or name another one as ARTICLES_DIR")
    origins: dict[str, str] = {}
    for item in _items(folder):
        if isinstance(item, Skipped):
            yield item
        elif item.id in origins:
            yield Skipped(item.origin, f"its id {item.id!r} is already that of {origins[item.id]}: give one of them another `id`")
        else:
            origins[item.id] = item.origin
            yield item


def _items(folder: Path) -> Iterator[Article | Skipped]:
    """Read all files below a folder; files and folders that cannot be opened, and links to nothing, are skipped with the reason."""
    failed: list[OSError] = []
    paths = [Path(parent, name) for parent, _, names in os.walk(folder, onerror=failed.append) for name in names]
    closed = {Path(error.filename): error for error in failed}
    for path in sorted([*paths, *closed]):
        relative = path.relative_to(folder)
        if any(part.startswith(".") for part in relative.parts):
            continue
        try:
            if path in closed:
                raise closed[path]
            is_file = stat.S_ISREG(path.stat().st_mode)
        except OSError as error:
            yield Skipped(relative.as_posix(), f"cannot be opened: {error.strerror}")
            continue
        if is_file:
            yield from read_file(path, relative)


def read_file(path: Path, relative: Path) -> Iterator[Article | Skipped]:
    """Read the articles of one file; `relative` is its path inside its source and gives the id where none is declared."""
    origin = relative.as_posix()
    suffix = path.suffix.lower()
    try:
        if suffix == ".jsonl":
            yield from _read_json_lines(path, origin)
        elif reader := _READERS.get(suffix):
            default_id = unicodedata.normalize("NFC", relative.with_suffix("").as_posix())
            yield _checked(reader(_decode(path.read_bytes()), default_id, origin))
        else:
            yield Skipped(origin, f"files ending in {suffix or 'nothing'} are not read: use .md, .txt, .html or .jsonl")
    except ArticleError as error:
        yield Skipped(origin, str(error))
    except OSError as error:
        yield Skipped(origin, f"cannot be opened: {error.strerror}")


def _decode(raw: bytes) -> str:
    """Decode bytes as UTF-8 (with or without BOM), UTF-16 with BOM, or Windows-1252; ArticleError for what is no text."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif b"\x00" in raw:
        raise ArticleError("looks like a binary file: export it as text")
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ArticleError("its encoding is neither UTF-8 nor Windows-1252: save it as UTF-8")


def _read_markdown(text: str, default_id: str, origin: str) -> Article:
    metadata, body = _split_front_matter(text)
    heading = _HEADING.match(body)
    title = _string(metadata, "title") or (heading.group(1).strip() if heading else "")
    starts_with_title = heading is not None and heading.group(1).strip() == title
    return _article(metadata, body, default_id, origin, title=title, body_start=heading.end() if heading and starts_with_title else 0)


def _split_front_matter(text: str) -> tuple[Mapping[str, object], str]:
    """Return metadata and body. What stands between two lines `---` and names nothing that we know is text like the rest."""
    opened = _OPENED.match(text)
    if not opened:
        return {}, text
    closed = _CLOSED.search(text, opened.end())
    if not closed:
        if _KNOWN_FIELD.search(_BLANK_LINE.split(text[opened.end() :], maxsplit=1)[0]):
            raise ArticleError("its front matter is not closed: add a line `---` after it")
        return {}, text
    metadata = _front_matter(text[opened.end() : closed.start()], first_line=len(opened.group().splitlines()) + 1)
    return (metadata, text[closed.end() :]) if metadata.keys() & _FIELDS else ({}, text)


def _front_matter(block: str, first_line: int) -> Mapping[str, object]:
    """Return the fields of a block of YAML, every value as it is written: `0123` is no number, `no` is no truth value."""
    try:
        metadata = yaml.load(block, yaml.BaseLoader)  # makes strings, lists and mappings, nothing else
    except RecursionError as error:
        raise ArticleError("its front matter is nested too deep: write `name: value` lines") from error
    except (yaml.YAMLError, ValueError) as error:
        if not _KNOWN_FIELD.search(block):
            return {}
        line = getattr(getattr(error, "problem_mark", None), "line", 0) + first_line
        raise ArticleError(f"its front matter is not YAML (line {line}): put values with colons or quotes between double quotes") from error
    if not isinstance(metadata, dict):
        return {}
    return {str(key).lower(): value for key, value in metadata.items() if value not in _NULL}


def _read_text(text: str, default_id: str, origin: str) -> Article:
    """Read plain text; a first line is a title only if it is short, has no full stop and a blank line follows."""
    published, start = None, 0
    if glued := _GLUED_DATE.match(text):
        published, start = parse_period(glued.group(1)), glued.end()
    title = ""
    first = _FIRST_LINE.match(text, start)
    if first and not glued and _is_title(first.group(1).strip(), text[first.end() :]):
        title, start = first.group(1).strip(), first.end()
    return Article(id=default_id, text=text, title=title, published=published, origin=origin, body_start=start)


def _is_title(line: str, rest: str) -> bool:
    return len(line) <= LONGEST_TITLE_CHARACTERS and "." not in line and re.match(r"\r?\n[ \t]*\r?\n\s*\S", rest) is not None


def _read_html(text: str, default_id: str, origin: str) -> Article:
    import trafilatura  # noqa: PLC0415 - half a second, and most collections hold no HTML

    document = trafilatura.bare_extraction(
        text, with_metadata=True, include_comments=False, include_tables=False, date_extraction_params={"extensive_search": False}
    )
    if document is None or not document.text:
        raise ArticleError("no article was found in the page: save its text as .txt or .md")
    title = document.title or ""
    metadata = {name: getattr(document, name) for name in ("title", "url", "author")}
    metadata |= {"source": document.sitename, "date": _declared_date(document.date or "", text)}
    starts_with_title = bool(title) and document.text.startswith(title)
    return _article(metadata, document.text, default_id, origin, title=title, body_start=len(title) if starts_with_title else 0)


def _declared_date(found: str, page: str) -> str:
    """Return the day that was found in a page if it stands in its metadata: one from its prose or its footer may be any day."""
    day = parse_period(found)
    if day:
        forms = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y")
        written = [f"{day.first:{form}}" for form in forms] + [f"{day.first.day} {MONTHS[day.first.month - 1]} {day.first.year}"]
        if any(form in tag.group().lower() for tag in _METADATA_TAG.finditer(page) for form in written):
            return found
    declared = _DATE_PUBLISHED.search(page)
    return declared.group(1) if declared else ""


def _read_json_lines(path: Path, origin: str) -> Iterator[Article | Skipped]:
    with path.open("rb") as lines:
        for number, raw in enumerate(lines, start=1):
            if not raw.strip():
                continue
            place = f"{origin}:{number}"
            try:
                yield _checked(_read_json_line(_decode(raw), place))
            except ArticleError as error:
                yield Skipped(place, str(error))


def _read_json_line(line: str, origin: str) -> Article:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ArticleError(f"the line is not JSON: {error}") from error
    if not isinstance(fields, dict):
        raise ArticleError("the line is not a JSON object: write {…} with `id` or `url` and `text`")
    if not isinstance(fields.get("id"), str | int | float | None) or isinstance(fields.get("id"), bool):
        raise ArticleError("its `id` is neither a string nor a number: write one between double quotes")
    identity = _string(fields, "id") or _string(fields, "url")
    if not identity:
        raise ArticleError("the object has neither `id` nor `url`: add one, so that the article can be told from the others")
    text = fields.get("text") or fields.get("body")
    if not isinstance(text, str):
        raise ArticleError("the object has no `text`")
    return _article(fields, text, identity, origin, title=_string(fields, "title"))


def _article(metadata: Mapping[str, object], text: str, default_id: str, origin: str, *, title: str, body_start: int = 0) -> Article:
    published = parse_period(_string(metadata, "date"))
    if glued := _GLUED_DATE.match(text):
        body_start = max(body_start, glued.end())
        published = published or parse_period(glued.group(1))
    url = _string(metadata, "url")
    return Article(
        id=unicodedata.normalize("NFC", _string(metadata, "id") or default_id),
        text=text,
        title=title,
        url=url,
        source=_string(metadata, "source") or _site(url),
        author=_string(metadata, "author"),
        published=published,
        origin=origin,
        body_start=body_start,
    )


def _checked(article: Article) -> Article:
    """Return the article if it can be indexed: it has text, and every character of it can be stored."""
    if not article.text[article.body_start :].strip():
        raise ArticleError("it has no text")
    try:
        f"{article.title}{article.text}{article.id}{article.url}{article.source}{article.author}".encode()
    except UnicodeEncodeError as error:
        raise ArticleError("it holds half a character (a lone surrogate): export it again as UTF-8") from error
    return article


def _site(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _string(metadata: Mapping[str, object], name: str) -> str:
    """Return a string, a number or a list of strings as one line; empty where it is missing or something else."""
    value = metadata.get(name)
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        value = ", ".join(value)
    return " ".join(str(value).split()) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


_READERS = {".md": _read_markdown, ".markdown": _read_markdown, ".txt": _read_text, ".html": _read_html, ".htm": _read_html}
