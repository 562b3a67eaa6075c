"""Files become articles, and what cannot be read says why."""

import json
from pathlib import Path

import pytest

from index.articles import Article
from index.dates import parse_period
from index.errors import ArticleError
from index.reading import Skipped, read_folder

GLUED = " date 2025-03 Si parla del derby di Madrid.\n\nSimeone resta fino al 2027."


def read(tmp_path: Path, name: str, content: str | bytes) -> Article | Skipped:
    """Write one file and return the one thing that reading its folder gives."""
    file = tmp_path / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    (item,) = read_folder(tmp_path)
    return item


def article(tmp_path: Path, name: str, content: str | bytes) -> Article:
    """Return the one article of a file that can be read."""
    item = read(tmp_path, name, content)
    assert isinstance(item, Article), item
    return item


def reason(tmp_path: Path, name: str, content: str | bytes) -> str:
    """Return why a file was skipped."""
    item = read(tmp_path, name, content)
    assert isinstance(item, Skipped), item
    return item.reason


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
    [("title: uno: due", "double quotes"), ("author: x\ntitle: uno: due", "line 3"), ("a: " + "[" * 3000, "too deep")],
)
def test_broken_front_matter_names_the_mend(tmp_path: Path, front_matter: str, mend: str) -> None:
    """Front matter that is no YAML, or nested too deep to be read, skips the file and says what to do."""
    assert mend in reason(tmp_path, "a.md", f"---\n{front_matter}\n---\nTesto.")


def test_open_front_matter_names_the_mend(tmp_path: Path) -> None:
    """Front matter that is never closed is not taken for text."""
    assert "add a line `---`" in reason(tmp_path, "a.md", "---\ntitle: uno\n\nTesto.")


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


@pytest.mark.parametrize("name", ["uno.md", "sotto/due.txt", "tre"])
def test_broken_links_are_skipped(tmp_path: Path, name: str) -> None:
    """A link to nothing is named instead of being passed over."""
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).symlink_to(tmp_path / "nulla")
    (item,) = read_folder(tmp_path)
    assert item == Skipped(name, "cannot be opened: No such file or directory")


@pytest.mark.parametrize(
    ("line", "words"), [("[" * 100_000, "not JSON"), ('{"id": [1], "text": "x"}', "`id`"), ('{"id": true, "text": "x"}', "`id`")]
)
def test_json_line_that_cannot_be_used_says_why(tmp_path: Path, line: str, words: str) -> None:
    """A line nested without end, and an id that is neither string nor number, are skipped with the reason."""
    assert words in reason(tmp_path, "a.jsonl", line)


@pytest.mark.parametrize(
    ("head", "date"),
    [
        ("", ""),
        ('<meta property="article:published_time" content="2025-02-03T10:00:00+01:00">', "2025-02-03"),
        ('<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2025-02-03"}</script>', "2025-02-03"),
    ],
)
def test_date_of_a_page_comes_from_its_metadata(tmp_path: Path, head: str, date: str) -> None:
    """A day in the footer of a page is not its date, and the title at the head of the text is not read as prose."""
    paragraphs = "".join(f"<p>Il consiglio comunale ha approvato il punto numero {n} con venti voti a favore.</p>" for n in range(6))
    page = (
        f"<html><head><title>Voto in consiglio</title>{head}</head><body><article><h1>Voto in consiglio</h1>{paragraphs}</article>"
        "<footer>Pubblicato il 5 gennaio 2019. Ultimo aggiornamento 2019-01-05</footer></body></html>"
    )
    found = article(tmp_path, "voto.html", page)
    assert str(found.published or "") == date
    assert not found.text[found.body_start :].lstrip().startswith("Voto in consiglio")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Il molo riapre\n\nApre a maggio.", "Il molo riapre"),
        ("Il molo riapre\r\n\r\nApre a maggio.", "Il molo riapre"),
        ("Il molo riapre.\n\nApre a maggio.", ""),
        ("Il molo riapre\nApre a maggio.", ""),
        ("Il molo riapre", ""),
        ("x" * 141 + "\n\nApre a maggio.", ""),
    ],
)
def test_first_line_is_a_title_only_if_it_looks_like_one(tmp_path: Path, text: str, title: str) -> None:
    """A first line is a title if it is short, has no full stop and a blank line follows; otherwise nothing is lost."""
    found = article(tmp_path, "a.txt", text)
    assert (found.title, found.text) == (title, text)
    assert found.body_start == (len(title) if title else 0)


