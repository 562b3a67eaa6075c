"""What a test does as a person: write, press, edit, search, send files, block the bot, bring it into a group."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, replace
from typing import Any

from .chats import ChatReference, GroupChat, Person, chat_id_of, member_json
from .entities import FormattedText, utf16_length
from .keyboards import Button
from .limits import DEEP_LINK_CHARACTERS, INLINE_QUERY_CHARACTERS, MESSAGE_UTF16_UNITS
from .messages import Media, Message
from .refusals import JsonObject
from .state import World
from .updates import Update

_DEEP_LINK = re.compile(rf"[A-Za-z0-9_-]{{0,{DEEP_LINK_CHARACTERS}}}")


@dataclass(frozen=True, slots=True)
class User:
    """A person at a Telegram client. A client can't do everything: what it would not let through raises ValueError."""

    _world: World
    _person: Person

    @property
    def id(self) -> int:
        """The user's id, which is the private chat's too."""
        return self._person.id

    async def sends(self, text: str, *, chat: ChatReference | None = None, reply_to: Message | Update | int | None = None) -> Update:
        """Write a message, in the private chat where no other is named."""
        if not text.strip() or utf16_length(text) > MESSAGE_UTF16_UNITS:
            raise ValueError("a client sends 1–4096 characters; longer texts arrive as several messages")
        return await self._send(chat, FormattedText(text).trimmed(), reply_to=_message_id(reply_to))

    async def starts(self, parameter: str = "") -> Update:
        """Open the bot by a link `t.me/bot?start=parameter` and press Start."""
        if not _DEEP_LINK.fullmatch(parameter):
            raise ValueError(f"not a deep-link parameter (A-Z a-z 0-9 _ -, at most 64): {parameter!r}")
        return await self.sends(f"/start {parameter}".strip())

    async def edits(self, sent: Update | Message, text: str) -> Update:
        """Change a message of one's own."""
        message = self._world.messages[sent.chat_id, sent.message_id]
        if message.sender_id != self.id:
            raise ValueError("only one's own messages can be edited")
        body = FormattedText(text).trimmed().with_found_entities()
        return await self._told("edited_message", self._world.store(message.edited(self._world.now(), body, None)))

    async def sends_photo(self, content: bytes = b"photo", *, caption: str = "", chat: ChatReference | None = None) -> Update:
        """Send a picture."""
        return await self._send_media(chat, self._world.files.keep("photo", "photo.jpg", content), caption)

    async def sends_voice(self, content: bytes = b"voice", *, seconds: int = 3, chat: ChatReference | None = None) -> Update:
        """Send a voice message."""
        return await self._send_media(chat, self._world.files.keep("voice", "voice.oga", content, duration=seconds, mime_type="audio/ogg"))

    async def sends_sticker(self, emoji: str = "👍", *, chat: ChatReference | None = None) -> Update:
        """Send a sticker."""
        details: JsonObject = {"width": 512, "height": 512, "is_animated": False, "is_video": False, "type": "regular", "emoji": emoji}
        return await self._send_media(chat, self._world.files.keep("sticker", "sticker.webp", b"sticker", **details))

    async def sends_document(
        self,
        name: str,
        content: bytes,
        *,
        mime_type: str = "text/plain",
        size: int | None = None,
        caption: str = "",
        chat: ChatReference | None = None,
    ) -> Update:
        """Send a file; a `size` in bytes other than the content's lets a small file pass for a big one."""
        media = self._world.files.keep("document", name, content, size, file_name=name, mime_type=mime_type)
        return await self._send_media(chat, media, caption)

    async def presses(self, button: Button | str, message: Message, *, is_stale: bool = False) -> Update:
        """Press a button, named by itself, its callback data or its label.

        With `is_stale` it is looked for in `message` as given, though it was edited or deleted since: a client may lag behind.
        """
        current = self._world.messages.get((message.chat_id, message.message_id))
        return await self.forges_press(_callback_data(button, message if is_stale or current is None else current), message)

    async def forges_press(self, data: str, message: Message) -> Update:
        """Send callback data that no button need hold, as a modified client can."""
        current = self._world.messages.get((message.chat_id, message.message_id))
        content: JsonObject = {
            "id": self._world.queries.open("callback_query"),
            "from": self._person.to_json(),
            "chat_instance": str(message.chat_id),
            "data": data,
            "message": self._world.message_json(current) if current else _inaccessible_json(self._world, message),
        }
        return await self._queued("callback_query", content, message.chat_id)

    async def searches_inline(self, query: str, *, offset: str = "") -> Update:
        """Type `@bot query` into the field of any chat."""
        if not self._world.supports_inline_queries or len(query) > INLINE_QUERY_CHARACTERS:
            raise ValueError("inline mode is off, or the query is longer than 256 characters")
        query_id = self._world.queries.open("inline_query")
        content = {"id": query_id, "from": self._person.to_json(), "query": query, "offset": offset, "chat_type": "sender"}
        return await self._queued("inline_query", content, self.id)

    async def blocks_bot(self) -> Update:
        """Block the bot: it can't write here until it is unblocked."""
        return await self._set_blocked(True)

    async def unblocks_bot(self) -> Update:
        """Unblock the bot."""
        return await self._set_blocked(False)

    async def _set_blocked(self, has_blocked: bool) -> Update:
        self._person.has_blocked = has_blocked
        old, new = ("member", "kicked") if has_blocked else ("kicked", "member")
        return await self._queued("my_chat_member", standing_json(self._world, self._person, self._person, old, new), self.id)

    async def _send_media(self, chat: ChatReference | None, media: Media, caption: str = "") -> Update:
        return await self._send(chat, FormattedText(caption).trimmed(), media=media)

    async def _send(self, chat: ChatReference | None, body: FormattedText, **details: Any) -> Update:
        chat_id = self.id if chat is None else chat_id_of(chat)
        group = self._world.groups.get(chat_id)
        if group is not None:
            group.statuses.setdefault(self.id, "member")
        elif chat_id != self.id:
            raise ValueError(f"no chat of this user: {chat_id}")
        elif self._person.has_blocked:
            raise ValueError("a client does not write to a blocked bot")
        else:
            self._person.has_started = True
        return await self._told("message", self._world.post(chat_id, self.id, body, **details))

    async def _told(self, kind: str, message: Message) -> Update:
        update = self._world.announce(kind, message)
        await asyncio.sleep(0)
        return update

    async def _queued(self, kind: str, content: JsonObject, chat_id: int) -> Update:
        update = self._world.queue.add(kind, content, chat_id)
        await asyncio.sleep(0)
        return update


