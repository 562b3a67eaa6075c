"""Pages: text, title, author, site and dates, and what hostile pages may cost."""

import datetime
import inspect
import json
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.articles import Article
from index.cleaning import readable_intervals
from index.errors import ArticleError
from index.reading.pages import read_page
from tests.index.reading.page_samples import HEADLINE, PROSE, page, paragraphs

TODAY = datetime.date(2026, 11, 22)
ADDRESS = "https://www.lavocedelporto.it/cronaca/bilancio"
SLOWEST_SECONDS = 20.0  # a shared core; most take less than three
PROCESSOR_SECONDS = 4.0  # each takes about one; where the time grows with the square of something, more than ten


def read(text: str | bytes, *, url: str = ADDRESS, content_type: str = "") -> tuple[Article, ...]:
    """Read a page that is given as text or bytes."""
    raw = text.encode() if isinstance(text, str) else text
    return read_page(raw, url=url, content_type=content_type, default_id="a", origin="a.html", today=TODAY)


def only(text: str | bytes, *, url: str = ADDRESS, content_type: str = "") -> Article:
    """Read a page of one article."""
    (article,) = read(text, url=url, content_type=content_type)
    return article


def ld(**fields: object) -> str:
    """Return JSON-LD of an article."""
    return f'<script type="application/ld+json">{json.dumps({"@context": "https://schema.org", "@type": "NewsArticle", **fields})}</script>'


def test_text_is_the_prose_and_begins_behind_the_headline() -> None:
    """The text is the article's own words, without teasers, captions, comments and sidebars; the prose begins behind the headline."""
    article = only(page())
    assert article.text[article.body_start :].strip().split("\n") == list(PROSE)
    assert (article.title, article.source, article.url, article.id) == (HEADLINE, "La Voce del Porto", ADDRESS, "a")


@pytest.mark.parametrize(
    ("head", "byline", "url", "published", "updated"),
    [
        (ld(headline=HEADLINE, datePublished="2025-03-11T09:30:00+01:00"), "", "", "2025-03-11", ""),
        (ld(headline=HEADLINE, datePublished="2025-03-11T23:30:00Z"), "", "", "2025-03-12", ""),
        (ld(datePublished="2025-03-11", dateModified="2025-03-14T08:00:00+01:00"), "", "", "2025-03-11", "2025-03-14"),
        (ld(datePublished="2025-03-11T08:00", dateModified="2025-03-11T12:00"), "", "", "2025-03-11", ""),
        (ld(datePublished="2025-03-11", dateModified="2025-03-01"), "", "", "2025-03-11", ""),
        (ld(comment={"@type": "Comment", "datePublished": "2025-06-01"}), "", "", "", ""),
        ('<meta property="article:published_time" content="2025-03-11T10:00:00+01:00">', "", "", "2025-03-11", ""),
        ('<meta name="DC.date.issued" content="2025-03-11">', "", "", "2025-03-11", ""),
        ('<meta name="date" content="00/00/0000"><meta property="article:published_time" content="1970-01-01">', "", "", "", ""),
        (
            '<meta property="article:published_time" content="2099-01-01">',
            '<time datetime="2025-04-02">2 aprile</time>',
            "",
            "2025-04-02",
            "",
        ),
        ("", '<span itemprop="datePublished" content="2025-03-11">ieri</span>', "", "2025-03-11", ""),
        ("", "<p>Pubblicato il 03/12/2024 alle 10:15 - Aggiornato il 5 dicembre 2024</p>", "", "2024-12-03", "2024-12-05"),
        ("", "<p>11 marzo 2025</p>", "", "2025-03-11", ""),
        (
            "",
            "<p><span>Aggiornato alle 09:15 del 13 marzo 2025</span> <time datetime='2025-03-11'>11/3</time></p>",
            "",
            "2025-03-11",
            "2025-03-13",
        ),
        ("", "<p>Ultimo aggiornamento: 13/03/2025</p>", "", "", ""),
        ("", "<abbr class='published' itemprop='datePublished' title='2025-03-11T13:15:00+01:00'>13:15</abbr>", "", "2025-03-11", ""),
        ("", "<abbr itemprop='datePublished' title='ora'>11 marzo 2025</abbr>", "", "2025-03-11", ""),
        ("", "", "https://www.lavocedelporto.it/2025/03/11/bilancio/", "2025-03-11", ""),
        ("", "", "https://www.lavocedelporto.it/2025/03/bilancio/", "2025-03", ""),
        ("", "", "https://www.lavocedelporto.it/2025/13/41/bilancio/", "", ""),
        ("", "", "", "", ""),
    ],
)
def test_dates_are_those_of_the_article(head: str, byline: str, url: str, published: str, updated: str) -> None:
    """The day of publication is found where pages say it, the Italian way; that of today, of others or of no sense is never taken."""
    article = only(page(head=head, byline=byline), url=url)
    assert (str(article.published or ""), str(article.updated or "")) == (published, updated)


