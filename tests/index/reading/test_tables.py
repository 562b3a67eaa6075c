"""Tables become articles, row by row, whatever program exported them."""

import csv
import io
import json
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.articles import Article, Skipped
from index.dates import parse_period
from index.reading.decoding import LARGEST_TEXT_BYTES
from index.reading.folder import read_file, read_folder
from index.reading.tables import Columns
from tests.index.reading.written import article, reason

ROW = Article("1", "Apre a maggio; forse.", "Il molo, riapre", "https://x.example/a", "Il Foglio", "Ada", parse_period("2025-03-11"))
HEADERS = {"en": "id title text date url source author", "it": "ID Titolo TESTO Data Link Testata Autore"}


def table(path: Path, columns: Columns = Columns()) -> list[Article | Skipped]:  # noqa: B008 - frozen
    """Read one table."""
    return list(read_file(path, Path(path.name), columns=columns))


@pytest.mark.parametrize(
    ("line", "words"), [("[" * 100_000, "not JSON"), ('{"id": [1], "text": "x"}', "`id`"), ('{"id": true, "text": "x"}', "`id`")]
)
def test_json_line_that_cannot_be_used_says_why(tmp_path: Path, line: str, words: str) -> None:
    """A line nested without end, and an id that is neither string nor number, are skipped with the reason."""
    assert words in reason(tmp_path, "a.jsonl", line)


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


@pytest.mark.parametrize("language", HEADERS)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("quote", ['"', "'"])
def test_csv_of_every_program_is_read(tmp_path: Path, language: str, delimiter: str, encoding: str, quote: str) -> None:
    """Delimiter, quotes, encoding and the language of the header are found out."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, quotechar=quote, quoting=csv.QUOTE_ALL)
    values = [
        "1",
        "Il molo, riapre",
        "Apre a maggio; forse.\nPerché l’età è così.",
        "11/03/2025",
        "https://x.example/a",
        "Il Foglio",
        "Ada",
    ]
    writer.writerows([HEADERS[language].split(), values])
    found = article(tmp_path, "a.csv", out.getvalue().encode(encoding))
    text = "Apre a maggio; forse.\nPerché l’età è così."
    assert found == Article(ROW.id, text, ROW.title, ROW.url, ROW.source, ROW.author, ROW.published, "a.csv:2")


def test_csv_of_italian_excel_is_read(tmp_path: Path) -> None:
    """The line `sep=;` that Excel writes and reads is no header, and line ends and Windows-1252 are Excel's."""
    found = article(tmp_path, "a.csv", 'sep=;\r\nid;testo;prezzo\r\n1;"È così; ""davvero"".";12,50 €\r\n'.encode("cp1252"))
    assert (found.text, found.origin) == ('È così; "davvero".', "a.csv:3")


@pytest.mark.parametrize("sign", ['"', "'"])
def test_quote_may_be_declared_as_delimiter(tmp_path: Path, sign: str) -> None:
    """A table that says that a quote divides its columns is read with the other quote."""
    assert article(tmp_path, "a.csv", f"sep={sign}\nid{sign}text\n1{sign}Uno; due.\n").text == "Uno; due."


def test_tsv_is_csv_with_tabs(tmp_path: Path) -> None:
    """Files ending in .tsv are read alike."""
    assert article(tmp_path, "a.tsv", "id\ttext\n1\tUno, due; tre.\n").text == "Uno, due; tre."


def test_rows_that_are_no_articles_are_named_by_their_line(tmp_path: Path) -> None:
    """Rows over several lines count their lines; a bad row names its first and costs no other its place."""
    rows = ["id,text", '1,"su\ndue righe"', "2", "3,tre,quattro", ",senza id", "", ",", "6,sei", "7,rotto\x81", "8,otto"]
    (tmp_path / "a.csv").write_bytes("\n".join(rows).encode("latin-1"))
    items = table(tmp_path / "a.csv")
    assert [(item.id, item.origin) for item in items if isinstance(item, Article)] == [
        ("1", "a.csv:2"),
        ("6", "a.csv:9"),
        ("8", "a.csv:11"),
    ]
    reasons = {item.origin: item.reason for item in items if isinstance(item, Skipped)}
    assert list(reasons) == ["a.csv:4", "a.csv:5", "a.csv:6", "a.csv:10"]
    assert "no `text`" in reasons["a.csv:4"]
    assert "3 values for 2 columns" in reasons["a.csv:5"]
    assert "neither `id` nor `url`" in reasons["a.csv:6"]
    assert "encoding" in reasons["a.csv:10"]


@pytest.mark.parametrize(
    ("content", "words"),
    [("nome;prosa\n1;2\n", "columns"), ("", "columns"), ('id,text\n1,"mai chiusa\n2,due\n', "never closed"), ("\r1,2\r3,4", "columns")],
)
def test_csv_without_a_text_says_why(tmp_path: Path, content: str, words: str) -> None:
    """A first line that names no text, and a quote that is never closed, name the mend."""
    assert words in reason(tmp_path, "a.csv", content)


