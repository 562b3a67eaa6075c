"""Adding from the chat: what an administrator sends is read, shown, and added or discarded by a button."""

import asyncio
import datetime
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
from docx import Document

from bot import replies
from bot.adding import Adding, NotRead, decode_reading, encode_held, encode_refusal
from bot.additions_handlers import file_name
from bot.journal import Journal, State
from index.sources.adding import FILE_KINDS, Additions, NotAdded, Reason
from tests.bot.archive import Archive
from tests.bot.fakes import bot_settings, running_bot, shown
from tests.index.memory_engine import MemoryEngine
from tests.index.reading.made_documents import docx, pdf, pdf_of
from tests.telegram_server import NO_RATE_LIMITS, Message, TelegramServer, User
from tests.web_server import WebServer, slow_drip, status
from tests.web_server.fixtures import web_server

__all__ = ["web_server"]

ADMIN = 1001
LINK = "http://giornale.test/sport/rossi"
QUESTION = "Fino a quando ha rinnovato Tarquinio Rossi?"
RENEWED = "Tarquinio Rossi ha rinnovato con il Borgo Calcio fino al 2029."
BODY = f"{RENEWED} Il presidente lo ha annunciato in una conferenza allo stadio. La squadra tornerà in ritiro a luglio, in montagna."
HTML = (
    '<html lang="it"><head><title>Rossi resta al Borgo</title><meta property="og:title" content="Rossi resta al Borgo">'
    '<meta property="og:site_name" content="Il Giornale"><meta property="article:published_time" content="2025-05-20T08:00:00+02:00">'
    f"</head><body><article><h1>Rossi resta al Borgo</h1><p>{BODY}</p>"
    "<p>I tifosi hanno festeggiato fino a notte nella piazza del paese.</p></article></body></html>"
)
ADDED = "Aggiunto: ora rispondo anche da questo articolo."
TIMEOUT_SECONDS = 60.0


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
async def edited(
    server: TelegramServer, archive: Archive, web: WebServer, tmp_path: Path, *, reading_seconds: float = 60.0
) -> AsyncIterator[None]:
    """Run the bot over the archive, with an administrator and with real children on the local web."""
    place = (str(web.port), str(tmp_path))
    async with running_bot(
        server,
        tmp_path,
        archive.pipeline(),
        settings=bot_settings(server, admin_ids=frozenset({ADMIN})),
        engine=archive.engine,
        add_command=(sys.executable, "-m", "tests.bot.add_process", *place),
        index_command=(sys.executable, "-m", "tests.bot.index_archive_process", *place),
        reading_seconds=reading_seconds,
    ):
        yield


async def say(server: TelegramServer, person: User, text: str) -> Message:
    """Send a text and return what the bot says to it."""
    return await server.wait_for_message(person, timeout=TIMEOUT_SECONDS, after=await person.sends(text))


async def send(server: TelegramServer, person: User, name: str, content: bytes) -> Message:
    """Send a file and return what the bot says to it."""
    return await server.wait_for_message(person, timeout=TIMEOUT_SECONDS, after=await person.sends_document(name, content))


async def press(server: TelegramServer, person: User, button: str, message: Message, *, is_stale: bool = False) -> str:
    """Press a button and return the toast."""
    return (await server.wait_for_answer(await person.presses(button, message, is_stale=is_stale), timeout=TIMEOUT_SECONDS)).text


async def becomes(server: TelegramServer, message: Message, words: str) -> Message:
    """Wait until a message of the bot ends in these words."""
    return await server.wait_for_message(
        message.chat_id, lambda m: m.message_id == message.message_id and m.text.endswith(words), timeout=TIMEOUT_SECONDS
    )


