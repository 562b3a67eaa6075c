"""The grammar of Italian dates: days, months, seasons and weekdays by their names or in figures.

Rules as in `index.time_readings`. What is a name in other texts (`Maggio`, `Domenica`, `Oggi`) or a habit (`ogni sabato`, `il sabato`)
is not read. Ranges and parts are put together in `index.time_ranges`.
"""

import datetime
import re
from collections.abc import Callable, Iterable

from index import day_intervals as calendar
from index.dates import Period, period
from index.day_intervals import Choice
from index.time_readings import Reading, Thing, behind_modifier, by_tense, complete, nothing, relative_unit, unit
from index.time_words import (
    DAY,
    END,
    FULL_YEAR,
    GAP,
    MONTH,
    MONTH_OF_DAY,
    SEASONS,
    SHORT_MONTH,
    WEEKDAY,
    WEEKDAY_OF_DATE,
    Source,
    any_of,
    month_number,
    number,
    weekday_number,
    year_number,
)
from index.verb_tense import tense_near

DAY_WORDS = {
    "oggi": 0, "stamattina": 0, "stamane": 0, "stamani": 0, "stasera": 0, "stanotte": 0, "questa mattina": 0, "questa sera": 0,
    "questa notte": 0, "questo pomeriggio": 0, "ieri": -1, "iersera": -1, "domani": 1, "domattina": 1, "l'altro ieri": -2,
    "l'altroieri": -2, "altro ieri": -2, "altroieri": -2, "ieri l'altro": -2, "avantieri": -2, "avant'ieri": -2, "dopodomani": 2,
    "dopo domani": 2, "domani l'altro": 2,
}  # fmt: skip
ARTICLES = frozenset(
    """
    il lo la i gli le l un una uno al all alla dal dall dalla del dell della d nel nella sul sull col quel quella ogni stesso stessa
    """.split()
)
NOT_ONE_DAY = ARTICLES | frozenset("primo prima secondo seconda terzo terza quarto quarta ultimo ultima primi ultimi tutti".split())
BEFORE_DAY_OF_MONTH = frozenset("il l al all dal dall del dell giorno".split())
BEFORE_NUMERIC_MONTH = frozenset("nel dal al da a entro scadenza".split())  # a law is called `3/2012`
ADVERBIAL = frozenset("a ad al all in da dal dall il l entro per".split())  # they tie a date to the verb, as `di` ties it to a noun
SAME_WEEKDAY_DAYS = 330  # how far `sabato 12 aprile` may lie from the reference for its weekday to decide the year
NUMBERED_WEEKDAY_DAYS = 45  # how far `sabato 12`, of no month

_MOMENT = rf"(?:{GAP}(?:sera|mattina|pomeriggio|notte)(?!\w))?"
_DAY_OF_YEAR = re.compile(
    rf"(?:({WEEKDAY_OF_DATE}),?{GAP}(?:il{GAP}|l')?)?({DAY}){GAP}(?:di{GAP})?({MONTH_OF_DAY})"
    rf"|({WEEKDAY_OF_DATE}){GAP}(\d{{1,2}})/(\d{{1,2}})(?![/\d])"
)
_NUMERAL = re.compile(r"[ivx]+|\d+")
_MONTH = re.compile(rf"(?:mese{GAP}di{GAP})?({MONTH}|{SHORT_MONTH}(?={GAP}{FULL_YEAR}))")
_SEASON = re.compile(rf"({any_of(SEASONS)})(?!\w)")
_WEEKDAY = re.compile(rf"({WEEKDAY}){_MOMENT}")
_UNTIL = re.compile(rf"\b(?:entro|fino{GAP}al?)(?:{GAP}(?:il{GAP}|l')?|l')\Z")
_TIMETABLE = re.compile(rf"{WEEKDAY}(?:(?:,|{GAP}e){GAP}{WEEKDAY}){{1,6}},?{GAP}dalle(?!\w)")  # of every week
_NUMBERED_WEEKDAY = re.compile(rf"({WEEKDAY}){GAP}(\d{{1,2}}){END}(?!-)")
_OTHER_WEEKDAY = re.compile(
    rf"{GAP}(?:successiv|seguent|precedent|grass|sant[oa]\b|ner[oa]\b|dell|(?:dopo|prima)(?=\s*(?:[.,;:)]|\Z))|"
    rf"di{GAP}(?:pasqua|carnevale|quaresima|avvento)|del{GAP}mese)"
)
_PROGRAMME = re.compile(r"\s(?:In|Live|Sprint|Sportiva|Addams)\b")  # Domenica In, on television
_HABIT = re.compile(rf"\b(?:anche|solo|soltanto|sempre|mai|spesso){GAP}di{GAP}\Z")
_OF_A_WEEK = re.compile(rf"({WEEKDAY}){GAP}(?:della|di){GAP}")
_OF_A_MONTH = re.compile(rf"({DAY}){GAP}(?:di|del|dello){GAP}")
_DAY_WORD = re.compile(rf"({any_of(DAY_WORDS)})(?!\w){_MOMENT}")
_NUMERIC_DAYS = (
    re.compile(r"(?P<d>\d{1,2})([-/.])(?P<m>\d{1,2})\2(?P<y>\d{4})(?!\d|[-/.]\d)"),
    re.compile(r"(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>\d{2})(?!\d|/|[-.]\d)"),
    re.compile(r"(?P<d>\d{2})([-.])(?P<m>\d{2})\2(?P<y>\d{2})(?!\d|[-/.]\d)"),
    re.compile(r"(?P<y>\d{4})([-/])(?P<m>\d{1,2})\2(?P<d>\d{1,2})(?!\d|[-/.]\d)"),
)
_NUMERIC_MONTH = re.compile(rf"(0[1-9]|1[0-2])/({FULL_YEAR})")


