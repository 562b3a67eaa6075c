"""When a page was published and corrected, by what it says of itself.

Declarations for machines come first, then the address, then what stands beside the headline. The date of the day in the page header, of
a neighbouring article, a comment or the footer is never taken: no date is better than a wrong one.
"""

import datetime
import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from lxml import html

from index.dates import MONTHS, Period, parse_period, period
from index.reading.page_facts import PageFacts, one_line
from index.reading.page_tree import is_in_box

EARLIEST_YEAR = 1990
ITALY = ZoneInfo("Europe/Rome")  # a time of another zone is counted as the day that it was here
PROSE_WORDS = 30  # a paragraph as long as this ends what stands beside the headline, as three sentences do
SENTENCE_WORDS = 15
MOST_PROSE = 3  # sentences
LONGEST_DATE_LINE = 20  # words
ELEMENTS_BEFORE_HEADLINE = 25
LINKED_TITLE_WORDS = 4

PUBLISHED_METAS = (
    "article:published_time article:published og:article:published_time og:published_time datepublished dc.date.issued dcterms.issued "
    "dcterms.created dc.date.created dc.date parsely-pub-date sailthru.date cxenseparse:recs:publishtime publishdate publish-date "
    "publication_date pubdate pdate publish_date date date.publication article.published originalpublicationdate"
).split()
MODIFIED_METAS = (
    "article:modified_time og:updated_time og:article:modified_time datemodified dcterms.modified dc.date.modified last-modified "
    "article:modified lastmod"
).split()

_MONTH = "|".join((*MONTHS, *"gen feb mar apr mag giu lug ago set sett ott nov dic".split()))
_DATE = rf"\d{{1,2}}[°º]?\s{{1,3}}(?a:{_MONTH})\b\.?,?\s{{1,3}}(?:19|20)\d\d\b|(?<![\d/.-])\d{{1,2}}[/.-]\d{{1,2}}[/.-](?:19|20)\d\d\b"
_DATE += r"|\b(?:19|20)\d\d-\d{1,2}-\d{1,2}\b"
DATE = re.compile(_DATE, re.IGNORECASE)
_GAP = r"(?:(?!aggiorn|modific|pubblic|rived|rivis|corrett)[^\n]){0,40}?"
_PUBLISHED = re.compile(
    rf"\b(?:pubblicat[oa]|pubblicazione|inserit[oa]|postat[oa]|uscit[oa]|creat[oa]|scritto|data|published)\b{_GAP}({_DATE})", re.IGNORECASE
)
_UPDATED = re.compile(
    rf"\b(?:aggiornat[oa]|aggiornamento|modifica|modificat[oa]|corrett[oa]|rettificat[oa]|rivist[oa]|rivedut[oa]|revisione"
    rf"|updated)\b{_GAP}({_DATE})",
    re.IGNORECASE,
)
_OTHER_DAY = re.compile(
    r"\b(?:scad\w+|evento|quando|dal|fino|entro|validit\w+|nat[oa]|edizione|stampa|oggi|archivio|aggiorna\w+|modific\w+|rivist\w|rivedut\w"
    r"|updated|©|copyright|commento|commenti|foto|partita|gara|appuntament\w+)\b|©",
    re.IGNORECASE,
)
_URL_DAY = re.compile(r"/((?:19|20)\d\d)[/-](\d{1,2})[/-](\d{1,2})(?=[/_.-]|$)|/((?:19|20)\d\d)(\d\d)(\d\d)(?=[/_.-]|$)")
_URL_MONTH = re.compile(r"/((?:19|20)\d\d)[/-](\d{2})/")
_CLOCK = re.compile(r"[T\s]\d{2}:\d{2}")
_TODAY_NAMES = re.compile(r"\b(?:today|oggi|data-?odierna|current-?date|data-?corrente|top-?bar|masthead|testata|site-header|datetoday)\b")
_ENDED_DATE = _DATE.replace(r"\d\d\b", r"\d\d(?!\d)")
_PLACE = r"(?:[A-ZÀ-Ý][\w'’.]{0,20}\s){0,3}[A-ZÀ-Ý][\w'’]{1,20},\s{1,3}"
_DATELINE = re.compile(rf"[^\w\n]{{0,3}}(?:{_PLACE})?((?i:{_ENDED_DATE}))(?:\s{{0,3}}[-–—|]|(?=[A-ZÀ-Ý«“\"]))")
_UNSEEN = ("head", "script", "style")


