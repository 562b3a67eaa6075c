"""What an administrator does in a private chat to add an article: a link or a file is sent, the preview's buttons decide."""

import asyncio
import logging
import re
import tempfile
from collections.abc import Collection
from pathlib import Path, PurePosixPath
from typing import Any

from telegram import CallbackQuery, Document, Message, Update
from telegram.error import BadRequest, TelegramError
from telegram.ext import BaseHandler, CallbackQueryHandler, ContextTypes, MessageHandler, filters

from bot import replies
from bot.adding import Adding, Articles, Held, NotRead
from bot.administration import Administration
from bot.delivery import deliver, pause_seconds
from bot.journal import Journal
from bot.markup import Reply, to_html
from bot.reindexing import Failure
from bot.telling import Teller, form, message_of, quietly, typing
from index.errors import EdicolaError
from index.sources.adding import FILE_KINDS, LARGEST_FILE_BYTES, Reason

DOWNLOAD_PAUSES_SECONDS = (0.5, 2.0, 8.0)  # before each new try
LONGEST_NAME_BYTES = 150
LONGEST_SUFFIX_CHARACTERS = 20

_LINK = re.compile(r"\s*https?://\S+\s*", re.IGNORECASE)
_UNSAFE = re.compile(r"[/\\\x00-\x1f\x7f]+")
_KINDS_OF_MEDIA = {
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/html": ".html",
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}
_log = logging.getLogger(__name__)
Context = ContextTypes.DEFAULT_TYPE


class AdditionsHandlers:
    """The handlers for what administrators send to be read, and for the buttons of its preview."""

    def __init__(self, admin_ids: Collection[int], journal: Journal, adding: Adding, administration: Administration) -> None:
        self._admin_ids = admin_ids
        self._teller = Teller(journal)
        self._adding = adding
        self._administration = administration
        self._under_way: set[str] = set()  # tokens of what is being indexed
        self._turn = asyncio.Lock()

    def handlers(self) -> list[BaseHandler[Update, Context, Any]]:
        """Return what handles links, files and buttons; what others send is left to the handlers behind these."""
        is_from_admin = filters.ChatType.PRIVATE & filters.User(self._admin_ids)
        return [
            MessageHandler(is_from_admin & filters.Document.ALL, self.read_file),
            MessageHandler(is_from_admin & filters.Regex(_LINK), self.read_link),
            CallbackQueryHandler(self.decide, pattern=rf"^(?:{replies.ADD_BUTTON}|{replies.DISCARD_BUTTON}):[0-9a-f]{{16}}$"),
        ]

    # Reading

    async def read_link(self, update: Update, _context: Context) -> None:
        """Show what a page holds."""
        message = message_of(update)
        async with typing(message):
            reply = await self._read((message.text or "").strip())
        await self._teller.respond(update, reply)

    async def read_file(self, update: Update, _context: Context) -> None:
        """Show what a file holds."""
        message = message_of(update)
        assert message.document is not None
        async with typing(message):
            reply = await self._read_document(message.document)
        await self._teller.respond(update, reply)

    async def _read_document(self, document: Document) -> Reply:
        name = file_name(document.file_name or "", document.mime_type or "")
        if Path(name).suffix.lower() not in FILE_KINDS:
            return replies.not_read_reply(Reason.UNSUPPORTED)
        if (document.file_size or 0) > LARGEST_FILE_BYTES:
            return replies.not_read_reply(Reason.TOO_LARGE)
        with tempfile.TemporaryDirectory(prefix="edicola-") as folder:
            path = Path(folder, name)
            return await _download(document, path) or await self._read(str(path))

    async def _read(self, reference: str) -> Reply:
        match await self._adding.read(reference):
            case NotRead(reason):
                return replies.not_read_reply(reason)
            case Held(token, articles, is_known, is_withdrawn):
                _log.info("addition held token=%s articles=%s", token, ",".join(article.id for article in articles))
                return replies.preview_reply(articles, token=token, is_known=is_known, is_withdrawn=is_withdrawn)

    # Deciding

    async def decide(self, update: Update, _context: Context) -> None:
        """Add or discard what was shown; who is no administrator is refused."""
        query = update.callback_query
        assert query is not None and query.data is not None
        if query.from_user.id not in self._admin_ids:
            await quietly(query.answer(replies.BUTTON_ADMINS_ONLY))
            return
        verb, _, token = query.data.partition(":")
        try:
            await (self._add if verb == replies.ADD_BUTTON else self._discard)(query, token)
        except (EdicolaError, OSError) as error:
            _log.error("addition token=%s could not be decided: %s", token, error)
            await quietly(query.answer(replies.BUTTON_FAILED))

    async def _add(self, query: CallbackQuery, token: str) -> None:
        """Let what was shown be indexed, and tell in the same message how that ended."""
        if token in self._under_way:
            await quietly(query.answer(replies.ADDING_ALREADY))
            return
        articles = await asyncio.to_thread(self._adding.accept, token)
        if not articles:
            await _say_gone(query)
        elif await asyncio.to_thread(self._adding.is_indexed, articles):
            reply = await self._added(articles)
            await quietly(query.answer(replies.ADDED_ALREADY))
            if _has_buttons(query):
                await _show(query, reply)
        else:
            _log.info("addition accepted token=%s user=%d", token, query.from_user.id)
            self._under_way.add(token)
            self._administration.in_background(self._index(query, token, articles))

    async def _discard(self, query: CallbackQuery, token: str) -> None:
        """Forget what was shown, unless it was added."""
        if token in self._under_way or await asyncio.to_thread(self._adding.is_accepted, token):
            await quietly(query.answer(replies.ADDED_NOT_DISCARDED))
            return
        articles = await asyncio.to_thread(self._adding.discard, token)
        await quietly(query.answer())
        if articles or _has_buttons(query):
            await _show(query, replies.discarded_reply(articles))

    async def _index(self, query: CallbackQuery, token: str, articles: Articles) -> None:
        """Index what was accepted."""
        try:
            await quietly(query.answer())
            await _show(query, replies.adding_reply(articles))
            await _show(query, await self._outcome(articles))
        finally:
            self._under_way.discard(token)

    async def _outcome(self, articles: Articles) -> Reply:
        """Index, unless the indexing of an addition before this one did so already, and return what to say of it."""
        try:
            async with self._turn:
                if await asyncio.to_thread(self._adding.is_indexed, articles):
                    return await self._added(articles)
                ended = await self._administration.index_in_turn()
            if isinstance(ended, Failure):
                return replies.addition_waits_reply(articles) if ended.error == "IndexingBusy" else replies.addition_failed_reply(articles)
            is_indexed = await asyncio.to_thread(self._adding.is_indexed, articles)
            return await self._added(articles) if is_indexed else replies.addition_skipped_reply(articles)
        except EdicolaError as error:
            _log.error("nobody knows whether an addition was indexed: %s", error)
            return replies.addition_failed_reply(articles)

    async def _added(self, articles: Articles) -> Reply:
        return replies.added_reply(articles, is_withdrawn=await asyncio.to_thread(self._adding.is_withdrawn, articles))


