"""The bot as a whole: python-telegram-bot's application, fed by the inbox, from the first getMe to a clean end."""

import asyncio
import contextlib
import logging
import os
import ssl
from functools import cache
from typing import Any

import httpx
from sqlalchemy.exc import SQLAlchemyError
from telegram import Bot, BotCommand, Update
from telegram.error import InvalidToken, TelegramError
from telegram.ext import Application, ApplicationBuilder
from telegram.request import HTTPXRequest

from bot.adding import Adding
from bot.additions_handlers import AdditionsHandlers
from bot.administration import Administration
from bot.alarms import Alarms
from bot.answering import Answering
from bot.delivery import FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, pause_seconds, watch_departure
from bot.handlers import Handlers
from bot.inbox import Inbox
from bot.journal import Journal, JsonObject
from bot.polling import poll
from bot.reindexing import Reindexing
from bot.settings import BotSettings, require_token
from bot.source_report import SourceReport
from bot.withdrawing import Withdrawing
from index.errors import SettingError

CONNECTIONS = 16  # more make httpx slower
REQUEST_SECONDS = 20.0
POOL_SECONDS = 300.0  # waiting for a free connection loses nothing
GRACE_SECONDS = 5.0
EDIT_EVERY_SECONDS = 3.0  # a bot that edits more often is throttled
FORGET_EVERY_SECONDS = 24 * 3600
COMMANDS = (
    BotCommand("help", "che cosa so fare"),
    BotCommand("ultime", "le ultime notizie"),
    BotCommand("perche", "come ho trovato l’ultima risposta"),
    BotCommand("sources", "gli articoli che leggo"),
    BotCommand("id", "il tuo numero e quello della chat"),
)

_log = logging.getLogger(__name__)


class TelegramBot:
    """The running bot. What it is given is closed by whoever made it."""

    def __init__(
        self,
        settings: BotSettings,
        answering: Answering,
        journal: Journal,
        reindexing: Reindexing,
        withdrawing: Withdrawing,
        *,
        adding: Adding,
        source_report: SourceReport,
        edit_every_seconds: float = EDIT_EVERY_SECONDS,
        forget_every_seconds: float = FORGET_EVERY_SECONDS,
    ) -> None:
        """SettingError if there is no token."""
        self._settings = settings
        self._journal = journal
        self._answering = answering
        self._forget_every_seconds = forget_every_seconds
        self._application = _build(settings)
        self._administration = Administration(
            settings.admin_ids,
            journal,
            reindexing,
            withdrawing,
            alarms=Alarms(self._application.bot, settings.admin_ids),
            source_report=source_report,
            edit_every_seconds=edit_every_seconds,
        )
        additions = AdditionsHandlers(settings.admin_ids, journal, adding, self._administration)
        Handlers(settings, answering, journal, self._administration, additions).add_to(self._application)
        self._inbox = Inbox(journal, self._answer)

    async def run(self, stop: asyncio.Event, *, indexes_at_start: bool = True, grace_seconds: float = GRACE_SECONDS) -> None:
        """Answer until `stop` is set, then let what is being answered end; SettingError if Telegram does not know the token."""
        try:
            await _connect(self._application, stop)
            if not stop.is_set():
                await self._answering.open()
            if stop.is_set():
                return
            resumed = await self._inbox.resume()
            _log.info("started as @%s resumed=%d", self._application.bot.username, resumed)
            await self._work(stop, indexes_at_start=indexes_at_start)
        except InvalidToken:
            raise SettingError("Telegram rejects TELEGRAM_TOKEN: copy it again from @BotFather (/mybots, API Token) into .env") from None
        finally:
            await self._inbox.close(grace_seconds=grace_seconds)
            await self._administration.close(grace_seconds=grace_seconds)
            await self._application.shutdown()
            await self._application.bot.shutdown()

    async def _work(self, stop: asyncio.Event, *, indexes_at_start: bool) -> None:
        """Poll until told to stop, or until polling ends by itself, which only an error can make it do."""
        polling = asyncio.create_task(poll(self._application.bot, self._inbox.receive))
        chores = (self._forget_daily(), self._index_regularly(indexes_at_start=indexes_at_start))
        others = [asyncio.create_task(stop.wait()), *map(asyncio.create_task, chores)]
        try:
            await asyncio.wait([polling, others[0]], return_when=asyncio.FIRST_COMPLETED)
            if polling.done():
                polling.result()
        finally:
            for task in (polling, *others):
                task.cancel()
            await asyncio.gather(polling, *others, return_exceptions=True)

    async def _answer(self, stored: JsonObject) -> None:
        """Hand an update to the handlers. Others than those asked for may still come from the time before the bot asked."""
        update = Update.de_json(stored, self._application.bot)
        if update.message or update.callback_query:
            await self._application.process_update(update)

    async def _index_regularly(self, *, indexes_at_start: bool) -> None:
        if indexes_at_start:
            self._administration.index_unasked()
        while self._settings.reindex_minutes:
            await asyncio.sleep(60 * self._settings.reindex_minutes)
            self._administration.index_unasked()

    async def _forget_daily(self) -> None:
        while self._settings.retention_days:
            try:
                rows = await asyncio.to_thread(self._journal.forget, older_than_days=self._settings.retention_days)
                _log.info("forgotten rows=%d", rows)
            except SQLAlchemyError as error:
                _log.error("what is old could not be forgotten, next try later: %s", type(error).__name__)
            await asyncio.sleep(self._forget_every_seconds)


