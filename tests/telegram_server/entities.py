"""Text with entities, counted as Telegram counts: in UTF-16 code units.

Also finds what Telegram finds by itself in any text: commands, mentions, hashtags, web addresses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from .refusals import JsonObject

QUOTE_TYPES = frozenset({"blockquote", "expandable_blockquote"})
FOUND_TYPES = frozenset({"bot_command", "mention", "hashtag", "url"})
_EDGE = r"[\w/<>@]"
_PATTERNS = {
    "bot_command": re.compile(rf"(?<!{_EDGE})/[A-Za-z0-9_]{{1,64}}(?:@[A-Za-z0-9_]{{3,32}})?(?!{_EDGE})"),
    "mention": re.compile(r"(?<!\w)@[A-Za-z][A-Za-z0-9_]{2,31}(?!\w)"),
    "hashtag": re.compile(r"(?<![\w#])#(?=\w*[^\W\d])\w{1,256}"),
    "url": re.compile(r"(?<!\w)https?://[^\s<>\"«»]*[^\s<>\"«».,;:!?)\]']"),
}


def utf16_length(text: str) -> int:
    """Return the number of UTF-16 code units, the unit of every Telegram limit and offset."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def utf16_slice(text: str, offset: int, length: int) -> str:
    """Return the piece of `text` between two UTF-16 positions."""
    units = text.encode("utf-16-le", "surrogatepass")
    return units[2 * offset : 2 * (offset + length)].decode("utf-16-le", "replace")


@dataclass(frozen=True, slots=True)
class Entity:
    """One formatted or recognised stretch of a text; offset and length in UTF-16 code units."""

    type: str
    offset: int
    length: int
    url: str | None = None
    language: str | None = None
    user_id: int | None = None
    custom_emoji_id: str | None = None
    unix_time: int | None = None
    date_time_format: str | None = None

    @property
    def end(self) -> int:
        """The first position after the entity."""
        return self.offset + self.length

    def to_json(self) -> JsonObject:
        """Return the wire form."""
        names = ("type", "offset", "length", "url", "language", "custom_emoji_id", "unix_time", "date_time_format")
        content: JsonObject = {name: getattr(self, name) for name in names if getattr(self, name) is not None}
        if self.user_id is not None:
            content["user"] = {"id": self.user_id, "is_bot": False, "first_name": str(self.user_id)}
        return content


@dataclass(frozen=True, slots=True)
class FormattedText:
    """A text as the reader sees it, and its entities by position."""

    text: str
    entities: tuple[Entity, ...] = ()

    def pieces(self, *types: str) -> tuple[str, ...]:
        """Return the texts under the entities of these types, in order of position."""
        return tuple(utf16_slice(self.text, entity.offset, entity.length) for entity in self.entities if entity.type in types)

    def trimmed(self) -> FormattedText:
        """Return the text without blanks at its ends, and without empty or blank entities, as Telegram stores it."""
        start = utf16_length(self.text) - utf16_length(self.text.lstrip())
        text = self.text.strip()
        moved = (_clipped(entity, start, start + utf16_length(text)) for entity in self.entities)
        kept = (entity for entity in moved if utf16_slice(text, entity.offset, max(entity.length, 0)).strip())
        return FormattedText(text, sorted_entities(kept))

    def with_found_entities(self) -> FormattedText:
        """Return the text with the entities that Telegram recognises by itself."""
        taken = [entity for entity in self.entities if entity.type in ("code", "pre", "text_link", "text_mention", "custom_emoji")]
        found = [entity for entity in find_entities(self.text) if not any(overlaps(entity, other) for other in taken)]
        return FormattedText(self.text, sorted_entities((*self.entities, *found)))

    def entities_json(self) -> list[JsonObject]:
        """Return the wire form of the entities."""
        return [entity.to_json() for entity in self.entities]


def sorted_entities(entities: Iterator[Entity] | tuple[Entity, ...] | list[Entity]) -> tuple[Entity, ...]:
    """Sort by position, the outer one first."""
    return tuple(sorted(entities, key=lambda entity: (entity.offset, -entity.length)))


def overlaps(one: Entity, other: Entity) -> bool:
    """Tell whether two entities share a position."""
    return one.offset < other.end and other.offset < one.end


def find_entities(text: str) -> tuple[Entity, ...]:
    """Return the commands, mentions, hashtags and web addresses of a text; of overlapping ones the first."""
    found: list[Entity] = []
    for entity in sorted_entities([entity for kind, pattern in _PATTERNS.items() for entity in _matches(kind, pattern, text)]):
        if not any(overlaps(entity, earlier) for earlier in found):
            found.append(entity)
    return tuple(found)


def _matches(kind: str, pattern: re.Pattern[str], text: str) -> Iterator[Entity]:
    for match in pattern.finditer(text):
        yield Entity(kind, utf16_length(text[: match.start()]), utf16_length(match[0]))


def _clipped(entity: Entity, start: int, end: int) -> Entity:
    offset = max(entity.offset, start)
    return replace(entity, offset=offset - start, length=max(0, min(entity.end, end) - offset))
