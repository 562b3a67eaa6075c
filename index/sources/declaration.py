"""`sources.toml`: which sources feed the index. TOML comes in, one `Source` a table comes out.

Nothing is asked here. Whatever cannot be used is a SettingError that names the file, the table and the mend.
"""

import datetime
import difflib
import errno
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

from index.articles import Article
from index.errors import SettingError
from index.reading.tables import Columns
from index.sources.listing import page_address

Kind = Literal["feed", "sitemap", "wordpress", "pages", "folder"]
Policy = Literal["keep", "mark", "remove"]

KINDS: tuple[Kind, ...] = get_args(Kind)
POLICIES: tuple[Policy, ...] = get_args(Policy)
ADDED = "aggiunti"  # the source of what administrators add from the chat; always there, never declared
WEB_KEYS = frozenset({"requests_per_second", "every_minutes", "most"})
FOLDER_KEYS = frozenset({"columns"})
KEYS = (*KINDS, "gone", "site", "match", "requests_per_second", "since", "most", "every_minutes", "columns", "silent_days")

MOST_REQUESTS_PER_SECOND = 20.0
LONGEST_INTERVAL_MINUTES = 7 * 24 * 60
LONGEST_SILENCE_DAYS = 3650
LONGEST_NAME_CHARACTERS = 60
LONGEST_SHOWN_CHARACTERS = 160  # of what is quoted in a message
MOST_KEY_PARTS = 40  # of `a.b.c`: reading them takes the square of their number

_LONG_KEY = re.compile(rf"(?<![\w.-])(?:[\w-]++[ \t]*+\.[ \t]*+){{{MOST_KEY_PARTS}}}")


@dataclass(frozen=True, slots=True)
class Source:
    """One source of articles. `urls` is empty for a folder; `most`, `silent_days`: 0 says that there is no such limit."""

    name: str
    kind: Kind
    urls: tuple[str, ...] = ()
    folder: Path = Path()
    gone: Policy = "keep"
    site: str = ""
    match: str = ""
    requests_per_second: float = 1.0
    since: datetime.date | None = None
    most: int = 0
    every_minutes: float = 60
    columns: Columns = field(default_factory=Columns)
    silent_days: int = 0

    @property
    def is_folder(self) -> bool:
        """True for what lies on a disk, where nothing has to be asked of anybody."""
        return self.kind == "folder"

    def fits(self, place: str) -> bool:
        """True if an address or a path has what `match` asks for: a part of it or, with `*` for anything, the whole of it."""
        return _fits(self.match, place)

    def gives(self, url: str) -> bool:
        """True if a page with this address is, or may be, one of the source's."""
        return self.fits(url) and (self.kind != "pages" or url in self.urls)

    def wants(self, article: Article) -> bool:
        """True unless an article is surely older than `since`."""
        return not (self.since and article.published and article.published.last < self.since)


def read_sources(file: Path, *, folders_exist: bool = True) -> tuple[Source, ...]:
    """Read the declared sources in their order; SettingError where anything cannot be used.

    Without `folders_exist` a missing folder is no error here: a disk that is away for an hour must not stop the other sources.
    """
    sources = []
    for name, table in _tables(file).items():
        try:
            sources.append(_source(name, table, file.parent, folders_exist))
        except ValueError as error:
            raise SettingError(f"{file}, [{_short(name)}]: {error}") from error
    return tuple(sources)


def _tables(file: Path) -> Mapping[str, Any]:
    try:
        text = file.read_text(encoding="utf-8-sig")
        if key := _LONG_KEY.search(text):
            line = text.count("\n", 0, key.start()) + 1
            raise SettingError(f"{file}, line {line}: a key has more than {MOST_KEY_PARTS} parts: a source needs two at most")
        return tomllib.loads(text)
    except OSError as error:
        raise SettingError(f"{file} cannot be read ({error.strerror}): create it, or name another one as SOURCES_FILE") from error
    except UnicodeDecodeError as error:
        raise SettingError(f"{file} is not UTF-8 (byte {error.start}): save it as UTF-8") from error
    except (ValueError, RecursionError) as error:  # ValueError: of numbers with thousands of digits too
        raise SettingError(f'{file} is not TOML: {_short(str(error))}; write text between double quotes, lists as ["…", "…"]') from error


def _source(name: str, table: object, folder: Path, folders_exist: bool) -> Source:
    """Return the source of a table; ValueError says what cannot be used."""
    if not isinstance(table, dict):
        raise ValueError("it stands outside of a table: put a line with the name of its source above it, such as [corriere]")
    if not name.strip() or len(name) > LONGEST_NAME_CHARACTERS or not name.isprintable():
        raise ValueError(f"it needs a name of 1 to {LONGEST_NAME_CHARACTERS} printable characters")
    if name == ADDED:
        raise ValueError("this name is kept for what is added from the chat: take another one")
    for key in table:
        if key not in KEYS:
            raise ValueError(f"`{_short(key)}` is no key of a source{_nearest(key, KEYS)}: keys are {', '.join(KEYS)}")
    kind = _kind(table)
    for key in sorted(table.keys() & (WEB_KEYS if kind == "folder" else FOLDER_KEYS)):
        raise ValueError(f"`{key}` has no meaning for a {kind}: take it out")
    return Source(
        name=name,
        kind=kind,
        urls=() if kind == "folder" else _urls(table[kind], kind),
        folder=_folder(table[kind], folder, folders_exist) if kind == "folder" else Path(),
        gone=_policy(table.get("gone", "remove" if kind == "folder" else "keep")),
        site=" ".join(_string(table, "site").split()),
        match=_string(table, "match"),
        requests_per_second=_number(table, "requests_per_second", 1.0, least=0.001, most=MOST_REQUESTS_PER_SECOND),
        since=_day(table.get("since")),
        most=_whole_number(table, "most", most=10_000_000),
        every_minutes=_number(table, "every_minutes", 60, least=1, most=LONGEST_INTERVAL_MINUTES),
        columns=_columns(table.get("columns", {})),
        silent_days=_whole_number(table, "silent_days", most=LONGEST_SILENCE_DAYS),
    )


