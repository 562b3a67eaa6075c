"""Sitemaps of every kind, and what hostile ones cannot do."""

import datetime
import gzip
import tracemalloc
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.articles import Skipped
from index.dates import Period
from index.errors import ArticleError
from index.sources.listing import Listed
from index.sources.sitemaps import LARGEST_BYTES, MOST_ELEMENTS, MOST_ENTRIES, list_sitemap, moment

ROOT = "https://giornale.test/sitemap.xml"
NAMES = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def urlset(*entries: str, names: str = NAMES) -> bytes:
    """Return a sitemap."""
    return f'<?xml version="1.0" encoding="UTF-8"?><urlset {names}>{"".join(entries)}</urlset>'.encode()


def url(path: str, inner: str = "") -> str:
    """Return an entry."""
    return f"<url><loc>https://giornale.test{path}</loc>{inner}</url>"


def index(*urls: str) -> bytes:
    """Return a sitemap of sitemaps; `address lastmod` says when one changed."""
    entries = (
        f"<sitemap><loc>{one.split()[0]}</loc>{''.join(f'<lastmod>{m}</lastmod>' for m in one.split()[1:])}</sitemap>" for one in urls
    )
    return f"<sitemapindex {NAMES}>{''.join(entries)}</sitemapindex>".encode()


