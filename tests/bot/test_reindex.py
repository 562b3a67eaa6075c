"""/reindex: a child process reads the articles again while answers keep flowing."""

import asyncio
import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from bot import replies
from bot.reindexing import LONGEST_LINE_BYTES, Failure, Reindexing, decode_event, encode_event
from tests.bot.fakes import bot_settings, running_bot, shown
from tests.bot.index_process import EVENTS
from tests.telegram_server import TelegramServer

ADMIN = 1001


class Child:
    """The child process of an indexing, told by the test what to report."""

    def __init__(self, folder: Path) -> None:
        self._pipe = folder / "told"
        os.mkfifo(self._pipe)
        self._input: IO[str] | None = None
        self.command = (sys.executable, "-m", "tests.bot.index_process", str(self._pipe))

    async def reports(self, event: str, *, times: int = 1) -> None:
        """Let the child report; the first call waits until it runs."""
        self._input = self._input or await asyncio.to_thread(self._pipe.open, "w", buffering=1)
        self._input.write(f"{event}\n" * times)

    def ends(self) -> None:
        """Let the child come to its end; the next one may be told anew."""
        if self._input:
            with contextlib.suppress(BrokenPipeError):
                self._input.close()
            self._input = None


@pytest.fixture
def child(tmp_path: Path) -> Iterator[Child]:
    """A child to be told what to report."""
    child = Child(tmp_path)
    yield child
    child.ends()


async def test_administrator_sees_progress_and_report_in_one_message(server: TelegramServer, tmp_path: Path, child: Child) -> None:
    """The message of /reindex shows how far it is and ends as a report; questions are answered meanwhile, a second run is refused."""
    anna = server.user(ADMIN)
    settings = bot_settings(server, admin_ids=frozenset({ADMIN}))
    async with running_bot(server, tmp_path, settings=settings, index_command=child.command, edit_every_seconds=0.1):
        status = await server.wait_for_message(anna, after=await anna.sends("/reindex"))
        assert status.text == shown(replies.REINDEX_STARTED)
        await child.reports("progress")
        await asyncio.sleep(0.15)
        await child.reports("progress")
        await server.wait_for_message(anna, lambda message: "Preparo i passi: 1.200 di 5.000" in message.text)
        assert (await server.wait_for_message(anna, after=await anna.sends("Quando?"))).quotes
        refused = await server.wait_for_message(anna, after=await anna.sends("/reindex"))
        assert refused.text == shown(replies.REINDEX_RUNNING)
        await child.reports("report")
        child.ends()
        report = await server.wait_for_message(anna, lambda message: "Ho riletto" in message.text)
    assert report.message_id == status.message_id
    assert "3 nuovi, 1 cambiato, 0 tolti, 60 invariati" in report.text
    assert report.text.count("the front matter has no end") == replies.SKIPPED_SHOWN
    assert report.text.endswith("… e 2 altri")


async def test_edits_keep_their_distance(server: TelegramServer, tmp_path: Path, child: Child) -> None:
    """However often the child reports, the message is edited only now and then, and at the end."""
    anna = server.user(ADMIN)
    settings = bot_settings(server, admin_ids=frozenset({ADMIN}))
    async with running_bot(server, tmp_path, settings=settings, index_command=child.command):
        await server.wait_for_message(anna, after=await anna.sends("/reindex"))
        await child.reports("progress", times=200)
        await child.reports("report")
        child.ends()
        await server.wait_for_message(anna, lambda message: "Ho riletto" in message.text)
    assert len(server.calls("editMessageText")) == 1


async def test_silent_source_is_told_to_administrators_once(server: TelegramServer, tmp_path: Path, child: Child) -> None:
    """A source that falls silent is told to every administrator once, again when it fails instead, and when it is well again."""
    anna, bruno, running = server.user(ADMIN), server.user(ADMIN + 1), shown(replies.REINDEX_RUNNING)
    settings = bot_settings(server, admin_ids=frozenset({ADMIN, ADMIN + 1}))
    async with running_bot(server, tmp_path, settings=settings, index_command=child.command):
        greeted = await server.wait_for_message(bruno, after=await bruno.sends("/start"))
        for found in (["stale"], ["stale"], ["failing"], []):
            while (started := await server.wait_for_message(anna, after=await anna.sends("/reindex"))).text == running:
                await asyncio.sleep(1.1)  # the child before has not quite ended
            await asyncio.sleep(1.1)  # a chat gets one message a second
            for event in (*found, "report"):
                await child.reports(event)
            child.ends()
            await server.wait_for_message(anna, lambda message, id_=started.message_id: message.message_id == id_ and "Ho" in message.text)
            await asyncio.sleep(1.1)  # a message too many would come now
    assert [message.text.splitlines()[0] for message in server.messages(bruno) if message.message_id > greeted.message_id] == [
        "⚠ La fonte «corriere» non dà niente di nuovo dall’8 marzo 2025.",
        "⚠ La fonte «corriere» non si riesce a leggere dall’8 marzo 2025.",
        "La fonte «corriere» è di nuovo a posto.",
    ]


