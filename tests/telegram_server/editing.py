"""Methods that change or take away a message."""

from __future__ import annotations

from .chats import GroupChat, Person
from .entities import FormattedText
from .keyboards import reply_markup
from .limits import caption_text, message_text
from .messages import Message
from .parameters import Parameters
from .refusals import JsonObject, bad_request, strict_refusal
from .state import World

DELETABLE_SECONDS = 48 * 3600
DELETED_AT_ONCE = 100
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content "
    "and reply markup of the message"
)


def edit_message_text(world: World, parameters: Parameters) -> JsonObject:
    """`editMessageText`; without a reply markup the buttons go away."""
    text = message_text(parameters, too_long="MESSAGE_TOO_LONG")
    message = _editable(world, parameters)
    if message.media is not None:
        raise bad_request("there is no text in the message to edit")
    return _edit(world, parameters, message, text)


def edit_message_caption(world: World, parameters: Parameters) -> JsonObject:
    """`editMessageCaption`."""
    caption = caption_text(parameters)
    message = _editable(world, parameters)
    if message.media is None:
        raise bad_request("there is no caption in the message to edit")
    return _edit(world, parameters, message, caption)


def edit_message_reply_markup(world: World, parameters: Parameters) -> JsonObject:
    """`editMessageReplyMarkup`."""
    message = _editable(world, parameters)
    return _edit(world, parameters, message, message.body)


def delete_message(world: World, parameters: Parameters) -> bool:
    """`deleteMessage`."""
    chat = world.writable_chat(parameters)
    message = world.messages.get((chat.id, parameters.integer("message_id")))
    if message is None:
        raise bad_request("message to delete not found" if parameters.has("message_id") else "message identifier is not specified")
    _check_deletable(world, message)
    world.delete(message)
    return True


def delete_messages(world: World, parameters: Parameters) -> bool:
    """`deleteMessages`; those not found are passed over."""
    chat = world.writable_chat(parameters)
    message_ids = parameters.decoded("message_ids", list, label="message_ids") or []
    if not 1 <= len(message_ids) <= DELETED_AT_ONCE:
        raise bad_request("message identifiers are not specified" if not message_ids else "too many message identifiers specified")
    for message in [world.messages[chat.id, number] for number in message_ids if (chat.id, number) in world.messages]:
        _check_deletable(world, message)
        world.delete(message)
    return True


def _editable(world: World, parameters: Parameters) -> Message:
    if parameters.has("inline_message_id"):
        raise strict_refusal("this server keeps no inline messages", "edits them")
    chat = world.writable_chat(parameters)
    if not parameters.has("message_id"):
        raise bad_request("message identifier is not specified")
    message = world.messages.get((chat.id, parameters.integer("message_id")))
    if message is None:
        raise bad_request("message to edit not found")
    has_reply_keyboard = message.reply_markup is not None and message.inline_markup is None
    if message.sender_id != world.bot.id or has_reply_keyboard:
        raise bad_request("message can't be edited")
    return message


def _edit(world: World, parameters: Parameters, message: Message, body: FormattedText) -> JsonObject:
    chat = world.chat(message.chat_id)
    markup = reply_markup(parameters, is_private=isinstance(chat, Person))
    if markup is not None and "inline_keyboard" not in markup:
        raise bad_request("inline keyboard expected")
    body = body.with_found_entities() if body is not message.body else body
    if message.shows(body, markup):
        raise bad_request(_NOT_MODIFIED)
    world.rates.admit(chat.id, is_group=isinstance(chat, GroupChat))
    return world.message_json(world.store(message.edited(world.now(), body, markup)))


def _check_deletable(world: World, message: Message) -> None:
    group = world.groups.get(message.chat_id)
    if group is not None and message.sender_id != world.bot.id and group.status(world.bot.id) != "administrator":
        raise bad_request("message can't be deleted")
    if world.now() - message.sent_at > DELETABLE_SECONDS:
        raise bad_request("message can't be deleted for everyone")
