"""The table of Bot API methods: name → what it does. Polling and webhooks, which wait, are the server's own."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from .answering import answer_callback_query, answer_inline_query
from .editing import delete_message, delete_messages, edit_message_caption, edit_message_reply_markup, edit_message_text
from .parameters import Parameters
from .profile import TEXT_CHARACTERS
from .sending import send_document, send_message, send_photo
from .state import World
from .visiting import get_chat, get_chat_member, get_chat_member_count, get_me, leave_chat, send_chat_action

Method = Callable[[World, Parameters], Any]


def _set_text(kind: str, world: World, parameters: Parameters) -> bool:
    return world.profile.set_text(kind, parameters)


def _get_text(kind: str, world: World, parameters: Parameters) -> Any:
    return world.profile.get_text(kind, parameters)


def _accept(world: World, parameters: Parameters) -> bool:
    """Accept what needs no model: the request log holds it."""
    if parameters.has("chat_id"):
        world.asked_chat(parameters)
    return True


def _titled(kind: str) -> str:
    return kind.title().replace("_", "")


ACCEPTED = (
    "setChatMenuButton",
    "setMyDefaultAdministratorRights",
    "setMessageReaction",
    "pinChatMessage",
    "unpinChatMessage",
    "logOut",
    "close",
)
METHODS: dict[str, Method] = {
    "getMe": get_me,
    "sendMessage": send_message,
    "sendPhoto": send_photo,
    "sendDocument": send_document,
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "answerCallbackQuery": answer_callback_query,
    "answerInlineQuery": answer_inline_query,
    "sendChatAction": send_chat_action,
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatMemberCount": get_chat_member_count,
    "leaveChat": leave_chat,
    "getFile": lambda world, parameters: world.files.get(parameters.text("file_id")),
    "setMyCommands": lambda world, parameters: world.profile.set_commands(parameters),
    "getMyCommands": lambda world, parameters: world.profile.get_commands(parameters),
    "deleteMyCommands": lambda world, parameters: world.profile.delete_commands(parameters),
    **{f"setMy{_titled(kind)}": partial(_set_text, kind) for kind in TEXT_CHARACTERS},
    **{f"getMy{_titled(kind)}": partial(_get_text, kind) for kind in TEXT_CHARACTERS},
    **dict.fromkeys(ACCEPTED, _accept),
}
