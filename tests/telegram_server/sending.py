"""Methods that add a message: text, photo, document; with replies and quotes."""

from __future__ import annotations

import re
from dataclasses import replace

from .chats import GroupChat, Person
from .entities import Entity, FormattedText, utf16_length
from .keyboards import reply_markup
from .limits import QUOTE_UTF16_UNITS, caption_text, formatted_text, message_text, within
from .messages import Media, Quote
from .parameters import Parameters
from .refusals import JsonObject, bad_request
from .state import Chat, World

_QUOTED_FORMATS = frozenset({"bold", "italic", "underline", "strikethrough", "spoiler", "custom_emoji"})


def send_message(world: World, parameters: Parameters) -> JsonObject:
    """`sendMessage`."""
    text = message_text(parameters)
    return _send(world, parameters, text, None)


def send_photo(world: World, parameters: Parameters) -> JsonObject:
    """`sendPhoto`."""
    caption = caption_text(parameters)
    return _send(world, parameters, caption, world.files.sent("photo", parameters))


def send_document(world: World, parameters: Parameters) -> JsonObject:
    """`sendDocument`."""
    caption = caption_text(parameters)
    return _send(world, parameters, caption, world.files.sent("document", parameters))


def _send(world: World, parameters: Parameters, body: FormattedText, media: Media | None) -> JsonObject:
    chat = world.writable_chat(parameters)
    markup = reply_markup(parameters, is_private=isinstance(chat, Person))
    reply_to, quote = _reply(world, chat, parameters)
    preview = parameters.decoded("link_preview_options", dict, label="link preview options")
    world.rates.admit(chat.id, is_group=isinstance(chat, GroupChat))
    details = {"media": media, "reply_to": reply_to, "quote": quote, "reply_markup": markup, "link_preview_options": preview}
    return world.message_json(world.post(chat.id, world.bot.id, body, **details))


def _reply(world: World, chat: Chat, parameters: Parameters) -> tuple[int | None, Quote | None]:
    asked = parameters.decoded("reply_parameters", dict, label="reply parameters")
    former = {"message_id": "reply_to_message_id", "allow_sending_without_reply": "allow_sending_without_reply"}
    reply = Parameters({name: parameters.values.get(old) for name, old in former.items()} if asked is None else asked)
    message_id = reply.integer("message_id")
    if not message_id:
        return None, None
    original = world.messages.get((reply.integer("chat_id", chat.id), message_id))
    if original is None:
        if reply.flag("allow_sending_without_reply"):
            return None, None
        raise bad_request("message to be replied not found")
    return message_id, _quote(original.body, reply)


def _quote(original: FormattedText, reply: Parameters) -> Quote | None:
    entities = reply.decoded("quote_entities", list, label="quote entities")
    quoted = formatted_text(reply.text("quote"), reply.text("quote_parse_mode"), entities)
    if not quoted.text:
        return None
    within(quoted, QUOTE_UTF16_UNITS, "QUOTE_TEXT_INVALID")
    matches = [match.start() for match in re.finditer(f"(?={re.escape(quoted.text)})", original.text)]
    positions = [utf16_length(original.text[:start]) for start in matches]
    fitting = [position for position in positions if _formats(original, position, quoted.text) == frozenset(_quotable(quoted.entities))]
    if not fitting:
        raise bad_request("QUOTE_TEXT_INVALID")
    return Quote(quoted, min(fitting, key=lambda position: abs(position - reply.integer("quote_position"))))


def _formats(original: FormattedText, position: int, text: str) -> frozenset[Entity]:
    """Return the formatting of the original within the quoted stretch, as offsets from its beginning."""
    end = position + utf16_length(text)
    inside = [entity for entity in _quotable(original.entities) if entity.offset < end and position < entity.end]
    return frozenset(
        replace(entity, offset=max(entity.offset, position) - position, length=min(entity.end, end) - max(entity.offset, position))
        for entity in inside
    )


def _quotable(entities: tuple[Entity, ...]) -> tuple[Entity, ...]:
    return tuple(entity for entity in entities if entity.type in _QUOTED_FORMATS)
