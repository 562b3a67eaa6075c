"""Pages of the web, each fetched once: from the store if it is there, else politely from its site.

An address goes in; a page that is fresh, unchanged or gone comes out, or a FetchError whose sentence an editor understands. What is refused
(by size, type, time, address or robots.txt) is never stored.
"""

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from typing import Literal, Self

import httpx

from index.sources.history import time_of_day
from index.sources.network import ForbiddenAddress, canonical_url
from index.sources.page_store import PageStore, StoredPage
from index.sources.rates import KeyedLocks
from index.sources.robots import ROBOTS_BYTES, ROBOTS_NAME, Robots
from index.sources.web import FetchError, Limits, Request, Response, Web, status_text

__all__ = ["DOCUMENT_TYPES", "FEED_TYPES", "HTML_TYPES", "PAGE_TYPES", "FetchError", "Fetched", "Fetcher", "Limits"]

HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
FEED_TYPES = frozenset(
    {
        *("application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/xml", "text/xml"),
        *("application/json", "application/feed+json"),
    }
)
DOCUMENT_TYPES = frozenset(
    {"text/plain", "text/markdown", "application/pdf", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}
)
PAGE_TYPES = HTML_TYPES | FEED_TYPES | DOCUMENT_TYPES
GONE = {404, 410}
ROBOTS_INTERVAL_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page as it is now."""

    url: str  # after redirects
    status: Literal["fresh", "unchanged", "gone"]  # fresh: its body is new, or it was gone and is back
    body: bytes  # of a page that is gone the last one, empty if there never was one
    content_type: str
    etag: str
    last_modified: str
    digest: str  # of the body, for `PageStore.derived`; empty without a body
    asked_at: float = field(compare=False)  # just before the request that told so: what changed later may not be in it


class Fetcher:
    """Fetches pages into a store; safe to share between threads, which share each host's rate and fetch no page twice."""

    def __init__(
        self,
        store: PageStore,
        *,
        transport: httpx.BaseTransport,
        agent: str,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
        limits: Limits = Limits(),  # noqa: B008 - a frozen value
    ) -> None:
        self._store = store
        self._clock = clock
        self._limits = limits
        self._web = Web(transport, agent=agent, clock=clock, sleep=sleep, limits=limits)
        self._robots = Robots(store, self._ask_for_rules, clock)
        self._pages = KeyedLocks()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections; the store stays open."""
        self._web.close()

    def fetch(self, url: str, *, requests_per_second: float = 1.0, again: bool = False, kinds: Collection[str] = PAGE_TYPES) -> Fetched:
        """Return a page from the store, or from its site if it is not there or is wanted `again`: then only if it has changed."""
        try:
            address = canonical_url(url)
            with self._pages.hold(address):
                stored = self._store.page(address)
                body = self._store.body(address) if stored else None
                if stored and not again and (body is not None or stored.gone_since is not None):
                    return _from_store(stored, body, kinds)
                return self._asked(address, stored, body, 1.0 / requests_per_second, kinds)
        except ForbiddenAddress as error:
            raise FetchError(f"{url} is not fetched: {error}") from error

    def _asked(self, address: str, stored: StoredPage | None, body: bytes | None, interval: float, kinds: Collection[str]) -> Fetched:
        """Ask the site for a page and bring the store in step with its answer."""
        known = stored if body is not None else None
        request = Request(
            address,
            interval=lambda url: self._interval(url, interval),
            check=lambda response: _check_type(response.url, response.content_type, kinds),
            headers=lambda url: _conditions(known, url),
        )
        asked_at = self._clock()
        response = self._web.get(request)
        if response.status in GONE:
            self._store.mark_gone(address, asked_at, response.status)
            return _gone(stored, body, response.url, asked_at)
        if response.status == 304 and known and body is not None:
            _check_type(known.final_url, known.content_type, kinds)
            self._store.mark_checked(address, asked_at)
            return _fetched(replace(known, checked_at=asked_at), "fresh" if known.gone_since else "unchanged", body)
        if response.status != 200:
            raise FetchError(f"{address} answered {status_text(response.status)}: open it in a browser, and correct the address")
        if response.is_cut:
            raise FetchError(
                f"{address} is larger than {self._limits.body_bytes >> 20} MB: give the address of the article itself or of a smaller list"
            )
        return self._kept(address, stored, response, asked_at)

    def _kept(self, address: str, stored: StoredPage | None, response: Response, asked_at: float) -> Fetched:
        validators = (response.headers.get("etag", ""), response.headers.get("last-modified", ""))
        answer = StoredPage(address, response.url, 200, response.content_type, *validators, asked_at, asked_at)
        page = self._store.store(answer, response.body)
        is_known = stored is not None and stored.gone_since is None and stored.digest == page.digest
        return _fetched(page, "unchanged" if is_known else "fresh", response.body)

    def _interval(self, url: str, interval: float) -> float:
        """Return the seconds between two requests to the host of an address that its site lets us read."""
        rules = self._robots.rules(url)
        if rules.unknown_until is not None:
            raise FetchError(
                f"{url} is not fetched because the robots.txt of its site could not be had: nothing to be done, it is asked for again in "
                f"the next run, and in this one after {time_of_day(rules.unknown_until)}"
            )
        if not rules.allows(url):
            raise FetchError(
                f"{url} is closed to us by the robots.txt of its site: ask its editors to allow the agent {ROBOTS_NAME}, or leave it out"
            )
        return max(interval, min(rules.crawl_delay, self._limits.crawl_delay_seconds))

    def _ask_for_rules(self, url: str) -> str | None:
        """Return a robots.txt: empty if the site has none, None if it cannot be had."""
        try:
            response = self._web.get(Request(url, interval=lambda _: ROBOTS_INTERVAL_SECONDS, body_bytes=ROBOTS_BYTES))
        except FetchError:
            return None
        if response.status == 200:
            return response.body.decode("utf-8", errors="replace")
        return "" if 400 <= response.status < 500 else None


def _conditions(known: StoredPage | None, url: str) -> dict[str, str]:
    """Return the headers that ask for a page only if it has changed since it was stored; none of them at another address."""
    if known is None or known.final_url != url:
        return {}
    headers = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in headers.items() if value}


def _check_type(url: str, content_type: str, kinds: Collection[str]) -> None:
    """Raise FetchError for what is of none of the wanted kinds; a page that does not say what it is passes."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind and kind not in kinds:
        raise FetchError(f"{url} is of the type {kind[:80]!r}, which is not read here: give the address of a page, feed or document")


def _from_store(stored: StoredPage, body: bytes | None, kinds: Collection[str]) -> Fetched:
    if stored.gone_since is not None or body is None:
        return _gone(stored, body, stored.final_url, stored.checked_at)
    _check_type(stored.final_url, stored.content_type, kinds)
    return _fetched(stored, "unchanged", body)


def _gone(stored: StoredPage | None, body: bytes | None, url: str, asked_at: float) -> Fetched:
    if stored is None or body is None:
        return Fetched(url, "gone", b"", "", "", "", "", asked_at)
    return _fetched(replace(stored, checked_at=asked_at), "gone", body)


def _fetched(page: StoredPage, status: Literal["fresh", "unchanged", "gone"], body: bytes) -> Fetched:
    return Fetched(page.final_url, status, body, page.content_type, page.etag, page.last_modified, page.digest, page.checked_at)
