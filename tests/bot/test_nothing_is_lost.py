"""Nothing received is lost and nothing is answered twice: crashes, lost connections, 429, a full disk."""

import asyncio
import itertools
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from random import Random

import pytest
from sqlalchemy.exc import OperationalError
from telegram import Bot

from bot import replies
from bot.adding import Adding
from bot.answering import Answering
from bot.application import TelegramBot
from bot.journal import Journal, JsonObject, State
from bot.polling import poll
from bot.reindexing import Reindexing
from bot.source_report import SourceReport
from bot.withdrawing import Withdrawing
from index.errors import SettingError
from index.settings import IndexSettings
from index.sources.adding import Additions
from tests.bot.fakes import NO_ADDING, NO_INDEXING, TODAY, FakePipeline, bot_settings, running_bot, shown
from tests.index.memory_engine import MemoryEngine
from tests.telegram_server import NO_RATE_LIMITS, TelegramServer


def state_of(data_dir: Path, update_id: int) -> State | None:
    """Return what the journal says of an update."""
    with closing(Journal(f"sqlite:///{data_dir / 'journal.sqlite'}")) as journal:
        found = journal.state(update_id)
        return found[0] if found else None


async def until(condition: Callable[[], bool]) -> None:
    """Wait until something is so, five seconds at most."""
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.02)


async def test_unanswered_question_is_answered_after_a_restart(server: TelegramServer, tmp_path: Path) -> None:
    """A question that the bot had fetched, and Telegram forgotten, is answered when the bot comes back."""
    anna = server.user()
    async with running_bot(server, tmp_path, grace_seconds=0):
        asked = await anna.sends("Quando, ma lento?")
        await until(lambda: not server.pending_updates)
        await until(lambda: state_of(tmp_path, asked.update_id) == State.RECEIVED)
    assert server.messages(anna) == []
    pipeline = FakePipeline()
    pipeline.gate.set()
    async with running_bot(server, tmp_path, pipeline):
        await server.wait_for_message(anna, after=asked)
        await until(lambda: state_of(tmp_path, asked.update_id) == State.ANSWERED)
    assert len(server.messages(anna)) == 1


async def test_question_stored_before_a_crash_is_not_stored_twice(server: TelegramServer, tmp_path: Path) -> None:
    """An update that was stored, but not yet confirmed to Telegram when the bot died, comes again and is answered once."""
    anna = server.user()
    asked = await anna.sends("Quando?")
    bot = Bot(server.token, base_url=server.base_url)
    async with bot:
        updates = await bot.get_updates()
    with closing(Journal(f"sqlite:///{tmp_path / 'journal.sqlite'}")) as journal:
        journal.receive([update.to_dict() for update in updates])
    async with running_bot(server, tmp_path) as pipeline:
        await server.wait_for_message(anna, after=asked)
        await server.wait_for_message(anna, after=await anna.sends("/help"))
    assert len(pipeline.questions) == 1


async def test_offset_waits_until_updates_are_stored(server: TelegramServer) -> None:
    """Where storing fails, Telegram is not told to forget; the updates come again."""
    stored: list[JsonObject] = []

    async def store(updates: Sequence[JsonObject]) -> None:
        if len(server.calls("getUpdates")) < 2:
            raise OperationalError("insert", {}, OSError("disk full"))
        stored.extend(updates)

    asked = await server.user().sends("Quando?")
    async with Bot(server.token, base_url=server.base_url) as bot:
        polling = asyncio.create_task(poll(bot, store))
        await until(lambda: bool(stored))
        polling.cancel()
    assert [update["update_id"] for update in stored] == [asked.update_id]


