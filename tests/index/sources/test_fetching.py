"""Pages come over real HTTP from a local server that behaves as well, and as badly, as real ones."""

import asyncio
import gzip
import math
import sqlite3
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from email.utils import formatdate
from pathlib import Path

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from index.sources.bodies import BrokenBody, read_body
from index.sources.fetching import HTML_TYPES, Fetcher, FetchError, Limits
from index.sources.network import guarded_transport
from index.sources.page_store import PageStore
from index.sources.rates import Rates
from tests.index.sources.conftest import Clock
from tests.web_server import (
    LocalDialler,
    WebServer,
    broken_gzip,
    connection_reset,
    endless_body,
    endless_headers,
    gzip_bomb,
    in_turn,
    network,
    redirect,
    resolve_test_names,
    slow_drip,
    status,
    truncated_body,
)
from tests.web_server.server import Handler, Page

URL = "http://giornale.test/a"
PAGE = "<p>Il sindaco di Valdoria ha firmato.</p>"
MONDAY = "Mon, 02 Jun 2025 08:00:00 GMT"
COMMON = Limits()
QUICK = Limits(seconds=0.5)
OK = Page(PAGE.encode(), {"Content-Type": "text/html"})


@pytest.fixture
def new_fetcher(web_server: WebServer, store: PageStore, clock: Clock) -> Iterator[Callable[[Limits], Fetcher]]:
    """Make fetchers on the local web, whose time passes only while they sleep."""
    made: list[Fetcher] = []

    def make(limits: Limits = COMMON) -> Fetcher:
        made.append(Fetcher(store, transport=network(web_server), agent="Edicola/1", clock=clock, sleep=clock.sleep, limits=limits))
        return made[-1]

    yield make
    for fetcher in made:
        fetcher.close()


@pytest.fixture
def fetcher(new_fetcher: Callable[..., Fetcher]) -> Fetcher:
    """A fetcher with the limits that everybody has."""
    return new_fetcher()


def refusal(fetcher: Fetcher, url: str = URL, **how: bool) -> str:
    """Return the sentence with which a page is refused; it names the page, and nothing of it is stored."""
    before = {known: fetcher._store.page(known) for known in fetcher._store.urls()}
    with pytest.raises(FetchError) as caught:
        fetcher.fetch(url, **how)
    assert {known: fetcher._store.page(known) for known in fetcher._store.urls()} == before
    assert str(caught.value).startswith(url)
    assert ": " in str(caught.value)[len(url) :]
    return str(caught.value)[len(url) + 1 :]


