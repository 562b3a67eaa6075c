"""Methods that answer a query: a pressed button, an inline search."""

from __future__ import annotations

from collections import Counter
from typing import Any

from .keyboards import checked_markup
from .limits import (
    CALLBACK_ANSWER_CHARACTERS,
    CAPTION_UTF16_UNITS,
    IDENTIFIER_BYTES,
    INLINE_RESULTS,
    MESSAGE_UTF16_UNITS,
    formatted_text,
    within,
)
from .parameters import Parameters
from .refusals import JsonObject, bad_request
from .state import World

_RESULT_TYPES = frozenset(
    ("article", "audio", "contact", "document", "game", "gif", "location", "mpeg4_gif", "photo", "sticker", "venue", "video", "voice")
)


def answer_callback_query(world: World, parameters: Parameters) -> bool:
    """`answerCallbackQuery`."""
    if len(parameters.text("text")) > CALLBACK_ANSWER_CHARACTERS:
        raise bad_request("MESSAGE_TOO_LONG")
    content = {"text": parameters.text("text"), "show_alert": parameters.flag("show_alert"), "url": parameters.text("url")}
    world.queries.answer("callback_query", parameters.text("callback_query_id"), content)
    return True


def answer_inline_query(world: World, parameters: Parameters) -> bool:
    """`answerInlineQuery`."""
    results = parameters.decoded("results", list, label="inline query results") or []
    if len(results) > INLINE_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    for result in results:
        _check_result(result)
    if any(count > 1 for count in Counter(str(result["id"]) for result in results).values()):
        raise bad_request("RESULT_ID_DUPLICATE")
    if len(parameters.text("next_offset").encode()) > IDENTIFIER_BYTES:
        raise bad_request("NEXT_OFFSET_INVALID")
    content = {"results": results, "next_offset": parameters.text("next_offset"), "is_personal": parameters.flag("is_personal")}
    content["cache_time"] = parameters.integer("cache_time", 300)
    world.queries.answer("inline_query", parameters.text("inline_query_id"), content)
    return True


def _check_result(result: Any) -> None:
    if not isinstance(result, dict):
        raise bad_request("can't parse inline query result: expected an Object")
    for name in ("type", "id"):
        if name not in result:
            raise bad_request(f"can't parse inline query result: Can't find field \"{name}\"")
    if result["type"] not in _RESULT_TYPES:
        raise bad_request(f'can\'t parse inline query result: type "{result["type"]}" is unsupported for the inline query result')
    if not 1 <= len(str(result["id"]).encode()) <= IDENTIFIER_BYTES:
        raise bad_request("RESULT_ID_INVALID")
    if result["type"] == "article":
        _check_article(result)
    if result.get("caption"):
        caption = formatted_text(result["caption"], result.get("parse_mode") or "", result.get("caption_entities"))
        within(caption, CAPTION_UTF16_UNITS, "message caption is too long")
    if result.get("reply_markup"):
        checked_markup(result["reply_markup"], is_private=False)


def _check_article(result: JsonObject) -> None:
    if not result.get("title"):
        raise bad_request("ARTICLE_TITLE_EMPTY")
    content = result.get("input_message_content")
    if not isinstance(content, dict):
        raise bad_request("can't parse inline query result: Can't find field \"input_message_content\"")
    if "message_text" not in content:
        return
    text = formatted_text(content["message_text"], content.get("parse_mode") or "", content.get("entities"))
    if not text.text:
        raise bad_request("message text is empty")
    within(text, MESSAGE_UTF16_UNITS, "message is too long")