async def test_sources_are_read_regularly(server: TelegramServer, tmp_path: Path, child: Child) -> None:
    """Without being told, the bot has the sources read at the start and then again and again; nobody is sent a report."""
    anna = server.user(ADMIN)
    settings = bot_settings(server, admin_ids=frozenset({ADMIN}), reindex_minutes=0.001)
    async with running_bot(server, tmp_path, settings=settings, index_command=child.command):
        await server.wait_for_message(anna, after=await anna.sends("/start"))
        for found, words in (("stale", "non dà niente"), ("failing", "non si riesce")):
            await asyncio.sleep(1.1)  # a chat gets one message a second
            await child.reports(found)
            await child.reports("report")
            child.ends()
            await server.wait_for_message(anna, lambda message, words=words: words in message.text)
    assert not any("Ho riletto" in message.text for message in server.messages(anna))


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ("failure", "articles is not a folder"),
        ("die", "ended with code 9"),
        ("busy", "Sto già rileggendo"),
    ],
)
async def test_failed_indexing_is_told(server: TelegramServer, tmp_path: Path, child: Child, event: str, words: str) -> None:
    """An indexing that fails, or whose process dies, says so in its message; the next one may run."""
    anna = server.user(ADMIN)
    settings = bot_settings(server, admin_ids=frozenset({ADMIN}))
    async with running_bot(server, tmp_path, settings=settings, index_command=child.command):
        await anna.sends("/reindex")
        await child.reports(event)
        child.ends()
        await server.wait_for_message(anna, lambda message: words in message.text)


async def test_others_are_refused_kindly(server: TelegramServer, tmp_path: Path) -> None:
    """Who is no administrator cannot start an indexing."""
    anna = server.user()
    async with running_bot(server, tmp_path):
        reply = await server.wait_for_message(anna, after=await anna.sends("/reindex"))
    assert reply.text == shown(replies.ADMINS_ONLY)


async def test_child_that_cannot_be_run_is_a_failure() -> None:
    """A command that does not exist is reported, not raised."""
    reindexing = Reindexing(["/nowhere/edicola"])
    assert reindexing.claim()
    (event,) = [event async for event in reindexing.events()]
    assert isinstance(event, Failure)
    assert reindexing.claim()


async def test_child_that_writes_an_endless_line_is_a_failure() -> None:
    """A line longer than a report can be ends the indexing with a failure, and the next one may run."""
    script = f"import sys; sys.stdout.write('x' * ({LONGEST_LINE_BYTES} + 100000))"
    reindexing = Reindexing([sys.executable, "-c", script])
    reindexing.claim()
    (event,) = [event async for event in reindexing.events()]
    assert isinstance(event, Failure)
    assert "cannot be read" in event.message
    assert reindexing.claim()


async def test_child_does_not_get_the_token() -> None:
    """The token is no business of the indexing process."""
    script = "import os, json; print(json.dumps({'event': 'failure', 'error': 'x', 'message': str(os.environ.get('TELEGRAM_TOKEN'))}))"
    reindexing = Reindexing([sys.executable, "-c", script], {"TELEGRAM_TOKEN": "1:secret", "PATH": os.environ["PATH"]})
    reindexing.claim()
    assert [event async for event in reindexing.events()] == [Failure("x", "None")]


async def test_child_that_will_not_end_is_killed() -> None:
    """A child that ignores the request to end is killed after a while."""
    script = (
        f"import signal, time; signal.signal(15, signal.SIG_IGN); print({encode_event(EVENTS['progress'])!r}, flush=True); time.sleep(60)"
    )
    reindexing = Reindexing([sys.executable, "-c", script], termination_seconds=0.1)
    reindexing.claim()
    events = reindexing.events()
    await anext(events)
    async with asyncio.timeout(5):
        await reindexing.stop()
        (last,) = [event async for event in events]
    assert isinstance(last, Failure)
    assert "code -9" in last.message


async def test_bot_that_stops_ends_the_child(server: TelegramServer, tmp_path: Path, child: Child) -> None:
    """A bot that is stopped during an indexing does not leave it running, and says so in its message."""
    anna = server.user(ADMIN)
    settings = bot_settings(server, admin_ids=frozenset({ADMIN}))
    async with running_bot(server, tmp_path, settings=settings, index_command=child.command):
        await server.wait_for_message(anna, after=await anna.sends("/reindex"))
        await child.reports("progress")
    assert server.messages(anna)[0].text.startswith(shown(replies.REINDEX_STOPPED))
    with pytest.raises(BrokenPipeError):
        await child.reports("progress")


@pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS)
def test_events_survive_the_wire(event: object) -> None:
    """What the child writes is what the bot reads."""
    assert decode_event(encode_event(event)) == event  # type: ignore[arg-type]


@pytest.mark.parametrize("line", ["", "chatter", "[]", "{}", '{"event": "report"}', '{"event": "progress", "odd": 1}', "3"])
def test_other_lines_are_no_events(line: str) -> None:
    """A library that prints something does not break the report."""
    assert decode_event(line) is None