@dataclass(frozen=True, slots=True)
class Group:
    """A group as its members run it."""

    _world: World
    _chat: GroupChat

    @property
    def id(self) -> int:
        """The chat's id, negative."""
        return self._chat.id

    async def sets_bot_status(self, status: str, by: User) -> Update:
        """Add ("member"), promote ("administrator") or remove ("kicked") the bot."""
        old = self._chat.status(self._world.bot.id)
        self._chat.statuses[self._world.bot.id] = status
        content = standing_json(self._world, self._world.people[by.id], self._chat, old, status)
        return self._world.queue.add("my_chat_member", content, self.id)

    async def becomes_supergroup(self, by: User) -> Group:
        """Turn a basic group into a supergroup: it has a new id, and the old one refuses with it."""
        chat = replace(self._chat, id=-1000000000000 + self.id, type="supergroup", statuses=dict(self._chat.statuses))
        self._world.groups[chat.id] = chat
        notices = ((self.id, {"migrate_to_chat_id": chat.id}), (chat.id, {"migrate_from_chat_id": self.id}))
        for chat_id, service in notices:
            self._world.announce("message", self._world.post(chat_id, by.id, FormattedText(""), service=service))
        self._chat.migrated_to = chat.id
        return Group(self._world, chat)


def standing_json(world: World, by: Person, chat: Person | GroupChat, old: str, new: str) -> JsonObject:
    """Return the wire form of a change of the bot's standing."""
    members = {"old_chat_member": member_json(world.bot, old), "new_chat_member": member_json(world.bot, new)}
    return {"chat": chat.chat_json(), "from": by.to_json(), "date": int(world.now()), **members}


def _inaccessible_json(world: World, message: Message) -> JsonObject:
    return {"chat": world.chat(message.chat_id).chat_json(), "message_id": message.message_id, "date": 0}


def _message_id(sent: Message | Update | int | None) -> int | None:
    return sent if sent is None or isinstance(sent, int) else sent.message_id


def _callback_data(button: Button | str, message: Message) -> str:
    name = button if isinstance(button, str) else button.callback_data
    for candidate in message.buttons:
        if candidate.callback_data is not None and name in (candidate.callback_data, candidate.text):
            return candidate.callback_data
    raise ValueError(f"no such button to press: {name!r}; there are {message.buttons}")
