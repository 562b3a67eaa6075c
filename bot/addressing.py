"""Who is spoken to: which messages are meant for the bot, and what is left of them as a question."""

import re
from collections.abc import Iterator

from telegram import Message, MessageEntity, Update, User
from telegram.constants import ChatType
from telegram.ext import filters


class Addressed(filters.MessageFilter):
    """Lets through texts for the bot: all in a private chat; in a group those that name it or reply to it, commands excepted."""

    def filter(self, message: Message) -> bool:
        """Tell whether the message is a text for the bot."""
        if not message.text:
            return False
        return message.chat.type == ChatType.PRIVATE or _replies_to(message, message.get_bot().bot) or any(_mentions(message))


class Allowed(filters.UpdateFilter):
    """Lets through what comes from these people or these chats; an empty set lets everything through."""

    def __init__(self, ids: frozenset[int]) -> None:
        super().__init__()
        self._ids = ids

    def filter(self, update: Update) -> bool:
        """Tell whether the sender or the chat is among the ids."""
        ids = {source.id for source in (update.effective_user, update.effective_chat) if source}
        return not self._ids or not self._ids.isdisjoint(ids)


def question_text(message: Message) -> str:
    """Return the text of a message without the names by which it calls the bot."""
    text = message.text or ""
    for mention in set(_mentions(message)):
        text = re.sub(rf"\s*{re.escape(mention)}(?!\w)[,:]?", " ", text)
    return " ".join(text.split()) if text != message.text else text.strip()


def command_text(message: Message) -> str:
    """Return what a person wrote behind a command, on one line."""
    return " ".join((message.text or "").split()[1:])


def replied_to(message: Message) -> int | None:
    """Return the id of the message of ours that a message replies to."""
    original = message.reply_to_message
    return original.message_id if original is not None and _replies_to(message, message.get_bot().bot) else None


def _replies_to(message: Message, bot: User) -> bool:
    original = message.reply_to_message
    return original is not None and original.from_user is not None and original.from_user.id == bot.id


def _mentions(message: Message) -> Iterator[str]:
    """Yield the places where the bot is named: by its user name, or by a link to it."""
    bot = message.get_bot().bot
    for entity, text in message.parse_entities([MessageEntity.MENTION, MessageEntity.TEXT_MENTION]).items():
        is_link = entity.user is not None and entity.user.id == bot.id
        if is_link or text.casefold() == f"@{bot.username}".casefold():
            yield text
