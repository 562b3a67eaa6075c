"""Sending to Telegram: what may be repeated, what must not be, and what is to be given up.

Telegram knows no idempotency key. A request that was surely not carried out (refused connection, 429, an explicit error of the server)
is repeated until it is; one whose fate is unknown (the connection broke, or nothing came back in time) is never sent again; a refusal
that repeating would not change (the bot was blocked, the chat is gone) ends the matter.
"""

import asyncio
import datetime
import logging
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TypeVar

import httpx
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0

_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_REFUSALS = (BadRequest, ChatMigrated, Forbidden)

_departures: ContextVar[list[str]] = ContextVar("departures")
_log = logging.getLogger(__name__)
Sent = TypeVar("Sent")


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """The request left, and nobody knows whether it was carried out."""


class SendInterrupted(asyncio.CancelledError):
    """The program stops while a request has left and no answer has come: its fate is unknown."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Telegram will not carry it out; `reason` is Telegram's. A bad request may be our fault, and another message may pass."""

    reason: str
    is_bad_request: bool


async def deliver(send: Callable[[], Awaitable[Sent]]) -> Sent | Unconfirmed | Refused:
    """Send, and again while it is sure that nothing was sent; waits as long as it takes, until it is cancelled."""
    pause = FIRST_PAUSE_SECONDS
    departures: list[str] = []
    _departures.set(departures)
    while True:
        departures.clear()
        try:
            return await send()
        except asyncio.CancelledError as error:
            if departures:
                raise SendInterrupted from error
            raise
        except TelegramError as error:
            if isinstance(error, _REFUSALS):
                _log.warning("refused error=%s reason=%r", type(error).__name__, error.message)
                return Refused(error.message, isinstance(error, BadRequest))
            if not was_surely_not_sent(error):
                _log.warning("unconfirmed error=%s", _cause(error))
                return Unconfirmed()
            wait = pause_seconds(error, default=pause)
            _log.info("repeated in_seconds=%.1f error=%s", wait, _cause(error))
        await asyncio.sleep(wait)
        pause = min(2 * pause, LONGEST_PAUSE_SECONDS)


async def watch_departure(request: httpx.Request) -> None:
    """Let `deliver` know when the request begins to leave; to be registered as a hook of the HTTP client."""
    request.extensions["trace"] = _note_departure


async def _note_departure(event: str, _info: object) -> None:
    if event.endswith("send_request_headers.started"):
        _departures.get([]).append(event)


def was_surely_not_sent(error: TelegramError) -> bool:
    """Tell whether the failed request was surely not carried out, so that repeating it cannot double it."""
    if isinstance(error, RetryAfter | InvalidToken):
        return True
    if not isinstance(error, NetworkError):
        return False
    if error.__cause__ is None:
        return True  # an answer of Telegram that says `"ok": false`
    return isinstance(error.__cause__, _NEVER_SENT)


def pause_seconds(error: TelegramError, *, default: float) -> float:
    """Return how long Telegram asks to wait, or `default` where it asks nothing."""
    if not isinstance(error, RetryAfter):
        return default
    asked = error.retry_after
    return asked.total_seconds() if isinstance(asked, datetime.timedelta) else float(asked)


def _cause(error: TelegramError) -> str:
    return type(error.__cause__ or error).__name__
