"""What the form of an Italian word tells of it: number, year, month, unit, capital, preposition …

In comes a word or the gap between two words; out comes a set of bits. No word is looked at in its sentence here.
"""

from enum import IntFlag
from functools import lru_cache

from index.dates import MONTHS
from index.italian import fold_word, is_stop_word


class TokenClass(IntFlag):
    """Bits of a word; a word may have several."""

    STOP = 1
    DIGIT = 2  # begins with a digit
    YEAR = 4  # 1000 to 2100
    MONTH = 8
    DAY = 16  # weekdays, ieri, domani, scorso …
    COUNT = 32  # a number in letters
    ORDINAL = 64
    MAGNITUDE = 128  # mila, milioni, miliardi, per cento
    CURRENCY = 256
    TIME_UNIT = 512
    CAPITAL = 1024  # begins with a capital
    ALL_CAPITALS = 2048
    CAUSE = 4096  # perché, causa, grazie …
    PREPOSITION = 8192
    ARTICLE = 16384
    CONJUNCTION = 32768
    AUXILIARY = 65536
    PLACE_PREPOSITION = 131072
    NEGATION = 262144
    VERB = 524288  # looks like a finite verb, an infinitive or a participle


class Gap(IntFlag):
    """Bits of what stands between two words."""

    COMMA = 1
    STRONG = 2  # full stop, colon, semicolon, question or exclamation mark
    OPENING = 4  # bracket or quotation mark that opens
    CLOSING = 8  # bracket or quotation mark that closes, or one that may do either
    HYPHEN = 16  # joins two words without a blank
    DASH = 32
    APOSTROPHE = 64


_DAYS = """lunedi martedi mercoledi giovedi venerdi sabato domenica ieri oggi domani dopodomani stasera stamattina stanotte weekend
primavera estate autunno inverno scorso scorsa scorsi scorse prossimo prossima prossimi prossime mattina pomeriggio sera notte alba"""
_COUNTS = """uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici sedici diciassette diciotto
diciannove venti ventuno ventidue ventitre ventiquattro venticinque ventisei ventisette ventotto ventinove trenta trentuno trentadue
trentatre trentaquattro trentacinque quaranta cinquanta sessanta settanta ottanta novanta cento duecento trecento quattrocento
cinquecento mille mezzo mezza doppio triplo dozzina decina decine centinaio centinaia migliaia entrambi entrambe nessuno nessuna zero
one two three four five six seven eight nine ten"""
_ORDINALS = """primo prima primi prime secondo seconda secondi seconde terzo terza terzi quarto quarta quinto quinta sesto sesta settimo
settima ottavo ottava nono nona decimo decima ultimo ultima undicesimo dodicesimo ventesimo penultimo penultima"""
_MAGNITUDES = "mila mille milione milioni miliardo miliardi cento percento % mln mld"
_CURRENCIES = "euro dollaro dollari sterlina sterline lira lire yen franchi franco rubli € $ £"
_TIME_UNITS = """anno anni mese mesi settimana settimane giorno giorni giornata giornate ora ore minuto minuti secondo secondi secolo
secoli decennio decenni stagione stagioni trimestre semestre weekend"""
_CAUSES = """perche causa cause motivo motivi ragione ragioni grazie poiche siccome dato dovuto dovuta dovuti dovute colpa seguito affinche
conseguenza quindi percio pertanto complice complici"""
_PREPOSITIONS = """a ad agli ai al alla alle allo all di d del dello della dei degli delle dell da dal dallo dalla dai dagli dalle dall in
nel nello nella nei negli nelle nell con col coi su sul sullo sulla sui sugli sulle sull per tra fra entro dopo prima durante contro verso
presso oltre circa fino sino dal secondo senza sotto sopra"""
_ARTICLES = "il lo la i gli le l un uno una"
_CONJUNCTIONS = "e ed o od ma che chi cui se come mentre quando dove quale quali perche pero oppure anche ne né sia"
_AUXILIARIES = """e' era erano essere fu furono ha hai hanno ho sara saranno sarebbe sarebbero sia siano sono stata state stati stato
viene vengono venne vennero aveva avevano avra avranno avrebbe avrebbero puo possono potrebbe deve devono dovra"""
_PLACE_PREPOSITIONS = "a ad in nel nella nello nell nei negli nelle da dal dalla presso verso"
_NEGATIONS = "non ne mai nessuno nessuna niente nulla"
_VERB_ENDINGS = tuple(
    """are ere ire arsi ersi irsi ato ata ati ate uto uta ito ita ando endo ava eva iva avano evano ivano ranno rebbe rebbero arono irono
    erono anno ono isce""".split()
)

_LEXICON: dict[str, TokenClass] = {}
for _words, _class in (
    (" ".join(MONTHS), TokenClass.MONTH),
    (_DAYS, TokenClass.DAY),
    (_COUNTS, TokenClass.COUNT),
    (_ORDINALS, TokenClass.ORDINAL),
    (_MAGNITUDES, TokenClass.MAGNITUDE),
    (_CURRENCIES, TokenClass.CURRENCY),
    (_TIME_UNITS, TokenClass.TIME_UNIT),
    (_CAUSES, TokenClass.CAUSE),
    (_PREPOSITIONS, TokenClass.PREPOSITION),
    (_ARTICLES, TokenClass.ARTICLE),
    (_CONJUNCTIONS, TokenClass.CONJUNCTION),
    (_AUXILIARIES, TokenClass.AUXILIARY | TokenClass.VERB),
    (_PLACE_PREPOSITIONS, TokenClass.PLACE_PREPOSITION),
    (_NEGATIONS, TokenClass.NEGATION),
):
    for _word in _words.split():
        _LEXICON[_word] = _LEXICON.get(_word, TokenClass(0)) | _class


@lru_cache(maxsize=1 << 16)
def classify(word: str) -> int:
    """Return the `TokenClass` bits of a word as it is written."""
    folded = fold_word(word)
    bits = _LEXICON.get(folded, TokenClass(0))
    if word in ("è", "È"):
        bits = TokenClass.AUXILIARY | TokenClass.VERB
    if is_stop_word(folded):
        bits |= TokenClass.STOP
    elif len(folded) > 4 and folded.endswith(_VERB_ENDINGS):
        bits |= TokenClass.VERB
    if word[0].isdigit():
        bits |= TokenClass.DIGIT
        if len(word) == 4 and word.isdecimal() and 1000 <= int(word) <= 2100:
            bits |= TokenClass.YEAR
    elif word[0].isupper():
        bits |= TokenClass.CAPITAL
        if len(word) > 1 and word.isupper():
            bits |= TokenClass.ALL_CAPITALS
    return int(bits)


@lru_cache(maxsize=1 << 12)
def classify_gap(gap: str) -> int:
    """Return the `Gap` bits of the characters between two words."""
    bits = Gap(0)
    if "," in gap:
        bits |= Gap.COMMA
    if any(c in gap for c in ".:;!?…") and gap != ".":
        bits |= Gap.STRONG
    if any(c in gap for c in "([«“‘"):
        bits |= Gap.OPENING
    if any(c in gap for c in ")]»”"):
        bits |= Gap.CLOSING
    if '"' in gap:
        bits |= Gap.OPENING if gap[-1:] == '"' and gap[:1].isspace() else Gap.CLOSING
    if gap == "-":
        bits |= Gap.HYPHEN
    elif "–" in gap or "—" in gap or " - " in gap:
        bits |= Gap.DASH
    if gap[:1] in ("'", "’"):
        bits |= Gap.APOSTROPHE
    return int(bits)
