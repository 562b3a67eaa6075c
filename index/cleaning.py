"""Which parts of an article are worth reading: page furniture is left out, nothing is rewritten.

In comes a text, out come intervals of it, in order. What stands between them (captions, credits, reading times, share lines) is never
indexed and never quoted.
"""

import re

CLEANER_VERSION = 3
FURNITURE_WORDS = 8  # a longer line that only begins like furniture is prose

_FURNITURE = re.compile(  # lines that hold nothing else
    r"""^\W*(?:
        (?:tempo\s+di\s+lettura:?\s*)?\d{1,2}\s*(?:'|’|min(?:uti)?\.?)\s+(?:di\s+)?lettura
      | loading
      | condividi|tweet|whatsapp|facebook|stampa|pubblicità|advertisement|altri\s+articoli|articoli\s+correlati
      | riproduzione\s+riservata
    )\W*$""",
    re.IGNORECASE | re.VERBOSE,
)
_FURNITURE_START = re.compile(  # lines that begin so, if they are short and no sentence
    r"""^\W*(?:
        ©|\(c\)|foto\s*[:©]|credits?\s*[:©]|fonte\s+foto\b|photo\s+by\b
      | clicca\s+(?:qui\s+)?per\b
      | (?:tempo\s+di\s+lettura|\d{1,2}\s*(?:'|’|min(?:uti)?\.?)\s+(?:di\s+)?lettura)\b
      | leggi\s+(?:anche|qui|tutto|di\s+più)\b
      | (?:iscriviti|abbonati|seguici)\b
      | riproduzione\s+riservata\b
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_LINK = re.compile(r"^\W*leggi\s+(?:anche|qui)\s*:.{0,120}$", re.IGNORECASE)  # a headline follows, however long
_ENDS_SENTENCE = re.compile(r"(?<!\.)\.[»”\"')\]]*$")
_LINE = re.compile(r"[^\r\n]+")
_MARKDOWN_PREFIX = re.compile(r"\s*(?:#{1,6}\s+|>\s?|-\s+(?=[^\W\d_])|[*+]\s+|\d{1,2}\.\s+(?=\D))+")
_INLINE_FURNITURE = re.compile(
    r"""\(leggi\ qui\) | Clicca\ per\ ingrandire | Loading\.\.\. | ©\ ?[Ff]oto\ [A-Z][\w.]*
      | (?<=[.!?»”"])\s*(?:(?:rn|nn)\s*)+(?=[(«“"A-ZÀ-Ý])  # what some exports leave of line breaks
    """,
    re.VERBOSE,
)


def readable_intervals(text: str, start: int = 0) -> list[tuple[int, int]]:
    """Return the `(start, end)` of what is prose in `text[start:]`: lines without their Markdown marks, page furniture left out."""
    return [piece for line in _LINE.finditer(text, start) for piece in _readable_pieces(text, line.start(), line.end())]


def _readable_pieces(text: str, start: int, end: int) -> list[tuple[int, int]]:
    if _is_furniture(text[start:end].strip()):
        return []
    if prefix := _MARKDOWN_PREFIX.match(text, start, end):
        start = prefix.end()
    pieces = []
    for match in _INLINE_FURNITURE.finditer(text, start, end):
        pieces.append((start, match.start()))
        start = match.end()
    pieces.append((start, end))
    return [(s, e) for s, e in pieces if text[s:e].strip()]


def _is_furniture(line: str) -> bool:
    """True if a line is no prose. One that only begins like furniture must be short and must not end as sentences do."""
    if _FURNITURE.match(line):
        return True
    if _ENDS_SENTENCE.search(line):
        return False
    return bool(_LINK.match(line) or (_FURNITURE_START.match(line) and len(line.split()) <= FURNITURE_WORDS))
