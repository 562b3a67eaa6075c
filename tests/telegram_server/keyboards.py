"""Reply markup: what Telegram refuses in it, and the buttons as a test presses them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .limits import IDENTIFIER_BYTES
from .links import link_fault
from .parameters import Parameters
from .refusals import JsonObject, bad_request, strict_refusal

BUTTONS = 100
COPY_TEXT_CHARACTERS = 256
_SWITCHES = ("switch_inline_query", "switch_inline_query_current_chat", "switch_inline_query_chosen_chat")
_ACTIONS = ("url", "callback_data", "web_app", "login_url", *_SWITCHES, "copy_text", "callback_game", "pay")
_KINDS = ("inline_keyboard", "keyboard", "remove_keyboard", "force_reply")


@dataclass(frozen=True, slots=True)
class Button:
    """One button under a message: its label and its single action."""

    text: str
    callback_data: str | None = None
    url: str | None = None
    copy_text: str | None = None
    web_app: str | None = None
    switch_inline_query: str | None = None


def reply_markup(parameters: Parameters, *, is_private: bool) -> JsonObject | None:
    """Return the checked reply markup of a request; an empty inline keyboard is none."""
    markup: JsonObject | None = parameters.decoded("reply_markup", dict, label="reply markup")
    if markup is None:
        return None
    return checked_markup(markup, is_private=is_private)


def checked_markup(markup: JsonObject, *, is_private: bool) -> JsonObject | None:
    """Return the markup, refused where a button breaks a rule."""
    kinds = [kind for kind in _KINDS if kind in markup]
    if len(kinds) > 1:
        raise strict_refusal(f"reply markup with {' and '.join(kinds)}", "takes one of them")
    for row in _rows(markup, "inline_keyboard"):
        for button in row:
            _check_inline_button(button, is_private=is_private)
    for row in _rows(markup, "keyboard"):
        for button in row:
            _check_keyboard_button(button)
    if sum(len(row) for row in _rows(markup, "inline_keyboard")) > BUTTONS:
        raise bad_request("reply markup is too long")
    is_empty = not kinds or (kinds == ["inline_keyboard"] and not any(_rows(markup, "inline_keyboard")))
    return None if is_empty else markup


def buttons(markup: JsonObject | None) -> tuple[tuple[Button, ...], ...]:
    """Return the inline buttons, row by row."""
    return tuple(tuple(_button(content) for content in row) for row in _rows(markup or {}, "inline_keyboard"))


def _rows(markup: JsonObject, name: str) -> list[list[Any]]:
    rows = markup.get(name) or []
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request(f'field "{name}" must be an Array of Arrays')
    return rows


def _button(content: JsonObject) -> Button:
    return Button(
        text=content["text"],
        callback_data=content.get("callback_data"),
        url=content.get("url"),
        copy_text=content.get("copy_text", {}).get("text"),
        web_app=content.get("web_app", {}).get("url"),
        switch_inline_query=next((str(content[name]) for name in _SWITCHES if name in content), None),
    )


def _check_keyboard_button(button: Any) -> None:
    text = button.get("text") if isinstance(button, dict) else button
    if not isinstance(text, str) or not text:
        raise bad_request("can't parse keyboard button: KeyboardButton must be a String or an Object")


def _check_inline_button(button: Any, *, is_private: bool) -> None:
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: InlineKeyboardButton must be an Object")
    if not isinstance(button.get("text"), str):
        raise bad_request("can't parse inline keyboard button: Can't find field \"text\"")
    if not button["text"].strip():
        raise bad_request("BUTTON_TEXT_INVALID")
    actions = [name for name in _ACTIONS if name in button and (name in _SWITCHES or button[name] not in ("", None))]
    if not actions:
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise strict_refusal(f"inline keyboard button with {' and '.join(actions)}", "takes the first")
    _check_action(actions[0], button[actions[0]], is_private=is_private)


def _check_action(action: str, value: Any, *, is_private: bool) -> None:
    if action == "callback_data" and not (isinstance(value, str) and len(value.encode()) <= IDENTIFIER_BYTES):
        raise bad_request("BUTTON_DATA_INVALID")
    if action == "url":
        _check_url(value)
    if action == "web_app":
        _check_web_app(value, is_private=is_private)
    if action == "copy_text":
        text = value.get("text") if isinstance(value, dict) else None
        if not isinstance(text, str) or not 1 <= len(text) <= COPY_TEXT_CHARACTERS:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")


def _check_url(url: Any) -> None:
    fault = link_fault(url) if isinstance(url, str) else "Wrong HTTP URL"
    if fault:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: {fault}")


def _check_web_app(value: Any, *, is_private: bool) -> None:
    if not is_private:
        raise bad_request("BUTTON_TYPE_INVALID")
    url = str(value.get("url", "")) if isinstance(value, dict) else ""
    if not url.startswith("https://"):
        raise bad_request(f"inline keyboard button Web App URL '{url}' is invalid: Only HTTPS links are allowed")