async def test_429_is_waited_for_and_repeated(server: TelegramServer, tmp_path: Path) -> None:
    """A refused answer is sent again after the time that Telegram asks for, while another chat goes on."""
    anna, bruno = server.user(1, "Anna"), server.user(2, "Bruno")
    async with running_bot(server, tmp_path):
        server.fail_next("sendMessage", 429, retry_after=1)
        asked = await anna.sends("Quando?")
        await server.wait_for_request("sendMessage")
        await server.wait_for_message(bruno, after=await bruno.sends("Quando?"))
        assert server.messages(anna) == []
        await server.wait_for_message(anna, after=asked)
        await until(lambda: state_of(tmp_path, asked.update_id) == State.ANSWERED)
    first, second = (call.at for call in server.calls("sendMessage") if call.parameters.text("chat_id") == "1")
    assert second - first >= 1


async def test_answer_that_may_have_arrived_is_not_sent_again(server: TelegramServer, tmp_path: Path) -> None:
    """When the connection breaks after sending, the answer counts as unconfirmed, now and after a restart."""
    anna = server.user()
    async with running_bot(server, tmp_path):
        server.drop_connection_next("sendMessage", after_processing=True)
        asked = await anna.sends("Quando?")
        await until(lambda: state_of(tmp_path, asked.update_id) == State.UNCONFIRMED)
    async with running_bot(server, tmp_path):
        await server.wait_for_message(anna, after=await anna.sends("/help"))
    assert len(server.messages(anna)) == 2


async def test_answer_under_way_when_the_bot_stops_is_not_sent_again(server: TelegramServer, tmp_path: Path) -> None:
    """A bot that is stopped while Telegram keeps it waiting records the answer as unconfirmed: it may have arrived."""
    anna = server.user()
    server.delay("sendMessage", 1)
    async with running_bot(server, tmp_path, grace_seconds=0):
        asked = await anna.sends("Quando?")
        await server.wait_for_message(anna, after=asked)
    assert state_of(tmp_path, asked.update_id) == State.UNCONFIRMED


async def test_answer_that_found_no_way_out_is_kept_when_the_bot_stops(server: TelegramServer, tmp_path: Path) -> None:
    """A bot that is stopped while it still tries to connect has surely sent nothing: the question waits for the next start."""
    anna = server.user()
    async with running_bot(server, tmp_path, grace_seconds=0.2) as pipeline:
        asked = await anna.sends("Quando, ma lento?")
        await until(lambda: bool(pipeline.questions))
        await server.stop_listening()
        with silent_listener(int(server.url.rpartition(":")[2])):
            pipeline.gate.set()
            await asyncio.sleep(0.2)
            pipeline.stop()
            await asyncio.sleep(0.5)
    assert state_of(tmp_path, asked.update_id) == State.RECEIVED
    await server.start_listening()
    async with running_bot(server, tmp_path, pipeline):  # whose gate is open now
        await server.wait_for_message(anna, after=asked)


@contextmanager
def silent_listener(port: int) -> Iterator[None]:
    """Occupy a port so that connecting neither succeeds nor fails, as behind a firewall that drops packets."""
    with ExitStack() as stack:
        stack.enter_context(socket.create_server(("127.0.0.1", port), backlog=0))
        for _ in range(4):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", port))
        yield


async def test_refused_connection_is_tried_again(server: TelegramServer, tmp_path: Path) -> None:
    """An answer that meets a dead network is sent when the network is back."""
    anna = server.user()
    async with running_bot(server, tmp_path) as pipeline:
        asked = await anna.sends("Quando, ma lento?")
        await until(lambda: bool(pipeline.questions))
        await server.stop_listening()
        pipeline.gate.set()
        await asyncio.sleep(0.3)
        assert server.messages(anna) == []
        await server.start_listening()
        await server.wait_for_message(anna, after=asked)
    assert len(server.messages(anna)) == 1


async def test_server_error_is_tried_again(server: TelegramServer, tmp_path: Path) -> None:
    """An explicit error of Telegram's own means that nothing was sent: the answer is sent again."""
    anna = server.user()
    async with running_bot(server, tmp_path):
        server.fail_next("sendMessage", 500)
        await server.wait_for_message(anna, after=await anna.sends("Quando?"))


