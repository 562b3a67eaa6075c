"""The form of a reply, apart from its words: paragraphs of styled runs in blocks, shown as Telegram's HTML or in a terminal.

Both renderings are made from one `Reply`, so that the console says what Telegram says. `fit` keeps a reply within Telegram's limits by
putting blocks into their brief form, the last (least important) first, and leaving them out if need be; it never cuts a paragraph.
"""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

MESSAGE_UNITS = 4096  # UTF-16 code units, counted after the markup is read
MESSAGE_ENTITIES = 100

Style = Literal["plain", "bold", "italic", "code"]

_SURROGATES = re.compile("[\ud800-\udfff]")
_TERMINAL_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_ANSI: dict[Style, str] = {"bold": "\x1b[1m", "italic": "\x1b[3m", "code": "\x1b[36m"}
_TAGS: dict[Style, str] = {"bold": "b", "italic": "i", "code": "code"}
_ANSI_QUOTE = "\x1b[36m"
_ANSI_RESET = "\x1b[0m"


@dataclass(frozen=True, slots=True)
class Run:
    """Words in one style. `url` makes them a link; `fragment` leads to the place inside the page."""

    text: str
    style: Style = "plain"
    url: str = ""
    fragment: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Runs on one line, or a quotation."""

    runs: tuple[Run, ...]
    is_quote: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """Paragraphs that are shown together or not at all. `brief` stands in for them where the message would grow too long.

    An aside gives way before all blocks that are none.
    """

    paragraphs: tuple[Paragraph, ...]
    brief: tuple[Paragraph, ...] = ()
    is_aside: bool = False


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message; `data` (at most 64 bytes) comes back when it is pressed."""

    label: str
    data: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What a person gets: blocks, the most important first, and buttons in rows."""

    blocks: tuple[Block, ...]
    buttons: tuple[tuple[Button, ...], ...] = ()


def line(*runs: Run | str) -> Paragraph:
    """Return a paragraph of runs; plain strings are plain runs."""
    return Paragraph(tuple(Run(run) if isinstance(run, str) else run for run in runs))


def sentence(text: str) -> Reply:
    """Return a reply of one plain block; its lines are paragraphs."""
    return Reply((Block(tuple(line(part) for part in text.splitlines())),))


def fit(reply: Reply) -> Reply:
    """Return the reply within Telegram's limits: blocks become brief until all fits, the last first; if that is not enough they go."""
    blocks = list(reply.blocks)
    order = sorted(range(len(blocks)), key=lambda number: (not blocks[number].is_aside, -number))
    shorter = [(number, Block(blocks[number].brief)) for number in order] + [(number, Block(())) for number in order[:-1]]
    for number, block in shorter:
        if _fits(blocks):
            break
        blocks[number] = block
    return Reply(tuple(block for block in blocks if block.paragraphs), reply.buttons)


def to_html(reply: Reply) -> str:
    """Return the reply as Telegram's HTML, everything escaped and within the limits."""
    return "\n\n".join("\n".join(_paragraph_html(paragraph) for paragraph in block.paragraphs) for block in fit(reply).blocks)


def to_console(reply: Reply, *, colour: bool) -> str:
    """Return the reply for a terminal, with ANSI colours or plain; it shows the same blocks as Telegram does."""
    return "\n\n".join("\n".join(_paragraph_console(p, colour=colour) for p in block.paragraphs) for block in fit(reply).blocks)


def utf16_units(text: str) -> int:
    """Return the length of a text as Telegram counts it."""
    return len(text) + sum(character > "\uffff" for character in text)


def shorten(text: str, *, characters: int) -> str:
    """Return a text on one line, ended by an ellipsis where it is longer than `characters`."""
    text = " ".join(text.split())
    return text if len(text) <= characters else text[: characters - 1].rstrip() + "…"


def printable(text: str) -> str:
    """Replace what a terminal would obey instead of showing: an article must not drive the screen."""
    return _TERMINAL_CONTROLS.sub("\ufffd", text)


def _fits(blocks: Iterable[Block]) -> bool:
    shown = [block for block in blocks if block.paragraphs]
    breaks = 2 * (len(shown) - 1) + sum(len(block.paragraphs) - 1 for block in shown)
    paragraphs = [paragraph for block in shown for paragraph in block.paragraphs]
    units = sum(utf16_units(run.text) for paragraph in paragraphs for run in paragraph.runs)
    return breaks + units <= MESSAGE_UNITS and sum(map(_entities, paragraphs)) <= MESSAGE_ENTITIES


def _entities(paragraph: Paragraph) -> int:
    return paragraph.is_quote + sum((run.style != "plain") + bool(run.url) for run in paragraph.runs)


def _paragraph_html(paragraph: Paragraph) -> str:
    inner = "".join(_run_html(run) for run in paragraph.runs)
    return f"<blockquote>{inner}</blockquote>" if paragraph.is_quote else inner


def _run_html(run: Run) -> str:
    text = _escaped(run.text)
    if tag := _TAGS.get(run.style):
        text = f"<{tag}>{text}</{tag}>"
    return f'<a href="{html.escape(run.url + run.fragment)}">{text}</a>' if run.url else text


def _escaped(text: str) -> str:
    """Escape for HTML; halves of surrogate pairs, which no encoding can carry, become replacement characters."""
    return html.escape(_SURROGATES.sub("\ufffd", text), quote=False)


def _paragraph_console(paragraph: Paragraph, *, colour: bool) -> str:
    around = _ANSI_QUOTE if colour and paragraph.is_quote else ""
    text = "".join(_run_console(run, colour=colour, around=around) for run in paragraph.runs)
    if not paragraph.is_quote:
        return text
    return "\n".join(f"  ▏ {around}{part}{_ANSI_RESET if around else ''}" for part in text.splitlines())


def _run_console(run: Run, *, colour: bool, around: str) -> str:
    """Return a run for a terminal; without colours bold words stand between asterisks, so that the span can still be seen."""
    text = printable(run.text)
    if colour and run.style in _ANSI:
        text = f"{_ANSI[run.style]}{text}{_ANSI_RESET}{around}"
    elif run.style == "bold":
        text = f"*{text}*"
    return f"{text} <{printable(run.url)}>" if run.url else text
