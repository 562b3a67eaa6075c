"""Markdown becomes articles: front matter, headings, and what only looks like them."""

from pathlib import Path

import pytest

from index.articles import Article
from index.dates import parse_period
from tests.index.reading.written import article, reason


def test_front_matter_becomes_metadata(tmp_path: Path) -> None:
    """Title, date, URL, source and author stand in the front matter, the text is what follows it, untouched."""
    front_matter = 'title: "Uno: due"\ndate: 2025-03-11\nurl: https://x.example/a\nsource: Il Foglio\nauthor: Ada Neri'
    text = f"---\n{front_matter}\n---\nPrimo.\n\n  Secondo.\n"
    found = article(tmp_path, "calcio/uno.md", text)
    assert found == Article(
        id="calcio/uno",
        text="Primo.\n\n  Secondo.\n",
        title="Uno: due",
        url="https://x.example/a",
        source="Il Foglio",
        author="Ada Neri",
        published=parse_period("2025-03-11"),
        origin="calcio/uno.md",
    )


@pytest.mark.parametrize(("written", "known"), [("2025-03", "2025-03"), ("2025", "2025"), ("marzo 2025", "2025-03"), ("ieri", "")])
def test_partial_dates_stay_partial(tmp_path: Path, written: str, known: str) -> None:
    """A date without a day never gets one, and what is no date is no date."""
    assert str(article(tmp_path, "a.md", f"---\ndate: {written}\n---\nTesto.").published or "") == known


def test_markdown_without_front_matter_takes_its_heading_as_title(tmp_path: Path) -> None:
    """A leading `# heading` is the title and is not read as prose."""
    found = article(tmp_path, "a.md", "# Il molo riapre\n\nApre a maggio.")
    assert (found.title, found.text[found.body_start :].strip()) == ("Il molo riapre", "Apre a maggio.")


@pytest.mark.parametrize(
    ("front_matter", "mend"),
    [
        ("title: uno: due", "double quotes"),
        ("author: x\ntitle: uno: due", "line 3"),
        ("a: " + "[" * 3000, "too deep"),
        ('title: "\\UFFFFFFFF"', "double quotes"),
        ("title: x\na: " + "b" * 100_000, "add a line"),
    ],
)
def test_broken_front_matter_names_the_mend(tmp_path: Path, front_matter: str, mend: str) -> None:
    """Front matter that is no YAML, or nested too deep to be read, skips the file and says what to do."""
    assert mend in reason(tmp_path, "a.md", f"---\n{front_matter}\n---\nTesto.")


def test_open_front_matter_names_the_mend(tmp_path: Path) -> None:
    """Front matter that is never closed is not taken for text."""
    assert "add a line `---`" in reason(tmp_path, "a.md", "---\ntitle: uno\n\nTesto.")


@pytest.mark.parametrize("sign", ["\x0c", "\x0b", "\x1c", "\x85", "\u2028", "\u2029"])
def test_heading_is_one_line_whatever_breaks_it(tmp_path: Path, sign: str) -> None:
    """A title holds no sign that some programs end a line at; the text keeps it, and the prose begins behind the heading."""
    found = article(tmp_path, "a.md", f"# Il molo{sign}riapre\nApre a maggio.")
    assert (found.title, found.text[found.body_start :].strip()) == ("Il molo riapre", "Apre a maggio.")


@pytest.mark.parametrize(
    "text", ["---\nCiao\n---\nTesto.", "---\n- uno\n---\nTesto.", "---\nDice: una cosa: basta.\n---\nTesto.", "---\nTesto."]
)
def test_lines_between_dashes_are_text_unless_they_name_a_field(tmp_path: Path, text: str) -> None:
    """What stands after a line `---` and names no known field is no front matter: nothing of it is lost."""
    assert article(tmp_path, "a.md", text).text == text


@pytest.mark.parametrize("new_line", ["\n", "\r\n", "\r"])
def test_front_matter_is_found_with_every_line_end(tmp_path: Path, new_line: str) -> None:
    """Front matter is found after a blank line and with the line ends of every system, and missed where it is not closed."""
    lines = ["", "--- ", "title: Uno", "---", "Testo."]
    found = article(tmp_path, "a.md", new_line.join(lines).encode())
    assert (found.title, found.text) == ("Uno", "Testo.")
    assert "add a line `---`" in reason(tmp_path, "a.md", new_line.join(lines[:3]).encode())


def test_values_stay_as_they_are_written(tmp_path: Path) -> None:
    """A value is never taken for a number, a truth value or a date: only lists of strings are joined, and other shapes are missing."""
    found = article(tmp_path, "a.md", "---\nid: 0123\ntitle: no\ndate: 2025-02-31\nauthor: [Ada, Bo]\nsource: {a: b}\nurl: ~\n---\nTesto.")
    assert (found.id, found.title, found.published, found.author, found.source, found.url) == ("0123", "no", None, "Ada, Bo", "", "")
