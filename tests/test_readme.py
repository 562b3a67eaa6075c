"""The README shows what the program really says, and names only commands that exist."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
README = (PROJECT / "README.md").read_text(encoding="utf-8")
EXCHANGES = re.findall(r'^\$ (?:AS_OF=(\S+) )?make ask Q="([^"]+)"\n(.*?)(?=^\$ |^```)', README, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize(("as_of", "question", "answer"), EXCHANGES, ids=[f"{question} {as_of}" for as_of, question, _ in EXCHANGES])
def test_exchanges_are_real(as_of: str, question: str, answer: str, tmp_path: Path) -> None:
    """Every exchange in the README is what `edicola ask` prints over the sample articles, to the letter."""
    settings = {"DATA_DIR": str(tmp_path), "ARTICLES_DIR": str(PROJECT / "articles"), "AS_OF": as_of}
    environ = {**os.environ, **settings, "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-m", "bot.cli", "ask", question]
    printed = subprocess.run(command, capture_output=True, text=True, check=True, cwd=PROJECT, env=environ, encoding="utf-8").stdout
    assert printed.strip() == answer.strip()


def test_there_are_exchanges() -> None:
    """The README's first screen holds an answer and a no."""
    assert len(EXCHANGES) >= 2


def test_make_commands_exist() -> None:
    """Every `make` command that the documents name is a target of the Makefile."""
    targets = set(re.findall(r"^([a-z]+):", (PROJECT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    texts = [README, *(file.read_text(encoding="utf-8") for file in [PROJECT / "CONTRIBUTING.md", *(PROJECT / "docs").glob("*.md")])]
    named = {name for text in texts for name in re.findall(r"(?:`|^|\$ )make ([a-z]+)", text, re.MULTILINE)}
    assert named
    assert named <= targets
