"""Live pages: several updates in one page, each with a day or a time of its own.

In comes the tree, out come the blocks of elements that belong to each dated update. Where all are of one day, the page must say that it
is live, for times of one day divide a programme as well. A chronology of what
happened, a list of other articles and comments have days too: they are no updates, for they say no time of the day and no "aggiornamento".
"""

import datetime
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from lxml import html

from index.dates import MONTHS, Period, period
from index.reading.page_dates import DATE, PageDates, believable, declared_day
from index.reading.page_facts import Node, PageFacts, one_line
from index.reading.page_tree import PROSE_WORDS, is_in_box

LONGEST_HEADING_WORDS = 22
MOST_HEADING_ELEMENTS = 12
MATCHED_WORDS = 8  # of an update that JSON-LD declares: enough to find it on the page
MOST_UPDATES = 1_000
FEWEST_WORDS = 6  # of an update

_WEEKDAY = r"(?:(?:luned|marted|mercoled|gioved|venerd)[iìí]['’]?|sabato|domenica)"
_UPDATE_WORD = re.compile(r"\b(?:aggiornament[oi]|update|ultim['’]ora)\b", re.IGNORECASE)
_HOUR = r"([01]?\d|2[0-3])"
_TIME_OF_DAY = re.compile(rf"(?:\b(?:ore|alle|h)\s{{1,3}}{_HOUR}\b(?:[.:,]([0-5]\d))?)|\b{_HOUR}[.:]([0-5]\d)\b", re.IGNORECASE)
_PREPOSITIONS = r"(?:(?:del|dell['’]|di|al|il|delle|alle|ore|h)\s{0,3}){0,3}"
_STARTS_AS_DATE = re.compile(
    rf"^\W{{0,4}}(?:{_UPDATE_WORD.pattern}\W{{0,3}}(?:n\W{{0,2}}\d{{1,3}}\W{{1,3}})?{_PREPOSITIONS})?(?:{_WEEKDAY},?\s{{1,3}})?"
    r"(?:(?:ore|alle|h)\s{1,3})?(?=\d)",
    re.IGNORECASE,
)
_DAY_WITHOUT_YEAR = re.compile(rf"\b(\d{{1,2}})[°º]?\s{{1,3}}((?a:{'|'.join(MONTHS)}))\b(?!\s{{1,3}}\d{{4}})", re.IGNORECASE)
_LIVE = re.compile(r"live-?(?:blog|update|feed|post|entry)|diretta|aggiornament|timeline|\blive\b", re.IGNORECASE)
_HEADINGS = ("h2", "h3", "h4", "h5", "h6", "strong", "b", "time", "p", "div", "span", "dt", "header", "em", "small")
_LEAVES = frozenset("p h1 h2 h3 h4 h5 h6 li blockquote dd dt td pre div section article span".split())
_CLOCKED = re.compile(r"[T\s]\d{1,2}:\d{2}")


@dataclass(frozen=True, slots=True)
class Update:
    """One dated update of a live page and the elements that hold its text, in the order of the page."""

    day: Period
    moment: str
    elements: tuple[html.HtmlElement, ...]


@dataclass(frozen=True, slots=True)
class _Boundary:
    element: html.HtmlElement
    day: Period | None
    moment: str = ""  # ISO, or the time of the day, to order updates of one day
    strong: bool = False  # it gives a time of the day
    named: bool = False  # it says that it is an update


def find_updates(tree: html.HtmlElement, facts: PageFacts, dates: PageDates, today: datetime.date) -> tuple[Update, ...]:
    """Return the updates of a live page in the order of the page; none where it is no live page."""
    found = list(islice(_boundaries(tree, dates.published), MOST_UPDATES + 1))
    boundaries = _dated(found, facts, today) if len(found) <= MOST_UPDATES else []
    if len(boundaries) < 2 or not _is_live(facts, boundaries, dates):
        return ()
    updates = tuple(_blocks(boundaries))
    return updates if len(updates) >= 2 else ()


def _boundaries(tree: html.HtmlElement, published: Period | None) -> Iterator[_Boundary]:
    """Yield the elements that head an update by a date or a time, in the order of the page; an element inside of one is none."""
    inside: set[html.HtmlElement] = set()
    headline = next(tree.iter("h1"), None)
    byline = _Bylines(headline)
    started, prose = headline is None, False
    for element in tree.iter():
        prose = prose or (started and element.tag == "p" and len(element.text_content().split()) >= PROSE_WORDS)
        if element is headline:
            started = True
        if not started or element in inside or element.tag not in _HEADINGS:
            continue
        boundary = _boundary(element, published)
        if boundary and not is_in_box(element) and not (not prose and byline.holds(element)):
            inside.update(element.iter())
            yield boundary


