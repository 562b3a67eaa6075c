"""Text of a page becomes a tree of elements, within limits that keep hostile pages from costing more than seconds.

Furniture is pruned here, before trafilatura looks for the article: boxes that Italian sites put between its paragraphs.
"""

import re
from collections import Counter
from collections.abc import Iterator

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
NOTHING_BUT_LINKS = 0.9  # of the words of a table, however few its links
PROSE_WORDS = 30
MOST_STANDFIRSTS = 2
SHORTEST_STANDFIRST_WORDS = 9
LONGEST_STANDFIRST_WORDS = 90
BODY_OF_PARAGRAPHS = 0.8  # share of their words
LARGEST_BOX = 0.3  # of the words of all paragraphs: a box that holds more is no furniture

HOLDS_ARTICLE = "data-edicola-article"  # attributes that page_marks sets
TEASER = "data-edicola-teaser"
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
    if sum(1 for _ in tree.iter()) > MOST_ELEMENTS:
        raise ArticleError(f"the page has more than {MOST_ELEMENTS:,} elements: save its text as .txt")
    return tree


def _has_too_many_attributes(tag: str) -> bool:
    return len(tag) > LONG_TAG_CHARACTERS and sum(1 for _ in _ATTRIBUTE.finditer(tag)) > MOST_ATTRIBUTES


def prune(tree: html.HtmlElement) -> None:
    """Remove boxes of furniture, in place: never one that holds the headline or a good part of all paragraphs."""
    in_paragraphs = _paragraph_words(tree)
    count, most = (_paragraph_words, in_paragraphs) if in_paragraphs >= FEWEST_PARAGRAPH_WORDS else (_words, _words(tree))
    for form in list(tree.iter("form")):
        if form.get(HOLDS_ARTICLE) is not None:
            form.drop_tag()  # trafilatura reads no forms
    for teaser in tree.xpath(f"//*[@{TEASER}]"):
        teaser.drop_tree()
    _drop_pull_quotes(tree)
    for box in list(tree.iter(*_BOX_TAGS, *_CONTAINERS)):
        if is_box(box) and box.getparent() is not None and next(box.iter("h1"), None) is None and count(box) <= LARGEST_BOX * most:
            box.drop_tree()  # what follows it stays


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
        _letters(paragraph.text_content())
        for paragraph in tree.iter("p")
        if not any(holder.tag == "blockquote" for holder in paragraph.iterancestors())
    )
    for quote in list(tree.iter("blockquote")):
        words = _letters(quote.text_content())
        if words and words in prose and quote.getparent() is not None:
            quote.drop_tree()


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def smooth(tree: html.HtmlElement) -> None:
    """Rewrite what trafilatura reads badly, in place: tables, text that only line breaks divide, permalinks in headings.

    Line-ups, scorers and standings become lines of their words, without the bars and rules that trafilatura draws.
    """
    for element in list(tree.iter("font", "center")):
        element.drop_tag()
    for link in list(tree.iter("a")):
        if one_mark(link.text_content()) and (holder := link.getparent()) is not None and holder.tag in HEADINGS:
            link.drop_tree()
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
    if first is None or first.getparent() is None or headline in first.getparent().iter():
        return
    box = first.getparent()
    lifted: list[html.HtmlElement] = []
    around_prose, around_headline = set(first.iterancestors()), set(headline.iterancestors())
    for element in following:
        if element is box:
            break
        common = next((holder for holder in element.iterancestors() if holder in around_prose), None)
        if (
            common in around_headline
            and _is_standfirst(element)
            and not is_in_box(element)
            and not any(element in other.iter() for other in lifted)
        ):
            lifted.append(element)
    for place, element in enumerate(lifted[:MOST_STANDFIRSTS]):
        paragraph = box.makeelement("p")
        paragraph.text = element.text_content()
        element.drop_tree()
        box.insert(place, paragraph)
        if place == 0:
            paragraph.tail, box.text = box.text, None


def _is_standfirst(element: html.HtmlElement) -> bool:
    if element.tag not in ("p", "h2", "h3", "h4", "div", "strong", "em") or any(
        child.tag in _BLOCKS for child in element.iter() if child is not element
    ):
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
    if all(_is_short_cell(cell) for _, cells in rows for cell in cells):
        if _lists_links(table):
            table.drop_tree()
            return
        for row, cells in rows:
            words, tail = " ".join(" ".join(cell.text_content().split()) for cell in cells).strip(), row.tail
            row.clear()
            row.tag, row.text, row.tail = "p", words, tail
    else:
        for row, cells in rows:
            if row.iterancestors("table").__next__() is table:
                for part in (row, *cells):
                    part.tag = "div"
    for part in (table, *(part for part in table if part.tag in ("tbody", "thead", "tfoot"))):
        part.tag = "div"


def _lists_links(table: html.HtmlElement) -> bool:
    links = list(table.iter("a"))
    share = LARGEST_LINKED if len(links) > MOST_TABLE_LINKS else NOTHING_BUT_LINKS
    return bool(links) and sum(map(_words, links)) >= share * _words(table)


def _is_calendar(table: html.HtmlElement) -> bool:
    cells = [cell.text_content().strip() for cell in table.iter("td", "th")]
    days = [cell for cell in cells if cell.isascii() and cell.isdigit() and 1 <= int(cell[:3]) <= 31]
    return len(set(days)) >= 28 and len(cells) <= 60


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


def is_in_box(element: html.HtmlElement) -> bool:
    """True if an element or one that holds it is furniture, a page header or a page footer."""
    return any(is_box(holder) or _is_page_edge(holder) for holder in (element, *element.iterancestors()))


def names(element: html.HtmlElement) -> Iterator[str]:
    """Yield the classes and the id of an element, in lower case."""
    yield from f"{element.get('class', '')} {element.get('id', '')}".lower().split()


def _is_page_edge(element: html.HtmlElement) -> bool:
    return element.tag in ("header", "footer") and not any(holder.tag in ("article", "main") for holder in element.iterancestors())


def _is_box_name(name: str) -> bool:
    return name in _BOX_NAMES or not _BOX_PARTS.isdisjoint(_PARTS.split(name))


def _paragraph_words(element: html.HtmlElement) -> int:
    return sum(map(_words, element.iter("p")))


def _words(element: html.HtmlElement) -> int:
    return len(element.text_content().split())