async def test_reply_that_telegram_rejects_becomes_an_excuse(
    server: TelegramServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A reply that Telegram will not take is a fault of ours: it is logged, and the person is not left without a word."""
    anna = server.user()
    async with running_bot(server, tmp_path):
        server.fail_next("sendMessage", 400, description="Bad Request: can't parse entities")
        reply = await server.wait_for_message(anna, after=await anna.sends("Quando?"))
    assert reply.text == shown(replies.FAILED)
    assert "an't parse entities" in caplog.text


async def test_bot_without_a_network_can_be_stopped(server: TelegramServer, tmp_path: Path) -> None:
    """A bot that still looks for Telegram ends at once when it is told to."""
    await server.stop_listening()
    async with asyncio.timeout(2), running_bot(server, tmp_path):
        await asyncio.sleep(0.1)


async def test_revoked_token_keeps_the_question(server: TelegramServer, tmp_path: Path) -> None:
    """An answer that Telegram rejects with the token is not lost: with the new token it is sent."""
    anna = server.user()
    async with running_bot(server, tmp_path, grace_seconds=0.1):
        server.fail_next("sendMessage", 401)
        asked = await anna.sends("Quando?")
        await server.wait_for_request("sendMessage")
    assert state_of(tmp_path, asked.update_id) == State.RECEIVED
    async with running_bot(server, tmp_path):
        await server.wait_for_message(anna, after=asked)


async def test_bot_starts_without_a_network(server: TelegramServer, tmp_path: Path) -> None:
    """The bot survives a boot before the network is there."""
    anna = server.user()
    await server.stop_listening()
    async with running_bot(server, tmp_path):
        await asyncio.sleep(0.2)
        await server.start_listening()
        await server.wait_for_message(anna, after=await anna.sends("Quando?"))


async def test_polling_survives_errors(server: TelegramServer, tmp_path: Path) -> None:
    """Polling goes on after an error of Telegram's."""
    anna = server.user()
    async with running_bot(server, tmp_path):
        server.fail_next("getUpdates", 502)
        await server.wait_for_message(anna, after=await anna.sends("Quando?"))
        await server.wait_for_message(anna, after=await anna.sends("E poi?"))


async def test_webhook_of_former_days_is_removed(server: TelegramServer, tmp_path: Path) -> None:
    """A webhook that is still set does not keep the bot from polling."""
    anna = server.user()
    async with Bot(server.token, base_url=server.base_url) as bot:
        await bot.set_webhook("https://former.example/hook")
    async with running_bot(server, tmp_path):
        await server.wait_for_message(anna, after=await anna.sends("Quando?"))


async def test_second_poller_is_named_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """When two processes poll with one token, the log says so in plain words."""

    async def store(updates: Sequence[JsonObject]) -> None:
        return

    server = TelegramServer()
    async with server, Bot(server.token, base_url=server.base_url) as bot, Bot(server.token, base_url=server.base_url) as other:
        polling = asyncio.create_task(poll(bot, store))
        await asyncio.sleep(0.2)
        await other.get_updates(timeout=0)
        await until(lambda: "another process polls with this token" in caplog.text)
        polling.cancel()


async def test_blocked_bot_gives_up(tmp_path: Path) -> None:
    """When a person has blocked the bot, the answer is recorded as refused and the next chat is answered."""
    async with TelegramServer() as server:
        anna, bruno = server.user(1, "Anna"), server.user(2, "Bruno")
        async with running_bot(server, tmp_path) as pipeline:
            asked = await anna.sends("Quando, ma lento?")
            await until(lambda: bool(pipeline.questions))
            await anna.blocks_bot()
            pipeline.gate.set()
            await until(lambda: state_of(tmp_path, asked.update_id) == State.REFUSED)
            await server.wait_for_message(bruno, after=await bruno.sends("Quando?"))


async def test_wrong_token_ends_the_bot_with_its_mend(tmp_path: Path) -> None:
    """A token that Telegram does not know is an error that names the setting and not the token."""
    async with TelegramServer("987654:other-token") as server:
        with pytest.raises(SettingError, match="TELEGRAM_TOKEN") as raised:
            async with running_bot(server, tmp_path, settings=bot_settings(TelegramServer(), api_url=server.url)):
                await asyncio.sleep(1)
        assert "test-token" not in str(raised.value)


async def test_revoked_token_ends_the_bot(server: TelegramServer, tmp_path: Path) -> None:
    """A token that is revoked while the bot runs ends it, so that whoever watches over it sees it."""
    with pytest.raises(SettingError, match="TELEGRAM_TOKEN"):
        async with running_bot(server, tmp_path):
            server.fail_next("getUpdates", 401)
            await server.wait_for_request("getUpdates")
            await asyncio.sleep(0.2)


async def test_many_questions_of_many_chats_are_answered_once_each(tmp_path: Path) -> None:
    """Sixty questions of twenty chats, with lost networks in between: every chat gets its three answers, in order."""
    async with TelegramServer(rates=NO_RATE_LIMITS) as server:
        people = [server.user(number, "Anna") for number in range(1, 21)]
        async with running_bot(server, tmp_path, workers=2) as pipeline:
            for turn in range(3):
                for person in people:
                    await person.sends(f"Domanda {turn} di {person.id}?")
                if turn == 1:
                    await server.stop_listening()
                    await server.start_listening()
            await until(lambda: len(pipeline.questions) == 60)
            await until(lambda: sum(len(server.messages(person)) for person in people) >= 58)
        for person in people:
            own = [question.text for question in pipeline.questions if question.text.endswith(f"di {person.id}?")]
            assert own == [f"Domanda {turn} di {person.id}?" for turn in range(3)]


async def test_killed_bot_forgets_no_question(tmp_path: Path) -> None:
    """A bot that is killed with SIGKILL again and again, at random moments, has answered every question in the end."""
    random, kills = Random(20250311), 3
    async with TelegramServer(rates=NO_RATE_LIMITS) as server:
        people = [server.user(number, "Anna") for number in range(1, 31)]
        asked = iter(people)
        for kill in range(kills):
            command = (sys.executable, "-m", "tests.bot.bot_process", server.url, server.token, str(tmp_path))
            process = await asyncio.create_subprocess_exec(*command)
            for person in itertools.islice(asked, len(people) // kills):
                await person.sends("Quando?")
            fetched = len(server.calls("getUpdates"))
            await server.wait_for_request("getUpdates", count=fetched + 1, timeout=20)
            if kill < kills - 1:
                await asyncio.sleep(random.uniform(0, 0.2))
            else:
                await until(lambda: all(server.messages(person) for person in people))
            process.kill()
            await process.wait()
        repeated = sum(len(server.messages(person)) - 1 for person in people)
    assert repeated <= kills  # what was being sent at that instant may come twice


class LockedForAWhile(Journal):
    """A journal that cannot delete the first time."""

    tries = 0

    def forget(self, *, older_than_days: int) -> int:
        """Fail, then forget."""
        self.tries += 1
        if self.tries == 1:
            raise OperationalError("delete", {}, OSError("database is locked"))
        return super().forget(older_than_days=older_than_days)


async def test_forgetting_survives_an_error_of_the_database(
    server: TelegramServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """When what is old cannot be forgotten, the log says so, and the next day it is tried again."""
    with closing(LockedForAWhile(f"sqlite:///{tmp_path / 'journal.sqlite'}")) as journal:
        answering = Answering(FakePipeline, today=lambda: TODAY, timeout_seconds=5, queue_size=1)
        with closing(answering):
            parts = Reindexing(NO_INDEXING), Withdrawing(MemoryEngine())
            adding = Adding(NO_ADDING, Additions(tmp_path / "added"), MemoryEngine())
            report = SourceReport(MemoryEngine(), IndexSettings(data_dir=tmp_path))
            bot = TelegramBot(
                bot_settings(server), answering, journal, *parts, adding=adding, source_report=report, forget_every_seconds=0.01
            )
            stop = asyncio.Event()
            task = asyncio.create_task(bot.run(stop, indexes_at_start=False))
            await until(lambda: journal.tries > 1)
            stop.set()
            await task
    assert "could not be forgotten" in caplog.text
