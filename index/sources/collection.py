"""The collection of all declared sources: what is new is fetched, then everything that they ever gave is given.

    sources.toml ─▶ WebSource (lists and fetches, in threads) ─▶ page store ─▶ StoredPages (extracts, in processes) ─▶ articles
                 └▶ folders ─────────────────────────────────────────────────────────────────────────────────────────▶ articles

A source that fails says so once; what it gave before stays. Network and disk are arguments, `open_collection` puts the real ones together.
"""

import importlib.metadata
import logging
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from threading import Event
from typing import Literal

import httpx

from index.articles import Article, Skipped
from index.collecting import collected
from index.collection import Collection, CollectionReport, FolderCollection, places
from index.errors import ArticleError, SettingError
from index.reading.folder import read_folder
from index.settings import IndexSettings
from index.sources.corrections import KnownTexts
from index.sources.declaration import ADDED, Source, read_sources
from index.sources.fetching import Fetcher, Limits
from index.sources.history import FILE_NAME, History, Run, day_of
from index.sources.ledger import Ledger
from index.sources.network import guarded_transport
from index.sources.page_store import PageStore
from index.sources.stored_pages import Identities, StoredPages
from index.sources.tally import Tally
from index.sources.web_source import Asked, WebSource
from index.workers import Workers

Asking = Literal["due", "all", "none"]  # which sources of the web are asked: those whose time has come, all, or none

ADDED_FOLDER = "added"  # in DATA_DIR: what administrators add from the chat
PAGES_FILE = "pages.sqlite"  # in DATA_DIR
SOURCES_AT_ONCE = 8
ASKING_SECONDS = 1800.0  # after so long a run publishes what there is; the next one goes on
REPORT_SECONDS = 1.0
QUIET_RUN_SECONDS = 3600.0  # a folder that gives nothing new writes a run into its history no more often
LIMITS = Limits(body_bytes=20 << 20)  # a sitemap of 50,000 addresses
AGENT = f"Edicola/{importlib.metadata.version('edicola')}"

_log = logging.getLogger(__name__)


