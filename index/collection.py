"""Where the articles of an index come from, as indexing sees it: a folder, or everything that `sources.toml` declares."""

from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Protocol

from index.articles import Article, Skipped
from index.collecting import collected
from index.reading.folder import read_folder

CollectionReport = Callable[[int, int], None]  # how many articles were collected so far, and of how many; 0 while that is unknown


class Collection(Protocol):
    """A collection is read from beginning to end, then asked for what was missing."""

    def read(self, report: CollectionReport, /) -> Iterator[Article | Skipped]:
        """Read all articles, each id once: of two with one id the second is skipped with the reason.

        Articles are collected first, with reports of how far that has come (the last one says `report(count, count)` with the number of
        articles that follow), then given one after the other. Memory holds ids and hashes of lines, never all texts. Raises ArticleError
        if there is nothing to read from.
        """

    def missing(self, article: Article, /) -> Article | None:
        """Return what becomes of an indexed article that `read` did not give; asked when `read` has ended.

        Itself where it could not be read this time, or where its source's policy keeps it; with `gone` where the policy marks it; None
        where it is to be removed.
        """


class FolderCollection:
    """A folder of articles: whoever takes a file away takes its articles away."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._unreadable: set[str] = set()

    def read(self, report: CollectionReport, /) -> Iterator[Article | Skipped]:
        """See `Collection`."""
        self._unreadable.clear()
        for item in collected(read_folder(self._folder), report):
            if isinstance(item, Skipped):
                self._unreadable.add(item.origin)
            yield item

    def missing(self, article: Article, /) -> Article | None:
        """Return the article itself where its file could not be read this time, else None."""
        return None if self._unreadable.isdisjoint(places(article)) else article


def places(article: Article) -> Iterator[str]:
    """Yield where an article was read and all that it lies in: its line, its file, and the folders above."""
    yield article.origin
    file = PurePosixPath(article.origin.rpartition(":")[0] or article.origin)
    yield from map(str, (file, *file.parents))
