"""Everything the server knows: who exists, what was said, what waits. No HTTP here."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from .chats import PRESENT, GroupChat, Person
from .entities import FormattedText, utf16_slice
from .files import FileStore
from .messages import Message
from .parameters import Parameters
from .profile import Profile
from .queries import QueryDesk
from .rates import RateLimiter
from .refusals import JsonObject, Refusal, bad_request, forbidden
from .updates import Update, UpdateQueue

Chat = Person | GroupChat


@dataclass(slots=True)
class World:
    """The state of one bot's Telegram."""

    bot: Person
    now: Callable[[], float]
    rates: RateLimiter
    queries: QueryDesk
    has_privacy_mode: bool = True
    supports_inline_queries: bool = True
    queue: UpdateQueue = field(default_factory=UpdateQueue)
    files: FileStore = field(default_factory=FileStore)
    profile: Profile = field(default_factory=Profile)
    people: dict[int, Person] = field(default_factory=dict)
    groups: dict[int, GroupChat] = field(default_factory=dict)
    messages: dict[tuple[int, int], Message] = field(default_factory=dict)
    deleted: list[Message] = field(default_factory=list)
    _message_ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def chat(self, chat_id: int) -> Chat:
        """Return a known chat."""
        chat = self.people.get(chat_id) or self.groups.get(chat_id)
        if chat is None:
            raise bad_request("chat not found")
        return chat

    def asked_chat(self, parameters: Parameters) -> Chat:
        """Return the chat that a request names by id or @username."""
        reference = parameters.text("chat_id").strip()
        if not reference:
            raise bad_request("chat_id is empty")
        if reference.startswith("@"):
            named = [person for person in self.people.values() if person.username == reference[1:]]
            return self.chat(named[0].id if named else 0)
        return self.chat(int(reference) if reference.lstrip("-").isdigit() else 0)

    def writable_chat(self, parameters: Parameters) -> Chat:
        """Return the chat that a request names, where the bot may speak in it."""
        chat = self.asked_chat(parameters)
        if isinstance(chat, Person):
            _check_person(chat)
        else:
            self.check_membership(chat)
        return chat

    def check_membership(self, group: GroupChat) -> None:
        """Refuse where the bot is not in the group (any more)."""
        if group.migrated_to is not None:
            reason = "Bad Request: group chat was upgraded to a supergroup chat"
            raise Refusal(400, reason, migrate_to_chat_id=group.migrated_to)
        status = group.status(self.bot.id)
        if status == "kicked":
            raise forbidden(f"bot was kicked from the {group.type} chat")
        if status not in PRESENT:
            raise forbidden(f"bot is not a member of the {group.type} chat")

    def post(self, chat_id: int, sender_id: int, body: FormattedText, **details: Any) -> Message:
        """Add a message to a chat."""
        message = Message(chat_id, next(self._message_ids), sender_id, self.now(), body.with_found_entities(), **details)
        self.messages[chat_id, message.message_id] = message
        return message

    def store(self, message: Message) -> Message:
        """Put an edited message in the place of the former."""
        self.messages[message.chat_id, message.message_id] = message
        return message

    def delete(self, message: Message) -> None:
        """Take a message away."""
        self.deleted.append(self.messages.pop((message.chat_id, message.message_id)))

    def announce(self, kind: str, message: Message) -> Update:
        """Queue a user's message for the bot, where the bot may see it."""
        return self.queue.add(kind, self.message_json(message), message.chat_id, is_visible=self.bot_sees(message))

    def bot_sees(self, message: Message) -> bool:
        """Tell whether privacy mode lets the bot read a user's message."""
        group = self.groups.get(message.chat_id)
        if group is None:
            return True
        status = group.status(self.bot.id)
        if status not in PRESENT:
            return False
        is_open = not self.has_privacy_mode or status == "administrator" or message.service is not None
        return is_open or self._is_reply_to_bot(message) or self._addresses_bot(message.body)

    def message_json(self, message: Message, *, is_embedded: bool = False) -> JsonObject:
        """Return the wire form; one embedded in another shows no reply of its own."""
        content: JsonObject = {
            "message_id": message.message_id,
            "date": int(message.sent_at),
            "chat": self.chat(message.chat_id).chat_json(),
            "from": self.sender(message).to_json(),
        }
        content |= _body_json(message)
        if message.reply_to is not None and not is_embedded:
            content |= self._reply_json(message)
        optional = {"reply_markup": message.inline_markup, "link_preview_options": message.link_preview_options}
        content |= {name: value for name, value in optional.items() if value}
        if message.edited_at is not None:
            content["edit_date"] = int(message.edited_at)
        return content

    def sender(self, message: Message) -> Person:
        """Return who sent a message."""
        return self.bot if message.sender_id == self.bot.id else self.people[message.sender_id]

    def _reply_json(self, message: Message) -> JsonObject:
        original = self.messages.get((message.chat_id, message.reply_to or 0))
        if original is None:
            return {}
        quote = {"quote": message.quote.to_json()} if message.quote else {}
        return {"reply_to_message": self.message_json(original, is_embedded=True), **quote}

    def _is_reply_to_bot(self, message: Message) -> bool:
        original = self.messages.get((message.chat_id, message.reply_to or 0))
        return original is not None and original.sender_id == self.bot.id

    def _addresses_bot(self, body: FormattedText) -> bool:
        own_name = f"@{self.bot.username}".lower()
        for entity in body.entities:
            text = utf16_slice(body.text, entity.offset, entity.length).lower()
            if entity.type == "bot_command" and entity.offset == 0 and ("@" not in text or text.endswith(own_name)):
                return True
            if (entity.type == "mention" and text == own_name) or entity.user_id == self.bot.id:
                return True
        return False


def _check_person(person: Person) -> None:
    if person.has_blocked:
        raise forbidden("bot was blocked by the user")
    if not person.has_started:
        raise forbidden("bot can't initiate conversation with a user")


def _body_json(message: Message) -> JsonObject:
    if message.service is not None:
        return message.service
    text, entities = ("caption", "caption_entities") if message.media else ("text", "entities")
    content = message.media.to_json() if message.media else {}
    if message.text:
        content[text] = message.text
    if message.entities:
        content[entities] = message.body.entities_json()
    return content
