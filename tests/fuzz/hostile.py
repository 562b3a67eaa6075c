"""Inputs that somebody would send on purpose: what no mutation finds by chance. They are run before all others."""

from collections.abc import Iterator

from tests.index.reading.page_samples import PROSE, paragraphs

MANY = 50_000
_HEADLINE = "<h1>Titolo di prova</h1>"
_FEED = '<rss version="2.0"><channel><item><link>https://a.example/1</link>%s</item></channel></rss>'
_TABLE = "[a]\nfeed = 'https://a.example/'\n"
_BOMB = "<!DOCTYPE x [<!ENTITY a0 'ha'>" + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10)) + "]>"


def hostile() -> Iterator[tuple[str, bytes]]:
    """Yield the name of a target and an input for it."""
    for name, text in _texts():
        yield name, text.encode("utf-8", "surrogatepass")


def _texts() -> Iterator[tuple[str, str]]:
    for start in ("date", "date:", "published="):
        yield "txt", start + " " * MANY + "x"
    yield "md", f'---\ntitle: "\\UFFFFFFFF"\n---\n{PROSE[0]}'
    yield "md", f"---\ntitle: {'[' * MANY}\n---\n{PROSE[0]}"
    yield "md", "---\ntitle: x\na: &a [x]\n" + "".join(f"b{n}: &b{n} [*a, *a]\n" for n in range(2000)) + f"---\n{PROSE[0]}"
    yield "jsonl", '{"id": "a%s", "text": "Ciao a tutti"}' % ("\u0300\u0323" * (MANY // 4))
    yield "jsonl", '{"id": %s, "text": "Ciao a tutti"}' % ("9" * 5000)
    yield "jsonl", "[" * MANY
    yield "csv", "id;text\n" + '1;"a\n' * (MANY // 5)
    yield "csv", 'sep="\nid"text\n1"ciao\n'
    yield from (
        ("days", day)
        for day in ("1 ſet 2025", "3 aprıle 2025", "3 aprİle 2025", "1" * MANY, "1 " + " " * MANY + "gennaio", "1 gennaio " * (MANY // 10))
    )
    yield from (("page", f"<html><head>{head}</head><body>{body}</body></html>") for head, body in _pages())
    yield from _lists()
    yield from (("sources", text) for text in _declarations())
    yield from (("text", text) for text in _prose())


def _prose() -> Iterator[str]:
    """Yield lines that patterns may take a time for that grows with the square of their length."""
    for start in (
        "a",
        "Fine. ",
        "continua",
        "continua a leggere",
        "continua a leggere dopo",
        "leggi anche",
        "segui",
        "foto",
        "(",
        "- ",
        "# ",
        "1. ",
        "Fine; ",
        "a, ",
        "di: ",
    ):
        for sign in (" ", ".", "-", '"', "\u00a0", "!", "…", "(", ")", "'"):
            yield start + sign * (2 * MANY) + "x"
    for words in (". ", "a. ", "A. B ", "(a. B ", "> ", "1. ", "- a", "rn ", "a: ", "tweet - ", "a.Bb ", "leggi ", "…» ", "'s "):
        yield "Fine." + words * (2 * MANY // len(words)) + "x"


def _pages() -> Iterator[tuple[str, str]]:
    text = paragraphs()
    ld = '<script type="application/ld+json">%s</script>'
    yield ld % ('{"a": 1}-->' + " " * MANY + "x"), _HEADLINE + text
    yield "", "<div>" * 200 + _HEADLINE + "<time>1</time>" * 5000 + text
    yield "", "<div>" * 200 + _HEADLINE + "<span></span>" * 5000 + text
    yield "", f'<div class="{"a " * (MANY // 2)}">' + _HEADLINE + "<time>1</time>" * 3000 + text
    yield (
        ld % ("[" + ",".join(f'{{"@type": "Article", "headline": "tre quattro {n}"}}' for n in range(500)) + "]"),
        _HEADLINE + "<h2>uno due tre</h2>" * 2000 + text,
    )
    yield f'<meta property="og:site_name" content="{"b" * MANY}"><title>{"a | " * 10000}</title>', _HEADLINE + text
    yield "", _HEADLINE + "<p>uno due tre quattro cinque sei sette otto nove</p>" * 5000 + f"<div>{text}</div>"
    yield "", "<div class=share>" * 200 + "<p>a b</p>" * 5000 + "</div>" * 200 + _HEADLINE + text
    yield "", "<div>" * 200 + _HEADLINE + f"<p>{'parola ' * 30000}</p>" + "</div>" * 200
    yield "", "<font size=5>ciao</font>" * 10000 + text
    yield "", _HEADLINE + text + "<h3>Aggiornamento 12 aprıle ore 12:30</h3>" + text + "<h3>Aggiornamento 13 aprıle ore 12:30</h3>" + text
    yield "", f"{_HEADLINE}<p>Pubblicato il 12 ſettembre 2024</p>{text}"
    updates = ",".join(
        f'{{"headline": "parola altra {n}", "articleBody": "parola altra e poi {n}", "datePublished": "2024-04-{n % 28 + 1:02}"}}'
        for n in range(2000)
    )
    live = "".join(f"<div><h3>ore {n % 24:02}:{n % 60:02}</h3><p>uno due tre quattro cinque sei sette</p></div>" for n in range(500))
    yield ld % f'{{"@type": "LiveBlogPosting", "liveBlogUpdate": [{updates}]}}', _HEADLINE + text + live
    yield "", f"{_HEADLINE}{text}<table><tr><table><tr><td>{'<a href=a>a</a>' * 5}</td></tr></table></tr></table>"
    for body in (
        "<p>a" + " " * MANY,
        "<em>" * 10000,
        "<table><tr><td>" * 80,
        "testo<br><br>" * 5000,
        "<li>uno due tre" * 10000,
        "<" * MANY,
        "<script>" * 10000,
        "&lt;" * MANY,
    ):
        yield "", _HEADLINE + body + text


def _lists() -> Iterator[tuple[str, str]]:
    yield "feed", '<?xml version="1.0"?>' + "\n" * MANY + _FEED % "<title>a</title>"
    yield "feed", _BOMB + _FEED % "<title>&a9;</title>"
    yield from (
        ("feed", _FEED % f"<title>{text}")
        for text in ("<a" * MANY, "<a " * MANY, "<!" * MANY, "&" * MANY, "&#xD800;</title>", "<" * MANY, "<![CDATA[" * MANY)
    )
    yield "feed", _FEED % ("<a>" * 20000)
    yield from (
        ("feed", _FEED % f"<title>a</title><pubDate>{day}</pubDate>")
        for day in ("1 ſet 2025", "9" * MANY, "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59")
    )
    yield from (
        ("feed", f'<?xml version="1.0" encoding="{encoding}"?>' + _FEED % "<title>a</title>")
        for encoding in ("punycode", "undefined", "idna", "unicode_escape", "utf-16")
    )
    yield from (
        ("sitemap", f"{_BOMB}<urlset>{text}</urlset>")
        for text in ("<url><loc>&a9;</loc></url>", '<url a="&a9;"/>', "<url>" * 10000, "<!-- a -->" * 10000)
    )
    for address in (
        "http://[::1",
        "https://xn--a/",
        "https://a:99999/",
        "//",
        "https://" + "ü" * 300,
        "https://a.example/" + "a" * MANY,
        "https://a.example/\ud800",
    ):
        yield "sitemap", f"<urlset><url><loc>{address}</loc><lastmod>9999-12-31T23:59:59-23:59</lastmod></url></urlset>"
    yield "wordpress", '{"headers": {"X-WP-TotalPages": "%s"}, "body": []}' % ("9" * 5000)
    yield "wordpress", '{"message": "\\ud800"}'
    yield (
        "wordpress",
        '[{"link": "https://a.example/1", "date": "1 ſet 2025", "title": {"rendered": "\\ud800"}, "content": {"rendered": "\\ud800"}}]',
    )
    yield "wordpress", "[" * MANY


def _declarations() -> Iterator[str]:
    yield "a = " + "9" * 5000
    yield "[a]\nfolder = '~nessuno/x'"
    yield f"[a]\nfolder = '{'a' * 5000}'"
    yield '[a]\nfolder = "a\\u0000b"'
    for value in ("nan", "inf", "1e999", "07:32:00", "[" * 200 + "]" * 200, "0x" + "f" * 9000, "'" + "a" * MANY + "'"):
        yield from (f"{_TABLE}{key} = {value}" for key in ("every_minutes", "most", "since", "gone", "match", "columns"))
    yield f"{_TABLE}gone.{'.'.join('x' * 3000)} = 1"
    yield f"{_TABLE}match = '{'a*' * (MANY // 2)}'"
    yield from (f"[a]\nfeed = '{address}'" for address in ("https://[::1", "https://a@b:c/", "https://" + "a." * MANY))
