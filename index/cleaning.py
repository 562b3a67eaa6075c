"""Which parts of an article are worth reading: page furniture is left out, nothing is rewritten.

In comes a text, out come intervals of it, in order. What stands between them (captions, credits, reading times, share lines) is never
indexed and never quoted.
"""

import re

CLEANER_VERSION = 2

_FURNITURE = re.compile(
    r"""^\W*(?:
        (?:©|\(c\)|foto\s*[:©]|credits?\b|fonte\s+foto|photo\s+by) .{0,80}
      | clicca\s+(?:qui\s+)?per\s+.{0,40}
      | (?:tempo\s+di\s+lettura:?\s*)?\d{1,2}\s*(?:'|’|min(?:uti)?\.?)\s+(?:di\s+)?lettura .{0,10}
      | tempo\s+di\s+lettura .{0,20}
      | loading\W*
      | leggi\s+(?:anche|qui|tutto|di\s+più)\b .{0,120}
      | (?:condividi|tweet|whatsapp|facebook|stampa|pubblicità|advertisement|altri\s+articoli|articoli\s+correlati)\W*
      | (?:iscriviti|abbonati|seguici)\b .{0,120}
      | riproduzione\s+riservata .{0,60}
    )$""",
    re.IGNORECASE | re.VERBOSE,
)
_LINE = re.compile(r"[^\r\n]+")
_MARKDOWN_PREFIX = re.compile(r"\s*(?:#{1,6}\s+|>\s?|[-*+]\s+|\d+\.\s+(?=\D))+")
_INLINE_FURNITURE = re.compile(
    r"""\(leggi\ qui\) | Clicca\ per\ ingrandire | Loading\.\.\. | ©\ ?foto\ [A-Z][\w.]*(?:\ [A-Z][\w.]*)?
      | (?<=[.!?»”"])\s*(?:(?:rn|nn)\s*)+(?=[(«“"A-ZÀ-Ý])  # what some exports leave of line breaks
    """,
    re.VERBOSE,
)


def readable_intervals(text: str, start: int = 0) -> list[tuple[int, int]]:
    """Return the `(start, end)` of what is prose in `text[start:]`: lines without their Markdown marks, page furniture left out."""
    return [piece for line in _LINE.finditer(text, start) for piece in _readable_pieces(text, line.start(), line.end())]


def _readable_pieces(text: str, start: int, end: int) -> list[tuple[int, int]]:
    if _FURNITURE.match(text[start:end].strip()):
        return []
    if prefix := _MARKDOWN_PREFIX.match(text, start, end):
        start = prefix.end()
    pieces = []
    for match in _INLINE_FURNITURE.finditer(text, start, end):
        pieces.append((start, match.start()))
        start = match.end()
    pieces.append((start, end))
    return [(s, e) for s, e in pieces if text[s:e].strip()]