class TestPages:
    """What comes back, and what is asked for."""

    def test_page_is_fetched_once(self, web_server: WebServer, fetcher: Fetcher) -> None:
        """A page comes from its site the first time and from the store from then on, whatever its address is spelled like."""
        web_server.page("/a", PAGE, etag='"1"', last_modified=MONDAY)
        first = fetcher.fetch(URL)
        assert (first.url, first.status, first.body) == (URL, "fresh", PAGE.encode())
        assert (first.content_type, first.etag, first.last_modified) == ("text/html; charset=utf-8", '"1"', MONDAY)
        for spelling in (URL, "HTTP://Giornale.test:80/b/../a#fine"):
            assert fetcher.fetch(spelling) == replace(first, status="unchanged")
        assert web_server.paths == ["/robots.txt", "/a"]

    def test_request_says_who_asks_and_nothing_else(self, web_server: WebServer, fetcher: Fetcher) -> None:
        """The agent's name goes out; no cookie that a page set does, nor any credential."""
        web_server.page("/a", PAGE, headers={"Set-Cookie": "segreto=1; Path=/"})
        for _ in range(2):
            fetcher.fetch(URL, again=True)
        headers = web_server.asked("/a")[1].headers
        assert {name.lower() for name in headers} == {"host", "accept", "accept-encoding", "user-agent"}
        assert (headers["User-Agent"], headers["Host"]) == ("Edicola/1", "giornale.test")

    @pytest.mark.parametrize("body", [PAGE.encode(), b"", bytes(range(256)) * 1000])
    def test_compressed_page(self, web_server: WebServer, fetcher: Fetcher, body: bytes) -> None:
        """A page that was sent with gzip is stored as it is."""
        web_server.page("/a", body, is_compressed=True)
        assert fetcher.fetch(URL).body == body == fetcher.fetch(URL).body

    @pytest.mark.parametrize("validator", [{"etag": '"1"'}, {"last_modified": MONDAY}])
    def test_unchanged_page_is_not_sent_again(
        self, web_server: WebServer, fetcher: Fetcher, store: PageStore, validator: dict[str, str]
    ) -> None:
        """A page that is wanted again is asked for on condition; 304 gives the stored body over the same connection."""
        web_server.page("/a", PAGE, **validator)  # type: ignore[arg-type]
        first = fetcher.fetch(URL)
        again = fetcher.fetch(URL, again=True)
        assert again == replace(first, status="unchanged")
        header = {"etag": "If-None-Match", "last_modified": "If-Modified-Since"}[next(iter(validator))]
        assert [request.headers.get(header) for request in web_server.asked("/a")] == [None, next(iter(validator.values()))]
        page = store.page(URL)
        assert page is not None
        assert page.checked_at > page.fetched_at

    def test_same_body_without_validators_is_unchanged(self, web_server: WebServer, fetcher: Fetcher) -> None:
        """A site that knows no conditions sends all again, and the same body is no news; another is."""
        web_server.page("/a", PAGE)
        fetcher.fetch(URL)
        assert fetcher.fetch(URL, again=True).status == "unchanged"
        web_server.page("/a", "<p>Corretto.</p>")
        assert fetcher.fetch(URL, again=True).status == "fresh"
        assert fetcher.fetch(URL).body == b"<p>Corretto.</p>"

    @pytest.mark.parametrize("code", [404, 410])
    def test_page_that_is_gone(self, web_server: WebServer, fetcher: Fetcher, store: PageStore, code: int) -> None:
        """A page that is gone keeps its last body; it is news when it comes back as it was."""
        web_server.page("/a", PAGE, etag='"1"')
        first = fetcher.fetch(URL)
        web_server.page("/a", "non c'è più", status=code)
        gone = fetcher.fetch(URL, again=True)
        assert gone == replace(first, status="gone") == fetcher.fetch(URL)
        page = store.page(URL)
        assert page is not None
        assert (page.status, page.gone_since) == (code, page.checked_at)
        web_server.page("/a", PAGE, etag='"1"')
        assert fetcher.fetch(URL, again=True).status == "fresh"
        assert fetcher.fetch(URL).status == "unchanged"

    def test_page_that_never_was(self, web_server: WebServer, fetcher: Fetcher) -> None:
        """A page that is not there is gone, and not asked for again until somebody wants it to be."""
        assert [fetcher.fetch(URL).status for _ in range(2)] == ["gone", "gone"]
        assert (fetcher.fetch(URL).body, len(web_server.asked("/a"))) == (b"", 1)

    def test_304_for_a_page_that_is_not_stored(self, web_server: WebServer, fetcher: Fetcher) -> None:
        """A site that says "unchanged" to somebody who has nothing is refused."""
        web_server.handle("/a", status(304))
        assert "304 Not Modified" in refusal(fetcher)

    @pytest.mark.parametrize("code", [400, 401, 403, 418, 451, 204, 206, 300, 302, 299])
    def test_other_answers_are_refused_at_once(self, web_server: WebServer, fetcher: Fetcher, code: int) -> None:
        """An answer that is no page is refused without another try."""
        web_server.handle("/a", status(code))
        assert refusal(fetcher).startswith(f"answered {code}")
        assert len(web_server.asked("/a")) == 1

    def test_stored_page_survives_a_failure(self, web_server: WebServer, fetcher: Fetcher) -> None:
        """What was stored stays when its site fails or says nonsense."""
        web_server.page("/a", PAGE)
        first = fetcher.fetch(URL)
        for handler in (status(500), status(403), gzip_bomb, Page(b"GIF", {"Content-Type": "image/gif"})):
            web_server.handle("/a", handler)
            refusal(fetcher, again=True)
            assert fetcher.fetch(URL) == replace(first, status="unchanged")

    @pytest.mark.parametrize("kind", ["image/png", "application/octet-stream", "video/mp4", "text/html2", "application/zip; charset=utf-8"])
    def test_wrong_type(self, web_server: WebServer, fetcher: Fetcher, kind: str) -> None:
        """What is no page, feed or document is refused before its body is read."""
        web_server.handle("/a", Page(b"x", {"Content-Type": kind}))
        assert "is of the type" in refusal(fetcher)

    def test_narrower_types(self, web_server: WebServer, fetcher: Fetcher) -> None:
        """A caller may want fewer types, of what is stored too; a page that does not say its type passes."""
        web_server.page("/a", "{}", content_type="Application/JSON ;charset=utf-8", etag='"1"')
        with pytest.raises(FetchError, match="application/json"):
            fetcher.fetch(URL, kinds=HTML_TYPES)
        assert fetcher.fetch(URL).status == "fresh"
        for again in (False, True):
            with pytest.raises(FetchError, match="application/json"):
                fetcher.fetch(URL, kinds=HTML_TYPES, again=again)

        async def untyped(request: web.BaseRequest) -> web.StreamResponse:
            assert request.transport is not None
            request.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nsi")
            return web.Response()

        web_server.handle("/b", untyped)
        assert fetcher.fetch("http://giornale.test/b", kinds=HTML_TYPES).content_type == ""

    def test_damaged_body_is_fetched_again(self, web_server: WebServer, fetcher: Fetcher, tmp_path: Path) -> None:
        """A stored body that is no longer whole is asked for without conditions."""
        web_server.page("/a", PAGE, etag='"1"')
        fetcher.fetch(URL)
        with closing(sqlite3.connect(tmp_path / "pages.sqlite")) as connection, connection:
            connection.execute("UPDATE pages SET body = x'00'")
        assert fetcher.fetch(URL).body == PAGE.encode()
        assert len(web_server.asked("/a")) == 2


