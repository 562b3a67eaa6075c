"""/ritira and /ripristina: an article is gone at once and stays away, until it is brought back."""

import json
import unicodedata
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import replies
from bot.markup import Reply
from bot.withdrawing import UnknownArticle, Withdrawing
from index.articles import Article
from tests.bot.archive import Archive
from tests.bot.fakes import bot_settings, running_bot, shown
from tests.index.memory_engine import MemoryEngine, index_in_memory
from tests.telegram_server import NO_RATE_LIMITS, Message, TelegramServer, User

ADMIN = 1001
RENEWED = "Fino a quando ha rinnovato Simeone?"
SENTENCE = "Diego Simeone ha rinnovato con l'Atlético Madrid fino al 2027."
LINK = "https://www.cronache.example/simeone"


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    """A Telegram on loopback that lets an editor be quick, and that must not have refused anything."""
    async with TelegramServer(rates=NO_RATE_LIMITS) as telegram:
        yield telegram
        assert telegram.errors == []


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """A real archive, indexed."""
    archive = Archive(tmp_path)
    archive.reindex()
    return archive


@asynccontextmanager
async def edited(server: TelegramServer, archive: Archive, tmp_path: Path) -> AsyncIterator[None]:
    """Run the bot over the archive, with an administrator."""
    settings = bot_settings(server, admin_ids=frozenset({ADMIN}))
    async with running_bot(server, tmp_path, archive.pipeline(), settings=settings, engine=archive.engine):
        yield


async def say(server: TelegramServer, person: User, text: str, reply_to: Message | None = None) -> Message:
    """Send a text and return what the bot says to it."""
    return await server.wait_for_message(person, after=await person.sends(text, reply_to=reply_to))


async def test_withdrawn_article_is_gone_until_it_comes_back(server: TelegramServer, archive: Archive, tmp_path: Path) -> None:
    """From the next message on it is neither answered from nor listed, also after a rollback and a new indexing; then it comes back."""
    archive.write("molo", "Il molo riapre", "2025-04-18", "Il molo di Porto Sereno apre il 10 maggio.")
    archive.reindex()
    editor, anna = server.user(ADMIN), server.user(2, "Anna")

    async def is_seen() -> bool:
        card = await say(server, anna, RENEWED)
        listed, latest = await say(server, anna, "/sources"), await say(server, anna, "/ultime Simeone")
        seen = {"Simeone resta" in message.text for message in (card, listed, latest)}
        assert len(seen) == 1
        assert (SENTENCE in card.quotes) in seen
        return seen.pop()

    async with edited(server, archive, tmp_path):
        assert await is_seen()
        told = await say(server, editor, "/ritira simeone rettifica del club")
        assert told.text.startswith("Ritirato: Simeone resta (Cronache, 11 marzo 2025)\n")
        assert told.code_texts == ("/ripristina simeone",)
        assert not await is_seen()
        assert archive.engine.rollback() == 1
        assert not await is_seen()
        archive.write("simeone", "Simeone resta", "2025-03-12", SENTENCE)
        assert archive.reindex().changed == 2
        assert not await is_seen()
        told = await say(server, editor, "/ripristina simeone")
        assert told.text.startswith("Ripristinato: Simeone resta (Cronache, 12 marzo 2025)\n")
        assert await is_seen()


async def test_reply_to_a_card_withdraws_what_it_cites(server: TelegramServer, archive: Archive, tmp_path: Path) -> None:
    """As a reply to a card the command needs no id: words behind it are the reason, and /ripristina in reply brings the article back."""
    editor = server.user(ADMIN)
    async with edited(server, archive, tmp_path):
        card = await say(server, editor, RENEWED)
        await say(server, editor, "Quando apre il molo di Porto Sereno?")
        assert (await say(server, editor, "/ritira diffida\ndel club", reply_to=card)).text.startswith("Ritirato: Simeone resta")
        assert SENTENCE not in (await say(server, editor, RENEWED)).quotes
        assert (await say(server, editor, "/ripristina", reply_to=card)).text.startswith("Ripristinato: Simeone resta")
        assert (await say(server, editor, RENEWED)).quotes == (SENTENCE,)
        await say(server, editor, "/ritira molo", reply_to=card)
        assert archive.engine.withdrawn() == {"molo"}  # who names an article means that one
    assert json.loads((archive.index / "withdrawn.json").read_bytes())["withdrawn"] == {"molo": ""}