def test_glued_date_is_recognised(tmp_path: Path) -> None:
    """A date glued to the first line is metadata: the text stays whole, and the prose begins after it."""
    found = article(tmp_path, "seme.txt", GLUED)
    assert (found.text, str(found.published), found.title) == (GLUED, "2025-03", "")
    assert found.text[found.body_start :].strip().startswith("Si parla")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_usual_encodings_are_read(tmp_path: Path, encoding: str) -> None:
    """UTF-8 with and without BOM, Windows-1252 and UTF-16 with BOM give the same text."""
    assert article(tmp_path, "a.txt", "Perché l’età è così".encode(encoding)).text == "Perché l’età è così"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.txt", b"abc\x00\x01\x02", "binary"),
        ("a.txt", b"\x81\x8d\x8f", "UTF-8"),
        ("a.txt", b"", "no text"),
        ("a.txt", b" date 2025-03 \n", "no text"),
        ("a.md", b"---\ntitle: solo\n---\n", "no text"),
        ("a.pdf", b"%PDF-1.7", ".pdf"),
        ("a.html", b"<html><body></body></html>", "no article"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    """Binary, empty, wrongly encoded and unknown files are skipped with a reason."""
    assert words in reason(tmp_path, name, content)


def test_html_gives_text_and_metadata(tmp_path: Path) -> None:
    """The article of a page is read without its menus, with title, date, site and address."""
    paragraphs = "".join(
        f"<p>Il consiglio comunale ha approvato il punto numero {n} con venti voti a favore e tre contrari.</p>" for n in range(6)
    )
    page = (
        '<html lang="it"><head><title>Voto in consiglio</title><meta property="og:title" content="Voto in consiglio">'
        '<meta property="og:site_name" content="La Voce"><meta property="article:published_time" content="2025-02-03T10:00:00+01:00">'
        '<link rel="canonical" href="https://voce.example/voto"></head><body><nav><a href="/">Home</a> <a href="/sport">Sport</a></nav>'
        f"<article><h1>Voto in consiglio</h1>{paragraphs}</article><footer>Tutti i diritti riservati</footer></body></html>"
    )
    found = article(tmp_path, "voto.html", page)
    assert (found.title, found.source, found.url, str(found.published)) == (
        "Voto in consiglio",
        "La Voce",
        "https://voce.example/voto",
        "2025-02-03",
    )
    assert "punto numero 5" in found.text
    assert "Home" not in found.text


def test_json_lines_are_read_line_by_line(tmp_path: Path) -> None:
    """Good lines of a jsonl file become articles; each bad line is named with its reason and the others go on."""
    lines = [
        json.dumps({"id": "uno", "title": "Uno", "text": "Testo uno.", "date": "2026-03-05T09:32:09+01:00"}),
        "{rotto",
        json.dumps({"title": "senza id", "text": "x"}),
        "",
        json.dumps({"url": "https://www.sito.example/due", "body": "Testo due.", "date": None}),
        json.dumps({"id": "tre"}),
        json.dumps(["quattro"]),
        '{"id": "cinque", "text": "mezzo \\ud800 carattere"}',
    ]
    (tmp_path / "news.jsonl").write_text("\n".join(lines), encoding="utf-8")
    items = list(read_folder(tmp_path))
    articles = [item for item in items if isinstance(item, Article)]
    assert [(a.id, a.origin, str(a.published or ""), a.source) for a in articles] == [
        ("uno", "news.jsonl:1", "2026-03-05", ""),
        ("https://www.sito.example/due", "news.jsonl:5", "", "sito.example"),
    ]
    skipped = {item.origin: item.reason for item in items if isinstance(item, Skipped)}
    assert list(skipped) == ["news.jsonl:2", "news.jsonl:3", "news.jsonl:6", "news.jsonl:7", "news.jsonl:8"]
    assert "neither `id` nor `url`" in skipped["news.jsonl:3"]
    assert "surrogate" in skipped["news.jsonl:8"]


def test_two_articles_with_one_id_are_named_both(tmp_path: Path) -> None:
    """Of two articles with one id the first is kept, and the error names both."""
    (tmp_path / "a.md").write_text("---\nid: uguale\n---\nPrimo.", encoding="utf-8")
    (tmp_path / "b.txt").write_text("Secondo", encoding="utf-8")
    (tmp_path / "c.md").write_text("---\nid: uguale\n---\nTerzo.", encoding="utf-8")
    items = list(read_folder(tmp_path))
    assert [item.id for item in items if isinstance(item, Article)] == ["uguale", "b"]
    (skipped,) = (item for item in items if isinstance(item, Skipped))
    assert skipped.origin == "c.md"
    assert "a.md" in skipped.reason


def test_hidden_files_are_passed_over(tmp_path: Path) -> None:
    """Files and folders whose names begin with a point are not read."""
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "a.txt").write_text("no", encoding="utf-8")
    (tmp_path / ".b.txt").write_text("no", encoding="utf-8")
    assert list(read_folder(tmp_path)) == []


def test_missing_folder_is_an_error(tmp_path: Path) -> None:
    """A folder that is not there is named, with the setting."""
    with pytest.raises(ArticleError, match="ARTICLES_DIR"):
        list(read_folder(tmp_path / "nulla"))


def test_digest_covers_all_that_a_citation_shows() -> None:
    """Any change of text, title, date, URL, source or author changes the digest, and so does another place of the file."""
    base = Article(id="a", text="t")
    variants = [
        Article(id="a", text="u"),
        Article(id="a", text="t", title="x"),
        Article(id="a", text="t", url="x"),
        Article(id="a", text="t", source="x"),
        Article(id="a", text="t", author="x"),
        Article(id="a", text="t", published=parse_period("2025")),
        Article(id="a", text="t", origin="altrove"),
    ]
    assert len({base.digest, *(v.digest for v in variants)}) == 1 + len(variants)