class Site:
    """What stands at each address, with the times that were told when it was asked for."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files
        self.asked: list[tuple[str, float | None]] = []

    def __call__(self, address: str, changed: float | None) -> bytes:
        """Return what stands there."""
        self.asked.append((address, changed))
        if address not in self.files:
            raise ArticleError("404")
        return self.files[address]


def read(body: bytes, **others: bytes) -> list[Listed | Skipped]:
    """Return what a sitemap lists; others stand at `https://giornale.test/<name>.xml`."""
    files = {f"https://giornale.test/{name}.xml": other for name, other in others.items()}
    return list(list_sitemap(ROOT, Site({ROOT: body, **files})))


def addresses(items: list[Listed | Skipped]) -> list[str]:
    """Return the paths of the listed pages."""
    return [item.url.removeprefix("https://giornale.test") for item in items if isinstance(item, Listed)]


def test_pages_come_with_the_moment_of_their_change() -> None:
    """An address is cleaned, a moment is the last that may be meant, what is no date is unknown."""
    items = read(
        urlset(
            url("/a?utm_source=x#y", "<lastmod>2025-03-11T10:00:00+01:00</lastmod>"),
            url("/b", "<lastmod>2025-03-11</lastmod>"),
            url("/c", "<lastmod>ieri</lastmod>"),
            "<url><loc>javascript:alert(1)</loc></url>",
            "<url/>",
        )
    )
    assert addresses(items) == ["/a", "/b", "/c"]
    nine = datetime.datetime(2025, 3, 11, 9, 1, tzinfo=datetime.UTC).timestamp()
    night = datetime.datetime(2025, 3, 12, tzinfo=datetime.UTC).timestamp()
    assert [item.changed for item in items if isinstance(item, Listed)] == [pytest.approx(nine, abs=1), pytest.approx(night, abs=1), None]


def test_news_sitemaps_tell_title_and_day_and_pictures_do_not() -> None:
    """Of an entry with news and pictures, in any order, address and title are those of the news."""
    names = (
        f'{NAMES} xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
    )
    entry = (
        "<url><image:image><image:loc>https://giornale.test/foto.jpg</image:loc><image:title>Foto</image:title></image:image>"
        "<loc> https://giornale.test/a </loc><news:news><news:publication><news:name>Prova</news:name></news:publication>"
        "<news:publication_date>2025-03-11T23:30:00+01:00</news:publication_date><news:title>Resta\n al Real</news:title></news:news></url>"
    )
    (page,) = read(urlset(entry, names=names))
    assert isinstance(page, Listed)
    assert (page.url, page.title) == ("https://giornale.test/a", "Resta al Real")
    assert page.published == Period(datetime.date(2025, 3, 11), datetime.date(2025, 3, 11))


def test_nested_and_packed_sitemaps_are_followed_once() -> None:
    """Each nested one is asked for once, with the time of its change; rings end."""
    site = Site(
        {
            ROOT: index(
                "https://giornale.test/1.xml.gz 2025-03-11T10:31:00Z", "https://giornale.test/2.xml", ROOT, "https://giornale.test/2.xml"
            ),
            "https://giornale.test/1.xml.gz": gzip.compress(urlset(url("/a"))),
            "https://giornale.test/2.xml": urlset(url("/b")),
        }
    )
    assert addresses(list(list_sitemap(ROOT, site))) == ["/a", "/b"]
    changed = pytest.approx(datetime.datetime(2025, 3, 11, 10, 32, tzinfo=datetime.UTC).timestamp(), abs=0.01)
    assert site.asked == [(ROOT, None), ("https://giornale.test/1.xml.gz", changed), ("https://giornale.test/2.xml", None)]


def test_a_nested_sitemap_that_fails_is_skipped() -> None:
    """The others are read; the one that is a page, missing or too deep is named."""
    items = read(
        index(
            "https://giornale.test/via.xml",
            "https://giornale.test/pagina.xml",
            "https://giornale.test/due.xml",
            "https://giornale.test/uno.xml",
        ),
        pagina=b"<html><body>404</body></html>",
        uno=urlset(url("/a")),
        due=index("https://giornale.test/tre.xml"),
        tre=index("https://giornale.test/quattro.xml"),
    )
    assert addresses(items) == ["/a"]
    skipped = [item.origin.rpartition("/")[2] for item in items if isinstance(item, Skipped)]
    assert skipped == ["via.xml", "pagina.xml", "quattro.xml"]


@pytest.mark.parametrize(
    "body", [b"", b"<html><body>Non trovata</body></html>", b"<rss><channel/></rss>", b"{}", b"\x1f\x8bfalso", b"\x00" * 99]
)
def test_what_is_no_sitemap_is_an_error(body: bytes) -> None:
    """A page, a feed, JSON, a broken archive, nothing: the source fails with a sentence."""
    with pytest.raises(ArticleError, match=r"sitemap"):
        read(body)


def test_a_cut_sitemap_gives_what_stands_before() -> None:
    """Of a file, and of an archive, that end in the middle the first pages are listed."""
    whole = urlset(*(url(f"/{n}") for n in range(100)))
    assert addresses(read(whole[: len(whole) // 2]))[:3] == ["/0", "/1", "/2"]
    packed = gzip.compress(urlset(*(url(f"/{n}-{hash(str(n))}") for n in range(5000))))
    assert len(addresses(read(packed[: len(packed) // 2]))) > 100


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_well_written_ampersands_are_read(encoding: str) -> None:
    """As names, numbers, and bare in a CDATA section."""
    body = urlset(
        url("/?a=1&amp;b=2"), url("/?a=1&#38;b=2&#x26;c"), url("/x").replace("https", "<![CDATA[https").replace("/x<", "/?a&b]]><")
    )
    text = body.decode().replace("UTF-8", encoding)
    assert addresses(read(text.encode(encoding))) == ["/?a=1&b=2", "/?a=1&b=2&c", "/?a&b"]


@pytest.mark.parametrize("padding", [0, 65_000, 65_530, 65_536])
def test_a_bare_ampersand_is_one(padding: int) -> None:
    """An address that is not escaped is read whole, and so are the next ones, wherever the pieces of the file end."""
    paths = ["/?a=1&b=2", "/?a&nbsp;b", "/?a=1&amp;b=2", "/b"]
    items = read(urlset("<!--", "x" * padding, "-->", *(url(path) for path in paths * 20)))
    assert addresses(items) == ["/?a=1&b=2", "/?a&nbsp;b", "/?a=1&b=2", "/b"] * 20


def test_ten_thousand_pages_are_a_stream() -> None:
    """All are listed in order; memory stays far below the tree of the file."""
    body = urlset(*(url(f"/articolo/{n}", "<lastmod>2025-03-11</lastmod>") for n in range(10_000)))
    site = Site({ROOT: body})
    tracemalloc.start()
    count = sum(1 for _ in list_sitemap(ROOT, site))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 10_000
    assert peak < len(body)


def test_more_pages_than_allowed_are_left_out_with_a_word() -> None:
    """The first 50,000 are listed, and it is said that there were more."""
    items = read(urlset(*(url(f"/{n}") for n in range(MOST_ENTRIES + 5))))
    assert len(addresses(items)) == MOST_ENTRIES
    assert [item.origin for item in items if isinstance(item, Skipped)] == [ROOT]


def test_hostile_xml_does_nothing() -> None:
    """Entities are neither expanded nor read from files, and a bomb is not unpacked."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    doctype = f'<!DOCTYPE urlset [<!ENTITY f SYSTEM "file:///etc/passwd"><!ENTITY l0 "ah">{laughs}]>'
    hostile = (
        f"<?xml version='1.0'?>{doctype}<urlset {NAMES}><url><loc>https://giornale.test/&f;&l11;</loc></url>{url('/b')}</urlset>".encode()
    )
    items = list_sitemap(ROOT, Site({ROOT: hostile}))
    assert all(len(item.url) < 1000 and "root:" not in item.url for item in items if isinstance(item, Listed))
    with pytest.raises(ArticleError, match="larger"):
        read(gzip.compress(urlset() + b" " * (LARGEST_BYTES + 1)))


