"""One GET of the web, from its address to its last answer: turns of each host, redirects, tries, and limits on time and size.

It knows neither the store nor robots.txt: whoever asks says at each hop how long the host wants to be left alone, or raises FetchError.
"""

import email.utils
import math
import random
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC
from http import HTTPStatus
from urllib.parse import urlsplit

import httpx

from index.errors import EdicolaError
from index.sources.bodies import ENCODINGS, BrokenBody, read_body
from index.sources.network import ForbiddenAddress, TimeBudget, canonical_url
from index.sources.rates import Rates

REDIRECTS = {301, 302, 303, 307, 308}
TEMPORARY = {408, 425, 429}  # and all from 500 on


class FetchError(EdicolaError):
    """A page was not fetched; the sentence names its address, the cause and the mend."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a page may take."""

    body_bytes: int = 10 * 2**20  # decoded
    seconds: float = 30.0  # on the network: all redirects and tries of a page together, the waiting between them aside
    connect_seconds: float = 10.0
    read_seconds: float = 15.0  # without a single byte
    redirects: int = 5
    tries: int = 3
    backoff_seconds: float = 1.0  # before the second try; doubled for each further one
    retry_after_seconds: float = 120.0  # what a site may ask for at most
    crawl_delay_seconds: float = 30.0  # likewise


@dataclass(frozen=True, slots=True)
class Response:
    """What an address answered in the end."""

    url: str
    status: int
    headers: httpx.Headers
    body: bytes = b""  # of a 200 only
    is_cut: bool = False  # there was more than the limit

    @property
    def content_type(self) -> str:
        """The header of this name; empty where there is none."""
        return str(self.headers.get("content-type", ""))


@dataclass(frozen=True, slots=True)
class Request:
    """What to ask for, and what its asker wants to be asked on the way."""

    url: str
    interval: Callable[[str], float]  # seconds between two requests to the host of this address; raises FetchError if it may not be read
    check: Callable[[Response], None] = lambda _: None  # called before the body of a 200 is read; raises FetchError if it is not wanted
    headers: Callable[[str], Mapping[str, str]] = lambda _: {}
    body_bytes: int | None = None  # None: as the limits say


class Web:
    """The web as a polite visitor sees it; safe to share between threads."""

    def __init__(
        self, transport: httpx.BaseTransport, *, agent: str, clock: Callable[[], float], sleep: Callable[[float], None], limits: Limits
    ) -> None:
        self._transport = transport
        self._headers = {"User-Agent": agent, "Accept": "*/*", "Accept-Encoding": ENCODINGS}
        self._timeouts = httpx.Timeout(limits.read_seconds, connect=limits.connect_seconds).as_dict()
        self._clock = clock
        self._limits = limits
        self._rates = Rates(clock, sleep)

    def close(self) -> None:
        """Close all connections."""
        self._transport.close()

    def get(self, request: Request) -> Response:
        """Return the answer at the end of all redirects; FetchError after the last try, ForbiddenAddress at once."""
        budget = TimeBudget(self._limits.seconds)
        tried = 1
        while True:
            try:
                return self._follow(request, budget)
            except _Temporary as failure:
                if budget.left() <= 0:
                    raise FetchError(
                        f"{request.url} took more than {self._limits.seconds:g} seconds: try again later, or give an address that is faster"
                    ) from failure
                if tried >= self._limits.tries:
                    raise FetchError(
                        f"{request.url} {failure} ({tried} tries): open it in a browser, and try again later or correct it"
                    ) from failure
                self._rates.put_off(failure.host, self._patience(failure, tried))
                tried += 1

    def _follow(self, request: Request, budget: TimeBudget) -> Response:
        url = request.url
        for _ in range(self._limits.redirects + 1):
            self._rates.wait(_host(url), request.interval(url))
            response = self._ask(url, request, budget)
            if response.status not in REDIRECTS or not response.headers.get("location"):
                return response
            url = _redirected(url, response.headers["location"])
        raise FetchError(
            f"{request.url} redirects more than {self._limits.redirects} times, the last time to {url}: give the address where it ends"
        )

    def _ask(self, url: str, request: Request, budget: TimeBudget) -> Response:
        host = _host(url)
        limit = self._limits.body_bytes if request.body_bytes is None else request.body_bytes
        try:
            with budget, closing(self._sent(url, request.headers(url))) as answer:
                response = Response(url, answer.status_code, answer.headers)
                if response.status in TEMPORARY or response.status >= 500:
                    raise _Temporary(f"answered {status_text(response.status)}", host, self._retry_after(response))
                if response.status == 200:
                    request.check(response)
                if response.status not in (200, 304):  # a 304 is read to its end so that its connection can be kept
                    return response
                body, is_cut = read_body(answer.iter_raw(), response.headers.get("content-encoding", ""), limit)
                return replace(response, body=body, is_cut=is_cut)
        except httpx.TimeoutException as error:
            raise _Temporary("did not answer in time", host) from error
        except httpx.ConnectError as error:
            raise _Temporary(f"cannot be reached ({error})", host) from error
        except (httpx.TransportError, BrokenBody) as error:
            raise _Temporary(f"gave no whole answer ({error})", host) from error

    def _sent(self, url: str, headers: Mapping[str, str]) -> httpx.Response:
        """Send a request by the transport alone: a client would add cookies, redirects and the environment's proxies and passwords."""
        request = httpx.Request("GET", url, headers={**self._headers, **headers}, extensions={"timeout": self._timeouts})
        return self._transport.handle_request(request)

    def _patience(self, failure: "_Temporary", tried: int) -> float:
        """Return the seconds to wait before the next try."""
        if failure.retry_after is not None:
            return min(failure.retry_after, self._limits.retry_after_seconds)
        return self._limits.backoff_seconds * 2.0 ** (tried - 1) * random.uniform(0.5, 1.5)

    def _retry_after(self, response: Response) -> float | None:
        """Return the seconds that a site asks for, in either of the two forms that there are."""
        text = response.headers.get("retry-after", "").strip()
        try:
            if text.isascii() and text.isdigit():
                return float(text)
            moment = email.utils.parsedate_to_datetime(text)
            seconds = moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() - self._clock()
        except (ValueError, OverflowError):
            return None
        return max(0.0, seconds) if math.isfinite(seconds) else None


class _Temporary(Exception):
    """A try failed in a way that the next may not."""

    def __init__(self, cause: str, host: str, retry_after: float | None = None) -> None:
        super().__init__(cause)
        self.host = host
        self.retry_after = retry_after


def status_text(status: int) -> str:
    """Return a status with its name."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _redirected(url: str, location: str) -> str:
    try:
        return canonical_url(str(httpx.URL(url).join(location)))
    except (httpx.InvalidURL, ValueError) as error:
        raise FetchError(f"{url} redirects to {location[:200]!r}, which is no address: give the one where the page is") from error
    except ForbiddenAddress as error:
        raise ForbiddenAddress(f"it redirects to {location[:200]!r}: {error}") from error


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""