async def test_link_is_shown_added_and_answered_from(
    server: TelegramServer, archive: Archive, web_server: WebServer, tmp_path: Path
) -> None:
    """A link alone gives a preview; its button puts the page into the index, and the next answer cites it with its address and date."""
    web_server.page("/sport/rossi", HTML)
    editor, anna = server.user(ADMIN), server.user(2, "Anna")
    async with edited(server, archive, web_server, tmp_path):
        assert RENEWED not in (await say(server, anna, QUESTION)).quotes
        preview = await say(server, editor, f"{LINK}?utm_source=telegram")
        assert preview.text.startswith("Rossi resta al Borgo\nIl Giornale · 20 maggio 2025 · ")
        assert preview.quotes == (BODY,)
        assert "Senza" not in preview.text
        assert [button.text for button in preview.buttons] == ["Aggiungi", "Scarta"]
        assert [link.url for link in preview.links] == [LINK]
        assert RENEWED not in (await say(server, anna, QUESTION)).quotes
        assert await press(server, editor, "Aggiungi", preview) == ""
        added = await becomes(server, preview, ADDED)
        card = await say(server, anna, QUESTION)
    assert [version.body.text.rpartition("\n")[2] for version in added.versions][1:] == ["Aggiungo…", ADDED]
    assert added.buttons == ()
    assert card.quotes[0] == RENEWED
    assert card.links[0].url.startswith(f"{LINK}#:~:text=")
    assert "Il Giornale · 20 maggio 2025" in card.text


def word_file() -> bytes:
    """Return a Word document with its own title and date."""
    document = Document()
    document.core_properties.title = "Rossi resta al Borgo"
    document.core_properties.author = "Ada Neri"
    document.core_properties.created = datetime.datetime(2025, 5, 20, 8)
    document.add_paragraph(BODY)
    return docx(document)


UNTITLED = "Rossi, l'accordo (1).TXT"
FILES = {
    "rossi.txt": f"Rossi resta al Borgo\n\n{BODY}\n".encode(),
    "scheda.md": f"---\ntitle: Rossi resta al Borgo\ndate: 2025-05-20\nid: simeone\n---\n{BODY}\n".encode(),
    "pagina.html": HTML.encode(),
    "stampa.pdf": pdf(["\n".join(BODY.replace(". ", ".|").split("|"))], {"Title": "Rossi resta al Borgo"}),
    "lettera.docx": word_file(),
    UNTITLED: f"{BODY}\n".encode("cp1252"),
}
DATED = ("scheda.md", "pagina.html", "lettera.docx")


async def test_each_kind_of_file_is_added(server: TelegramServer, archive: Archive, web_server: WebServer, tmp_path: Path) -> None:
    """A file of each kind is read, shown, added and cited; an id that it declares takes nothing from the articles that are there."""
    editor = server.user(ADMIN)
    async with edited(server, archive, web_server, tmp_path):
        previews = {name: await send(server, editor, name, content) for name, content in FILES.items()}
        for name, preview in previews.items():
            assert RENEWED in preview.quotes[0]
            assert ("Senza titolo" in preview.text) == (name == UNTITLED)
            assert ("20 maggio 2025" in preview.text) == ("Senza data" not in preview.text) == (name in DATED)
        for preview in previews.values():
            await press(server, editor, "Aggiungi", preview)
        for preview in previews.values():
            await becomes(server, preview, ADDED)
        assert RENEWED in (await say(server, editor, QUESTION)).quotes
        assert (await say(server, editor, "Fino a quando ha rinnovato Simeone?")).quotes[0].startswith("Diego Simeone")
    added = [json.loads(file.read_text(encoding="utf-8")) for file in (tmp_path / "added").glob("*.jsonl")]
    assert {record["id"] for record in added} == {f"aggiunti/{Path(name).stem}" for name in FILES}
    with closing(archive.engine.open_current()) as snapshot:
        assert snapshot.manifest.articles == 3 + len(FILES)
        assert archive.engine.current_number() in (2, 3)  # additions that wait for their turn are indexed together


async def test_discarded_article_leaves_nothing(server: TelegramServer, archive: Archive, web_server: WebServer, tmp_path: Path) -> None:
    """The other button forgets what was read; pressed again, by a client that lags behind, nothing happens and it is told kindly."""
    editor = server.user(ADMIN)
    async with edited(server, archive, web_server, tmp_path):
        preview = await send(server, editor, "rossi.txt", FILES["rossi.txt"])
        assert await press(server, editor, "Scarta", preview) == ""
        discarded = await becomes(server, preview, "Scartato.")
        assert discarded.buttons == ()
        assert await press(server, editor, "Scarta", preview, is_stale=True) == ""
        assert await press(server, editor, "Aggiungi", preview, is_stale=True) == replies.ADDITION_GONE
        assert server.message(editor, preview.message_id).text == discarded.text
        assert RENEWED not in (await say(server, editor, QUESTION)).quotes
    assert [path.name for path in (tmp_path / "added").rglob("*")] == [".pending"]