class TestRedirects:
    """Each hop is checked as the first address is."""

    @pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
    def test_chain(self, web_server: WebServer, fetcher: Fetcher, code: int) -> None:
        """Redirects are followed, relative and to other sites; the page is known by the address that was asked for."""
        web_server.handle("/a", redirect("b?c=1", code))
        web_server.handle("/b?c=1", redirect("//altro.test/è#punto", code))
        web_server.site("altro.test").page("/%C3%A8", PAGE, etag='"1"')
        assert fetcher.fetch(URL).url == "http://altro.test/%C3%A8"
        assert fetcher.fetch(URL, again=True).status == "unchanged"
        conditions = [request.headers.get("If-None-Match") for request in web_server.requests]
        assert web_server.paths == ["/robots.txt", "/a", "/b?c=1", "/robots.txt", "/%C3%A8", "/a", "/b?c=1", "/%C3%A8"]
        assert conditions == [None] * 7 + ['"1"']

    def test_loop(self, web_server: WebServer, fetcher: Fetcher) -> None:
        """Five redirects are followed, not six."""
        web_server.handle("/a", redirect("/a"))
        assert "redirects more than 5 times" in refusal(fetcher)
        assert len(web_server.asked("/a")) == 6
        for number in range(5):
            web_server.handle(f"/{number}", redirect(f"/{number + 1}"))
        web_server.page("/5", PAGE)
        assert fetcher.fetch("http://giornale.test/0").url == "http://giornale.test/5"

    @pytest.mark.parametrize(
        "location",
        [
            *("http://127.0.0.1/", "http://169.254.169.254/latest/meta-data", "https://[::1]:8443/", "http://2130706433/", "//10.0.0.1/"),
            *(
                "http://interno.example/",
                "file:///etc/passwd",
                "ftp://altro.test/",
                "javascript:alert(1)",
                "http://anna:segreto@altro.test/",
            ),
            *("http://[::ffff:127.0.0.1]/", "http://[64:ff9b::7f00:1]/", "http://127.0.0.1.:80/", "http://0/", "http://localhost/"),
        ],
    )
    def test_to_a_private_place(self, web_server: WebServer, store: PageStore, clock: Clock, location: str) -> None:
        """A redirect to an address that is not public, to a file or with a password is refused, and nobody is dialled."""

        def resolve(host: str) -> list[str]:
            return ["93.184.215.14"] if host.endswith(".test") else ["10.0.0.1"]

        web_server.handle("/a", redirect(location))
        with Fetcher(store, transport=network(web_server, resolve), agent="x", clock=clock, sleep=clock.sleep) as fetcher:
            assert refusal(fetcher).startswith("is not fetched: ")
        assert web_server.paths == ["/robots.txt", "/a"]

    @pytest.mark.parametrize("location", ["http://[", "http://giornale.test:x/", "http://\u00ad/"])
    def test_to_no_address(self, web_server: WebServer, fetcher: Fetcher, location: str) -> None:
        """A redirect to something that is no address is refused."""
        web_server.handle("/a", redirect(location))
        refusal(fetcher)

    def test_to_a_closed_page(self, web_server: WebServer, fetcher: Fetcher) -> None:
        """The robots.txt of the site that a redirect leads to is kept to."""
        web_server.handle("/a", redirect("http://altro.test/privato"))
        web_server.site("altro.test").page("/robots.txt", "User-agent: *\nDisallow: /privato")
        with pytest.raises(FetchError, match=r"^http://altro\.test/privato is closed to us by the robots\.txt"):
            fetcher.fetch(URL)
        assert web_server.asked("/privato") == []

    def test_page_that_moved_and_is_gone(self, web_server: WebServer, fetcher: Fetcher) -> None:
        """A page is gone if it is gone where its redirects end."""
        web_server.handle("/a", redirect("/b"))
        assert (fetcher.fetch(URL).status, fetcher.fetch(URL).url) == ("gone", URL)


