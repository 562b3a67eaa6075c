"""Changes on a site: none is lost, none is asked for more often than it must be, and not each is a correction; over a real server."""

import datetime
import multiprocessing
from pathlib import Path

import pytest
from aiohttp import web

from index.articles import Article, Skipped
from index.dates import Period
from index.sources.collection import open_collection
from index.sources.corrections import sentences_of
from index.sources.declaration import Source
from index.sources.ledger import Ledger
from index.sources.listing import Listed
from index.sources.page_store import LONG_CHARACTERS, PageStore, StoredPage
from index.sources.stored_pages import Identities, StoredPages
from index.sources.tally import Tally
from index.workers import Workers
from tests.index.sources.test_collection import DAY, FEED, HOUR, SITEMAP, TODAY, Newsroom, newsroom, page, sitemap
from tests.web_server import network, status

__all__ = ["newsroom"]

CORRECTION = "Il costo era sbagliato: sono nove milioni di euro, dice il Comune oggi."


def correct(newsroom: Newsroom, lastmod: str) -> None:
    """Put a correction of the second page online, and say so in the sitemap."""
    newsroom.server.page("/1", page(1, more=CORRECTION), etag='"1b"')
    newsroom.server.page("/sitemap.xml", sitemap("/0", f"/1 {lastmod}", "/2"), content_type="application/xml")


def written(moment: float, timespec: str) -> str:
    """Return a time as a sitemap writes it."""
    when = datetime.datetime.fromtimestamp(moment, datetime.UTC)
    return f"{when:%Y-%m-%d}" if timespec == "days" else when.isoformat(timespec=timespec)


@pytest.mark.parametrize("known", [False, True])
def test_a_correction_while_its_page_is_answered_is_not_lost(newsroom: Newsroom, known: bool) -> None:
    """The old text was on its way when the new one went online: it is asked for in the next run, and then never again."""
    newsroom.declare(SITEMAP)
    if known:
        newsroom.read()
        newsroom.server.page(
            "/sitemap.xml",
            sitemap("/0", f"/1 {written(newsroom.clock.seconds + HOUR, 'milliseconds')}", "/2"),
            content_type="application/xml",
        )

    async def slowly(request: web.BaseRequest) -> web.StreamResponse:
        newsroom.clock.seconds += 5.5
        correct(newsroom, written(newsroom.clock.seconds, "milliseconds"))
        newsroom.clock.seconds += 30.0
        return web.Response(text=page(1), content_type="text/html")

    newsroom.server.handle("/1", slowly)
    newsroom.read()
    assert "nove milioni" not in newsroom.article("/1").text
    assert newsroom.read() == ["/sitemap.xml", "/1"]
    assert "nove milioni" in newsroom.article("/1").text
    assert newsroom.read() == ["/sitemap.xml"]


@pytest.mark.parametrize("timespec", ["seconds", "minutes", "days"])
def test_a_coarse_moment_is_asked_about_until_it_is_over(newsroom: Newsroom, timespec: str) -> None:
    """A change in the second, minute or day of our asking is noticed; once asked after its end, a page is never asked again."""
    newsroom.declare(SITEMAP + "requests_per_second = 20")
    newsroom.clock.seconds = datetime.datetime(2025, 6, 15, 10, 32, 7, tzinfo=datetime.UTC).timestamp()
    newsroom.read(after=0.1)
    correct(newsroom, written(newsroom.clock.seconds, timespec))
    assert newsroom.read(after=DAY, asking="all") == ["/sitemap.xml", "/1"]
    assert "nove milioni" in newsroom.article("/1").text
    for _ in range(2):
        assert newsroom.read(after=60.0, asking="all") == ["/sitemap.xml"]


def test_what_another_source_fetched_long_ago_is_asked_again(newsroom: Newsroom) -> None:
    """A page of a new sitemap that says it changed since a feed led to it is not taken from the store as it was."""
    newsroom.declare(FEED)
    newsroom.read()
    correct(newsroom, written(newsroom.clock.seconds + HOUR, "seconds"))
    newsroom.declare(FEED + SITEMAP)
    assert sorted(newsroom.read(after=2 * DAY)) == ["/1", "/2", "/feed", "/sitemap.xml"]
    assert "nove milioni" in newsroom.article("/1").text