def test_declared_columns_are_read(tmp_path: Path) -> None:
    """Columns have the names that the source declares, in JSON also inside others; one that is not there is named."""
    columns = Columns(id="ID articolo", text="content.rendered", title="title.rendered", date="giorno")
    values = {"ID articolo": 7, "content": {"rendered": "<p>Testo.</p>"}, "title": {"rendered": "Uno"}, "giorno": "2025-03", "id": "altro"}
    (tmp_path / "a.jsonl").write_text(json.dumps(values), encoding="utf-8")
    assert table(tmp_path / "a.jsonl", columns) == [
        Article("7", "<p>Testo.</p>", "Uno", published=parse_period("2025-03"), origin="a.jsonl:1")
    ]
    (tmp_path / "a.csv").write_text("id articolo,content.rendered,title.rendered\n7,Testo.,Uno", encoding="utf-8")
    (skipped,) = table(tmp_path / "a.csv", columns)
    assert isinstance(skipped, Skipped)
    assert "no column 'giorno'" in skipped.reason
    (tmp_path / "a.csv").write_text("id articolo,content.rendered,title.rendered,giorno\n7,Testo.,Uno,2025-03", encoding="utf-8")
    assert table(tmp_path / "a.csv", columns) == [Article("7", "Testo.", "Uno", published=parse_period("2025-03"), origin="a.csv:2")]


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_line_of_any_size_is_passed_over(tmp_path: Path, name: str, encoding: str) -> None:
    """A line without end is skipped with its place, takes no more memory than the longest article, and the next ones are read."""
    rows = {"a.jsonl": ['{"id": "1", "text": "uno"}', '{"id": "2", "text": "due"}'], "a.csv": ["id,text\n1,uno", "2,due"]}[name]
    piece = ("x" * (1 << 20)).encode(encoding.replace("16", "16-le"))
    with (tmp_path / name).open("wb") as stream:
        stream.write(f"{rows[0]}\n".encode(encoding))
        for _ in range(100):
            stream.write(piece)
        stream.write(f"\n{rows[1]}\n".encode(encoding.replace("16", "16-le")))
    tracemalloc.start()
    items = table(tmp_path / name)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [item.text if isinstance(item, Article) else "longer than 10 MiB" in item.reason for item in items] == ["uno", True, "due"]
    assert peak < 8 * LARGEST_TEXT_BYTES


def test_quote_that_is_never_closed_ends_at_a_limit(tmp_path: Path) -> None:
    """A quoted value over many lines is read up to the size of an article; then reading goes on with the next line."""
    line = "x" * 1023 + "\n"
    (tmp_path / "a.csv").write_text(f'id,text\n1,"{line * 5000}"\n2,"{line * 11_000}3,tre\n', encoding="utf-8")
    first, second, *rest = table(tmp_path / "a.csv")
    assert isinstance(first, Article)
    assert first.text == line * 5000
    assert isinstance(second, Skipped)
    assert (second.origin, "never closed" in second.reason) == ("a.csv:5003", True)
    assert [item.id for item in rest if isinstance(item, Article)] == ["3"]


def test_binary_and_broken_tables_are_skipped_once(tmp_path: Path) -> None:
    """A workbook that calls itself .csv or .jsonl is one skipped file, not thousands of lines."""
    for name in ("a.csv", "a.jsonl"):
        (tmp_path / name).write_bytes(b"PK\x03\x04" + bytes(100) + b"\nx\n" * 1000)
        (skipped,) = table(tmp_path / name)
        assert skipped == Skipped(name, "looks like a binary file: export it as text")
    (tmp_path / "a.jsonl").write_bytes('{"id": "1", "text": "x"}\n'.encode("utf-16") + b"\x7b")
    found, skipped = table(tmp_path / "a.jsonl")
    assert isinstance(found, Article)
    assert isinstance(skipped, Skipped)
    assert "UTF-16" in skipped.reason


def test_json_that_is_no_jsonl_names_it(tmp_path: Path) -> None:
    """A list of objects is not read, and is told what is."""
    assert ".jsonl" in reason(tmp_path, "a.json", '[{"id": "1", "text": "x"}]')


_CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r"), max_size=30)
_ROWS = st.lists(st.fixed_dictionaries(dict.fromkeys(HEADERS["en"].split(), _CELLS)), min_size=1, max_size=5)


@given(rows=_ROWS, delimiter=st.sampled_from(",;\t"), quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]))
def test_csv_and_json_lines_of_one_table_are_the_same(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, str]], delimiter: str, quoting: int
) -> None:
    """The same table gives the same articles in both forms, with every text as it was given."""
    folder = tmp_path_factory.mktemp("tabelle")
    (folder / "a.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    with (folder / "a.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, HEADERS["en"].split(), delimiter=delimiter, quoting=quoting)
        writer.writeheader()
        writer.writerows(rows)

    def articles(name: str) -> list[tuple[object, ...]]:
        items = [item for item in table(folder / name) if isinstance(item, Article)]
        return [(item.id, item.text, item.title, item.url, item.source, item.author, item.published, item.body_start) for item in items]

    assert articles("a.csv") == articles("a.jsonl")
    assert {text for _, text, *_ in articles("a.csv")} <= {row["text"] for row in rows}


def test_missing_table_cannot_be_opened(tmp_path: Path) -> None:
    """A file that is gone when it is its turn is skipped like any other that cannot be opened."""
    (skipped,) = table(tmp_path / "a.csv")
    assert skipped == Skipped("a.csv", "cannot be opened: No such file or directory")
