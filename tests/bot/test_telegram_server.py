"""The local Telegram that the bot's tests rely on behaves as Telegram does, driven by the real library and by raw HTTP."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import aiohttp
import httpx
import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram import (
    BotCommand,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    LinkPreviewOptions,
    Message,
    MessageEntity,
    ReplyKeyboardMarkup,
    ReplyParameters,
    Update,
)
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter, TimedOut
from telegram.ext import Application, ApplicationBuilder, ContextTypes, TypeHandler
from telegram.request import HTTPXRequest

from tests.telegram_server import NO_RATE_LIMITS, Entity, Link, RateLimits, Refusal, TelegramServer, utf16_length
from tests.telegram_server.html_markup import parse_html

App = Application[Any, Any, Any, Any, Any, Any]
Handle = Callable[[Update, ContextTypes.DEFAULT_TYPE], Coroutine[Any, Any, None]]
SHORT_POLL_SECONDS = 2


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.seconds = 1_750_000_000.0

    def __call__(self) -> float:
        """Return the present moment."""
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    """Return a clock at some moment of 2025."""
    return Clock()


@pytest.fixture
async def server(clock: Clock) -> AsyncIterator[TelegramServer]:
    """Yield a server without rate limits, on that clock."""
    async with TelegramServer(rates=NO_RATE_LIMITS, now=clock) as server:
        yield server


def build(server: TelegramServer, *, token: str | None = None) -> App:
    """Return the library's Application, as the bot builds it, with patience for a test only."""
    without_tls = {"verify": False}  # loading the certificates takes 50 ms an Application
    requests = [HTTPXRequest(read_timeout=5, connect_timeout=5, httpx_kwargs=without_tls) for _ in range(2)]
    builder = ApplicationBuilder().token(token or server.token).base_url(server.base_url).base_file_url(server.base_file_url)
    return builder.request(requests[0]).get_updates_request(requests[1]).build()


@pytest.fixture(autouse=True)
def _library_gives_timedeltas(monkeypatch: pytest.MonkeyPatch) -> None:
    """Opt in to the library's coming type of `retry_after`, whose former one warns."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@asynccontextmanager
async def bot(server: TelegramServer) -> AsyncIterator[Any]:
    """Yield the library's Bot, for calls outside of any update."""
    application = build(server)
    async with application.bot:
        yield application.bot


@asynccontextmanager
async def polling(server: TelegramServer, handle: Handle) -> AsyncIterator[App]:
    """Run an Application that polls and hands every update to `handle`."""
    application = build(server)
    application.add_handler(TypeHandler(Update, handle))
    async with application:
        assert application.updater is not None
        await application.start()
        await application.updater.start_polling(timeout=SHORT_POLL_SECONDS, poll_interval=0, bootstrap_retries=0)
        yield application
        await application.updater.stop()
        await application.stop()


async def echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Say what was said."""
    assert update.effective_message is not None
    await update.effective_message.reply_text(f"eco: {update.effective_message.text}")


async def call(server: TelegramServer, method: str, *, token: str | None = None, **parameters: Any) -> dict[str, Any]:
    """Call a method with a JSON body, without the library; return the answer's body."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{server.base_url}{token or server.token}/{method}", json=parameters) as response,
    ):
        body: dict[str, Any] = await response.json()
        assert body["ok"] is (response.status == 200)
        assert body["ok"] or body["error_code"] == response.status
        return body


