"""Delivery of updates to the bot's own address: in order within a chat, repeated until the bot answers 2xx."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from .parameters import Parameters
from .refusals import JsonObject, bad_request
from .updates import Update, UpdateQueue

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
PORTS = (80, 88, 443, 8443)
LONGEST_PAUSE_SECONDS = 5.0
ANSWER_TIMEOUT_SECONDS = 10.0
_SECRET = re.compile(r"[A-Za-z0-9_-]{0,256}")


@dataclass(slots=True)
class Webhook:
    """The address that was set; empty means polling. `routes` lead public addresses to loopback ones, as a reverse proxy does."""

    queue: UpdateQueue
    now: Callable[[], float]
    retry_seconds: float
    routes: dict[str, str] = field(default_factory=dict)
    url: str = ""
    secret: str = ""
    max_connections: int = 40
    last_error: tuple[float, str] | None = None
    _busy: set[int] = field(default_factory=set)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def set(self, parameters: Parameters) -> bool:
        """Start delivering to the `url` of the parameters; an empty one deletes the webhook."""
        if not parameters.has("url"):
            return await self.delete(parameters)
        _check(parameters)
        await self.stop()
        self._drop_pending(parameters)
        self.queue.ask_for(parameters)
        self.url, self.secret = parameters.text("url"), parameters.text("secret_token")
        self.max_connections, self.last_error = parameters.integer("max_connections", 40), None
        self._spawn(self._dispatch())
        return True

    async def delete(self, parameters: Parameters) -> bool:
        """Stop delivering; what is pending waits for polling."""
        await self.stop()
        self._drop_pending(parameters)
        self.url = ""
        return True

    async def stop(self) -> None:
        """Cancel the deliveries under way."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._busy.clear()

    def info(self) -> JsonObject:
        """Return `getWebhookInfo`."""
        info: JsonObject = {"url": self.url, "has_custom_certificate": False, "pending_update_count": len(self.queue.pending)}
        if self.url:
            info["max_connections"] = self.max_connections
        if self.last_error is not None:
            info |= {"last_error_date": int(self.last_error[0]), "last_error_message": self.last_error[1]}
        if self.queue.allowed:
            info["allowed_updates"] = list(self.queue.allowed)
        return info

    def _drop_pending(self, parameters: Parameters) -> None:
        if parameters.flag("drop_pending_updates"):
            self.queue.pending = []

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _dispatch(self) -> None:
        timeout = aiohttp.ClientTimeout(total=ANSWER_TIMEOUT_SECONDS)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            while True:
                for update in list(self.queue.pending):
                    if update.chat_id not in self._busy and len(self._busy) < self.max_connections:
                        self._busy.add(update.chat_id)
                        self._spawn(self._deliver(session, update))
                await self.queue.next_change().wait()

    async def _deliver(self, session: aiohttp.ClientSession, update: Update) -> None:
        pause = self.retry_seconds
        while error := await self._post(session, update):
            self.last_error = (self.now(), error)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
        self._busy.discard(update.chat_id)
        self.queue.remove(update)

    async def _post(self, session: aiohttp.ClientSession, update: Update) -> str:
        url = _routed(self.url, self.routes)
        if not is_loopback(url):
            return "Failed to resolve host: Name or service not known"
        headers = {SECRET_HEADER: self.secret} if self.secret else {}
        try:
            async with session.post(url, json=update.to_json(), headers=headers) as response:
                reason = f"Wrong response from the webhook: {response.status} {response.reason}"
                return "" if 200 <= response.status < 300 else reason
        except TimeoutError:
            return "Read timeout expired"
        except aiohttp.ClientError:
            return "Connection refused"


def is_loopback(url: str) -> bool:
    """Tell whether an address is of this machine; nothing is ever sent to another."""
    return urlsplit(url).hostname in ("127.0.0.1", "::1", "localhost")


def _routed(url: str, routes: Mapping[str, str]) -> str:
    for public, local in routes.items():
        if url.startswith(public):
            return local + url.removeprefix(public)
    return url


def _check(parameters: Parameters) -> None:
    url = parameters.text("url")
    parts = urlsplit(url)
    if not parts.hostname:
        raise bad_request("invalid webhook URL specified")
    if not is_loopback(url):
        if parts.scheme != "https":
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        if (parts.port or 443) not in PORTS:
            raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    if len(parameters.text("secret_token")) > 256:
        raise bad_request("secret token is too long")
    if not _SECRET.fullmatch(parameters.text("secret_token")):
        raise bad_request("secret token contains unallowed characters")
