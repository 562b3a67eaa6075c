"""Telling administrators that a source has fallen silent or fails, once, and that it is well again."""

from collections.abc import Collection, Iterable
from functools import partial

from telegram import Bot

from bot import replies
from bot.delivery import deliver
from bot.markup import Reply, to_html
from bot.telling import form
from index.sources.history import Stale


class Alarms:
    """Remembers what was told as long as the bot runs; after a restart what is still wrong is told once more."""

    def __init__(self, bot: Bot, admin_ids: Collection[int]) -> None:
        self._bot = bot
        self._admin_ids = admin_ids
        self._told: dict[str, Stale] = {}

    async def tell(self, stale: Iterable[Stale]) -> None:
        """Tell all administrators what has changed since the last time: `stale` are all sources with which something is wrong now."""
        now = {one.source: one for one in stale}
        changed = [one for one in now.values() if one.source not in self._told or self._told[one.source].is_failing != one.is_failing]
        recovered = sorted(self._told.keys() - now.keys())
        self._told = now
        if changed or recovered:
            for admin_id in sorted(self._admin_ids):
                await self._send(admin_id, replies.alarm_reply(changed, recovered))

    async def _send(self, chat_id: int, reply: Reply) -> None:
        await deliver(partial(self._bot.send_message, chat_id, to_html(reply), **form(reply)))