async def test_button_pressed_twice_adds_once(server: TelegramServer, archive: Archive, web_server: WebServer, tmp_path: Path) -> None:
    """A second press while it is being added says so, a later one that it is there; discarding comes too late, and is told."""
    editor = server.user(ADMIN)
    async with edited(server, archive, web_server, tmp_path):
        preview = await send(server, editor, "rossi.txt", FILES["rossi.txt"])
        first = await editor.presses("Aggiungi", preview)
        assert await press(server, editor, "Aggiungi", preview, is_stale=True) == replies.ADDING_ALREADY
        assert (await server.wait_for_answer(first)).text == ""
        await becomes(server, preview, ADDED)
        assert await press(server, editor, "Aggiungi", preview, is_stale=True) == replies.ADDED_ALREADY
        assert await press(server, editor, "Scarta", preview, is_stale=True) == replies.ADDED_NOT_DISCARDED
        assert server.message(editor, preview.message_id).text.endswith(ADDED)
    assert archive.engine.current_number() == 2


async def test_restart_between_preview_and_press(server: TelegramServer, archive: Archive, web_server: WebServer, tmp_path: Path) -> None:
    """A preview can be decided by the bot that comes after; the journal has finished the message with the file: it is not read again."""
    editor = server.user(ADMIN)
    async with edited(server, archive, web_server, tmp_path):
        sent = await editor.sends_document("rossi.txt", FILES["rossi.txt"])
        preview = await server.wait_for_message(editor, timeout=TIMEOUT_SECONDS, after=sent)
    with closing(Journal(f"sqlite:///{tmp_path / 'journal.sqlite'}")) as journal:
        assert journal.state(sent.update_id) == (State.ANSWERED, preview.message_id)
    pressed = await editor.presses("Aggiungi", preview)
    async with edited(server, archive, web_server, tmp_path):
        await server.wait_for_answer(pressed, timeout=TIMEOUT_SECONDS)
        await becomes(server, preview, ADDED)
        assert RENEWED in (await say(server, editor, QUESTION)).quotes
    assert len(server.calls("getFile")) == 1


async def test_bot_that_stops_while_reading_reads_again(
    server: TelegramServer, archive: Archive, web_server: WebServer, tmp_path: Path
) -> None:
    """A link that was being read when the bot stopped is read by the next one, and no process of the first is left behind."""
    editor = server.user(ADMIN)
    web_server.handle("/sport/rossi", slow_drip)
    async with edited(server, archive, web_server, tmp_path):
        sent = await editor.sends(LINK)
        await asyncio.to_thread(wait_until_asked, web_server, "/sport/rossi")
        stopping = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - stopping < 8
    assert server.messages(editor) == []
    web_server.page("/sport/rossi", HTML)
    async with edited(server, archive, web_server, tmp_path):
        preview = await server.wait_for_message(editor, timeout=TIMEOUT_SECONDS, after=sent)
    assert preview.quotes == (BODY,)


def wait_until_asked(web: WebServer, path: str) -> None:
    """Wait until somebody asks for a path."""
    import time

    until = time.monotonic() + TIMEOUT_SECONDS
    while not web.asked(path) and time.monotonic() < until:
        time.sleep(0.02)


async def test_page_that_was_added_before_is_replaced(
    server: TelegramServer, archive: Archive, web_server: WebServer, tmp_path: Path
) -> None:
    """The preview of a page that is there already says so, and its button puts the new text in the place of the old one."""
    editor = server.user(ADMIN)
    async with edited(server, archive, web_server, tmp_path):
        for text, is_there in ((HTML, False), (HTML.replace("2029", "2031"), True)):
            web_server.page("/sport/rossi", text)
            preview = await say(server, editor, LINK)
            assert ("C’è già fra gli articoli" in preview.text) == is_there
            await press(server, editor, "Aggiungi", preview)
            await becomes(server, preview, ADDED)
        card = await say(server, editor, QUESTION)
    assert card.quotes == (RENEWED.replace("2029", "2031"),)
    assert len(list((tmp_path / "added").glob("*.jsonl"))) == 1


