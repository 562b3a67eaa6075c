"""In groups the bot speaks only when spoken to, and only where it may."""

from pathlib import Path

from bot import replies
from tests.bot.fakes import RENEWAL, FakePipeline, bot_settings, make_article, running_bot, shown
from tests.telegram_server import NO_RATE_LIMITS, TelegramServer


async def test_group_talk_is_left_alone(tmp_path: Path) -> None:
    """A bot that sees all messages of a group answers only those that name it."""
    async with TelegramServer(has_privacy_mode=False) as server:
        anna = server.user()
        group = server.group(members=[anna])
        async with running_bot(server, tmp_path) as pipeline:
            await anna.sends("Chi vince stasera?", chat=group)
            asked = await anna.sends("@edicola_bot fino a quando ha rinnovato Simeone?", chat=group)
            card = await server.wait_for_message(group, after=asked)
        assert card.quotes == (RENEWAL,)
        assert card.reply_to == asked.message_id
        assert [question.text for question in pipeline.questions] == ["fino a quando ha rinnovato Simeone?"]
        assert len(server.messages(group)) == 1


async def test_name_is_taken_out_of_the_question_wherever_it_stands(server: TelegramServer, tmp_path: Path) -> None:
    """The bot's name is no part of the question; the name of another stays."""
    anna = server.user()
    group = server.group(members=[anna])
    async with running_bot(server, tmp_path) as pipeline:
        asked = await anna.sends("Dimmi, @Edicola_Bot, chi è @altro_bot?", chat=group)
        await server.wait_for_message(group, after=asked)
    assert pipeline.questions[0].text == "Dimmi, chi è @altro_bot?"


async def test_reply_to_the_bot_is_a_question(server: TelegramServer, tmp_path: Path) -> None:
    """In a group a reply to the bot's message goes to the bot."""
    anna = server.user()
    group = server.group(members=[anna])
    async with running_bot(server, tmp_path) as pipeline:
        card = await server.wait_for_message(group, after=await anna.sends("@edicola_bot quando?", chat=group))
        asked = await anna.sends("E prima?", chat=group, reply_to=card)
        await server.wait_for_message(group, after=asked)
    assert [question.text for question in pipeline.questions] == ["quando?", "E prima?"]


async def test_bare_name_is_met_with_a_question(server: TelegramServer, tmp_path: Path) -> None:
    """Whoever writes only the bot's name is asked what they want to know."""
    anna = server.user()
    group = server.group(members=[anna])
    async with running_bot(server, tmp_path):
        reply = await server.wait_for_message(group, after=await anna.sends("@edicola_bot", chat=group))
    assert reply.text == shown(replies.EMPTY_MENTION)


async def test_id_names_the_group(server: TelegramServer, tmp_path: Path) -> None:
    """In a group /id tells both numbers, for ADMIN_IDS and ALLOWED_IDS."""
    anna = server.user()
    group = server.group(members=[anna])
    async with running_bot(server, tmp_path):
        reply = await server.wait_for_message(group, after=await anna.sends("/id", chat=group))
    assert reply.code_texts == ("1001", str(group.id))


async def test_stranger_is_refused_kindly(server: TelegramServer, tmp_path: Path) -> None:
    """With ALLOWED_IDS only those people and groups are answered, and administrators; /id is for everybody."""
    anna, bruno, carla = server.user(1, "Anna"), server.user(2, "Bruno"), server.user(3, "Carla")
    group = server.group(members=[bruno])
    settings = bot_settings(server, allowed_ids=frozenset({1, group.id}), admin_ids=frozenset({3}))
    async with running_bot(server, tmp_path, settings=settings):
        for person in (anna, carla):
            assert (await server.wait_for_message(person, after=await person.sends("Quando?"))).quotes
        refused = await server.wait_for_message(bruno, after=await bruno.sends("Quando?"))
        assert refused.text == shown(replies.NOT_ALLOWED)
        refused = await server.wait_for_message(bruno, after=await bruno.sends("/sources"))
        assert refused.text == shown(replies.NOT_ALLOWED)
        assert (await server.wait_for_message(bruno, after=await bruno.sends("/id"))).code_texts == ("2",)
        assert (await server.wait_for_message(group, after=await bruno.sends("@edicola_bot quando?", chat=group))).quotes


async def test_group_that_is_not_allowed_gets_nothing_by_command(tmp_path: Path) -> None:
    """In a group that ALLOWED_IDS does not name every command but /id is refused, also without naming the bot."""
    commands = ("/start", "/help", "/sources", "/ultime Simeone", "/perche", "/reindex", "/ritira simeone", "/ripristina simeone")
    async with TelegramServer(rates=NO_RATE_LIMITS) as server:
        bruno = server.user(2, "Bruno")
        group = server.group(members=[bruno])
        async with running_bot(server, tmp_path, settings=bot_settings(server, allowed_ids=frozenset({1}))):
            for command in commands:
                refused = await server.wait_for_message(group, after=await bruno.sends(command, chat=group))
                assert refused.text == shown(replies.NOT_ALLOWED)
            assert (await server.wait_for_message(group, after=await bruno.sends("/id", chat=group))).code_texts == ("2", str(group.id))
        assert server.errors == []


async def test_latest_and_explanation_are_for_who_is_allowed(tmp_path: Path) -> None:
    """/ultime and /perche obey ALLOWED_IDS as questions do: in a group that it does not name those are answered whom it names."""
    async with TelegramServer(rates=NO_RATE_LIMITS) as server:
        anna, bruno = server.user(1, "Anna"), server.user(2, "Bruno")
        group = server.group(members=[anna, bruno])
        settings = bot_settings(server, allowed_ids=frozenset({1}))
        async with running_bot(server, tmp_path, FakePipeline(articles=[make_article()]), settings=settings) as pipeline:
            for command, chat in (("/ultime Simeone", bruno), ("/perche", bruno), ("/perché", bruno), ("/perche@edicola_bot", group)):
                refused = await server.wait_for_message(chat, after=await bruno.sends(command, chat=chat))
                assert refused.text == shown(replies.NOT_ALLOWED)
            assert pipeline.questions == []
            asked = await anna.sends("/ultime@edicola_bot Simeone", chat=group)
            latest = await server.wait_for_message(group, after=asked)
            assert latest.reply_to == asked.message_id
            assert latest.text.startswith("Le ultime notizie su «Simeone»:")
            explained = await server.wait_for_message(group, after=await anna.sends("/perche", chat=group))
            assert explained.text.startswith("ultime notizie su Simeone\n")
        assert server.errors == []
