"""What stands in sources.toml becomes sources, or an error that an operator can mend."""

import datetime
import re
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import SettingError
from index.reading.tables import Columns
from index.sources.declaration import KEYS, KINDS, POLICIES, Source, read_sources

PROJECT = Path(__file__).parents[3]
FEED = 'feed = "https://giornale.test/rss.xml"'


def read(folder: Path, text: str) -> tuple[Source, ...]:
    """Read a declaration."""
    file = folder / "sources.toml"
    file.write_text(text, encoding="utf-8")
    return read_sources(file)


def test_every_key_reaches_its_source(tmp_path: Path) -> None:
    """A table with all keys of the web, and one with all of a folder, become what they say."""
    (tmp_path / "articoli").mkdir()
    web, folder = read(
        tmp_path,
        """
        [corriere]
        feed = "https://giornale.test/rss.xml"
        gone = "mark"
        site = "Corriere di Prova"
        match = "/sport/"
        requests_per_second = 2.5
        since = 2024-01-01
        most = 1000
        every_minutes = 30
        silent_days = 7

        ["la redazione"]
        folder = "articoli"
        columns = { title = "titolo", text = "testo" }
        """,
    )
    assert web == Source(
        "corriere",
        "feed",
        urls=("https://giornale.test/rss.xml",),
        gone="mark",
        site="Corriere di Prova",
        match="/sport/",
        requests_per_second=2.5,
        since=datetime.date(2024, 1, 1),
        most=1000,
        every_minutes=30,
        silent_days=7,
    )
    assert folder == Source(
        "la redazione", "folder", folder=tmp_path / "articoli", gone="remove", columns=Columns(title="titolo", text="testo")
    )