@asynccontextmanager
async def loopback(receive: Callable[[web.BaseRequest], Coroutine[Any, Any, web.Response]]) -> AsyncIterator[str]:
    """Yield the address of a raw listener, as a bot's webhook is one."""
    listener = web.Server(receive)
    listening = await asyncio.get_running_loop().create_server(listener, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/hook"
    listening.close()
    await listener.shutdown(0.01)


class Hook:
    """A webhook that notes what it receives and answers the given statuses in turn, then 200."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.received: list[tuple[str, str]] = []  # secret, text

    async def __call__(self, request: web.BaseRequest) -> web.Response:
        """Answer one delivery."""
        update = await request.json()
        self.received.append((request.headers.get("X-Telegram-Bot-Api-Secret-Token", ""), update["message"]["text"]))
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)


async def until(is_so: Callable[[], bool]) -> None:
    """Wait for what only the passing of time brings."""
    while not is_so():
        await asyncio.sleep(0.001)


async def said(server: TelegramServer, method: str, **parameters: Any) -> str:
    """Return the refusal of a call."""
    return str((await call(server, method, **parameters))["description"])


class TestPolling:
    """Updates by `getUpdates`."""

    async def test_the_real_application_answers_a_user_by_polling(self, server: TelegramServer) -> None:
        """A message reaches a handler of the real library, and its reply reaches the test."""
        anna = server.user(1001, "Anna", "it")
        async with polling(server, echo):
            question = await anna.sends("Chi ha vinto?")
            reply = await server.wait_for_message(anna, after=question)
            await server.wait_until_pending(0)
        assert (reply.text, reply.chat_id) == ("eco: Chi ha vinto?", 1001)
        assert server.errors == []

    async def test_updates_come_again_until_an_offset_confirms_them(self, server: TelegramServer) -> None:
        """`getUpdates` repeats what no offset has confirmed, in pages of `limit`; a negative offset keeps the latest."""
        anna = server.user()
        for text in ("uno", "due", "tre"):
            await anna.sends(text)
        first = (await call(server, "getUpdates", limit=2))["result"]
        again = (await call(server, "getUpdates"))["result"]
        rest = (await call(server, "getUpdates", offset=first[1]["update_id"] + 1))["result"]
        await anna.sends("quattro")
        latest = (await call(server, "getUpdates", offset=-1))["result"]
        assert tuple([update["message"]["text"] for update in page] for page in (first, again, rest, latest)) == (
            ["uno", "due"],
            ["uno", "due", "tre"],
            ["tre"],
            ["quattro"],
        )
        assert len(server.pending_updates) == 1

    async def test_a_long_poll_ends_when_something_comes(self, server: TelegramServer) -> None:
        """A poll with a timeout waits, returns at the first update, and returns nothing when none comes."""
        anna = server.user()
        poll = asyncio.create_task(call(server, "getUpdates", timeout=30))
        await until(lambda: server.is_polled)
        await anna.sends("ecco")
        assert len((await poll)["result"]) == 1
        confirmed = await call(server, "getUpdates", timeout=1, offset=server.pending_updates[0].update_id + 1)  # type: ignore[operator]
        assert confirmed["result"] == []

    async def test_a_second_poller_ends_the_first_with_409(self, server: TelegramServer) -> None:
        """Of two bots with one token the later poll wins, the earlier one reads Conflict."""
        first = asyncio.create_task(call(server, "getUpdates", timeout=30))
        await until(lambda: server.is_polled)
        second = asyncio.create_task(call(server, "getUpdates", timeout=30))
        assert (await first)["description"].startswith("Conflict: terminated by other getUpdates request")
        await server.user().sends("eccomi")
        assert len((await second)["result"]) == 1

    async def test_a_bot_that_is_stopped_and_started_meets_no_conflict(self, server: TelegramServer) -> None:
        """The poll of a stopped Application is no rival of the next one, and no update is lost between them."""
        anna = server.user()
        for text in ("prima", "dopo"):
            async with polling(server, echo):
                question = await anna.sends(text)
                await server.wait_for_message(anna, after=question)
        assert [message.text for message in server.messages(anna)] == ["eco: prima", "eco: dopo"]
        assert server.errors == []

    async def test_only_the_kinds_asked_for_arrive(self, server: TelegramServer) -> None:
        """`allowed_updates` holds for what happens after it, until it is changed."""
        anna = server.user()
        await call(server, "getUpdates", allowed_updates=["message"])
        message = await anna.sends("ciao")
        edited = await anna.edits(message, "ciao!")
        assert (message.is_visible, edited.is_visible) == (True, False)
        await call(server, "getUpdates", allowed_updates=[])
        assert (await anna.edits(message, "ciao!!")).is_visible


class TestWebhook:
    """Updates by webhook."""

    async def test_an_update_is_posted_until_the_bot_answers_200(self, server: TelegramServer) -> None:
        """A failed delivery is repeated with the secret header; the next update of the chat waits for it."""
        anna, hook = server.user(), Hook(500, 503)
        async with loopback(hook) as url, bot(server) as api:
            await api.set_webhook(url, secret_token="segreto")
            await anna.sends("uno")
            await anna.sends("due")
            await server.wait_until_pending(0)
            info = await api.get_webhook_info()
        assert hook.received == [("segreto", text) for text in ("uno", "uno", "uno", "due")]
        assert (info.url, info.pending_update_count) == (url, 0)
        assert info.last_error_message == "Wrong response from the webhook: 503 Service Unavailable"

    async def test_the_real_application_answers_by_webhook(self, server: TelegramServer) -> None:
        """An Application without an updater, fed by a raw listener, answers what the server posts to it."""
        application = build(server)
        application.add_handler(TypeHandler(Update, echo))

        async def receive(request: web.BaseRequest) -> web.Response:
            await application.update_queue.put(Update.de_json(await request.json(), application.bot))
            return web.Response()

        anna = server.user()
        async with application, loopback(receive) as url:
            await application.start()
            await application.bot.set_webhook(url)
            question = await anna.sends("per posta")
            reply = await server.wait_for_message(anna, after=question)
            await application.stop()
        assert (reply.text, server.pending_updates, server.errors) == ("eco: per posta", [], [])

    async def test_a_chat_that_fails_does_not_hold_up_another(self, server: TelegramServer) -> None:
        """Deliveries keep their order within a chat only."""
        anna, bruno = server.user(1), server.user(2)

        async def refuse_anna(request: web.BaseRequest) -> web.Response:
            sender = (await request.json())["message"]["from"]["id"]
            return web.Response(status=500 if sender == anna.id else 200)

        async with loopback(refuse_anna) as url:
            await call(server, "setWebhook", url=url)
            await anna.sends("ferma")
            await bruno.sends("passa")
            await server.wait_until_pending(1)
            assert [update.chat_id for update in server.pending_updates] == [anna.id]
            await call(server, "deleteWebhook", drop_pending_updates=True)
            assert server.pending_updates == []

    async def test_polling_and_webhook_exclude_each_other(self, server: TelegramServer) -> None:
        """`getUpdates` answers 409 while a webhook is set; setting one ends the poll; deleting it hands the updates to polling."""
        poll = asyncio.create_task(call(server, "getUpdates", timeout=30))
        await until(lambda: server.is_polled)
        await call(server, "setWebhook", url="http://127.0.0.1:9/nobody")
        assert (await poll)["description"] == "Conflict: terminated by setWebhook request"
        await server.user().sends("ciao")
        assert "Conflict: can't use getUpdates method while webhook is active" in await said(server, "getUpdates")
        async with bot(server) as api:
            with pytest.raises(Conflict):
                await api.get_updates()
            await api.delete_webhook()
            assert [update.message.text for update in await api.get_updates()] == ["ciao"]

    async def test_a_public_address_can_lead_to_loopback(self, server: TelegramServer) -> None:
        """A routed https address is delivered as through a reverse proxy; one without a route leaves the machine alone."""
        hook = Hook()
        async with loopback(hook) as url:
            await call(server, "setWebhook", url="https://edicola.example.org/hook")
            await server.user().sends("ciao")
            while not (info := (await call(server, "getWebhookInfo"))["result"]).get("last_error_message"):
                await asyncio.sleep(0.001)
            assert info["last_error_message"] == "Failed to resolve host: Name or service not known"
            server.route_webhook("https://edicola.example.org", url.removesuffix("/hook"))
            await server.wait_until_pending(0)
        assert hook.received == [("", "ciao")]

    @pytest.mark.parametrize(
        ("parameters", "refusal"),
        [
            ({"url": "http://edicola.example.org/"}, "An HTTPS URL must be provided for webhook"),
            ({"url": "https://edicola.example.org:8080/"}, "Webhook can be set up only on ports 80, 88, 443 or 8443"),
            ({"url": "https://edicola.example.org/", "secret_token": "è"}, "secret token contains unallowed characters"),
        ],
    )
    async def test_bad_webhooks_are_refused(self, server: TelegramServer, parameters: dict[str, str], refusal: str) -> None:
        """Plain http, other ports and odd secrets are refused, as Telegram does."""
        assert refusal in await said(server, "setWebhook", **parameters)


class TestPeople:
    """What users and groups do."""

    async def test_commands_and_mentions_carry_utf16_offsets(self, server: TelegramServer) -> None:
        """The library finds the command behind an emoji only where offsets count UTF-16 units."""
        update = await server.user().sends("🗞️ /cerca@edicola_bot derby di https://example.org/a, #Inter @anna_b")
        message = Message.de_json(update.content, None)
        parsed = message.parse_entities()
        assert {str(entity.type): text for entity, text in parsed.items()} == {
            "bot_command": "/cerca@edicola_bot",
            "url": "https://example.org/a",
            "hashtag": "#Inter",
            "mention": "@anna_b",
        }

    async def test_a_deep_link_is_checked_as_telegram_checks_it(self, server: TelegramServer) -> None:
        """Start parameters hold 64 characters of A-Z a-z 0-9 _ -; the test can't send what no user could."""
        anna = server.user()
        assert (await anna.starts("articolo-7_b")).content["text"] == "/start articolo-7_b"
        for parameter in ("x" * 65, "a.b", "perché"):
            with pytest.raises(ValueError, match="deep-link"):
                await anna.starts(parameter)

    async def test_files_are_listed_and_downloaded(self, server: TelegramServer) -> None:
        """A document, a photo, a voice and a sticker arrive as the library knows them, and `getFile` fetches their content."""
        anna = server.user()
        updates = [
            await anna.sends_document("articolo.md", b"# Titolo", caption="eccolo"),
            await anna.sends_photo(b"jpeg"),
            await anna.sends_voice(b"ogg"),
            await anna.sends_sticker("🎉"),
        ]
        messages = [Message.de_json(update.content, None) for update in updates]
        assert messages[0].document and messages[2].voice and messages[3].sticker
        assert (messages[0].document.file_name, messages[0].caption, messages[3].sticker.emoji) == ("articolo.md", "eccolo", "🎉")
        async with bot(server) as api:
            file = await api.get_file(messages[0].document.file_id)
            photo = await api.get_file(messages[1].photo[-1].file_id)
            assert (bytes(await file.download_as_bytearray()), bytes(await photo.download_as_bytearray())) == (b"# Titolo", b"jpeg")
        big = await anna.sends_document("grande.txt", b"x", size=21 * 2**20)
        assert await said(server, "getFile", file_id=big.content["document"]["file_id"]) == "Bad Request: file is too big"
        assert await said(server, "getFile", file_id="ignoto") == "Bad Request: invalid file_id"

    async def test_privacy_mode_hides_the_talk_of_a_group(self, server: TelegramServer) -> None:
        """In a group the bot receives commands, mentions of itself and replies to itself, nothing else."""
        anna = server.user()
        group = server.group("Redazione", members=[anna])
        await call(server, "sendMessage", chat_id=group.id, text="Buongiorno")
        own = server.messages(group)[0]
        others = await anna.sends("di cosa parliamo?", chat=group)
        heard = {
            "talk": others.is_visible,
            "command": (await anna.sends("/ultime", chat=group)).is_visible,
            "command for another bot": (await anna.sends("/ultime@altro_bot", chat=group)).is_visible,
            "mention": (await anna.sends("@Edicola_Bot chi ha vinto?", chat=group)).is_visible,
            "mention of another": (await anna.sends("@altro_bot chi?", chat=group)).is_visible,
            "reply to the bot": (await anna.sends("grazie", chat=group, reply_to=own)).is_visible,
            "reply to a person": (await anna.sends("boh", chat=group, reply_to=others)).is_visible,
        }
        assert {"command", "mention", "reply to the bot"} == {kind for kind, is_heard in heard.items() if is_heard}
        await group.sets_bot_status("administrator", by=anna)
        assert (await anna.sends("e ora?", chat=group)).is_visible

    async def test_without_privacy_mode_the_bot_hears_everything(self) -> None:
        """A bot with privacy mode off receives all messages of its groups, and `getMe` says so."""
        async with TelegramServer(has_privacy_mode=False) as server:
            anna = server.user()
            assert (await anna.sends("ciao a tutti", chat=server.group())).is_visible
            assert (await call(server, "getMe"))["result"]["can_read_all_group_messages"]

    async def test_the_library_reads_membership_changes(self, server: TelegramServer) -> None:
        """Being added, removed and blocked arrive as `my_chat_member`; a group the bot has left refuses its messages."""
        anna = server.user()
        group = server.group(bot_status="left")
        await group.sets_bot_status("member", by=anna)
        await group.sets_bot_status("kicked", by=anna)
        await anna.blocks_bot()
        async with bot(server) as api:
            changes = [update.my_chat_member for update in await api.get_updates()]
            assert [(change.old_chat_member.status, change.new_chat_member.status) for change in changes] == [
                ("left", "member"),
                ("member", "kicked"),
                ("member", "kicked"),
            ]
            with pytest.raises(Forbidden, match="bot was kicked from the supergroup chat"):
                await api.send_message(group.id, "ciao")
            await group.sets_bot_status("member", by=anna)
            assert await api.leave_chat(group.id)
            with pytest.raises(Forbidden, match="bot is not a member of the supergroup chat"):
                await api.send_message(group.id, "ciao")

    async def test_a_group_that_became_a_supergroup_names_its_new_id(self, server: TelegramServer) -> None:
        """Writing to the old id raises the library's ChatMigrated with the new one."""
        anna = server.user()
        group = server.group(chat_id=-42)
        new = await group.becomes_supergroup(by=anna)
        async with bot(server) as api:
            with pytest.raises(ChatMigrated) as caught:
                await api.send_message(group.id, "ciao")
            assert new.id == caught.value.new_chat_id
            await api.send_message(new.id, "ciao")

    async def test_the_bot_can_ask_about_chats_and_members(self, server: TelegramServer) -> None:
        """The library reads `getChat`, `getChatMember` and their refusals."""
        anna = server.user(7, "Anna", username="anna_b")
        group = server.group("Redazione", members=[anna], bot_status="administrator")
        async with bot(server) as api:
            assert ((await api.get_chat(group.id)).title, (await api.get_chat(group.id)).type) == ("Redazione", "supergroup")
            assert (await api.get_chat("@anna_b")).first_name == "Anna"
            assert (
                (await api.get_chat_member(group.id, anna.id)).status,
                (await api.get_chat_member(group.id, api.id)).status,
            ) == ("member", "administrator")
            assert await api.get_chat_member_count(group.id) == 2
            with pytest.raises(BadRequest, match="Chat not found"):
                await api.get_chat(999)
            with pytest.raises(BadRequest, match="User not found"):
                await api.get_chat_member(group.id, 999)
            with pytest.raises(BadRequest, match="can't be changed in private chats"):
                await api.leave_chat(anna.id)


class TestText:
    """What may be said, and how it is shown."""

    async def test_html_becomes_text_and_entities(self, server: TelegramServer) -> None:
        """Formatting is read as a person sees it: words, quotes, links, with offsets that the library agrees with."""
        anna = server.user(has_started=True)
        markup = (
            "🏟️ <b>Derby &amp; <i>gol</i></b>\n<blockquote>L&#x27;Inter vince 3-1.</blockquote>"
            '<blockquote expandable>Il <u>resto</u></blockquote><a href="https://Example.org#:~:text=vince">Fonte</a> '
            '<code>x</code> <tg-spoiler>s</tg-spoiler><pre><code class="language-python">y</code></pre> https://example.com/b'
        )
        async with bot(server) as api:
            sent = await api.send_message(anna.id, markup, parse_mode="HTML", link_preview_options=LinkPreviewOptions(is_disabled=True))
        message = server.messages(anna)[0]
        assert message.bold_texts == ("Derby & gol",)
        assert (message.italic_texts, message.code_texts) == (("gol",), ("x", "y"))
        assert message.quotes == ("L'Inter vince 3-1.", "Il resto")
        assert (
            Link("Fonte", "https://example.org/#:~:text=vince"),
            Link("https://example.com/b", "https://example.com/b"),
        ) == message.links
        assert "expandable_blockquote" in {entity.type for entity in message.entities}
        assert "python" in {entity.language for entity in message.entities}
        assert message.text == sent.text
        assert {"Derby & gol", "gol", "Fonte"} <= set(sent.parse_entities().values())
        assert sent.link_preview_options.is_disabled

    @pytest.mark.parametrize(
        ("markup", "complaint"),
        [
            ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
            ("<b><i>a</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
            ("a</b>", "Unexpected end tag at byte offset 1"),
            ("<h1>a</h1>", 'Unsupported start tag "h1" at byte offset 0'),
            ("è <p>", 'Unsupported start tag "p" at byte offset 3'),
            ("3 < 5 e 6 > 2", 'Unsupported start tag "" at byte offset 2'),
            ("3 <5", "Unclosed start tag at byte offset 2"),
            ('<a href="https://example.org>a</a>', "Unclosed start tag at byte offset 0"),
            ("<a href>a</a>", "Expected equal sign in declaration of an attribute"),
            ("<b>a</b", "Unclosed end tag at byte offset 4"),
            ('<span class="x">a</span>', 'Tag "span" must have class "tg-spoiler"'),
            ('<tg-emoji emoji-id="x">a</tg-emoji>', "Invalid custom emoji identifier specified"),
            ("Milan & Inter", "unescaped ampersand at byte offset 6"),
            ("a&nbsp;b", "unescaped ampersand at byte offset 1"),
            ("<blockquote>a<blockquote>b</blockquote></blockquote>", 'nested "blockquote"'),
            ("<code>a<b>b</b></code>", '"b" inside code'),
            ("<b><code>a</code></b>", '"code" inside other formatting'),
            ('<a href="javascript:alert(1)">a</a>', "Unsupported URL protocol"),
            ('<a href="http://localhost/x">a</a>', "Wrong HTTP URL"),
            ('<a href="https://">a</a>', "URL host is empty"),
            ('<a href="https://example.org/a b">a</a>', "Wrong HTTP URL"),
            ('<a href="https://example.org:x/">a</a>', "Wrong HTTP URL"),
            ("<a href=https://example.org>a</a>", "Unexpected end of name token at byte offset 0"),
            ('<a ="x">a</a>', 'Empty attribute name in the tag "a"'),
            ("a&#xD83D;b", "invalid Unicode characters"),
            ('<tg-time unix="ieri">a</tg-time>', "Invalid unix time specified"),
        ],
    )
    def test_broken_html_is_refused_in_telegrams_words(self, markup: str, complaint: str) -> None:
        """Each way to break the markup has its own description, with the byte where it went wrong."""
        with pytest.raises(Refusal) as caught:
            parse_html(markup)
        assert caught.value.description.startswith("Bad Request: can't parse entities: ")
        assert complaint in caught.value.description

    @settings(deadline=None, max_examples=50)
    @given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
    def test_escaped_text_survives_the_markup(self, text: str) -> None:
        """Whatever is escaped and set bold comes out unchanged, its length counted in UTF-16 units."""
        escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        parsed = parse_html(f"🗞<b>{escaped}</b>")
        assert f"🗞{text}" == parsed.text
        assert [(2, utf16_length(text))] * bool(text) == [(entity.offset, entity.length) for entity in parsed.entities]

    @pytest.mark.parametrize(
        ("markup", "entity"),
        [
            (
                '<tg-time unix="1750000000" format="wDT">ieri</tg-time>',
                Entity("date_time", 0, 4, unix_time=1750000000, date_time_format="wDT"),
            ),
            ('<tg-emoji emoji-id="5368">👍</tg-emoji>', Entity("custom_emoji", 0, 2, custom_emoji_id="5368")),
            ('<a href="tg://user?id=7">Anna</a>', Entity("text_mention", 0, 4, user_id=7)),
            ('<a href="tg://resolve?domain=a">a</a>', Entity("text_link", 0, 1, url="tg://resolve?domain=a")),
            ("<a href='example.org?a=1&amp;b=2'>a</a>", Entity("text_link", 0, 1, url="http://example.org/?a=1&b=2")),
            ("<a>example.org/x</a>", Entity("text_link", 0, 13, url="http://example.org/x")),
            ("<B CLASS=x>a</B>", Entity("bold", 0, 1)),
            ("<pre>a</pre>", Entity("pre", 0, 1)),
            ("<u>a</>", Entity("underline", 0, 1)),
        ],
    )
    def test_every_kind_of_tag_is_read(self, markup: str, entity: Entity) -> None:
        """Times, emoji, mentions and addresses keep what belongs to them; addresses are written out in full."""
        assert parse_html(markup).entities == (entity,)

    async def test_explicit_entities_are_read_too(self, server: TelegramServer) -> None:
        """A text with a list of entities is shown like one with markup; entities outside of the text are refused."""
        anna = server.user(has_started=True)
        async with bot(server) as api:
            await api.send_message(anna.id, " 🗞 Edicola ", entities=[MessageEntity("bold", 4, 7)])
            with pytest.raises(BadRequest, match="outside of the text"):
                await api.send_message(anna.id, "ciao", entities=[MessageEntity("bold", 2, 5)])
        assert (server.messages(anna)[0].text, server.messages(anna)[0].bold_texts) == ("🗞 Edicola", ("Edicola",))

    @pytest.mark.parametrize(
        ("parameters", "refusal"),
        [
            ({"text": ""}, "message text is empty"),
            ({"text": " \n "}, "message text is empty"),
            ({"text": "<b> </b>", "parse_mode": "HTML"}, "message text is empty"),
            ({"text": "a" * 4097}, "message is too long"),
            ({"text": "🗞" * 2049}, "message is too long"),
            ({"text": "<b>a</b>" * 101, "parse_mode": "HTML"}, "101 entities, at most 100 are kept"),
            ({"text": "a", "parse_mode": "XML"}, "unsupported parse_mode"),
            ({"text": "*a*", "parse_mode": "MarkdownV2"}, "this server reads HTML only"),
        ],
    )
    async def test_texts_beyond_the_limits_are_refused(self, server: TelegramServer, parameters: dict[str, str], refusal: str) -> None:
        """Empty, too long (in UTF-16 units, after parsing) or overloaded texts answer 400 and are listed as errors."""
        anna = server.user(has_started=True)
        assert f"Bad Request: {refusal}" in await said(server, "sendMessage", chat_id=anna.id, **parameters)
        assert [request.method for request in server.errors] == ["sendMessage"]

    async def test_texts_at_the_limits_pass(self, server: TelegramServer) -> None:
        """4096 units after parsing and 100 entities are allowed."""
        anna = server.user(has_started=True)
        for text in ("a" * 4096, "🗞" * 2048, f"<b>{'&amp;' * 4096}</b>", "<b>a</b>" * 100):
            assert (await call(server, "sendMessage", chat_id=anna.id, text=text, parse_mode="HTML"))["ok"]

    async def test_captions_have_a_shorter_limit(self, server: TelegramServer) -> None:
        """A document and a photo arrive with their captions; a caption holds 1024 units."""
        anna = server.user(has_started=True)
        async with bot(server) as api:
            sent = await api.send_document(anna.id, b"contenuto", filename="a.txt", caption="<b>ecco</b>", parse_mode="HTML")
            await api.send_photo(anna.id, b"jpeg", caption="foto")
            await api.send_document(anna.id, sent.document.file_id)
            with pytest.raises(BadRequest, match="caption is too long"):
                await api.send_document(anna.id, b"contenuto", caption="a" * 1025)
            file = await api.get_file(sent.document.file_id)
            assert bytes(await file.download_as_bytearray()) == b"contenuto"
        document, photo, again = server.messages(anna)
        assert (document.text, document.bold_texts, photo.text) == ("ecco", ("ecco",), "foto")
        assert document.media and again.media and document.media.file_id == again.media.file_id

    @pytest.mark.parametrize(
        ("parameters", "refusal"),
        [
            ({}, "there is no document in the request"),
            ({"document": "https://example.org/a.pdf"}, "failed to get HTTP URL content"),
            ({"document": "ignoto"}, "wrong remote file identifier specified"),
            ({"document": "photo-1"}, "can't use file of type Photo as Document"),
        ],
    )
    async def test_files_that_cannot_be_sent_are_refused(self, server: TelegramServer, parameters: dict[str, str], refusal: str) -> None:
        """A document is uploaded, or known by the id of a document; nothing is fetched from the network."""
        anna = server.user()
        await anna.sends_photo()
        assert f"Bad Request: {refusal}" in await said(server, "sendDocument", chat_id=anna.id, **parameters)


class TestReplies:
    """Whom and what a message answers."""

    async def test_a_reply_quotes_an_exact_substring(self, server: TelegramServer) -> None:
        """A quote is found by its words and its formatting; the sent message shows what it replies to."""
        anna = server.user()
        question = await anna.sends("🗞 Chi ha vinto il derby? Chi?")
        async with bot(server) as api:
            sent = await api.send_message(
                anna.id, "L'Inter", reply_parameters=ReplyParameters(question.message_id, quote="Chi", quote_position=29)
            )
            assert ("Chi", 26, question.message_id) == (sent.quote.text, sent.quote.position, sent.reply_to_message.message_id)
            for quote in ("chi ha vinto", "Chi  ha"):
                with pytest.raises(BadRequest, match="Quote_text_invalid"):
                    await api.send_message(anna.id, "L'Inter", reply_parameters=ReplyParameters(question.message_id, quote=quote))
        assert server.messages(anna)[0].reply_to == question.message_id

    async def test_a_quote_keeps_the_formatting_of_the_original(self, server: TelegramServer) -> None:
        """Words that are bold in the original must be bold in the quote."""
        anna = server.user(has_started=True)
        original = (await call(server, "sendMessage", chat_id=anna.id, text="vince <b>tre a uno</b>", parse_mode="HTML"))["result"][
            "message_id"
        ]
        bold = {"message_id": original, "quote": "<b>a uno</b>", "quote_parse_mode": "HTML"}
        assert (await call(server, "sendMessage", chat_id=anna.id, text="sì", reply_parameters=bold))["ok"]
        plain = {"message_id": original, "quote": "a uno"}
        assert await said(server, "sendMessage", chat_id=anna.id, text="sì", reply_parameters=plain) == "Bad Request: QUOTE_TEXT_INVALID"

    async def test_a_reply_to_nothing_is_refused_unless_allowed(self, server: TelegramServer) -> None:
        """A missing original refuses the message, or with the permission sends it as no reply."""
        anna = server.user(has_started=True)
        async with bot(server) as api:
            with pytest.raises(BadRequest, match="Message to be replied not found"):
                await api.send_message(anna.id, "ciao", reply_to_message_id=99)
            sent = await api.send_message(anna.id, "ciao", reply_to_message_id=99, allow_sending_without_reply=True)
        assert sent.reply_to_message is None

    @pytest.mark.parametrize(
        ("chat_id", "refusal"),
        [
            (None, "Bad Request: chat_id is empty"),
            (999, "Bad Request: chat not found"),
            ("@nessuno", "Bad Request: chat not found"),
            (1, "Forbidden: bot can't initiate conversation with a user"),
            (2, "Forbidden: bot was blocked by the user"),
        ],
    )
    async def test_a_chat_that_cannot_be_reached_is_refused(self, server: TelegramServer, chat_id: int | str | None, refusal: str) -> None:
        """Unknown chats, people who never wrote and people who blocked the bot refuse in different words."""
        server.user(1)
        blocking = server.user(2, has_started=True)
        await blocking.blocks_bot()
        assert refusal == await said(server, "sendMessage", chat_id=chat_id, text="ciao")
        await blocking.unblocks_bot()
        assert (await call(server, "sendMessage", chat_id=2, text="ciao"))["ok"]


class TestKeyboards:
    """Buttons, presses and toasts."""

    @pytest.mark.parametrize(
        ("button", "refusal"),
        [
            ({"text": "a", "callback_data": "è" * 33}, "BUTTON_DATA_INVALID"),
            ({"text": "a"}, "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
            ({"text": "a", "callback_data": ""}, "can't parse inline keyboard button: Text buttons are unallowed"),
            ({"text": "a", "callback_data": "b", "url": "https://example.org"}, "inline keyboard button with url and callback_data"),
            (
                {"text": "a", "url": "http://localhost:8080/a"},
                "inline keyboard button URL 'http://localhost:8080/a' is invalid: Wrong HTTP URL",
            ),
            (
                {"text": "a", "url": "ftp://example.org"},
                "inline keyboard button URL 'ftp://example.org' is invalid: Unsupported URL protocol",
            ),
            ({"text": "", "callback_data": "b"}, "BUTTON_TEXT_INVALID"),
            ({"callback_data": "b"}, "can't parse inline keyboard button: Can't find field"),
            ({"text": "a", "copy_text": {"text": "a" * 257}}, "BUTTON_COPY_TEXT_INVALID"),
            ({"text": "a", "web_app": {"url": "http://example.org"}}, "inline keyboard button Web App URL 'http://example.org' is invalid"),
            ("a", "can't parse inline keyboard button: InlineKeyboardButton must be an Object"),
        ],
    )
    async def test_bad_buttons_are_refused(self, server: TelegramServer, button: Any, refusal: str) -> None:
        """A button has a label and exactly one valid action."""
        anna = server.user(has_started=True)
        markup = {"inline_keyboard": [[button]]}
        assert f"Bad Request: {refusal}" in await said(server, "sendMessage", chat_id=anna.id, text="a", reply_markup=markup)

    @pytest.mark.parametrize(
        ("markup", "refusal"),
        [
            ({"inline_keyboard": [{"text": "a"}]}, 'field "inline_keyboard" must be an Array of Arrays'),
            ({"inline_keyboard": [[{"text": "a", "callback_data": "b"}] * 8] * 13}, "reply markup is too long"),
            ({"keyboard": [[{"text": ""}]]}, "can't parse keyboard button"),
            ({"keyboard": [["a"]], "inline_keyboard": []}, "reply markup with inline_keyboard and keyboard"),
            ("[", "can't parse reply markup JSON object"),
            ("[]", "object expected as reply markup"),
        ],
    )
    async def test_bad_keyboards_are_refused(self, server: TelegramServer, markup: Any, refusal: str) -> None:
        """Rows of buttons, one kind of keyboard, at most 100 buttons."""
        anna = server.user(has_started=True)
        assert f"Bad Request: {refusal}" in await said(server, "sendMessage", chat_id=anna.id, text="a", reply_markup=markup)

    async def test_a_pressed_button_reaches_the_bot_and_its_toast_the_test(self, server: TelegramServer) -> None:
        """A press by label or data arrives as a callback query, is answered, and the message is edited; all of it can be asserted."""

        async def handle(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
            if update.callback_query:
                await update.callback_query.answer("Grazie!", show_alert=True)
                await update.callback_query.edit_message_text(f"scelto {update.callback_query.data}")
            elif update.message:
                rows = [[InlineKeyboardButton("👍", callback_data="voto:si"), InlineKeyboardButton("Fonte", url="https://example.org/a")]]
                await update.message.reply_text("Utile?", reply_markup=InlineKeyboardMarkup(rows))

        anna = server.user()
        async with polling(server, handle):
            card = await server.wait_for_message(anna, after=await anna.sends("ciao"))
            with pytest.raises(ValueError, match="no such button"):
                await anna.presses("Fonte", card)
            press = await anna.presses("👍", card)
            toast = await server.wait_for_answer(press)
            edited = await server.wait_for_message(anna, lambda message: message.text == "scelto voto:si")
            with pytest.raises(ValueError, match="no such button"):
                await anna.presses("voto:si", card)
            await anna.presses("voto:si", card, is_stale=True)
            await server.wait_for_request("answerCallbackQuery", count=2)
            await server.wait_for_request("editMessageText", count=2)
        assert (toast.text, toast.shows_alert) == ("Grazie!", True)
        assert ([version.body.text for version in edited.versions], edited.buttons) == (["Utile?", "scelto voto:si"], ())
        assert [request.method for request in server.errors] == ["editMessageText"]  # the stale press changed nothing

    async def test_the_button_of_a_deleted_message_brings_no_content(self, server: TelegramServer) -> None:
        """A press on what is gone arrives with an inaccessible message, as the library knows it."""
        anna = server.user(has_started=True)
        rows = [[InlineKeyboardButton("a", callback_data="b")]]
        async with bot(server) as api:
            sent = await api.send_message(anna.id, "a", reply_markup=InlineKeyboardMarkup(rows))
            card = server.messages(anna)[0]
            await sent.delete()
            await anna.presses("a", card, is_stale=True)
            (update,) = await api.get_updates()
        assert (update.callback_query.data, update.callback_query.message.is_accessible) == ("b", False)

    async def test_late_answers_are_refused(self, server: TelegramServer, clock: Clock) -> None:
        """A query may be answered again while it lives; after that, or with another id, it is too old."""
        anna = server.user(has_started=True)
        markup = {"inline_keyboard": [[{"text": "a", "callback_data": "b"}]]}
        await call(server, "sendMessage", chat_id=anna.id, text="a", reply_markup=markup)
        press = await anna.presses("a", server.messages(anna)[0])
        clock.seconds += 14
        assert (await call(server, "answerCallbackQuery", callback_query_id=press.query_id))["ok"]
        assert (await call(server, "answerCallbackQuery", callback_query_id=press.query_id))["ok"]
        clock.seconds += 2
        for query_id in (press.query_id, "7"):
            assert "query is too old and response timeout expired" in await said(server, "answerCallbackQuery", callback_query_id=query_id)
        assert "MESSAGE_TOO_LONG" in await said(server, "answerCallbackQuery", callback_query_id=press.query_id, text="a" * 201)


class TestEdits:
    """Messages that change or go."""

    async def test_an_edit_keeps_its_history(self, server: TelegramServer, clock: Clock) -> None:
        """Every version of a message is kept with its moment; an edit without buttons removes them."""
        anna = server.user(has_started=True)
        markup = InlineKeyboardMarkup([[InlineKeyboardButton("a", callback_data="b")]])
        async with bot(server) as api:
            sent = await api.send_message(anna.id, "uno", reply_markup=markup)
            clock.seconds += 5
            await sent.edit_text("due")
            clock.seconds += 5
            await sent.edit_reply_markup(markup)
        message = server.message(anna, sent.message_id)
        start = clock.seconds - 10
        assert [(start, "uno", True), (start + 5, "due", False), (start + 10, "due", True)] == [
            (version.at, version.body.text, version.reply_markup is not None) for version in message.versions
        ]

    async def test_edits_that_change_nothing_are_refused(self, server: TelegramServer) -> None:
        """The same text and buttons again: "message is not modified"."""
        anna = server.user(has_started=True)
        async with bot(server) as api:
            sent = await api.send_message(anna.id, "<b>uno</b>", parse_mode="HTML")
            with pytest.raises(BadRequest, match="Message is not modified: specified new message content"):
                await sent.edit_text("<strong>uno</strong> ", parse_mode="HTML")
            with pytest.raises(BadRequest, match="Message is not modified"):
                await sent.edit_reply_markup(None)
            await sent.edit_text("uno")

    @pytest.mark.parametrize(
        ("parameters", "refusal"),
        [
            ({"message_id": 99, "text": "b"}, "message to edit not found"),
            ({"text": "b"}, "message identifier is not specified"),
            ({"message_id": 1, "text": "b"}, "message can't be edited"),
            ({"message_id": 2, "text": "a" * 4097}, "MESSAGE_TOO_LONG"),
            ({"message_id": 2, "text": "<b>", "parse_mode": "HTML"}, "can't parse entities"),
        ],
    )
    async def test_impossible_edits_are_refused(self, server: TelegramServer, parameters: dict[str, Any], refusal: str) -> None:
        """Missing messages, other people's messages and bad texts can't be edited in."""
        anna = server.user()
        await anna.sends("domanda")
        await call(server, "sendMessage", chat_id=anna.id, text="risposta")
        assert f"Bad Request: {refusal}" in await said(server, "editMessageText", chat_id=anna.id, **parameters)

    async def test_captions_are_edited_apart_from_texts(self, server: TelegramServer) -> None:
        """A file has a caption and no text, a text message has no caption."""
        anna = server.user(has_started=True)
        async with bot(server) as api:
            document, text = await api.send_document(anna.id, b"a", caption="uno"), await api.send_message(anna.id, "uno")
            await document.edit_caption("due")
            with pytest.raises(BadRequest, match="There is no text in the message to edit"):
                await document.edit_text("tre")
            with pytest.raises(BadRequest, match="There is no caption in the message to edit"):
                await text.edit_caption("tre")
        assert server.messages(anna)[0].text == "due"

    async def test_only_an_administrator_deletes_what_others_said(self, server: TelegramServer) -> None:
        """In a group a plain bot takes away its own messages, an administrator several of anybody's."""
        anna = server.user()
        group = server.group(members=[anna])
        update = await anna.sends("/ultime", chat=group)
        async with bot(server) as api:
            own = await api.send_message(group.id, "ecco")
            with pytest.raises(BadRequest, match="Message can't be deleted"):
                await api.delete_message(group.id, update.message_id)
            await group.sets_bot_status("administrator", by=anna)
            assert await api.delete_messages(group.id, [own.message_id, update.message_id, 99])
            with pytest.raises(BadRequest, match="Message identifier is not specified"):
                await api.delete_message(group.id, None)
        assert server.messages(group) == []

    async def test_a_message_with_a_reply_keyboard_cannot_be_edited(self, server: TelegramServer) -> None:
        """Only messages without markup or with inline buttons can change."""
        anna = server.user(has_started=True)
        async with bot(server) as api:
            sent = await api.send_message(anna.id, "uno", reply_markup=ReplyKeyboardMarkup([["Ultime"]]))
            with pytest.raises(BadRequest, match="Message can't be edited"):
                await sent.edit_text("due")

    async def test_deleted_messages_are_gone(self, server: TelegramServer, clock: Clock) -> None:
        """A deleted message is listed apart; it can't be deleted twice, and an old one not at all."""
        anna = server.user(has_started=True)
        async with bot(server) as api:
            first, second = await api.send_message(anna.id, "uno"), await api.send_message(anna.id, "due")
            await first.delete()
            with pytest.raises(BadRequest, match="Message to delete not found"):
                await first.delete()
            clock.seconds += 49 * 3600
            with pytest.raises(BadRequest, match="Message can't be deleted"):
                await second.delete()
        assert tuple([message.text for message in list_] for list_ in (server.messages(anna), server.deleted_messages(anna))) == (
            ["due"],
            ["uno"],
        )


class TestInline:
    """Searches in the field of any chat."""

    async def test_inline_results_reach_the_test(self, server: TelegramServer) -> None:
        """A search in the field of any chat is answered with results that the test reads."""

        async def handle(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
            assert update.inline_query is not None
            content = InputTextMessageContent("<b>vince</b>", parse_mode="HTML")
            await update.inline_query.answer([InlineQueryResultArticle("1", update.inline_query.query, content)], is_personal=True)

        anna = server.user()
        async with polling(server, handle):
            answer = await server.wait_for_answer(await anna.searches_inline("derby"))
        assert [(result["id"], result["title"]) for result in answer.results] == [("1", "derby")]
        assert server.errors == []

    @pytest.mark.parametrize(
        ("results", "refusal"),
        [
            ([{"id": str(number)} for number in range(51)], "RESULTS_TOO_MUCH"),
            ([{"id": "1"}, {"id": "1"}], "RESULT_ID_DUPLICATE"),
            ([{"id": "é" * 33}], "RESULT_ID_INVALID"),
            ([{"id": "1", "type": "song"}], 'can\'t parse inline query result: type "song" is unsupported'),
            ([{"id": "1", "input_message_content": None}], "can't parse inline query result: Can't find field"),
            ([{"id": "1", "reply_markup": {"inline_keyboard": [[{"text": "a"}]]}}], "can't parse inline keyboard button"),
            ([{"id": "1", "type": "photo", "caption": "a" * 1025}], "message caption is too long"),
            ([{"id": "1", "title": ""}], "ARTICLE_TITLE_EMPTY"),
            ([{"id": "1", "input_message_content": {"message_text": "<b>", "parse_mode": "HTML"}}], "can't parse entities"),
            ([{"id": "1", "input_message_content": {"message_text": " "}}], "message text is empty"),
        ],
    )
    async def test_bad_results_are_refused(self, server: TelegramServer, results: list[dict[str, Any]], refusal: str) -> None:
        """At most 50 results, with ids that differ and fit 64 bytes, each a message that could be sent."""
        query = await server.user().searches_inline("derby")
        whole = [{"type": "article", "title": "a", "input_message_content": {"message_text": "b"}, **result} for result in results]
        assert f"Bad Request: {refusal}" in await said(server, "answerInlineQuery", inline_query_id=query.query_id, results=whole)

    async def test_an_inline_query_expires(self, server: TelegramServer, clock: Clock) -> None:
        """Results that come too late are refused."""
        query = await server.user().searches_inline("derby")
        clock.seconds += 11
        assert "query is too old" in await said(server, "answerInlineQuery", inline_query_id=query.query_id, results=[])


class TestRates:
    """How often the bot may speak."""

    async def test_one_chat_gets_a_burst_then_one_message_a_second(self, clock: Clock) -> None:
        """Past the burst a chat answers 429 with the seconds to wait; other chats go on."""
        async with TelegramServer(now=clock, rates=RateLimits(chat_burst=3)) as server:
            anna, bruno = server.user(1, has_started=True), server.user(2, has_started=True)
            async with bot(server) as api:
                for _ in range(3):
                    await api.send_message(anna.id, "ciao")
                with pytest.raises(RetryAfter) as caught:
                    await api.send_message(anna.id, "ciao")
                assert caught.value.retry_after == timedelta(seconds=1)
                await api.send_message(bruno.id, "ciao")
                clock.seconds += 1
                await api.send_message(anna.id, "ciao")
            assert [request.status for request in server.errors] == [429]

    async def test_groups_and_the_whole_have_their_own_limits(self, clock: Clock) -> None:
        """20 messages a minute in a group, 30 a second overall, edits included."""
        async with TelegramServer(now=clock, rates=RateLimits(chat_burst=100)) as server:
            group = server.group()
            for _ in range(19):
                await call(server, "sendMessage", chat_id=group.id, text="ciao")
            assert (await call(server, "editMessageText", chat_id=group.id, message_id=1, text="ciao!"))["ok"]
            refused = await call(server, "sendMessage", chat_id=group.id, text="ciao")
            assert (
                refused["error_code"],
                refused["description"],
                refused["parameters"],
            ) == (429, "Too Many Requests: retry after 60", {"retry_after": 60})
            for number in range(10):
                server.user(100 + number, has_started=True)
                assert (await call(server, "sendMessage", chat_id=100 + number, text="ciao"))["ok"]
            assert (await call(server, "sendMessage", chat_id=109, text="ciao"))["error_code"] == 429
            clock.seconds += 1
            assert (await call(server, "sendMessage", chat_id=109, text="ciao"))["ok"]


class TestFaults:
    """What a test orders to go wrong."""

    async def test_ordered_failures_come_first_and_are_no_errors(self, server: TelegramServer) -> None:
        """The next requests fail as ordered, unprocessed; the list of errors stays for real refusals."""
        anna = server.user(has_started=True)
        server.fail_next("sendMessage", 429, retry_after=7)
        server.fail_next("sendMessage", 502, times=2)
        async with bot(server) as api:
            with pytest.raises(RetryAfter) as caught:
                await api.send_message(anna.id, "ciao")
            for _ in range(2):
                with pytest.raises(NetworkError, match="Bad Gateway"):
                    await api.send_message(anna.id, "ciao")
            await api.send_message(anna.id, "ciao")
        assert (caught.value.retry_after, len(server.messages(anna)), server.errors) == (timedelta(seconds=7), 1, [])
        assert [request.status for request in server.calls("sendMessage")] == [429, 502, 502, 200]

    @pytest.mark.parametrize(("after_processing", "count"), [(False, 0), (True, 1)])
    async def test_a_lost_answer_leaves_the_bot_in_doubt(self, server: TelegramServer, after_processing: bool, count: int) -> None:
        """A connection dropped before processing sends nothing, after it sends; the bot sees the same error."""
        anna = server.user(has_started=True)
        server.drop_connection_next("sendMessage", after_processing=after_processing)
        async with bot(server) as api:
            with pytest.raises(NetworkError) as caught:
                await api.send_message(anna.id, "ciao")
            assert not isinstance(caught.value, BadRequest)
            assert count == len(server.messages(anna))
            await api.send_message(anna.id, "ancora")

    async def test_a_late_answer_times_out_though_the_message_is_sent(self, server: TelegramServer) -> None:
        """A delay holds back the answer, not the deed."""
        anna = server.user(has_started=True)
        server.delay("sendMessage", 5)
        async with bot(server) as api:
            with pytest.raises(TimedOut):
                await api.send_message(anna.id, "ciao", read_timeout=0.05)
        assert (await server.wait_for_message(anna)).text == "ciao"

    async def test_a_polling_bot_survives_an_outage(self, server: TelegramServer) -> None:
        """While the server does not listen connections are refused; afterwards the bot finds what was sent meanwhile."""
        anna = server.user()
        async with polling(server, echo):
            await server.stop_listening()
            with socket.socket() as probe, pytest.raises(ConnectionRefusedError):
                probe.connect(("127.0.0.1", int(server.url.rpartition(":")[2])))
            question = await anna.sends("ci sei?")
            await server.start_listening()
            assert (await server.wait_for_message(anna, after=question)).text == "eco: ci sei?"
        assert server.errors == []


class TestRequests:
    """The way of a request, and its trace."""

    async def test_a_wrong_token_and_an_unknown_method_are_refused(self, server: TelegramServer) -> None:
        """401 for the token, 404 for the method, as the library expects them."""
        assert (await call(server, "getMe", token="1:wrong"))["description"] == "Unauthorized"
        assert await said(server, "sendTelegram") == "Not Found: method not found"
        with pytest.raises(InvalidToken):
            async with build(server, token="1:wrong").bot:
                pass

    async def test_every_encoding_is_read(self, server: TelegramServer) -> None:
        """Query string, form, multipart and JSON say the same."""
        anna = server.user(has_started=True)
        url = f"{server.base_url}{server.token}/sendmessage"
        parameters = {
            "chat_id": str(anna.id),
            "text": "è",
            "reply_parameters": json.dumps({"message_id": 9, "allow_sending_without_reply": True}),
        }
        async with httpx.AsyncClient() as client:
            answers = [
                await client.get(url, params=parameters),
                await client.post(url, data=parameters),
                await client.post(url, data=parameters, files={"unused": b"x"}),
                await client.post(url, json=parameters),
            ]
            broken = await client.post(url, content=b"{", headers={"content-type": "application/json"})
        assert [answer.status_code for answer in answers] == [200] * 4
        assert [message.text for message in server.messages(anna)] == ["è"] * 4
        assert (broken.status_code, len(server.errors)) == (400, 1)

    async def test_the_log_holds_every_request(self, server: TelegramServer, clock: Clock) -> None:
        """Method, parameters, time and status of each request can be asserted."""
        anna = server.user(has_started=True)
        async with bot(server) as api:
            await api.send_chat_action(anna.id, "typing")
            with pytest.raises(BadRequest, match="Wrong parameter action in request"):
                await api.send_chat_action(anna.id, "thinking")
        granted, refused = server.calls("sendChatAction")
        assert ("typing", clock.seconds, 200) == (granted.parameters.text("action"), granted.at, granted.status)
        assert [refused] == server.errors

    async def test_a_message_that_never_comes_tells_what_came(self, server: TelegramServer) -> None:
        """The time-out of a wait names the bot's messages and the refusals."""
        anna = server.user(has_started=True)
        await call(server, "sendMessage", chat_id=anna.id, text="altro")
        await call(server, "sendMessage", chat_id=anna.id, text="")
        with pytest.raises(TimeoutError, match=r"altro.*message text is empty"):
            await server.wait_for_message(anna, lambda message: message.text == "atteso", timeout=0.05)


class TestProfile:
    """What the bot says of itself."""

    async def test_command_menus_are_kept_by_scope_and_language(self, server: TelegramServer) -> None:
        """A menu is read back for exactly its scope and language, until it is deleted."""
        english, chat = [BotCommand("help", "How to ask")], BotCommandScopeChat(1001)
        async with bot(server) as api:
            await api.set_my_commands([("aiuto", "Come chiedere")])
            await api.set_my_commands(english, scope=chat, language_code="en")
            assert [command.command for command in await api.get_my_commands()] == ["aiuto"]
            assert tuple(english) == await api.get_my_commands(scope=chat, language_code="en")
            assert await api.get_my_commands(scope=chat) == ()
            await api.delete_my_commands(scope=chat, language_code="en")
            assert await api.get_my_commands(scope=chat, language_code="en") == ()

    @pytest.mark.parametrize(
        ("parameters", "refusal"),
        [
            ({"commands": [{"command": "Aiuto", "description": "a"}]}, "BOT_COMMAND_INVALID"),
            ({"commands": [{"command": "aiuto", "description": ""}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
            ({"commands": [{"command": "a", "description": "a"}] * 101}, "BOT_COMMANDS_TOO_MUCH"),
            ({"commands": [], "scope": {"type": "chat"}}, "can't parse BotCommandScope: Empty chat_id specified"),
            ({"commands": [], "language_code": "ita"}, "invalid language code specified"),
        ],
    )
    async def test_bad_menus_are_refused(self, server: TelegramServer, parameters: dict[str, Any], refusal: str) -> None:
        """Names in small letters, descriptions, at most 100 commands, two-letter languages."""
        assert f"Bad Request: {refusal}" == await said(server, "setMyCommands", **parameters)

    async def test_the_bots_texts_are_kept_by_language(self, server: TelegramServer) -> None:
        """A description in one language falls back to the default one; what is merely set is accepted."""
        async with bot(server) as api:
            await api.set_my_description("Risponde sugli articoli")
            await api.set_my_description("Answers from the articles", language_code="en")
            assert (
                (await api.get_my_description("en")).description,
                (await api.get_my_description("de")).description,
            ) == ("Answers from the articles", "Risponde sugli articoli")
            assert await api.set_my_short_description("Edicola")
            assert await api.set_chat_menu_button()
            with pytest.raises(BadRequest):
                await api.set_my_short_description("a" * 121)