def _build(settings: BotSettings) -> Application[Any, Any, Any, Any, Any, Any]:
    """Return the application. It neither polls nor queues: `bot/polling` and `bot/inbox` do, because they store first."""
    os.environ.setdefault("PTB_TIMEDELTA", "true")  # durations as the library's next major version has them; else every 429 warns
    return (
        ApplicationBuilder()
        .token(require_token(settings).value)
        .base_url(f"{settings.api_url}/bot")
        .base_file_url(f"{settings.api_url}/file/bot")
        .request(_connections(CONNECTIONS))
        .get_updates_request(_connections(1))
        .updater(None)
        .job_queue(None)
        .build()
    )


def _connections(number: int) -> HTTPXRequest:
    return HTTPXRequest(
        connection_pool_size=number,
        pool_timeout=POOL_SECONDS,
        connect_timeout=REQUEST_SECONDS,
        read_timeout=REQUEST_SECONDS,
        write_timeout=REQUEST_SECONDS,
        httpx_kwargs={"verify": _trusted_certificates(), "event_hooks": {"request": [watch_departure]}},
    )


@cache
def _trusted_certificates() -> ssl.SSLContext:
    """Return what httpx trusts; reading it takes a twentieth of a second."""
    return httpx.create_ssl_context()


async def _connect(application: Application[Any, Any, Any, Any, Any, Any], stop: asyncio.Event) -> None:
    """Say hello to Telegram, again and again while there is no network; InvalidToken if it does not know us."""
    pause = FIRST_PAUSE_SECONDS
    while not stop.is_set():
        try:
            await application.initialize()
            await application.bot.delete_webhook()  # one that is still set would forbid polling
            await _offer_commands(application.bot)
            return
        except InvalidToken:
            raise
        except TelegramError as error:
            wait = pause_seconds(error, default=pause)
            _log.warning("Telegram cannot be reached, next try in %.1f s: %s", wait, type(error.__cause__ or error).__name__)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), wait)
        pause = min(2 * pause, LONGEST_PAUSE_SECONDS)


async def _offer_commands(bot: Bot) -> None:
    try:
        await bot.set_my_commands(COMMANDS)
    except TelegramError as error:
        _log.warning("the menu of commands could not be set: %s", type(error).__name__)