def _kind(table: Mapping[str, object]) -> Kind:
    kinds = [kind for kind in KINDS if kind in table]
    if not kinds:
        raise ValueError(f"it does not say where its articles come from: add one of {', '.join(KINDS)}")
    if len(kinds) > 1:
        raise ValueError(f"it has both `{kinds[0]}` and `{kinds[1]}`: make two tables of it")
    return kinds[0]


def _urls(value: object, kind: Kind) -> tuple[str, ...]:
    urls = [value] if isinstance(value, str) else value
    if not isinstance(urls, list) or not urls or not all(isinstance(url, str) for url in urls):
        raise ValueError(f"`{kind}` must be an address between double quotes, or a list of them")
    return tuple(dict.fromkeys(_url(url, kind) for url in urls))


def _url(url: str, kind: Kind) -> str:
    try:
        parts = urlsplit(url.strip())
        has_password = parts.username is not None or parts.password is not None
    except ValueError:
        has_password = False
    if has_password:
        raise ValueError(f"`{kind}` holds a name or a password: an address with a secret in it cannot be cited, take it out")
    if not page_address(url) or any(c.isspace() for c in url.strip()):
        raise ValueError(f"`{kind}` = {_shown(url)} is no address of the web: write it whole, such as https://www.example.it/rss.xml")
    return page_address(url) if kind == "pages" else url.strip()


def _folder(value: object, beside: Path, must_exist: bool) -> Path:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("`folder` must be a path between double quotes")
    try:
        folder = beside / Path(value).expanduser()
    except RuntimeError as error:
        raise ValueError(f"`folder` = {_shown(value)}: nobody of that name has a home here: write the path whole") from error
    if "\x00" in value or _is_too_long(folder):
        raise ValueError(f"`folder` = {_shown(value)}: no folder can have such a name: name another one")
    if must_exist and not _is_folder(folder):
        raise ValueError(f"`folder` = {_shown(value)}: {_short(str(folder))} is not a folder: create it, or name another one")
    return folder


def _is_too_long(folder: Path) -> bool:
    try:
        folder.is_dir()
    except OSError as error:
        return error.errno == errno.ENAMETOOLONG
    return False


def _is_folder(folder: Path) -> bool:
    try:
        return folder.is_dir()
    except OSError:  # nobody may look, or the disk does not answer
        return False


def _policy(value: object) -> Policy:
    for policy in POLICIES:
        if value == policy:
            return policy
    raise ValueError(f"`gone` = {_shown(value)}{_nearest(value, POLICIES)}: write one of {', '.join(POLICIES)}")


def _columns(value: object) -> Columns:
    names = [column.name for column in fields(Columns)]
    if not isinstance(value, dict) or not all(isinstance(column, str) for column in value.values()):
        raise ValueError('`columns` must name columns, such as { title = "titolo", text = "testo" }')
    for key in value:
        if key not in names:
            raise ValueError(f"`columns` has `{_short(key)}`{_nearest(key, names)}: it knows {', '.join(names)}")
    return Columns(**value)


def _string(table: Mapping[str, object], key: str) -> str:
    value = table.get(key, "")
    if not isinstance(value, str):
        raise ValueError(f"`{key}` = {_shown(value)} must be text: put it between double quotes")
    return value.strip()


def _number(table: Mapping[str, object], key: str, default: float, *, least: float, most: float) -> float:
    value = table.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise ValueError(f"`{key}` = {_shown(value)} must be a number from {least:g} to {most:g}")
    return value


def _whole_number(table: Mapping[str, object], key: str, *, most: int) -> int:
    value = table.get(key, 0)
    if isinstance(value, bool) or not isinstance(value, int) or (key in table and not 1 <= value <= most):
        raise ValueError(f"`{key}` = {_shown(value)} must be a whole number from 1 to {most}")
    return value


def _day(value: object) -> datetime.date | None:
    if isinstance(value, datetime.datetime):
        return value.date()
    if value is None or isinstance(value, datetime.date):
        return value
    raise ValueError(f"`since` = {_shown(value)} must be a day without quotes, such as 2024-01-31")


def _shown(value: object) -> str:
    """Return a value as it stands in a message: short, and in one line."""
    try:
        return _short(repr(value))
    except (ValueError, RecursionError):  # a number with thousands of digits, a list in a list in a list …
        return "…"


def _short(text: str) -> str:
    """Return a text in one line, with its middle left out where it is long."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    half = LONGEST_SHOWN_CHARACTERS // 2
    return line if len(line) <= LONGEST_SHOWN_CHARACTERS else f"{line[:half]}…{line[-half:]}"


def _nearest(word: object, known: Iterable[str]) -> str:
    """Return a hint at the known word that was perhaps meant, or nothing."""
    near = difflib.get_close_matches(word[:LONGEST_NAME_CHARACTERS] if isinstance(word, str) else "", list(known), n=1)
    return f" (perhaps `{near[0]}`)" if near else ""


def _fits(pattern: str, place: str) -> bool:
    """True if a place holds a pattern; each `*` stands for anything, and then the pattern is the whole place. Takes linear time."""
    first, *others = pattern.split("*")
    if not others:
        return pattern in place
    *middle, last = others
    if not place.startswith(first):
        return False
    at = len(first)
    for part in middle:
        found = place.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return len(place) - at >= len(last) and place.endswith(last)
