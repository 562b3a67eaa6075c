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
from bot.delivery import deliver
from bot.journal import Journal
from bot.markup import Reply, to_html
from bot.reindexing import Failure, IndexEvent, Reindexing
from bot.telling import Teller, form, message_of, quietly
from bot.withdrawing import Articles, UnknownArticle, Withdrawing
from index.errors import NoSnapshot, SnapshotError
from index.indexer import Progress, Report

COMMANDS = ("reindex", "ritira", "ripristina")

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
        edit_every_seconds: float,
    ) -> None:
        self._admin_ids = admin_ids
        self._journal = journal
        self._teller = Teller(journal)
        self._reindexing = reindexing
        self._withdrawing = withdrawing
        self._edit_every_seconds = edit_every_seconds
        self._background: set[asyncio.Task[None]] = set()

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
        await self._reindexing.stop()
        if self._background:
            await asyncio.wait(self._background, timeout=grace_seconds)
        for task in self._background:
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)

    async def refuse(self, update: Update, _context: Context) -> None:
        """Tell everybody else that this is not for them."""
        await self._teller.respond(update, replies.ADMINS_ONLY)

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
            self._in_background(self._show_indexing(message))

    def index_at_start(self) -> None:
        """Bring the index in step with the articles, in the background and without a message."""
        if self._reindexing.claim():
            self._in_background(self._show_indexing(None))

    async def _show_indexing(self, message: Message | None) -> None:
        """Run the indexing that was claimed; show its events in one message, edited now and then, and in the log."""
        next_edit, displayed = time.monotonic() + self._edit_every_seconds, ""
        async with aclosing(self._reindexing.events()) as events:
            async for event in events:
                reply = _event_reply(event)
                text = to_html(reply)
                if not isinstance(event, Progress):
                    _log_indexing(event)
                    if message:
                        await deliver(partial(message.edit_text, text, **form(reply)))
                elif message and text != displayed and time.monotonic() >= next_edit:
                    pause = await quietly(message.edit_text(text, **form(reply)))
                    next_edit, displayed = time.monotonic() + max(self._edit_every_seconds, pause), text

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._background.discard(task)
        if not task.cancelled() and (error := task.exception()):
            _log.error("work in the background failed", exc_info=error)


def _event_reply(event: IndexEvent) -> Reply:
    match event:
        case Progress():
            return replies.progress_reply(event)
        case Report():
            return replies.report_reply(event)
        case Failure():
            return replies.REINDEX_RUNNING if event.error == "IndexingBusy" else replies.reindex_failed_reply(event.message)


def _log_indexing(event: IndexEvent) -> None:
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