@settings(max_examples=60)
@given(
    st.lists(
        st.sampled_from(
            ["<urlset>", "<url>", "<loc>", "http://a.test/x", "</loc>", "</url>", "<!--", "-->", "&x;", "<![CDATA[", "]]>", "\x01"]
        )
    )
)
def test_any_markup_is_listed_or_refused(pieces: list[str]) -> None:
    """Whatever the order of the pieces: pages, or an error that is ours."""
    try:
        items = read("".join(pieces).encode())
    except ArticleError:
        return
    assert all(isinstance(item, Listed | Skipped) for item in items)


@given(st.text(max_size=30))
def test_any_moment_is_a_number_or_unknown(text: str) -> None:
    """No text of a `lastmod` is an error."""
    assert moment(text) is None or isinstance(moment(text), float)


@pytest.mark.parametrize(
    "body",
    [
        b'<s xmlns="&#xD800;" ',
        b'<s xmlns="&#xD800;"></s>',
        b'<urlset><a:url xmlns:a="&#xD800;"><loc>https://giornale.test/a</loc></a:url></urlset>',
        b"<urlset><url><loc>https://giornale.test/&#xD800;</loc><title>&#xDFFF;</title></url></urlset>",
    ],
)
def test_halves_of_characters_stop_nothing(body: bytes) -> None:
    """In the name of an element or in a text: what comes out can be stored."""
    try:
        items = read(body)
    except ArticleError as error:
        assert "sitemap" in str(error).encode().decode()
        return
    assert all(f"{item.url}{item.title}".encode() for item in items if isinstance(item, Listed))


def test_the_name_of_what_is_no_sitemap_is_short() -> None:
    """A reason stays one even for an element with an endless name."""
    with pytest.raises(ArticleError, match="instead of a sitemap") as caught:
        read(f"<{'a' * 40_000}>".encode())
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("inside", ["{}", "<url>{}</url>"])
@pytest.mark.parametrize("other", ["<a/>", "<a>b</a>", "<!-- a -->", "<?a b?>", "<![CDATA[]]>", "&a;"])
def test_what_lists_nothing_is_forgotten(inside: str, other: str) -> None:
    """Whatever else stands in a sitemap is passed over, and what comes behind is listed."""
    body = urlset(inside.format(other * 3000), url("/b"))
    assert addresses(read(body)) == ["/b"]


def test_other_elements_are_read_up_to_a_number() -> None:
    """An archive of a few kilobytes with millions of elements is left, with a word, after a million."""
    (skipped,) = read(gzip.compress(urlset("<a/>" * (MOST_ELEMENTS + 1))))
    assert isinstance(skipped, Skipped)
    assert str(MOST_ELEMENTS) in skipped.reason


def test_an_archive_of_several_members_is_read_whole() -> None:
    """Members that were put together are one file; what stands behind the last one is left out; too many are refused."""
    whole = urlset(*(url(f"/{n}") for n in range(2000)))
    members = [gzip.compress(whole[n : n + 9000]) for n in range(0, len(whole), 9000)]
    assert len(members) > 3
    assert addresses(read(b"".join(members) + b"\0" * 99)) == [f"/{n}" for n in range(2000)]
    assert addresses(read(b"".join(members) + b"altro")) == [f"/{n}" for n in range(2000)]
    with pytest.raises(ArticleError, match="members"):
        read(gzip.compress(b"") * 2000)


@pytest.mark.parametrize("length", range(1, 90))
def test_what_lies_on_the_border_of_two_pieces_is_read(length: int) -> None:
    """Ampersands, bare and written well, and sections of CDATA are told apart wherever a file is cut into pieces."""
    filling = f"<!--{' ' * ((1 << 16) - length)}-->"
    body = f"<urlset>{filling}<url><loc>https://giornale.test/?a=1&b=2&amp;c=3<![CDATA[&d=4]]>&#38;e=5</loc></url></urlset>".encode()
    assert addresses(read(body)) == ["/?a=1&b=2&c=3&d=4&e=5"]