async def test_page_of_a_declared_source_is_brought_in_step(
    server: TelegramServer, archive: Archive, web_server: WebServer, tmp_path: Path
) -> None:
    """A page that a source gives already is not doubled: the source has its new text at once."""
    archive.articles.joinpath("pagine.jsonl").write_text(json.dumps({"id": LINK, "url": LINK, "text": BODY, "title": "Rossi"}))
    archive.reindex()
    web_server.page("/sport/rossi", HTML)
    editor = server.user(ADMIN)
    async with edited(server, archive, web_server, tmp_path):
        preview = await say(server, editor, LINK)
        await press(server, editor, "Aggiungi", preview)
        await becomes(server, preview, "/reindex ne dice il motivo.")  # a file has the last word, a page of a feed would have been renewed
    assert list((tmp_path / "added").glob("*.jsonl")) == []


async def test_withdrawn_article_stays_away(server: TelegramServer, archive: Archive, web_server: WebServer, tmp_path: Path) -> None:
    """Adding what was withdrawn says before and after that it stays away until it is brought back."""
    web_server.page("/sport/rossi", HTML)
    archive.engine.withdraw(LINK, "diffida")
    editor = server.user(ADMIN)
    async with edited(server, archive, web_server, tmp_path):
        preview = await say(server, editor, LINK)
        assert preview.text.endswith("È stato ritirato: resta fuori finché non usi /ripristina.")
        await press(server, editor, "Aggiungi", preview)
        await becomes(server, preview, "Aggiunto, ma resta ritirato: per citarlo di nuovo c’è /ripristina.")
        assert RENEWED not in (await say(server, editor, QUESTION)).quotes


async def test_others_add_nothing(server: TelegramServer, archive: Archive, web_server: WebServer, tmp_path: Path) -> None:
    """A file from somebody else is refused as before, a link is a question, and the buttons of a preview do nothing for them."""
    web_server.page("/sport/rossi", HTML)
    editor, anna = server.user(ADMIN), server.user(2, "Anna")
    async with edited(server, archive, web_server, tmp_path):
        assert (await send(server, anna, "rossi.txt", FILES["rossi.txt"])).text == shown(replies.ONLY_TEXT)
        assert (await say(server, anna, LINK)).buttons == ()
        preview = await say(server, editor, LINK)
        for button in preview.buttons:
            forged = await anna.forges_press(button.callback_data or "", preview)
            assert (await server.wait_for_answer(forged)).text == replies.BUTTON_ADMINS_ONLY
        assert server.message(editor, preview.message_id).buttons == preview.buttons
    assert len(web_server.asked("/sport/rossi")) == 1


async def test_nothing_is_added_from_a_group(server: TelegramServer, archive: Archive, web_server: WebServer, tmp_path: Path) -> None:
    """In a group neither a link nor a file is read, also from an administrator."""
    web_server.page("/sport/rossi", HTML)
    editor = server.user(ADMIN)
    group = server.group(members=[editor])
    async with edited(server, archive, web_server, tmp_path):
        asked = await editor.sends(f"@edicola_bot {LINK}", chat=group)
        await editor.sends_document("rossi.txt", FILES["rossi.txt"], chat=group)
        answer = await server.wait_for_message(group, after=asked)
        assert (answer.buttons, web_server.paths) == ((), [])
        await say(server, editor, "/help")
    assert len(server.messages(group)) == 1


PAGES_REFUSED = {
    "/nessuna": Reason.NOT_FOUND,
    "/riservata": Reason.UNREACHABLE,
    "/foto": Reason.UNSUPPORTED,
    "/vuota": Reason.UNREADABLE,
    "/chiusa": Reason.CLOSED,
    "/enorme": Reason.TOO_LARGE,
}


