"""What an editor adds by hand: a link or a file becomes articles, held until somebody accepts or discards them.

    added/            accepted, one file of JSON lines for each link or file; the source "aggiunti" of a collection reads them
    added/.pending/   held, by token; hidden from whoever reads the folder

Each step is one rename: a crash leaves the state before it or the one after it, never half a file.
"""

import datetime
import hashlib
import json
import re
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import httpx

from index.articles import Article, Skipped
from index.durable_files import sync, write_durably
from index.errors import ArticleError
from index.italian import fold
from index.reading.fields import checked, composed
from index.reading.folder import read_file
from index.settings import IndexSettings
from index.sources.collection import AGENT, PAGES_FILE
from index.sources.declaration import ADDED
from index.sources.extraction import PageToRead, extract, extracted
from index.sources.fetching import DOCUMENT_TYPES, HTML_TYPES, Fetcher, FetchError, Limits
from index.sources.history import day_of
from index.sources.listing import page_address
from index.sources.network import ForbiddenAddress, guarded_transport
from index.sources.page_store import PageStore
from index.workers import Workers, WorkFailed

FILE_KINDS = (".txt", ".md", ".markdown", ".html", ".htm", ".pdf", ".docx")
LARGEST_FILE_BYTES = 20 << 20  # what Telegram hands to a bot at most
READING_SECONDS = 30.0
READING_MEGABYTES = 1024
KEPT_DAYS = 7  # held, before nobody is expected to decide any more
LIMITS = Limits(seconds=20.0, tries=2, retry_after_seconds=5.0, crawl_delay_seconds=5.0)  # of fetching: somebody waits for it

_TOKEN = re.compile(r"[0-9a-f]{16}")
_NO_NAME = re.compile(r"[^a-z0-9]+")
_NAME_CHARACTERS = 60

Item = TypeVar("Item")
Result = TypeVar("Result")


class Reason(StrEnum):
    """Why something cannot be added."""

    UNSUPPORTED = "unsupported"  # a kind of file or page that is not read
    UNREADABLE = "unreadable"  # no text in it: a scan, a page without an article, a damaged file
    NOT_FOUND = "not found"
    FORBIDDEN = "forbidden"  # the address is, or leads to, none of the public web
    CLOSED = "closed"  # by the site's robots.txt
    UNREACHABLE = "unreachable"  # the site does not answer, or refuses
    TOO_LARGE = "too large"
    TOO_SLOW = "too slow"
    UNKNOWN = "unknown"


_SAID_BY_FETCHER = {
    "robots.txt": Reason.CLOSED,
    "is larger than": Reason.TOO_LARGE,
    "is of the type": Reason.UNSUPPORTED,
    "seconds: try again later": Reason.TOO_SLOW,
    "did not answer in time": Reason.TOO_SLOW,
}


class NotAdded(ArticleError):
    """A link or a file gives no article; the message is for editors, `reason` for programs."""

    def __init__(self, message: str, reason: Reason) -> None:
        super().__init__(message)
        self.reason = reason


class UnknownAddition(ArticleError):
    """Nothing is held under this token any longer."""


def is_link(reference: str) -> bool:
    """True for an address of the web, false for what can only be a path."""
    return reference.lower().startswith(("http://", "https://"))


def read_addition(
    reference: str,
    settings: IndexSettings,
    *,
    transport: httpx.BaseTransport | None = None,
    limits: Limits = LIMITS,
    seconds: float = READING_SECONDS,
    clock: Callable[[], float] = time.time,
) -> tuple[Article, ...]:
    """Return the articles at a link, fetched anew, or in a file; NotAdded says why there are none.

    A link gives them the ids that a collection would give them, a file `aggiunti/` with its name. One page may hold several: its updates.
    """
    with Workers(1, seconds=seconds, megabytes=READING_MEGABYTES) as workers:
        if not is_link(reference):
            return _read_path(Path(reference), workers)
        network = transport or guarded_transport()
        with PageStore(settings.data_dir / PAGES_FILE) as store, Fetcher(store, transport=network, agent=AGENT, limits=limits) as fetcher:
            return _read_link(reference, fetcher, store, workers, day_of(clock()))