class _Bylines:
    """Which dates are those of the page itself: they stand beside the headline, in a line and not above prose of their own."""

    def __init__(self, headline: html.HtmlElement | None) -> None:
        self._around = {headline, *headline.iterancestors()} if headline is not None else set()
        self._short: dict[html.HtmlElement, bool] = {}

    def holds(self, element: html.HtmlElement) -> bool:
        holder = element.getparent()
        if not self._around or holder is None or element.tag in ("h2", "h3", "h4", "h5", "h6"):
            return False
        if holder in self._around:
            return True
        others = (one for one in islice(holder.iter("p"), 3) if one is not element and one is not holder)
        return next(others, None) is None and self._is_short(holder)

    def _is_short(self, holder: html.HtmlElement) -> bool:
        if holder not in self._short:
            self._short[holder] = len(holder.text_content().split()) < PROSE_WORDS
        return self._short[holder]


def _boundary(element: html.HtmlElement, published: Period | None) -> _Boundary | None:
    if element.tag == "time" and (declared := element.get("datetime")):
        day = declared_day(declared)
        if day is None or not _CLOCKED.search(declared):
            return _Boundary(element, day, declared) if day and day.precision == "day" else None
        return _Boundary(element, day, declared, strong=True)
    text = _head_text(element)
    if not text or not (start := _STARTS_AS_DATE.match(text)):
        return None
    time = _TIME_OF_DAY.search(_without_dates(text))
    day = _day_of(text, published)
    if day is None and time is None:
        return None
    at = DATE.search(text) or _DAY_WITHOUT_YEAR.search(text) or _TIME_OF_DAY.search(text)
    if at is None or at.start() > start.end() + 12:
        return None
    strong = time is not None and (day is not None or element.tag not in ("p", "div", "span"))
    return _Boundary(element, day, _clock(time), strong, named=_UPDATE_WORD.search(text[: start.end()]) is not None)


def _head_text(element: html.HtmlElement) -> str:
    """Return the words of an element that is short enough to head an update, nothing for others and for those that only hold others."""
    if element.tag in ("div", "header", "p", "span") and any(child.tag in ("p", "div", "h2", "h3", "h4", "ul", "li") for child in element):
        return ""
    text = (
        one_line(element.text_content())
        if sum(1 for _ in islice(element.iter(), MOST_HEADING_ELEMENTS + 1)) <= MOST_HEADING_ELEMENTS
        else ""
    )
    return text if len(text.split()) <= LONGEST_HEADING_WORDS else ""


def _without_dates(text: str) -> str:
    return DATE.sub(" ", text)


def _clock(time: re.Match[str] | None) -> str:
    if time is None:
        return ""
    hour, minute = time.group(1) or time.group(3), time.group(2) or time.group(4)
    return f"{int(hour):02}:{minute or '00'}"


def _day_of(text: str, published: Period | None) -> Period | None:
    if match := DATE.search(text):
        return declared_day(match.group())
    if (match := _DAY_WITHOUT_YEAR.search(text)) and published:
        month = MONTHS.index(match.group(2).lower()) + 1
        for year in (published.first.year, published.first.year + 1):  # a page of December goes on in January
            try:
                day = period(year, month, int(match.group(1)))
            except ValueError:
                return None
            if published.first - datetime.timedelta(days=31) <= day.first:
                return day
    return None


def _dated(boundaries: Sequence[_Boundary], facts: PageFacts, today: datetime.date) -> list[_Boundary]:
    """Return the boundaries with their days: their own, that of the update which JSON-LD declares, or that of the heading before."""
    declared = _Declared(facts.updates)
    shared = _shared_holders(boundaries)
    found: list[_Boundary] = []
    current: Period | None = None
    for boundary in boundaries:
        day, moment = boundary.day, boundary.moment
        if day is None and declared:
            day, moment = declared.update_in(_words(" ".join(_holder(boundary, shared).itertext()))) or (None, moment)
        day = day or current
        if not believable(day, today) or day is None:
            continue
        if not boundary.moment:
            current = day
        found.append(replace(boundary, day=day, moment=moment))
    return found


