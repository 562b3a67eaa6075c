"""Folders become articles, and what cannot be read says why."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.articles import Article, Skipped
from index.dates import parse_period
from index.errors import ArticleError
from index.reading.decoding import LARGEST_TEXT_BYTES
from index.reading.folder import FEW_PAGES, read_file, read_folder
from index.workers import Workers
from tests.index.reading.made_documents import docx_of, pdf
from tests.index.reading.written import article, reason

PAGE = (
    "<html><head><title>Voto {0}</title></head><body><article><h1>Voto {0}</h1>"
    + "".join(f"<p>Il consiglio comunale di {{0}} ha approvato il punto numero {n} con venti voti a favore.</p>" for n in range(6))
    + "</article></body></html>"
)
SUFFIXES = (".md", ".markdown", ".txt", ".html", ".htm", ".pdf", ".docx", ".jsonl", ".csv", ".tsv", ".json", ".doc", "")


@pytest.mark.parametrize("name", ["uno.md", "sotto/due.txt", "tre"])
def test_broken_links_are_skipped(tmp_path: Path, name: str) -> None:
    """A link to nothing is named instead of being passed over."""
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).symlink_to(tmp_path / "nulla")
    (item,) = read_folder(tmp_path)
    assert item == Skipped(name, "cannot be opened: No such file or directory")


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


def test_names_that_are_no_utf8_are_shown_with_replacement_characters(tmp_path: Path) -> None:
    """A file whose name is bytes of another encoding is read or skipped like the others, and its place can be written."""
    for name, content in ((b"caf\xe9.jsonl", b'{"id": "a", "text": "Uno."}\n{}'), (b"d\xec.txt", b"Due."), (b"e\xec.doc", b"")):
        (tmp_path / os.fsdecode(name)).write_bytes(content)
    first, second, third, fourth = read_folder(tmp_path)
    assert isinstance(first, Article)
    assert isinstance(third, Article)
    assert [one.origin for one in (first, second, third, fourth)] == [
        "caf\ufffd.jsonl:1",
        "caf\ufffd.jsonl:2",
        "d\ufffd.txt",
        "e\ufffd.doc",
    ]
    assert (third.id, len(first.digest), len(third.digest)) == ("d\ufffd", 32, 32)


@pytest.mark.parametrize("sign", ["\n", "\r", "\x0b", "\x85", "\u2028"])
def test_name_of_two_lines_gives_an_id_of_one(tmp_path: Path, sign: str) -> None:
    """Ids and places are one line, whatever the file system allows."""
    found = article(tmp_path, f"il{sign}molo.md", "Riapre.")
    assert (found.id, found.origin) == ("il molo", "il molo.md")


def test_blank_name_gives_no_id(tmp_path: Path) -> None:
    """A file without a name to speak of is skipped, unless it declares an `id`."""
    assert "rename it" in reason(tmp_path, "\n.md", "Riapre.")


def test_endless_id_is_refused_at_once(tmp_path: Path) -> None:
    """An id has the length of a path at most: composing its characters takes time with the square of their marks."""
    marks = "\u0300\u0323" * 50_000
    assert "4,096 characters" in reason(tmp_path, "a.jsonl", f'{{"id": "a{marks}", "text": "Riapre."}}')


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


def test_every_kind_of_file_is_read_in_the_order_of_paths(tmp_path: Path) -> None:
    """Files that other processes read stand where their paths stand, beside those that are read here, and damage stays with its file."""
    contents = {
        "a.md": b"Uno.",
        "b.pdf": pdf(["Due riapre il molo."]),
        "c.csv": b"id,text\nc,Tre.\n",
        "d/a.docx": docx_of("Quattro."),
        "d/b.html": PAGE.format("Cinque").encode(),
        "d/c.pdf": b"%PDF-1.7 rotto",
        "e.txt": b"Sei.",
    }
    for name, content in contents.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    items = list(read_folder(tmp_path))
    assert [item.origin for item in items] == ["a.md", "b.pdf", "c.csv:2", "d/a.docx", "d/b.html", "d/c.pdf", "e.txt"]
    assert [item.id for item in items if isinstance(item, Article)] == ["a", "b", "c", "d/a", "d/b", "e"]
    (skipped,) = (item for item in items if isinstance(item, Skipped))
    assert "damaged" in skipped.reason


def test_many_pages_are_read_by_other_processes(tmp_path: Path) -> None:
    """Pages beyond a few give the same articles, in the same order, as one process gives."""
    names = [f"{number:03}.html" for number in range(FEW_PAGES + 8)]
    for name in names:
        (tmp_path / name).write_text(PAGE.format(name), encoding="utf-8")
    with Workers(2) as workers:
        items = list(read_folder(tmp_path, workers=workers))
    assert items == [item for name in names for item in read_file(tmp_path / name, Path(name))]
    assert [item.origin for item in items if isinstance(item, Article)] == names


def test_document_past_its_limits_is_skipped(tmp_path: Path) -> None:
    """A document that needs more time than it may have is skipped with the reason; the others are read."""
    (tmp_path / "a.pdf").write_bytes(pdf(["a\n" * 2000] * 1000))
    (tmp_path / "b.pdf").write_bytes(pdf(["Il molo riapre."]))
    with Workers(1, seconds=5) as workers:
        first, second = read_folder(tmp_path, workers=workers)
    assert isinstance(first, Skipped)
    assert "longer than 5 seconds" in first.reason
    assert isinstance(second, Article)


def test_file_larger_than_an_article_is_skipped(tmp_path: Path) -> None:
    """A text of any size takes no more memory than the longest article."""
    for name in ("a.txt", "a.html"):
        with (tmp_path / name).open("wb") as stream:
            stream.truncate(LARGEST_TEXT_BYTES + 1)
        (skipped,) = read_file(tmp_path / name, Path(name))
        assert isinstance(skipped, Skipped)
        assert "larger than 10 MiB" in skipped.reason


def test_what_is_no_file_is_passed_over(tmp_path: Path) -> None:
    """A pipe with the name of an article is never opened: reading it would wait for ever."""
    os.mkfifo(tmp_path / "a.txt")
    os.mkfifo(tmp_path / "b.pdf")
    assert list(read_folder(tmp_path)) == []


def test_slow_libraries_are_not_imported_for_text(tmp_path: Path) -> None:
    """A folder of text and tables is read without the libraries of pages and documents, and without other processes."""
    (tmp_path / "a.md").write_text("Uno.", encoding="utf-8")
    code = (
        f"import sys; from pathlib import Path; from index.reading.folder import read_folder; list(read_folder(Path({str(tmp_path)!r})))\n"
        "print(sorted({'trafilatura', 'lxml', 'pypdf', 'docx', 'numpy', 'multiprocessing.forkserver'} & sys.modules.keys()))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def _is_sound(item: Article | Skipped) -> bool:
    if isinstance(item, Skipped):
        return bool(item.origin and item.reason)
    return 0 <= item.body_start <= len(item.text) and bool(item.text.strip()) and bool(item.id) and bool(item.text.encode())


_MAKERS = (pdf(["Il molo riapre\nApre a maggio."], {"Title": "Uno"}), docx_of("Il molo riapre", "Apre a maggio."), PAGE.encode())
_DAMAGE = st.lists(st.tuples(st.integers(0, 1 << 16), st.binary(max_size=6)), max_size=6)


@st.composite
def _damaged(draw: st.DrawFn) -> bytes:
    """Return a good file with some bytes written over."""
    raw = bytearray(draw(st.sampled_from(_MAKERS)))
    for place, content in draw(_DAMAGE):
        start = place % len(raw)
        raw[start : start + len(content)] = content
    return bytes(raw)


@settings(deadline=10_000, max_examples=150)
@given(raw=st.one_of(st.binary(max_size=300), st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace")), _damaged()))
@example(raw=b"---\nid: x\n---\n")
@example(raw=b"\xff\xfei\x00d\x00\x00\xd8")
@example(raw=b"id,text\n1,\x81\n")
def test_any_bytes_of_any_suffix_are_read_or_skipped(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    """Whatever a file holds and however it is called, it gives articles that can be stored, or a reason."""
    folder = tmp_path_factory.mktemp("byte")
    for suffix in SUFFIXES:
        path = folder / f"a{suffix}"
        path.write_bytes(raw)
        assert all(map(_is_sound, read_file(path, Path(path.name)))), suffix