def named(source: Source, start: int) -> Reading | None:
    """Read a thing with or without what is said behind it: `12 marzo 2025`, `marzo scorso`, `sabato`, `estate 2024`."""
    thing = _thing(source, start)
    return complete(source, thing) if thing else None


def modified(source: Source, start: int) -> Reading | None:
    """Read a thing behind a word that says which one: `scorso 3 maggio`, `prossima settimana`, `quest'anno`."""
    return behind_modifier(source, start, _thing)


def weekday_of_a_week(source: Source, start: int) -> Reading | None:
    """Read a weekday with its week: `sabato della scorsa settimana`, `lunedì di due settimane fa`."""
    weekday = _OF_A_WEEK.match(source.words, start)
    week = relative_unit(source, weekday.end()) if weekday else None
    if not weekday or not week or week.precision != "week":
        return None
    index, week_of = weekday_number(weekday[1]), week.meaning
    return Reading(week.end, "day", lambda seen_from: calendar.day(week_of(seen_from).first, index))


def day_of_a_month(source: Source, start: int) -> Reading | None:
    """Read a day with its month as seen from the day: `16 del mese prossimo`, `3 di questo mese`, `3 dello scorso marzo`."""
    found = _OF_A_MONTH.match(source.words, start)
    if not found or source.word_before(start) not in BEFORE_DAY_OF_MONTH:
        return None
    month_of_day = behind_modifier(source, found.end(), month) or relative_unit(source, found.end())
    if not month_of_day or month_of_day.precision != "month":
        return None
    day, month_of = number(found[1]), month_of_day.meaning

    def meaning(seen_from: datetime.date) -> Period:
        first = month_of(seen_from).first
        return period(first.year, first.month, day)

    return Reading(month_of_day.end, "day", meaning)


def timetable(source: Source, start: int) -> Reading | None:
    """Read the weekdays of a timetable, which are those of every week: `lunedì, mercoledì e venerdì dalle 18`."""
    found = _TIMETABLE.match(source.words, start)
    return nothing(found.end()) if found else None


def day_word(source: Source, start: int) -> Reading | None:
    """Read `oggi`, `ieri sera`, `l'altro ieri`; not the noun (`un domani`, `al giorno d'oggi`) nor the newspaper."""
    found = _DAY_WORD.match(source.words, start)
    if not found or source.is_name(start):
        return None
    words = " ".join(found[1].split())
    if words in ("oggi", "ieri", "domani") and source.word_before(start) in ARTICLES:
        return None
    return Reading(found.end(), "day", lambda seen_from: calendar.day(seen_from, DAY_WORDS[words]))


def numeric_day(source: Source, start: int) -> Reading | None:
    """Read `12/03/2025`, `12.3.2025`, `12/03/25`, `2025-03-12`."""
    found = next((match for pattern in _NUMERIC_DAYS if (match := pattern.match(source.words, start))), None)
    if not found:
        return None
    year, month_of_day, day = year_number(found["y"]), int(found["m"]), int(found["d"])
    return Reading(found.end(), "day", lambda _: period(year, month_of_day, day))


def numeric_month(source: Source, start: int) -> Reading | None:
    """Read `03/2027` behind a preposition of time."""
    found = _NUMERIC_MONTH.match(source.words, start)
    if not found or source.word_before(start) not in BEFORE_NUMERIC_MONTH:
        return None
    index, year = int(found[1]), int(found[2])
    return Reading(found.end(), "month", lambda _: period(year, index))


def _thing(source: Source, start: int) -> Thing | None:
    for read in (day_of_year, month, _season, unit, _numbered_weekday, _weekday):
        if thing := read(source, start):
            return thing
    return None


