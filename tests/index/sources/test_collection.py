"""The collection of all sources, over a real server: what is fetched, what is given, what stays when things go wrong."""

import datetime
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import web

from index.articles import Article, Skipped
from index.collection import Collection, FolderCollection
from index.dates import Period
from index.errors import ArticleError, SettingError
from index.settings import IndexSettings
from index.sources.collection import declared_sources, open_collection, open_history
from index.sources.history import Run
from tests.index.permissions import unprivileged_folder
from tests.index.sources.conftest import Clock
from tests.web_server import WebServer, connection_reset, network, redirect, status

HOUR, DAY = 3600.0, 24 * 3600.0
TODAY = datetime.date(2025, 6, 15)  # the clock of the tests begins on it
STREETS = (
    "Roma Dante Verdi Mazzini Garibaldi Cavour Manzoni Leopardi Foscolo Carducci Pascoli Montale Saba Ungaretti Quasimodo Gozzano".split()
)


def page(number: int, *, day: str = "2025-03-11", more: str = "", canonical: str = "", modified: str = "") -> str:
    """Return the page of an article, whose paragraphs are its own."""
    head = f'<title>Notizia {number}</title><meta property="article:published_time" content="{day}T10:00:00+01:00">' if day else ""
    head += f'<meta property="article:modified_time" content="{modified}T10:00:00+01:00">' if modified else ""
    head += f'<link rel="canonical" href="{canonical}">' if canonical else ""
    street = STREETS[number % len(STREETS)]
    paragraphs = "".join(
        f"<p>Il cantiere numero {number} di via {street} va avanti: l'assessore {n} dice che finisce presto e costa {number}{n} euro.</p>"
        for n in range(5)
    )
    return f'<html lang="it"><head>{head}</head><body><article><h1>Notizia {number}</h1>{paragraphs}<p>{more}</p></article></body></html>'


def feed(*paths: str, contents: dict[str, str] | None = None) -> str:
    """Return an RSS feed of these pages."""
    whole = {path: f"<content:encoded><![CDATA[{text}]]></content:encoded>" for path, text in (contents or {}).items()}
    items = "".join(f"<item><title>T {path}</title><link>http://giornale.test{path}</link>{whole.get(path, '')}</item>" for path in paths)
    return f'<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>x</title>{items}</channel></rss>'


def sitemap(*paths: str) -> str:
    """Return a sitemap of these pages; `path lastmod` says when one changed."""
    entries = (
        f"<url><loc>http://giornale.test{one.split()[0]}</loc>{''.join(f'<lastmod>{m}</lastmod>' for m in one.split()[1:])}</url>"
        for one in paths
    )
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{"".join(entries)}</urlset>'


@dataclass
class Newsroom:
    """Declared sources, a data folder, the server and the clock; each reading is one of a new process."""

    folder: Path
    server: WebServer
    clock: Clock
    given: dict[str, Article] = field(default_factory=dict)
    skipped: list[Skipped] = field(default_factory=list)

    @property
    def settings(self) -> IndexSettings:
        """What the program is told."""
        return IndexSettings(
            articles_dir=self.folder / "articles", sources_file=self.folder / "sources.toml", data_dir=self.folder / "data"
        )

    def declare(self, text: str) -> None:
        """Write the declaration."""
        (self.folder / "sources.toml").write_text(text, encoding="utf-8")

    def read(self, *, after: float = HOUR, asking: Literal["due", "all", "none"] = "due") -> list[str]:
        """Let time pass, read everything, put what became of missing articles beside it; return the paths that were asked for."""
        self.clock.seconds += after
        before = len(self.server.requests)
        former = self.given
        with open_collection(
            self.settings, transport=network(self.server), clock=self.clock, sleep=self.clock.sleep, asking=asking
        ) as collection:
            items = list(collection.read(lambda *_: None))
            self.given = {item.id: item for item in items if isinstance(item, Article)}
            self.skipped = [item for item in items if isinstance(item, Skipped)]
            assert len(self.given) + len(self.skipped) == len(items), "an id was given twice"
            for id_ in former.keys() - self.given.keys():
                if kept := collection.missing(former[id_]):
                    self.given[id_] = kept
        return [request.path for request in self.server.requests[before:] if request.path != "/robots.txt"]

    @property
    def names(self) -> list[str]:
        """The ids of what there is, without the host."""
        return sorted(id_.removeprefix("http://giornale.test") for id_ in self.given)

    def article(self, path: str) -> Article:
        """Return the article of a page."""
        return self.given[f"http://giornale.test{path}"]

    def last_run(self, source: str) -> Run:
        """Return what the history has of the last run."""
        with open_history(self.settings) as history:
            last = history.last_run(source)
        assert last is not None
        return last


