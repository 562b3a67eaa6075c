"""Callback and inline queries: opened by a user, answered once or more within their short life."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .refusals import JsonObject, bad_request

CALLBACK_LIFETIME_SECONDS = 15.0
INLINE_LIFETIME_SECONDS = 10.0
FIRST_QUERY_ID = 700_000_000_000_000_001


@dataclass(frozen=True, slots=True)
class QueryAnswer:
    """What the bot answered: the toast of a button, or the results of an inline query."""

    query_id: str
    at: float
    content: JsonObject

    @property
    def text(self) -> str:
        """The toast, empty where the answer only stops the spinner."""
        return str(self.content.get("text", ""))

    @property
    def shows_alert(self) -> bool:
        """Whether the toast is a window to close."""
        return bool(self.content.get("show_alert", False))

    @property
    def results(self) -> list[JsonObject]:
        """The inline results, in order."""
        return list(self.content.get("results", []))


@dataclass(slots=True)
class QueryDesk:
    """The open queries and all answers."""

    now: Callable[[], float]
    lifetimes: dict[str, float]
    answers: list[QueryAnswer] = field(default_factory=list)
    _opened: dict[str, tuple[str, float]] = field(default_factory=dict)  # id → kind, at

    def open(self, kind: str) -> str:
        """Return the id of a new query."""
        query_id = str(FIRST_QUERY_ID + len(self._opened))
        self._opened[query_id] = (kind, self.now())
        return query_id

    def answer(self, kind: str, query_id: str, content: dict[str, Any]) -> None:
        """Record an answer; refused for an unknown or expired query."""
        opened_as, opened_at = self._opened.get(query_id, ("", 0.0))
        if opened_as != kind or self.now() - opened_at > self.lifetimes[kind]:
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        self.answers.append(QueryAnswer(query_id, self.now(), content))

    def answer_to(self, query_id: str) -> QueryAnswer | None:
        """Return the first answer to a query."""
        return next((answer for answer in self.answers if answer.query_id == query_id), None)
