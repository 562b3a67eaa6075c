"""Feeds as sites really write them, and what is no feed."""

import datetime
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.dates import Period
from index.errors import ArticleError
from index.sources.feeds import plain_text, read_feed, storable
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
    """Title without markup, author, day as it is written, and the last moment that its minute may mean, in UTC."""
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
    assert page.changed == pytest.approx(datetime.datetime(2025, 3, 10, 23, 31, tzinfo=datetime.UTC).timestamp(), abs=0.01)
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


@pytest.mark.parametrize(
    ("written", "end"),
    [
        ("Tue, 11 Mar 2025 10:32:07 GMT", "2025-03-11T10:32:08"),
        ("Tue, 11 Mar 2025 10:32 GMT", "2025-03-11T10:33:00"),
        ("Tue, 11 Mar 2025 10:32:00 +0000", "2025-03-11T10:33:00"),
        ("2025-03-11T10:32:07.250-05:00", "2025-03-11T15:32:08"),
        ("2025-03-11", "2025-03-12T00:00:00"),
        ("Tue, 11 Mar 2025 00:00:00 GMT", "2025-03-12T00:00:00"),
    ],
)
def test_a_change_may_be_as_late_as_what_is_written_allows(written: str, end: str) -> None:
    """The end of the second, the minute or the day; zeros are what nobody knew."""
    (page,) = read_feed(rss(item(f"<pubDate>{written}</pubDate>")), URL)
    assert page.changed == pytest.approx(datetime.datetime.fromisoformat(f"{end}+00:00").timestamp(), abs=0.01)
    assert page.changed is not None
    assert page.changed < datetime.datetime.fromisoformat(f"{end}+00:00").timestamp()


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


@pytest.mark.parametrize("encoding", ["punycode", "undefined", "idna", "unicode_escape", "utf-7", "zlib", "x-nessuno"])
def test_an_encoding_of_no_page_is_passed_over(encoding: str) -> None:
    """Codecs of Python that no site means are not tried: the feed is read as the bytes bear it out."""
    (page,) = read_feed(rss(item("<title>Città</title>"), prologue=f'<?xml version="1.0" encoding="{encoding}"?>'), URL)
    assert (page.url, page.title) == ("https://giornale.test/a", "Città")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_encodings_of_pages_are_read(encoding: str) -> None:
    """Byte order marks and declarations count."""
    feed = rss(item("<title>Città “vecchia”</title>"), prologue=f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>')
    assert [page.title for page in read_feed(feed.decode().encode(encoding), URL)] == ["Città “vecchia”"]


@pytest.mark.parametrize("reference", ["&#xD800;", "&#x110000;", f"&#{'9' * 5000};", f"&#x{'f' * 5000};", "&#0;", "&amp;#xDFFF;", "&#000;"])
@pytest.mark.parametrize("around", ["{}", "<![CDATA[{}]]>", "<>{}", "&lt;b&gt;{}"])
def test_characters_that_do_not_exist_are_told_as_unknown(reference: str, around: str) -> None:
    """Halves of characters and numbers beyond the last one stop nothing, and what comes out can be stored."""
    title = around.format(f"Il ponte {reference}")
    pages = read_feed(rss(item(f"<title>{title}</title><content:encoded>{title}{LONG}</content:encoded>")), URL)
    assert [page.url for page in pages] == ["https://giornale.test/a"]
    assert "Il ponte" in pages[0].title
    assert f"{pages[0].title}{pages[0].author}{pages[0].html}".encode()


def test_existing_characters_are_kept() -> None:
    """References to letters, to signs beyond the basic plane, with zeros in front, stay what they are."""
    (page,) = read_feed(rss(item("<title>Citt&#224; &#x1F600; &#0000233; &#xE8;</title>")), URL)
    assert page.title == "Città 😀 é è"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("filling", ["\n", " ", "\n<!ENTITY", "<!DOCTYPE a ", "<?xml ", "<!-- x -->\n"])
def test_a_long_prologue_takes_no_time(filling: str, encoding: str) -> None:
    """What stands before the first element is passed over where it is long; the feed is read."""
    began = time.process_time()
    feed = rss(item("<title>Uno</title>"), prologue='<?xml version="1.0"?>' + filling * 30_000).decode().encode(encoding)
    assert [page.title for page in read_feed(feed, URL)] == ["Uno"]
    assert time.process_time() - began < 1.5


def test_harmless_entities_of_a_feed_are_known() -> None:
    """Letters that an old feed declares for itself are resolved."""
    prologue = '<?xml version="1.0"?>\n<!DOCTYPE rss [\n<!ENTITY accento "è">\n]>\n'
    (page,) = read_feed(rss(item("<title>C&accento;</title>"), prologue=prologue), URL)
    assert page.title == "Cè"


def test_an_author_is_one_line() -> None:
    """Names go over no lines."""
    (page,) = read_feed(rss(item("<dc:creator>Ada\n  Neri</dc:creator>")), URL)
    assert page.author == "Ada Neri"


@settings(max_examples=60)
@given(
    st.lists(
        st.sampled_from(["<title>", "</title>", "<>", "&#xD800;", "&#x110000;", "&a;", "<![CDATA[", "]]>", "<a b='", "\x01", "</", "<!x"])
    )
)
def test_any_item_is_listed_or_refused(pieces: list[str]) -> None:
    """Whatever stands in an item: pages that can be stored, or an error that is ours."""
    try:
        pages = read_feed(rss(item("".join(pieces))), URL)
    except ArticleError:
        return
    assert all(f"{page.url}{page.title}{page.author}{page.html}".encode() for page in pages)


def test_halves_of_characters_become_storable() -> None:
    """Each is told as unknown; two that belong together are one character; other text stays."""
    assert storable("a\ud800b") == "a\ufffdb"
    assert storable("\ud83d\ude00") == "😀"
    assert storable("Città 😀") == "Città 😀"
