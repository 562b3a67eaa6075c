"""Expressions of time are found where a reader of Italian sees them, and mean no day that their words do not say."""

import datetime
import json
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.dates import MONTHS, Period, parse_period, period
from index.time_expressions import TimeExpression, find_time_expressions
from index.time_words import NUMBERS, WEEKDAYS

FILES = {
    name: [json.loads(line) for line in (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines()]
    for name in ("time_cases.jsonl", "time_cases_2.jsonl")
}
CASES = [case for cases in FILES.values() for case in cases]
WEDNESDAY = "2025-03-12"
FRAGMENTS = """
    12 3 29 31 1° 2024 2025 2024/25 2023-2024 12/03/2025 2025-03-12 '98 20.45 90' primo due ventitré un una gennaio febbraio marzo Maggio
    sabato domenica lunedì Venerdì oggi ieri domani sera stasera scorso scorsa prossimo prossima questo quest' settimana weekend mese anno
    anni stagione estate inverno fine inizio metà dell' del di il la al a dal da tra fra e , . - ’ ( ) giorni settimane mesi fa via piazza
    nel Novanta ha vinto giocherà ogni İ mar set. sett. ott. lun. Sab primi mese 12/4 03/2027 l'8 «Oggi»
""".split()
PHRASES = [
    *("sabato 12 aprile", "12 e 13 marzo", "dal 28 febbraio al 3 marzo", "da novembre a marzo", "1999-2000", "fine mese", "metà giugno"),
    *("la scorsa settimana", "questo weekend", "weekend scorso", "fine stagione", "prossima stagione", "l'anno scorso", "due mesi fa"),
    *(
        "tra tre settimane",
        "una stagione fa",
        "lunedì della scorsa settimana",
        "da venerdì a domenica",
        "anni '80",
        "nel 2024",
        "1999-2000",
    ),
    *("il 3, il 10 e il 17 maggio", "dal 1° al 3 e dal 10 al 12 giugno", "29 febbraio e il 3 marzo 2025", "16 del mese prossimo"),
    *("scorso 29 febbraio", "prossimo maggio", "quest'estate", "l'inverno scorso", "estate di due anni fa", "inizio dell'anno prossimo"),
]

days = st.dates(min_value=datetime.date(1900, 1, 1), max_value=datetime.date(2100, 12, 31))
references = st.none() | st.builds(period, st.integers(1950, 2100)) | st.builds(period, st.integers(1950, 2100), st.integers(1, 12))
references |= days.map(lambda day: Period(day, day))
texts = st.lists(st.sampled_from(FRAGMENTS + PHRASES) | st.text(max_size=4), max_size=14).map(" ".join) | st.text(max_size=60)
texts |= st.sampled_from([case["text"] for case in CASES])


def found_in(text: str, reference: str | None = WEDNESDAY) -> list[tuple[str, str, str]]:
    """Return slices with their first and last day."""
    expressions = find_time_expressions(text, parse_period(reference) if reference else None)
    return [(text[e.start : e.end], str(e.period.first), str(e.period.last)) for e in expressions]


@pytest.mark.parametrize("name", FILES)
def test_development_cases_are_all_right(name: str) -> None:
    """Two hundred sentences that were written before the grammar, and as many by somebody who did not know it: all is as expected."""
    wrong = []
    for case in FILES[name]:
        expressions = find_time_expressions(case["text"], parse_period(case["reference"]) if case["reference"] else None)
        got = [(case["text"][e.start : e.end], str(e.period.first), str(e.period.last), e.precision) for e in expressions]
        if got != [(f["text"], f["first"], f["last"], f["precision"]) for f in case["found"]]:
            wrong.append((case["text"], got))
    assert len(FILES[name]) == 200
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nato il 14 di febbraio 1999.", ("14 di febbraio 1999", "1999-02-14", "1999-02-14")),
        ("Il 12 mar. 2025 a Roma.", ("12 mar. 2025", "2025-03-12", "2025-03-12")),
        ("Il due giugno sfila la banda.", ("due giugno", "2025-06-02", "2025-06-02")),
        ("Il 12 marzo dell'anno scorso nevicava.", ("12 marzo dell'anno scorso", "2024-03-12", "2024-03-12")),
        ("L'8 e 9 giugno si vota.", ("8 e 9 giugno", "2025-06-08", "2025-06-09")),
        ("Dal 28 dicembre 2024 al 6 gennaio 2025.", ("28 dicembre 2024 al 6 gennaio 2025", "2024-12-28", "2025-01-06")),
        ("Chiusa da lunedì 17 a venerdì 28 marzo.", ("lunedì 17 a venerdì 28 marzo", "2025-03-17", "2025-03-28")),
        ("Il 12, 13 e 14 marzo 2025 si scia.", ("12, 13 e 14 marzo 2025", "2025-03-12", "2025-03-14")),
        ("I conti di gennaio-marzo 2025.", ("gennaio-marzo 2025", "2025-01-01", "2025-03-31")),
        ("Da novembre a febbraio si scia.", ("novembre a febbraio", "2024-11-01", "2025-02-28")),
        ("Ha guidato il club dal 2017 al 2024.", ("2017 al 2024", "2017-01-01", "2024-12-31")),
        ("Il piano per il triennio 2023-25.", ("2023-25", "2023-01-01", "2025-12-31")),
        ("Nel primo trimestre del 2024 il Pil cala.", ("primo trimestre del 2024", "2024-01-01", "2024-03-31")),
        ("Nella seconda metà di agosto 2025.", ("seconda metà di agosto 2025", "2025-08-16", "2025-08-31")),
        ("Alla fine della scorsa stagione.", ("fine della scorsa stagione", "2024-05-15", "2024-06-30")),
        ("Nella stagione '98-'99 retrocesse.", ("stagione '98-'99", "1998-07-01", "1999-06-30")),
        ("Nell'inverno 2024/25 nevicò poco.", ("inverno 2024/25", "2024-12-01", "2025-02-28")),
        ("Tra gli anni '60 e '70.", ("anni '60 e '70", "1960-01-01", "1979-12-31")),
        ("Sabato 15 si gioca il derby.", ("Sabato 15", "2025-03-15", "2025-03-15")),
        ("Il derby di sabato della scorsa settimana.", ("sabato della scorsa settimana", "2025-03-08", "2025-03-08")),
        ("Vent'anni fa la tragedia.", ("Vent'anni fa", "2005-01-01", "2005-12-31")),
        ("Una coppa vinta l’altro ieri.", ("l’altro ieri", "2025-03-10", "2025-03-10")),
        ("Nel fine settimana arriverà la neve.", ("fine settimana", "2025-03-15", "2025-03-16")),
        ("chi ha vinto lunedi scorso?", ("lunedi scorso", "2025-03-10", "2025-03-10")),
        ("CHI HA SEGNATO IERI?", ("IERI", "2025-03-11", "2025-03-11")),
        ("(ANSA) - ROMA, 15 MAG - Si vota.", ("15 MAG", "2025-05-15", "2025-05-15")),
        ("Da ven. 4 a dom. 6 luglio si balla.", ("ven. 4 a dom. 6 luglio", "2025-07-04", "2025-07-06")),
        ("I conti gen.-mar. 2025 sono buoni.", ("gen.-mar. 2025", "2025-01-01", "2025-03-31")),
        ("Era il primo dello scorso mese di agosto.", ("primo dello scorso mese di agosto", "2024-08-01", "2024-08-01")),
        ("Scade entro 12/2025.", ("12/2025", "2025-12-01", "2025-12-31")),
        ("L'Italia dell'82 è nella storia.", ("82", "1982-01-01", "1982-12-31")),
        ("«Oggi», spiega, «si gioca».", ("Oggi", "2025-03-12", "2025-03-12")),
    ],
)
def test_other_forms(text: str, expected: tuple[str, str, str]) -> None:
    """Forms that the cases do not show are put together from the same parts."""
    assert found_in(text) == [expected]


