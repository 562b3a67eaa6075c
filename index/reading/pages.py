"""Bytes of an HTML page become articles: text by trafilatura, with title, author, site and dates.

One page gives one article; a live page gives one for each of its dated updates. What is no article is an
ArticleError: nothing that stands in a page can crash or hang the reading of it.
"""

import datetime
import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import replace
from functools import cache
from typing import Any

from lxml import html

from index.articles import Article
from index.errors import ArticleError
from index.reading.page_dates import DATE, dateline, find_dates, lines_beside
from index.reading.page_encoding import decode_page
from index.reading.page_facts import one_line, read_facts
from index.reading.page_marks import mark_boxes
from index.reading.page_names import clean_authors, find_author, find_headline, find_site, fold, host_of, likeness
from index.reading.page_sections import Update, find_updates
from index.reading.page_tree import drop_page_header, lift_standfirst, name_prose, parse_page, prune, smooth

HEAD_LINES = 8  # within these a text repeats its headline, byline and date
HEAD_LINE_WORDS = 14
SHORTEST_ARTICLE_CHARACTERS = 80  # trafilatura's 250 make it take the whole page for the news in brief of local papers
FEWEST_WORDS = 3  # of an article
SAME_HEADLINE = 0.9
MOST_BLOCKS = 2_000  # beyond them trafilatura asks no second opinion: jusText takes time with their square
SHORTEST_LEAD_WORDS = 15

_HEADLINE = "data-edicola-headline"
_NO_ARTICLE = "no article was found in the page: save its text as .txt or .md"
_MARK = re.compile("⸢(\\d+)⸥ ?")
_MARKED = frozenset("p h1 h2 h3 h4 h5 h6 li dd dt td blockquote pre".split())
_TIME = re.compile(r"\d{2}:\d{2}")
_LINE = re.compile(r"[^\n]+")
_WORD = re.compile(r"[^\W\d_]+")
_DATE_LINE_WORDS = re.compile(
    r"\b(?:pubblicat[oa]|pubblicazione|aggiornat[oa]|aggiornamento|ultim[oa]|modifica|modificato|rivisto|rivista|data"
    r"|il|del|alle|ore|di|da|in|a|cura|e|h|min|minuti|lettura|tempo|letture"
    r"|luned[iìí]|marted[iìí]|mercoled[iìí]|gioved[iìí]|venerd[iìí]|sabato|domenica|cet|cest)\b",
    re.IGNORECASE,
)
_BYLINE_START = re.compile(r"^\W*(?:di|da|by|a\s+cura\s+d\w+|articolo\s+di|redazione)\b", re.IGNORECASE)
_NO_DATES = {"extensive_search": False, "original_date": True, "max_date": "1990-01-01"}  # dates are read in page_dates


def read_page(
    raw: bytes, *, url: str = "", content_type: str = "", default_id: str, origin: str, today: datetime.date | None = None
) -> tuple[Article, ...]:
    """Return the articles of an HTML page: one, or one for each update of a live page, `<default_id>#<n>` counted from the oldest.

    `today` bounds the dates that are believed, by default the day of the computer. Raises ArticleError where there is no article.
    """
    try:
        return _read_tree(parse_page(decode_page(raw, content_type)), url, default_id, origin, today or datetime.date.today())
    except RecursionError as error:
        raise ArticleError("the page is nested too deep: save its text as .txt or .md") from error


def _read_tree(tree: html.HtmlElement, url: str, default_id: str, origin: str, today: datetime.date) -> tuple[Article, ...]:
    mark_boxes(tree)
    found = _metadata(tree, url)
    facts = read_facts(tree)
    link = url or one_line(found.url or "")
    host = host_of(link)
    site = find_site(tree, facts, one_line(found.sitename or ""), host)
    headline = find_headline(tree, facts, one_line(found.title or ""), site, host)
    if headline.element is not None:
        headline.element.set(_HEADLINE, "")  # found again in copies of the tree
    lines = list(lines_beside(headline.element))
    dates = find_dates(tree, facts, url=link, headline=headline.element, lines=lines, today=today)
    author = find_author(tree, facts, one_line(found.author or ""), site, lines)
    updates = find_updates(tree, facts, dates, today)
    page = Article(
        id=default_id, text="", title=headline.title, url=link, source=site, author=author, origin=origin,
        published=dates.published, updated=dates.updated,
    )  # fmt: skip
    if updates and (articles := _live_articles(tree, updates, page)):
        return articles
    article = _with_text(page, _text(tree))
    day = dateline(article.text[article.body_start :], today)
    if day and (not page.published or (page.published.precision != "day" and page.published.first <= day.first <= page.published.last)):
        return (replace(article, published=day, updated=dates.updated if dates.updated and day.is_before(dates.updated) else None),)
    return (article,)


def _metadata(tree: html.HtmlElement, url: str) -> Any:
    from trafilatura.metadata import Document, extract_metadata  # noqa: PLC0415 - half a second, and most collections hold no HTML

    try:
        return extract_metadata(deepcopy(tree), default_url=url or None, date_config=_NO_DATES)
    except (AttributeError, KeyError, TypeError, ValueError):  # JSON-LD of unforeseen shapes
        return Document()


