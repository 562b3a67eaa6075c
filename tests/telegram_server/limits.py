"""How long, how many: Telegram's limits on what a bot says, and the reading of a text parameter within them."""

from __future__ import annotations

from typing import Any

from .entities import FOUND_TYPES, Entity, FormattedText, utf16_length
from .html_markup import parse_html
from .links import link_fault, linked_user_id, written_link
from .parameters import Parameters
from .refusals import bad_request, strict_refusal

MESSAGE_UTF16_UNITS = 4096
CAPTION_UTF16_UNITS = 1024
QUOTE_UTF16_UNITS = 1024
MARKUP_BYTES = 1 << 15
ENTITIES = 100
CALLBACK_ANSWER_CHARACTERS = 200
INLINE_RESULTS = 50
INLINE_QUERY_CHARACTERS = 256
IDENTIFIER_BYTES = 64
DEEP_LINK_CHARACTERS = 64
DOWNLOAD_BYTES = 20 * 1024 * 1024
UPLOAD_BYTES = 50 * 1024 * 1024

_FORMAT_TYPES = frozenset(
    {"bold", "italic", "underline", "strikethrough", "spoiler", "code", "pre", "blockquote", "expandable_blockquote"}
    | {"text_link", "text_mention", "custom_emoji", "date_time"}
)


def message_text(parameters: Parameters, *, too_long: str = "message is too long") -> FormattedText:
    """Return the text of a message; `too_long` is the refusal, which differs between sending and editing."""
    text = formatted_text(parameters.text("text"), parameters.text("parse_mode"), _entities(parameters, "entities"))
    if not text.text:
        raise bad_request("message text is empty")
    return within(text, MESSAGE_UTF16_UNITS, too_long)


def caption_text(parameters: Parameters) -> FormattedText:
    """Return the caption of a file, often empty."""
    text = formatted_text(parameters.text("caption"), parameters.text("parse_mode"), _entities(parameters, "caption_entities"))
    return within(text, CAPTION_UTF16_UNITS, "message caption is too long")


def within(text: FormattedText, limit: int, too_long: str) -> FormattedText:
    """Return the text, refused where it is longer than `limit` UTF-16 units or has too many entities."""
    if utf16_length(text.text) > limit:
        raise bad_request(too_long)
    if len(text.entities) > ENTITIES:
        raise strict_refusal(f"{len(text.entities)} entities, at most {ENTITIES} are kept", "drops the rest")
    return text


def formatted_text(text: str, parse_mode: str, entities: list[Any] | None) -> FormattedText:
    """Return what the reader sees: parsed, trimmed, not yet measured."""
    if len(text.encode("utf-8", "surrogatepass")) > MARKUP_BYTES:
        raise bad_request("text is too long")
    mode = parse_mode.lower()
    if mode == "html":
        return parse_html(text).trimmed()
    if mode in ("markdown", "markdownv2"):
        raise strict_refusal("this server reads HTML only", "would read Markdown, where a stray mark refuses the message")
    if mode not in ("", "none"):
        raise bad_request("unsupported parse_mode")
    length = utf16_length(text)
    read = (_entity(content, length) for content in entities or [])
    return FormattedText(text, tuple(entity for entity in read if entity)).trimmed()


def _entities(parameters: Parameters, name: str) -> list[Any] | None:
    entities: list[Any] | None = parameters.decoded(name, list, label="entities")
    return entities


def _entity(content: Any, text_length: int) -> Entity | None:
    if not isinstance(content, dict) or not {"type", "offset", "length"} <= content.keys():
        raise bad_request("can't parse MessageEntity: expected an Object with type, offset and length")
    kind, offset, length = content["type"], content["offset"], content["length"]
    if kind in FOUND_TYPES or kind in ("cashtag", "email", "phone_number", "bank_card_number"):
        return None
    if kind not in _FORMAT_TYPES:
        raise bad_request("can't parse MessageEntity: Unsupported type specified")
    if offset < 0 or length <= 0 or offset + length > text_length:
        raise strict_refusal(f"{kind} entity {offset}+{length} is outside of the text", "drops it")
    return _with_details(Entity(kind, offset, length), content)


def _with_details(entity: Entity, content: dict[str, Any]) -> Entity:
    url = content.get("url")
    user_id = content.get("user", {}).get("id") if entity.type == "text_mention" else linked_user_id(url or "")
    if user_id is not None:
        return Entity("text_mention", entity.offset, entity.length, user_id=int(user_id))
    if entity.type == "text_link":
        fault = link_fault(url or "")
        if fault:
            raise bad_request(f"entity URL {url!r} is invalid: {fault}")
        url = written_link(url or "")
    details = {name: content.get(name) for name in ("language", "custom_emoji_id", "unix_time", "date_time_format")}
    return Entity(entity.type, entity.offset, entity.length, url=url, **details)
