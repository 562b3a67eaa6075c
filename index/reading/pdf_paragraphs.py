"""Lines of pages become paragraphs: what every page repeats is left out, and sentences that were cut at line ends are whole again.

A PDF knows where letters stand and nothing of paragraphs. Lines end where the page does: a line belongs to the next one unless it is
clearly shorter than others of its page, and ends a sentence or is followed by what looks like a beginning.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from itertools import pairwise

EDGE_LINES = 3  # from the top and from the bottom of a page, where headers and footers stand
FEWEST_PAGES = 3  # from which on repetition means something
REPEATED_SHARE = 0.4  # of the pages; headers of left and right pages differ, so each has half of them
SENTENCE_END_WIDTH = 0.85  # of the usual width: a shorter line that ends a sentence ends its paragraph
HEADING_WIDTH = 0.6  # a shorter line before a capital letter is a heading, a name, an entry
LONGEST_WORD_CHARACTERS = 60

_PAGE_NUMBER = re.compile(
    r"[-–—(\[\s]{0,3}(?:pag(?:ina|e|\.)?\s{0,2}|p\.\s{0,2})?\d{1,4}(?:\s{0,2}(?:/|di|of|su)\s{0,2}\d{1,4})?[-–—)\]\s]{0,3}", re.IGNORECASE
)
_DIGITS = re.compile(r"\d+")
_SENTENCE_END = re.compile(r"[.!?…:;][»”\"')\]]{0,3}\Z")
_ENTRY = re.compile(r"[•·▪◦‣●■–—*]|-\s|\d{1,3}[.)]\s|[a-z]\)\s")
_CUT_WORD = re.compile(r"([^\W\d_]+)([-\u2010\u00ad])\Z")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)?")
_WORD_START = re.compile(r"[^\W\d_]+")
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})


def joined_pages(pages: Sequence[str]) -> str:
    """Return the text of pages, paragraphs and pages parted by blank lines; a sentence that goes over to the next page stays whole."""
    lines = [_lines(page) for page in pages]
    repeated = _repeated(lines)
    texts = [_without_edges(page, repeated, is_first=number == 0) for number, page in enumerate(lines)]
    words = _Words(line for page in texts for line in page)
    paragraphs: list[list[str]] = []
    for page in texts:
        for number, paragraph in enumerate(_paragraphs(page)):
            if number == 0 and paragraphs and _goes_on(paragraphs[-1][-1], paragraph[0]):
                paragraphs[-1] += paragraph
            else:
                paragraphs.append(paragraph)
    return "\n\n".join(text for text in map(words.joined, paragraphs) if text)


def _lines(page: str) -> list[str]:
    """Return the lines of a page, each on one line and without spaces around it; blank ones only between others."""
    return "\n".join(" ".join(line.split()) for line in page.translate(_LIGATURES).splitlines()).strip("\n").split("\n")


def _edges(page: Sequence[str]) -> set[str]:
    """Return the shapes of the lines at the top and the bottom of a page."""
    written = [line for line in page if line]
    return {_shape(line) for line in (*written[:EDGE_LINES], *written[-EDGE_LINES:])}


def _shape(line: str) -> str:
    return _DIGITS.sub("#", line).casefold()


def _repeated(pages: Sequence[Sequence[str]]) -> frozenset[str]:
    """Return the lines, whatever their numbers, that stand at the edges of so many pages that they are headers and footers."""
    counts = Counter(shape for page in pages for shape in _edges(page) if any(map(str.isalpha, shape)))
    often = max(FEWEST_PAGES, REPEATED_SHARE * len(pages))
    return frozenset(shape for shape, count in counts.items() if count >= often)


def _without_edges(page: Sequence[str], repeated: frozenset[str], *, is_first: bool) -> Sequence[str]:
    """Return the lines of a page without headers, footers and its number; the title of the first page may be the header of the others."""
    titles = {line for line in page if not _DIGITS.search(line)} if is_first else set()
    trimmed = _without_top(page, repeated, kept=titles)
    return _without_top(trimmed[::-1], repeated, kept=set())[::-1]


def _without_top(page: Sequence[str], repeated: frozenset[str], *, kept: Set[str]) -> Sequence[str]:
    edge = [number for number, line in enumerate(page) if line][:EDGE_LINES]
    page_numbers = [number for number in edge if _PAGE_NUMBER.fullmatch(page[number])][:1]
    for number in edge:
        if page[number] in kept or (number not in page_numbers and _shape(page[number]) not in repeated):
            return page[number:]
    return page[edge[-1] + 1 :] if edge else []


class _Words:
    """The words of a document, which tell whether a hyphen at the end of a line belongs to its word."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._known = {word.casefold() for line in lines for word in _WORD.findall(line)}

    def joined(self, lines: Sequence[str]) -> str:
        """Return lines as one; a word that was cut between two is whole again, a compound keeps its hyphen if it has it elsewhere."""
        ends = [self._end(line, following) for line, following in pairwise(lines)]
        return "".join([*ends, *lines[-1:]]).replace("\u00ad", "")

    def _end(self, line: str, following: str) -> str:
        """Return a line as it goes on in the following one."""
        cut, start = _CUT_WORD.search(line[-LONGEST_WORD_CHARACTERS:]), _WORD_START.match(following)
        if not cut or not start or not start.group()[0].islower():
            return f"{line} "
        is_compound = cut.group(2) != "\u00ad" and f"{cut.group(1)}-{start.group()}".casefold() in self._known
        return line if is_compound else line[:-1]


def _paragraphs(lines: Sequence[str]) -> Iterator[list[str]]:
    widths = sorted(len(line) for line in lines if line)
    usual = widths[len(widths) * 3 // 4] if widths else 0
    paragraph: list[str] = []
    for line in lines:
        if paragraph and (not line or _is_break(paragraph[-1], line, usual)):
            yield paragraph
            paragraph = []
        if line:
            paragraph.append(line)
    if paragraph:
        yield paragraph


def _is_break(line: str, following: str, usual: int) -> bool:
    """True if a paragraph ends between two lines of a page whose lines are usually so many characters long."""
    if _ENTRY.match(following):
        return True
    if _SENTENCE_END.search(line):
        return len(line) < SENTENCE_END_WIDTH * usual
    return len(line) < HEADING_WIDTH * usual and not following[:1].islower()


def _goes_on(last: str, first: str) -> bool:
    """True if a sentence goes over from one page to the next."""
    return not _SENTENCE_END.search(last) and first[:1].islower()
