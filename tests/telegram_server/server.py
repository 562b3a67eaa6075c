"""The handles by which a test drives the local Telegram and reads what the bot did."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from .chats import ChatReference, GroupChat, Person, chat_id_of
from .gateway import HOST, Gateway
from .messages import Message
from .people import Group, User
from .queries import CALLBACK_LIFETIME_SECONDS, INLINE_LIFETIME_SECONDS, QueryAnswer, QueryDesk
from .rates import RateLimiter, RateLimits
from .request_log import Request
from .state import World
from .updates import Polling, Update
from .webhook import Webhook

TOKEN = "123456789:test-token-of-the-local-server"
WAIT_SECONDS = 5.0


class TelegramServer:
    """One bot's Telegram, for the length of an `async with`."""

    def __init__(
        self,
        token: str = TOKEN,
        *,
        username: str = "edicola_bot",
        has_privacy_mode: bool = True,
        supports_inline_queries: bool = True,
        rates: RateLimits = RateLimits(),  # noqa: B008 - a frozen value
        callback_lifetime_seconds: float = CALLBACK_LIFETIME_SECONDS,
        inline_lifetime_seconds: float = INLINE_LIFETIME_SECONDS,
        webhook_retry_seconds: float = 0.05,
        now: Callable[[], float] = time.time,
    ) -> None:
        bot_id = token.partition(":")[0]
        bot = Person(int(bot_id) if bot_id.isdigit() else 1, "Edicola", username, is_bot=True)
        lifetimes = {"callback_query": callback_lifetime_seconds, "inline_query": inline_lifetime_seconds}
        self.token = token
        self.world = World(bot, now, RateLimiter(rates, now), QueryDesk(now, lifetimes), has_privacy_mode, supports_inline_queries)
        webhook = Webhook(self.world.queue, now, webhook_retry_seconds)
        self._gateway = Gateway(token, self.world, webhook, Polling(self.world.queue))
        self._log, self._faults = self._gateway.log, self._gateway.faults

    async def __aenter__(self) -> Self:
        await self._gateway.start()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._gateway.close()

    @property
    def url(self) -> str:
        """The address of the server, without a path."""
        return f"http://{HOST}:{self._gateway.port}"

    @property
    def base_url(self) -> str:
        """What `ApplicationBuilder.base_url` takes."""
        return f"{self.url}/bot"

    @property
    def base_file_url(self) -> str:
        """What `ApplicationBuilder.base_file_url` takes."""
        return f"{self.url}/file/bot"

    # People and groups

    def user(
        self,
        user_id: int = 1001,
        first_name: str = "Anna",
        language_code: str | None = "it",
        *,
        username: str | None = None,
        has_started: bool = False,
    ) -> User:
        """Return a person; until the first private message (or with `has_started`) the bot can't write to them."""
        person = Person(user_id, first_name, username, language_code, has_started=has_started)
        self.world.people[user_id] = person
        return User(self.world, person)

    def group(
        self, title: str = "Redazione", chat_id: int = -1001000000001, *, members: Sequence[User] = (), bot_status: str = "member"
    ) -> Group:
        """Return a group that the bot is in; its id tells a supergroup (-100…) from a basic group."""
        kind = "supergroup" if str(chat_id).startswith("-100") else "group"
        statuses = {self.world.bot.id: bot_status} | {member.id: "member" for member in members}
        self.world.groups[chat_id] = GroupChat(chat_id, title, kind, statuses)
        return Group(self.world, self.world.groups[chat_id])

    # What the bot did

    @property
    def requests(self) -> list[Request]:
        """Every request, in order."""
        return list(self._log.requests)

    @property
    def errors(self) -> list[Request]:
        """Every request that broke a rule; injected faults are not among them."""
        return [request for request in self._log.requests if request.is_refused]

    @property
    def pending_updates(self) -> list[Update]:
        """The updates that the bot has not confirmed."""
        return list(self.world.queue.pending)

    @property
    def is_polled(self) -> bool:
        """Whether a bot waits in a long poll at this moment."""
        return self._gateway.polling.is_waiting

    def calls(self, method: str) -> list[Request]:
        """Return the requests of one method."""
        return [request for request in self._log.requests if request.method == method]

    def messages(self, chat: ChatReference) -> list[Message]:
        """Return what the bot shows in a chat now, oldest first."""
        return [message for message in self.world.messages.values() if self._is_own(message, chat)]

    def deleted_messages(self, chat: ChatReference) -> list[Message]:
        """Return what the bot showed in a chat and was taken away."""
        return [message for message in self.world.deleted if self._is_own(message, chat)]

    def message(self, chat: ChatReference, message_id: int) -> Message:
        """Return one message as it stands now."""
        return self.world.messages[chat_id_of(chat), message_id]

    def answer_to(self, query: Update) -> QueryAnswer | None:
        """Return the bot's answer to a pressed button or an inline query."""
        return self.world.queries.answer_to(query.query_id)

    async def wait_for_message(
        self,
        chat: ChatReference,
        predicate: Callable[[Message], bool] | None = None,
        timeout: float = WAIT_SECONDS,
        *,
        after: Update | Message | None = None,
    ) -> Message:
        """Return the bot's first message that fits, present or coming; `after` passes over the older ones."""
        since = after.message_id if after else 0

        def find() -> Message | None:
            newer = (message for message in self.messages(chat) if message.message_id > since)
            return next((message for message in newer if predicate is None or predicate(message)), None)

        return await self._log.wait_for(find, timeout, lambda: self._state(chat))

    async def wait_for_answer(self, query: Update, timeout: float = WAIT_SECONDS) -> QueryAnswer:
        """Return the answer to a pressed button or an inline query."""
        return await self._log.wait_for(lambda: self.answer_to(query), timeout, lambda: self._state(query.chat_id))

    async def wait_for_request(self, method: str, *, count: int = 1, timeout: float = WAIT_SECONDS) -> Request:
        """Return the `count`th request of a method, granted or not."""

        def find() -> Request | None:
            calls = self.calls(method)
            return calls[count - 1] if len(calls) >= count else None

        return await self._log.wait_for(find, timeout, lambda: f"{len(self.calls(method))} requests of {method}")

    async def wait_until_pending(self, count: int = 0, timeout: float = WAIT_SECONDS) -> None:
        """Return when exactly so many updates wait for the bot's confirmation; by default none."""
        try:
            async with asyncio.timeout(timeout):
                while len(self.pending_updates) != count:
                    await self.world.queue.next_change().wait()
        except TimeoutError:
            raise TimeoutError(f"{len(self.pending_updates)} updates pending after {timeout} s, not {count}") from None

    # Faults

    def fail_next(
        self, method: str, status: int = 500, times: int = 1, *, retry_after: int | None = None, description: str | None = None
    ) -> None:
        """Refuse the next requests of a method, unprocessed."""
        self._faults.fail(method, status, times, retry_after, description)

    def delay(self, method: str, seconds: float) -> None:
        """Process as always but answer late, until another delay is set."""
        self._faults.delay(method, seconds)

    def drop_connection_next(self, method: str, times: int = 1, *, after_processing: bool) -> None:
        """Close the connection of the next requests without an answer, before or after carrying them out."""
        self._faults.drop(method, times, after_processing=after_processing)

    async def stop_listening(self) -> None:
        """Refuse connections and cut the open ones, as a network that is gone."""
        await self._gateway.stop()

    async def start_listening(self) -> None:
        """Accept connections again, on the same port."""
        await self._gateway.start()

    def route_webhook(self, public_url: str, local_url: str) -> None:
        """Deliver what goes to a public address to a loopback one, as a reverse proxy does."""
        self._gateway.webhook.routes[public_url] = local_url

    def _is_own(self, message: Message, chat: ChatReference) -> bool:
        return message.sender_id == self.world.bot.id and message.chat_id == chat_id_of(chat)

    def _state(self, chat: ChatReference) -> str:
        shown = [message.text for message in self.messages(chat)]
        return f"the bot shows {shown}; refused: {[str(request) for request in self.errors]}; pending: {len(self.pending_updates)}"
