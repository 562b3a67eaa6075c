"""Saying a reply in Telegram, and recording what became of the update that it answers."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Message, Update
from telegram.constants import ChatAction, ParseMode
from telegram.error import TelegramError

from bot.delivery import Refused, SendInterrupted, Unconfirmed, deliver, pause_seconds
from bot.journal import Given, Journal, State
from bot.markup import Reply, to_html
from bot.replies import FAILED

TYPING_AFTER_SECONDS = 1.0
TYPING_LASTS_SECONDS = 4.5  # Telegram shows it for five

_log = logging.getLogger(__name__)


class Teller:
    """Replies to updates."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    async def respond(self, update: Update, reply: Reply, *, given: Given | None = None) -> Message | None:
        """Send a reply and record what became of the update; return the message if it surely arrived."""
        try:
            sent = await self._send(update, reply)
            if isinstance(sent, Refused) and sent.is_bad_request:
                _log.error("update=%d: the reply was refused: %s", update.update_id, sent.reason)
                sent = await self._send(update, FAILED)
        except SendInterrupted:
            self._journal.finish(update.update_id, State.UNCONFIRMED, given=given)
            raise
        state = {Unconfirmed: State.UNCONFIRMED, Refused: State.REFUSED}.get(type(sent), State.ANSWERED)
        arrived = sent if isinstance(sent, Message) else None
        message_id = arrived.message_id if arrived else None
        await asyncio.to_thread(self._journal.finish, update.update_id, state, message_id=message_id, given=given)
        return arrived

    async def _send(self, update: Update, reply: Reply) -> Message | Unconfirmed | Refused:
        """Send a reply, in a group as a reply to the message that it answers."""
        message = message_of(update)
        options: dict[str, Any] = {} if message.chat_id > 0 else {"do_quote": True, "allow_sending_without_reply": True}
        return await deliver(lambda: message.reply_text(to_html(reply), **form(reply), **options))


def message_of(update: Update) -> Message:
    """Return the message of an update that brings one."""
    assert update.message is not None  # nothing else is fetched, see bot/polling
    return update.message


def form(reply: Reply) -> dict[str, Any]:
    """Return what a message has beside its text."""
    rows = [[InlineKeyboardButton(button.label, callback_data=button.data) for button in row] for row in reply.buttons]
    return {
        "parse_mode": ParseMode.HTML,
        "link_preview_options": LinkPreviewOptions(is_disabled=True),
        "reply_markup": InlineKeyboardMarkup(rows) if rows else None,
    }


@asynccontextmanager
async def typing(message: Message) -> AsyncIterator[None]:
    """Show that the bot is typing once it takes longer."""

    async def show() -> None:
        await asyncio.sleep(TYPING_AFTER_SECONDS)
        while True:
            await quietly(message.chat.send_action(ChatAction.TYPING))
            await asyncio.sleep(TYPING_LASTS_SECONDS)

    task = asyncio.create_task(show())
    try:
        yield
    finally:
        task.cancel()


async def quietly(request: Awaitable[object]) -> float:
    """Send what is not worth repeating; return how long Telegram asks to wait."""
    try:
        await request
    except TelegramError as error:
        _log.debug("dropped error=%s", type(error).__name__)
        return pause_seconds(error, default=0.0)
    return 0.0