@pytest.mark.parametrize("kind", ["feed", "sitemap", "wordpress", "pages"])
def test_what_the_web_gives_is_kept_by_default(tmp_path: Path, kind: str) -> None:
    """Each kind of the web takes one address or several, and keeps what is gone."""
    one, several = read(tmp_path, f'[a]\n{kind} = "https://giornale.test/x"\n[b]\n{kind} = ["https://giornale.test/x", "http://b.test/"]')
    assert (one.kind, one.urls, one.gone) == (kind, ("https://giornale.test/x",), "keep")
    assert several.urls == ("https://giornale.test/x", "http://b.test/")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"[a]\n{FEED}\nmach = 1", "perhaps `match`"),
        (f"[a]\n{FEED}\nsitemap = 'https://giornale.test/s.xml'", "both `feed` and `sitemap`"),
        ("[a]\nsite = 'Prova'", "where its articles come from"),
        ("[a]\nfeed = 'giornale.test/rss'", "no address of the web"),
        ("[a]\nfeed = 'file:///etc/passwd'", "no address of the web"),
        ("[a]\nfeed = 'https://giornale.test/a b'", "no address of the web"),
        ("[a]\nfeed = 'https://io:segreto@giornale.test/'", "a name or a password"),
        ("[a]\npages = []", "an address between double quotes"),
        ("[a]\npages = [1]", "an address between double quotes"),
        ("[a]\nfolder = 'nessuna'", "is not a folder"),
        ("[a]\nfolder = '.'\nmost = 3", "no meaning for a folder"),
        ("[a]\nfolder = '.'\ncolumns = { titel = 'x' }", "perhaps `title`"),
        ("[a]\nfolder = '.'\ncolumns = 'x'", "must name columns"),
        (f"[a]\n{FEED}\ncolumns = {{ title = 'x' }}", "no meaning for a feed"),
        (f"[a]\n{FEED}\ngone = 'delete'", "keep, mark, remove"),
        (f"[a]\n{FEED}\ngone = 'marc'", "perhaps `mark`"),
        (f"[a]\n{FEED}\nrequests_per_second = 21", "from 0.001 to 20"),
        (f"[a]\n{FEED}\nrequests_per_second = nan", "from 0.001 to 20"),
        (f"[a]\n{FEED}\nevery_minutes = '10'", "must be a number"),
        (f"[a]\n{FEED}\nmost = true", "must be a whole number"),
        (f"[a]\n{FEED}\nmost = 0", "must be a whole number"),
        (f"[a]\n{FEED}\nsite = 3", "must be text"),
        (f"[a]\n{FEED}\nsince = '2024-01-01'", "without quotes"),
        ("[aggiunti]\nfolder = '.'", "added from the chat"),
        (FEED, "outside of a table"),
        ("[a\nfeed = 1", "line 1"),
        ('[a]\nfeed = "x\n[b]', "line 2"),
        (f"[a]\n{FEED}\n[a]\n{FEED}", "line 3"),
    ],
)
def test_what_cannot_be_used_is_named_with_the_mend(tmp_path: Path, text: str, said: str) -> None:
    """File and table, or the line, are named, with what is wrong and the nearest word that is known."""
    with pytest.raises(SettingError, match=re.escape(said)) as caught:
        read(tmp_path, text)
    message = str(caught.value)
    assert "sources.toml" in message
    assert re.search(r"\[(a|aggiunti|feed)\]|line \d", message)
    assert "\n" not in message


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A missing file and one that is not UTF-8 are errors of the setting."""
    with pytest.raises(SettingError, match="SOURCES_FILE"):
        read_sources(tmp_path / "sources.toml")
    (tmp_path / "sources.toml").write_bytes(b'[a]\nsite = "Citt\xe0"')
    with pytest.raises(SettingError, match="UTF-8"):
        read_sources(tmp_path / "sources.toml")


def test_a_disk_that_is_away_is_no_error_of_the_declaration(tmp_path: Path) -> None:
    """Where folders need not exist, the other sources can be read."""
    (tmp_path / "sources.toml").write_text('[a]\nfolder = "via"', encoding="utf-8")
    assert read_sources(tmp_path / "sources.toml", folders_exist=False)[0].folder == tmp_path / "via"


@pytest.mark.parametrize(
    ("match", "place", "fits"),
    [
        ("", "https://a.test/x", True),
        ("/sport/", "https://a.test/sport/x", True),
        ("/sport/", "https://a.test/sportivo", False),
        ("*/sport/*.html", "https://a.test/sport/x.html", True),
        ("*/sport/*.html", "https://a.test/sport/x.htm", False),
        ("https://a.test/*", "http://a.test/x", False),
        ("a*a", "a", False),
        ("?id=", "https://a.test/?id=3", True),
    ],
)
def test_match_is_a_part_or_a_pattern(match: str, place: str, fits: bool) -> None:
    """A plain text must be contained; one with stars must fit the whole address, and its ends never overlap."""
    assert Source("a", "feed", match=match).fits(place) is fits


@given(st.text("ab/*", max_size=8), st.text("ab/", max_size=12))
def test_match_says_what_a_regular_expression_would(match: str, place: str) -> None:
    """For every pattern and address the answer is that of the equivalent expression."""
    expression = ".*".join(map(re.escape, match.split("*")))
    expected = re.fullmatch(expression, place) if "*" in match else re.search(expression, place)
    assert Source("a", "feed", match=match).fits(place) is bool(expected)


def test_every_key_is_documented() -> None:
    """docs/sources.md and the example know each key, kind, policy and column, and the example can be used."""
    docs = (PROJECT / "docs" / "sources.md").read_text(encoding="utf-8")
    example = (PROJECT / "sources.toml.example").read_text(encoding="utf-8")
    columns = [column.name for column in fields(Columns)]
    assert [word for word in (*KEYS, *columns) if f"`{word}`" not in docs] == []
    assert [word for word in POLICIES if f'`"{word}"`' not in docs] == []
    assert [key for key in KEYS if not re.search(rf"^{key} = ", example, re.MULTILINE)] == []
    assert {source.kind for source in read_sources(PROJECT / "sources.toml.example")} == set(KINDS)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a = " + "9" * 5000, "is not TOML"),
        (f"[a]\n{FEED}\nmost = 0x{'f' * 9000}", "whole number"),
        ("[a]\nfolder = '~nessuno/x'", "has a home here"),
        (f"[a]\nfolder = '{'a' * 400}'", "no folder can have such a name"),
        ('[a]\nfolder = "a\\u0000b"', "no folder can have such a name"),
        (f"[a]\n{FEED}\ngone.{'.'.join('x' * 100_000)} = 1", "line 3: a key has more than"),
        (f"[a]\n{FEED}\ngone = {'{ a.b.c.d = ' * 60}1{'}' * 60}", "keep, mark, remove"),
        (f"[a]\n{FEED}\ngone = '{'mark' * 20_000}'", "keep, mark, remove"),
        (f"[a]\n{FEED}\n{'x' * 5000} = 1", "is no key of a source"),
        ("[\"a\\nb\"]\nfolder = '.'", "printable characters"),
        (f"[{'a' * 5000}]\n{FEED}", "printable characters"),
        (f"[a]\nfeed = '{'x' * 50_000}'", "no address of the web"),
    ],
)
def test_what_is_endless_is_named_in_one_short_line(tmp_path: Path, text: str, said: str) -> None:
    """Numbers of thousands of digits, keys of thousands of parts, names that no folder can have: errors of the setting, soon and short."""
    with pytest.raises(SettingError, match=re.escape(said)) as caught:
        read(tmp_path, text)
    assert len(str(caught.value)) < 700 + len(str(tmp_path))
    assert str(caught.value).isprintable()


def test_names_that_no_folder_can_have_are_refused_though_folders_need_not_exist(tmp_path: Path) -> None:
    """What will never be a folder is no disk that is away."""
    (tmp_path / "sources.toml").write_text(f"[a]\nfolder = '{'a' * 400}'", encoding="utf-8")
    with pytest.raises(SettingError, match="no folder can have such a name"):
        read_sources(tmp_path / "sources.toml", folders_exist=False)


def test_a_site_is_one_line(tmp_path: Path) -> None:
    """The name that readers see goes over no lines."""
    (source,) = read(tmp_path, f'[a]\n{FEED}\nsite = """\nCorriere\n  di Prova"""')
    assert source.site == "Corriere di Prova"