@dataclass(frozen=True, slots=True)
class PageDates:
    """When a page was published, and when it was last corrected if that was on a later day."""

    published: Period | None = None
    updated: Period | None = None


def find_dates(
    tree: html.HtmlElement, facts: PageFacts, *, url: str, headline: html.HtmlElement | None, lines: Sequence[str], today: datetime.date
) -> PageDates:
    """Return the dates of a page: `headline` shows its title, `lines` stand beside it, `today` bounds what is believed."""
    published = _first(_published(tree, facts, url, headline, lines), today)
    updated = _first(_updated(facts, tree, lines), today)
    later = updated if published and updated and published.is_before(updated) else None
    return PageDates(published, later)


def declared_day(text: str) -> Period | None:
    """Return the day of a declared date; a time that names another zone is counted as the Italian day that it was."""
    text = text.strip()
    if _CLOCK.search(text):
        try:
            moment = datetime.datetime.fromisoformat(text)
            day = (moment.astimezone(ITALY) if moment.tzinfo else moment).date()
            return period(day.year, day.month, day.day)
        except (ValueError, OverflowError):
            pass
    return parse_period(text.replace(",", " ")[:60])


def dateline(prose: str, today: datetime.date) -> Period | None:
    """Return the day that heads the first sentence of a text, as in `7 febbraio 2015 - La Pro Loco`; none where days head others too."""
    lines = [line for line in prose.split("\n") if line.strip()]
    headed = [match for line in lines if (match := _DATELINE.match(line)) and len(line.split()) >= SENTENCE_WORDS]
    if len(headed) != 1 or not _DATELINE.match(lines[0]):
        return None  # two are a chronology
    day = declared_day(headed[0].group(1))
    return day if believable(day, today) else None


def believable(day: Period | None, today: datetime.date) -> bool:
    """True for a period that can be the date of an article: not before there was a web, not after tomorrow."""
    return day is not None and day.first.year >= EARLIEST_YEAR and day.first <= today + datetime.timedelta(days=1)


def _first(candidates: Iterable[Period | None], today: datetime.date) -> Period | None:
    return next((day for day in candidates if believable(day, today)), None)


def _published(
    tree: html.HtmlElement, facts: PageFacts, url: str, headline: html.HtmlElement | None, lines: Sequence[str]
) -> Iterator[Period | None]:
    """Yield what may be the day of publication, the most trusted first."""
    yield from map(declared_day, facts.strings("datePublished"))
    yield from map(declared_day, facts.meta(*PUBLISHED_METAS))
    yield from map(declared_day, _marked(tree, "datepublished"))
    yield from _url_days(url, facts)
    yield from (declared_day(match.group(1)) for line in lines if (match := _PUBLISHED.search(line)))
    yield from map(declared_day, _times(tree, headline))
    yield from (declared_day(match.group()) for line in lines if not _OTHER_DAY.search(line) and (match := DATE.search(line)))
    yield from (declared_day(match.group(1)) for line in _labelled_lines(tree) if (match := _PUBLISHED.match(line)))
    yield from map(declared_day, facts.strings("dateCreated"))
    yield from _url_months(url)


def _updated(facts: PageFacts, tree: html.HtmlElement, lines: Sequence[str]) -> Iterator[Period | None]:
    yield from map(declared_day, facts.strings("dateModified"))
    yield from map(declared_day, facts.meta(*MODIFIED_METAS))
    yield from map(declared_day, _marked(tree, "datemodified"))
    for line in (*lines, *_labelled_lines(tree)):
        if match := _UPDATED.search(line):
            yield declared_day(match.group(1))


def _marked(tree: html.HtmlElement, itemprop: str) -> Iterator[str]:
    """Yield the dates of elements with this microdata property, as far as they belong to the article."""
    for element in tree.iter():
        if itemprop in element.get("itemprop", "").lower().split() and element.tag != "meta" and not is_in_box(element):
            yield next(filter(None, map(element.get, ("content", "datetime"))), None) or _titled(element)


def _titled(element: html.HtmlElement) -> str:
    """Return the date in an element's `title` if there is one, as microformats write it; what the element shows otherwise."""
    title = element.get("title", "")
    return title if declared_day(title) else one_line(element.text_content())


def _url_days(url: str, facts: PageFacts) -> Iterator[Period | None]:
    for address in (url, *facts.meta("og:url")):
        if match := _URL_DAY.search(address):
            yield _day(*(int(part) for part in match.groups() if part))


