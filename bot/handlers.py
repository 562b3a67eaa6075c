"""What the bot does with each kind of update. Words come from `bot/replies`, answers from `bot/answering`.

Whatever is said in reply to an update goes through `bot/telling`, which records what became of it.
"""

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from telegram import Update
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, ContextTypes, MessageHandler, filters

from bot import administration, replies
from bot.additions_handlers import AdditionsHandlers
from bot.addressing import Addressed, Allowed, command_text, question_text, replied_to
from bot.administration import Administration
from bot.answering import Answering, Busy
from bot.delivery import deliver
from bot.journal import Given, Journal
from bot.markup import Reply, to_html
from bot.records import given_answer, log_question
from bot.settings import BotSettings
from bot.telling import Teller, form, message_of, quietly, typing
from index.errors import SnapshotError
from retrieval.deadline import TooSlow
from retrieval.latest import news_asked_for
from retrieval.pipeline import Result

COMMANDS = ("start", "help", "sources", "ultime", "perche")  # for who is answered, in the order of their handlers

_PERCHE = re.compile(r"^/perch[éè](?!\w)", re.IGNORECASE)  # as Italian writes it, and Telegram takes for no command
_log = logging.getLogger(__name__)
Context = ContextTypes.DEFAULT_TYPE


class Handlers:
    """The handlers and what they work with."""

    def __init__(
        self, settings: BotSettings, answering: Answering, journal: Journal, administration: Administration, additions: AdditionsHandlers
    ) -> None:
        self._settings = settings
        self._answering = answering
        self._journal = journal
        self._administration = administration
        self._additions = additions
        self._teller = Teller(journal)

    def add_to(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Register everything; the first handler that fits gets the update."""
        known = self._settings.allowed_ids and self._settings.allowed_ids | self._settings.admin_ids
        self._is_allowed = is_allowed = Allowed(known)
        is_private, is_addressed = filters.ChatType.PRIVATE, Addressed()
        application.add_handlers(
            [
                CommandHandler("id", self.id),
                MessageHandler(~is_allowed & (is_private | is_addressed), self.refuse),
                CommandHandler((*COMMANDS, *administration.COMMANDS), self.refuse, filters=~is_allowed),  # in a group
                CommandHandler("start", self.start),
                CommandHandler("help", self.help),
                CommandHandler("sources", self.sources),
                CommandHandler("ultime", self.latest),
                CommandHandler("perche", self.explain),
                MessageHandler((is_private | is_addressed) & filters.Regex(_PERCHE), self.explain),
                *self._administration.handlers(),
                *self._additions.handlers(),
                MessageHandler(is_private & filters.COMMAND, self.unknown_command),
                MessageHandler(is_addressed & ~filters.COMMAND, self.question),
                MessageHandler(is_private & ~filters.TEXT & ~filters.StatusUpdate.ALL, self.only_text),
                CallbackQueryHandler(self.turn_page, pattern=rf"^{replies.SOURCES_BUTTON}:\d+$"),
            ]
        )
        application.add_error_handler(self.failed)

    # Messages

    async def question(self, update: Update, _context: Context) -> None:
        """Answer a question with a card."""
        message = message_of(update)
        text = question_text(message)
        if not text and message.text:
            await self._teller.respond(update, replies.EMPTY_MENTION)
            return
        reply, given = await self._answer(update, text)
        await self._teller.respond(update, reply, given=given)

    async def start(self, update: Update, _context: Context) -> None:
        """Greet."""
        await self._teller.respond(update, replies.START)

    async def help(self, update: Update, _context: Context) -> None:
        """Say what the bot can do."""
        await self._teller.respond(update, replies.HELP)

    async def latest(self, update: Update, _context: Context) -> None:
        """Show the newest articles, of some words where the command has any."""
        about, question = _news(command_text(message_of(update)))
        reply, given = await self._result(update, question, lambda: self._answering.latest(about))
        await self._teller.respond(update, reply, given=given)

    async def explain(self, update: Update, _context: Context) -> None:
        """Say how the last answer of the chat was found, or that to which the command replies: it is found once more."""
        message = message_of(update)
        history = await asyncio.to_thread(self._journal.conversation, message.chat_id, up_to=replied_to(message))
        if not history:
            await self._teller.respond(update, replies.NOTHING_TO_EXPLAIN)
            return
        try:
            async with typing(message):
                result = await self._answering.ask(history[-1].question, history[:-1])
        except (Busy, TooSlow, SnapshotError) as error:
            await self._teller.respond(update, _excuse(error))
            return
        await self._teller.respond(update, replies.explanation_reply(history[-1].question, result))

    async def id(self, update: Update, _context: Context) -> None:
        """Tell the numbers that settings ask for."""
        user, chat = update.effective_user, message_of(update).chat
        await self._teller.respond(update, replies.id_reply(user.id if user else chat.id, chat.id))

    async def refuse(self, update: Update, _context: Context) -> None:
        """Tell a stranger that this bot is not for everybody."""
        await self._teller.respond(update, replies.NOT_ALLOWED)

    async def unknown_command(self, update: Update, _context: Context) -> None:
        """Point to the help."""
        await self._teller.respond(update, replies.UNKNOWN_COMMAND)

    async def only_text(self, update: Update, _context: Context) -> None:
        """Ask for words instead of a picture or a voice."""
        await self._teller.respond(update, replies.ONLY_TEXT)

    # Sources

    async def sources(self, update: Update, _context: Context) -> None:
        """List the newest articles, with buttons to the older ones; an administrator also sees, in private, how the sources stand."""
        reply = await self._page(0)
        reply = replace(reply, blocks=(*reply.blocks, *await self._administration.source_blocks(update)))
        await self._teller.respond(update, reply)

    async def turn_page(self, update: Update, _context: Context) -> None:
        """Show another page of the sources in the same message."""
        query = update.callback_query
        assert query is not None and query.data is not None
        if not self._is_allowed.filter(update):
            await quietly(query.answer(replies.BUTTON_NOT_ALLOWED))
            return
        await quietly(query.answer())
        reply = await self._page(int(query.data.partition(":")[2]))
        await deliver(lambda: query.edit_message_text(to_html(reply), **form(reply)))

    async def _page(self, offset: int) -> Reply:
        try:
            page = await self._answering.articles(limit=replies.SOURCES_PER_PAGE, offset=offset)
        except (Busy, TooSlow, SnapshotError) as error:
            return _excuse(error)
        return replies.sources_reply(page.articles, offset=page.offset, total=page.total)

    # Answering and telling

    async def _answer(self, update: Update, text: str) -> tuple[Reply, Given | None]:
        """Answer a question in its conversation; as a reply to an older card, in that one's."""
        message = message_of(update)

        async def ask() -> Result:
            history = await asyncio.to_thread(self._journal.conversation, message.chat_id, up_to=replied_to(message))
            return await self._answering.ask(text, history)

        return await self._result(update, text, ask)

    async def _result(self, update: Update, text: str, ask: Callable[[], Awaitable[Result]]) -> tuple[Reply, Given | None]:
        message, started = message_of(update), time.monotonic()
        try:
            async with typing(message):
                result = await ask()
        except (Busy, TooSlow, SnapshotError) as error:
            _log.warning("question chat=%d update=%d outcome=%s %s", message.chat_id, update.update_id, type(error).__name__, error)
            return _excuse(error), None
        log_question(result, chat_id=message.chat_id, update_id=update.update_id, started=started)
        return replies.result_reply(result), given_answer(message.chat_id, text, result)

    async def failed(self, update: object, context: Context) -> None:
        """Log what went wrong, then say so kindly."""
        _log.error("update=%s failed", getattr(update, "update_id", None), exc_info=context.error)
        if isinstance(update, Update) and update.message:
            await self._teller.respond(update, replies.FAILED)


def _news(words: str) -> tuple[str, str]:
    """Return what the words of `/ultime` ask for, without a preposition, and the question that asks for it again."""
    about = news_asked_for(f"ultime {words}")
    if about is None:
        about = words
    return about, f"ultime notizie su {about}" if about else "ultime notizie"


def _excuse(error: Exception) -> Reply:
    if isinstance(error, Busy):
        return replies.BUSY
    return replies.TOO_SLOW if isinstance(error, TooSlow) else replies.ARCHIVE_UNREADABLE
