"""Extraction measured: figures of pages with gold, beside trafilatura alone."""

import json
from pathlib import Path

import pytest

from evaluation.extraction import Extracted, GoldPage, main, measure, read_gold_pages, token_f1
from tests.index.reading.page_samples import HEADLINE, PROSE, page

GOLD = GoldPage("sites/voce/1.html", b"", "", "", "Il molo riapre", "Apre a maggio.", "2025-03-11", None, "Maria Rossi")


def folder(tmp_path: Path, **gold: object) -> Path:
    """Write a folder with one page and its gold."""
    (tmp_path / "sites" / "voce").mkdir(parents=True)
    head = '<meta property="article:published_time" content="2025-03-11"><meta name="author" content="Maria Rossi">'
    (tmp_path / "sites" / "voce" / "1.html").write_text(page(head=head), encoding="utf-8")
    record = {"path": "voce/1.html", "url": "", "content_type": "text/html", "title": HEADLINE, "date": "2025-03-11", "updated": None}
    record |= {"author": "di Maria Rossi".removeprefix("di "), "site": "La Voce", "text": "\n".join(PROSE), **gold}
    (tmp_path / "pages.jsonl").write_text(json.dumps(record, ensure_ascii=False) + "\n", encoding="utf-8")
    return tmp_path


def test_page_read_well_has_full_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A page of which all is found has 1 everywhere; the JSON says where the figures come from."""
    out = tmp_path / "figures.json"
    assert main([str(folder(tmp_path)), "--json", str(out)]) == 0
    written = json.loads(out.read_text(encoding="utf-8"))
    ours = written["results"]["edicola"]["voce"]
    assert ours == {
        "pages": 1,
        "text_f1": 1,
        "raw_text_f1": ours["raw_text_f1"],
        "title": 1,
        "date": 1,
        "updated": 1,
        "author": 1,
        "one_article": 1,
    }
    assert {"commit", "command", "machine"} <= written.keys()
    assert "trafilatura" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("found", "figure"),
    [
        (Extracted(title="IL MOLO, riapre!"), "title"),
        (Extracted(date="2025-03-11"), "date"),
        (Extracted(author="maria rossi"), "author"),
        (Extracted(read="apre A maggio"), "text_f1"),
        (Extracted(raw="apre A maggio"), "raw_text_f1"),
        (Extracted(), "updated"),
    ],
)
def test_what_is_found_counts_apart(found: Extracted, figure: str) -> None:
    """Each figure measures one thing, letter case and punctuation apart; what is not told must not be found."""
    figures = measure(GOLD, found)
    assert figures[figure] == 1
    assert sum(figures.values()) == (2 if found == Extracted() else 3)


def test_token_f1_counts_repeated_words() -> None:
    """F1 is over words as often as they stand: half of them found and nothing else is two thirds."""
    assert token_f1("il molo", "il molo il molo") == pytest.approx(2 / 3)
    assert (token_f1("", ""), token_f1("a", "")) == (1.0, 0.0)


@pytest.mark.parametrize(
    "found",
    ["Apre a maggio.", "Apre a maggio.\n1 Ferri 2 Conti", "| 1 | Ferri |\n| 2 | Conti |\nApre a maggio.", "1 Ferri 2 ContiApre a maggio."],
)
def test_optional_words_count_neither_for_nor_against(found: str) -> None:
    """A line-up may be found as it stands, glued to the next word or drawn with bars, or not at all: the figure is the same."""
    assert token_f1(found, "Apre a maggio.", ("1 Ferri 2 Conti",)) == 1


def test_optional_words_replace_no_wanted_ones() -> None:
    """What is optional is taken out as often as it is named, and what is wanted must still be found."""
    assert token_f1("Ferri Ferri Ferri", "apre", ("Ferri", "Ferri")) == 0
    assert token_f1("apre Ferri Ferri", "apre", ("Ferri",)) == pytest.approx(2 / 3)
    assert token_f1("Ferri segna", "Ferri segna", ("| Ferri |",)) == 1


def test_optional_strings_are_read_from_the_gold(tmp_path: Path) -> None:
    """The `optional` strings of a gold line reach the measure."""
    (page,) = read_gold_pages(folder(tmp_path, optional=["1 Ferri"]))
    assert page.optional == ("1 Ferri",)


def test_sections_count_with_their_days() -> None:
    """A section is right if its day and its words are."""
    gold = GoldPage("a/1.html", b"", "", "", "", "", None, None, None, (("2025-03-01", "uno due tre"), ("2025-03-02", "quattro cinque")))
    found = Extracted(sections=(("2025-03-01", "uno due tre"), ("2025-03-03", "quattro cinque")))
    assert measure(gold, found)["sections"] == 0.5


def test_missing_page_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A gold line whose page is not there ends with its place, not with a traceback."""
    assert main([str(folder(tmp_path, path="voce/2.html"))]) == 2
    assert "pages.jsonl:1" in capsys.readouterr().err
