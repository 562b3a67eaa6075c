"""A message as it stands now, with everything it was before; and the files that messages carry."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .entities import QUOTE_TYPES, Entity, FormattedText, utf16_slice
from .keyboards import Button, buttons
from .refusals import JsonObject


@dataclass(frozen=True, slots=True)
class Version:
    """What a message showed from one moment on; seconds since the epoch."""

    at: float
    body: FormattedText
    reply_markup: JsonObject | None


@dataclass(frozen=True, slots=True)
class Media:
    """A file in a message: its kind is the field's name on the wire."""

    kind: str
    content: JsonObject

    @property
    def file_id(self) -> str:
        """The identifier to hand to `getFile`; of a photo the largest size."""
        largest = self.content["sizes"][-1] if self.kind == "photo" else self.content
        return str(largest["file_id"])

    def to_json(self) -> JsonObject:
        """Return the wire form."""
        return {self.kind: self.content["sizes"] if self.kind == "photo" else self.content}


@dataclass(frozen=True, slots=True)
class Quote:
    """The part of another message that a reply quotes; position in UTF-16 units."""

    body: FormattedText
    position: int

    def to_json(self) -> JsonObject:
        """Return the wire form."""
        entities = {"entities": self.body.entities_json()} if self.body.entities else {}
        return {"text": self.body.text, "position": self.position, "is_manual": True, **entities}


@dataclass(frozen=True, slots=True)
class Link:
    """A shown text and the address behind it."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a chat, sent by a user or by the bot; a new value replaces it when it is edited."""

    chat_id: int
    message_id: int
    sender_id: int
    sent_at: float
    body: FormattedText
    media: Media | None = None
    reply_to: int | None = None
    quote: Quote | None = None
    reply_markup: JsonObject | None = None
    link_preview_options: JsonObject | None = None
    service: JsonObject | None = None
    past: tuple[Version, ...] = ()
    edited_at: float | None = None

    @property
    def text(self) -> str:
        """The text without markup, or the caption."""
        return self.body.text

    @property
    def entities(self) -> tuple[Entity, ...]:
        """The entities of the text, or of the caption."""
        return self.body.entities

    @property
    def bold_texts(self) -> tuple[str, ...]:
        """What is bold."""
        return self.body.pieces("bold")

    @property
    def italic_texts(self) -> tuple[str, ...]:
        """What is italic."""
        return self.body.pieces("italic")

    @property
    def code_texts(self) -> tuple[str, ...]:
        """What is code, in a line or a block."""
        return self.body.pieces("code", "pre")

    @property
    def quotes(self) -> tuple[str, ...]:
        """What stands in a block quote, expandable or not."""
        return self.body.pieces(*QUOTE_TYPES)

    @property
    def links(self) -> tuple[Link, ...]:
        """The texts that lead to an address, and the bare addresses."""
        shown = ((entity, utf16_slice(self.text, entity.offset, entity.length)) for entity in self.entities)
        return tuple(Link(text, entity.url or text) for entity, text in shown if entity.type in ("text_link", "url"))

    @property
    def inline_markup(self) -> JsonObject | None:
        """The reply markup where it is part of the message; a reply keyboard is not."""
        return self.reply_markup if self.reply_markup and "inline_keyboard" in self.reply_markup else None

    @property
    def button_rows(self) -> tuple[tuple[Button, ...], ...]:
        """The inline buttons, row by row."""
        return buttons(self.inline_markup)

    @property
    def buttons(self) -> tuple[Button, ...]:
        """The inline buttons, in reading order."""
        return tuple(button for row in self.button_rows for button in row)

    @property
    def versions(self) -> tuple[Version, ...]:
        """Everything that the message has shown, the first first, the present last."""
        since = self.edited_at if self.past and self.edited_at is not None else self.sent_at
        return (*self.past, Version(since, self.body, self.reply_markup))

    def shows(self, body: FormattedText, reply_markup: JsonObject | None) -> bool:
        """Tell whether an edit to this would change nothing."""
        return (self.body, self.reply_markup) == (body, reply_markup)

    def edited(self, at: float, body: FormattedText, reply_markup: JsonObject | None) -> Message:
        """Return the message after an edit."""
        return replace(self, body=body, reply_markup=reply_markup, past=self.versions, edited_at=at)