@pytest.fixture
def newsroom(tmp_path: Path, web_server: WebServer, clock: Clock) -> Newsroom:
    """A site with four articles, their feed and their sitemap; nothing is declared yet."""
    for number in range(4):
        web_server.page(f"/{number}", page(number), etag=f'"{number}"')
    web_server.page("/feed", feed("/0", "/1"), content_type="application/rss+xml", etag='"f"')
    web_server.page("/sitemap.xml", sitemap("/0", "/1", "/2"), content_type="application/xml", etag='"s"')
    return Newsroom(tmp_path, web_server, clock)


FEED = '[corriere]\nfeed = "http://giornale.test/feed"\n'
SITEMAP = '[mappa]\nsitemap = "http://giornale.test/sitemap.xml"\n'


def test_pages_become_articles(newsroom: Newsroom) -> None:
    """An article has the address of its page as id, link and place, and says which source led to it."""
    newsroom.declare(FEED + 'site = "Corriere di Prova"')
    assert newsroom.read() == ["/feed", "/0", "/1"]
    article = newsroom.article("/0")
    assert (article.title, article.url, article.origin) == ("Notizia 0", "http://giornale.test/0", "http://giornale.test/0")
    assert (article.source, article.found_in) == ("Corriere di Prova", "corriere")
    assert article.published == Period(*[datetime.date(2025, 3, 11)] * 2)
    assert "Il cantiere numero 0 di via Roma" in article.text
    last = newsroom.last_run("corriere")
    assert (last.given, last.new, last.requests, last.newest, last.failure) == (2, 2, 3, datetime.date(2025, 3, 11), "")


def test_the_second_run_only_asks_for_the_lists(newsroom: Newsroom) -> None:
    """One conditional request for each list, which is answered with 304; the articles are the same to the letter."""
    newsroom.declare(FEED + SITEMAP)
    newsroom.read()
    before = dict(newsroom.given)
    assert sorted(newsroom.read()) == ["/feed", "/sitemap.xml"]
    assert all("If-None-Match" in request.headers for request in newsroom.server.requests[-2:])
    assert newsroom.given == before
    assert {article.digest for article in before.values()} == {article.digest for article in newsroom.given.values()}


def test_a_source_is_not_asked_before_its_time(newsroom: Newsroom) -> None:
    """Within `every_minutes` nothing is asked and everything is given; whoever wants it asks all, or none."""
    newsroom.declare(FEED + "every_minutes = 90")
    newsroom.read()
    assert newsroom.read(after=89 * 60) == []
    assert newsroom.names == ["/0", "/1"]
    assert newsroom.read(after=0, asking="all") == ["/feed"]
    assert newsroom.read(after=DAY, asking="none") == []
    assert newsroom.read(after=0) == ["/feed"]


def test_what_falls_out_of_a_feed_stays(newsroom: Newsroom) -> None:
    """A feed shows the newest pages only; the earlier ones are given on, and nobody asks for them."""
    newsroom.declare(FEED)
    newsroom.read()
    newsroom.server.page("/feed", feed("/2"), content_type="application/rss+xml")
    assert newsroom.read() == ["/feed", "/2"]
    assert newsroom.names == ["/0", "/1", "/2"]