@pytest.mark.parametrize(
    ("head", "byline", "author"),
    [
        (
            ld(author=[{"@type": "Person", "name": "Maria D'Alò"}, {"@type": "Person", "name": "Luca Dell'Acqua"}]),
            "",
            "Maria D'Alò, Luca Dell'Acqua",
        ),
        (ld(author={"@type": "Organization", "name": "Redazione"}), "", "Redazione"),
        ('<meta name="author" content="di Maria Rossi">', "", "Maria Rossi"),
        ('<meta name="author" content="admin">', "", ""),
        ('<meta name="author" content="La Voce del Porto">', "", ""),
        ('<meta name="author" content="redazione@voce.it">', "", ""),
        ('<meta property="article:author" content="https://www.facebook.com/voce">', "", ""),
        ('<meta name="author" content="cronaca, politica, sport">', "", ""),
        ("", '<p class="byline">di <a rel="author" href="/a">Maria Rossi</a> | 11 marzo 2025</p>', "Maria Rossi"),
        ("", "<p>a cura di MARIA ROSSI e Luca Bianchi</p>", "Maria Rossi, Luca Bianchi"),
        ("", "<p>11 marzo 2025 · Elio Marchi</p>", "Elio Marchi"),
        ('<meta name="author" content="Redazione Valli24">', "", "Redazione Valli24"),
        ('<meta name="author" content="utente24">', "", ""),
        ("", "<span>Scritto da Ermelinda B.</span>", "Ermelinda B."),
        ("", "<span>Scritto da admin</span>", ""),
        (
            "",
            "<p><i class='bi bi-person'></i> Ufficio Stampa del Grifone <i class='bi bi-eye'></i> 256 visite</p>",
            "Ufficio Stampa del Grifone",
        ),
        ("", "<p><i class='fa fa-tag'></i> Prima Pagina <i class='fa fa-user'></i> admin</p>", ""),
        ("", "", ""),
    ],
)
def test_author_is_who_signed(head: str, byline: str, author: str) -> None:
    """An author is a name, without what stands before it; an account, an address, sections or the site itself are none."""
    assert only(page(head=head, byline=byline)).author == author


@pytest.mark.parametrize(
    ("html_title", "head", "title"),
    [
        (f"{HEADLINE} - La Voce del Porto", "", HEADLINE),
        (f"La Voce del Porto | {HEADLINE}", "", HEADLINE),
        (f"{HEADLINE} - La Voce del Porto - Il quotidiano del mare", "", HEADLINE),
        ("La Voce del Porto", f'<meta property="og:title" content="{HEADLINE} | La Voce del Porto">', HEADLINE),
        ("::: LA VOCE DEL PORTO :::", "", HEADLINE),
    ],
)
def test_title_is_the_headline_without_the_site(html_title: str, head: str, title: str) -> None:
    """The title is what the reader sees as headline; the name and the motto of the site are not part of it."""
    html = page(head=head).replace(f"<title>{HEADLINE} - La Voce del Porto</title>", f"<title>{html_title}</title>")
    assert only(html).title == title


def test_news_in_brief_is_read_without_its_page() -> None:
    """An article of one sentence is that sentence, not all that the page shows."""
    brief = "Incidente sulla statale alle 7: due feriti lievi, traffico in tilt fino alle 9."
    article = only(page(body=f"<p>{brief}</p>"))
    assert article.text[article.body_start :].strip() == brief