def test_unknown_rules_are_no_closed_site(newsroom: Newsroom) -> None:
    """A robots.txt that cannot be had is said to be that, with the time of the next try."""
    newsroom.declare(FEED)
    newsroom.server.handle("/robots.txt", status(503))
    assert newsroom.read() == []
    (skipped,) = newsroom.skipped
    assert "could not be had" in skipped.reason
    assert "closed" not in skipped.reason
    assert "the next run, and in this one after 1" in skipped.reason


@pytest.mark.parametrize(("more", "starts"), [("", False), ("x" * (1 << 20), True)])
def test_few_pages_start_no_processes(newsroom: Newsroom, more: str, starts: bool) -> None:
    """Twenty pages are read in this process, unless one is large."""
    paths = [f"/p/{n}" for n in range(20)]
    for number, path in enumerate(paths):
        newsroom.server.page(path, page(number, more="" if number else more))
    newsroom.server.page("/sitemap.xml", sitemap(*paths), content_type="application/xml")
    newsroom.declare(SITEMAP + "requests_per_second = 20")
    before = set(multiprocessing.active_children())
    with open_collection(
        newsroom.settings, transport=network(newsroom.server), clock=newsroom.clock, sleep=newsroom.clock.sleep
    ) as collection:
        assert sum(isinstance(item, Article) for item in collection.read(lambda *_: None)) == 20
        assert bool(set(multiprocessing.active_children()) - before) == starts


def test_unchanged_pages_are_read_many_at_a_time(tmp_path: Path, store: PageStore) -> None:
    """A second reading of 1200 pages takes a few transactions; long texts are given as well."""
    urls = [f"http://giornale.test/{n}" for n in range(1200)]
    texts = [page(n, more="Una frase molto lunga. " * (LONG_CHARACTERS // 10 if n == 7 else 1)) for n in range(1200)]
    transactions: list[str] = []
    with Ledger(tmp_path / "sources.sqlite") as ledger, Workers(2) as workers:
        ledger.note("s", map(Listed, urls), 1.0)
        for known, text in zip(ledger.pages("s"), texts, strict=True):
            store.store(StoredPage(known.url, known.url, 200, "text/html; charset=utf-8", "", "", 2.0, 2.0), text.encode())
            ledger.answered(known, 2.0, gone=None, is_checked=False)

        def read() -> list[Article | Skipped]:
            pages = StoredPages(Source("s", "sitemap"), store, ledger, workers, 3.0)
            return list(pages.articles(Identities(), Tally()))

        first = read()
        store._connection.set_trace_callback(lambda sql: transactions.append(sql) if sql.startswith("BEGIN") else None)
        assert read() == first
    assert [item.origin for item in first] == urls
    assert all(isinstance(item, Article) for item in first)
    assert len(transactions) < 30


@pytest.mark.parametrize(
    "box", ["Borsa di Milano: più 1,4 per cento alle 11.30", "Letto 1.204 volte", "I più letti: il ponte, la scuola e il mercato"]
)
def test_a_box_that_changes_is_no_correction(newsroom: Newsroom, box: str) -> None:
    """The text is the new one, but the card does not say "corrected"; a sentence that changes later does."""
    newsroom.declare('[p]\npages = "http://giornale.test/1"')
    newsroom.server.page("/1", page(1, more="Borsa di Milano: meno 0,2 per cento alle 9.30"))
    newsroom.read()
    before = newsroom.article("/1")
    newsroom.server.page("/1", page(1, more=box))
    newsroom.read(after=DAY)
    assert newsroom.article("/1").text != before.text
    assert (newsroom.article("/1").updated, newsroom.last_run("p").changed) == (None, 0)
    newsroom.server.page("/1", page(1, more=box).replace("finisce presto", "finisce tardi"))
    newsroom.read(after=DAY)
    assert newsroom.article("/1").updated == Period(*[TODAY + datetime.timedelta(days=2)] * 2)
    assert newsroom.last_run("p").changed == 1


def test_sentences_are_what_ends_as_one() -> None:
    """Headings, counters and furniture are none; a sentence before them in its line is one."""
    text = "Il ponte riapre\n«Finalmente!» dice la\u00a0sindaca. Leggi anche\nRiproduzione riservata.\nLetti: 1.204\n- Ha detto: «Basta.»"
    assert sentences_of(Article("a", text)) == ["«Finalmente!» dice la sindaca.", "Ha detto: «Basta.»"]