def test_one_page_of_two_sources_is_given_once(newsroom: Newsroom) -> None:
    """It is fetched once and belongs to the source that was declared first; nobody is told of it as of a mistake."""
    newsroom.declare(FEED + SITEMAP)
    asked = newsroom.read()
    assert sorted(asked) == ["/0", "/1", "/2", "/feed", "/sitemap.xml"]
    assert {path: newsroom.article(path).found_in for path in newsroom.names} == {"/0": "corriere", "/1": "corriere", "/2": "mappa"}
    assert newsroom.skipped == []


def test_a_correction_replaces_the_text_and_has_its_day(newsroom: Newsroom) -> None:
    """Where the page does not say when it was corrected, it is the day on which the change was fetched, in all later runs."""
    newsroom.declare(SITEMAP)
    newsroom.read()
    newsroom.server.page("/1", page(1, more="Il costo era sbagliato: sono nove milioni di euro, dice il Comune oggi."), etag='"1b"')
    newsroom.server.page("/sitemap.xml", sitemap("/0", "/1 2025-06-16T10:00:00Z", "/2"), content_type="application/xml")
    assert newsroom.read(after=2 * DAY) == ["/sitemap.xml", "/1"]
    corrected = newsroom.article("/1")
    assert "nove milioni" in corrected.text
    assert corrected.updated == Period(*[TODAY + datetime.timedelta(days=2)] * 2)
    assert newsroom.article("/0").updated is None
    assert newsroom.last_run("mappa").changed == 1
    assert newsroom.read(after=DAY) == ["/sitemap.xml"]
    assert newsroom.article("/1") == corrected


def test_the_page_s_own_day_of_correction_comes_first(newsroom: Newsroom) -> None:
    """A declared day of modification is the one that is shown."""
    newsroom.declare(SITEMAP)
    newsroom.read()
    newsroom.server.page("/1", page(1, more="Il costo era sbagliato, dice il Comune.", modified="2025-06-12"), etag='"1b"')
    newsroom.server.page("/sitemap.xml", sitemap("/1 2025-06-16"), content_type="application/xml")
    newsroom.read(after=2 * DAY)
    assert newsroom.article("/1").updated == Period(*[datetime.date(2025, 6, 12)] * 2)


def test_young_pages_are_asked_again_and_old_ones_are_not(newsroom: Newsroom) -> None:
    """Within three days of publication a page is asked conditionally in each run, afterwards never."""
    newsroom.server.page("/0", page(0, day="2025-06-14"), etag='"0"')
    newsroom.declare(FEED)
    newsroom.read()
    assert newsroom.read() == ["/feed", "/0"]
    assert newsroom.server.asked("/0")[-1].headers["If-None-Match"] == '"0"'
    assert newsroom.read(after=DAY) == ["/feed", "/0"]
    assert newsroom.read(after=3 * DAY) == ["/feed"]
    assert newsroom.article("/0").updated is None


@pytest.mark.parametrize(("policy", "stays", "marked"), [("keep", True, False), ("mark", True, True), ("remove", False, False)])
@pytest.mark.parametrize("answer", [status(404), status(410), redirect("/")])
def test_a_page_that_is_gone_meets_its_policy(newsroom: Newsroom, policy: str, stays: bool, marked: bool, answer: object) -> None:
    """A page that the sitemap no longer lists is asked once more; gone it is kept, marked with the first day, or removed."""
    newsroom.server.page("/", "<html><body><h1>Giornale di prova</h1></body></html>")
    newsroom.declare(SITEMAP + f'gone = "{policy}"')
    newsroom.read()
    newsroom.server.page("/sitemap.xml", sitemap("/0", "/2"), content_type="application/xml")
    newsroom.server.handle("/1", answer)  # type: ignore[arg-type]
    assert [path for path in newsroom.read(after=DAY) if path != "/"] == ["/sitemap.xml", "/1"]
    for _ in range(2):
        assert newsroom.names == (["/0", "/1", "/2"] if stays else ["/0", "/2"])
        if stays:
            assert newsroom.article("/1").gone == (TODAY + datetime.timedelta(days=1) if marked else None)
            assert "Il cantiere numero 1" in newsroom.article("/1").text
        assert newsroom.read(after=DAY) == ["/sitemap.xml"]