class _Declared:
    """The updates that JSON-LD declares, to be found by their first words in what stands on the page."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        self._updates = [update for node in nodes for update in _declared_update(node)]
        self._places: dict[tuple[str, ...], int] = {}
        for place, (words, _, _) in enumerate(self._updates):
            self._places.setdefault(words, place)
        self._lengths = {len(words) for words in self._places}

    def __bool__(self) -> bool:
        return bool(self._updates)

    def update_in(self, words: Sequence[str]) -> tuple[Period, str] | None:
        """Return day and moment of the first update that begins somewhere in these words."""
        runs = (tuple(words[start : start + length]) for length in self._lengths for start in range(len(words) - length + 1))
        place = min((self._places[run] for run in runs if run in self._places), default=None)
        return self._updates[place][1:] if place is not None else None


def _declared_update(node: Node) -> Iterator[tuple[tuple[str, ...], Period, str]]:
    published = node.get("datePublished")
    day = declared_day(published) if isinstance(published, str) else None
    for field in ("articleBody", "headline"):
        text = node.get(field)
        if day and isinstance(published, str) and isinstance(text, str) and len(words := _words(text[:2000])) >= 3:
            yield words[:MATCHED_WORDS], day, published


def _words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\w+", text.casefold()))


def _holder(boundary: _Boundary, shared: Collection[html.HtmlElement]) -> html.HtmlElement:
    """Return the largest element that holds this boundary and no other."""
    holder = boundary.element
    while (parent := holder.getparent()) is not None and parent not in shared:
        holder = parent
    return holder


def _shared_holders(boundaries: Sequence[_Boundary]) -> Collection[html.HtmlElement]:
    """Return the elements that hold more than one boundary."""
    held = Counter(holder for boundary in boundaries for holder in (boundary.element, *boundary.element.iterancestors()))
    return {holder for holder, count in held.items() if count > 1}


def _is_live(facts: PageFacts, boundaries: Sequence[_Boundary], dates: PageDates) -> bool:
    """True if a page says that it is live, or its headings do: a programme of coming events has days and times as well, but in order."""
    if facts.updates or sum(boundary.named for boundary in boundaries) >= 2:
        return True
    holders = {holder for boundary in boundaries for holder in boundary.element.iterancestors() if holder.tag not in ("html", "body")}
    one_day = len({boundary.day for boundary in boundaries}) < 2
    if any(_LIVE.search(f"{holder.get('class', '')} {holder.get('id', '')}") for holder in holders):
        return not one_day or all(boundary.strong for boundary in boundaries)
    if one_day:
        return False
    days = [boundary.day for boundary in boundaries if boundary.day]
    latest = dates.updated or dates.published
    newest_first = days == sorted(days, reverse=True)
    return sum(boundary.strong for boundary in boundaries) >= 2 and (newest_first or (latest is not None and max(days) <= latest))


def _blocks(boundaries: Sequence[_Boundary]) -> Iterator[Update]:
    """Yield the updates: what lies between boundaries, or in boxes that hold one boundary each."""
    common = _common_holder([boundary.element for boundary in boundaries])
    boxes = {_child_of(common, boundary.element): boundary for boundary in boundaries}
    boxed = len(boxes) == len(boundaries) and all(len(box.text_content()) > len(b.element.text_content()) + 20 for box, b in boxes.items())
    shared = _shared_holders(boundaries)
    heads = boxes if boxed else {_head(boundary.element, shared): boundary for boundary in boundaries}
    owner: _Boundary | None = None
    owned: dict[_Boundary, list[html.HtmlElement]] = {boundary: [] for boundary in boundaries}
    for element in common.iter():
        owner = heads.get(element, owner)
        if owner is not None and element is not common and isinstance(element.tag, str) and element.tag in _LEAVES:
            owned[owner].append(element)
    waiting: list[html.HtmlElement] = []  # headings of a day whose updates have headings of their own
    for boundary, elements in owned.items():
        if boundary.day is not None and _has_prose(boundary, elements):
            yield Update(boundary.day, boundary.moment, (*waiting, *elements))
            waiting = []
        else:
            waiting += elements


def _head(element: html.HtmlElement, shared: Collection[html.HtmlElement]) -> html.HtmlElement:
    """Return the largest element that begins with this boundary and holds no other."""
    while (parent := element.getparent()) is not None and parent not in shared and not (parent.text or "").strip():
        if any(one_line(f"{sibling.text_content()}{sibling.tail or ''}") for sibling in element.itersiblings(preceding=True)):
            break
        element = parent
    return element


def _has_prose(boundary: _Boundary, elements: Sequence[html.HtmlElement]) -> bool:
    heads = len(boundary.element.text_content().split())
    words, counted = 0, set[html.HtmlElement]()
    for element in elements:  # what holds others comes before them
        if element not in counted:
            counted.update(element.iter())
            words += len(element.text_content().split())
    return words - heads >= FEWEST_WORDS or heads > LONGEST_HEADING_WORDS


def _common_holder(elements: Sequence[html.HtmlElement]) -> html.HtmlElement:
    chains = [[*reversed([*element.iterancestors()]), element] for element in elements]
    common = chains[0][0]
    for level in zip(*chains, strict=False):
        if any(holder is not level[0] for holder in level):
            break
        common = level[0]
    return common


def _child_of(common: html.HtmlElement, element: html.HtmlElement) -> html.HtmlElement:
    child = element
    while (parent := child.getparent()) is not None and parent is not common:
        child = parent
    return child
