"""What is damaged: small, real-looking inputs of every kind that Edicola reads. Pages and documents come from the readers' own tests."""

# ruff: noqa: E501 - what is quoted here is not ours to break into lines

import json
from collections.abc import Sequence

from tests.index.reading.made_documents import docx_of, pdf
from tests.index.reading.page_samples import PROSE, page, paragraphs

_TEXT = "\n\n".join(PROSE)

PLAIN = (
    f"Bilancio approvato, il ponte si farà\n\n{_TEXT}\n",
    f"date: 2024-03-11T10:00:00+01:00 {_TEXT}",
    "Il dott. Rossi (classe 1971) ha detto: «Andremo avanti… fino al 2030!». L'on. Bianchi, invece, no. Leggi anche: Il mercato si sposta\r\n"
    "Tempo di lettura: 3 minuti\r\nCondividi su Facebook - Twitter - WhatsApp\r\nFoto © Ansa\r\nIl prezzo è salito del 3,5%; a luglio era 1.250 euro.",
    "# Diretta\n\n- ore 12:30 - Gol di Lautaro! 1-0.\n- ore 12:41 - Ammonito Barella (Leggi qui)\n1. Inter 21\n2. Milan 19\n> Continua a leggere dopo la pubblicità\n"
    'Era "bello". rn Il secondo tempo è stato un’altra cosa. Clicca per ingrandire Seguici su Google News per gli aggiornamenti\n',
    "",
)
MARKDOWN = (
    f'---\ntitle: "Quilichetti, operazione riuscita"\ndate: 2024-10-03\nurl: https://www.campo.example/notizie/q\nsource: Campo Lungo\nauthor: [Ada Neri, E. Bo]\n---\n{_TEXT}\n',
    f"---\ntitle: >-\n  Il ponte\n  si farà\nid: &a x1\nupdated: 12 marzo 2025\nother: {{a: *a, b: [1, 2, '3']}}\n---\n# Il ponte si farà\n\n## Le reazioni\n\n{PROSE[1]}\n\n* {PROSE[2]}\n",
    f"# Il ponte si farà\n\n{_TEXT}\n\n---\n\nFonte foto: Ansa\n",
    f"\ufeff---\r\ndate: 2025\r\n---\r\n{PROSE[0]}\r\n",
)
_LIVE = "".join(
    f'<div class="live-post"><h3>Aggiornamento {day} marzo 2025, ore 1{day}:30</h3><p>{text}</p></div>'
    for day, text in enumerate(PROSE, start=1)
)
_LD = {
    "@context": "https://schema.org",
    "@graph": [
        {
            "@type": ["NewsArticle"],
            "headline": "Bilancio approvato, il ponte si farà",
            "datePublished": "2025-03-11T00:30:00+01:00",
            "dateModified": "2025-03-12",
            "author": [{"@type": "Person", "name": "Ada Neri"}, "E. Bo"],
            "publisher": {"@type": "Organization", "name": "La Voce del Porto"},
        },
        {
            "@type": "LiveBlogPosting",
            "liveBlogUpdate": [{"headline": "Gol di Lautaro", "articleBody": PROSE[0], "datePublished": "2025-03-11T12:00"}],
        },
    ],
}
HTML = (
    page(byline='<p class="byline">di <a rel="author" href="/a">Ada Neri</a> · <time datetime="2025-03-11T10:00">11 marzo 2025</time></p>'),
    page(head=f'<script type="application/ld+json">{json.dumps(_LD)}</script><link rel="canonical" href="https://voce.example/a/1">'),
    page(
        head='<meta property="article:published_time" content="2025-03-01T10:00:00+01:00"><meta name="author" content="di Ada Neri">',
        body=_LIVE,
    ),
    page(
        body="<table><tr><td>Inter</td><td>3</td></tr><tr><td>Milan</td><td>1</td></tr></table>"
        + paragraphs()
        + "<ul><li>uno</li><li>due</li></ul><h2>Le reazioni</h2><blockquote>Bella partita</blockquote><figure><img src=a><figcaption>Foto</figcaption></figure>"
    ),
    f"<html><head><title>Il ponte - Comune di Prova</title></head><body bgcolor=white><center><font size=5>Il ponte si farà</font></center>"
    f"<table width=600><tr><td>Pubblicato il 3/4/2009<br><br>{'<br><br>'.join(PROSE)}</td></tr></table></body></html>",
    f'<?xml version="1.0" encoding="iso-8859-1"?><html><body><article><h1>Titolo</h1>{paragraphs()}</article></body></html>',
)
JSON_LINES = (
    "".join(
        json.dumps({"id": f"a{n}", "title": "Il ponte", "text": text, "date": f"2024-03-1{n}", "url": "https://a.example/1"}) + "\n"
        for n, text in enumerate(PROSE)
    ),
    json.dumps(
        {"nome": {"interno": 7}, "titolo": "È così", "testo": _TEXT, "data": "11/03/2025", "autore": ["Ada", "Bo"], "fonte": None},
        ensure_ascii=False,
    )
    + "\n\n[]\n",
    '{"url": "https://a.example/\\u00e8", "body": "Ciao a tutti.\\nQui \\ud83d\\ude00 finisce.", "updated": "2025"}',
)
CSV = (
    f'id;titolo;testo;data;autore\n1;Il ponte;"{_TEXT}";11/03/2024;Ada Neri\n2;"Dice ""sì""";{PROSE[0]};2024;\n\n3;corto\n',
    "sep=,\r\nid,title,text,date,url\r\n1,Il ponte,'Una prova, con virgole.',2024-03-11,https://a.example/1\r\n2,B,Altro testo,,\r\n",
    "nome.interno;titolo;testo\n1;a;Ciao a tutti\n",
)
TSV = ('id\ttitle\ttext\tdate\n1\tIl ponte\tUna prova di testo.\t2024-03-11\n2\t"Altro"\tIl secondo\t\n', *CSV[:1])
_LONG = paragraphs() * 3
RSS = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE rss [<!ENTITY egrave "è">]>\n<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>La Voce</title><link>https://voce.example/</link>\n'
    '<item><title>Il ponte &amp;egrave; fatto</title><link>https://voce.example/a/1?utm_source=rss</link><guid isPermaLink="false">1</guid>'
    f"<pubDate>Tue, 11 Mar 2025 00:30:00 +0100</pubDate><dc:creator>Ada Neri</dc:creator><description>Breve</description><content:encoded><![CDATA[{_LONG}]]></content:encoded></item>\n"
    "<item><title><![CDATA[Il <b>mercato</b>]]></title><guid>https://voce.example/a/2</guid><author>red@voce.example (Redazione)</author><pubDate>11/03/2025</pubDate></item>\n"
    "</channel></rss>",
)
ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://voce.example/"><title>La Voce</title><updated>2025-03-11T10:00:00Z</updated>'
    '<entry><title type="html">Il &lt;i&gt;ponte&lt;/i&gt;</title><link rel="alternate" href="a/1"/><id>tag:voce.example,2025:1</id><published>2025-03-11T10:00:00+01:00</published>'
    f'<updated>2025-03-12T10:00:00Z</updated><author><name>Ada Neri</name></author><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{_LONG}</div></content></entry>'
    '<entry><title>B</title><link href="https://voce.example/b"/><summary>b</summary><content type="text" mode="base64">Y2lhbw==</content></entry></feed>',
)
_NAMESPACES = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
SITEMAPS = (
    f'<?xml version="1.0" encoding="UTF-8"?><urlset {_NAMESPACES}><url><loc>https://voce.example/a/1</loc><lastmod>2025-03-11</lastmod></url><!-- x -->'
    "<url><loc> https://voce.example/a/2?b=c&amp;d </loc><lastmod>2025-03-11T10:00:00+01:00</lastmod><news:news><news:publication_date>2025-03-10</news:publication_date>"
    "<news:title>Il ponte</news:title></news:news></url></urlset>",
    f"<sitemapindex {_NAMESPACES}><sitemap><loc>https://voce.example/s1.xml</loc><lastmod>2025-03-11T10:00Z</lastmod></sitemap><sitemap><loc>/s2.xml.gz</loc></sitemap></sitemapindex>",
)
_POST = {
    "link": "https://blog.example/1", "date": "2025-03-11T00:30:00", "modified_gmt": "2025-03-14T10:00:00", "title": {"rendered": "L&#8217;Inter &#8211; 0"},
    "content": {"rendered": _LONG, "protected": False}, "_embedded": {"author": [{"name": "Ada Neri"}]}, "yoast_head_json": {"author": "Ada"},
}  # fmt: skip
WORDPRESS = (
    json.dumps(
        {
            "body": [_POST, {**_POST, "link": "/2", "content": {"rendered": "", "protected": True}}],
            "status": 200,
            "headers": {"X-WP-TotalPages": 2, "X-WP-Total": 2},
        }
    ),
    json.dumps([_POST], ensure_ascii=False),
    json.dumps({"code": "rest_no_route", "message": "Nessun <b>percorso</b>", "data": {"status": 404}}),
)
SOURCES = (
    '[corriere]\nfeed = ["https://www.example.it/rss.xml", "https://www.example.it/b.xml"]\nsite = "Corriere"\nmatch = "*/sport/*"\nmost = 10\nsince = 2024-01-01\n'
    'requests_per_second = 0.5\nevery_minutes = 360\nsilent_days = 30\ngone = "mark"\n\n[archivio]\nsitemap = "https://www.example.it/sitemap.xml" # nota\n'
    '[redazione]\nfolder = "articoli"\ncolumns = { title = "titolo", text = "testo" }\n\n[pagine]\npages = ["https://www.example.it/1"]\n[blog]\nwordpress = "https://blog.example.it"\n',
    '["nome con spazi"]\nfolder = "~/articoli"\ncolumns.title = """\ntitolo"""\nsince = 2024-01-01T10:00:00Z\n',
)
DAYS = (
    *"2025 2025-03 2025-03-11 2025/03/11 20250311 2025-03-11T10:00:00+01:00 11/03/2025 11-03-2025 11.3.2025".split(),
    "11 marzo 2025", "11 mar 2025", "1° settembre 2024", "Tue, 11 Mar 2025 00:30:00 +0100", "martedì 11 marzo 2025, ore 10:30", "aprile 1998",
)  # fmt: skip


