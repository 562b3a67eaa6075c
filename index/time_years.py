"""The grammar of Italian dates: years, years in a row, seasons of sport and decades, in figures or in words.

Rules as in `index.time_readings`. Four figures are a year only where something says so (`nel 2024`, `Mondiali 2006`): most are a count,
a model or a name.
"""

import re

from index import day_intervals as calendar
from index.dates import period
from index.time_readings import Reading, follows
from index.time_words import DECADES, END, FULL_YEAR, GAP, SHORT_YEAR, Source, any_of, year_number

LONGEST_SPAN_YEARS = 100

_YEAR_PREPOSITIONS = "nel del dal al il sul col tra fra".split()
_YEARLY = """
    edizione annata annate classe vendemmia bilancio manovra finanziaria stagione campionato scudetto festival premio finale finali torneo
    euro europeo europei mondiale mondiali olimpiade olimpiadi paralimpiadi giochi expo giubileo sanremo eurovision giro tour vuelta
    champions libertadores coppa supercoppa america wimbledon open oscar nobel natale pasqua capodanno ferragosto elezioni europee
    politiche regionali comunali amministrative italia francia spagna germania inghilterra messico argentina svezia brasile russia qatar
    sudafrica usa corea giappone africa france atene londra parigi tokyo pechino rio torino cortina sochi sydney barcellona angeles league
    cup garros oro censimento rapporto maturità
""".split()
_YEAR = re.compile(rf"({FULL_YEAR}|{SHORT_YEAR})(?!-\d)")
_NAMED_YEAR = re.compile(rf"anno{GAP}({FULL_YEAR}|{SHORT_YEAR})(?!-\d)")
_ELIDED_YEAR = re.compile(rf"(?<=nell')([18]\d){END}(?!{GAP}(?:per|mila|ann))")
_TEAM_OF_YEAR = re.compile(  # `il Verona dell'84`, `la finale dell'82`; not `la rete di Rossi dell'85`
    rf"(?<!\w)(?:(?:il|la|del|della|al|alla|dal|dalla|nel|nella|sul|sulla){GAP}|(?:l|dell|all|dall|nell|sull)')(\w{{3,20}}){GAP}dell'\Z"
)
_YEAR_OF_TEAM = re.compile(rf"(8\d){END}(?!{GAP}(?:per|mila|ann))")
_SAYS_YEAR = frozenset(_YEAR_PREPOSITIONS + _YEARLY)
_LISTED = re.compile(rf"\b(?:\d{{4}}|'\d\d)(?:,|{GAP}(?:e|o)){GAP}\Z")
_NO_YEAR = re.compile(rf"{GAP}?(?:a\.\s?c|avanti cristo|metri|euro|lire|dollari|chilometri|km|stile)\b")
_SPORT_SEASON = re.compile(
    rf"(?:stagione{GAP})?(\d{{4}})[-/]'?(\d{{4}}|\d{{2}}){END}(?!-)|stagione{GAP}('?\d{{2}}|\d{{4}})\s?[-/]\s?'?(\d{{4}}|\d{{2}}){END}(?!-)"
)
_SPANS = ("biennio", "triennio", "quadriennio", "quinquennio", "decennio", "ventennio")
_YEARS = re.compile(rf"(\d{{4}})(?:(-)|{GAP}(?:fino{GAP})?(al){GAP}|{GAP}(e){GAP}(?:il{GAP})?)(\d{{4}}|\d{{2}}){END}(?!-)")
_BETWEEN_YEARS = re.compile(rf"\b(?:tra|fra){GAP}(?:il{GAP})?\Z")
_DECADE_WORD = any_of(DECADES)
_DECADES = re.compile(
    rf"anni{GAP}('?\d0|\d{{3}}0|{_DECADE_WORD}){END}(?:(?:{GAP}e{GAP}|[-/])(?:anni{GAP})?('?\d0|{_DECADE_WORD}){END})?(?!-)"
)
_BEFORE_DECADE = frozenset("gli negli degli dagli agli sugli primi fine metà inizio stile".split())