def test_a_page_that_is_only_not_listed_stays(newsroom: Newsroom) -> None:
    """It is asked once, answers, and is neither marked nor asked again."""
    newsroom.declare(SITEMAP + 'gone = "remove"')
    newsroom.read()
    newsroom.server.page("/sitemap.xml", sitemap("/0", "/2"), content_type="application/xml")
    assert newsroom.read() == ["/sitemap.xml", "/1"]
    assert newsroom.read() == ["/sitemap.xml"]
    assert newsroom.names == ["/0", "/1", "/2"]


def test_a_page_that_comes_back_is_no_longer_gone(newsroom: Newsroom) -> None:
    """Listed again, it is asked again and its mark is taken away."""
    newsroom.declare(SITEMAP + 'gone = "mark"')
    newsroom.read()
    newsroom.server.page("/sitemap.xml", sitemap("/0", "/2"), content_type="application/xml")
    newsroom.server.handle("/1", status(410))
    newsroom.read()
    assert newsroom.article("/1").gone is not None
    newsroom.server.page("/sitemap.xml", sitemap("/0", "/1", "/2"), content_type="application/xml")
    newsroom.server.page("/1", page(1))
    newsroom.read(after=2 * DAY)
    assert newsroom.article("/1").gone is None


FAULTS: dict[str, Callable[[WebServer], None]] = {
    "404": lambda server: server.remove("/feed"),
    "410": lambda server: server.handle("/feed", status(410)),
    "500": lambda server: server.handle("/feed", status(500)),
    "hangs up": lambda server: server.handle("/feed", connection_reset),
    "a web page": lambda server: server.page("/feed", "<!doctype html><html><body>Torniamo presto</body></html>"),
    "a picture": lambda server: server.page("/feed", b"\x89PNG", content_type="image/png"),
    "a private address": lambda server: server.handle("/feed", redirect("http://127.0.0.1/feed")),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_source_that_fails_keeps_its_articles_and_recovers(newsroom: Newsroom, fault: str) -> None:
    """It is named once with a sentence, the others go on, and when it answers again all is as before."""
    newsroom.declare(FEED + 'gone = "remove"\n' + SITEMAP)
    newsroom.read()
    FAULTS[fault](newsroom.server)
    newsroom.server.page("/sitemap.xml", sitemap("/0", "/1", "/2", "/3"), content_type="application/xml")
    newsroom.read()
    assert newsroom.names == ["/0", "/1", "/2", "/3"]
    assert [one.origin for one in newsroom.skipped] == ["corriere"]
    assert len(newsroom.skipped[0].reason) > 20
    assert newsroom.last_run("corriere").failure == newsroom.skipped[0].reason
    newsroom.server.page("/feed", feed("/0", "/1"), content_type="application/rss+xml")
    newsroom.read()
    assert (newsroom.skipped, newsroom.last_run("corriere").failure) == ([], "")


def test_a_page_that_fails_does_not_stop_the_others(newsroom: Newsroom) -> None:
    """It is named with the reason, tried again, after three times once a day, and read when it answers."""
    newsroom.declare(FEED)
    newsroom.server.handle("/0", status(403))
    assert newsroom.read() == ["/feed", "/0", "/1"]
    assert newsroom.read() == ["/feed", "/0"]
    assert newsroom.read() == ["/feed", "/0"]
    assert [one.origin for one in newsroom.skipped] == ["http://giornale.test/0"]
    assert "403" in newsroom.skipped[0].reason
    assert newsroom.read() == ["/feed"]
    assert len(newsroom.skipped) == 1
    newsroom.server.page("/0", page(0))
    assert newsroom.read(after=DAY) == ["/feed", "/0"]
    assert (newsroom.names, newsroom.skipped) == (["/0", "/1"], [])


def test_a_site_that_is_down_is_given_up(newsroom: Newsroom) -> None:
    """After two minutes of failures in a row the rest of the pages waits for the next run, and nothing is lost."""
    paths = [f"/p/{n}" for n in range(200)]
    newsroom.server.page("/sitemap.xml", sitemap(*paths), content_type="application/xml")
    newsroom.server.handle("/p/*", status(503))
    newsroom.declare(SITEMAP + "requests_per_second = 20")
    newsroom.read()
    tried = {request.path for request in newsroom.server.requests if request.path.startswith("/p/")}
    assert 3 <= len(tried) < 100
    assert [one.origin for one in newsroom.skipped] == ["mappa"]
    assert "503" in newsroom.skipped[0].reason
    assert newsroom.last_run("mappa").is_unfinished
    for number, path in enumerate(paths):
        newsroom.server.page(path, page(number))
    newsroom.read(after=60.0)
    newsroom.read(after=DAY)
    assert len(newsroom.given) == 200


def test_whole_texts_of_a_feed_need_no_pages(newsroom: Newsroom) -> None:
    """A long text of the feed is the article, verbatim; when the feed corrects it, the article is corrected."""
    paragraphs = [f"Il cantiere di via {street} va avanti, dice l'assessore, e i lavori finiscono a settembre." for street in STREETS]
    whole = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    newsroom.server.page("/feed", feed("/0", "/1", contents={"/0": whole}), content_type="application/rss+xml")
    newsroom.declare(FEED)
    assert newsroom.read() == ["/feed", "/1"]
    article = newsroom.article("/0")
    assert (article.title, article.updated) == ("T /0", None)
    assert all(paragraph in article.text for paragraph in paragraphs)
    newsroom.server.page("/feed", feed("/0", contents={"/0": whole.replace("settembre", "ottobre")}), content_type="application/rss+xml")
    assert newsroom.read(after=2 * DAY) == ["/feed"]
    assert "ottobre" in newsroom.article("/0").text
    assert newsroom.article("/0").updated == Period(*[TODAY + datetime.timedelta(days=2)] * 2)


def test_canonical_addresses_are_the_identity(newsroom: Newsroom) -> None:
    """Two addresses of one page are one article; what another site, the front page or another article claims keeps its own."""
    own = "http://giornale.test/vera"
    newsroom.server.page("/a", page(7, canonical="/vera?utm_source=x"))
    newsroom.server.page("/a-amp", page(7, canonical=own))
    newsroom.server.page("/b", page(8, canonical="http://altro.test/b"))
    newsroom.server.page("/c", page(9, canonical="http://giornale.test/"))
    newsroom.server.page("/d", page(10, canonical=own))
    newsroom.declare('[p]\npages = ["http://giornale.test/' + '", "http://giornale.test/'.join(["a", "a-amp", "b", "c", "d"]) + '"]')
    newsroom.read()
    assert newsroom.names == ["/b", "/c", "/d", "/vera"]
    assert (newsroom.article("/vera").origin, newsroom.article("/vera").url) == ("http://giornale.test/a", own)
    assert newsroom.article("/d").url == "http://giornale.test/d"


def test_limits_of_the_declaration_hold(newsroom: Newsroom) -> None:
    """`match`, `since` and `most` leave out what they say, also after they were changed."""
    newsroom.server.page("/2", page(2, day="2023-05-01"))
    newsroom.declare(SITEMAP)
    newsroom.read()
    newsroom.declare(SITEMAP + "since = 2024-01-01")
    newsroom.read()
    assert newsroom.names == ["/0", "/1"]
    newsroom.declare(SITEMAP + 'match = "*/1"')
    newsroom.read()
    assert newsroom.names == ["/1"]


def test_most_takes_the_newest(newsroom: Newsroom) -> None:
    """Of dated pages the latest are fetched."""
    newsroom.server.page("/sitemap.xml", sitemap("/0 2025-01-01", "/1 2025-03-01", "/2 2025-02-01"), content_type="application/xml")
    newsroom.declare(SITEMAP + "most = 2")
    assert sorted(newsroom.read()) == ["/1", "/2", "/sitemap.xml"]


def test_a_source_that_is_declared_no_longer_takes_its_articles_along(newsroom: Newsroom) -> None:
    """Whoever takes out a table, or a page of a list, wants to be rid of it."""
    newsroom.declare(FEED + '[p]\npages = ["http://giornale.test/2", "http://giornale.test/3"]')
    newsroom.read()
    newsroom.declare('[p]\npages = ["http://giornale.test/3"]')
    newsroom.read()
    assert newsroom.names == ["/3"]


def test_lost_files_cost_requests_but_no_articles(newsroom: Newsroom) -> None:
    """Without the fetched pages, and without the ledger, articles stay, and are fetched again; those of the feed's past are asked for."""
    newsroom.declare(FEED)
    newsroom.read()
    newsroom.server.page("/feed", feed("/1"), content_type="application/rss+xml")
    for name in ("pages.sqlite", "sources.sqlite"):
        newsroom.read()
        for file in (newsroom.folder / "data").glob(f"{name}*"):
            file.unlink()
        newsroom.read()
        assert newsroom.names == ["/0", "/1"]
        newsroom.read()
        assert newsroom.names == ["/0", "/1"]
        assert newsroom.skipped == []


def test_ten_thousand_pages_are_listed_and_a_few_fetched(newsroom: Newsroom) -> None:
    """A large sitemap is read in seconds; of unchanged pages only the list is asked for."""
    newsroom.server.handle("/p/*", _any_page)
    newsroom.server.page(
        "/sitemap.xml", sitemap(*(f"/p/{n} 2025-03-11" for n in range(10_000))), content_type="application/xml", etag='"s"'
    )
    newsroom.declare(SITEMAP + 'match = "*00"\nrequests_per_second = 20')
    started = time.monotonic()
    assert len(newsroom.read()) == 100
    assert len(newsroom.given) == 99
    assert newsroom.read() == ["/sitemap.xml"]
    assert time.monotonic() - started < 60


async def _any_page(request: web.BaseRequest) -> web.StreamResponse:
    return web.Response(text=page(int(request.path.rpartition("/")[2])), content_type="text/html")


def test_wordpress_is_asked_for_changes_and_for_what_is_gone(newsroom: Newsroom) -> None:
    """Later runs ask for changes only, once a day for all addresses; a post that is gone is asked for once and meets the policy."""
    blog = _Blog([_post(n) for n in range(3)])
    newsroom.server.handle("/wp-json/*", blog)
    newsroom.declare('[blog]\nwordpress = "http://giornale.test"\ngone = "mark"')
    assert len(newsroom.read()) == 1
    assert newsroom.names == ["/post-0/", "/post-1/", "/post-2/"]
    article = newsroom.article("/post-1/")
    assert (article.title, article.author, article.published) == ("L’Inter vince 1", "Ada Neri", Period(*[datetime.date(2025, 3, 11)] * 2))
    blog.posts[0] = _post(0, "Sono nove milioni.", "2025-06-15T10:00:00")
    (asked,) = newsroom.read()
    assert "modified_after=" in asked
    assert "nove milioni" in newsroom.article("/post-0/").text
    assert newsroom.article("/post-0/").updated == Period(*[datetime.date(2025, 6, 15)] * 2)
    del blog.posts[1]
    newsroom.server.handle("/post-1/", status(410))
    assert [path.partition("?")[0].rpartition("/")[2] for path in newsroom.read(after=DAY)] == ["posts", "posts", ""]
    assert newsroom.article("/post-1/").gone == TODAY + datetime.timedelta(days=1)
    assert newsroom.article("/post-2/").gone is None


def _post(number: int, more: str = "", modified: str = "2025-03-11T09:00:00") -> dict[str, object]:
    text = "".join(f"<p>Il cantiere {number} di via {street} va avanti e finisce a settembre, dice il Comune.</p>" for street in STREETS)
    return {
        "link": f"http://giornale.test/post-{number}/",
        "date": "2025-03-11T10:00:00",
        "modified_gmt": modified,
        "title": {"rendered": f"L&#8217;Inter vince {number}"},
        "content": {"rendered": f"{text}<p>{more}</p>"},
        "_embedded": {"author": [{"name": "Ada Neri"}]},
    }


@dataclass
class _Blog:
    posts: list[dict[str, object]]

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        query = {name: values[0] for name, values in parse_qs(urlsplit(request.raw_path).query).items()}
        shown = [post for post in self.posts if str(post["modified_gmt"]) > query.get("modified_after", "")]
        return web.Response(text=json.dumps(shown if query["page"] == "1" else []), content_type="application/json")


def test_folders_keep_their_ids_and_clash_with_a_word(newsroom: Newsroom) -> None:
    """Ids are relative to the folder; an id that another source has is skipped with both named; columns and `match` hold."""
    for name in ("uno", "due"):
        (newsroom.folder / name).mkdir()
        (newsroom.folder / name / "a.md").write_text(f"Il testo di {name}.", encoding="utf-8")
    (newsroom.folder / "due" / "t.csv").write_text("id;corpo\nc1;Una riga.\n", encoding="utf-8")
    (newsroom.folder / "due" / "bozza.md").write_text("Bozza.", encoding="utf-8")
    newsroom.declare('[uno]\nfolder = "uno"\n[due]\nfolder = "due"\ncolumns = { text = "corpo" }\nsite = "Due"')
    assert newsroom.read() == []
    assert {id_: (article.found_in, article.text) for id_, article in newsroom.given.items()} == {
        "a": ("uno", "Il testo di uno."),
        "c1": ("due", "Una riga."),
        "bozza": ("due", "Bozza."),
    }
    assert newsroom.given["c1"].source == "Due"
    assert [one.origin for one in newsroom.skipped] == ["a.md"]
    assert "'uno'" in newsroom.skipped[0].reason


@pytest.mark.parametrize(("policy", "stays"), [("keep", True), ("mark", True), ("remove", False)])
def test_a_deleted_file_meets_its_policy(newsroom: Newsroom, policy: str, stays: bool) -> None:
    """Kept, marked with the day, or removed."""
    (newsroom.folder / "uno").mkdir()
    for name in "ab":
        (newsroom.folder / "uno" / f"{name}.md").write_text("Testo.", encoding="utf-8")
    newsroom.declare(f'[uno]\nfolder = "uno"\ngone = "{policy}"')
    newsroom.read()
    (newsroom.folder / "uno" / "b.md").unlink()
    for _ in range(2):
        newsroom.read(after=DAY)
        assert list(newsroom.given) == (["a", "b"] if stays else ["a"])
        if stays:
            assert newsroom.given["b"].gone == (TODAY + datetime.timedelta(days=1) if policy == "mark" else None)


def test_a_folder_that_is_away_keeps_its_articles(newsroom: Newsroom) -> None:
    """A disk that is not there is a failure of its source; when it is back, all is as before."""
    (newsroom.folder / "uno").mkdir()
    (newsroom.folder / "uno" / "a.md").write_text("Testo.", encoding="utf-8")
    newsroom.declare('[uno]\nfolder = "uno"\n' + FEED)
    newsroom.read()
    (newsroom.folder / "uno").rename(newsroom.folder / "via")
    newsroom.read()
    assert "a" in newsroom.given
    assert [one.origin for one in newsroom.skipped] == ["uno"]
    (newsroom.folder / "via").rename(newsroom.folder / "uno")
    newsroom.read()
    assert ("a" in newsroom.given, newsroom.skipped) == (True, [])


def test_what_was_added_is_a_source_of_its_own(newsroom: Newsroom) -> None:
    """With declared sources and without them, `DATA_DIR/added` is read, and taken away when it is taken away."""
    added = newsroom.folder / "data" / "added"
    added.mkdir(parents=True)
    (added / "nota.md").write_text("Una nota.", encoding="utf-8")
    newsroom.declare(FEED)
    newsroom.read()
    assert newsroom.given["nota"].found_in == "aggiunti"
    assert [source.name for source in declared_sources(newsroom.settings)] == ["corriere", "aggiunti"]
    (added / "nota.md").unlink()
    newsroom.read()
    assert newsroom.names == ["/0", "/1"]


def test_without_a_declaration_the_folder_of_articles_is_read(newsroom: Newsroom) -> None:
    """No sources.toml: today's folder, with the same digests whether something was added or not; one that was named must exist."""
    (newsroom.folder / "articles").mkdir()
    (newsroom.folder / "articles" / "a.md").write_text("Testo.", encoding="utf-8")
    with pytest.raises(SettingError, match="SOURCES_FILE"):
        newsroom.read()
    settings = replace(newsroom.settings, sources_file=IndexSettings().sources_file)
    digests = []
    for _ in range(2):
        with open_collection(settings, transport=network(newsroom.server), clock=newsroom.clock) as collection:
            digests.append({item.id: item.digest for item in collection.read(lambda *_: None) if isinstance(item, Article)})
        (newsroom.folder / "data" / "added").mkdir(parents=True, exist_ok=True)
        (newsroom.folder / "data" / "added" / "b.md").write_text("Nota.", encoding="utf-8")
    assert digests[0]["a"] == digests[1]["a"]
    assert set(digests[1]) == {"a", "b"}


def test_a_reading_that_is_given_up_ends_its_threads(newsroom: Newsroom) -> None:
    """Whoever stops reading, or is interrupted, waits for no more than the page that is being fetched; the next reading goes on."""
    newsroom.declare(FEED)

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with (
        open_collection(
            newsroom.settings, transport=network(newsroom.server), clock=newsroom.clock, sleep=newsroom.clock.sleep
        ) as collection,
        pytest.raises(KeyboardInterrupt),
    ):
        list(collection.read(stop))
    newsroom.read()
    assert newsroom.names == ["/0", "/1"]


def test_progress_only_grows(newsroom: Newsroom) -> None:
    """The last report says how many articles follow."""
    newsroom.declare(FEED + SITEMAP)
    seen: list[tuple[int, int]] = []
    with open_collection(
        newsroom.settings, transport=network(newsroom.server), clock=newsroom.clock, sleep=newsroom.clock.sleep
    ) as collection:
        count = sum(isinstance(item, Article) for item in collection.read(lambda done, total: seen.append((done, total))))
    assert seen[-1] == (count, count) == (3, 3)


class TestFolderCollection:
    """A folder without any declaration."""

    def test_a_file_that_cannot_be_read_keeps_its_articles(self) -> None:
        """Deleted files lose their articles, unreadable files and folders keep them."""
        with unprivileged_folder() as folder:
            (folder / "chiusa").mkdir()
            for name in ("a", "b", "chiusa/c"):
                (folder / f"{name}.md").write_text(f"Testo di {name}.", encoding="utf-8")
            collection: Collection = FolderCollection(folder)
            before = {item.id: item for item in collection.read(lambda *_: None) if isinstance(item, Article)}
            (folder / "a.md").unlink()
            (folder / "b.md").chmod(0)
            (folder / "chiusa").chmod(0)
            try:
                given = [item for item in collection.read(lambda *_: None) if isinstance(item, Article)]
                kept = {id_: collection.missing(article) for id_, article in before.items()}
            finally:
                (folder / "chiusa").chmod(0o700)
        assert given == []
        assert kept == {"a": None, "b": before["b"], "chiusa/c": before["chiusa/c"]}

    def test_a_missing_folder_is_an_error(self, tmp_path: Path) -> None:
        """There is nothing to read from."""
        with pytest.raises(ArticleError, match="not a folder"):
            list(FolderCollection(tmp_path / "via").read(lambda *_: None))


def test_every_text_stays_verbatim(newsroom: Newsroom) -> None:
    """Furniture is an interval of the text, whatever is repeated on a site; nothing is rewritten on the way through the disk."""
    box = "Iscriviti al nostro canale per restare aggiornato sulle notizie del cantiere di Borgo Tamerice."
    for number in range(8):
        newsroom.server.page(f"/m/{number}", page(number, more=box))
    newsroom.declare(SITEMAP)
    newsroom.server.page("/sitemap.xml", sitemap(*(f"/m/{n}" for n in range(8))), content_type="application/xml")
    newsroom.read()
    articles = list(newsroom.given.values())
    assert len(articles) == 8
    assert all([article.text[start:end] for start, end in article.furniture] == [box] for article in articles)
