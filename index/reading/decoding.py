"""Bytes of a file become text, all at once or line by line; no line of any length takes more memory than a record may have.

UTF-8 with or without byte order mark, UTF-16 with it, and Windows-1252, which also reads ISO-8859-1. Pages declare their encoding and are
not decoded here.
"""

import codecs
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import AnyStr

from index.errors import ArticleError

LARGEST_TEXT_BYTES = 10 << 20  # of one article: a text file, a line of jsonl, a row of csv
PIECE_BYTES = 1 << 20
HEAD_BYTES = 4096

_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_TOO_LONG = f"the line is longer than {LARGEST_TEXT_BYTES >> 20} MiB: write one article a line"
_BINARY = "looks like a binary file: export it as text"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file with its end; without text where it cannot be read, for the reason given."""

    number: int
    text: str
    reason: str = ""


def decode(raw: bytes) -> str:
    """Return the text of a file; ArticleError for what is no text."""
    if len(raw) > LARGEST_TEXT_BYTES:
        raise ArticleError(f"it is larger than {LARGEST_TEXT_BYTES >> 20} MiB: split it into articles, or write them as .jsonl")
    if not raw.startswith(_WIDE_MARKS):
        return _decode_narrow(raw)
    try:
        return raw.decode("utf-16")
    except UnicodeDecodeError as error:
        raise ArticleError("it begins as UTF-16 and is something else: save it as UTF-8") from error


def decoded_lines(path: Path) -> Generator[Line, None, None]:
    """Yield the lines of a file, each decoded for itself; ArticleError where the beginning of the file is no text."""
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    if head.startswith(_WIDE_MARKS):
        yield from _wide_lines(path)
    elif b"\x00" in head:
        raise ArticleError(_BINARY)
    else:
        yield from _narrow_lines(path)


def _narrow_lines(path: Path) -> Iterator[Line]:
    with path.open("rb") as stream:
        for number, raw in enumerate(_bounded(stream.readline), start=1):
            try:
                yield Line(number, "", _TOO_LONG) if raw is None else Line(number, _decode_narrow(raw))
            except ArticleError as error:
                yield Line(number, "", str(error))


def _wide_lines(path: Path) -> Iterator[Line]:
    number = 0
    with path.open(encoding="utf-16", errors="surrogatepass", newline="\n") as stream:  # half characters are refused with their article
        try:
            for number, line in enumerate(_bounded(stream.readline), start=1):
                yield Line(number, "", _TOO_LONG) if line is None else Line(number, line)
        except UnicodeDecodeError:
            yield Line(number + 1, "", "from here on it is no UTF-16, as which it begins: save it as UTF-8")


def _bounded(readline: Callable[[int], AnyStr]) -> Iterator[AnyStr | None]:
    """Yield lines with their ends, None in place of one that is too long."""
    while line := readline(LARGEST_TEXT_BYTES + 1):
        if len(line) <= LARGEST_TEXT_BYTES:
            yield line
            continue
        while line and line[-1:] not in ("\n", b"\n"):
            line = readline(PIECE_BYTES)
        yield None


def _decode_narrow(raw: bytes) -> str:
    if b"\x00" in raw:
        raise ArticleError(_BINARY)
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ArticleError("its encoding is neither UTF-8 nor Windows-1252: save it as UTF-8")