class TestTries:
    """What may be better the next time is tried again, politely."""

    @pytest.mark.parametrize(
        "failing", [status(500), status(502), status(503), status(429), status(408), truncated_body, connection_reset, broken_gzip]
    )
    def test_second_try(self, web_server: WebServer, fetcher: Fetcher, clock: Clock, failing: Handler) -> None:
        """A failure of the site or the connection is followed by another try, after a while."""
        web_server.handle("/a", in_turn(failing, OK))
        assert fetcher.fetch(URL, requests_per_second=math.inf).body == PAGE.encode()
        assert sum(clock.slept) >= 0.5

    @pytest.mark.parametrize(
        ("failing", "cause"),
        [
            (status(500), "answered 500 Internal Server Error"),
            (status(429), "answered 429 Too Many Requests"),
            (status(599), "answered 599"),
            (truncated_body, "gave no whole answer"),
            (connection_reset, "gave no whole answer"),
            (broken_gzip, "gave no whole answer"),
            (Page(b"non compresso", {"Content-Type": "text/html", "Content-Encoding": "gzip"}), "gave no whole answer"),
            (Page(b"x", {"Content-Type": "text/html", "Content-Encoding": "br"}), "gave no whole answer"),
        ],
    )
    def test_third_failure(self, web_server: WebServer, fetcher: Fetcher, clock: Clock, failing: Handler, cause: str) -> None:
        """After three tries the cause is told; each waits longer than the one before."""
        web_server.handle("/a", failing)
        told = refusal(fetcher)
        assert told.startswith(cause)
        assert "(3 tries)" in told
        assert len(web_server.asked("/a")) == 3
        first, second = clock.slept[-2:]
        assert 0.5 <= first <= 1.5
        assert 1.0 <= second <= 3.0

    @pytest.mark.parametrize(
        ("header", "seconds"),
        [("7", 7.0), (formatdate(1_750_000_000 + 61, usegmt=True), 60.0), ("0", 1.0), ("99999999999999999999", 120.0), ("86400", 120.0)],
    )
    def test_site_says_when(self, web_server: WebServer, fetcher: Fetcher, clock: Clock, header: str, seconds: float) -> None:
        """Retry-After is kept to, as seconds or as a date, within a limit, and never against the host's rate."""
        web_server.handle("/a", in_turn(status(429, Retry_After=header), OK))
        assert fetcher.fetch(URL).body == PAGE.encode()
        assert clock.slept == [1.0, seconds]  # after robots.txt; before the second try

    @pytest.mark.parametrize("header", ["presto", "-5", "1e3", "٣", "Mon, 99 Foo 2025", "", "Mon, 02 Jun 99999 08:00:00 GMT"])
    def test_site_says_nonsense(self, web_server: WebServer, fetcher: Fetcher, clock: Clock, header: str) -> None:
        """A Retry-After that cannot be read counts for nothing."""
        web_server.handle("/a", in_turn(status(503, Retry_After=header.encode().decode("latin-1")), OK))
        assert fetcher.fetch(URL).body == PAGE.encode()
        assert 0.5 <= clock.slept[-1] <= 1.5

    def test_host_that_is_put_off_is_left_alone_by_all(self, web_server: WebServer, fetcher: Fetcher, clock: Clock) -> None:
        """After a 429 no page of the host is asked for until it may be, but other hosts are."""
        web_server.handle("/a", status(429, Retry_After="100"))
        with pytest.raises(FetchError):
            fetcher.fetch(URL)
        clock.slept.clear()
        web_server.handle("/b", in_turn(status(429, Retry_After="50"), OK))
        fetcher.fetch("http://giornale.test/b")
        assert clock.slept == [1.0, 50.0]

    def test_unknown_name(self, fetcher: Fetcher) -> None:
        """A site whose name nobody knows cannot be asked for its rules, and is left alone."""
        assert "robots.txt" in refusal(fetcher, "http://giornale.example/a")

    @pytest.mark.parametrize("url", ["http://127.0.0.1/a", "http://[::1]/", "file:///etc/passwd", "http://10.1/", "giornale", ""])
    def test_private_address(self, web_server: WebServer, fetcher: Fetcher, url: str) -> None:
        """An address that is not of the public web is told to be so."""
        with pytest.raises(FetchError, match=r"is not fetched: .*(public|scheme|name|number)"):
            fetcher.fetch(url)
        assert web_server.requests == []


