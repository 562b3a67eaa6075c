"""/sources: the articles in pages, newest first."""

from pathlib import Path

from bot import replies
from index.settings import IndexSettings
from index.sources.collection import open_history
from index.sources.history import Run
from tests.bot.archive import Archive
from tests.bot.fakes import FakePipeline, bot_settings, make_article, running_bot, shown
from tests.telegram_server import TelegramServer

ARTICLES = [make_article(id=f"a{day}", title=f"Articolo {day}", published=f"2025-03-{day:02}") for day in range(1, 15)]


async def test_sources_are_listed_newest_first(server: TelegramServer, tmp_path: Path) -> None:
    """A page shows title, source, date and link, and leads to the older ones."""
    anna = server.user()
    async with running_bot(server, tmp_path, FakePipeline(articles=ARTICLES)):
        page = await server.wait_for_message(anna, after=await anna.sends("/sources"))
    assert page.text.startswith("14 articoli, dal più recente (1–6):\n\nArticolo 14\nCronache · 14 marzo 2025\n\nArticolo 13")
    assert page.links[0].url == "https://news.example/simeone"
    assert [button.text for button in page.buttons] == ["Meno recenti ›"]


async def test_pages_turn_in_the_same_message(server: TelegramServer, tmp_path: Path) -> None:
    """The buttons lead to the last page and back, in one message, and every press is answered."""
    anna = server.user()
    async with running_bot(server, tmp_path, FakePipeline(articles=ARTICLES)):
        page = await server.wait_for_message(anna, after=await anna.sends("/sources"))
        for _ in range(2):
            press = await anna.presses("Meno recenti ›", page)
            await server.wait_for_answer(press)
            page = await server.wait_for_message(anna, lambda message, before=page: message.text != before.text)
        assert "(13–14)" in page.text
        assert [button.text for button in page.buttons] == ["‹ Più recenti"]
        await anna.presses("‹ Più recenti", page)
        await server.wait_for_message(anna, lambda message: "(7–12)" in message.text)
    assert len(server.messages(anna)) == 1


async def test_page_of_a_shrunken_archive_shows_the_last(server: TelegramServer, tmp_path: Path) -> None:
    """A button to a page that is gone after an indexing leads to the last page there is."""
    anna = server.user()
    async with running_bot(server, tmp_path, FakePipeline(articles=ARTICLES)):
        page = await server.wait_for_message(anna, after=await anna.sends("/sources"))
    async with running_bot(server, tmp_path, FakePipeline(articles=ARTICLES[:2])):
        await anna.presses("Meno recenti ›", page)
        await server.wait_for_message(anna, lambda message: "2 articoli" in message.text)


async def test_empty_archive_says_so(server: TelegramServer, tmp_path: Path) -> None:
    """Where nothing is indexed there is a sentence instead of a list."""
    anna = server.user()
    async with running_bot(server, tmp_path):
        page = await server.wait_for_message(anna, after=await anna.sends("/sources"))
    assert page.text == shown(replies.NO_SOURCES)


async def test_administrator_sees_how_the_sources_stand(server: TelegramServer, tmp_path: Path) -> None:
    """In private an administrator is told of each source what it gave, what is wrong with it and why; nobody else is."""
    archive = Archive(tmp_path)
    archive.write("muto", "Senza data", "ieri forse", "Il testo di questo articolo non dice quando fu scritto.")
    archive.reindex()
    with open_history(IndexSettings(data_dir=tmp_path)) as history:
        reasons = (("it has no text", 2), ("its page is too large", 1))
        history.add(Run("corriere", 0.0, 60.0, given=3, skipped=3, reasons=reasons))
        history.add(Run("corriere", 3600.0, 3660.0, failure="its feed is not there (404)", skipped=3, reasons=reasons))
    anna, bruno = server.user(1, "Anna"), server.user(2, "Bruno")
    settings = bot_settings(server, admin_ids=frozenset({1}))
    async with running_bot(server, tmp_path, archive.pipeline(), settings=settings, engine=archive.engine):
        told = await server.wait_for_message(anna, after=await anna.sends("/sources"))
        other = await server.wait_for_message(bruno, after=await bruno.sends("/sources"))
    assert told.text.removeprefix(other.text).strip().splitlines() == [
        "Come stanno le fonti:",
        "• articoli: 4 articoli, 1 senza data, 0 quasi uguali ad altri, 0 saltati, 12 parole di solito",
        "• corriere: 0 articoli, 0 senza data, 0 quasi uguali ad altri, 3 saltati, 0 parole di solito, letta il 1º gennaio 1970, "
        "ora non si riesce a leggere – 2 × it has no text; 1 × its page is too large",
    ]


async def test_list_waits_in_the_same_line_as_questions(server: TelegramServer, tmp_path: Path) -> None:
    """Where too many questions wait, the list asks to come back, too."""
    anna, bruno = server.user(1, "Anna"), server.user(2, "Bruno")
    settings = bot_settings(server, queue_size=1)
    async with running_bot(server, tmp_path, FakePipeline(articles=ARTICLES), settings=settings) as pipeline:
        await anna.sends("Quando, ma lento?")
        await server.wait_for_request("sendChatAction")
        reply = await server.wait_for_message(bruno, after=await bruno.sends("/sources"))
        assert reply.text == shown(replies.BUSY)
        pipeline.gate.set()
        await server.wait_for_message(anna)


async def test_buttons_do_nothing_for_who_is_no_longer_allowed(server: TelegramServer, tmp_path: Path) -> None:
    """A page sent before ALLOWED_IDS was set cannot be turned by others: the press is refused kindly."""
    anna = server.user(1, "Anna")
    async with running_bot(server, tmp_path, FakePipeline(articles=ARTICLES)):
        page = await server.wait_for_message(anna, after=await anna.sends("/sources"))
    settings = bot_settings(server, allowed_ids=frozenset({2}))
    async with running_bot(server, tmp_path, FakePipeline(articles=ARTICLES), settings=settings):
        answer = await server.wait_for_answer(await anna.presses("Meno recenti ›", page))
    assert answer.text == replies.BUTTON_NOT_ALLOWED
    assert [message.text for message in server.messages(anna)] == [page.text]
