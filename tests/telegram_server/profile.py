"""What the bot says of itself: its command menus by scope and language, its texts by language."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from .parameters import Parameters
from .refusals import JsonObject, bad_request

COMMANDS = 100
DESCRIPTION_CHARACTERS = 256
TEXT_CHARACTERS = {"name": 64, "description": 512, "short_description": 120}
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"(?:[a-z]{2})?")
_CHAT_SCOPES = ("chat", "chat_administrators", "chat_member")
_SCOPES = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators", *_CHAT_SCOPES)

Scope = tuple[str, str, str]  # type, chat_id, user_id
DEFAULT_SCOPE: Scope = ("default", "", "")


@dataclass(slots=True)
class Profile:
    """Menus and texts as last set."""

    commands: dict[tuple[Scope, str], list[JsonObject]] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)  # (kind, language) → text

    def set_commands(self, parameters: Parameters) -> bool:
        """Set the menu of one scope and language."""
        commands = parameters.decoded("commands", list, label="commands") or []
        if len(commands) > COMMANDS:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        self.commands[_scope(parameters), _language(parameters)] = [_checked_command(command) for command in commands]
        return True

    def get_commands(self, parameters: Parameters) -> list[JsonObject]:
        """Return the menu of exactly this scope and language."""
        return self.commands.get((_scope(parameters), _language(parameters)), [])

    def delete_commands(self, parameters: Parameters) -> bool:
        """Remove the menu of one scope and language."""
        self.commands.pop((_scope(parameters), _language(parameters)), None)
        return True

    def set_text(self, kind: str, parameters: Parameters) -> bool:
        """Set one of the bot's texts; an empty one removes it."""
        text = parameters.text(kind)
        if len(text) > TEXT_CHARACTERS[kind]:
            raise bad_request(f"{kind.replace('_', ' ')} is too long")
        self.texts[kind, _language(parameters)] = text
        return True

    def get_text(self, kind: str, parameters: Parameters) -> JsonObject:
        """Return one of the bot's texts, in the default language where this one has none."""
        default = self.texts.get((kind, ""), "")
        return {kind: self.texts.get((kind, _language(parameters))) or default}


def _scope(parameters: Parameters) -> Scope:
    scope = parameters.decoded("scope", dict, label="BotCommandScope")
    if scope is None:
        return DEFAULT_SCOPE
    if scope.get("type") not in _SCOPES:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    if scope["type"] in _CHAT_SCOPES and not scope.get("chat_id"):
        raise bad_request("can't parse BotCommandScope: Empty chat_id specified")
    return scope["type"], str(scope.get("chat_id", "")), str(scope.get("user_id", ""))


def _language(parameters: Parameters) -> str:
    language = parameters.text("language_code")
    if not _LANGUAGE.fullmatch(language):
        raise bad_request("invalid language code specified")
    return language


def _checked_command(command: Any) -> JsonObject:
    if not isinstance(command, dict) or not {"command", "description"} <= command.keys():
        raise bad_request("can't parse BotCommand: expected an Object with command and description")
    name, description = command["command"].removeprefix("/"), command["description"]
    if not _COMMAND.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(description.strip()) <= DESCRIPTION_CHARACTERS:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": description}
