"""Answers are compared as values: the same number or name in other words is the same answer, another one is another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.values import say_the_same, value_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2027", "fino al 2027"),
        ("2027", "30 giugno 2027"),
        ("Simeone", "Diego Simeone"),
        ("dodici", "12"),
        ("1.250 euro", "1250"),
        ("12 milioni", "12 milioni di euro"),
        ("all'Inter", "Inter"),
        ("Perché no", "perche’ no"),
    ],
)
def test_the_same_in_other_words(one: str, other: str) -> None:
    """More or fewer words do not make another answer, in either order."""
    assert say_the_same(one, other)
    assert say_the_same(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2026", "2027"),
        ("2 milioni", "2 mila euro"),
        ("30 giugno 2026", "30 giugno 2027"),
        ("Diego Simeone", "Carlo Ancelotti"),
        ("12 giugno", "12 luglio"),
        ("Luca Rossi", "Marco Rossi"),
    ],
)
def test_another_answer(one: str, other: str) -> None:
    """Another number, unit, day or name is another answer."""
    assert not say_the_same(one, other)
    assert not say_the_same(other, one)


@given(st.text(max_size=60), st.text(max_size=60))
def test_comparing_is_symmetric_and_takes_any_text(one: str, other: str) -> None:
    """Whatever the words, the comparison is made, and its order does not count."""
    assert say_the_same(one, other) == say_the_same(other, one)
    assert say_the_same(one, one)


def test_numbers_in_words_are_numbers() -> None:
    """`tre` and `3` are one number; thousands are read as Italian writes them."""
    assert value_of("tre gol").numbers == value_of("3 gol").numbers
    assert {int(number) for number in value_of("16.432 spettatori").numbers} == {16432}
