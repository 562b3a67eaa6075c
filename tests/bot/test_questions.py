"""Questions in a private chat, from the message over HTTP to the card."""

import asyncio
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot import replies
from index.errors import SnapshotDamaged
from retrieval.answer import Answer, NoAnswer, Outcome, Reason, Tentative
from retrieval.question import Question
from tests.bot.fakes import RENEWAL, TODAY, FakePipeline, bot_settings, make_citation, running_bot, shown
from tests.telegram_server import TelegramServer


async def test_question_is_answered_with_a_card(server: TelegramServer, tmp_path: Path) -> None:
    """The sentence comes as a quotation with the span in bold, then title, source, date and a link to the sentence."""
    anna = server.user()
    async with running_bot(server, tmp_path):
        asked = await anna.sends("Fino a quando ha rinnovato Simeone?")
        card = await server.wait_for_message(anna, after=asked)
    assert card.quotes == (RENEWAL,)
    assert card.bold_texts == ("2027",)
    assert card.text == f"{RENEWAL}\nSimeone resta\nCronache · 11 marzo 2025"
    assert card.links[0].url.startswith("https://news.example/simeone#:~:text=Diego%20Simeone")


async def test_no_answer_says_so_and_names_the_nearest(server: TelegramServer, tmp_path: Path) -> None:
    """Where the articles don't hold the answer, the bot says so and names what comes near."""
    anna = server.user()
    near = make_citation().article
    async with running_bot(server, tmp_path, FakePipeline(NoAnswer(Reason.FACT_NOT_FOUND, (near,)))):
        asked = await anna.sends("Quanti gatti ha Simeone?")
        reply = await server.wait_for_message(anna, after=asked)
    assert reply.text == "Non lo trovo negli articoli.\n\nNe parlano, ma senza dirlo:\n• Simeone resta (Cronache, 11 marzo 2025)"


async def test_tentative_quotes_are_called_tentative(server: TelegramServer, tmp_path: Path) -> None:
    """Quotes that may answer are introduced as such."""
    anna = server.user()
    citations = (make_citation(), make_citation(sentence="La firma era attesa.", span="attesa"))
    async with running_bot(server, tmp_path, FakePipeline(Tentative(citations, 0.4))):
        asked = await anna.sends("Quando firma?")
        reply = await server.wait_for_message(anna, after=asked)
    assert reply.text.startswith("Forse è in uno di questi passi:")
    assert reply.quotes == (RENEWAL, "La firma era attesa.")


async def test_follow_up_comes_with_the_conversation(server: TelegramServer, tmp_path: Path) -> None:
    """A question is asked with the turns of its chat before it, and of no other chat, even after a restart."""
    anna, bruno = server.user(1, "Anna"), server.user(2, "Bruno")
    async with running_bot(server, tmp_path) as pipeline:
        await server.wait_for_message(anna, after=await anna.sends("Fino a quando ha rinnovato Simeone?"))
        await server.wait_for_message(bruno, after=await bruno.sends("Chi allena l’Atlético?"))
    async with running_bot(server, tmp_path) as pipeline:
        await server.wait_for_message(anna, after=await anna.sends("E prima?"))
    (question,) = pipeline.questions
    assert question.asked_on == TODAY
    assert [(turn.question, turn.answer, turn.title) for turn in question.history] == [
        ("Fino a quando ha rinnovato Simeone?", "2027", "Simeone resta")
    ]


@pytest.mark.parametrize(
    ("command", "beginning"),
    [("/start", "Ciao!"), ("/help", "Scrivimi una domanda"), ("/id", "Il tuo numero è 1001."), ("/boh", "Non conosco questo comando")],
)
async def test_commands_are_answered(server: TelegramServer, tmp_path: Path, command: str, beginning: str) -> None:
    """Each command has its own words, an unknown one too."""
    anna = server.user()
    async with running_bot(server, tmp_path):
        reply = await server.wait_for_message(anna, after=await anna.sends(command))
    assert reply.text.startswith(beginning)


