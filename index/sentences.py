"""Sentences with their offsets: where Italian prose may be cut so that each piece can be quoted alone.

Lines are split first. Inside a line a sentence ends at `.`, `!`, `?` or `…` before a capital, a number or an opening quote, unless the
point belongs to an abbreviation, an initial, a number or a time. Nothing is rewritten: the result are slices.
"""

import re
from collections.abc import Iterator

LONG_SENTENCE_WORDS = 55  # above this, a sentence is cut at a semicolon, a dash or a colon: a quote must be read at a glance
LONGEST_SENTENCE_WORDS = 110  # above this, one without any such mark is cut at a blank, so that passages are bounded
CUT_WORDS = 60  # how many words such a cut leaves before it
LONGEST_SENTENCE_CHARACTERS = 10_000
SHORTEST_PIECE_CHARACTERS = 40
PARENTHESIS_CHARACTERS = 300  # how far back an open parenthesis is looked for

_ABBREVIATIONS = frozenset(
    """
    dott dr prof avv ing arch geom rag sig sigg mons on sen cav col gen magg cap ten serg com card rev fr s ss st n nn nr art artt cfr
    pag pagg p pp vol cap tel fax v vs ecc es ca c d b a f g h i j k l m o q r t u w x y z max min sec mt km kg lt gr mld mln vd op cit
    ed trad segg seg all fig tab lett co corp inc ltd jr sr d.ssa dott.ssa prof.ssa gg dic gen feb mar apr mag giu lug ago set sett ott nov
    """.split()
)
_END = re.compile(r"(?<![.!?…])[.!?…]++[\"'”’»)\]]*+(?=\s|$)|(?<=[a-zà-ú\d»”)])[.!?](?=[A-ZÀ-Ú][a-zà-ú]+\s)")
_LAST_WORD = re.compile(r"[\w.]*\w$")
_STARTS_SENTENCE = re.compile(r"\s*+[\"'“‘«(\[—–-]*+\s*+[A-ZÀ-Ý\d]")
_SOFT_BREAK = re.compile(r"(?:;|:(?=\s*[«“\"])|\s[–—])\s+")
_LAST_BREAK = re.compile(r",\s+(?=(?:e|ed|ma|mentre|dopo|poi|quando|dove|che|anche|oltre|perché|quindi|tra|con)\s)|:\s+")
_LINE = re.compile(r"[^\r\n]+")
_CUT_WORDS = re.compile(rf"(?:\S+\s+){{{CUT_WORDS}}}")
_LAST_BLANK = re.compile(r".*\s", re.DOTALL)
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")


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
    opened = text.rfind("(", max(begin, position - PARENTHESIS_CHARACTERS), position)
    return opened >= 0 and text.find(")", opened, position) < 0 <= text.find(")", position, position + 60)


def _split_long(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut an overlong sentence in two, again and again, until every piece can be read."""
    pieces = [(start, end)]  # the first is the last
    while pieces:
        start, end = pieces.pop()
        if cut := _cut(text, start, end):
            pieces += [*_trimmed(text, cut, end), *_trimmed(text, start, cut)]
        else:
            yield start, end


def _cut(text: str, start: int, end: int) -> int | None:
    """Return where a sentence is to be cut: at the break nearest to its middle, at a comma only where nothing better stands.

    What is longer than any sentence is taken apart from its beginning: a line of megabytes costs no more than its length.
    """
    if end - start > LONGEST_SENTENCE_CHARACTERS:
        limit = start + LONGEST_SENTENCE_CHARACTERS
        if breaks := _breaks(_SOFT_BREAK, text, start, limit):
            return _end_of_piece(breaks[-1])
        blank = _LAST_BLANK.match(text, start, limit)
        return blank.end() if blank else limit
    words = len(text[start:end].split())
    if words <= LONG_SENTENCE_WORDS:
        return None
    if breaks := _breaks(_SOFT_BREAK, text, start, end) or _breaks(_LAST_BREAK, text, start, end):
        middle = (start + end) // 2
        return _end_of_piece(min(breaks, key=lambda m: abs(m.start() - middle)))
    counted = _CUT_WORDS.match(text, start, end) if words > LONGEST_SENTENCE_WORDS else None
    return counted.end() if counted else None


def _end_of_piece(mark: re.Match[str]) -> int:
    """Return where the piece before a break ends: a semicolon or comma belongs to it, a dash does not."""
    return mark.start() if mark.group()[0].isspace() else mark.start() + len(mark.group().rstrip())


def _breaks(pattern: re.Pattern[str], text: str, start: int, end: int) -> list[re.Match[str]]:
    """Return where a pattern may cut a sentence without leaving crumbs."""
    return [m for m in pattern.finditer(text, start + 1, end) if min(m.start() - start, end - m.end()) > SHORTEST_PIECE_CHARACTERS]


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the slice without surrounding blanks, or nothing if only blanks and marks are left."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if _LETTER_OR_DIGIT.search(text, start, end):
        yield start, end
