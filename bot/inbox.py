"""Nothing received is lost: updates are stored before anybody answers them, and answered one after another in each chat.

`receive` stores, then hands each new update to the queue of its chat; chats run beside each other. What was stored and never answered,
because the program died, is handed over again by `resume`. An update leaves the inbox when the answering of it is recorded.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

from bot.journal import Journal, JsonObject, State

_log = logging.getLogger(__name__)

RETRY_PAUSES_SECONDS = (0.5, 2.0, 8.0)  # the chat waits meanwhile; then the update is left for the next start

Answer = Callable[[JsonObject], Awaitable[None]]


class Inbox:
    """The queues of all chats. `answer` is called once for each update, in order within a chat."""

    def __init__(self, journal: Journal, answer: Answer, *, pauses: Sequence[float] = RETRY_PAUSES_SECONDS) -> None:
        """`pauses` are those before each new try of what failed, in seconds."""
        self._journal = journal
        self._answer = answer
        self._pauses = pauses
        self._queues: dict[int, deque[JsonObject]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def resume(self) -> int:
        """Take up what was received and never answered; return how many updates that is."""
        waiting = await asyncio.to_thread(self._journal.unanswered)
        self._enqueue(waiting)
        return len(waiting)

    async def receive(self, updates: Sequence[JsonObject]) -> None:
        """Store updates and take them up; those known already are ignored. When this returns they may be forgotten by the sender."""
        self._enqueue(await asyncio.to_thread(self._journal.receive, updates))

    async def close(self, *, grace_seconds: float) -> None:
        """Give what is being answered some time to end, then stop; what is not answered stays stored."""
        for queue in self._queues.values():
            queue.clear()
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks, timeout=grace_seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    def _enqueue(self, updates: Sequence[JsonObject]) -> None:
        for update in updates:
            key = _chat_key(update)
            if key in self._queues:
                self._queues[key].append(update)
                continue
            self._queues[key] = deque([update])
            task = asyncio.create_task(self._work_off(key), name=f"chat {key}")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _work_off(self, key: int) -> None:
        queue = self._queues[key]
        try:
            while queue:
                await self._answer_one(queue.popleft())
        finally:
            del self._queues[key]

    async def _answer_one(self, update: JsonObject) -> None:
        """Answer an update. Whatever the answering did not record itself needed no message."""
        update_id = update["update_id"]
        try:
            await self._insist(lambda: self._answer(update), update_id)
            await self._insist(lambda: asyncio.to_thread(self._journal.finish, update_id, State.ANSWERED), update_id)  # not answered again
        except Exception:
            _log.exception("update=%d could not be worked off, it will be tried again at the next start", update_id)

    async def _insist(self, work: Callable[[], Awaitable[None]], update_id: int) -> None:
        """Do a piece of work, after each failure again while pauses are left; raises the last error."""
        for pause in self._pauses:
            try:
                await work()
                return
            except Exception as error:
                _log.warning("update=%d failed, next try in %.1f s: %s", update_id, pause, type(error).__name__)
            await asyncio.sleep(pause)
        await work()


def _chat_key(update: JsonObject) -> int:
    """Return what keeps updates in order: the chat, else the person, else 0."""
    for kind in update.values():
        if isinstance(kind, dict):
            chat = kind.get("chat") or kind.get("message", {}).get("chat") or kind.get("from")
            if chat:
                return int(chat["id"])
    return 0