def year_in_context(source: Source, start: int) -> Reading | None:
    """Read a year where the word before it says that it is one: `nel 2024`, `del '98`, `nell'82`, `Euro 2024`, `2022 e 2023`, `(1960)`."""
    found = _NAMED_YEAR.match(source.words, start) or _ELIDED_YEAR.match(source.words, start) or _year_of_team(source, start)
    if not found:
        found = _YEAR.match(source.words, start)
        if not found or _NO_YEAR.match(source.words, found.end()) or not _is_said_to_be_a_year(source, start, found.end()):
            return None
    year = year_number(found[1])
    return Reading(found.end(), "year", lambda _: period(year))


def _year_of_team(source: Source, start: int) -> re.Match[str] | None:
    found = _YEAR_OF_TEAM.match(source.words, start)
    team = _TEAM_OF_YEAR.search(source.words, max(0, start - 40), start) if found else None
    return found if team and (source.text[team.start(1)].isupper() or team[1] in _YEARLY) else None


def _is_said_to_be_a_year(source: Source, start: int, end: int) -> bool:
    if source.words[start - 1 : start] == "(" and source.words[end : end + 1] == ")":
        return True
    before = source.word_before(start)
    if before in _SAYS_YEAR or (before and source.words[start] == "'" and source.text[start - 1 - len(before)].isupper()):
        return True  # any capital will do for Italia '90
    return bool(_LISTED.search(source.words, max(0, start - 14), start))


def sport_season(source: Source, start: int) -> Reading | None:
    """Read a season of sport by its two years: `stagione 2024/25`, `stagione '98-'99`, `1999-2000`."""
    found = _SPORT_SEASON.match(source.words, start)
    if not found or source.word_before(start) in _SPANS:
        return None
    first = year_number(found[1] or found[3])
    if not follows(first, found[2] or found[4]):
        return None
    return Reading(found.end(), "season", lambda _: calendar.sport_season_from(first))


def years(source: Source, start: int) -> Reading | None:
    """Read years in a row: `2019 al 2023` behind `dal`, `2019 e il 2023` behind `tra il`, `2019-2023`, `2023-24` behind `biennio`."""
    found = _YEARS.match(source.words, start)
    if not found:
        return None
    before, hyphen, until, last = source.word_before(start), found[2], found[3], found[5]
    between = _BETWEEN_YEARS.search(source.words, max(0, start - 12), start)
    said = (len(last) == 4 or before in _SPANS) if hyphen else before == "dal" if until else between
    first_year, last_year = int(found[1]), int(last) if len(last) == 4 else int(found[1][:2] + last)
    if not said or not 0 < last_year - first_year <= LONGEST_SPAN_YEARS:
        return None
    return Reading(found.end(), "range", lambda _: calendar.months(first_year, 1, 12 * (last_year - first_year + 1)))


def decade(source: Source, start: int) -> Reading | None:
    """Read `anni Novanta`, `anni '80`, `anni '60 e '70`; an age such as `anni 80` needs its article to be a decade."""
    found = _DECADES.match(source.words, start)
    if not found:
        return None
    plain = not found[1].startswith("'") and not source.text[found.start(1)].isupper()
    if plain and source.word_before(start) not in _BEFORE_DECADE:
        return None
    first, last = _decade_year(found[1]), _decade_year(found[2] or found[1])
    if last < first:
        return None
    return Reading(found.end(), "range" if last > first else "decade", lambda _: calendar.months(first, 1, 12 * (last - first + 10)))


def _decade_year(word: str) -> int:
    if word in DECADES:
        return DECADES[word]
    year = int(word.lstrip("'"))
    return year if year >= 100 else year + (1900 if year >= 20 else 2000)  # `anni '20` are still those of the last century
