"""What the bot asked and what it got."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from .parameters import Parameters

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """One request; `at` in seconds of the server's clock, `description` empty where it was granted."""

    method: str
    parameters: Parameters
    at: float
    status: int
    description: str = ""
    is_injected: bool = False

    @property
    def is_refused(self) -> bool:
        """Whether the server refused it by its own rules, not on a test's order."""
        return self.status >= 400 and not self.is_injected

    def __str__(self) -> str:
        values = {name: value for name, value in self.parameters.values.items() if name != "url"}
        return f"{self.method} → {self.status} {self.description} {values}"


@dataclass(slots=True)
class RequestLog:
    """All requests in order of their end; wakes whoever waits for something to happen."""

    requests: list[Request] = field(default_factory=list)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, request: Request) -> None:
        """Append a request."""
        self.requests.append(request)
        self.wake()

    def wake(self) -> None:
        """Let the waiting ones look again."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def wait_for(self, find: Callable[[], Found | None], timeout: float, describe: Callable[[], Any]) -> Found:
        """Return what `find` finds, now or after a later request.

        Raises:
            TimeoutError: with what `describe` tells of the state.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout
        while (found := find()) is None:
            try:
                await asyncio.wait_for(self._changed.wait(), deadline - loop.time())
            except TimeoutError:
                raise TimeoutError(f"nothing within {timeout} s; {describe()}") from None
        return found