class SourcesCollection:
    """All sources together, in the order of their declaration. Of two articles with one id the first is given."""

    def __init__(
        self,
        sources: Sequence[Source],
        fetcher: Fetcher,
        *,
        store: PageStore,
        ledger: Ledger,
        history: History,
        workers: Workers,
        asking: Asking = "due",
        asking_seconds: float = ASKING_SECONDS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._sources = sources
        self._fetcher = fetcher
        self._store = store
        self._ledger = ledger
        self._history = history
        self._workers = workers
        self._asking = asking
        self._asking_seconds = asking_seconds
        self._clock = clock
        self._unread: dict[str, set[str]] = {}  # by source, where something could not be read this time
        self._failed: set[str] = set()

    def read(self, report: CollectionReport, /) -> Iterator[Article | Skipped]:
        """See `Collection`."""
        self._unread = {source.name: set() for source in self._sources}
        self._failed.clear()
        started = self._clock()
        asked = self._ask(started, report)
        fetched = sum(answer.requests for answer in asked.values())
        yield from collected(self._given(asked, started), lambda done, total: report(done if total else max(done, fetched), total))

    def missing(self, article: Article, /) -> Article | None:
        """See `Collection`. What nobody knows of any longer is kept, and asked for in the next run."""
        source = next((source for source in self._sources if source.name == article.found_in), None)
        if source is None:
            return None
        return self._missing_file(article, source) if source.is_folder else self._missing_page(article, source)

    def _missing_file(self, article: Article, source: Source) -> Article | None:
        if source.name in self._failed or not self._unread[source.name].isdisjoint(places(article)):
            return article
        if not source.fits(article.origin) or not source.wants(article):
            return None
        return _as_policy(article, source, replace(article, gone=article.gone or day_of(self._clock())))

    def _missing_page(self, article: Article, source: Source) -> Article | None:
        pages = StoredPages(source, self._store, self._ledger, self._workers, self._clock())
        page = self._ledger.page(source.name, article.origin)
        if page is None:
            if not source.fits(article.origin) or source.kind == "pages":
                return None
            self._ledger.adopt(source.name, article.origin)
            return article
        if page.gone:
            return _as_policy(article, source, replace(article, gone=page.gone))
        if not pages.gives(page) or not source.wants(article):
            return None
        was_read = page.asked is not None and page.url not in self._unread[source.name]
        return None if was_read else article  # a page that was read has another id or fewer sections now

    # Asking

    def _ask(self, started: float, report: CollectionReport) -> Mapping[str, Asked]:
        """Ask the sources of the web whose time has come, each in a thread; return by name what came of it."""
        due = [source for source in self._sources if not source.is_folder and self._is_due(source, started)]
        if not due:
            return {}
        fetched: deque[None] = deque()
        stop = Event()
        with ThreadPoolExecutor(min(SOURCES_AT_ONCE, len(due)), thread_name_prefix="source") as threads:
            futures = {
                source.name: threads.submit(self._web_source(source, started, stop).ask, partial(fetched.append, None)) for source in due
            }
            try:
                waiting: set[Future[Asked]] = set(futures.values())
                while waiting:
                    _, waiting = wait(waiting, REPORT_SECONDS)
                    report(len(fetched), 0)
            finally:
                stop.set()  # where this was interrupted, the threads end after the page that they are fetching
        return {name: _result(future) for name, future in futures.items()}

    def _web_source(self, source: Source, started: float, stop: Event) -> WebSource:
        return WebSource(
            source,
            self._fetcher,
            store=self._store,
            ledger=self._ledger,
            clock=self._clock,
            started=started,
            seconds=self._asking_seconds,
            stop=stop,
        )

    def _is_due(self, source: Source, now: float) -> bool:
        if self._asking != "due":
            return self._asking == "all"
        last = self._history.last_run(source.name)
        return last is None or not 0 <= now - last.started < 60 * source.every_minutes or last.is_unfinished

    # Giving

    def _given(self, asked: Mapping[str, Asked], started: float) -> Iterator[Article | Skipped]:
        identities = Identities()
        for source in self._sources:
            tally = Tally()
            answer = asked.get(source.name)
            failure = answer.failure if answer else ""
            try:
                for item in self._items(source, answer, identities, tally):
                    if isinstance(item, Skipped):
                        self._unread[source.name].add(item.origin)
                        if failure:
                            continue  # what is wrong with its pages is said once, with the source
                    tally.count(item)
                    yield item
            except ArticleError as error:
                failure = str(error)
            if failure:
                self._failed.add(source.name)
                yield Skipped(_name(source), failure)
            if answer or self._is_worth_noting(source, tally, failure, started):
                self._history.add(self._run(source, started, failure, tally, answer))

    def _items(self, source: Source, answer: Asked | None, identities: Identities, tally: Tally) -> Iterator[Article | Skipped]:
        if source.is_folder:
            yield from self._folder(source, identities, tally)
            return
        if answer and not answer.failure:
            yield from answer.skipped
            if answer.left:
                yield Skipped(_name(source), f"{answer.left} of its pages were not fetched in this run: they come in the next ones")
        yield from StoredPages(source, self._store, self._ledger, self._workers, self._clock()).articles(identities, tally)

    def _folder(self, source: Source, identities: Identities, tally: Tally) -> Iterator[Article | Skipped]:
        if not source.folder.is_dir():
            raise ArticleError(f"{source.folder} is not a folder: create it, or correct its path")
        texts = KnownTexts(source.name, self._ledger)
        for item in read_folder(source.folder, columns=source.columns, workers=self._workers):
            if isinstance(item, Skipped):
                yield item
            elif source.fits(item.origin) and source.wants(item):
                article = replace(item, found_in=source.name, source=source.site or item.source)
                owner = identities.owner(article.id)
                if owner is not None:
                    yield Skipped(
                        item.origin, f"its id {item.id!r} is already that of an article of {owner!r}: give one of them another `id`"
                    )
                else:
                    identities.claim([article], source.name, article.id)
                    texts.changed_on(article, day_of(self._clock()), tally)
                    yield article
        texts.keep()

    def _is_worth_noting(self, source: Source, tally: Tally, failure: str, now: float) -> bool:
        """True if a run belongs into the history: of a folder, which may be read every minute, only some do."""
        if not source.is_folder:
            return False
        last = self._history.last_run(source.name)
        is_known = last is not None and last.failure == failure and now - last.ended < QUIET_RUN_SECONDS
        return bool(tally.new or tally.changed) or not is_known

    def _run(self, source: Source, started: float, failure: str, tally: Tally, answer: Asked | None) -> Run:
        return Run(
            source.name,
            started,
            self._clock(),
            failure,
            given=tally.given,
            new=tally.new,
            changed=tally.changed,
            skipped=tally.reasons.total(),
            requests=answer.requests if answer else 0,
            newest=tally.newest,
            reasons=tuple(tally.reasons.most_common()),
            is_unfinished=bool(answer and answer.left),
        )


def _as_policy(article: Article, source: Source, marked: Article) -> Article | None:
    """Return what the policy of a source makes of an article that is gone."""
    if source.gone == "remove":
        return None
    return marked if source.gone == "mark" else replace(article, gone=None)


def _name(source: Source) -> str:
    return source.name or str(source.folder)


def _result(future: Future[Asked]) -> Asked:
    try:
        return future.result()
    except Exception as error:  # what a hostile answer provokes in a parser: the other sources go on
        _log.exception("a source could not be asked")
        return Asked(f"it could not be asked ({type(error).__name__}: {error}): report this", 0, 0, ())


def declared_sources(settings: IndexSettings, *, folders_exist: bool = True) -> tuple[Source, ...]:
    """Return all sources of these settings, with what was added from the chat.

    Where no sources are declared it is the folder of articles, without a name. SettingError if the declaration cannot be used.
    """
    added = settings.data_dir / ADDED_FOLDER
    always = (Source(ADDED, "folder", folder=added, gone="remove"),) if added.is_dir() else ()
    if settings.sources_file.is_file():
        return (*read_sources(settings.sources_file, folders_exist=folders_exist), *always)
    if settings.sources_file != IndexSettings().sources_file:
        raise SettingError(f"SOURCES_FILE={str(settings.sources_file)!r} is not a file: create it, or leave the setting empty")
    return (Source("", "folder", folder=settings.articles_dir, gone="remove"), *always)


def open_history(settings: IndexSettings) -> History:
    """Return the history of the sources of these settings; close it."""
    return History(settings.data_dir / FILE_NAME)


@contextmanager
def open_collection(
    settings: IndexSettings,
    *,
    transport: httpx.BaseTransport | None = None,
    clock: Callable[[], float] = time.time,
    sleep: Callable[[float], None] = time.sleep,
    asking: Asking = "due",
) -> Iterator[Collection]:
    """Open the collection of these settings: the declared sources, or the folder of articles where none are declared."""
    sources = declared_sources(settings, folders_exist=False)
    if len(sources) == 1 and not sources[0].name:
        yield FolderCollection(sources[0].folder)
        return
    with ExitStack() as stack:
        store = stack.enter_context(PageStore(settings.data_dir / PAGES_FILE))
        ledger = stack.enter_context(Ledger(settings.data_dir / FILE_NAME))
        history = stack.enter_context(open_history(settings))
        workers = stack.enter_context(Workers())
        network = transport or guarded_transport()
        fetcher = stack.enter_context(Fetcher(store, transport=network, agent=AGENT, clock=clock, sleep=sleep, limits=LIMITS))
        yield SourcesCollection(sources, fetcher, store=store, ledger=ledger, history=history, workers=workers, asking=asking, clock=clock)
