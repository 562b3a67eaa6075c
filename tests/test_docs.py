"""The documents say what the program does: every setting and every command stands in them, and nothing else."""

import argparse
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from dotenv import dotenv_values

from bot.cli import build_parser
from bot.settings import read_settings

PROJECT = Path(__file__).resolve().parent.parent
DOCS = PROJECT / "docs" / "settings.md"
EXAMPLE = PROJECT / ".env.example"
RESERVED = {"WEBHOOK_SECRET", "WEBHOOK_LISTEN"}  # names that are fixed already, read from a later version on


class Recording(Mapping[str, str]):
    """An empty environment that remembers which names it was asked for."""

    def __init__(self) -> None:
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


@pytest.fixture(scope="module")
def known_settings() -> set[str]:
    """The settings that the three layers read."""
    environ = Recording()
    read_settings(environ)
    return environ.asked | RESERVED


def test_every_setting_is_in_the_example_file(known_settings: set[str]) -> None:
    """`.env.example` lists exactly the settings that are read, all of them empty."""
    assert set(re.findall(r"^([A-Z_]+)=$", EXAMPLE.read_text(), re.MULTILINE)) == known_settings
    assert not re.search(r"^[A-Z_]+=.+$", EXAMPLE.read_text(), re.MULTILINE)


def test_example_file_as_it_is_changes_nothing() -> None:
    """Whoever copies `.env.example` to `.env` gets the defaults."""
    values = {name: value or "" for name, value in dotenv_values(EXAMPLE).items()}
    assert read_settings(values) == read_settings({})


def test_every_setting_is_documented(known_settings: set[str]) -> None:
    """docs/settings.md has a row for each setting, and for no other."""
    assert set(re.findall(r"^\| `([A-Z_]+)` \|", DOCS.read_text(), re.MULTILINE)) == known_settings


def commands() -> dict[str, argparse.ArgumentParser]:
    """Return the parsers of all commands by name."""
    (action,) = (action for action in build_parser()._actions if isinstance(action, argparse._SubParsersAction))
    return dict(action.choices)


def test_every_command_is_documented() -> None:
    """docs/settings.md has a row for each command, and for no other."""
    assert set(re.findall(r"^\| `edicola (\w+)", DOCS.read_text(), re.MULTILINE)) == set(commands())


@pytest.mark.parametrize("name", commands())
def test_every_option_is_documented(name: str) -> None:
    """The row of a command names its options; those of `evaluate` are in its own help."""
    (row,) = re.findall(rf"^\| `edicola {name}\b.*$", DOCS.read_text(), re.MULTILINE)
    options = [option for action in commands()[name]._actions for option in action.option_strings if option.startswith("--")]
    assert [option for option in options if option not in row and option != "--help"] == []


def test_readme_names_commands_that_exist() -> None:
    """The README speaks of no command that is not there."""
    readme = PROJECT / "README.md"
    if not readme.exists():
        pytest.skip("no README yet")
    assert set(re.findall(r"`edicola (\w+)", readme.read_text())) <= set(commands())


def collected_from(file: Path) -> set[str]:
    """Return the tests that stand in a file, those of a class as `Class::test`; none where there is no such file."""
    tests, around = set(), ""
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    for indent, kind, name in re.findall(r"^(    )?(class|(?:async )?def) (\w+)", text, re.MULTILINE):
        if not indent:
            around = name if kind == "class" else ""
        if kind != "class" and name.startswith("test_"):
            tests.add(f"{around}::{name}" if indent else name)
    return tests


def test_documents_name_tests_that_exist() -> None:
    """Every `tests/…::name` in the documents stands in that file, a method in its class."""
    named = {found for document in DOCS.parent.glob("*.md") for found in re.findall(r"`(tests/[^`]*?)::([^`]*)`", document.read_text())}
    assert named
    assert sorted(f"{file}::{name}" for file, name in named if name not in collected_from(PROJECT / file)) == []
