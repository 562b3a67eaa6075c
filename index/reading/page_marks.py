"""Which boxes of a page hold its article, whatever they are called, and which lead to other articles, though no name says so.

In comes the tree; out come attributes on its elements, which `page_tree.is_box` believes before names of classes. Both are seen by shape.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from lxml import html

from index.reading.page_dates import DATE
from index.reading.page_tree import HEADINGS, HOLDS_ARTICLE, LARGEST_BOX, TEASER, is_box

FEWEST_TEASERS = 3
SHORTEST_LINKED_TITLE_WORDS = 3
LONGEST_TEASER_WORDS = 60
MOST_HEADING_WORDS = 5  # above a list of contents
SHORTEST_HEADING_CHARACTERS = 8  # of letters and digits

_READ_ON = re.compile(r"\W{0,9}(?:leggi|continua|prosegui|read)\b[\w\s']{0,30}\W{0,9}$", re.IGNORECASE)
_ELLIPSES = ("...", "…")
_UNSEEN = frozenset({"script", "style", "noscript", "template"})

Words = Mapping[html.HtmlElement, int]


def mark_boxes(tree: html.HtmlElement) -> None:
    """Mark, in place, the boxes that hold the article and the boxes that are teasers of others."""
    words = _words_within(tree)
    for box in _holders_of_article(tree, words):
        box.set(HOLDS_ARTICLE, "")
    for teaser in [*_rows_of_teasers(tree, words), *_cut_texts(tree, words), *_contents(tree, words)]:
        teaser.set(TEASER, "")


def _words_within(tree: html.HtmlElement) -> Words:
    """Return how many words each element holds, those of scripts and styles apart."""
    words: Counter[html.HtmlElement] = Counter()
    for element in reversed(list(tree.iter())):  # what an element holds comes before it
        if isinstance(element.tag, str) and element.tag not in _UNSEEN:
            words[element] += len((element.text or "").split())
        if (holder := element.getparent()) is not None:
            words[holder] += words[element] + len((element.tail or "").split())
    return words


def _holders_of_article(tree: html.HtmlElement, words: Words) -> Iterator[html.HtmlElement]:
    """Yield the boxes with a good part of the page's words and its headline: a form around the page, the widget a blog is written in."""
    titles = [_squeezed(title.text_content()) for title in tree.iter("title")]
    titles += [_squeezed(meta.get("content", "")) for meta in tree.iter("meta") if meta.get("property") == "og:title"]
    headings = [one for one in tree.iter(*HEADINGS) if one.tag == "h1" or _repeats(one.text_content(), titles)]
    holders = {holder for heading in headings for holder in heading.iterancestors()}
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
        and not any(holder.tag in ("p", "blockquote") for holder in link.iterancestors())
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
