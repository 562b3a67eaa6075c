"""Sentences with their offsets: where Italian prose may be cut so that each piece can be quoted alone.

Lines are split first. Inside a line a sentence ends at `.`, `!`, `?` or `…` before a capital, a number or an opening quote, unless the
point belongs to an abbreviation, an initial, a number or a time. Nothing is rewritten: the result are slices.
"""

import re
from collections.abc import Iterator

LONG_SENTENCE_WORDS = 55  # above this, a sentence is cut at a semicolon, a dash or a colon: a quote must be read at a glance
SHORTEST_PIECE_CHARACTERS = 40

_ABBREVIATIONS = frozenset(
    """
    dott dr prof avv ing arch geom rag sig sigg mons on sen cav col gen magg cap ten serg com card rev fr s ss st n nn nr art artt cfr
    pag pagg p pp vol cap tel fax v vs ecc es ca c d b a f g h i j k l m o q r t u w x y z max min sec mt km kg lt gr mld mln vd op cit
    ed trad segg seg all fig tab lett co corp inc ltd jr sr d.ssa dott.ssa prof.ssa gg dic gen feb mar apr mag giu lug ago set sett ott nov
    """.split()
)
_END = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s|$)|(?<=[a-zà-ú\d»”)])[.!?](?=[A-ZÀ-Ú][a-zà-ú]+\s)")
_LAST_WORD = re.compile(r"[\w.]*\w$")
_STARTS_SENTENCE = re.compile(r"\s*[\"'“‘«(\[—–-]*\s*[A-ZÀ-Ý\d]")
_SOFT_BREAK = re.compile(r"(?:;|:(?=\s*[«“\"])|\s[–—])\s+")
_LAST_BREAK = re.compile(r",\s+(?=(?:e|ed|ma|mentre|dopo|poi|quando|dove|che|anche|oltre|perché|quindi|tra|con)\s)|:\s+")
_LINE = re.compile(r"[^\r\n]+")


def split_sentences(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Return `(start, end)` of each sentence of `text[start:end]`, in order, without surrounding blanks.

    Long sentences are cut at `LONG_SENTENCE_WORDS` where punctuation allows it.
    """
    stop = len(text) if end is None else end
    return [
        piece
        for line in _LINE.finditer(text, start, stop)
        for sentence in _split_line(text, line.start(), line.end())
        for piece in _split_long(text, *sentence)
    ]


def _split_line(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    begin = start
    for match in _END.finditer(text, start, end):
        if match.end() < end and not _is_end(text, begin, match, end):
            continue
        yield from _trimmed(text, begin, match.end())
        begin = match.end()
    yield from _trimmed(text, begin, end)


def _is_end(text: str, begin: int, mark: re.Match[str], end: int) -> bool:
    """True if the mark ends a sentence: what follows begins one, and what precedes is no abbreviation or open quotation."""
    if not _STARTS_SENTENCE.match(text, mark.end(), end):
        return False
    if mark.group().startswith(".") and not mark.group().startswith(".."):
        word = _LAST_WORD.search(text[max(begin, mark.start() - 24) : mark.start()])
        if word and _is_abbreviation(word.group()):
            return False
    return not _inside_short_parenthesis(text, begin, mark.end())


def _is_abbreviation(word: str) -> bool:
    lowered = word.lower()
    return lowered in _ABBREVIATIONS or (len(word) == 1 and word.isupper()) or bool(re.fullmatch(r"(?:[A-Za-z]\.)+[A-Za-z]", word))


def _inside_short_parenthesis(text: str, begin: int, position: int) -> bool:
    opened = text.rfind("(", begin, position)
    return opened >= 0 and text.find(")", opened, position) < 0 <= text.find(")", position, position + 60)


def _split_long(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut an overlong sentence at the break nearest to its middle, again and again; at a comma only where nothing better stands."""
    if len(text[start:end].split()) <= LONG_SENTENCE_WORDS:
        yield start, end
        return
    middle = (start + end) // 2
    breaks = _breaks(_SOFT_BREAK, text, start, end) or _breaks(_LAST_BREAK, text, start, end)
    if not breaks:
        yield start, end
        return
    nearest = min(breaks, key=lambda m: abs(m.start() - middle))
    cut = nearest.start() + len(nearest.group().rstrip()) if not nearest.group()[0].isspace() else nearest.start()
    for piece in (*_trimmed(text, start, cut), *_trimmed(text, cut, end)):
        yield from _split_long(text, *piece)


def _breaks(pattern: re.Pattern[str], text: str, start: int, end: int) -> list[re.Match[str]]:
    """Return where a pattern may cut a sentence without leaving crumbs."""
    return [m for m in pattern.finditer(text, start + 1, end) if min(m.start() - start, end - m.end()) > SHORTEST_PIECE_CHARACTERS]


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the slice without surrounding blanks, or nothing if only blanks and marks are left."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if any(c.isalnum() for c in text[start:end]):
        yield start, end