def _text(tree: html.HtmlElement) -> str:
    """Return the text of the article in a page as trafilatura gives it; ArticleError where it finds none."""
    from trafilatura import bare_extraction  # noqa: PLC0415 - as above

    pruned = deepcopy(tree)
    prune(pruned)
    if headline := pruned.xpath(f"//*[@{_HEADLINE}]"):
        drop_page_header(pruned, headline[0])
        lift_standfirst(headline[0])
    smooth(pruned)
    name_prose(pruned)
    blocks = sum(1 for _ in pruned.iter(*_MARKED, "div", "table", "tr", "ul", "option", "br"))
    try:
        document = bare_extraction(pruned, include_comments=False, config=_config(), fast=blocks > MOST_BLOCKS)
    except RecursionError:
        raise
    except Exception as error:  # whatever a hostile tree provokes in trafilatura, the other pages go on
        raise ArticleError(_NO_ARTICLE) from error
    text = document.text if document is not None else ""
    if not text or not text.strip():
        raise ArticleError(_NO_ARTICLE)
    return str(text)


@cache
def _config() -> Any:
    from trafilatura.settings import use_config  # noqa: PLC0415 - as above

    config = use_config()
    config.set("DEFAULT", "MIN_EXTRACTED_SIZE", str(SHORTEST_ARTICLE_CHARACTERS))
    return config


def _with_text(page: Article, text: str) -> Article:
    article = replace(page, text=text, body_start=_body_start(text, page))
    if len(text[article.body_start :].split()) < FEWEST_WORDS:
        raise ArticleError(_NO_ARTICLE)
    return article


def _body_start(text: str, page: Article) -> int:
    """Return where the prose begins: behind the headline, byline and date that the text repeats in its first lines."""
    start = 0
    lines = [line for line, _ in zip(_LINE.finditer(text), range(HEAD_LINES), strict=False)]
    for number, line in enumerate(lines):
        words = line.group()
        if len(words) <= 2 * len(page.title) + 20 and likeness(words, page.title) >= SAME_HEADLINE:
            above = lines[:number]
            if all(len(other.group().split()) <= HEAD_LINE_WORDS or other.end() <= start for other in above):
                start = line.end()
        elif line.start() <= start + 1 and _is_head_line(words, page):
            start = line.end()
    return start


def _is_head_line(line: str, page: Article) -> bool:
    """True for a line that holds nothing but the byline, the date or both."""
    if len(line.split()) > HEAD_LINE_WORDS:
        return False
    rest = DATE.sub(" ", line)
    people = set(fold(page.author))
    left = [word for word in _WORD.findall(_DATE_LINE_WORDS.sub(" ", rest)) if word.casefold() not in people]
    if not left:
        return rest != line or bool(people & set(fold(line)))
    return bool(_BYLINE_START.match(line)) and not line.rstrip().endswith((".", "!", "?", ":")) and bool(clean_authors(line))


def _live_articles(tree: html.HtmlElement, updates: Sequence[Update], page: Article) -> tuple[Article, ...]:
    """Return an article for each update with the text that trafilatura leaves of it; none if fewer than two are left.

    Elements of updates are marked before the text is extracted and the marks taken out of it again: what is between them is verbatim.
    """
    marked = deepcopy(tree)
    if "⸢" in marked.text_content():
        return ()
    originals = {element: number for number, update in enumerate(updates) for element in update.elements}
    lead = len(updates)  # the number of what stands in no update
    for original, copy in zip(tree.iter(), marked.iter(), strict=True):
        number = originals.get(original, lead)
        if copy.tag in _MARKED if number == lead else copy.tag in _MARKED or (copy.text or "").strip():
            copy.text = f"⸢{number}⸥ {copy.text or ''}"
    texts: dict[int, list[str]] = {}
    owner = lead
    for line in _text(marked).split("\n"):
        if mark := _MARK.search(line):
            owner = int(mark.group(1))
        if (words := _MARK.sub("", line)).strip(" -|"):
            texts.setdefault(owner, []).append(words)
    dated = [(update, "\n".join(texts[number])) for number, update in enumerate(updates) if number in texts]
    if len(dated) < 2:
        return ()
    newest_first = dated[0][0].day.is_before(dated[-1][0].day) is False
    in_time = sorted(dated[::-1] if newest_first else dated, key=lambda one: (one[0].day, _clock(one[0])))
    articles = [replace(page, id=f"{page.id}#{n}", published=update.day, updated=None) for n, (update, _) in enumerate(in_time, start=1)]
    found = [_with_text(article, text) for article, (_, text) in zip(articles, in_time, strict=True)]
    return (*_lead(page, texts.get(lead, [])), *found)


def _clock(update: Update) -> str:
    """Return what orders updates of one day, where it is known: the time of the day."""
    time = _TIME.search(update.moment)
    return time.group() if time else ""


def _lead(page: Article, lines: Sequence[str]) -> Iterator[Article]:
    """Yield what stands above the updates, dated as the page is, if there is more of it than the headline."""
    text = "\n".join(lines)
    start = _body_start(text, page)
    if len(text[start:].split()) >= SHORTEST_LEAD_WORDS:
        yield replace(page, text=text, body_start=start)