def test_months_side_by_side_share_their_year() -> None:
    """`marzo e aprile 2024` are two months of the same year, whenever the text was published."""
    months = [("marzo", "2024-03-01", "2024-03-31"), ("aprile 2024", "2024-04-01", "2024-04-30")]
    assert found_in("Gli stipendi di marzo e aprile 2024 sono pagati.") == months
    assert found_in("Gli stipendi di marzo e aprile 2024 sono pagati.", None) == months


@pytest.mark.parametrize(
    "text",
    [
        "L'ufficio è aperto da lunedì a venerdì.",
        "Si nuota lunedì, mercoledì e venerdì dalle 18 alle 20.",
        "Il primo lunedì del mese si paga.",
        "Ogni fine settimana si balla.",
        "Il corteo parte da piazza Martiri del 7 Luglio.",
        "Abita in via xx settembre.",
        "Maggio ha segnato, poi è uscito Giulio Maggio.",
        "Domenica In torna su Rai 1.",
        "Una decina di giorni fa, o due o tre giorni fa.",
        "Quasi due anni fa, anzi due anni e tre mesi fa.",
        "Rischia tra sei mesi e due anni di carcere.",
        "È un domani diverso, al giorno d'oggi.",
        "Un uomo di anni 80, condannato ad anni 30.",
        "Nell'82 per cento dei casi, all'82' della ripresa.",
        "La fortezza è del 1200 a.C. circa.",
        "Nel prossimo anno scolastico si cambia.",
        "Il 31 giugno e il 30 febbraio 2024.",
        "Martedì grasso si sfila, venerdì santo si digiuna.",
        "La Juventus ha perso 2-1, il campionato Primavera 2.",
        "Una Peugeot 2008, 2.024 euro, il romanzo 1984.",
        "La legge 104/1992, il regolamento 2016/679.",
        "Il codice è 2006-1982, il telefono 1982-2199.",
        "L'opzione vale tra il 1° e il 31 luglio di ogni anno.",
        "Ha vinto in 3 set, poi 2 set a 1.",
        "La legge 3/2012, la delibera 03/2025.",
        "La rete di Rossi dell'85, il 20 dell'80 per cento.",
        "Non dall'oggi al domani, per il domani dei figli.",
        'Il settimanale «Oggi» e il quotidiano "Domani".',
        "La palestra comunale 8 Marzo, la polisportiva 1° Maggio.",
        "Si paga il 15 del mese.",
    ],
)
def test_what_only_looks_like_a_time(text: str) -> None:
    """Habits, names, counts, ages and days that do not exist are no times."""
    assert found_in(text) == []


