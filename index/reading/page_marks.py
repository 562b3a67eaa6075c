"""Which boxes of a page hold its article, whatever they are called, and which lead to other articles, though no name says so.

In comes the tree; out come attributes on its elements, which `page_tree.is_box` believes before names of classes. Both are seen by shape.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice, takewhile

from lxml import html

from index.reading.page_dates import DATE
from index.reading.page_tree import HEADINGS, HOLDS_ARTICLE, LARGEST_BOX, TEASER, Words, is_box, mark_furniture, words_within

FEWEST_TEASERS = 3
SHORTEST_LINKED_TITLE_WORDS = 3
LONGEST_TEASER_WORDS = 60
MOST_HEADING_WORDS = 5  # above a list of contents
MOST_TITLES = 10
LONGEST_TITLE_CHARACTERS = 1_000
SHORTEST_HEADING_CHARACTERS = 8  # of letters and digits

_READ_ON = re.compile(r"\W{0,9}(?:leggi|continua|prosegui|read)\b[\w\s']{0,30}\W{0,9}$", re.IGNORECASE)
_ELLIPSES = ("...", "…")
_UNSEEN = frozenset({"script", "style", "noscript", "template"})


def mark_boxes(tree: html.HtmlElement) -> None:
    """Mark, in place, the boxes that hold the article and the boxes that are teasers of others."""
    words = words_within(tree, unseen=_UNSEEN)
    for box in _holders_of_article(tree, words):
        box.set(HOLDS_ARTICLE, "")
    for teaser in [*_rows_of_teasers(tree, words), *_cut_texts(tree, words), *_contents(tree, words)]:
        teaser.set(TEASER, "")
    mark_furniture(tree)


def _holders_of_article(tree: html.HtmlElement, words: Words) -> Iterator[html.HtmlElement]:
    """Yield the boxes with a good part of the page's words and its headline: a form around the page, the widget a blog is written in."""
    titles = [title.text_content() for title in islice(tree.iter("title"), MOST_TITLES)]
    titles += islice((meta.get("content", "") for meta in tree.iter("meta") if meta.get("property") == "og:title"), MOST_TITLES)
    squeezed = [_squeezed(title[:LONGEST_TITLE_CHARACTERS]) for title in titles]
    holders: set[html.HtmlElement] = set()
    for heading in tree.iter(*HEADINGS):
        if heading.tag == "h1" or _repeats(heading.text_content()[:LONGEST_TITLE_CHARACTERS], squeezed):
            holders.update(takewhile(lambda holder: holder not in holders, heading.iterancestors()))
    yield from (holder for holder in holders if words[holder] >= LARGEST_BOX * words[tree] and is_box(holder))


def _repeats(heading: str, titles: Iterable[str]) -> bool:
    squeezed = _squeezed(heading)
    return len(squeezed) >= SHORTEST_HEADING_CHARACTERS and any(squeezed in title for title in titles)


def _squeezed(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _rows_of_teasers(tree: html.HtmlElement, words: Words) -> Iterator[html.HtmlElement]:
    """Yield boxes of one shape in one holder, each short, with a linked title and the date or the cut text of another article."""
    for holder in tree.iter("div", "section", "aside", "ul", "main", "article", "td", "li"):
        rows: dict[tuple[str, str], list[html.HtmlElement]] = {}
        for child in holder.iterchildren("div", "section", "article", "li"):
            rows.setdefault((str(child.tag), child.get("class", "")), []).append(child)
        for row in rows.values():
            if len(row) >= FEWEST_TEASERS and all(words[box] <= LONGEST_TEASER_WORDS and _leads_elsewhere(box, words) for box in row):
                yield from row


def _leads_elsewhere(box: html.HtmlElement, words: Words) -> bool:
    """True for a box with one link that is a title, of several words and no part of a sentence, and with a day or a text that is cut."""
    titles = [
        link
        for link in box.iter("a")
        if words[link] >= SHORTEST_LINKED_TITLE_WORDS
        and "#" not in link.get("href", "#")
        and next(link.iterancestors("p", "blockquote"), None) is None
    ]
    if len({link.get("href") for link in titles}) != 1 or next(box.iter("h1"), None) is not None:
        return False
    text = " ".join(box.itertext())
    return DATE.search(text) is not None or next(box.iter("time"), None) is not None or any(mark in text for mark in _ELLIPSES)


def _cut_texts(tree: html.HtmlElement, words: Words) -> Iterator[html.HtmlElement]:
    """Yield the paragraphs that break off before a link to the rest: `… Leggi tutto`."""
    for link in tree.iter("a"):
        text = link.getparent()
        if text is None or text.tag != "p" or words[text] > LONGEST_TEASER_WORDS or (link.tail or "").strip():
            continue
        inside = link.text_content()
        if _READ_ON.match(inside) and text.text_content().rstrip().removesuffix(inside.strip()).rstrip(" \n[(").endswith(_ELLIPSES):
            yield text


def _contents(tree: html.HtmlElement, words: Words) -> Iterator[html.HtmlElement]:
    """Yield the lists of links to places in the page itself, with the heading above them where that is all there is in their box."""
    for listed in tree.iter("ul", "ol"):
        links = list(listed.iter("a"))
        if len(links) < 2 or sum(words[link] for link in links) < words[listed]:
            continue
        if all(link.get("href", "").startswith("#") for link in links):
            box = listed.getparent()
            headed = box is not None and box.tag != "body" and words[box] <= words[listed] + MOST_HEADING_WORDS
            yield box if headed and box is not None else listed