def _encoded(texts: Sequence[str]) -> tuple[bytes, ...]:
    return tuple(text.encode() for text in texts)


SEEDS: dict[str, tuple[bytes, ...]] = {
    "txt": _encoded(PLAIN),
    "md": _encoded((*MARKDOWN, PLAIN[3])),
    "html": _encoded(HTML),
    "jsonl": _encoded(JSON_LINES),
    "csv": _encoded(CSV),
    "tsv": _encoded(TSV),
    "feed": _encoded((*RSS, *ATOM)),
    "sitemap": _encoded(SITEMAPS),
    "wordpress": _encoded(WORDPRESS),
    "sources": _encoded(SOURCES),
    "days": _encoded(DAYS),
}


def documents() -> dict[str, tuple[bytes, ...]]:
    """Return seeds of PDF and Word, made when they are asked for: it takes a second."""
    lines = [*PROSE[0].split(" , "), *(f"Riga {n} del comunicato, che va a ca-\npo" for n in range(6))]
    printed = pdf(
        ["\n".join(lines), "Pagina due\n2"],
        {"Title": "Il ponte", "Author": "Ada Neri", "CreationDate": "D:20250311", "ModDate": "D:20250312"},
    )
    return {"pdf": (printed, _unpacked_pdf("\n".join(lines))), "docx": (docx_of("Il ponte si farà", *PROSE),)}


def _unpacked_pdf(text: str) -> bytes:
    """Return a PDF whose streams are not packed, so that what draws its text is damaged too."""
    shown = " ".join(f"({line}) Tj T*" for line in text.splitlines())
    content = f"BT /F1 11 Tf 13 TL 50 800 Td {shown} [(Il) -250 (ponte)] TJ 1 0 0 1 50 400 Tm <41204220> Tj ET".encode("cp1252", "replace")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [5 0 R] >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R /Widths [500 600] /FirstChar 32 >>",
        b"<< /Title (Il ponte) /Author (Ada Neri) /CreationDate (D:20250311) >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 7 0 R /Resources << /Font << /F1 3 0 R >> >> >>",
        b"<< /Length 90 >>\nstream\n1 beginbfrange <20> <7e> <0020> endbfrange 1 beginbfchar <41> <00C8> endbfchar\nendstream",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
    )
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (number, content) for number, content in enumerate(objects, start=1))
    return b"%%PDF-1.7\n%strailer << /Size 8 /Root 1 0 R /Info 4 0 R >>\nstartxref\n0\n%%%%EOF" % body