def _url_months(url: str) -> Iterator[Period | None]:
    if match := _URL_MONTH.search(url):
        yield _day(int(match.group(1)), int(match.group(2)))


def _day(year: int, month: int, day: int | None = None) -> Period | None:
    try:
        return period(year, month, day)
    except ValueError:
        return None


def _times(tree: html.HtmlElement, headline: html.HtmlElement | None) -> Iterator[str]:
    """Yield the machine-readable `<time>` elements of the article itself: marked as publication, or beside the headline."""
    times = [time for time in tree.iter("time") if not is_in_box(time) and not _OTHER_DAY.search(_label(time))]
    marked = [time for time in times if time.get("pubdate") is not None or re.search(r"publish|entry-date", time.get("class", ""))]
    beside = set(_elements_beside(headline))
    for time in (*marked, *(time for time in times if time in beside)):
        yield time.get("datetime") or one_line(time.text_content())


def _label(element: html.HtmlElement) -> str:
    """Return the words right before an element and in it, and its class: they say what day it is."""
    previous, parent = element.getprevious(), element.getparent()
    before = (previous.tail if previous is not None else parent.text if parent is not None else "") or ""
    return " ".join((before[-60:], element.get("class", ""), element.text_content()[:60])).replace("-", " ")


def lines_beside(headline: html.HtmlElement | None) -> Iterator[str]:
    """Yield the short lines that stand beside the headline: byline and date, not the prose."""
    for element in _elements_beside(headline):
        line = one_line(element.text_content() if _is_line(element) else element.text or "")
        if line and len(line.split()) <= LONGEST_DATE_LINE:
            yield line
        elif element.tail and len(tail := one_line(element.tail)) and len(tail.split()) <= LONGEST_DATE_LINE:
            yield tail


def _is_line(element: html.HtmlElement) -> bool:
    return len(element.text_content().split()) <= LONGEST_DATE_LINE


def _elements_beside(headline: html.HtmlElement | None) -> Iterator[html.HtmlElement]:
    """Yield the elements from the headline to the first paragraph of prose, then the few right before the headline."""
    if headline is None:
        return
    for element in headline.iter():
        yield element
    prose, of_today = 0, _of_today(headline.getroottree().getroot())
    for element in headline.xpath("following::*"):
        inside = element.text_content() if element.tag == "p" else element.text or ""
        prose += _weight(inside)
        if prose >= MOST_PROSE:
            break
        if element.tag not in _UNSEEN and element not in of_today and not is_in_box(element):
            yield element
        prose += _weight(element.tail or "")
        if prose >= MOST_PROSE:
            break
    before = headline.xpath("preceding::*")[-ELEMENTS_BEFORE_HEADLINE:]
    for element in reversed(before):
        if not is_in_box(element) and _is_listed(element):
            break  # another article's line, and what stands above it
        unseen = element.tag in _UNSEEN or next(element.iterancestors(*_UNSEEN), None) is not None
        if element not in of_today and not is_in_box(element) and not unseen:
            yield element


def _is_listed(element: html.HtmlElement) -> bool:
    """True for an entry of a list, and for a link with a title: what stands so above a headline speaks of something else."""
    linked = element.tag == "a" and len(element.text_content().split()) >= LINKED_TITLE_WORDS
    return linked or element.tag == "li" or next(element.iterancestors("li"), None) is not None


def _weight(text: str) -> int:
    """Return how much a run of text says that the prose has begun; a standfirst may come before the byline."""
    words = len(text.split())
    return MOST_PROSE if words >= PROSE_WORDS else int(words >= SENTENCE_WORDS)


def _of_today(tree: html.HtmlElement) -> Set[html.HtmlElement]:
    """Return the elements that say by their names that they show the day on which they are read, and all that they hold."""
    found: set[html.HtmlElement] = set()
    for element in tree.iter():  # what holds an element comes before it
        if element.getparent() in found or _TODAY_NAMES.search(f"{element.get('class', '')} {element.get('id', '')}".lower()):
            found.add(element)
    return found


def _labelled_lines(tree: html.HtmlElement) -> Iterator[str]:
    """Yield the short lines anywhere in the article that may say when it was published: some sites write it below the text."""
    for element in tree.iter("p", "div", "span", "small", "em", "i", "strong", "footer", "li", "time"):
        line = one_line(element.text_content()) if len(element) <= 4 else ""
        if line and len(line.split()) <= LONGEST_DATE_LINE and DATE.search(line) and not is_in_box(element):
            yield line
