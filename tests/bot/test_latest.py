"""/ultime: the newest articles, of some words or of all."""

from pathlib import Path

import pytest

from bot import replies
from tests.bot.archive import Archive
from tests.bot.fakes import FakePipeline, make_article, running_bot, shown
from tests.telegram_server import TelegramServer

MUSEUM = "Il museo della carta resta chiuso fino a ottobre per i lavori al tetto."


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """A real archive with a fourth article, the newest, on the pier."""
    archive = Archive(tmp_path)
    archive.write("slitta", "Slitta il molo", "2025-05-20", "Slitta tutto. Il molo di Porto Sereno apre il 20 giugno, dice il sindaco.")
    archive.reindex()
    return archive


async def test_without_words_the_newest_articles_are_shown(server: TelegramServer, tmp_path: Path, archive: Archive) -> None:
    """/ultime alone quotes the first sentence of the newest articles, newest first, with nothing in bold."""
    anna = server.user()
    async with running_bot(server, tmp_path, archive.pipeline()):
        card = await server.wait_for_message(anna, after=await anna.sends("/ultime"))
    assert card.text.startswith("Le ultime notizie che ho letto:\n\nSlitta tutto.\nSlitta il molo\nCronache · 20 maggio 2025\n\n")
    assert card.quotes[:2] == ("Slitta tutto.", MUSEUM)
    assert len(card.quotes) == 4
    assert card.bold_texts == ()


@pytest.mark.parametrize("command", ["/ultime molo", "/ultime sul molo", "/ultime notizie sul molo", "/ultime@edicola_bot  Molo?"])
async def test_words_choose_the_articles(server: TelegramServer, tmp_path: Path, archive: Archive, command: str) -> None:
    """With words, whatever preposition stands before them, only articles that speak of them are shown, each by the sentence that does."""
    anna = server.user()
    async with running_bot(server, tmp_path, archive.pipeline()):
        card = await server.wait_for_message(anna, after=await anna.sends(command))
    assert card.text.casefold().startswith("le ultime notizie su «molo")
    assert card.quotes == ("Il molo di Porto Sereno apre il 20 giugno, dice il sindaco.", "Il molo di Porto Sereno apre il 9 maggio.")


async def test_nobody_writes_of_it(server: TelegramServer, tmp_path: Path, archive: Archive) -> None:
    """Words of which no article speaks get an honest no."""
    anna = server.user()
    async with running_bot(server, tmp_path, archive.pipeline()):
        reply = await server.wait_for_message(anna, after=await anna.sends("/ultime Zanzibar"))
    assert reply.text == "Non ho trovato articoli su «Zanzibar»."


async def test_empty_archive_has_no_news(server: TelegramServer, tmp_path: Path) -> None:
    """Where nothing is indexed the reply says so."""
    anna = server.user()
    async with running_bot(server, tmp_path):
        reply = await server.wait_for_message(anna, after=await anna.sends("/ultime"))
    assert reply.text == "Non ho ancora articoli da leggere: riprova più tardi."


async def test_follow_up_knows_what_was_shown(server: TelegramServer, tmp_path: Path) -> None:
    """A follow-up after /ultime comes with what was asked for and with the first article that was shown."""
    anna = server.user()
    articles = [make_article(), make_article(id="later", title="Simeone saluta", published="2025-05-12")]
    async with running_bot(server, tmp_path, FakePipeline(articles=articles)) as pipeline:
        await server.wait_for_message(anna, after=await anna.sends("/ultime su Simeone"))
        await server.wait_for_message(anna, after=await anna.sends("E prima?"))
    asked, follow_up = pipeline.questions
    assert asked.text == "Simeone"
    assert [(turn.question, turn.answer, turn.article_id) for turn in follow_up.history] == [("ultime notizie su Simeone", "", "later")]


async def test_question_for_the_latest_needs_no_command(server: TelegramServer, tmp_path: Path, archive: Archive) -> None:
    """`Ultime notizie sul molo?` as a message is answered as the command is."""
    anna = server.user()
    async with running_bot(server, tmp_path, archive.pipeline()):
        asked = await anna.sends("/ultime sul molo")
        by_command = await server.wait_for_message(anna, after=asked)
        by_question = await server.wait_for_message(anna, after=await anna.sends("Ultime notizie sul molo?"))
    assert by_question.text == by_command.text
    assert by_question.text != shown(replies.UNKNOWN_COMMAND)