def test_logo_is_no_headline() -> None:
    """A page whose `h1` shows the name of the site has its headline in an `h2`."""
    html = page().replace("h1", "h2").replace('<div class="logo">La Voce del Porto</div>', "<h1>La Voce del Porto</h1>")
    assert only(html).title == HEADLINE


def test_standfirst_is_read_though_it_stands_outside_the_prose() -> None:
    """The summary between headline and prose is part of the text."""
    summary = "Venti voti a favore, tre contrari: la mensa non aumenta e il ponte sul torrente si farà entro l'anno"
    article = only(page(byline=f'<h2 class="post__summary">{summary}</h2>'))
    assert article.text[article.body_start :].strip().split("\n") == [summary, *PROSE]


def test_table_of_results_is_read_as_its_words() -> None:
    """Line-ups and standings are kept, as lines of words without bars."""
    rows = "<table><tr><th>Squadra</th><th>Punti</th></tr><tr><td>Grifone</td><td>45</td></tr></table>"
    text = only(page(body=f"{paragraphs(PROSE[:2])}{rows}{paragraphs(PROSE[2:])}")).text
    assert "Squadra Punti\nGrifone 45\n" in text
    assert "|" not in text


def test_page_of_tables_and_line_breaks_is_read() -> None:
    """A page of the year 2005, all tables, fonts and line breaks, gives its headline, day, author and prose."""
    menu = "".join(f'<TR><TD><FONT SIZE="1"><A HREF="s.asp?s={n}">Sezione {n}</A></FONT></TD></TR>' for n in range(9))
    latest = "".join(
        f'<TR><TD><FONT SIZE="1">{n:02}/05/2009</FONT></TD><TD><A HREF="l.asp?id={n}">Un altro titolo numero {n}</A></TD></TR>'
        for n in range(1, 9)
    )
    html = f"""<HTML><HEAD><TITLE>::: LA VOCE DEL PORTO ::: quindicinale</TITLE></HEAD><BODY><TABLE><TR><TD COLSPAN=3>Oggi è domenica
22 novembre 2026</TD></TR><TR><TD><TABLE>{menu}</TABLE></TD><TD><TABLE><TR><TD><FONT SIZE="1">CRONACA &gt; 14 maggio 2008</FONT><BR><BR>
<FONT SIZE="5"><B>{HEADLINE}</B></FONT><BR><FONT SIZE="2"><I>di Gino Tessaroli</I></FONT><BR><BR><FONT SIZE="3">
{"<BR><BR>".join(PROSE)}</FONT></TD></TR></TABLE></TD><TD><TABLE>{latest}</TABLE></TD></TR></TABLE></BODY></HTML>"""
    article = only(html)
    read_out = "\n".join(article.text[start:end] for start, end in readable_intervals(article))
    assert (article.title, str(article.published), article.author) == (HEADLINE, "2008-05-14", "Gino Tessaroli")
    assert read_out == "\n".join(PROSE)


@pytest.mark.parametrize(
    ("first", "others", "published"),
    [
        ("7 febbraio 2015 - {}", PROSE[1:], "2015-02-07"),
        ("<span>12/09/2012</span>{}", PROSE[1:], "2012-09-12"),
        ("Porto Vecchio, 3 mar 2020 – {}", PROSE[1:], "2020-03-03"),
        ("Il 7 febbraio 2015 {}", PROSE[1:], ""),
        ("7 febbraio 2015 {}", [text.lower() for text in PROSE[1:]], ""),
        ("25 aprile 1945 - {}", PROSE[1:], ""),
        ("7 febbraio 2031 - {}", PROSE[1:], ""),
        ("7 febbraio 2015 - {}", ["9 marzo 2016 - " + text for text in PROSE[1:]], ""),
        ("{}", ["7 febbraio 2015 - " + PROSE[1], *PROSE[2:]], ""),
    ],
)
def test_dateline_of_the_prose_is_a_date(first: str, others: list[str], published: str) -> None:
    """A day that heads the first sentence is that of the article; one that the sentence goes on from, a chronology, old days are not."""
    text = PROSE[0].lower() if first.endswith("2015 {}") else PROSE[0]
    article = only(page(body=paragraphs([first.format(text), *others])))
    assert str(article.published or "") == published