class TestLimits:
    """Nothing is too large or too slow to end."""

    @pytest.mark.parametrize("behaviour", [slow_drip, endless_headers])
    def test_slow_page(self, web_server: WebServer, new_fetcher: Callable[..., Fetcher], behaviour: Handler) -> None:
        """A page that comes a byte at a time for ever ends with the time for it, and is not tried again."""
        web_server.handle("/a", behaviour)
        assert "took more than 0.5 seconds" in refusal(new_fetcher(QUICK))
        assert len(web_server.asked("/a")) == 1

    def test_silent_page(self, web_server: WebServer, new_fetcher: Callable[..., Fetcher]) -> None:
        """A page that says nothing is given up and tried again while there is time."""

        async def silent(request: web.BaseRequest) -> web.StreamResponse:
            await asyncio.sleep(3600)
            return web.Response()

        web_server.handle("/a", in_turn(silent, OK))
        assert new_fetcher(Limits(read_seconds=0.3)).fetch(URL).body == PAGE.encode()
        web_server.handle("/b", silent)
        assert "did not answer in time" in refusal(new_fetcher(Limits(read_seconds=0.3)), "http://giornale.test/b")

    def test_waiting_ends_with_the_time(self, web_server: WebServer, new_fetcher: Callable[..., Fetcher]) -> None:
        """A page that says nothing is not waited for longer than a page may take."""

        async def silent(request: web.BaseRequest) -> web.StreamResponse:
            await asyncio.sleep(3600)
            return web.Response()

        web_server.handle("/a", silent)
        assert "took more than 0.5 seconds" in refusal(new_fetcher(replace(QUICK, read_seconds=3600)))

    def test_redirects_share_the_time(self, web_server: WebServer, new_fetcher: Callable[..., Fetcher]) -> None:
        """A chain of slow redirects has the time of one page."""

        async def slow(request: web.BaseRequest) -> web.StreamResponse:
            await asyncio.sleep(0.2)
            return await redirect("/a")(request)

        web_server.handle("/a", slow)
        assert "took more than 0.5 seconds" in refusal(new_fetcher(QUICK))

    @pytest.mark.parametrize("behaviour", [endless_body, gzip_bomb, in_turn(Page(b"x" * 70_000, {"Content-Type": "text/html"}))])
    def test_large_page(self, web_server: WebServer, new_fetcher: Callable[..., Fetcher], behaviour: Handler) -> None:
        """A page is read up to the limit on its decoded bytes, with no more memory than that needs, and refused."""
        web_server.handle("/a", behaviour)
        fetcher = new_fetcher(Limits(body_bytes=65_536))
        tracemalloc.start()
        try:
            assert "is larger than" in refusal(fetcher)
            assert tracemalloc.get_traced_memory()[1] < 5 * 2**20
        finally:
            tracemalloc.stop()
        assert len(web_server.asked("/a")) == 1

    def test_largest_page(self, web_server: WebServer, new_fetcher: Callable[..., Fetcher]) -> None:
        """A page of exactly the limit is read, plain or compressed."""
        for path, is_compressed in (("/a", False), ("/b", True)):
            web_server.page(path, b"x" * 65_536, is_compressed=is_compressed)
            assert len(new_fetcher(Limits(body_bytes=65_536)).fetch(f"http://giornale.test{path}").body) == 65_536