class Additions:
    """What was added, in a folder; safe to share between processes."""

    def __init__(self, folder: Path, *, clock: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._pending = folder / ".pending"
        self._clock = clock

    def hold(self, articles: Sequence[Article]) -> str:
        """Keep articles until somebody decides, and return their token; the same articles have the same one."""
        raw = "".join(f"{_record(article)}\n" for article in articles).encode()
        token = _token_of(raw)
        try:
            self._pending.mkdir(parents=True, exist_ok=True)
            self._clear_old()
            write_durably(self._held(token), raw)
        except OSError as error:
            raise ArticleError(f"{self._pending} cannot be written ({error.strerror}): let Edicola write in DATA_DIR") from error
        return token

    def pending(self, token: str) -> tuple[Article, ...]:
        """Return the articles that are held under a token; UnknownAddition if there are none."""
        return _articles_of(self._held(token))

    def accept(self, token: str) -> tuple[Article, ...]:
        """Let the collection read what is held, in place of what the same link or file gave before, and return it.

        What was accepted before is returned again; UnknownAddition if it was discarded, or held too long ago.
        """
        try:
            articles = self.pending(token)
        except UnknownAddition:
            return self.accepted(token)
        accepted = self._folder / f"{_file_name(articles)}.jsonl"
        try:
            self._held(token).replace(accepted)
        except FileNotFoundError:  # somebody else was faster
            return self.accepted(token)
        for folder in (self._folder, self._pending):
            sync(folder)
        return articles

    def accepted(self, token: str) -> tuple[Article, ...]:
        """Return the articles that were accepted under a token and not replaced since; UnknownAddition if there are none."""
        for file in sorted(self._folder.glob("*.jsonl")):
            if _token_of(file.read_bytes()) == token:
                return _articles_of(file)
        raise UnknownAddition(f"nothing is held under {token!r}: send it again")

    def discard(self, token: str) -> None:
        """Forget what is held under a token, if anything is."""
        self._held(token).unlink(missing_ok=True)

    def _held(self, token: str) -> Path:
        if not _TOKEN.fullmatch(token):
            raise UnknownAddition(f"{token!r} is no token: they have 16 digits from 0 to f")
        return self._pending / f"{token}.jsonl"

    def _clear_old(self) -> None:
        oldest = self._clock() - KEPT_DAYS * 24 * 3600
        for file in self._pending.iterdir():
            with suppress(FileNotFoundError):  # somebody else was faster
                if file.stat().st_mtime < oldest:
                    file.unlink()


# Reading


def _read_link(url: str, fetcher: Fetcher, store: PageStore, workers: Workers, today: datetime.date) -> tuple[Article, ...]:
    address = page_address(url) or url  # under which a collection would have it
    try:
        fetched = fetcher.fetch(address, again=True, kinds=HTML_TYPES | DOCUMENT_TYPES)
    except FetchError as error:
        raise NotAdded(str(error), _reason(error, address, store)) from error
    if fetched.status == "gone":
        raise NotAdded(f"{url} is not there (404 or 410): open it in a browser, and correct it", Reason.NOT_FOUND)
    page = PageToRead(fetched.body, fetched.url, address, fetched.content_type, today)
    return _found(extracted(_worked(workers, extract, page, address), address))


def _reason(error: FetchError, address: str, store: PageStore) -> Reason:
    """Return what kind of failure the sentence of a fetcher tells of."""
    if isinstance(error.__cause__, ForbiddenAddress):
        return Reason.FORBIDDEN
    reason = next((reason for words, reason in _SAID_BY_FETCHER.items() if words in str(error)), Reason.UNREACHABLE)
    parts = urlsplit(address)
    has_rules = store.robots(f"{parts.scheme}://{parts.netloc}") is not None
    return Reason.UNREACHABLE if reason == Reason.CLOSED and not has_rules else reason  # a site that does not answer has told no rules


def _read_path(path: Path, workers: Workers) -> tuple[Article, ...]:
    if path.suffix.lower() not in FILE_KINDS:
        kinds = ", ".join(FILE_KINDS)
        raise NotAdded(f"{path.name}: files ending in {path.suffix or 'nothing'} cannot be added: use {kinds}", Reason.UNSUPPORTED)
    try:
        size = path.stat().st_size
    except OSError as error:
        raise NotAdded(f"{path} cannot be opened ({error.strerror}): name a file that is there", Reason.NOT_FOUND) from error
    if size > LARGEST_FILE_BYTES:
        raise NotAdded(f"{path.name} is larger than {LARGEST_FILE_BYTES >> 20} MB: split it", Reason.TOO_LARGE)
    return _found(_worked(workers, _read_whole, path, path.name))


def _read_whole(path: Path) -> tuple[Article, ...] | Skipped:
    """Return the articles of a file, or why it has none; an id that is declared in it is that of another collection."""
    place = Path(ADDED, path.name)
    items = list(read_file(path, place))
    skipped = next((item for item in items if isinstance(item, Skipped)), None)
    articles = tuple(item for item in items if isinstance(item, Article))
    if len(articles) == 1:
        articles = (replace(articles[0], id=composed(place.with_suffix("").as_posix())),)
    return skipped or articles


def _worked(workers: Workers, function: Callable[[Item], Result], item: Item, place: str) -> Result:
    """Return what a function makes of an item in another process, within limits of time and memory."""
    (result,) = workers.map(function, [item])
    if isinstance(result, WorkFailed):
        is_slow = result.reason.startswith("took longer")
        raise NotAdded(f"{place}: {result.reason}: save its text as .txt", Reason.TOO_SLOW if is_slow else Reason.UNREADABLE)
    return result


def _found(found: tuple[Article, ...] | Skipped) -> tuple[Article, ...]:
    if isinstance(found, Skipped):
        raise NotAdded(f"{found.origin}: {found.reason}", Reason.UNREADABLE)
    try:
        return tuple(map(checked, found))
    except ArticleError as error:
        raise NotAdded(f"{found[0].origin}: {error}", Reason.UNREADABLE) from error


# Files of what was added


def _record(article: Article) -> str:
    """Return an article as a line of JSON; title and date that stood above its text have their own places there."""
    fields = {
        "id": article.id,
        "url": article.url,
        "title": article.title,
        "date": str(article.published or ""),
        "updated": str(article.updated or ""),
        "source": article.source,
        "author": article.author,
        "text": article.text[article.body_start :].lstrip(),
    }
    return json.dumps({name: value for name, value in fields.items() if value}, ensure_ascii=False)


def _articles_of(file: Path) -> tuple[Article, ...]:
    """Return the articles of a file as a collection will read them; UnknownAddition if it is not there."""
    if not file.is_file():
        raise UnknownAddition(f"nothing is held as {file.stem!r}: send it again")
    items = list(read_file(file, Path(f"{ADDED}.jsonl")))  # one place for all: its name changes when it is accepted
    if not file.is_file():  # somebody else has accepted it meanwhile
        raise UnknownAddition(f"nothing is held as {file.stem!r} any longer: send it again")
    for item in items:
        if isinstance(item, Skipped):
            raise ArticleError(f"{file} cannot be read ({item.reason}): send it again")
    return tuple(item for item in items if isinstance(item, Article))


def _file_name(articles: Sequence[Article]) -> str:
    """Return the name of the file for some articles of one link or file: the same whenever they are added again."""
    id_ = articles[0].id if len(articles) == 1 else articles[-1].id.rpartition("#")[0]  # the updates of one page are numbered
    words = _NO_NAME.sub("-", fold(id_.removeprefix("https://").removeprefix("http://")))[:_NAME_CHARACTERS].strip("-")
    return f"{words}-{hashlib.blake2b(id_.encode(), digest_size=8).hexdigest()}"


def _token_of(raw: bytes) -> str:
    return hashlib.blake2b(raw, digest_size=8).hexdigest()