def test_dateline_makes_the_month_of_the_address_a_day() -> None:
    """Where the address tells the month, a dateline of that month tells the day, and one of another month nothing."""
    body = paragraphs([f"7 febbraio 2015 - {PROSE[0]}", *PROSE[1:]])
    assert str(only(page(body=body), url="https://www.lavocedelporto.it/2015/02/molo").published) == "2015-02-07"
    assert str(only(page(body=body), url="https://www.lavocedelporto.it/2014/11/molo").published) == "2014-11"


@pytest.mark.parametrize(("opening", "closing"), [("<form id=aspnet>", "</form>"), ('<div class="widget Blog">', "</div>")])
def test_box_that_holds_the_article_is_no_furniture(opening: str, closing: str) -> None:
    """An article is read whole inside of a form around the page or of a widget, with its headline, its day and its subheadings."""
    html = page(byline="<time datetime='2025-03-11'>11/3</time>", body=f"{paragraphs(PROSE[:2])}<h3>I lavori</h3>{paragraphs(PROSE[2:])}")
    html = html.replace("<main><article", f"{opening}<div><div").replace("</article>", "</div>").replace("</main>", f"</div>{closing}")
    html = html.replace('<header class="entry-header">', "<div>").replace('</header><div class="entry-content">', "</div><div>")
    html = html.replace(f"{HEADLINE} - La Voce del Porto", f"La Voce del Porto - Il quotidiano del mare - {HEADLINE}")
    article = only(html)
    assert (article.title, str(article.published)) == (HEADLINE, "2025-03-11")
    assert article.text[article.body_start :].strip().split("\n") == [*PROSE[:2], "I lavori", *PROSE[2:]]


def test_comments_longer_than_the_article_give_no_date() -> None:
    """However many words the comments hold, their days are not that of the article."""
    days = (f'<time datetime="2025-06-0{n}">{n} giugno 2025</time>' for n in range(1, 9))
    comments = "".join(f"<div><h4>Lettore</h4>{day}<p>{PROSE[1]}</p></div>" for day in days)
    article = only(page(body=f"{paragraphs()}<div class=comments>{comments}</div>"))
    assert article.published is None


TEASER = '<div class="{0}"><span>{1}</span><h5><a href="/n/{2}">Un altro titolo di giornale</a></h5><p>{3}</p></div>'


@pytest.mark.parametrize(
    "row",
    [
        "".join(TEASER.format("box", f"{n} marzo 2024", n, "Si parla di tutt'altro, e senza dirlo.") for n in range(1, 5)),
        "".join(TEASER.format("box", "Sport", n, "Si parla di tutt'altro, e senza dirlo fino alla f…") for n in range(1, 5)),
        "".join(f"<p>Si parla di tutt'altro, e senza dirlo fino alla f... <a href='/n/{n}'>Leggi tutto</a></p>" for n in range(4)),
    ],
    ids=["dated", "cut", "leggi tutto"],
)
def test_row_of_teasers_is_not_read(row: str) -> None:
    """Boxes of one shape that lead to other articles are seen by their shape; the last paragraph before them stays."""
    text = only(page(body=f"{paragraphs()}<div>{row}</div>")).text
    assert "tutt'altro" not in text
    assert PROSE[-1] in text


def test_pull_quote_is_read_once() -> None:
    """A quote that repeats a sentence of the article is left out; a quote of its own is read."""
    body = f"{paragraphs()}<blockquote>«E’ un bilancio scritto sull’acqua»</blockquote><blockquote>Vento forte, poi bonaccia.</blockquote>"
    text = only(page(body=body)).text
    assert text.count("scritto sull’acqua") == 1
    assert "Vento forte, poi bonaccia." in text


def test_body_with_a_name_that_is_not_english_keeps_its_subheadings() -> None:
    """The box of nearly all paragraphs is the body whatever its name, with its subheadings."""
    html = f"""<html><head><title>{HEADLINE}</title></head><body><div id="sx"><h1>{HEADLINE}</h1><div class="corpo">{paragraphs(PROSE[:2])}
<h2>I lavori</h2>{paragraphs(PROSE[2:])}</div></div></body></html>"""
    article = only(html)
    assert article.text[article.body_start :].strip().split("\n") == [*PROSE[:2], "I lavori", *PROSE[2:]]