def day_of_year(source: Source, start: int) -> Thing | None:
    """Read the name of a day of the year: `12 marzo`, `1° maggio`, `sabato 12 aprile`, `sabato 12/4`."""
    found = _DAY_OF_YEAR.match(source.words, start)
    if not found:
        return None
    weekday, day, month_of_day = found[1] or found[4], number(found[2] or found[5]), month_number(found[3] or found[6])

    def in_year(year: int) -> Period:
        return period(year, month_of_day, day)

    def occurrences(around: datetime.date) -> list[Period]:
        days = calendar.yearly(in_year, around)
        agreeing = [p for p in days if weekday and p.first.weekday() == weekday_number(weekday)]
        return [p for p in agreeing if abs((p.first - around).days) <= SAME_WEEKDAY_DAYS] or days

    return Thing(found.end(), "day", occurrences, calendar.nearest, _fitting(source, start, found.end()), in_year)


def month(source: Source, start: int) -> Thing | None:
    """Read the name of a month; alone it is one only in small letters, since surnames are written like months."""
    found = _MONTH.match(source.words, start)
    if not found:
        return None
    index, capital = month_number(found[1]), source.text[start].isupper() and not source.text[start + 1].isupper()

    def in_year(year: int) -> Period:
        return period(year, index)

    bare = None if capital or _NUMERAL.fullmatch(source.word_before(start)) else _fitting(source, start, found.end())
    return Thing(found.end(), "month", lambda around: calendar.yearly(in_year, around), calendar.nearest, bare, in_year)


def _fitting(source: Source, start: int, end: int) -> Choice:
    """Return which March `marzo` means: the nearest one, unless its verb says that it is to come (`si voterà`) or was (`aveva`)."""
    if source.word_before(start) not in ADVERBIAL:
        return calendar.nearest

    def choice(occurrences: Iterable[Period], seen_from: datetime.date) -> Period:
        tense = tense_near(source.words, start, end)
        if tense == "future" or (tense is None and _UNTIL.search(source.words, max(0, start - 12), start)):
            return calendar.running(occurrences, seen_from)
        return (calendar.begun if tense == "earlier" else calendar.nearest)(occurrences, seen_from)

    return choice


def _season(source: Source, start: int) -> Thing | None:
    found = _SEASON.match(source.words, start)
    if not found or source.is_name(start):
        return None
    first_month = SEASONS[found[1]]

    def in_year(year: int) -> Period:
        return calendar.months(year, first_month, calendar.MONTHS_OF_A_SEASON)

    return Thing(found.end(), "season", lambda around: calendar.yearly(in_year, around), calendar.nearest, None, in_year)


def _numbered_weekday(source: Source, start: int) -> Thing | None:
    found = _NUMBERED_WEEKDAY.match(source.words, start)
    if not found:
        return None
    weekday, day = weekday_number(found[1]), int(found[2])

    def occurrences(around: datetime.date) -> list[Period]:
        days = (calendar.day(around, later) for later in range(-NUMBERED_WEEKDAY_DAYS, NUMBERED_WEEKDAY_DAYS + 1))
        return [p for p in days if (p.first.weekday(), p.first.day) == (weekday, day)]

    return Thing(found.end(), "day", occurrences, calendar.nearest, calendar.nearest)


def _weekday(source: Source, start: int) -> Thing | None:
    found = _WEEKDAY.match(source.words, start)
    if not found:
        return None
    bare = _bare_weekday(source, start, found.end())
    return Thing(found.end(), "day", weekdays(weekday_number(found[1])), calendar.running, bare)


def weekdays(index: int) -> Callable[[datetime.date], list[Period]]:
    """Return how to list a weekday around a day: a week before to a week after."""
    return lambda around: [p for later in range(-7, 8) if (p := calendar.day(around, later)).first.weekday() == index]


def _bare_weekday(source: Source, start: int, end: int) -> Choice | None:
    """Return which Saturday `sabato` means in its sentence: none as a habit or a name, the last one with a past tense, else the next."""
    before = source.word_before(start)
    if before in NOT_ONE_DAY or source.is_name(start) or _OTHER_WEEKDAY.match(source.words, end) or _PROGRAMME.match(source.text, end):
        return None
    opens_sentence = before in ("di", "da") and source.text[start - 3] == "D"
    if _HABIT.search(source.words, max(0, start - 20), start) or (before == "di" and opens_sentence):
        return None
    if before in ("per", "entro"):
        return calendar.next_after
    if before == "da" and not opens_sentence:  # `è fermo da sabato`, but `Da sabato si cambia`
        return by_tense(source, start, end, future=calendar.next_after, otherwise=calendar.last_before)
    return by_tense(source, start, end, past=calendar.last_before, otherwise=calendar.next_after)
