"""Text of a page becomes a tree of elements, within limits that keep hostile pages from costing more than seconds.

Furniture is pruned here, before trafilatura looks for the article: boxes that Italian sites put between its paragraphs.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from itertools import islice, takewhile

from lxml import etree, html

from index.errors import ArticleError

LARGEST_PAGE_CHARACTERS = 12_000_000
MOST_ELEMENTS = 25_000
MOST_ATTRIBUTES = 300  # of one element; libxml2 takes time with their square
LONG_TAG_CHARACTERS = 1_000
FEWEST_PARAGRAPH_WORDS = 40  # a page with fewer writes its prose elsewhere than in paragraphs
LONGEST_CELL_WORDS = 15
MOST_TABLE_LINKS = 3  # a table with more lists pages, and is no line-up
LARGEST_LINKED = 0.5  # of the words of such a table
MOST_CALENDAR_CELLS = 60
FEWEST_CALENDAR_DAYS = 28
NOTHING_BUT_LINKS = 0.9  # of the words of a table, however few its links
PROSE_WORDS = 30
MOST_STANDFIRSTS = 2
SHORTEST_STANDFIRST_WORDS = 9
LONGEST_STANDFIRST_WORDS = 90
BODY_OF_PARAGRAPHS = 0.8  # share of their words
LONGEST_PULL_QUOTE_CHARACTERS = 5_000
LARGEST_BOX = 0.3  # of the words of all paragraphs: a box that holds more is no furniture

Words = Mapping[html.HtmlElement, int]

HOLDS_ARTICLE = "data-edicola-article"  # attributes that page_marks sets
TEASER = "data-edicola-teaser"
_IN_BOX = "data-edicola-in-box"
_DROPPED = "edicola-dropped"
_INVALID = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_PROLOGUE = re.compile(r"\A\s*(?:<\?xml[^>]{0,500}>\s*)?")
_QUOTED = r"""(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z))"""
_TAG = re.compile(
    rf"""<!--.*?(?:-->|\Z) | <(?P<raw>script|style)\b.*?(?:</(?P=raw)|\Z) | (?P<tag><[a-z](?:[^"'>=]++|=\s*+{_QUOTED}?+|["'])*+)""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_ATTRIBUTE = re.compile(rf"""[^\s=]++(?:\s*+=\s*+(?:{_QUOTED}|[^\s"']++)?+)?+""")

_BOX_NAMES = frozenset(
    """
    leggi-anche read-also vedi-anche piu-letti piu-lette most-read ultime-notizie
    author-box autore-box author-bio tag-list reading-time tempo-lettura
    skip-link screen-reader-text sr-only visually-hidden
    twitter-tweet instagram-media tiktok-embed fb-post
    """.split()
)
_BOX_PARTS = frozenset(  # of a class or an id that is written `story__related` or `related-box`
    """
    adv adsbygoogle advertisement advertising banner promo sponsor sponsored pubblicita outbrain taboola
    breadcrumb breadcrumbs briciole sharing share condividi condivisione social addtoany toolbar
    related correlati correlate correlata correlato relatedposts leggianche
    newsletter subscribe iscriviti abbonati paywall popup cookie cookies consent gdpr
    comments comment commenti commento disqus widget sidebar popular
    tags caption didascalia figcaption credit credits player copyright
    """.split()
)
_BOX_TAGS = frozenset("aside nav figcaption form button iframe noscript dialog template svg select marquee".split())
_CONTAINERS = frozenset(
    "div section ul ol p span details footer figure dl blockquote a table small em header h2 h3 h4 h5 h6 article".split()
)
_STANDFIRST = re.compile(
    r"summary|sommario|subtitle|sottotitolo|standfirst|occhiello|catenaccio|abstract|excerpt|lead\b|deck\b|dek\b|intro"
)
_PARTS = re.compile(r"[-_]+")
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCKS = frozenset("p div table ul ol h1 h2 h3 h4 h5 h6 blockquote section article form hr dl figure header footer aside".split())


def parse_page(text: str) -> html.HtmlElement:
    """Return the root of a page; ArticleError where it has no elements, or so many that reading it would take too long."""
    if len(text) > LARGEST_PAGE_CHARACTERS:
        raise ArticleError(f"the page has more than {LARGEST_PAGE_CHARACTERS:,} characters: save its text as .txt")
    text = _INVALID.sub("", _PROLOGUE.sub("", text))
    if any(_has_too_many_attributes(match["tag"]) for match in _TAG.finditer(text) if match["tag"]):
        raise ArticleError(f"an element of the page has more than {MOST_ATTRIBUTES} attributes: save its text as .txt")
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False, default_doctype=False)
    try:
        tree = html.document_fromstring(text.encode(), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise ArticleError("it is no HTML page: save its text as .txt or .md") from error
    _gather(tree)
    if sum(1 for _ in tree.iter()) > MOST_ELEMENTS:
        raise ArticleError(f"the page has more than {MOST_ELEMENTS:,} elements: save its text as .txt")
    return tree


def _gather(tree: html.HtmlElement) -> None:
    """Move what damage has put beside the root into the body, in place: it would be seen from some elements and not from others."""
    body = tree.find("body")
    for stray in list(tree.itersiblings()):
        (tree if body is None else body).append(stray)


def _has_too_many_attributes(tag: str) -> bool:
    return len(tag) > LONG_TAG_CHARACTERS and sum(1 for _ in _ATTRIBUTE.finditer(tag)) > MOST_ATTRIBUTES


def prune(tree: html.HtmlElement) -> None:
    """Remove boxes of furniture, in place: never one that holds the headline or a good part of all paragraphs."""
    count = _paragraph_words_within if _paragraph_words(tree) >= FEWEST_PARAGRAPH_WORDS else words_within
    most = count(tree)[tree]
    for form in list(tree.iter("form")):
        if form.get(HOLDS_ARTICLE) is not None:
            form.drop_tag()  # trafilatura reads no forms
    _drop(tree, tree.xpath(f"//*[@{TEASER}]"))
    _drop_pull_quotes(tree)
    words = count(tree)
    boxes = (box for box in tree.iter(*_BOX_TAGS, *_CONTAINERS) if is_box(box))
    _drop(tree, [box for box in boxes if words[box] <= LARGEST_BOX * most and next(box.iter("h1"), None) is None])


def words_within(tree: html.HtmlElement, *, unseen: Collection[str] = ()) -> Words:
    """Return how many words each element holds, those of elements called `unseen` apart."""
    words: Counter[html.HtmlElement] = Counter()
    for element in reversed(list(tree.iter())):  # what an element holds comes before it
        if isinstance(element.tag, str) and element.tag not in unseen:
            words[element] += len((element.text or "").split())
        if (holder := element.getparent()) is not None:
            words[holder] += words[element] + len((element.tail or "").split())
    return words


def _paragraph_words_within(tree: html.HtmlElement) -> Words:
    words: Counter[html.HtmlElement] = Counter()
    for element in reversed(list(tree.iter())):
        if element.tag == "p":
            words[element] += _words(element)
        if (holder := element.getparent()) is not None:
            words[holder] += words[element]
    return words


def _drop(tree: html.HtmlElement, elements: Iterable[html.HtmlElement]) -> None:
    """Remove elements with all that they hold, in place; what follows them stays. All at once: each alone would copy the text before it."""
    for element in elements:
        if element is not tree:
            element.tag = _DROPPED
    etree.strip_elements(tree, _DROPPED, with_tail=False)


def drop_page_header(tree: html.HtmlElement, headline: html.HtmlElement) -> None:
    """Remove the header of the page, with the name and the motto of the site, in place: unless it holds the headline."""
    holders = set(headline.iterancestors())
    for header in list(tree.iter("header")):
        if header not in holders and _is_page_edge(header) and header.getparent() is not None:
            header.drop_tree()


def name_prose(tree: html.HtmlElement) -> None:
    """Mark the box that holds nearly all paragraphs, in place, as the body of the article: trafilatura knows few names that are Italian."""
    if next(tree.iter("article"), None) is not None or tree.xpath("//*[contains(@itemprop, 'articleBody')]"):
        return
    paragraphs = Counter[html.HtmlElement]()
    for paragraph in tree.iter("p"):
        if (holder := paragraph.getparent()) is not None:
            paragraphs[holder] += _words(paragraph)
    body, words = next(iter(paragraphs.most_common(1)), (tree, 0))
    if words >= max(FEWEST_PARAGRAPH_WORDS, BODY_OF_PARAGRAPHS * paragraphs.total()) and body.tag in ("div", "section", "td", "main"):
        body.set("itemprop", "articleBody")


def _drop_pull_quotes(tree: html.HtmlElement) -> None:
    """Remove the quotes that show a sentence of the article a second time."""
    prose = "\n".join(
        _letters(paragraph.text_content()) for paragraph in tree.iter("p") if next(paragraph.iterancestors("blockquote"), None) is None
    )
    quotes = [(quote, quote.text_content()) for quote in tree.iter("blockquote")]
    short = ((quote, _letters(text)) for quote, text in quotes if len(text) <= LONGEST_PULL_QUOTE_CHARACTERS)
    _drop(tree, [quote for quote, words in short if words and words in prose])


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def smooth(tree: html.HtmlElement) -> None:
    """Rewrite what trafilatura reads badly, in place: tables, text that only line breaks divide, permalinks in headings.

    Line-ups, scorers and standings become lines of their words, without the bars and rules that trafilatura draws.
    """
    etree.strip_tags(tree, "font", "center")
    links = (link for heading in tree.iter(*HEADINGS) for link in heading.iterchildren("a"))
    _drop(tree, [link for link in links if one_mark(link.text_content())])
    for table in list(tree.iter("table")):
        _smooth_table(table)
    if _paragraph_words(tree) < FEWEST_PARAGRAPH_WORDS:
        for holder in list(tree.iter("div", "td", "section", "article")):
            _divide_at_breaks(holder)


def one_mark(text: str) -> bool:
    """True for a text of a single character that is no letter, as permalinks and bullets show."""
    return len(text.strip()) == 1 and not text.strip().isalnum()


def lift_standfirst(headline: html.HtmlElement) -> None:
    """Move the lines that stand between the headline and the box of the prose into that box, in place: else trafilatura leaves them out."""
    following = [element for element in headline.xpath("following::*") if isinstance(element.tag, str)]
    first = next((e for e in following if e.tag == "p" and len(e.text_content().split()) >= PROSE_WORDS and not is_in_box(e)), None)
    around_headline = {headline, *headline.iterancestors()}
    if first is None or first.getparent() is None or first.getparent() in around_headline:
        return
    box = first.getparent()
    above = takewhile(lambda element: element is not box, following)
    lifted = list(islice(_standfirsts(above, around_headline, set(first.iterancestors())), MOST_STANDFIRSTS))
    for place, element in enumerate(lifted):
        paragraph = box.makeelement("p")
        paragraph.text = element.text_content()
        element.drop_tree()
        box.insert(place, paragraph)
        if place == 0:
            paragraph.tail, box.text = box.text, None


def _standfirsts(
    elements: Iterable[html.HtmlElement], around_headline: Set[html.HtmlElement], around_prose: Set[html.HtmlElement]
) -> Iterator[html.HtmlElement]:
    """Yield those of the elements behind the headline that stand beside it and not beside the prose; none inside of another."""
    beside, inside = set[html.HtmlElement](), set[html.HtmlElement]()
    for element in elements:
        holder = element.getparent()
        if holder not in around_headline and (holder not in beside or holder in around_prose):
            continue
        beside.add(element)
        if holder in inside:
            inside.add(element)
        elif not is_in_box(element) and _is_standfirst(element):
            inside.add(element)
            yield element


def _is_standfirst(element: html.HtmlElement) -> bool:
    if element.tag not in ("p", "h2", "h3", "h4", "div", "strong", "em") or next(element.iterdescendants(*_BLOCKS), None) is not None:
        return False
    words = len(element.text_content().split())
    named = (
        any(_STANDFIRST.search(name) for name in names(element))
        or "description" in f"{element.get('itemprop')} {element.get('data-audit')}"
    )
    linked = sum(len(link.text_content().split()) for link in element.iter("a"))
    return (
        (SHORTEST_STANDFIRST_WORDS if not named else 4) <= words <= LONGEST_STANDFIRST_WORDS
        and linked <= words / 3
        and (named or element.tag in ("p", "h2"))
    )


def _smooth_table(table: html.HtmlElement) -> None:
    """Make paragraphs of rows of short cells, and blocks of a table that is there for the layout; drop lists of links."""
    if _is_calendar(table):
        table.drop_tree()
        return
    rows = [(row, [cell for cell in row if cell.tag in ("td", "th")]) for row in table.iter("tr")]
    if next(table.iterdescendants("table"), None) is None and all(_is_short_cell(cell) for _, cells in rows for cell in cells):
        if _lists_links(table):
            table.drop_tree()
            return
        for row, cells in rows:
            words, tail = " ".join(" ".join(cell.text_content().split()) for cell in cells).strip(), row.tail
            row.clear()
            row.tag, row.text, row.tail = "p", words, tail
    else:
        for row, cells in rows:
            if next(row.iterancestors("table"), None) is table:
                for part in (row, *cells):
                    part.tag = "div"
    for part in (table, *(part for part in table if part.tag in ("tbody", "thead", "tfoot"))):
        part.tag = "div"


def _lists_links(table: html.HtmlElement) -> bool:
    links = list(table.iter("a"))
    share = LARGEST_LINKED if len(links) > MOST_TABLE_LINKS else NOTHING_BUT_LINKS
    return bool(links) and sum(map(_words, links)) >= share * _words(table)


def _is_calendar(table: html.HtmlElement) -> bool:
    cells = list(islice(table.iter("td", "th"), MOST_CALENDAR_CELLS + 1))
    if len(cells) > MOST_CALENDAR_CELLS or next(table.iterdescendants("table"), None) is not None:
        return False
    texts = [cell.text_content().strip() for cell in cells]
    return len({text for text in texts if text.isascii() and text.isdigit() and 1 <= int(text[:3]) <= 31}) >= FEWEST_CALENDAR_DAYS


def _is_short_cell(cell: html.HtmlElement) -> bool:
    return next(cell.iter("p", "table", "div", "ul", "h1", "h2"), None) is None and len(cell.text_content().split()) <= LONGEST_CELL_WORDS


def _divide_at_breaks(holder: html.HtmlElement) -> None:
    """Make paragraphs of the direct text of an element where two line breaks in a row divide it."""
    breaks = [child for child in holder if child.tag == "br"]
    if len(breaks) < 2 or len((holder.text or "").split()) + sum(len((child.tail or "").split()) for child in holder) < PROSE_WORDS:
        return
    paragraph = holder.makeelement("p")
    paragraph.text, holder.text = holder.text, None
    paragraphs = [paragraph]
    for child in list(holder):
        if child.tag == "br" or child.tag in _BLOCKS:
            if child.tag != "br":
                paragraphs.append(child)
            paragraph = holder.makeelement("p")
            paragraph.text, child.tail = child.tail, None
            paragraphs.append(paragraph)
            if child.tag == "br":
                holder.remove(child)
        else:
            paragraph.append(child)  # with its tail
    for part in paragraphs:
        if part.tag != "p" or part.getparent() is None or part.getparent() is holder:
            holder.append(part)


def is_box(element: html.HtmlElement) -> bool:
    """True if an element says by its tag, class or id that it is furniture, and does not hold the article."""
    if element.get(HOLDS_ARTICLE) is not None:
        return False
    return (
        element.get(TEASER) is not None
        or element.tag in _BOX_TAGS
        or (element.tag in _CONTAINERS and any(map(_is_box_name, names(element))))
    )


def mark_furniture(tree: html.HtmlElement) -> None:
    """Mark, in place, the elements that are furniture, a page header or a page footer, and all that they hold."""
    for element in tree.iter():  # what holds an element comes before it
        holder = element.getparent()
        if (holder is not None and is_in_box(holder)) or is_box(element) or _is_page_edge(element):
            element.set(_IN_BOX, "")


def is_in_box(element: html.HtmlElement) -> bool:
    """True if an element or one that holds it was marked as furniture, a page header or a page footer."""
    return element.get(_IN_BOX) is not None


def names(element: html.HtmlElement) -> Iterator[str]:
    """Yield the classes and the id of an element, in lower case."""
    yield from f"{element.get('class', '')} {element.get('id', '')}".lower().split()


def _is_page_edge(element: html.HtmlElement) -> bool:
    return element.tag in ("header", "footer") and next(element.iterancestors("article", "main"), None) is None


def _is_box_name(name: str) -> bool:
    return name in _BOX_NAMES or not _BOX_PARTS.isdisjoint(_PARTS.split(name))


def _paragraph_words(element: html.HtmlElement) -> int:
    return sum(map(_words, element.iter("p")))


def _words(element: html.HtmlElement) -> int:
    return len(element.text_content().split())
