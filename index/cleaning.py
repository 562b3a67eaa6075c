"""Which parts of an article are worth reading: page furniture is left out, nothing is rewritten.

In comes an article, out come intervals of its text, in order. What stands between them (captions, credits, reading times, share lines)
is never indexed and never quoted.
"""

import re

from index.articles import Article

CLEANER_VERSION = 5
FURNITURE_WORDS = 8  # a longer line that only begins like furniture is prose
LONGEST_FURNITURE_CHARACTERS = 400  # so that no line costs more than its length

_FURNITURE = re.compile(  # lines that hold nothing else
    r"""^\W*(?:
        (?:tempo\s+di\s+lettura:?\s*)?\d{1,2}\s*(?:'|’|min(?:uti)?\.?)\s+(?:di\s+)?lettura
      | loading | caricamento\s+in\s+corso | (?:il\s+)?video\s+in\s+caricamento
      | condividi(?:\s+(?:su\s+\w+|l['’]articolo|questo\s+articolo))?
      | tweet|twitter|whatsapp|telegram|facebook|instagram|linkedin|messenger|e-?mail
      | (?:stampa|salva|ascolta|invia|segnala|commenta)(?:\s+(?:l['’]|questo\s+)articolo)? | copia(?:\s+il)?\s+link | commenti
      | segnala\s+a\s+un\s+amico|invia\s+a(?:d)?\s+un\s+amico|torna\s+(?:indietro|su|all['’]inizio|alla\s+home)
      | pubblicità|advertisement|annuncio\s+pubblicitario
      | altri\s+articoli|(?:articoli|contenuti)\s+correlati|ti\s+potrebbe\s+interessare
      | (?:pubblicità\W{1,3})?continua\s+(?:a\s+leggere\s*)?(?:(?:dopo|sotto)\s*(?:la\s+pubblicità)?|di\s+seguito)?
      | guarda\s+(?:la\s+(?:foto)?gallery|le\s+foto|il\s+video)|vai\s+alla\s+(?:foto)?gallery
      | riproduzione\s+riservata
      | prec(?:\.|edente)\s{0,3}[|/·-]?\s{0,3}(?:pros(?:\.|sim[oa])|succ(?:\.|essiv[oa]))
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
      | (?:ultim[oa]\s+(?:aggiornamento|modifica)|(?:pubblicato|aggiornato)\s+(?:il|in\s+data|alle))\b
      | riproduzione\s+riservata\b
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_DATES = re.compile(  # labelled days and times, and nothing else in the line
    r"""^\W*(?:(?:pubblicat[oa]|pubblicazione|aggiornat[oa]|inserit[oa]|ultim[oa]\s+(?:aggiornamento|modifica)|aggiornamento)\b
        (?:\W|\b(?:il|in\s+data|alle|ore|del|h|di|lettura|minut[oi]|min|\d{1,4}
          |gen(?:naio)?|feb(?:braio)?|mar(?:zo)?|apr(?:ile)?|mag(?:gio)?|giu(?:gno)?|lug(?:lio)?|ago(?:sto)?|set(?:t(?:embre)?)?
          |ott(?:obre)?|nov(?:embre)?|dic(?:embre)?|(?:luned|marted|mercoled|gioved|venerd)[iìí]|sabato|domenica)\b)+)+$""",
    re.IGNORECASE | re.VERBOSE,
)
_FOLLOW_US = re.compile(  # whatever its length
    r"^\W*segui(?:ci|teci)?\b.{0,60}\b(?:facebook|instagram|telegram|whatsapp|twitter|youtube|tiktok|google\s+news)\b.{0,120}$",
    re.IGNORECASE,
)
_BETWEEN_BUTTONS = re.compile(r"\s{1,3}[-–|·•/]\s{1,3}")
_LINK = re.compile(r"^\W*leggi\s+(?:anche|qui)\s*:.{0,120}$", re.IGNORECASE)  # a headline follows, however long
_ENDS_SENTENCE = re.compile(r"(?<!\.)\.[»”\"')\]]*$")
_LINE = re.compile(r"[^\r\n]+")
_MARKDOWN_PREFIX = re.compile(r"\s*(?:#{1,6}\s+|>\s?|-\s+(?=[^\W\d_])|[*+]\s+|\d{1,2}\.\s+(?=\D))+")
_INLINE_FURNITURE = re.compile(
    r"""\((?:[Ll]eggi|[Gg]uarda|[Cc]licca|[Vv]edi)\ (?:qui|anche|(?:le|la)\ foto|(?:il|i)\ video|la\ (?:foto)?gallery)\)
      | Clicca\ per\ ingrandire | Loading\.\.\. | ©\ ?[Ff]oto\ [A-Z][\w.]*
      | (?<=[.!?»”"])\s*(?:(?:rn|nn)\s*)+(?=[(«“"A-ZÀ-Ý])  # what some exports leave of line breaks
    """,
    re.VERBOSE,
)


def readable_intervals(article: Article) -> list[tuple[int, int]]:
    """Return the `(start, end)` of what is prose in an article: lines without their Markdown marks, page furniture left out."""
    furniture = dict(article.furniture)
    lines = (line.span() for line in _LINE.finditer(article.text, article.body_start))
    return [piece for start, end in lines if furniture.get(start) != end for piece in _readable_pieces(article.text, start, end)]


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
    if not any(map(str.isalnum, line)):
        return True
    if len(line) > LONGEST_FURNITURE_CHARACTERS:
        return False
    if _FOLLOW_US.match(line) or _DATES.match(line) or all(map(_FURNITURE.match, _BETWEEN_BUTTONS.split(line))):
        return True
    if _ENDS_SENTENCE.search(line):
        return False
    return bool(_LINK.match(line) or (_FURNITURE_START.match(line) and len(line.split()) <= FURNITURE_WORDS))