def file_name(name: str, mime_type: str) -> str:
    """Return the name under which a file that was sent can be kept: the sender's, without what a path would be made of."""
    path = PurePosixPath(_UNSAFE.sub(" ", name).strip(" .") or "documento")
    suffix = path.suffix[:LONGEST_SUFFIX_CHARACTERS] or _KINDS_OF_MEDIA.get(mime_type, "")
    stem = path.stem.encode()[:LONGEST_NAME_BYTES].decode(errors="ignore")
    return f"{stem}{suffix}"


async def _download(document: Document, path: Path) -> Reply | None:
    """Fetch a file from Telegram; return what to say where that cannot be done."""
    for pause in (*DOWNLOAD_PAUSES_SECONDS, None):
        try:
            await (await document.get_file()).download_to_drive(path)
            return None
        except BadRequest as error:
            _log.warning("file not downloaded: %s", error.message)
            return replies.not_read_reply(Reason.TOO_LARGE) if "too big" in error.message.lower() else replies.NOT_DOWNLOADED
        except TelegramError as error:
            _log.warning("file not downloaded error=%s", type(error).__name__)
            if pause is not None:
                await asyncio.sleep(max(pause, pause_seconds(error, default=0.0)))
    return replies.NOT_DOWNLOADED


async def _show(query: CallbackQuery, reply: Reply) -> None:
    """Put a reply in the place of the message under which a button was pressed."""
    await deliver(lambda: query.edit_message_text(to_html(reply), **form(reply)))


async def _say_gone(query: CallbackQuery) -> None:
    await quietly(query.answer(replies.ADDITION_GONE))
    if _has_buttons(query):
        await quietly(query.edit_message_reply_markup(None))


def _has_buttons(query: CallbackQuery) -> bool:
    return isinstance(query.message, Message) and query.message.reply_markup is not None
