"""What only administrators may ask for: the articles read again, one taken away, one brought back."""

import asyncio
import logging
import time
from collections.abc import Collection, Coroutine
from contextlib import aclosing
from functools import partial
from typing import Any

from telegram import Message, Update
from telegram.ext import CommandHandler, ContextTypes, filters

from bot import replies
from bot.addressing import command_text, replied_to
from bot.alarms import Alarms
from bot.delivery import deliver
from bot.journal import Journal
from bot.markup import Block, Reply, to_html
from bot.reindexing import Failure, Reindexing
from bot.source_report import SourceReport
from bot.telling import Teller, form, message_of, quietly
from bot.withdrawing import Articles, UnknownArticle, Withdrawing
from index.errors import EdicolaError, NoSnapshot, SnapshotError
from index.indexer import Progress, Report
from index.sources.history import Stale

COMMANDS = ("reindex", "ritira", "ripristina")
ONLY_DUE = "--due"  # of `edicola index`
TURN_SECONDS = 0.5  # between two looks at whether an indexing has ended

_log = logging.getLogger(__name__)
Context = ContextTypes.DEFAULT_TYPE


class Administration:
    """The handlers for administrators and what they work with."""

    def __init__(
        self,
        admin_ids: Collection[int],
        journal: Journal,
        reindexing: Reindexing,
        withdrawing: Withdrawing,
        *,
        alarms: Alarms,
        source_report: SourceReport,
        edit_every_seconds: float,
    ) -> None:
        self._admin_ids = admin_ids
        self._journal = journal
        self._teller = Teller(journal)
        self._reindexing = reindexing
        self._withdrawing = withdrawing
        self._alarms = alarms
        self._source_report = source_report
        self._edit_every_seconds = edit_every_seconds
        self._background: set[asyncio.Task[object]] = set()
        self._is_closing = False

    def handlers(self) -> list[CommandHandler[Context, Any]]:
        """Return what handles the commands; the first that fits gets the update, and everybody else's is refused."""
        return [
            CommandHandler(COMMANDS, self.refuse, filters=~filters.User(self._admin_ids)),
            CommandHandler("reindex", self.reindex),
            CommandHandler("ritira", self.withdraw),
            CommandHandler("ripristina", self.restore),
        ]

    async def close(self, *, grace_seconds: float) -> None:
        """End what runs in the background; an indexing under way has some time to say that it was stopped."""
        self._is_closing = True
        await self._reindexing.stop()
        if self._background:
            await asyncio.wait(self._background, timeout=grace_seconds)
        for task in self._background:
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)

    async def refuse(self, update: Update, _context: Context) -> None:
        """Tell everybody else that this is not for them."""
        await self._teller.respond(update, replies.ADMINS_ONLY)

    # Sources

    async def source_blocks(self, update: Update) -> tuple[Block, ...]:
        """Return how the sources stand, for an administrator in private; nothing for everybody else."""
        user = update.effective_user
        if user is None or user.id not in self._admin_ids or message_of(update).chat_id != user.id:
            return ()
        try:
            return replies.quality_blocks(await asyncio.to_thread(self._source_report.read))
        except EdicolaError as error:
            _log.error("update=%d: the sources could not be counted: %s", update.update_id, error)
            return ()

    # Articles taken away

    async def withdraw(self, update: Update, _context: Context) -> None:
        """Take an article away: the one that the command names, or the first one that the card cites to which it replies."""
        await self._teller.respond(update, await self._change(update, withdraws=True))

    async def restore(self, update: Update, _context: Context) -> None:
        """Bring an article back, named in the same ways."""
        await self._teller.respond(update, await self._change(update, withdraws=False))

    async def _change(self, update: Update, *, withdraws: bool) -> Reply:
        message = message_of(update)
        text, cited = command_text(message), await self._cited(message)
        if not text and not cited:
            return replies.WHICH_ARTICLE
        try:
            articles, reason = await asyncio.to_thread(self._withdrawing.find_in, text, otherwise=cited)
            change = partial(self._withdrawing.withdraw, articles, reason) if withdraws else partial(self._withdrawing.restore, articles)
            await asyncio.to_thread(change)
        except UnknownArticle:
            return replies.UNKNOWN_ARTICLE
        except NoSnapshot:
            return replies.NO_SOURCES
        except SnapshotError as error:
            _log.error("update=%d: no article could be changed: %s", update.update_id, error)
            return replies.ARCHIVE_UNREADABLE
        _log_change(update, articles, withdraws=withdraws)
        return replies.withdrawn_reply(articles) if withdraws else replies.restored_reply(articles)

    async def _cited(self, message: Message) -> str:
        """Return the id of the first article that the card cites to which a message replies, empty if there is none."""
        card = replied_to(message)
        turn = await asyncio.to_thread(self._journal.turn, message.chat_id, card) if card is not None else None
        return turn.article_id if turn else ""

    # Indexing

    async def reindex(self, update: Update, _context: Context) -> None:
        """Have the articles read again, in the background."""
        if not self._reindexing.claim():
            await self._teller.respond(update, replies.REINDEX_RUNNING)
            return
        message = None
        try:
            message = await self._teller.respond(update, replies.REINDEX_STARTED)
        finally:  # what is claimed must run, whether its message arrived or not
            self.in_background(self._show_indexing(message))

    def index_unasked(self) -> None:
        """Bring the index in step with the articles, in the background and without a message; nothing happens if that is under way."""
        if self._reindexing.claim():
            self.in_background(self._show_indexing(None, ONLY_DUE))

    async def index_in_turn(self) -> Report | Failure:
        """Bring the index in step without a message, after whatever indexing is under way, and return how that ended."""
        while not self._is_closing:
            if self._reindexing.claim():
                return await self._show_indexing(None, ONLY_DUE)
            await asyncio.sleep(TURN_SECONDS)
        return Failure("Stopped", "the bot is being stopped")

    async def _show_indexing(self, message: Message | None, *arguments: str) -> Report | Failure:
        """Run the indexing that was claimed and return how it ended; show it in one message, edited now and then, and in the log."""
        ended: Report | Failure = Failure("NoReport", "the indexing ended without a report")
        next_edit, displayed = time.monotonic() + self._edit_every_seconds, ""
        stale: list[Stale] = []
        async with aclosing(self._reindexing.events(*arguments)) as events:
            async for event in events:
                if isinstance(event, Stale):
                    stale.append(event)
                    continue
                reply = _event_reply(event)
                text = to_html(reply)
                if not isinstance(event, Progress):
                    _log_indexing(ended := event)
                    if isinstance(event, Report):
                        await self._alarms.tell(stale)
                    if message:
                        await deliver(partial(message.edit_text, text, **form(reply)))
                elif message and text != displayed and time.monotonic() >= next_edit:
                    pause = await quietly(message.edit_text(text, **form(reply)))
                    next_edit, displayed = time.monotonic() + max(self._edit_every_seconds, pause), text
        return ended

    def in_background(self, work: Coroutine[Any, Any, object]) -> None:
        """Let work go on after its update was handled; it ends with the bot."""
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[object]) -> None:
        self._background.discard(task)
        if not task.cancelled() and (error := task.exception()):
            _log.error("work in the background failed", exc_info=error)


def _event_reply(event: Progress | Report | Failure) -> Reply:
    match event:
        case Progress():
            return replies.progress_reply(event)
        case Report():
            return replies.report_reply(event)
        case Failure():
            return replies.REINDEX_RUNNING if event.error == "IndexingBusy" else replies.reindex_failed_reply(event.message)


def _log_indexing(event: Report | Failure) -> None:
    if isinstance(event, Failure):
        _log.error("indexing failed error=%s %s", event.error, event.message)
    elif isinstance(event, Report):
        names = ("added", "changed", "removed", "unchanged", "passages", "snapshot")
        counts = " ".join(f"{name}={getattr(event, name)}" for name in names)
        _log.info("indexed %s skipped=%d seconds=%.1f", counts, len(event.skipped), event.seconds)


def _log_change(update: Update, articles: Articles, *, withdraws: bool) -> None:
    user = update.effective_user
    verb = "withdrawn" if withdraws else "restored"
    _log.info("%s articles=%s user=%d", verb, ",".join(article.id for article in articles), user.id if user else 0)