class TestRobots:
    """A site's rules are kept to over HTTP too."""

    def test_closed_page(self, web_server: WebServer, fetcher: Fetcher) -> None:
        """A page that robots.txt closes is not asked for; another is."""
        web_server.page("/robots.txt", "User-agent: Edicola\nDisallow: /a", content_type="text/plain")
        web_server.page("/b", PAGE)
        assert "robots.txt" in refusal(fetcher)
        assert fetcher.fetch("http://giornale.test/b").status == "fresh"
        assert web_server.paths == ["/robots.txt", "/b"]

    @pytest.mark.parametrize("code", [400, 401, 403, 404, 410])
    def test_no_rules(self, web_server: WebServer, fetcher: Fetcher, code: int) -> None:
        """A site without robots.txt allows everything."""
        web_server.handle("/robots.txt", status(code))
        web_server.page("/a", PAGE)
        assert fetcher.fetch(URL).status == "fresh"

    @pytest.mark.parametrize("behaviour", [status(500), status(503), status(429), connection_reset, redirect("/robots.txt")])
    def test_unknown_rules(self, web_server: WebServer, fetcher: Fetcher, behaviour: Handler) -> None:
        """A site whose robots.txt cannot be had allows nothing for now."""
        web_server.page("/a", PAGE)
        web_server.handle("/robots.txt", behaviour)
        assert "robots.txt" in refusal(fetcher)
        assert web_server.asked("/a") == []

    def test_rules_elsewhere(self, web_server: WebServer, fetcher: Fetcher) -> None:
        """Rules may be behind a redirect, and only their first 500 kB count."""
        web_server.handle("/robots.txt", redirect("/regole"))
        rules = "User-agent: *\nDisallow: /a\n" + "# riempitivo\n" * 50_000 + "Disallow: /\n"
        web_server.page("/regole", rules, content_type="text/plain", is_compressed=True)
        web_server.page("/b", PAGE)
        assert "robots.txt" in refusal(fetcher)
        assert fetcher.fetch("http://giornale.test/b").status == "fresh"

    @pytest.mark.parametrize(("delay", "seconds"), [("5", 5.0), ("0.1", 1.0), ("99999", 30.0)])
    def test_crawl_delay(self, web_server: WebServer, fetcher: Fetcher, clock: Clock, delay: str, seconds: float) -> None:
        """Crawl-delay is kept to within a limit, where it asks for more than our own rate."""
        web_server.page("/robots.txt", f"User-agent: *\nCrawl-delay: {delay}")
        for path in ("/a", "/b", "/c"):
            web_server.page(path, PAGE)
            fetcher.fetch(f"http://giornale.test{path}")
        assert clock.slept == [1.0, seconds, seconds]

    def test_private_site_is_told_to_be_private(self, fetcher: Fetcher) -> None:
        """Where robots.txt leads to a private address, that is what is said."""
        assert "public internet" in refusal(fetcher, "http://192.168.1.1/a")


