"""Files become articles: Markdown with front matter, plain text, HTML, JSON lines.

Out come articles and, for whatever cannot be read, the place and the reason: one bad file never stops the others.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from index.articles import Article
from index.dates import parse_period
from index.errors import ArticleError

LONGEST_TITLE_CHARACTERS = 140

_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(.*?)(?:\r?\n)?^---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"\A\s*#[ \t]+(\S[^\r\n]*)")
_GLUED_DATE = re.compile(r"\A\s*(?:date|data|published)[ \t]*[:=]?[ \t]*(\d{4}-\d{2}(?:-\d{2}(?:T[\d:.+Z-]*)?)?)(?=\s)", re.IGNORECASE)
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
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if not path.is_file() or any(part.startswith(".") for part in relative.parts):
            continue
        for item in read_file(path, relative):
            if isinstance(item, Skipped):
                yield item
            elif item.id in origins:
                yield Skipped(item.origin, f"its id {item.id!r} is already that of {origins[item.id]}: give one of them another `id`")
            else:
                origins[item.id] = item.origin
                yield item


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
    match = _FRONT_MATTER.match(text)
    if not match:
        if text.startswith("---\n"):
            raise ArticleError("its front matter is not closed: add a line `---` after it")
        metadata: Mapping[str, object] = {}
        body = text
    else:
        metadata = _front_matter(match.group(1))
        body = text[match.end() :]
    heading = _HEADING.match(body)
    title = _string(metadata, "title") or (heading.group(1).strip() if heading else "")
    starts_with_title = heading is not None and heading.group(1).strip() == title
    return _article(metadata, body, default_id, origin, title=title, body_start=heading.end() if heading and starts_with_title else 0)


def _front_matter(block: str) -> Mapping[str, object]:
    try:
        metadata = yaml.safe_load(block)
    except (yaml.YAMLError, ValueError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", 0) + 2
        raise ArticleError(f"its front matter is not YAML (line {line}): put values with colons or quotes between double quotes") from error
    if metadata is None:
        return {}
    if not isinstance(metadata, dict):
        raise ArticleError("its front matter is not a list of `name: value` lines")
    return {str(key).lower(): value for key, value in metadata.items()}


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
    metadata = {name: getattr(document, name) for name in ("title", "date", "url", "author")}
    return _article({**metadata, "source": document.sitename}, document.text, default_id, origin, title=document.title or "")


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
    except ValueError as error:
        raise ArticleError(f"the line is not JSON: {error}") from error
    if not isinstance(fields, dict):
        raise ArticleError("the line is not a JSON object: write {…} with `id` or `url` and `text`")
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
    """Return a value as a stripped string on one line; empty where it is missing."""
    value = metadata.get(name)
    return "" if value is None else " ".join(str(value).split())


_READERS = {".md": _read_markdown, ".markdown": _read_markdown, ".txt": _read_text, ".html": _read_html, ".htm": _read_html}