async def test_voice_is_refused_kindly(server: TelegramServer, tmp_path: Path) -> None:
    """Whoever sends something else than text is asked for words."""
    anna = server.user()
    async with running_bot(server, tmp_path):
        reply = await server.wait_for_message(anna, after=await anna.sends_voice())
    assert reply.text == shown(replies.ONLY_TEXT)


@pytest.mark.parametrize(
    ("text", "reason"), [("🤷", Reason.NOT_A_QUESTION), ("a " * 2000 + "?", Reason.TOO_LONG), ("Ciao", Reason.NOTHING_INDEXED)]
)
async def test_odd_questions_get_a_kind_sentence(server: TelegramServer, tmp_path: Path, text: str, reason: Reason) -> None:
    """Emoji, a novel, or a question to an empty archive: the reply says what to do."""
    anna = server.user()
    async with running_bot(server, tmp_path, FakePipeline(NoAnswer(reason))):
        reply = await server.wait_for_message(anna, after=await anna.sends(text))
    assert reply.text == shown(replies.outcome_reply(NoAnswer(reason)))


async def test_edited_message_is_ignored(server: TelegramServer, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A corrected question is not answered a second time, not even one corrected before the bot was there."""
    anna = server.user()
    await anna.edits(await anna.sends("Quando?"), "/help")
    async with running_bot(server, tmp_path):
        first = await server.wait_for_message(anna)
        asked = await anna.sends("Quando?")
        second = await server.wait_for_message(anna, after=asked)
        await anna.edits(asked, "Quando scade?")
        third = await server.wait_for_message(anna, after=await anna.sends("/help"))
    assert server.messages(anna) == [first, second, third]
    assert "failed" not in caplog.text


async def test_failure_is_logged_then_told_kindly(server: TelegramServer, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """An error of ours is in the log with its traceback; the person reads a sentence without it."""

    def fail(question: Question) -> Outcome:
        raise ZeroDivisionError("internal detail")

    anna = server.user()
    async with running_bot(server, tmp_path, FakePipeline(fail)):
        reply = await server.wait_for_message(anna, after=await anna.sends("Quando?"))
    assert reply.text == shown(replies.FAILED)
    assert "ZeroDivisionError" in caplog.text


async def test_unreadable_index_is_told_kindly(server: TelegramServer, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Where the index cannot be read, the log holds the mend in English and the person an Italian sentence."""

    def fail(question: Question) -> Outcome:
        raise SnapshotDamaged("vectors.faiss is cut: run edicola index")

    anna = server.user()
    async with running_bot(server, tmp_path, FakePipeline(fail)):
        reply = await server.wait_for_message(anna, after=await anna.sends("Quando?"))
    assert reply.text == shown(replies.ARCHIVE_UNREADABLE)
    assert "vectors.faiss is cut" in caplog.text


async def test_slow_answer_shows_typing(server: TelegramServer, tmp_path: Path) -> None:
    """While an answer takes more than a second, the chat shows that the bot is typing; a quick one shows nothing."""
    anna = server.user()
    async with running_bot(server, tmp_path) as pipeline:
        await server.wait_for_message(anna, after=await anna.sends("Quando?"))
        assert server.calls("sendChatAction") == []
        asked = await anna.sends("Quando, ma lento?")
        await server.wait_for_request("sendChatAction")
        pipeline.gate.set()
        await server.wait_for_message(anna, after=asked)


async def test_answer_past_its_time_is_given_up_kindly(server: TelegramServer, tmp_path: Path) -> None:
    """When the time for an answer is over, the person is told; the next question is answered."""
    anna = server.user()
    async with running_bot(server, tmp_path, settings=bot_settings(server, answer_timeout_seconds=0.2)):
        reply = await server.wait_for_message(anna, after=await anna.sends("Quando, ma lento?"))
        assert reply.text == shown(replies.TOO_SLOW)
        card = await server.wait_for_message(anna, after=await anna.sends("Quando?"))
        assert card.quotes == (RENEWAL,)


async def test_full_queue_is_told_kindly(server: TelegramServer, tmp_path: Path) -> None:
    """When too many questions wait, a new one is asked to come back."""
    people = [server.user(number, "Anna") for number in range(1, 4)]
    async with running_bot(server, tmp_path, settings=bot_settings(server, queue_size=2)) as pipeline:
        for person in people[:2]:
            await person.sends("Quando, ma lento?")
        await server.wait_for_request("sendChatAction", count=2)
        reply = await server.wait_for_message(people[2], after=await people[2].sends("Quando?"))
        assert reply.text == shown(replies.BUSY)
        pipeline.gate.set()
        await server.wait_for_message(people[0])


async def test_slow_chat_does_not_hold_up_another(server: TelegramServer, tmp_path: Path) -> None:
    """Two chats are answered beside each other: the quick one does not wait for the slow one."""
    anna, bruno = server.user(1, "Anna"), server.user(2, "Bruno")
    async with running_bot(server, tmp_path, workers=2) as pipeline:
        await anna.sends("Quando, ma lento?")
        await server.wait_for_message(bruno, after=await bruno.sends("Quando?"))
        assert server.messages(anna) == []
        pipeline.gate.set()
        await server.wait_for_message(anna)


async def test_one_chat_is_answered_in_order(server: TelegramServer, tmp_path: Path) -> None:
    """A quick question after a slow one waits for its turn, even with a free worker."""
    anna = server.user()
    async with running_bot(server, tmp_path, workers=2) as pipeline:
        await anna.sends("Prima, ma lento?")
        await anna.sends("/help")
        await anna.sends("Poi?")
        await asyncio.sleep(0.2)
        assert server.messages(anna) == []
        pipeline.gate.set()
        await server.wait_for_message(anna, lambda _: len(server.messages(anna)) == 3)
    assert [bool(message.quotes) for message in server.messages(anna)] == [True, False, True]


async def test_question_is_logged_without_its_words(server: TelegramServer, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The log has one line a question: ids, outcome, confidence, milliseconds by stage; never the words."""
    anna = server.user()
    caplog.set_level("DEBUG", "bot")
    async with running_bot(server, tmp_path):
        asked = await anna.sends("Quando scade Zanzibar?")
        await server.wait_for_message(anna, after=asked)
    (line,) = [record.message for record in caplog.records if record.message.startswith("question ")]
    assert f"chat=1001 update={asked.update_id} outcome=answer confidence=0.900 snapshot=7 articles=simeone" in line
    assert "understand_ms=1 read_ms=2" in line
    assert "Zanzibar" not in caplog.text


async def test_what_was_answered_is_kept(server: TelegramServer, tmp_path: Path) -> None:
    """The journal keeps each answer with what it cites, and each question that got none with the reason."""
    anna = server.user()
    citation = make_citation()

    def answer(question: Question) -> Outcome:
        return NoAnswer(Reason.UNKNOWN_SUBJECT) if "gatti" in question.text else Answer(citation, 0.9)

    async with running_bot(server, tmp_path, FakePipeline(answer)):
        await server.wait_for_message(anna, after=await anna.sends("Quando scade?"))
        await server.wait_for_message(anna, after=await anna.sends("Quanti gatti?"))
    with closing(sqlite3.connect(tmp_path / "journal.sqlite")) as journal:
        rows = journal.execute("SELECT question, reason, citations FROM answers ORDER BY id").fetchall()
    cited = {"article_id": "simeone", "digest": citation.article.digest, "offsets": list(citation.offsets)}
    assert [(question, reason, json.loads(citations)) for question, reason, citations in rows] == [
        ("Quando scade?", "", [cited]),
        ("Quanti gatti?", "unknown_subject", []),
    ]
