"""A refused request: Telegram's error code and its description, as the bot would read them.

What Telegram would let through in silence to the reader's harm (dropped formatting, a lost link) is refused too, so that a test sees the
mistake; the description then ends in "(strict: …)".
"""

from __future__ import annotations

from typing import Any

JsonObject = dict[str, Any]


class Refusal(Exception):
    """Raised inside a method; becomes the JSON error answer of the Bot API."""

    def __init__(self, code: int, description: str, *, retry_after: int | None = None, migrate_to_chat_id: int | None = None) -> None:
        super().__init__(f"{code} {description}")
        self.code = code
        self.description = description
        self.retry_after = retry_after
        self.migrate_to_chat_id = migrate_to_chat_id

    def to_json(self) -> JsonObject:
        """Return the body of the answer."""
        body: JsonObject = {"ok": False, "error_code": self.code, "description": self.description}
        if self.retry_after is not None:
            body["parameters"] = {"retry_after": self.retry_after}
        if self.migrate_to_chat_id is not None:
            body["parameters"] = {"migrate_to_chat_id": self.migrate_to_chat_id}
        return body


def bad_request(reason: str) -> Refusal:
    """Return a 400."""
    return Refusal(400, f"Bad Request: {reason}")


def strict_refusal(reason: str, what_telegram_does: str) -> Refusal:
    """Return a 400 for what Telegram would accept and spoil."""
    return Refusal(400, f"Bad Request: {reason} (strict: Telegram {what_telegram_does})")


def cannot_parse(reason: str) -> Refusal:
    """Return the 400 for broken markup."""
    return bad_request(f"can't parse entities: {reason}")


def forbidden(reason: str) -> Refusal:
    """Return a 403."""
    return Refusal(403, f"Forbidden: {reason}")


def conflict(reason: str) -> Refusal:
    """Return a 409."""
    return Refusal(409, f"Conflict: {reason}")


def too_many_requests(retry_after: int) -> Refusal:
    """Return a 429 that names the seconds to wait."""
    return Refusal(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)