async def test_reply_in_a_group_is_of_that_group(server: TelegramServer, archive: Archive, tmp_path: Path) -> None:
    """In a group the card that is replied to is one of the group, and the reason is kept for people."""
    editor = server.user(ADMIN)
    group = server.group(members=[editor])
    async with edited(server, archive, tmp_path):
        card = await server.wait_for_message(group, after=await editor.sends(f"@edicola_bot {RENEWED}", chat=group))
        asked = await editor.sends("/ritira@edicola_bot diffida del club", chat=group, reply_to=card)
        assert (await server.wait_for_message(group, after=asked)).text.startswith("Ritirato: Simeone resta")
    assert json.loads((archive.index / "withdrawn.json").read_bytes())["withdrawn"] == {"simeone": "diffida del club"}


async def test_link_of_a_card_names_its_article(server: TelegramServer, archive: Archive, tmp_path: Path) -> None:
    """A link as it was copied from a card, with the place inside the page, is as good as an id."""
    editor = server.user(ADMIN)
    async with edited(server, archive, tmp_path):
        card = await say(server, editor, RENEWED)
        assert card.links[0].url.startswith(f"{LINK}#:~:text=")
        assert (await say(server, editor, f"/ritira {card.links[0].url} diffida")).text.startswith("Ritirato: Simeone resta")
    assert archive.engine.withdrawn() == {"simeone"}


@pytest.mark.parametrize(
    ("words", "reply"),
    [("", replies.WHICH_ARTICLE), ("nessuno", replies.UNKNOWN_ARTICLE), ("https://www.cronache.example/altro", replies.UNKNOWN_ARTICLE)],
)
async def test_what_names_no_article_is_told_kindly(
    server: TelegramServer, archive: Archive, tmp_path: Path, words: str, reply: Reply
) -> None:
    """Without an article, or with one that nobody knows, the reply says so; also in reply to a message that cites none."""
    editor = server.user(ADMIN)
    async with edited(server, archive, tmp_path):
        await say(server, editor, RENEWED)
        help_ = await say(server, editor, "/help")
        for command in ("/ritira", "/ripristina"):
            for card in (None, help_):
                assert (await say(server, editor, f"{command} {words}".strip(), reply_to=card)).text == shown(reply)
    assert archive.engine.withdrawn() == frozenset()


async def test_others_may_not_withdraw(server: TelegramServer, archive: Archive, tmp_path: Path) -> None:
    """Who is no administrator changes nothing, by none of the commands for administrators."""
    anna = server.user(2, "Anna")
    async with edited(server, archive, tmp_path):
        card = await say(server, anna, RENEWED)
        for command in ("/ritira simeone", "/ritira", "/ripristina simeone", "/reindex"):
            assert (await say(server, anna, command, reply_to=card)).text == shown(replies.ADMINS_ONLY)
    assert archive.engine.withdrawn() == frozenset()


