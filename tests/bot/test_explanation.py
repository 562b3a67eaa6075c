"""/perche: how the last answer was found, or the one that is replied to."""

from pathlib import Path

import pytest

from bot import replies
from tests.bot.archive import Archive
from tests.bot.fakes import FakePipeline, make_article, running_bot, shown
from tests.telegram_server import Message, TelegramServer, User

RENEWED = "Fino a quando ha rinnovato Simeone?"
OPENS = "Quando apre il molo di Porto Sereno?"


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """A real archive, indexed."""
    archive = Archive(tmp_path)
    archive.reindex()
    return archive


async def say(server: TelegramServer, person: User, text: str, reply_to: Message | None = None) -> Message:
    """Send a text and return what the bot says to it."""
    return await server.wait_for_message(person, after=await person.sends(text, reply_to=reply_to))


@pytest.mark.parametrize("command", ["/perche", "/perché", "/PERCHÈ"])
async def test_last_answer_is_explained(server: TelegramServer, tmp_path: Path, archive: Archive, command: str) -> None:
    """After an answer /perche, with or without its accent, names the words, the articles and the sentences with their confidence."""
    anna = server.user()
    async with running_bot(server, tmp_path, archive.pipeline()):
        await say(server, anna, OPENS)
        await say(server, anna, RENEWED)
        reply = await say(server, anna, command)
    assert reply.italic_texts == (RENEWED,)
    assert "Ho cercato: fino, rinnovato, simeone." in reply.text
    assert "Come risposta mi aspettavo una data." in reply.text
    assert "• Simeone resta (Cronache, 11 marzo 2025): ci sono fino, rinnovato, simeone" in reply.text
    assert "su 100: «Diego Simeone ha rinnovato con l'Atlético Madrid fino al 2027.»" in reply.text
    assert reply.links[0].url == "https://www.cronache.example/simeone"


async def test_reply_to_an_older_card_explains_that_one(server: TelegramServer, tmp_path: Path, archive: Archive) -> None:
    """As a reply to a card /perche explains its answer, not the last one, and then the last one again without a reply."""
    anna = server.user()
    async with running_bot(server, tmp_path, archive.pipeline()):
        first = await say(server, anna, OPENS)
        await say(server, anna, RENEWED)
        older = await say(server, anna, "/perche", reply_to=first)
        last = await say(server, anna, "/perche")
    assert older.italic_texts == (OPENS,)
    assert last.italic_texts == (RENEWED,)


async def test_follow_up_is_explained_with_what_it_leans_on(server: TelegramServer, tmp_path: Path, archive: Archive) -> None:
    """A question that could not stand alone is explained with the words of the turn before."""
    anna = server.user()
    async with running_bot(server, tmp_path, archive.pipeline()):
        await say(server, anna, OPENS)
        await say(server, anna, "E il museo?")
        reply = await say(server, anna, "/perche")
    assert reply.italic_texts == ("E il museo?",)
    assert "Ho cercato: museo, apre, molo" in reply.text


async def test_nothing_asked_is_nothing_to_explain(server: TelegramServer, tmp_path: Path) -> None:
    """In a chat without an answer, whatever was said in other chats, there is nothing to explain."""
    anna, bruno = server.user(1, "Anna"), server.user(2, "Bruno")
    async with running_bot(server, tmp_path) as pipeline:
        await say(server, bruno, "Quando?")
        await say(server, anna, "/help")
        assert (await say(server, anna, "/perche")).text == shown(replies.NOTHING_TO_EXPLAIN)
    assert [question.text for question in pipeline.questions] == ["Quando?"]


async def test_explanation_is_no_turn(server: TelegramServer, tmp_path: Path) -> None:
    """What follows an explanation leans on the answer before it."""
    anna = server.user()
    async with running_bot(server, tmp_path) as pipeline:
        await say(server, anna, "Quando?")
        await say(server, anna, "/perche")
        await say(server, anna, "E prima?")
    assert [turn.question for turn in pipeline.questions[-1].history] == ["Quando?"]


@pytest.mark.parametrize(
    ("asked", "explained"),
    [
        ("/ultime molo", "ultime notizie su molo\nHo messo in ordine di data gli articoli che ne parlano, dal più recente."),
        ("/ultime", "ultime notizie\nHo messo in ordine di data gli articoli che leggo, dal più recente."),
        ("Ciao!", "Ciao!\nNon ho cercato negli articoli: non mi è sembrata una domanda a cui possano rispondere."),
    ],
)
async def test_what_needed_no_reading_says_so(server: TelegramServer, tmp_path: Path, archive: Archive, asked: str, explained: str) -> None:
    """The newest articles and small talk are explained by what was done for them."""
    anna = server.user()
    async with running_bot(server, tmp_path, archive.pipeline()):
        await say(server, anna, asked)
        assert (await say(server, anna, "/perche")).text == explained


async def test_follow_up_to_an_older_card_takes_its_conversation(server: TelegramServer, tmp_path: Path) -> None:
    """A question in reply to an older card goes on from there; the next one without a reply goes on from that."""
    anna = server.user()
    async with running_bot(server, tmp_path, FakePipeline(articles=[make_article()])) as pipeline:
        first = await say(server, anna, "Chi allena la Roma?")
        await say(server, anna, "Quanto costa il museo?")
        await say(server, anna, "E la Lazio?", reply_to=first)
        await say(server, anna, "E il Genoa?")
    histories = [[turn.question for turn in question.history] for question in pipeline.questions]
    assert histories[2] == ["Chi allena la Roma?"]
    assert histories[3] == ["Chi allena la Roma?", "Quanto costa il museo?", "E la Lazio?"]
