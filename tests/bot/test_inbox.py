"""The queues of the chats: order within one, freedom between several, nothing taken off before it is answered."""

import asyncio
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from bot.inbox import Inbox
from bot.journal import Journal, JsonObject, State


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """An empty journal."""
    with closing(Journal(f"sqlite:///{tmp_path / 'journal.sqlite'}")) as journal:
        yield journal


def make_update(update_id: int, chat_id: int = 1) -> JsonObject:
    """Return an update of a chat."""
    return {"update_id": update_id, "message": {"chat": {"id": chat_id}}}


async def test_chats_run_beside_each_other_and_each_in_order(journal: Journal) -> None:
    """A chat that waits holds up its own later updates and nobody else's; a press of a button belongs to its chat."""
    finished: list[int] = []
    gate = asyncio.Event()

    async def answer(update: JsonObject) -> None:
        if update["update_id"] == 1:
            await gate.wait()
        finished.append(update["update_id"])

    inbox = Inbox(journal, answer)
    press = {"update_id": 2, "callback_query": {"from": {"id": 9}, "message": {"chat": {"id": 1}}}}
    search = {"update_id": 3, "inline_query": {"from": {"id": 9}}}
    await inbox.receive([make_update(1), press, search, make_update(4, chat_id=2), {"update_id": 5}])
    await asyncio.sleep(0.1)
    assert sorted(finished) == [3, 4, 5]
    gate.set()
    await inbox.close(grace_seconds=1)
    assert finished[3:] == [1]
    assert journal.unanswered() == [press]


async def test_update_that_cannot_be_worked_off_stays_and_holds_up_nobody(journal: Journal, caplog: pytest.LogCaptureFixture) -> None:
    """An error is logged, the update stays in the inbox for the next start, the next one of the chat is answered."""

    async def answer(update: JsonObject) -> None:
        if update["update_id"] == 1:
            raise ValueError("not an update")

    inbox = Inbox(journal, answer, pauses=(0, 0))
    await inbox.receive([make_update(1), make_update(2)])
    async with asyncio.timeout(2):
        while journal.state(2) != (State.ANSWERED, None):
            await asyncio.sleep(0.01)
    assert journal.unanswered() == [make_update(1)]
    assert "update=1 could not be worked off" in caplog.text


async def test_what_needs_no_answer_is_finished_too(journal: Journal) -> None:
    """An update that nobody says anything to leaves the inbox without a message."""

    async def answer(update: JsonObject) -> None:
        return

    inbox = Inbox(journal, answer)
    await inbox.receive([make_update(1)])
    assert await inbox.resume() == 1  # taken up twice, as after a crash
    await asyncio.sleep(0.1)
    await inbox.close(grace_seconds=1)
    assert journal.state(1) == (State.ANSWERED, None)


async def test_work_that_does_not_end_is_cut_off(journal: Journal) -> None:
    """At the end the inbox waits for a while, then stops; what is cut off stays stored."""

    async def answer(update: JsonObject) -> None:
        await asyncio.Event().wait()

    inbox = Inbox(journal, answer)
    await inbox.receive([make_update(1)])
    async with asyncio.timeout(1):
        await inbox.close(grace_seconds=0.05)
    assert journal.unanswered() == [make_update(1)]


async def test_what_failed_is_tried_again_before_the_next_start(journal: Journal) -> None:
    """An update whose handling fails for a while is answered after a pause, and before the next one of its chat."""
    tries: list[int] = []

    async def answer(update: JsonObject) -> None:
        tries.append(update["update_id"])
        if len(tries) < 3:
            raise ConnectionError("for a while")

    inbox = Inbox(journal, answer, pauses=(0, 0.01, 0.01))
    await inbox.receive([make_update(1), make_update(2)])
    async with asyncio.timeout(2):
        while journal.unanswered():
            await asyncio.sleep(0.01)
    await inbox.close(grace_seconds=1)
    assert tries == [1, 1, 1, 2]


class LockedForAWhile(Journal):
    """A journal that cannot record the first time."""

    fails_once = True

    def finish(self, *arguments: Any, **named: Any) -> None:
        """Fail, then record."""
        if self.fails_once:
            self.fails_once = False
            raise OperationalError("update", {}, OSError("database is locked"))
        super().finish(*arguments, **named)


async def test_answer_that_could_not_be_recorded_is_not_given_again(tmp_path: Path) -> None:
    """When only the record of an answer fails, only the recording is tried again."""
    tries: list[int] = []

    async def answer(update: JsonObject) -> None:
        tries.append(update["update_id"])

    with closing(LockedForAWhile(f"sqlite:///{tmp_path / 'journal.sqlite'}")) as journal:
        inbox = Inbox(journal, answer, pauses=(0,))
        await inbox.receive([make_update(1)])
        async with asyncio.timeout(2):
            while journal.unanswered():
                await asyncio.sleep(0.01)
        await inbox.close(grace_seconds=1)
    assert tries == [1]
