"""Folders and files become articles, each kind by its own reader.

Out come articles and, for whatever cannot be read, the place and the reason: one bad file never stops the others.
"""

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path

from index.articles import Article, Skipped
from index.errors import ArticleError
from index.reading.decoding import LARGEST_TEXT_BYTES, decode
from index.reading.fields import checked, composed, shown
from index.reading.markdown import read_markdown
from index.reading.plain import read_text
from index.reading.tables import USUAL_COLUMNS, Columns, read_csv, read_json_lines
from index.workers import Workers, WorkFailed

FEW_PAGES = 32  # take less time than starting processes
LARGE_PAGE_BYTES = 1 << 20  # one such is not read without limits of time
LARGEST_DOCUMENT_BYTES = 100 << 20

PAGES = (".html", ".htm")
DOCUMENTS = (".pdf", ".docx")
READ = ".md, .txt, .html, .pdf, .docx, .jsonl or .csv"

_TEXTS: dict[str, Callable[[str, str, str], Article]] = {".md": read_markdown, ".markdown": read_markdown, ".txt": read_text}
_TABLES: dict[str, Callable[[Path, str, Columns], Iterator[Article | Skipped]]] = {
    ".jsonl": read_json_lines,
    ".csv": read_csv,
    ".tsv": read_csv,
}


def read_folder(folder: Path, *, columns: Columns = USUAL_COLUMNS, workers: Workers | None = None) -> Iterator[Article | Skipped]:
    """Read every article below a folder, in the order of their paths; of two with one id the first is kept.

    Pages and documents are read by `workers`, or by own ones that end with the reading: documents always, since some take for ever, pages
    where they are many or large. Raises ArticleError if there is no such folder. Hidden files are passed over.
    """
    if not folder.is_dir():
        raise ArticleError(f"{folder} is not a folder: create it, or name another one as ARTICLES_DIR")
    origins: dict[str, str] = {}
    with Workers() if workers is None else nullcontext(workers) as spread:
        for item in _items(folder, columns, spread):
            if isinstance(item, Skipped):
                yield item
            elif item.id in origins:
                yield Skipped(item.origin, f"its id {item.id!r} is already that of {origins[item.id]}: give one of them another `id`")
            else:
                origins[item.id] = item.origin
                yield item


def _items(folder: Path, columns: Columns, workers: Workers) -> Iterator[Article | Skipped]:
    """Read all files below a folder; files and folders that cannot be opened, and links to nothing, are skipped with the reason."""
    failed: list[OSError] = []
    paths = [Path(parent, name) for parent, _, names in os.walk(folder, onerror=failed.append) for name in names]
    closed = {Path(error.filename): error for error in failed}
    visible = [path for path in sorted([*paths, *closed]) if not any(part.startswith(".") for part in path.relative_to(folder).parts)]
    slow = dict.fromkeys(path for path in visible if path not in closed and path.suffix.lower() in (*PAGES, *DOCUMENTS))
    few = 0 if any(map(_needs_limits, slow)) else FEW_PAGES
    read_slowly = workers.map(partial(_read_whole, folder=folder), slow, few=few)
    for path in visible:
        relative = path.relative_to(folder)
        if path in closed:
            yield _unopened(relative, closed[path])
        elif path in slow:
            result = next(read_slowly)
            yield from [_failed(relative, result)] if isinstance(result, WorkFailed) else result
        else:
            yield from _read_regular(path, relative, columns)


def _needs_limits(path: Path) -> bool:
    try:
        return path.suffix.lower() in DOCUMENTS or path.stat().st_size > LARGE_PAGE_BYTES
    except OSError:
        return False


def _read_whole(path: Path, *, folder: Path) -> Sequence[Article | Skipped]:
    """Read a file of a folder at once, as another process does it: what `read_file` yields, without the columns that only tables have."""
    return list(_read_regular(path, path.relative_to(folder), Columns()))


def _read_regular(path: Path, relative: Path, columns: Columns) -> Iterator[Article | Skipped]:
    try:
        is_file = stat.S_ISREG(path.stat().st_mode)
    except OSError as error:
        yield _unopened(relative, error)
        return
    if is_file:
        yield from read_file(path, relative, columns=columns)


def read_file(path: Path, relative: Path, *, columns: Columns = USUAL_COLUMNS) -> Iterator[Article | Skipped]:
    """Read the articles of one file; `relative` is its path inside its source and gives the id where none is declared.

    Everything happens in this process: pages and documents from strangers belong into one of `Workers`, which ends when its time is over.
    """
    origin = shown(relative.as_posix())
    try:
        if table := _TABLES.get(path.suffix.lower()):
            yield from table(path, origin, columns)
        else:
            yield from map(checked, _read_articles(path, composed(shown(relative.with_suffix("").as_posix())), origin))
    except ArticleError as error:
        yield Skipped(origin, str(error))
    except OSError as error:
        yield _unopened(relative, error)


def _read_articles(path: Path, default_id: str, origin: str) -> Sequence[Article]:
    suffix = path.suffix.lower()
    if read := _TEXTS.get(suffix):
        return [read(decode(_read_bytes(path, LARGEST_TEXT_BYTES)), default_id, origin)]
    if suffix in PAGES:
        from index.reading.pages import read_page  # noqa: PLC0415 - half a second, and most collections hold no HTML

        return read_page(_read_bytes(path, LARGEST_TEXT_BYTES), default_id=default_id, origin=origin)
    if suffix in DOCUMENTS:
        from index.reading.documents import read_document  # noqa: PLC0415 - slow to import as well

        return [read_document(_read_bytes(path, LARGEST_DOCUMENT_BYTES), suffix, default_id=default_id, origin=origin)]
    if suffix == ".json":
        raise ArticleError("files ending in .json are not read: write one object a line, and name the file .jsonl")
    raise ArticleError(f"files ending in {suffix or 'nothing'} are not read: use {READ}")


def _read_bytes(path: Path, most: int) -> bytes:
    with path.open("rb") as stream:
        raw = stream.read(most + 1)
    if len(raw) > most:
        raise ArticleError(f"it is larger than {most >> 20} MiB: split it, or write its articles as .jsonl")
    return raw


def _failed(relative: Path, failure: WorkFailed) -> Skipped:
    return Skipped(shown(relative.as_posix()), f"cannot be read, {failure.reason}: save its text as .txt")


def _unopened(relative: Path, error: OSError) -> Skipped:
    return Skipped(shown(relative.as_posix()), f"cannot be opened: {error.strerror}")
