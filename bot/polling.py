"""Fetching updates from Telegram by long polling: store first, then ask for the next.

Asking for the next updates is what tells Telegram to forget the last ones. So the offset advances only after the inbox has stored them:
where storing fails, or the program dies, Telegram still holds them.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from sqlalchemy.exc import SQLAlchemyError
from telegram import Bot
from telegram.error import Conflict, InvalidToken, TelegramError, TimedOut

from bot.delivery import FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, pause_seconds
from bot.journal import JsonObject

POLL_SECONDS = 30  # how long Telegram holds a request without news
ALLOWED_UPDATES = ("message", "callback_query")

_log = logging.getLogger(__name__)


async def poll(bot: Bot, store: Callable[[Sequence[JsonObject]], Awaitable[None]]) -> None:
    """Fetch updates until cancelled, through losses of the network; InvalidToken when Telegram no longer knows the token."""
    offset, pause = None, FIRST_PAUSE_SECONDS
    while True:
        try:
            updates = await bot.get_updates(offset, timeout=POLL_SECONDS, allowed_updates=ALLOWED_UPDATES)
            if updates:
                await store([update.to_dict() for update in updates])
                offset = updates[-1].update_id + 1
            pause = FIRST_PAUSE_SECONDS
            continue
        except InvalidToken:
            raise
        except TimedOut:
            continue
        except Conflict:
            _log.error("another process polls with this token: stop one of the two, or get another token from @BotFather")
            wait = pause = LONGEST_PAUSE_SECONDS / 6
        except TelegramError as error:
            wait = pause_seconds(error, default=pause)
            _log.warning("polling failed, next try in %.1f s: %s", wait, type(error.__cause__ or error).__name__)
        except SQLAlchemyError as error:
            wait = pause
            _log.error("updates cannot be stored, Telegram keeps them, next try in %.1f s: %s", wait, type(error).__name__)
        await asyncio.sleep(wait)
        pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
