"""Feeds as sites really write them, and what is no feed."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.dates import Period
from index.errors import ArticleError
from index.sources.feeds import plain_text, read_feed
from index.sources.listing import page_address

URL = "https://giornale.test/sport/rss.xml"
LONG = "<p>" + "Il sindaco di Borgo Tamerice riapre il ponte sul Lodola dopo due anni di lavori. " * 12 + "</p>"


def rss(*items: str, prologue: str = '<?xml version="1.0" encoding="utf-8"?>') -> bytes:
    """Return an RSS feed with these items."""
    names = 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    return f'{prologue}<rss version="2.0" {names}><channel><title>Prova</title>{"".join(items)}</channel></rss>'.encode()


def item(inner: str, link: str = "https://giornale.test/a") -> str:
    """Return an item of RSS."""
    return f"<item><link>{link}</link>{inner}</item>"


def day(text: str) -> Period:
    """Return one day."""
    return Period(*[datetime.date.fromisoformat(text)] * 2)


def test_rss_tells_title_author_and_day() -> None:
    """Title without markup, author, day as it is written, and the moment in UTC."""
    (page,) = read_feed(
        rss(
            item(
                "<title>Ancelotti: &amp;#8220;Resto&amp;#8221; &lt;b&gt;al Real&lt;/b&gt;</title><dc:creator>Ada Neri</dc:creator>"
                "<pubDate>Tue, 11 Mar 2025 00:30:00 +0100</pubDate>"
            )
        ),
        URL,
    )
    assert (page.title, page.author, page.published) == ("Ancelotti: “Resto” al Real", "Ada Neri", day("2025-03-11"))
    assert page.changed == datetime.datetime(2025, 3, 10, 23, 30, tzinfo=datetime.UTC).timestamp()
    assert page.updated is None


def test_atom_tells_when_an_entry_was_updated() -> None:
    """Of several links the page is taken; days of publication and of the update are told apart."""
    atom = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Prova</title><entry><id>tag:1</id><title type="html">Uno</title>
    <link rel="enclosure" href="https://giornale.test/a.mp3"/><link rel="alternate" href="https://giornale.test/a"/>
    <published>2025-03-11T10:00:00Z</published><updated>2025-03-13T10:00:00Z</updated>
    <author><name>Ada Neri</name></author><author><name>Ugo Bo</name></author></entry></feed>"""
    (page,) = read_feed(atom.encode(), URL)
    assert (page.url, page.title, page.author) == ("https://giornale.test/a", "Uno", "Ada Neri, Ugo Bo")
    assert (page.published, page.updated) == (day("2025-03-11"), day("2025-03-13"))


def test_rdf_is_read() -> None:
    """RSS 1.0 lists its pages as well."""
    rdf = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
    xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>t</title></channel>
    <item rdf:about="https://giornale.test/a"><title>Uno</title><link>https://giornale.test/a</link><dc:date>2025-03-11</dc:date></item></rdf:RDF>"""
    (page,) = read_feed(rdf.encode(), URL)
    assert (page.url, page.title, page.published) == ("https://giornale.test/a", "Uno", day("2025-03-11"))


def test_links_become_one_address() -> None:
    """Relative links, tracking parameters and fragments: one page is listed once; the guid counts where there is no link."""
    pages = read_feed(
        rss(
            item("", "../calcio/a?id=3&amp;utm_source=rss&amp;UTM_medium=x&amp;fbclid=9#top"),
            item("", "https://giornale.test/calcio/a?id=3"),
            "<item><guid>https://giornale.test/b</guid></item>",
            "<item><guid isPermaLink='false'>tag:17</guid><title>Senza</title></item>",
            item("", "mailto:a@b.test"),
        ),
        URL,
    )
    assert [page.url for page in pages] == ["https://giornale.test/calcio/a?id=3", "https://giornale.test/b"]


def test_long_content_is_the_article_and_a_teaser_is_not() -> None:
    """A whole text in the feed spares the page; a short one, or one that ends in an invitation, does not."""
    contents = [LONG, "<p>Solo poche parole.</p>", LONG.replace("</p>", " […]</p>"), LONG + "<a href='#'>Continua a leggere</a>"]
    pages = read_feed(rss(*(item(f"<content:encoded><![CDATA[{c}]]></content:encoded>", f"/{n}") for n, c in enumerate(contents))), URL)
    assert [bool(page.html) for page in pages] == [True, False, False, False]


@pytest.mark.parametrize("dates", ["", "<pubDate>ieri</pubDate>", "<pubDate></pubDate>", "<pubDate>Mon, 45 Foo 2025</pubDate>"])
def test_missing_and_wrong_dates_are_unknown(dates: str) -> None:
    """No day is invented."""
    (page,) = read_feed(rss(item(f"<title>Uno</title>{dates}")), URL)
    assert (page.published, page.updated, page.changed) == (None, None, None)


def test_italian_dates_are_read() -> None:
    """A day in Italian words is one, though feedparser does not know it."""
    (page,) = read_feed(rss(item("<pubDate>11 marzo 2025</pubDate>")), URL)
    assert page.published == day("2025-03-11")


@pytest.mark.parametrize(
    "broken",
    [
        rss(item("<title>Ragù & pasta</title>")),
        rss(item("<title>Uno</title>"))[:-20],
        b"\n\n" + rss(item("<title>Uno</title>")),
        rss(item("<title>Citt\u00e0</title>"), prologue='<?xml version="1.0" encoding="iso-8859-1"?>').decode().encode("latin-1"),
        rss(item("<title>Uno</title>")).replace(b"Prova", b"Pr\x00\x0bova"),
    ],
)
def test_broken_feeds_are_read_as_far_as_they_go(broken: bytes) -> None:
    """A bare ampersand, a cut file, an empty first line, another encoding, control characters: the page is listed."""
    assert [page.url for page in read_feed(broken, URL)] == ["https://giornale.test/a"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<!doctype html><html><body>Pagina non trovata</body></html>", "a web page"),
        (b"", "an empty file"),
        (b"<note><to>x</to></note>", "XML"),
        (b"/etc/passwd", "something else"),
        (b"https://giornale.test/rss.xml", "something else"),
    ],
)
def test_what_is_no_feed_is_said_so(body: bytes, said: str) -> None:
    """A page, nothing, other XML, and a body that names a file or an address: nothing of it is opened."""
    with pytest.raises(ArticleError, match=said):
        read_feed(body, URL)


def test_an_empty_feed_is_one() -> None:
    """A feed without entries lists nothing."""
    assert read_feed(rss(), URL) == ()


def test_hostile_entities_are_not_expanded() -> None:
    """Neither files nor billions of laughs come out of a feed."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    prologue = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY f SYSTEM "file:///etc/passwd"><!ENTITY l0 "ah">{laughs}]>'
    pages = read_feed(rss(item("<title>&f;&l9;</title>"), prologue=prologue), URL)
    assert all("root:" not in page.title and len(page.title) < 1000 for page in pages)


@given(st.text(max_size=200) | st.lists(st.sampled_from(["<b>", "</b>", "&amp;", "&#0;", "ciao", "<", "<!--", "<a href='"])).map("".join))
def test_plain_text_takes_everything(markup: str) -> None:
    """Whatever stands in a title becomes one line."""
    assert plain_text(markup) == " ".join(plain_text(markup).split())


@given(st.text(max_size=80), st.sampled_from(["", URL]))
def test_an_address_is_its_own_address(link: str, base: str) -> None:
    """What comes out is of the web and stays as it is when it goes in again."""
    address = page_address(link, base)
    assert address == "" or (address.startswith(("http://", "https://")) and page_address(address) == address)