@given(st.sampled_from(MONTHS), st.integers(1000, 2199), st.sampled_from(["{} {}", "{} del {}", "nel {} {}.", "({} {})"]), references)
def test_month_gives_all_its_days(name: str, year: int, form: str, reference: Period | None) -> None:
    """A month with its year is the whole month, whenever it was written."""
    (expression,) = find_time_expressions(form.format(name, year), reference)
    assert (expression.period, expression.precision) == (period(year, MONTHS.index(name) + 1), "month")


@given(st.integers(1, 31), st.sampled_from(MONTHS), st.integers(1000, 2199), references)
def test_day_is_itself_or_nothing(day: int, name: str, year: int, reference: Period | None) -> None:
    """A day is found as written in words and in figures; one that does not exist is not, and neither is its month."""
    month = MONTHS.index(name) + 1
    try:
        expected = [period(year, month, day)]
    except ValueError:
        expected = []
    for text in (f"{day} {name} {year}", f"il {day} {name} del {year}", f"{day:02}/{month:02}/{year}", f"{day}.{month}.{year}"):
        assert [e.period for e in find_time_expressions(text, reference)] == expected


@given(texts, references)
def test_any_text_gives_literal_slices_in_order(text: str, reference: Period | None) -> None:
    """Nothing raises; slices lie in the text, in order and apart, and begin and end with what was written."""
    expressions = find_time_expressions(text, reference)
    assert expressions == sorted(expressions)
    for one, next_one in pairwise(expressions):
        assert one.end <= next_one.start
    for e in expressions:
        assert 0 <= e.start < e.end <= len(text)
        assert text[e.start : e.end] == text[e.start : e.end].strip()
        assert e.period.first <= e.period.last


@given(texts, days)
def test_precision_says_how_long(text: str, day: datetime.date) -> None:
    """A day is one day, a week seven from Monday, a weekend its last two, a month, a year and a decade whole ones."""
    for e in find_time_expressions(text, Period(day, day)):
        assert _is_whole(e), text[e.start : e.end]


def _is_whole(expression: TimeExpression) -> bool:
    first, last, length = expression.period.first, expression.period.last, (expression.period.last - expression.period.first).days + 1
    return {
        "day": length == 1,
        "range": length > 1,
        "week": (first.weekday(), length) == (0, 7),
        "weekend": (first.weekday(), length) == (5, 2),
        "month": expression.period == period(first.year, first.month),
        "season": first.day == 1 and (last + datetime.timedelta(days=1)).day == 1 and length in (*range(90, 93), 365, 366),
        "year": expression.period == period(first.year),
        "decade": (first.year % 10, first.month, first.day) == (0, 1, 1) and last == datetime.date(first.year + 9, 12, 31),
    }[expression.precision]


