"""The verb of a sentence decides which Saturday and which June it means."""

import pytest

from index.dates import parse_period
from index.time_expressions import find_time_expressions


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Sabato la Roma ha battuto il Lecce.", "2025-03-08"),
        ("L'ex ministra è scomparsa sabato a Lecco.", "2025-03-08"),
        ("Che cosa disse sabato il premier?", "2025-03-08"),
        ("Il mediano è fermo da sabato.", "2025-03-08"),
        ("La Roma sfida sabato il Lecce.", "2025-03-15"),
        ("Chi arbitrerà sabato il derby?", "2025-03-15"),
        ("L'udienza è stata rinviata a sabato.", "2025-03-15"),
        ("Il verdetto è atteso sabato.", "2025-03-15"),
        ("Da sabato si cambia.", "2025-03-15"),
        ("Ha tempo entro sabato.", "2025-03-15"),
    ],
)
def test_verb_decides_which_saturday(text: str, day: str) -> None:
    """A bare weekday is the last one in a sentence that tells what happened, else the next one."""
    saturday = parse_period(day)
    assert [e.period for e in find_time_expressions(text, parse_period("2025-03-12"))] == [saturday]


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("Il contratto scade a giugno.", "2025-06"),
        ("A giugno si voterà per il sindaco.", "2025-06"),
        ("Fino a giugno si resta al Comunale.", "2025-06"),
        ("A giugno il club aveva ceduto il portiere.", "2024-06"),
        ("La piena di giugno è dimenticata.", "2024-06"),
    ],
)
def test_verb_decides_which_june(text: str, month: str) -> None:
    """Seen from October, a bare June is the nearest one, but not where the verb that it is tied to looks ahead."""
    june = parse_period(month)
    assert [e.period for e in find_time_expressions(text, parse_period("2024-10-03"))] == [june]
