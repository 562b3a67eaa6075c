"""What waits for the bot: the queue of updates, kept until they are confirmed, and long polling on it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from .parameters import Parameters
from .refusals import JsonObject, conflict

FIRST_UPDATE_ID = 100_000_001
LIMIT = 100
TIMEOUT_SECONDS = 50
DISCONNECTION_GRACE_SECONDS = 0.05
_UNASKED_KINDS = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass(frozen=True, slots=True, eq=False)
class Update:
    """One event; without an `update_id` the bot never learns of it (privacy mode, or a kind it did not ask for)."""

    update_id: int | None
    kind: str
    content: JsonObject
    chat_id: int

    @property
    def is_visible(self) -> bool:
        """Whether the bot receives it."""
        return self.update_id is not None

    @property
    def message_id(self) -> int:
        """The message that it brings, or whose button was pressed."""
        message = self.content.get("message", self.content)
        return int(message["message_id"])

    @property
    def query_id(self) -> str:
        """The query to answer."""
        return str(self.content["id"])

    def to_json(self) -> JsonObject:
        """Return the wire form."""
        return {"update_id": self.update_id, self.kind: self.content}


@dataclass(slots=True)
class UpdateQueue:
    """Unconfirmed updates, oldest first; wakes whoever waits for more."""

    allowed: tuple[str, ...] = ()
    pending: list[Update] = field(default_factory=list)
    _next_id: int = FIRST_UPDATE_ID
    _added: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, kind: str, content: JsonObject, chat_id: int, *, is_visible: bool = True) -> Update:
        """Append an event where the bot sees it and asked for its kind."""
        if not is_visible or not self._is_asked(kind):
            return Update(None, kind, content, chat_id)
        update = Update(self._next_id, kind, content, chat_id)
        self._next_id += 1
        self.pending.append(update)
        self.wake()
        return update

    def confirm(self, offset: int) -> None:
        """Forget what comes before `offset`; a negative one keeps that many of the latest."""
        if offset < 0:
            self.pending = self.pending[offset:]
        elif offset > 0:
            self.pending = [update for update in self.pending if update.update_id is None or update.update_id >= offset]
        self.wake()

    def remove(self, update: Update) -> None:
        """Forget one delivered update."""
        self.pending = [other for other in self.pending if other is not update]
        self.wake()

    def wake(self) -> None:
        """Let the waiting ones look again."""
        self._added.set()
        self._added = asyncio.Event()

    def next_change(self) -> asyncio.Event:
        """Return the event that the next change sets."""
        return self._added

    def ask_for(self, parameters: Parameters) -> None:
        """Take over `allowed_updates`; an absent one changes nothing, an empty one restores the default."""
        kinds = parameters.decoded("allowed_updates", list, label="allowed updates")
        if kinds is not None:
            self.allowed = tuple(kinds)

    def _is_asked(self, kind: str) -> bool:
        return kind in self.allowed if self.allowed else kind not in _UNASKED_KINDS


@dataclass(slots=True, eq=False)
class _Poll:
    is_connected: Callable[[], bool]
    is_terminated: asyncio.Event = field(default_factory=asyncio.Event)
    ended_by: str = ""


@dataclass(slots=True)
class Polling:
    """`getUpdates`: one poll at a time, the newer ends the older with 409 Conflict."""

    queue: UpdateQueue
    _waiting: _Poll | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether a bot polls at this moment."""
        return self._waiting is not None and self._waiting.is_connected()

    async def get_updates(self, parameters: Parameters, is_connected: Callable[[], bool]) -> list[JsonObject]:
        """Confirm up to the offset, then return what is pending, waiting for it at most `timeout` seconds."""
        await self._end_older()
        self.queue.ask_for(parameters)
        self.queue.confirm(parameters.integer("offset"))
        timeout = min(max(parameters.integer("timeout"), 0), TIMEOUT_SECONDS)
        if not self.queue.pending and timeout:
            await self._wait(_Poll(is_connected), timeout)
        limit = min(max(parameters.integer("limit", LIMIT), 1), LIMIT)
        return [update.to_json() for update in self.queue.pending[:limit]]

    def terminate(self, by: str) -> None:
        """End the waiting poll, with 409 where its bot still listens."""
        if self._waiting is not None:
            self._waiting.ended_by = f"terminated by {by}" if self._waiting.is_connected() else ""
            self._waiting.is_terminated.set()
            self._waiting = None

    async def _end_older(self) -> None:
        deadline = asyncio.get_running_loop().time() + DISCONNECTION_GRACE_SECONDS
        while self._waiting is not None and self._waiting.is_connected() and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(DISCONNECTION_GRACE_SECONDS / 10)
        self.terminate("other getUpdates request; make sure that only one bot instance is running")

    async def _wait(self, poll: _Poll, timeout: float) -> None:
        self._waiting = poll
        added = self.queue.next_change()
        waits = [asyncio.ensure_future(added.wait()), asyncio.ensure_future(poll.is_terminated.wait())]
        try:
            await asyncio.wait(waits, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            if self._waiting is poll:
                self._waiting = None
        if poll.ended_by:
            raise conflict(poll.ended_by)