@given(texts, st.integers(1950, 2100), st.integers(1, 12) | st.none(), st.data())
def test_partial_reference_says_what_each_of_its_days_would(text: str, year: int, month: int | None, data: st.DataObject) -> None:
    """What is found in an article of a month or a year is what would be found had it been dated on any day of it."""
    partial = period(year, month)
    day = data.draw(st.dates(partial.first, partial.last))
    exact = find_time_expressions(text, Period(day, day))
    assert [e for e in find_time_expressions(text, partial) if e not in exact] == []


@pytest.mark.parametrize("text", [case["text"] for case in CASES if case["reference"] and case["found"]])
def test_what_needs_a_date_is_not_found_without_one(text: str) -> None:
    """Without a reference only what names its year is found: the same as from far in the past and far in the future."""
    far = [set(find_time_expressions(text, period(year, 6, 15))) for year in (1700, 2300)]
    assert set(find_time_expressions(text, None)) == far[0] & far[1]


@pytest.mark.parametrize(
    "text", ["ieri", "12 marzo", "sabato", "a marzo", "l'anno scorso", "tre giorni fa", "fine mese", "la scorsa estate"]
)
def test_relative_times_need_a_reference(text: str) -> None:
    """An undated text says nothing of when its yesterday was."""
    assert find_time_expressions(text, None) == []
    assert len(find_time_expressions(text, parse_period(WEDNESDAY))) == 1


@given(st.sampled_from(WEEKDAYS), st.sampled_from(["{}", "{} scorso", "prossimo {}", "{} sera", "ha vinto {}", "vincerà {}"]), days)
def test_a_week_later_is_a_week_later(name: str, form: str, day: datetime.date) -> None:
    """The same words, published a week later, mean the same weekday a week later; never the day of publication itself."""
    week = datetime.timedelta(days=7)
    (now,) = find_time_expressions(form.format(name), Period(day, day))
    (later,) = find_time_expressions(form.format(name), Period(day + week, day + week))
    assert later.period == Period(now.period.first + week, now.period.last + week)
    assert now.period.first.weekday() == WEEKDAYS.index(name)
    assert 0 < abs((now.period.first - day).days) <= 7


@given(st.sampled_from([word for word, value in NUMBERS.items() if value > 1 and word + "i" not in NUMBERS]), days)
def test_counts_in_words_are_those_in_figures(word: str, day: datetime.date) -> None:
    """`ventitré giorni fa` is `23 giorni fa`: the day so many days before."""
    reference, count = Period(day, day), NUMBERS[word]
    (in_words,), (in_figures,) = (find_time_expressions(f"{number} giorni fa", reference) for number in (word, count))
    assert in_words.period.first == in_figures.period.first == day - datetime.timedelta(days=count)


@given(st.sampled_from(MONTHS), days)
def test_bare_month_is_within_half_a_year(name: str, day: datetime.date) -> None:
    """`a marzo`, where no verb says more, is the nearest March; `marzo scorso` is over, `prossimo marzo` to come."""
    reference = Period(day, day)
    (bare,), (past,), (coming,) = (
        find_time_expressions(f"{form}", reference) for form in (f"a {name}", f"{name} scorso", f"prossimo {name}")
    )
    gap = max((bare.period.first - day).days, (day - bare.period.last).days, 0)
    assert gap <= 184
    assert past.period.last < day < coming.period.first
    assert (coming.period.first - past.period.last).days <= 731


@pytest.mark.parametrize(
    "unit",
    ["sabato ", "sabato e ", "marzo del ", "12 ", "via Aa di ", "12, ", "il 3 e ", "3-4, ", "12 mar ", "è stato ", "un anno ", "1998, "],
)
def test_no_text_takes_long(unit: str) -> None:
    """Even a text of nothing but beginnings takes time in proportion to its length: far from the minutes of a quadratic search."""
    began = time.perf_counter()
    find_time_expressions(unit * (40_000 // len(unit)), parse_period(WEDNESDAY))
    assert time.perf_counter() - began < 10
