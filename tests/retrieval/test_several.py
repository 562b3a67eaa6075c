"""Questions that ask two things are taken apart; those that ask one stay whole."""

import pytest

from retrieval.several import Part, split_question


def parts(text: str, *names: str) -> list[str]:
    """Return the texts of the parts."""
    return [part.text for part in split_question(text, names)]


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        ("Chi ha vinto e con quale punteggio?", (), ["Chi ha vinto?", "E con quale punteggio?"]),
        ("Quando apre il museo e quanto costa il biglietto?", (), ["Quando apre il museo?", "E quanto costa il biglietto?"]),
        ("Chi ha vinto la gara? E quando?", (), ["Chi ha vinto la gara?", "E quando?"]),
        (
            "quando scadono Simeone e Ancelotti?",
            ("simeone", "ancelotti"),
            ["quando scadono Simeone?", "quando scadono Ancelotti?"],
        ),
        (
            "Quanto guadagnano Diego Simeone, Ancelotti e Conte?",
            ("diego", "simeone", "ancelotti", "conte"),
            ["Quanto guadagnano Diego Simeone?", "Quanto guadagnano Ancelotti?", "Quanto guadagnano Conte?"],
        ),
    ],
)
def test_two_questions_in_one(text: str, names: tuple[str, ...], expected: list[str]) -> None:
    """Joined questions and joined names are asked one by one."""
    assert parts(text, *names) == expected


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Quando gioca la Roma?", ("roma",)),
        ("Come è finita tra Milan e Inter?", ("milan", "inter")),
        ("Chi ha scritto il libro e il film?", ()),
        ("Quando è nato Ancelotti?", ("ancelotti",)),
        ("", ()),
    ],
)
def test_one_question(text: str, names: tuple[str, ...]) -> None:
    """One question stays one: between two clubs there is one match."""
    assert parts(text, *names) == []


def test_second_part_leans_on_the_first() -> None:
    """`E con quale punteggio?` can only be understood after the first part."""
    assert split_question("Chi ha vinto e con quale punteggio?", ()) == (Part("Chi ha vinto?"), Part("E con quale punteggio?", leans=True))