async def test_damaged_list_is_told_kindly(
    server: TelegramServer, archive: Archive, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Where nobody knows what was withdrawn nothing is answered and nothing changed; the log holds the mend."""
    editor = server.user(ADMIN)
    async with edited(server, archive, tmp_path):
        await say(server, editor, "/ritira molo")
        (archive.index / "withdrawn.json").write_bytes(b"{}")
        for text in (RENEWED, "/sources", "/ultime", "/ritira simeone", "/ripristina molo"):
            assert (await say(server, editor, text)).text == shown(replies.ARCHIVE_UNREADABLE)
    assert "withdraw the articles again" in caplog.text


async def test_empty_archive_has_nothing_to_withdraw(server: TelegramServer, tmp_path: Path) -> None:
    """Before anything was indexed the reply says so."""
    editor = server.user(ADMIN)
    async with edited(server, Archive(tmp_path), tmp_path):
        assert (await say(server, editor, "/ritira simeone")).text == shown(replies.NO_SOURCES)


ARTICLES = (
    Article("nota", "Uno.", url="https://www.e.example/a"),
    Article("nota 2", "Due.", url="https://www.e.example/b?id=2"),
    Article("sport/Nota Stampa 12", "Tre.", url="https://www.E.example/c/"),
    Article(unicodedata.normalize("NFC", "città"), "Quattro.", url="https://www.e.example/c"),
    Article("https://www.e.example/d", "Cinque.", url="https://[rotto"),
)


@pytest.fixture
def engine() -> MemoryEngine:
    """An engine with articles of odd names."""
    return index_in_memory(ARTICLES)


@pytest.mark.parametrize(
    ("text", "ids", "rest"),
    [
        ("nota", ["nota"], ""),
        ("nota  2", ["nota 2"], ""),
        ("nota 2 errata corrige", ["nota 2"], "errata corrige"),
        ("nota 3", ["nota"], "3"),
        ("sport/Nota Stampa 12 diffida", ["sport/Nota Stampa 12"], "diffida"),
        (unicodedata.normalize("NFD", "città") + " per errore", ["città"], "per errore"),
        ("http://www.e.example/a/#:~:text=Uno diffida", ["nota"], "diffida"),
        ("https://www.e.example/b?id=2", ["nota 2"], ""),
        ("https://www.e.example/c", ["città", "sport/Nota Stampa 12"], ""),
        ("https://www.e.example/d", ["https://www.e.example/d"], ""),
    ],
)
def test_text_names_an_article_and_a_reason(engine: MemoryEngine, text: str, ids: list[str], rest: str) -> None:
    """The longest beginning that is an id names the article, else a link in front, however it was copied; the rest is the reason."""
    articles, reason = Withdrawing(engine).find_in(text)
    assert (sorted(article.id for article in articles), reason) == (ids, rest)


@pytest.mark.parametrize("text", ["", "  ", "not", "2", "https://www.e.example/b", "https://[rotto", "https://", "\ud800", "x " * 2000])
def test_text_that_names_nothing_is_an_error(engine: MemoryEngine, text: str) -> None:
    """What is neither an id nor a link of the index is no article, whatever it is."""
    withdrawing = Withdrawing(engine)
    for find in (withdrawing.find, withdrawing.find_in):
        with pytest.raises(UnknownArticle):
            find(text)


@given(st.sampled_from([article.id for article in ARTICLES]), st.text(max_size=30))
def test_whole_reference_is_found_only_whole(id_: str, more: str) -> None:
    """By `find` an article is found with its id alone, never with words behind it."""
    withdrawing = Withdrawing(index_in_memory(ARTICLES))
    reference = f"{id_}x{more}"
    with pytest.raises(UnknownArticle):
        withdrawing.find(reference)
    assert [article.id for article in withdrawing.find(f" {id_} ")] == [id_]


def test_article_that_is_no_longer_indexed_can_come_back(engine: MemoryEngine) -> None:
    """What was withdrawn and then left the index is still known by its id, so that the list can be put right."""
    engine.withdraw("sparito", "diffida")
    withdrawing = Withdrawing(engine)
    withdrawing.restore(withdrawing.find("sparito"))
    assert engine.withdrawn() == frozenset()
    with pytest.raises(UnknownArticle):
        withdrawing.find("sparito")


def test_all_articles_with_a_link_go(engine: MemoryEngine) -> None:
    """Articles that share a link are withdrawn together, and the reply names each."""
    withdrawing = Withdrawing(engine)
    articles = withdrawing.find("https://www.e.example/c")
    withdrawing.withdraw(articles, "diffida")
    assert engine.withdrawn() == {"città", "sport/Nota Stampa 12"}
    assert shown(replies.withdrawn_reply(articles)).count("Ritirato: ") == 2
