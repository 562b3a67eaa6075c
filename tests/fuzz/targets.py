"""What is fuzzed: each target takes the bytes of one case, hands them to a reader as the program does, and checks what was promised.

An error that a reader names is an answer; whatever else comes out of it is a failure of the case.
"""

import re
import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from random import Random

from index.article_json import article_to_json
from index.articles import Article
from index.dates import parse_period
from index.errors import ArticleError, SettingError
from index.reading.folder import read_file
from index.reading.pages import read_page
from index.reading.tables import USUAL_COLUMNS, Columns
from index.repeated_lines import RepeatedLines
from index.sources.declaration import read_sources
from index.sources.extraction import PageToRead, article_page, extract, extracted
from index.sources.feeds import read_feed
from index.sources.listing import Listed
from index.sources.sitemaps import list_sitemap
from index.sources.wordpress import list_links, list_posts
from tests.fuzz.promises import check_article, check_items, check_listed, check_passages, check_period, check_reason, check_skipped, promise
from tests.fuzz.seeds import SEEDS, documents

SITE = "https://voce.example/"
TODAY = date(2026, 11, 22)
OTHER_COLUMNS = Columns(id="nome.interno", title="titolo", text="testo")
CONTENT_TYPES = (
    *[""] * 4, "text/html", "text/html; charset=utf-8", "text/html; charset=ISO-8859-1", "text/html; charset=utf-16",
    "text/html;charset=x-" + "y" * 40, "text/plain", "text/markdown; charset=utf-8", "application/xhtml+xml",
)  # fmt: skip

_LINE = re.compile(r"[^\r\n]+")


@dataclass(frozen=True, slots=True)
class Target:
    """One reader. `share` is its part of all cases; a confined one is only ever run in a process that is killed when it takes too long."""

    name: str
    seeds: tuple[bytes, ...]
    check: Callable[[bytes, Path], None]
    share: int
    is_confined: bool = False


def targets() -> tuple[Target, ...]:
    """Return all targets."""
    made = documents()
    page_seeds, text_seeds = SEEDS["html"], (*SEEDS["txt"], *SEEDS["md"])
    return (
        Target("txt", SEEDS["txt"], _file(".txt"), 6),
        Target("md", SEEDS["md"], _file(".md"), 12),
        Target("jsonl", SEEDS["jsonl"], _file(".jsonl"), 8),
        Target("csv", SEEDS["csv"], _file(".csv"), 8),
        Target("tsv", SEEDS["tsv"], _file(".tsv"), 3),
        Target("html", page_seeds, _file(".html"), 2),
        Target("pdf", made["pdf"], _file(".pdf"), 4, is_confined=True),
        Target("docx", made["docx"], _file(".docx"), 3, is_confined=True),
        Target("page", page_seeds, _page, 10),
        Target("fetched", (*page_seeds, *SEEDS["txt"]), _fetched, 4),
        Target("text", text_seeds, _text, 12),
        Target("repeated", text_seeds, _repeated, 4),
        Target("json", text_seeds, _json, 3),
        Target("days", SEEDS["days"], _days, 6),
        Target("feed", SEEDS["feed"], _feed, 5),
        Target("sitemap", SEEDS["sitemap"], _sitemap, 5),
        Target("wordpress", SEEDS["wordpress"], _wordpress, 3),
        Target("sources", SEEDS["sources"], _sources, 4),
    )


def _file(suffix: str) -> Callable[[bytes, Path], None]:
    def check(raw: bytes, folder: Path) -> None:
        """No file stops the reading of a folder: it gives articles or reasons, and no error at all."""
        path = folder / f"caso{suffix}"
        path.write_bytes(raw)
        columns = OTHER_COLUMNS if zlib.crc32(raw) % 4 == 0 else USUAL_COLUMNS
        check_items(read_file(path, Path("cartella", path.name), columns=columns))

    return check


def _page(raw: bytes, folder: Path) -> None:
    url = f"{SITE}2025/03/11/bilancio" if zlib.crc32(raw) % 3 else ""
    try:
        articles = read_page(raw, url=url, content_type=_content_type(raw), default_id="pagina", origin="pagina", today=TODAY)
    except ArticleError as error:
        check_reason(str(error))
        return
    promise(articles, "a page gave nothing, and no reason")
    promise(len({article.id for article in articles}) == len(articles), "two articles of a page have one id")
    check_items(articles)


def _fetched(raw: bytes, folder: Path) -> None:
    """What is kept of a fetched body is read again as it was."""
    lines = extract(PageToRead(raw, f"{SITE}a/1", f"{SITE}a/1?x", _content_type(raw), TODAY))
    found = extracted(lines, SITE)
    check_items(found if isinstance(found, tuple) else [found])


