"""The people and groups that the server knows, in their present state, and their wire forms."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from .refusals import JsonObject

_MANAGED = ("chat", "video_chats", "topics")
_DELETED = ("messages", "stories")
_ADMINISTRATOR_RIGHTS = (
    *("can_be_edited", "is_anonymous", "can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users"),
    *("can_post_stories", "can_edit_stories", "can_pin_messages"),
    *(f"can_manage_{subject}" for subject in _MANAGED),
    *(f"can_delete_{subject}" for subject in _DELETED),
)
PRESENT = frozenset({"creator", "administrator", "member"})


class Addressable(Protocol):
    """Whatever has the id of a chat: a user, a group."""

    @property
    def id(self) -> int:
        """The chat's id."""


ChatReference = int | Addressable


def chat_id_of(chat: ChatReference) -> int:
    """Return the id, given as such or by its bearer."""
    return chat if isinstance(chat, int) else chat.id


@dataclass(slots=True)
class Person:
    """A user account; the bot's own is one too."""

    id: int
    first_name: str
    username: str | None = None
    language_code: str | None = None
    is_bot: bool = False
    has_started: bool = False
    has_blocked: bool = False

    def to_json(self) -> JsonObject:
        """Return the wire form as a user."""
        optional = {"username": self.username, "language_code": self.language_code}
        present = {name: value for name, value in optional.items() if value}
        return {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name, **present}

    def chat_json(self) -> JsonObject:
        """Return the wire form as a private chat."""
        username = {"username": self.username} if self.username else {}
        return {"id": self.id, "type": "private", "first_name": self.first_name, **username}


@dataclass(slots=True)
class GroupChat:
    """A group or supergroup; `statuses` of its members, the bot among them, by user id."""

    id: int
    title: str
    type: str = "supergroup"
    statuses: dict[int, str] = field(default_factory=dict)
    migrated_to: int | None = None

    def status(self, user_id: int) -> str:
        """Return the user's standing; who was never there has left."""
        return self.statuses.get(user_id, "left")

    def chat_json(self) -> JsonObject:
        """Return the wire form."""
        return {"id": self.id, "type": self.type, "title": self.title}


def member_json(person: Person, status: str) -> JsonObject:
    """Return the wire form of a standing in a chat."""
    member: JsonObject = {"status": status, "user": person.to_json()}
    if status == "administrator":
        member |= dict.fromkeys(_ADMINISTRATOR_RIGHTS, True)
    if status in ("administrator", "creator"):
        member["is_anonymous"] = False
    if status == "kicked":
        member["until_date"] = 0
    return member
