"""Tables become articles, one a row: JSON lines, and CSV as programs for offices export it.

Files are read line by line, whatever their size. Each article and each row that is none has its line as its place. What a column holds is
text as it is: a column of HTML stays HTML, and is better taken from the site that it was exported from.
"""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, fields
from pathlib import Path

from index.articles import Article, Skipped
from index.errors import ArticleError
from index.reading.decoding import LARGEST_TEXT_BYTES, Line, decoded_lines
from index.reading.fields import article_of, checked, one_line

DELIMITERS = (";", ",", "\t")
QUOTES = ('"', "'")

_USUAL_NAMES = {
    "id": ("id",),
    "title": ("title", "titolo"),
    "text": ("text", "body", "testo", "contenuto"),
    "date": ("date", "data"),
    "url": ("url", "link"),
    "source": ("source", "fonte", "testata"),
    "author": ("author", "autore"),
    "updated": ("updated",),
}


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column holds what; empty for its usual names, English or Italian. `title.rendered` is `rendered` inside `title`, in JSON."""

    id: str = ""
    title: str = ""
    text: str = ""
    date: str = ""
    url: str = ""
    source: str = ""
    author: str = ""

    def names(self, field: str) -> tuple[str, ...]:
        """Return the names that a field may have."""
        name = getattr(self, field, "")
        return (name,) if name else _USUAL_NAMES[field]

    @property
    def declared(self) -> tuple[str, ...]:
        """The names of columns that were given."""
        return tuple(name for field in fields(self) if (name := getattr(self, field.name)))


USUAL_COLUMNS = Columns()


def read_json_lines(path: Path, origin: str, columns: Columns) -> Iterator[Article | Skipped]:
    """Read the article of every line; ArticleError where the file is no text."""
    with closing(decoded_lines(path)) as lines:
        for line in lines:
            if not line.reason and not line.text.strip():
                continue
            place = f"{origin}:{line.number}"
            try:
                yield _article(_json_object(_text(line)), place, columns, "the object")
            except ArticleError as error:
                yield Skipped(place, str(error))


def read_csv(path: Path, origin: str, columns: Columns) -> Iterator[Article | Skipped]:
    """Read the article of every row; ArticleError where the first row does not name a column of text.

    Delimiter and quotes are those that make known names of the first row. A quoted value may go over lines, up to the size of a text.
    """
    with closing(decoded_lines(path)) as decoded:
        lines = _RecordLines(decoded)
        header, rows = _opened(lines, columns)
        while True:
            lines.begin_record()
            place = f"{origin}:{lines.number + 1}"
            try:
                row = next(rows)
                if lines.is_over:
                    raise ArticleError("a quote opens here and is never closed: write it twice where it is part of the text")
                if any(value.strip() for value in row):
                    yield _article(_row(header, row), place, columns, "the row")
            except StopIteration:
                return
            except csv.Error as error:
                yield Skipped(place, f"the row is not CSV: {error}")
            except ArticleError as error:
                yield Skipped(place, str(error))


class _RecordLines(Iterator[str]):
    """Lines as the reader of CSV takes them: it fails, without ending, where a line cannot be read or the lines of one row are too many."""

    def __init__(self, lines: Iterator[Line]) -> None:
        self._lines = lines
        self._characters = 0
        self.number = 0
        self.is_over = False

    def begin_record(self) -> None:
        self._characters = 0

    def __next__(self) -> str:
        try:
            line = next(self._lines)
        except StopIteration:
            self.is_over = True
            raise
        self.number = line.number
        self._characters += len(line.text)
        if self._characters > LARGEST_TEXT_BYTES:
            raise ArticleError(f"the row is longer than {LARGEST_TEXT_BYTES >> 20} MiB: a quote may open in it that is never closed")
        return _text(line)


def _opened(lines: _RecordLines, columns: Columns) -> tuple[list[str], Iterator[list[str]]]:
    """Return the names of the columns and a reader of the rows; ArticleError where nothing can be known from the first line."""
    csv.field_size_limit(LARGEST_TEXT_BYTES)  # one for all readers of a process; Python's own is 128 KiB
    first = next((line for line in lines if line.strip()), "")
    forced = ""
    if first.lower().startswith("sep=") and len(first.strip("\r\n")) == len("sep=;"):  # which Excel writes
        forced, first = first[4], next(lines, "")
    known = {name.casefold() for field in _USUAL_NAMES for name in columns.names(field)}
    ways = [(delimiter, quote) for delimiter in forced or DELIMITERS for quote in QUOTES if quote != delimiter]
    headers = [(_header(first, delimiter, quote), delimiter, quote) for delimiter, quote in ways]
    header, delimiter, quote = max(headers, key=lambda way: len(known.intersection(way[0])))
    _check_header(header, columns)
    return header, csv.reader(lines, delimiter=delimiter, quotechar=quote)


def _header(line: str, delimiter: str, quote: str) -> list[str]:
    try:
        return [name.strip().casefold() for name in next(csv.reader([line], delimiter=delimiter, quotechar=quote), [])]
    except csv.Error:
        return []


def _check_header(header: Sequence[str], columns: Columns) -> None:
    names = ", ".join(header)[:200]
    missing = [name for name in columns.declared if name.casefold() not in header]
    if missing:
        raise ArticleError(f"it has no column {missing[0]!r}: its first line says {names!r}")
    if not set(columns.names("text")).intersection(header) and not columns.text:
        raise ArticleError(
            f"no column is called `text`: its first line says {names!r}. Name the columns there, or say in `columns` which is which"
        )


def _row(header: Sequence[str], row: Sequence[str]) -> Mapping[str, object]:
    if len(row) > len(header):
        raise ArticleError(f"the row has {len(row)} values for {len(header)} columns: put values with delimiters between quotes")
    return dict(zip(header, row, strict=False))


def _text(line: Line) -> str:
    if line.reason:
        raise ArticleError(line.reason)
    return line.text


def _json_object(line: str) -> Mapping[str, object]:
    try:
        values = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ArticleError(f"the line is not JSON: {error}") from error
    if not isinstance(values, dict):
        raise ArticleError("the line is not a JSON object: write {…} with `id` or `url` and `text`")
    return values


def _article(values: Mapping[str, object], place: str, columns: Columns, what: str) -> Article:
    found = {field: _value(values, columns.names(field)) for field in _USUAL_NAMES}
    if not isinstance(found["id"], str | int | float | None) or isinstance(found["id"], bool):
        raise ArticleError("its `id` is neither a string nor a number: write one between double quotes")
    identity = one_line(found, "id") or one_line(found, "url")
    if not identity:
        raise ArticleError(f"{what} has neither `id` nor `url`: add one, so that the article can be told from the others")
    text = found["text"]
    if not isinstance(text, str):
        raise ArticleError(f"{what} has no `text`")
    return checked(article_of(found, text, identity, place, title=one_line(found, "title")))


def _value(values: Mapping[str, object], names: Sequence[str]) -> object:
    """Return the first value that is not empty under one of the names, or inside what its parts name."""
    for name in names:
        value = values.get(name, values.get(name.casefold()))
        if value is None and "." in name:
            value = _inner(values, name.split("."))
        if value not in (None, "", [], {}):
            return value
    return None


def _inner(values: object, parts: Sequence[str]) -> object:
    for part in parts:
        values = values.get(part) if isinstance(values, dict) else None
    return values