def test_page_without_headings_is_read_from_its_title_on() -> None:
    """The element that shows the declared title is the headline; lines beside it count, those of the column before it do not."""
    latest = "".join(f"<ul><li>{n}/03/2024 <a href='/{n}'>Un altro titolo di giornale</a></li></ul>" for n in range(1, 5))
    html = f"""<html><head><title>{HEADLINE}</title></head><body><div id="left">{latest}</div><table><tr><td>
<table><tr><td><a href="/b">{HEADLINE}</a></td><td><a href="#"><img src="pdf.png"></a></td></tr></table>
<table><tr><td><span>Scritto da Ada Conti</span></td></tr><tr><td>{paragraphs()}</td></tr></table>
<table><tr><th><a href="/p">&lt; Prec.</a></th><th><a href="/s">Pros. &gt;</a></th></tr></table></td></tr></table></body></html>"""
    article = only(html)
    assert (article.title, article.author, article.published) == (HEADLINE, "Ada Conti", None)
    assert article.text[article.body_start :].strip().split("\n")[-len(PROSE) :] == list(PROSE)


@pytest.mark.parametrize("tag", ["div", "b", "table><tr><td", "ul><li", "form", "section class=a"])
@pytest.mark.parametrize("depth", [250, 5_000])
def test_deep_page_is_read_or_refused(tag: str, depth: int) -> None:
    """However deep a page is nested, reading it gives an article or an ArticleError, with little of the stack left as well."""
    limit = sys.getrecursionlimit()
    frames = len(inspect.stack(0))
    sys.setrecursionlimit(frames + 150)
    try:
        assert all(article.text for article in read(f"<html><body>{f'<{tag}>' * depth}{paragraphs()}"))
    except ArticleError:
        pass
    finally:
        sys.setrecursionlimit(limit)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"<html><body></body></html>",
        b"<html><body>" + b"<div>" * 2_000_000,
        b"<html><body><p>a</p><!-- " + b"b" * 10_000_000,
        b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><html><body><p>&b;</p></body></html>',
        b"<html><body><a " + b" ".join(b"a%d=1" % n for n in range(100_000)) + b">x</a></body></html>",
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 100,
        b"%PDF-1.7",
        ("<html><body>" + paragraphs() * 10_000).encode(),
        b"<style>" * 500_000,
    ],
    ids=["empty", "no body", "nested", "unclosed comment", "entities", "attributes", "image", "pdf", "endless", "style"],
)
def test_hostile_page_is_an_error_within_seconds(raw: bytes) -> None:
    """A page that is made to break its reader is an ArticleError, soon."""
    started = time.monotonic()
    with pytest.raises(ArticleError):
        read(raw)
    assert time.monotonic() - started < SLOWEST_SECONDS


@pytest.mark.parametrize(
    "raw",
    [
        b"<html><head></head>" + paragraphs().encode(),
        paragraphs().encode().replace(b"<p>", b"<p>\x00", 3),
        page(head='<script type="application/ld+json">{"@type": "NewsArticle", "headline": "\\ud800", "author": 7}</script>').encode(),
        page(head='<script type="application/ld+json">' + "[" * 100_000 + "</script>").encode(),
        page(head='<script type="application/ld+json">{"@type": ["NewsArticle"], "author": [null, {"name": ["x"]}],}</script>').encode(),
        (page(body=paragraphs() + "&#xD800;&#0;&#x110000;")).encode(),
        ("<div>" * 240 + paragraphs()).encode(),
    ],
    ids=["no body", "NUL", "half a character", "deep JSON", "odd JSON", "odd references", "deep"],
)
def test_damaged_page_is_read_all_the_same(raw: bytes) -> None:
    """What is damaged about a page does not hide its text, and never comes out of it."""
    article = only(raw)
    assert PROSE[2] in article.text
    f"{article.title}{article.author}{article.text}".encode()
    assert "\x00" not in article.text


