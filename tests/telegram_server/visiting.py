"""Methods that ask about a chat, show an action in it, or leave it."""

from __future__ import annotations

from .chats import PRESENT, Person, member_json
from .parameters import Parameters
from .refusals import JsonObject, bad_request
from .state import World

_SUBJECTS = ("photo", "video", "voice", "document", "video_note")
_ACTIONS = frozenset(
    {"typing", "choose_sticker", "find_location", "record_video", "record_voice", "record_video_note"}
    | {f"upload_{subject}" for subject in _SUBJECTS}
)
_GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")


def get_me(world: World, _: Parameters) -> JsonObject:
    """`getMe`."""
    return {
        **world.bot.to_json(),
        "can_join_groups": True,
        "can_read_all_group_messages": not world.has_privacy_mode,
        "supports_inline_queries": world.supports_inline_queries,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def send_chat_action(world: World, parameters: Parameters) -> bool:
    """`sendChatAction`."""
    world.writable_chat(parameters)
    if parameters.text("action") not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    return True


def get_chat(world: World, parameters: Parameters) -> JsonObject:
    """`getChat`."""
    chat = world.asked_chat(parameters)
    details = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": dict.fromkeys(_GIFTS, False)}
    return {**chat.chat_json(), **details}


def get_chat_member(world: World, parameters: Parameters) -> JsonObject:
    """`getChatMember`; in a private chat both sides are members."""
    chat, user_id = world.asked_chat(parameters), parameters.integer("user_id")
    person = world.bot if user_id == world.bot.id else world.people.get(user_id)
    if person is None:
        raise bad_request("user not found" if parameters.has("user_id") else "invalid user_id specified")
    if isinstance(chat, Person):
        return member_json(person, "member")
    world.check_membership(chat)
    return member_json(person, chat.status(user_id))


def get_chat_member_count(world: World, parameters: Parameters) -> int:
    """`getChatMemberCount`."""
    chat = world.asked_chat(parameters)
    return 2 if isinstance(chat, Person) else sum(status in PRESENT for status in chat.statuses.values())


def leave_chat(world: World, parameters: Parameters) -> bool:
    """`leaveChat`."""
    chat = world.asked_chat(parameters)
    if isinstance(chat, Person):
        raise bad_request("chat member status can't be changed in private chats")
    world.check_membership(chat)
    chat.statuses[world.bot.id] = "left"
    return True