class TestRates:
    """Each host at its rate, all hosts at once."""

    def test_threads_take_turns(self, web_server: WebServer, fetcher: Fetcher, clock: Clock) -> None:
        """However many threads want pages of a host, it is asked at its rate."""
        web_server.handle("/*", OK)
        run_all([lambda n=n: fetcher.fetch(f"http://giornale.test/{n}", requests_per_second=0.5) for n in range(20)])
        assert len(web_server.requests) == 21
        assert clock.seconds >= 1_750_000_000 + 1 + 19 * 2

    def test_turns_are_reserved_in_order(self) -> None:
        """With a clock that stands still, threads are told to wait for one turn each, an interval apart."""
        waits: list[float] = []
        rates = Rates(lambda: 100.0, waits.append)
        run_all([lambda: rates.wait("giornale.test", 2.0) for _ in range(50)])
        assert sorted(waits) == [2.0 * n for n in range(1, 50)]

    def test_clock_that_is_set_back(self, clock: Clock) -> None:
        """When the machine's clock goes back an hour nobody waits for an hour."""
        rates = Rates(clock, clock.sleep)
        for _ in range(2):
            rates.wait("giornale.test", 1.0)
        clock.seconds -= 3600
        for _ in range(2):
            rates.wait("giornale.test", 1.0)
        assert clock.slept == [1.0, 1.0]

    def test_host_is_put_off_while_others_wait(self) -> None:
        """Who has reserved a turn before a host is put off takes a new one after it."""
        waits: list[float] = []
        now = [100.0]

        def sleep(seconds: float) -> None:
            waits.append(seconds)
            if len(waits) == 1:
                rates.put_off("giornale.test", 60.0)
            now[0] += seconds

        rates = Rates(lambda: now[0], sleep)
        for _ in range(2):
            rates.wait("giornale.test", 1.0)
        assert (waits, now[0]) == ([1.0, 59.0], 160.0)

    def test_hosts_in_parallel(self, web_server: WebServer, fetcher: Fetcher) -> None:
        """Two hosts that wait for each other's page to be asked for are both answered."""
        asked = {host: asyncio.Event() for host in ("a.test", "b.test")}

        def waiting_for(own: str, other: str) -> Handler:
            async def answer(request: web.BaseRequest) -> web.StreamResponse:
                asked[own].set()
                await asked[other].wait()
                return await OK(request)

            return answer

        web_server.site("a.test").handle("/", waiting_for("a.test", "b.test"))
        web_server.site("b.test").handle("/", waiting_for("b.test", "a.test"))
        run_all([lambda host=host: fetcher.fetch(f"http://{host}/") for host in asked])
        assert sorted(fetcher._store.urls()) == ["http://a.test/", "http://b.test/"]

    def test_threads_fetch_a_page_once(self, web_server: WebServer, fetcher: Fetcher) -> None:
        """Threads that want the same page share one request."""
        web_server.page("/a", PAGE)
        run_all([lambda: fetcher.fetch(URL) for _ in range(10)])
        assert web_server.paths == ["/robots.txt", "/a"]

    def test_connection_is_kept(self, web_server: WebServer, store: PageStore, clock: Clock) -> None:
        """Pages, and the news that they have not changed, come over one connection."""
        dialler = LocalDialler(web_server)
        web_server.page("/robots.txt", "")
        web_server.page("/a", PAGE, etag='"1"')
        transport = guarded_transport(resolve_test_names, dialler)
        with Fetcher(store, transport=transport, agent="x", clock=clock, sleep=clock.sleep) as fetcher:
            for _ in range(3):
                fetcher.fetch(URL, again=True)
        assert (len(web_server.requests), len(dialler.dialled)) == (4, 1)

    def test_thousands_of_pages(self, web_server: WebServer, fetcher: Fetcher) -> None:
        """A large site is fetched over few connections; the second time on condition only."""
        for number in range(1000):
            web_server.page(f"/{number}", f"<p>{number}</p>", etag=f'"{number}"')
        for again, expected in ((False, "fresh"), (True, "unchanged")):
            found = [fetcher.fetch(f"http://giornale.test/{n}", requests_per_second=math.inf, again=again) for n in range(1000)]
            assert [(page.status, page.body) for page in found] == [(expected, f"<p>{n}</p>".encode()) for n in range(1000)]


class TestBodies:
    """Compressed bodies, in whatever chunks they come."""

    @given(st.binary(max_size=500), st.binary(max_size=500), st.integers(1, 50), st.integers(0, 1200))
    def test_parts_in_chunks(self, first: bytes, second: bytes, size: int, limit: int) -> None:
        """A gzip body of two parts with padding is read as one, up to a limit, however it is cut into chunks."""
        raw = gzip.compress(first) + gzip.compress(second) + bytes(8)
        chunks = [raw[start : start + size] for start in range(0, len(raw), size)]
        whole = first + second
        assert read_body(chunks, "gzip", limit) == (whole[:limit], len(whole) > limit)
        assert read_body(chunks, "", limit) == (raw[:limit], len(raw) > limit)

    @given(st.binary(max_size=500), st.integers(0, 300))
    def test_any_bytes_end(self, raw: bytes, limit: int) -> None:
        """Bytes that are not compressed, or damaged, are refused or read, never more than the limit."""
        try:
            body, _ = read_body([raw, raw], "gzip", limit)
        except BrokenBody:
            return
        assert len(body) <= limit


def run_all(tasks: list[Callable[[], object]]) -> None:
    """Run tasks in a thread each, and raise what one of them raises."""
    failures: list[BaseException] = []

    def run(task: Callable[[], object]) -> None:
        try:
            task()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