MANY = 50_000
LARGE_CLASS = "a " * MANY
HEADING = "<h1>Titolo di prova</h1>"
HEADLINES = ",".join(f'{{"@type": "Article", "headline": "tre quattro {n}"}}' for n in range(1000))


@pytest.mark.parametrize(
    "html",
    [
        f'<script type="application/ld+json">{{"a": 1}}-->{" " * MANY}x</script>{HEADING}',
        "<div>" * 200 + HEADING + "<time>1</time>" * 12_000,
        "<div>" * 200 + HEADING + "<i>a</i>" * 12_000,
        f'<div class="{LARGE_CLASS}">{HEADING}' + "<time>1</time>" * 3000,
        f'{HEADING}<div class="{LARGE_CLASS}">' + "<time datetime=2024-01-01T10:00>a</time>" * 900,
        f'<script type="application/ld+json">[{HEADLINES}]</script>{HEADING}' + "<h2>uno due tre</h2>" * 4000,
        HEADING + "<li>uno due tre" * 10_000,
        "<div class=share>" * 200 + "<p>a b</p>" * 10_000 + "</div>" * 200 + HEADING,
    ],
    ids=["spaces", "times", "elements", "class", "class around updates", "headlines", "entries", "boxes"],
)
def test_time_grows_with_the_size_of_a_page_only(html: str) -> None:
    """No number of elements, names or titles makes the reading of a small page take long."""
    raw = f"<html><body>{html}{paragraphs()}".encode()
    started = time.process_time()
    assert only(raw).text
    assert time.process_time() - started < PROCESSOR_SECONDS


def test_what_stands_behind_the_end_of_a_page_is_read_with_it() -> None:
    """Elements that damage puts beside the root are furniture or prose like others: no date of a sidebar comes out of them."""
    late = '<aside class="sidebar"><ul><li><time datetime="2026-11-20">20 novembre 2026</time><a href="/y">Festa</a></li></ul></aside>'
    article = only(
        f"<html><hëad><title>{HEADLINE}</title></hëad><main><h1>{HEADLINE}</h1></main></body></html>{paragraphs()}{late}", url=""
    )
    assert PROSE[2] in article.text
    assert article.published is None


@pytest.mark.parametrize(
    "script", ["<!--{}-->", "<![CDATA[{}]]>", "//<![CDATA[\n{}\n//]]>", "/* <![CDATA[ */{}/* ]]> */", "<!--//<![CDATA[{}//]]>-->;"]
)
def test_json_is_read_in_whatever_it_is_wrapped(script: str) -> None:
    """A comment or CDATA around JSON-LD, or both, is no part of it."""
    written = script.format('{"@type": "NewsArticle", "datePublished": "2025-03-11"}')
    assert str(only(page(head=f'<script type="application/ld+json">{written}</script>')).published) == "2025-03-11"


_TAGS = st.sampled_from("p div article h1 h2 time table tr td ul li script style br a span font meta title section aside".split())
_PIECES = st.one_of(
    st.builds("<{} class={}>".format, _TAGS, st.sampled_from(["comment", "'live", '"data"', "byline", "related"])),
    st.builds("</{}>".format, _TAGS),
    st.sampled_from(
        [*PROSE, "3 marzo 2025, ore 18", "Aggiornamento del 2/3/2025", "<!--", "-->", "&", "<", "\x00", '{"datePublished":', "⸢1⸥"]
    ),
    st.text(max_size=30),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(_PIECES, max_size=60), st.integers(0, 3000), st.binary(max_size=8))
def test_any_page_is_articles_or_an_error(pieces: list[str], place: int, dirt: bytes) -> None:
    """Whatever a page holds, reading it gives articles that can be stored, with prose that begins inside of them, or an ArticleError."""
    whole = page(body="".join(pieces)).encode("utf-8", "surrogatepass")
    try:
        articles = read(whole[:place] + dirt + whole[place:])
    except ArticleError:
        return
    for article in articles:
        f"{article.title}{article.author}{article.text}{article.source}".encode()
        assert 0 <= article.body_start < len(article.text)
        assert article.published is None or article.published.first <= TODAY + datetime.timedelta(days=1)
    assert len({article.id for article in articles}) == len(articles)