def _content_type(raw: bytes) -> str:
    return CONTENT_TYPES[zlib.crc32(raw) % len(CONTENT_TYPES)]


def _text(raw: bytes, folder: Path) -> None:
    """Any text with any furniture is cut into slices of itself."""
    text, random = raw.decode("utf-8", "replace"), Random(zlib.crc32(raw))
    lines = [match.span() for match in _LINE.finditer(text)]
    chosen = random.sample(lines, min(len(lines), random.choice((0, 0, 1, 5))))
    body_start = random.choice((0, 0, 0, random.randint(0, len(text))))
    check_passages(Article(id="testo", text=text, body_start=body_start, furniture=tuple(sorted(chosen))))


def _repeated(raw: bytes, folder: Path) -> None:
    """What articles of one site share becomes furniture: whole lines, in order, behind the beginning of the body."""
    text = raw.decode("utf-8", "replace")
    parts = [part for part in text.split("\n\n") if part.strip()][:8]
    shared = "Iscriviti alla nostra newsletter per non perdere niente di quello che succede."
    sites = ("https://a.example/1", "", "https://[", "https://b.example/2")
    site = sites[zlib.crc32(raw) % len(sites)]
    articles = [Article(id=str(n), text=f"{part}\n{shared}", url=site, body_start=n % 2) for n, part in enumerate(parts)]
    counted = RepeatedLines()
    for article in articles:
        counted.add(article)
    for article in articles:
        marked = counted.mark(article)
        promise(replace(marked, furniture=()) == article, "marking changed an article")
        lines = {match.span() for match in _LINE.finditer(article.text, article.body_start)}
        promise(list(marked.furniture) == sorted(lines.intersection(marked.furniture)), "furniture is no line of the text, or out of order")
        check_article(marked)


def _json(raw: bytes, folder: Path) -> None:
    """An article comes back from JSON as it was, whatever stands in it: halves of characters too."""
    text = (
        raw.decode("utf-16-le" if zlib.crc32(raw) % 2 else "utf-8", "surrogatepass" if zlib.crc32(raw) % 2 else "surrogateescape")
        if len(raw) % 2 == 0
        else raw.decode("latin-1")
    )
    article = Article(
        id=text[:9] or "x",
        text=text,
        title=text[9:30],
        url=text[30:40],
        origin=text[:3],
        body_start=len(text) // 2,
        published=parse_period(text[:40]),
        furniture=((0, 1),),
    )
    line = article_to_json(article)
    promise(line.isascii() and "\n" not in line, "JSON is not one line of ASCII")
    promise(extracted(line, "x") == (article,), "it does not come back from JSON")


def _days(raw: bytes, folder: Path) -> None:
    check_period(parse_period(raw.decode("utf-8", "replace")))


def _feed(raw: bytes, folder: Path) -> None:
    with suppress(ArticleError):
        listed = read_feed(raw, f"{SITE}rss.xml")
        promise(len({page.url for page in listed}) == len(listed), "a page is listed twice")
        _check_pages(listed)


def _sitemap(raw: bytes, folder: Path) -> None:
    """The sitemap itself and each that it lists may be damaged."""
    asked: list[str] = []

    def ask(url: str, changed: float | None) -> bytes:
        promise(url not in asked, "a sitemap is asked for twice")
        asked.append(url)
        return raw if len(asked) < 3 else SEEDS["sitemap"][0]

    try:
        for item in list_sitemap(f"{SITE}sitemap.xml", ask):
            check_listed(item) if isinstance(item, Listed) else check_skipped(item)
    except ArticleError as error:
        check_reason(str(error))


def _wordpress(raw: bytes, folder: Path) -> None:
    def ask(url: str, changed: float | None) -> bytes:
        return raw if "&page=1&" in url else b"[]"

    try:
        for item in list_posts(SITE, ask, changed_after=1e9 if zlib.crc32(raw) % 3 == 0 else None):
            check_listed(item) if isinstance(item, Listed) else check_skipped(item)
        for link in list_links(SITE, ask):
            link.encode()
    except ArticleError as error:
        check_reason(str(error))


def _check_pages(listed: Sequence[Listed]) -> None:
    for page in listed:
        check_listed(page)
        if page.html:
            article_page(page.html, page.title)


def _sources(raw: bytes, folder: Path) -> None:
    (folder / "articoli").mkdir(exist_ok=True)
    file = folder / "sources.toml"
    file.write_bytes(raw)
    try:
        sources = read_sources(file)
    except SettingError as error:
        check_reason(str(error))
        return
    for source in sources:
        promise(bool(source.urls) != source.is_folder, "a source has neither addresses nor a folder")
        promise(
            source.fits(SITE) in (True, False) and source.requests_per_second > 0 and source.every_minutes >= 1, "a number is out of bounds"
        )
