"""One asking of one source of the web: what it lists is written into the ledger, pages that are new or may have changed are fetched.

Asked again are the lists themselves, declared single pages, pages that say they changed since, pages published in the last 3 days, and once
each page that its source lists no longer. Nothing else is ever asked twice.
"""

import datetime
import heapq
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from threading import Event

from index.articles import Skipped
from index.errors import ArticleError, EdicolaError
from index.sources.declaration import Source
from index.sources.feeds import read_feed
from index.sources.fetching import PAGE_TYPES, Fetched, Fetcher
from index.sources.history import day_of
from index.sources.ledger import BATCH_ROWS, Ledger, Page
from index.sources.listing import DAY_SECONDS, Listed, end_of_day, is_front_page
from index.sources.network import canonical_url
from index.sources.page_store import PageStore
from index.sources.sitemaps import list_sitemap
from index.sources.wordpress import list_links, list_posts

LISTING_TYPES = PAGE_TYPES | {"application/gzip", "application/x-gzip", "application/octet-stream"}
YOUNG_DAYS = 3  # so long after publication newsrooms correct
WHOLE_LISTING_SECONDS = DAY_SECONDS  # how often a WordPress is asked for all its addresses
GIVE_UP_SECONDS = 120.0  # spent on pages that fail one after the other: the site, or the line to it, is down
PATIENT_FAILURES = 3  # after so many a page is tried once a day


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of it: why the source failed, "" if it did not; calls to its sites; pages left for the next run; what it could not list."""

    failure: str
    requests: int
    left: int
    skipped: tuple[Skipped, ...]


class WebSource:
    """A source with all that asking it needs. After `seconds` it leaves the rest of its pages to the next run; `stop` ends it at once."""

    def __init__(
        self,
        source: Source,
        fetcher: Fetcher,
        *,
        store: PageStore,
        ledger: Ledger,
        clock: Callable[[], float],
        started: float,
        seconds: float,
        stop: Event,
    ) -> None:
        self._source = source
        self._fetcher = fetcher
        self._store = store
        self._ledger = ledger
        self._clock = clock
        self._stop = stop
        self._started = started
        self._until = clock() + seconds
        self._lists_all = False
        self._requests = 0
        self._answered = 0
        self._failed_since: float | None = None
        self._failures: list[str] = []
        self._skipped: list[Skipped] = []

    def ask(self, fetched: Callable[[], None] = lambda: None) -> Asked:
        """Ask the source and its pages; `fetched` is called after each page. What fails is a value."""
        try:
            self._lists_all = self._list()
        except EdicolaError as error:
            return self._asked(str(error), 0)
        left = 0
        for page in self._wanted():
            if self._stop.is_set() or self._clock() >= self._until or self._is_down():
                left += 1
                continue
            self._fetch_page(page)
            fetched()
        return self._asked(self._failure(), left)

    def _asked(self, failure: str, left: int) -> Asked:
        return Asked(failure, self._requests, left, tuple(self._skipped))

    def _failure(self) -> str:
        """Return why the source as a whole is taken to have failed: not one of several pages answered."""
        enough = 1 if self._source.kind == "pages" else PATIENT_FAILURES
        return self._failures[0] if not self._answered and len(self._failures) >= enough else ""

    # What the source lists

    def _list(self) -> bool:
        """Write what the source lists into the ledger; return whether it listed all that it has."""
        source = self._source
        if source.kind == "wordpress":
            return self._list_wordpress()
        before = len(self._skipped)
        self._note(self._listed())
        return source.kind == "sitemap" and not source.most and len(self._skipped) == before

    def _listed(self) -> Iterator[Listed | Skipped]:
        for url in self._source.urls:
            if self._source.kind == "feed":
                yield from read_feed(self._read(url), url)
            elif self._source.kind == "sitemap":
                yield from list_sitemap(url, self._read)
            else:
                yield Listed(url)

    def _list_wordpress(self) -> bool:
        """List the posts: all in the first run, later those that changed; once a day the addresses of all, to see which are gone."""
        source, whole = self._source, self._ledger.listed_whole(self._source.name)
        for site in source.urls:
            posts = list_posts(site, self._read, changed_after=whole, since=source.since)
            self._note(islice(posts, source.most) if source.most else posts)
        if whole is not None and self._started - whole < WHOLE_LISTING_SECONDS:
            return False
        if whole is not None and not source.most:
            links = [link for site in source.urls for link in list_links(site, self._read, since=source.since)]
            self._ledger.relist(source.name, links, self._started)
        self._ledger.note_whole(source.name, self._started)
        return not source.most

    def _note(self, items: Iterable[Listed | Skipped]) -> None:
        listed = self._newest(self._fitting(items))
        while batch := list(islice(listed, BATCH_ROWS)):
            self._ledger.note(self._source.name, batch, self._started)

    def _fitting(self, items: Iterable[Listed | Skipped]) -> Iterator[Listed]:
        """Yield what is listed and wanted by the declaration; keep what could not be listed."""
        since = self._source.since
        for item in items:
            if isinstance(item, Skipped):
                self._skipped.append(item)
            elif self._source.fits(item.url) and not (since and _last_day(item) < since):
                yield item

    def _newest(self, items: Iterator[Listed]) -> Iterator[Listed]:
        """Yield the newest items only, where the declaration limits their number; of undated ones the first."""
        if not self._source.most or self._source.kind == "wordpress":
            return items
        return iter(heapq.nlargest(self._source.most, items, key=_moment))

    def _read(self, url: str, changed: float | None = None) -> bytes:
        """Return what stands at the address of a list; it is asked again unless it says that it did not change since."""
        stored = self._store.page(canonical_url(url))
        again = changed is None or stored is None or stored.checked_at <= changed
        fetched = self._fetch(url, again=again)
        if fetched.status == "gone":
            raise ArticleError(f"{url} is not there any longer (404 or 410): look for the new address on the site and correct it")
        return fetched.body

    # Pages

    def _wanted(self) -> Iterator[Page]:
        """Yield the pages that are to be asked for in this run."""
        for pages in self._ledger.batches(self._source.name):
            stored = self._store.pages(page.url for page in pages)
            yield from (page for page in pages if self._is_wanted(page, is_stored=page.url in stored))

    def _is_wanted(self, page: Page, *, is_stored: bool) -> bool:
        if not self._source.gives(page.url) or self._was_tried_in_vain(page):
            return False
        if self._lists_all and page.listed < self._started and page.asked is not None and not page.is_checked and not page.gone:
            return True  # it is not listed any longer
        if page.asked is None or self._source.kind == "pages":
            return True
        return not page.has_content and (not (is_stored or page.gone) or self._may_have_changed(page))

    def _was_tried_in_vain(self, page: Page) -> bool:
        return page.failures >= PATIENT_FAILURES and self._started - (page.tried or 0.0) < DAY_SECONDS

    def _may_have_changed(self, page: Page) -> bool:
        asked = page.asked or 0.0
        if page.gone:
            return self._says_changed(page, asked) or (page.listed >= self._started and self._started - asked >= DAY_SECONDS)
        return self._says_changed(page, asked) or self._is_young(page)

    def _says_changed(self, page: Page, asked: float) -> bool:
        """True if the source says that a page changed at a moment that may be after it was asked; `changed` is the last that is meant."""
        return page.listed >= self._started and page.changed is not None and asked <= page.changed <= self._started + DAY_SECONDS

    def _is_young(self, page: Page) -> bool:
        """True if a page was published so lately that it may still be corrected; undated ones of a sitemap never are: they are many."""
        day = page.day or (page.published.last if page.published else None) or (day_of(page.changed) if page.changed else None)
        return day is not None and -1 <= (day_of(self._started) - day).days <= YOUNG_DAYS

    def _fetch_page(self, page: Page) -> None:
        try:
            fetched = self._fetch(page.url, again=self._is_old(page))
        except EdicolaError as error:
            self._note_failure(page, str(error))
            return
        self._failed_since = None
        self._answered += 1
        leads_home = is_front_page(fetched.url) and not is_front_page(page.url)  # how many sites say that an article is gone
        gone = day_of(self._clock()) if fetched.status == "gone" or leads_home else None
        self._ledger.answered(page, fetched.asked_at, gone=gone, is_checked=self._lists_all and page.listed < self._started)

    def _is_old(self, page: Page) -> bool:
        """True if what is stored of a page, if anything, is not enough; another source may just have asked for it."""
        stored = self._store.page(page.url)
        if stored is None or stored.checked_at >= self._started:
            return False
        return page.asked is not None or self._says_changed(page, stored.checked_at)

    def _note_failure(self, page: Page, reason: str) -> None:
        if self._failed_since is None:
            self._failed_since = self._clock()
        self._failures.append(reason)
        self._ledger.failed(page, reason, self._clock())

    def _is_down(self) -> bool:
        return self._failed_since is not None and self._clock() - self._failed_since >= GIVE_UP_SECONDS

    def _fetch(self, url: str, *, again: bool) -> Fetched:
        if again or self._store.page(canonical_url(url)) is None:
            self._requests += 1
        return self._fetcher.fetch(url, requests_per_second=self._source.requests_per_second, again=again, kinds=LISTING_TYPES)


def _last_day(item: Listed) -> datetime.date:
    """Return the last day of which a listed page may be; one that says nothing may be of any day."""
    if item.published:
        return item.published.last
    return day_of(item.changed) if item.changed else datetime.date.max


def _moment(item: Listed) -> float:
    """Return when a page was published or changed, as far as its source says."""
    return end_of_day(item.published.last) if item.published else item.changed or 0.0
