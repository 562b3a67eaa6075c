"""Italian analysis, in one place: folding, words, stems, character n-grams.

Everything that compares texts (engines, typing errors, reader features) compares what this module returns, never raw text.
`ANALYSER_VERSION` belongs to every snapshot: raise it when any result of this module changes.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import Stemmer

ANALYSER_VERSION = 1
NGRAM_CHARACTERS = 4

STOP_WORDS = frozenset(
    """
    a ad agli ai al alla alle allo all anche ancora avere aveva avevano avuto b c che chi ci cioe coi col come con contro cui d da dagli
    dai dal dalla dalle dallo dall de degli dei del della delle dello dell di dove due e ed era erano essere fa fare fra fu gia gli ha
    hai hanno ho i il in io l la le lei li lo loro lui ma me mi mia mie miei mio ne negli nei nel nella nelle nello nell no noi non nostra
    nostro o od ogni per pero perche piu po poi puo qual quale quali quando quanta quante quanti quanto quel quell quella quelle quelli
    quello quest questa queste questi questo qui se sei si sia siamo siano sono sta stata state stati stato su sua sue sugli sui sul sulla
    sulle sullo sull suo suoi tra tu tua tue tuo tuoi tutti tutto un una uno un voi vostra vostro e' c' com dov cos cosa quant v s t m n
    """.split()
)

_ELIDED = frozenset(
    """
    l un dell all dall nell sull coll quell quest bell sant grand d c s m t v n com dov cos quant qualcos nient tutt mezz anch neanch
    nessun ciascun alcun buon senz gl
    """.split()
)
_WORD = re.compile(r"[^\W_]+(?:[.,:](?=\d)[^\W_]+)*|[€$£%]", re.UNICODE)

_stemmer = Stemmer.Stemmer("italian")


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text: `text[start:end]`, and its folded form."""

    start: int
    end: int
    folded: str


@lru_cache(maxsize=1 << 16)
def fold_word(word: str) -> str:
    """Return a word in lower case and without accents: `Perché` → `perche`."""
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def fold(text: str) -> str:
    """Return a text in lower case, without accents, its words separated by single spaces and elisions split."""
    return " ".join(map(fold_word, _WORD.findall(text)))


def tokenize(text: str) -> list[Token]:
    """Return the words of a text in order, with their offsets; numbers such as `16.432`, `2-1` and `20.45` keep inner points.

    Apostrophes separate (`dell'Inter` → `dell`, `Inter`), so an accent typed as an apostrophe (`E'`) disappears in folding.
    """
    return [Token(m.start(), m.end(), fold_word(m.group())) for m in _WORD.finditer(text)]


@lru_cache(maxsize=1 << 16)
def stem(folded: str) -> str:
    """Return the Snowball stem of a folded word; numbers stay as they are."""
    return folded if folded[:1].isdigit() else str(_stemmer.stemWord(folded))


def is_stop_word(folded: str) -> bool:
    """True for words that say nothing of a subject: articles, prepositions, auxiliaries, elided forms."""
    return folded in STOP_WORDS or folded in _ELIDED


def analyze(text: str) -> list[str]:
    """Return the stems of a text in order, stop words left out: the terms that engines index and questions ask for."""
    return [stem(token.folded) for token in tokenize(text) if not is_stop_word(token.folded)]


def word_ngrams(folded: str) -> list[str]:
    """Return the character 4-grams of one folded word with its borders marked: `inter` → `_int`, `inte`, `nter`, `ter_`.

    Words of up to two letters give one gram, the marked word itself.
    """
    marked = f"_{folded}_"
    if len(marked) <= NGRAM_CHARACTERS:
        return [marked]
    return [marked[i : i + NGRAM_CHARACTERS] for i in range(len(marked) - NGRAM_CHARACTERS + 1)]


def ngrams(text: str) -> list[str]:
    """Return the character n-grams of all words of a text in order, stop words left out."""
    return [gram for token in tokenize(text) if not is_stop_word(token.folded) for gram in word_ngrams(token.folded)]
