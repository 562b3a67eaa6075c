"""Markdown becomes an article: fields from its front matter, the title from there or from its first heading."""

import re
from collections.abc import Mapping

import yaml

from index.articles import Article
from index.errors import ArticleError
from index.reading.fields import article_of, one_line, single_spaced

LONGEST_FRONT_MATTER_CHARACTERS = 100_000  # YAML is read slowly

_FIELDS = frozenset({"title", "date", "url", "source", "author", "id"})
_NULL = ("", "~", "null")

_NEW_LINE = r"(?:\r\n|\r|\n)"
_OPENED = re.compile(rf"\A\s*---[ \t]*{_NEW_LINE}")
_CLOSED = re.compile(rf"(?<=[\r\n])---[ \t]*(?:{_NEW_LINE}|\Z)")
_KNOWN_FIELD = re.compile(r"(?:\A|[\r\n])[ \t]*[\"']?(?:title|date|url|source|author|id)[\"']?[ \t]*:", re.IGNORECASE)
_BLANK_LINE = re.compile(rf"{_NEW_LINE}[ \t]*{_NEW_LINE}")
_HEADING = re.compile(r"\A\s*#[ \t]+(\S[^\r\n]*)")


def read_markdown(text: str, default_id: str, origin: str) -> Article:
    """Return the article of a Markdown file; ArticleError where its front matter cannot be read."""
    metadata, body = _split_front_matter(text)
    heading = _HEADING.match(body)
    headed = single_spaced(heading.group(1)) if heading else ""
    title = one_line(metadata, "title") or headed
    return article_of(metadata, body, default_id, origin, title=title, body_start=heading.end() if heading and headed == title else 0)


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
    if len(block) > LONGEST_FRONT_MATTER_CHARACTERS:
        if not _KNOWN_FIELD.search(block):
            return {}
        raise ArticleError(f"its front matter has more than {LONGEST_FRONT_MATTER_CHARACTERS:,} characters: add a line `---` where it ends")
    try:
        metadata = yaml.load(block, yaml.BaseLoader)  # makes strings, lists and mappings, nothing else
    except RecursionError as error:
        raise ArticleError("its front matter is nested too deep: write `name: value` lines") from error
    except (yaml.YAMLError, ArithmeticError, ValueError) as error:  # the others for numbers of characters that there are not
        if not _KNOWN_FIELD.search(block):
            return {}
        line = getattr(getattr(error, "problem_mark", None), "line", 0) + first_line
        raise ArticleError(f"its front matter is not YAML (line {line}): put values with colons or quotes between double quotes") from error
    if not isinstance(metadata, dict):
        return {}
    return {str(key).lower(): value for key, value in metadata.items() if value not in _NULL}