async def test_links_that_cannot_be_read_are_told_kindly(
    server: TelegramServer, archive: Archive, web_server: WebServer, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """For each reason there is a sentence in Italian, and the English one stands in the log only; private addresses are never asked."""
    web_server.handle("/riservata", status(403))
    web_server.page("/foto", b"jpeg", content_type="image/jpeg")
    web_server.page("/vuota", "<html><body></body></html>")
    web_server.page("/chiusa", HTML)
    web_server.page("/enorme", HTML + " " * (11 << 20))
    web_server.page("/robots.txt", "User-agent: *\nDisallow: /chiusa", content_type="text/plain")
    private = (f"http://127.0.0.1:{web_server.port}/segreta", "http://[::1]/", "http://169.254.169.254/latest")
    editor = server.user(ADMIN)
    async with edited(server, archive, web_server, tmp_path):
        for path, reason in PAGES_REFUSED.items():
            assert (await say(server, editor, f"http://giornale.test{path}")).text == shown(replies.not_read_reply(reason))
        for link in private:
            assert (await say(server, editor, link)).text == shown(replies.not_read_reply(Reason.FORBIDDEN))
        assert (await say(server, editor, "http://nessuno.example/")).text == shown(replies.not_read_reply(Reason.UNREACHABLE))
    assert "/segreta" not in web_server.paths
    assert "is not there (404 or 410)" in capfd.readouterr().err


FILES_REFUSED = {
    "rossi.xlsx": (b"PK", Reason.UNSUPPORTED),
    "rossi": (b"testo", Reason.UNSUPPORTED),
    "dati.jsonl": (b"{}", Reason.UNSUPPORTED),
    "rotto.pdf": (b"%PDF-1.7 rotto", Reason.UNREADABLE),
    "scansione.pdf": (pdf_of([b"q 500 0 0 700 50 50 cm /I1 Do Q"], image=True), Reason.UNREADABLE),
    "rotto.docx": (b"PK\x03\x04 rotto", Reason.UNREADABLE),
    "vuoto.txt": (b" \n", Reason.UNREADABLE),
    "binario.txt": (bytes(range(256)), Reason.UNREADABLE),
}


async def test_files_that_cannot_be_read_are_told_kindly(
    server: TelegramServer, archive: Archive, web_server: WebServer, tmp_path: Path
) -> None:
    """Other kinds, damaged files, scans, empty ones and ones past Telegram's limit each have their sentence, and nothing is held."""
    editor = server.user(ADMIN)
    async with edited(server, archive, web_server, tmp_path):
        for name, (content, reason) in FILES_REFUSED.items():
            sent = await editor.sends_document(name, content, mime_type="application/octet-stream")
            told = await server.wait_for_message(editor, timeout=TIMEOUT_SECONDS, after=sent)
            assert (name, told.text) == (name, shown(replies.not_read_reply(reason)))
        big = await editor.sends_document("grande.pdf", b"%PDF", size=21 << 20)
        assert (await server.wait_for_message(editor, after=big)).text == shown(replies.not_read_reply(Reason.TOO_LARGE))
    assert not list(tmp_path.glob("added/**/*.jsonl"))
    assert len(server.calls("getFile")) == len(FILES_REFUSED) - 3


async def test_reading_has_a_limit_of_time(server: TelegramServer, archive: Archive, web_server: WebServer, tmp_path: Path) -> None:
    """A page that never ends is given up, kindly."""
    web_server.handle("/lenta", slow_drip)
    editor = server.user(ADMIN)
    async with edited(server, archive, web_server, tmp_path, reading_seconds=3):
        assert (await say(server, editor, "http://giornale.test/lenta")).text == shown(replies.not_read_reply(Reason.TOO_SLOW))


async def test_lost_download_is_tried_again(server: TelegramServer, archive: Archive, web_server: WebServer, tmp_path: Path) -> None:
    """A file that Telegram does not hand out at once is asked for again."""
    editor = server.user(ADMIN)
    server.fail_next("getFile", 500)
    server.fail_next("getFile", 429, retry_after=1)
    async with edited(server, archive, web_server, tmp_path):
        assert RENEWED in (await send(server, editor, "rossi.txt", FILES["rossi.txt"])).quotes[0]
    assert len(server.calls("getFile")) == 3


async def test_failed_indexing_is_told_and_nothing_is_lost(server: TelegramServer, archive: Archive, tmp_path: Path) -> None:
    """Where the indexing fails the message says so, and the next indexing has the article."""
    editor = server.user(ADMIN)
    settings = bot_settings(server, admin_ids=frozenset({ADMIN}))
    with WebServer() as web:
        place = (str(web.port), str(tmp_path))
        add_command = (sys.executable, "-m", "tests.bot.add_process", *place)
        failing = (sys.executable, "-c", "import sys; sys.exit(3)")
        async with running_bot(
            server, tmp_path, archive.pipeline(), settings=settings, engine=archive.engine, add_command=add_command, index_command=failing
        ):
            preview = await send(server, editor, "rossi.txt", FILES["rossi.txt"])
            await press(server, editor, "Aggiungi", preview)
            await becomes(server, preview, "Non va perso: /reindex ci riprova.")
            assert await press(server, editor, "Scarta", preview, is_stale=True) == replies.ADDED_NOT_DISCARDED
        async with edited(server, archive, web, tmp_path):
            await say(server, editor, "/reindex")
            await server.wait_for_message(editor, lambda message: "1 nuovo" in message.text, timeout=TIMEOUT_SECONDS)
            assert RENEWED in (await say(server, editor, QUESTION)).quotes


async def test_child_does_not_get_the_token(tmp_path: Path) -> None:
    """The token is no business of the process that reads what strangers wrote."""
    script = "import json, os; print(json.dumps({'reason': 'too slow', 'message': str(os.environ.get('TELEGRAM_TOKEN'))}))"
    environ = {"TELEGRAM_TOKEN": "1:secret", "PATH": os.environ["PATH"]}
    adding = Adding([sys.executable, "-c", script], Additions(tmp_path), MemoryEngine(), environ)
    assert "secret" not in str(adding._environ)
    assert await adding.read("x") == NotRead(Reason.TOO_SLOW)


@pytest.mark.parametrize(
    "script", ["import sys; sys.exit(9)", "print('chatter')", 'print(\'{"token": "0123456789abcdef"}\')', "while True: pass"]
)
async def test_child_that_fails_is_a_refusal(tmp_path: Path, script: str) -> None:
    """A child that dies, chatters, lies or hangs gives a reason and no exception."""
    adding = Adding([sys.executable, "-c", script], Additions(tmp_path), MemoryEngine(), seconds=1.0)
    assert await adding.read("x") == NotRead(Reason.TOO_SLOW if "while" in script else Reason.UNKNOWN)
    assert await Adding(["/nowhere/edicola"], Additions(tmp_path), MemoryEngine()).read("x") == NotRead(Reason.UNKNOWN)


async def test_children_of_the_child_end_with_it(tmp_path: Path) -> None:
    """What the child started is killed with it when its time is over."""
    script = "import subprocess, sys; p = subprocess.Popen(['sleep', '60']); open(sys.argv[1], 'w').write(str(p.pid)); p.wait()"
    adding = Adding([sys.executable, "-c", script], Additions(tmp_path), MemoryEngine(), seconds=2.0)
    assert await adding.read(str(tmp_path / "pid")) == NotRead(Reason.TOO_SLOW)
    await asyncio.sleep(0.2)
    with pytest.raises(ProcessLookupError):
        _kill_unless_zombie(int((tmp_path / "pid").read_text()))


def _kill_unless_zombie(pid: int) -> None:
    """Kill a process; ProcessLookupError if it has ended, whoever collects it."""
    stat = Path(f"/proc/{pid}/stat")
    if stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z":
        raise ProcessLookupError
    os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("reason", Reason)
def test_readings_survive_the_wire(reason: Reason) -> None:
    """What the child writes is what the bot reads, whatever a library prints around it; each reason has its words."""
    assert decode_reading(f"chatter\n{encode_held('0123456789abcdef')}\n[]\n".encode()) == "0123456789abcdef"
    assert decode_reading(f"chatter\n{encode_refusal(NotAdded('it is closed', reason))}\n".encode()) == NotRead(reason)
    assert shown(replies.not_read_reply(reason)).endswith(".")


@pytest.mark.parametrize(
    ("name", "mime_type", "expected"),
    [
        ("rossi.pdf", "application/pdf", "rossi.pdf"),
        ("../../etc/passwd.txt", "", "etc passwd.txt"),
        ("", "application/pdf", "documento.pdf"),
        (".pdf", "", "pdf"),
        ("a\x00b\n.md", "", "a b .md"),
        ("x" * 300 + ".html", "", "x" * 150 + ".html"),
        ("è" * 300 + ".txt", "", "è" * 75 + ".txt"),
        ("rossi.pdf" + "x" * 300, "", "rossi.pdf" + "x" * 16),
    ],
)
def test_names_of_files_stay_in_their_folder(tmp_path: Path, name: str, mime_type: str, expected: str) -> None:
    """A file is kept under its name as far as that is one; no name leads elsewhere or is too long for a disk."""
    kept = file_name(name, mime_type)
    assert kept == expected
    path = tmp_path / kept
    path.write_bytes(b"x")
    assert path.parent.resolve() == tmp_path.resolve()


def test_every_kind_is_named_in_the_refusal() -> None:
    """Who sends another kind of file is told which ones are read."""
    named = shown(replies.not_read_reply(Reason.UNSUPPORTED))
    assert {kind for kind in FILE_KINDS if kind in named} == {".txt", ".md", ".html", ".htm", ".pdf", ".docx"}
