"""The command `edicola`, with the real index and the built-in models."""

import asyncio
import contextlib
import io
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cli import main
from bot.console import converse
from bot.reindexing import Failure, decode_event
from index.indexer import Report
from index.settings import PROJECT
from retrieval.question import Question
from tests.bot.fakes import TODAY, FakePipeline
from tests.telegram_server import Message, TelegramServer, User

SIMEONE = """---
title: Simeone resta all'Atlético
date: 2025-03-11
url: https://www.cronache.example/sport/simeone
source: Cronache dell'Edicola
---

Diego Simeone ha rinnovato il contratto con l'Atlético Madrid fino al 2027. La firma è arrivata ieri nella sede del club.
"""
MENSA = """---
title: Mensa più cara a Castelbruno
date: 2025-06-10
source: Il Ponte
---

Il buono pasto della mensa scolastica di Castelbruno costerà 5,80 euro da settembre. Lo ha deciso la giunta.
"""

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """Settings that lead to a folder with two articles."""
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "simeone.md").write_text(SIMEONE, encoding="utf-8")
    (articles / "mensa.md").write_text(MENSA, encoding="utf-8")
    return {"ARTICLES_DIR": str(articles), "DATA_DIR": str(tmp_path / "data")}


@pytest.fixture
def run(environ: dict[str, str], capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command with these settings; returns exit code, stdout, stderr."""

    def run(*argv: str, **changes: str) -> tuple[int, str, str]:
        code = main(argv, environ | changes)
        return code, *capsys.readouterr()

    return run


def test_help_does_not_wait_for_models() -> None:
    """`--help` names all commands and imports neither torch nor the Telegram library."""
    script = "import atexit, sys; atexit.register(lambda: print(*sys.modules)); from bot.cli import main; main(['--help'])"
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert all(command in shown for command in ("ask", "chat", "bot", "index", "sources", "withdraw", "restore", "doctor", "evaluate"))
    assert not {"torch", "telegram", "faiss", "sentence_transformers", "numpy"} & set(shown.split())


def test_question_is_answered_from_articles_never_seen(run: Run) -> None:
    """`ask` indexes what is new by itself and prints the card on stdout; what it does meanwhile is told on stderr."""
    code, shown, told = run("ask", "Fino a quando ha rinnovato Simeone?")
    assert code == 0
    assert "*2027*" in shown
    assert "Simeone resta all'Atlético <https://www.cronache.example/sport/simeone>\nCronache dell'Edicola · 11 marzo 2025" in shown
    assert "loading the models" in told
    assert "added 2" in told


def test_answer_as_json_has_its_source(run: Run) -> None:
    """`ask --json` prints one object: the fields of a prediction, and what is cited."""
    code, shown, _ = run("ask", "--json", "--as-of", "2025-06-30", "Fino a quando ha rinnovato Simeone?")
    fields = json.loads(shown)
    assert (code, fields["answered"], fields["answer"]) == (0, True, "2027")
    assert fields["cited"][0]["url"] == "https://www.cronache.example/sport/simeone"
    assert fields["cited"][0]["published"] == "2025-03-11"
    assert fields["article_ids"][0] == fields["cited"][0]["article_id"] == "simeone"


def test_other_articles_are_indexed_aside(run: Run, tmp_path: Path) -> None:
    """`ask --articles` answers from another folder and leaves the index of the bot as it is."""
    run("index")
    other = tmp_path / "other"
    other.mkdir()
    (other / "nota.txt").write_text("Il faro di Porto Sereno è alto 41 metri.", encoding="utf-8")
    code, shown, _ = run("ask", "--articles", str(other), "Quanto è alto il faro di Porto Sereno?")
    assert code == 0
    assert "41 metri" in shown.replace("*", "")
    assert "faro" not in run("sources")[1]


def test_index_reports_what_changed(run: Run, environ: dict[str, str]) -> None:
    """`index` counts added, changed, removed and unchanged articles and names what it skipped with the reason."""
    articles = Path(environ["ARTICLES_DIR"])
    assert run("index")[1].startswith("added 2, changed 0, removed 0, unchanged 0, skipped 0")
    (articles / "simeone.md").write_text(SIMEONE.replace("2027", "2028"), encoding="utf-8")
    (articles / "mensa.md").unlink()
    (articles / "rotto.md").write_text("---\ntitle: [\n---\ntesto", encoding="utf-8")
    code, shown, _ = run("index")
    assert code == 0
    assert re.match(r"added 0, changed 1, removed 1, unchanged 0, skipped 1", shown)
    assert "skipped rotto.md: " in shown


def test_index_as_json_ends_with_a_report(run: Run) -> None:
    """`index --json` prints events that the bot reads, the report last."""
    events = [decode_event(line) for line in run("index", "--json")[1].splitlines()]
    assert None not in events
    assert isinstance(events[-1], Report)
    assert events[-1].added == 2


def test_folder_that_is_missing_is_named(run: Run) -> None:
    """A wrong folder is one English line on stderr and exit code 2; with --json a failure as well."""
    code, shown, told = run("index", "/nowhere")
    assert (code, shown) == (2, "")
    assert re.fullmatch(r"edicola: /nowhere .+\n", told)
    code, shown, _ = run("index", "--json", "/nowhere")
    event = decode_event(shown.strip())
    assert code == 2
    assert isinstance(event, Failure)
    assert event.error == "ArticleError"


def test_sources_are_listed_and_filtered(run: Run) -> None:
    """`sources` lists newest first; words leave only the articles that have them all, whatever their case and accents."""
    assert run("sources")[0] == 2
    run("index")
    standing, *articles = run("sources")[1].splitlines()
    assert standing == "[articles] 2 articles, 0 without date, 0 near-copies, 0 skipped, median 20 words"
    assert [line[:14] for line in articles] == ["10 giugno 2025", "11 marzo 2025 "]
    assert run("sources", "--quality")[1].splitlines() == [standing]
    assert json.loads(run("sources", "--quality", "--json")[1])["median_words"] == 20
    code, shown, _ = run("sources", "--json", "ATLETICO")
    assert code == 0
    assert json.loads(shown)["article_id"] == "simeone"


def test_doctor_names_what_is_missing(run: Run) -> None:
    """`doctor` checks everything, says what to do, and fails while something is wrong."""
    code, shown, _ = run("doctor")
    assert code == 1
    assert "PROBLEM token: TELEGRAM_TOKEN is missing" in shown
    assert "PROBLEM index: " in shown
    run("index")
    code, shown, _ = run("doctor", TELEGRAM_TOKEN="1:abc")
    assert (code, shown.count("PROBLEM")) == (0, 0)
    assert "1:abc" not in shown


def test_withdrawn_article_is_gone_for_every_command(run: Run, environ: dict[str, str]) -> None:
    """`withdraw` takes an article away from answers and lists, also after it was indexed again; `restore` brings it back."""
    light = {"READER_MODEL": "features"}
    run("index")
    code, shown, _ = run("withdraw", "simeone", "--reason", "rettifica del club")
    assert (code, shown.startswith("withdrawn simeone: 11 marzo 2025 · Simeone resta all'Atlético · ")) == (0, True)
    (Path(environ["ARTICLES_DIR"]) / "simeone.md").write_text(SIMEONE.replace("2027", "2028"), encoding="utf-8")
    _, shown, told = run("ask", "--json", "Fino a quando ha rinnovato Simeone?", **light)
    assert "changed 1" in told
    assert "simeone" not in json.loads(shown)["article_ids"]
    assert "Simeone" not in run("sources")[1]
    assert "ok      withdrawn: 1 articles: simeone" in run("doctor", **light)[1]
    assert run("restore", "https://www.cronache.example/sport/simeone#:~:text=Diego")[1].startswith("restored simeone: ")
    assert json.loads(run("ask", "--json", "Fino a quando ha rinnovato Simeone?", **light)[1])["answer"] == "2028"
    assert "ok      withdrawn: 0 articles\n" in run("doctor", **light)[1]


def test_id_is_found_in_whatever_form_it_is_typed(run: Run, environ: dict[str, str]) -> None:
    """An id typed with letters and accents apart, as some systems name files, is that of the index."""
    (Path(environ["ARTICLES_DIR"]) / "città.md").write_text(MENSA, encoding="utf-8")
    run("index")
    code, shown, _ = run("withdraw", unicodedata.normalize("NFD", "città"))
    assert (code, shown.startswith("withdrawn città: ")) == (0, True)


@pytest.mark.parametrize("command", ["withdraw", "restore"])
def test_unknown_article_is_named(run: Run, command: str) -> None:
    """What is no article ends with exit code 2 and one line that leads to the ids; before the first indexing that is what is missing."""
    code, _, told = run(command, "simeone")
    assert (code, told.count("\n")) == (2, 1)
    run("index")
    for reference in ("simeon", "https://www.cronache.example/altro", "simeone rettifica", "\udce8"):
        code, shown, told = run(command, reference)
        assert (code, shown) == (2, "")
        assert re.fullmatch(r"edicola: no article has the id or link .+: `edicola sources --json` lists them\n", told)


def test_doctor_names_the_mend_of_a_damaged_list(run: Run, environ: dict[str, str]) -> None:
    """A list of withdrawn articles that was lost is a problem with its mend, and nothing is listed or answered meanwhile."""
    run("index")
    run("withdraw", "mensa")
    (Path(environ["DATA_DIR"]) / "index" / "withdrawn.json").unlink()
    code, shown, _ = run("doctor", READER_MODEL="features")
    assert code == 1
    assert re.search(r"PROBLEM withdrawn: .*withdrawn\.json is missing: put back a copy of it, or delete it and withdrawn\.lock", shown)
    assert run("sources")[:2] == (2, "")


def test_explanation_follows_the_answer(run: Run) -> None:
    """`ask --explain` says after the card how it was found; a program that wants JSON gets nothing else."""
    code, shown, _ = run("ask", "--explain", "Fino a quando ha rinnovato Simeone?", READER_MODEL="features")
    card, _, explanation = shown.partition("\n\nFino a quando ha rinnovato Simeone?\n")
    assert (code, "*2027*" in card) == (0, True)
    assert explanation.startswith("Ho cercato: fino, rinnovato, simeone.\n")
    with pytest.raises(SystemExit):
        run("ask", "--explain", "--json", "Quando?")


def test_age_of_old_news_is_a_setting(run: Run) -> None:
    """An answer from an article older than STALE_AFTER_DAYS says how old it is, one that is as old as that does not."""
    asked = ("ask", "--as-of", "2025-03-21", "Fino a quando ha rinnovato Simeone?")
    warning = "Attenzione: la notizia più recente che ho è dell’11 marzo 2025."
    assert warning in run(*asked, READER_MODEL="features", STALE_AFTER_DAYS="9")[1]
    assert warning not in run(*asked, READER_MODEL="features", STALE_AFTER_DAYS="10")[1]


def test_wrong_setting_ends_every_command(run: Run) -> None:
    """A value that cannot be used is named before anything else happens."""
    code, _, told = run("sources", TOP_K="many")
    assert code == 2
    assert told.startswith("edicola: TOP_K='many'")


def test_missing_token_says_what_to_do(run: Run) -> None:
    """`bot` without a token leads to @BotFather."""
    code, _, told = run("bot")
    assert code == 2
    assert re.fullmatch(r"edicola: TELEGRAM_TOKEN is missing: .*@BotFather.*\n", told)


def test_wrong_day_is_refused(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """`--as-of` takes only a date, and says how one is written."""
    with pytest.raises(SystemExit):
        run("ask", "--as-of", "ieri", "Quando?")
    assert "2025-03-31" in capsys.readouterr().err


def test_chat_remembers_its_turns(capsys: pytest.CaptureFixture[str]) -> None:
    """In `chat` each question is asked with the turns before it; empty lines are passed over."""
    pipeline = FakePipeline()
    converse(pipeline, ["Quando?", "  ", "E prima?"], today=lambda: TODAY)
    first, second = pipeline.questions
    assert first == Question("Quando?", TODAY)
    assert [turn.answer for turn in second.history] == ["2027"]
    assert capsys.readouterr().out.count("*2027*") == 2


def test_chat_answers_what_is_typed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """`chat` reads line after line from its input and ends with it."""
    monkeypatch.setattr("sys.stdin", io.StringIO("Fino a quando ha rinnovato Simeone?\nQuanto costerà il buono pasto?\n"))
    code, shown, _ = run("chat")
    assert code == 0
    assert "*2027*" in shown
    assert "5,80 euro" in shown.replace("*", "")


@pytest.mark.parametrize("argv", [["ask", b"Fino a quando ha rinnovato Simeone? \xe8"], ["chat"]])
def test_bytes_that_are_no_text_are_passed_over(environ: dict[str, str], argv: list[str | bytes]) -> None:
    """A question with bytes that are not UTF-8, as argument or as input, is answered all the same."""
    command = (sys.executable, "-m", "bot.cli", *argv)
    typed = b"Fino a quando ha rinnovato Simeone? \xe8\n"
    done = subprocess.run(command, input=typed, capture_output=True, check=False, env=os.environ | environ)
    assert done.returncode == 0, done.stderr.decode()
    assert "*2027*" in done.stdout.decode()


def test_make_hands_a_question_over_as_it_is_written() -> None:
    """`make ask` keeps dollars and apostrophes of the question."""
    question = "Quanto costano 10$ a testa? E l'uso di $(HOME)?"
    command = ("make", "--dry-run", "--no-print-directory", "--assume-old=.venv/installed", "ask", f"Q={question}")
    environ = {name: value for name, value in os.environ.items() if name not in {"MAKEFLAGS", "MAKELEVEL", "MFLAGS"}}  # of `make test`
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=PROJECT, env=environ)
    assert shlex.split(done.stdout.splitlines()[-1])[-1] == question


def test_exported_but_empty_variable_does_not_hide_the_one_in_the_file(
    tmp_path: Path, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What `.env` says holds where the environment has the name with nothing in it; else the environment comes first."""
    (tmp_path / ".env").write_text("TOP_K=many\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_DIR", environ["DATA_DIR"])
    monkeypatch.setenv("TOP_K", "")
    main(["sources"])
    assert "TOP_K='many'" in capsys.readouterr().err
    monkeypatch.setenv("TOP_K", "3")
    main(["sources"])
    assert "TOP_K" not in capsys.readouterr().err


def test_titles_and_names_do_not_drive_the_terminal(run: Run, environ: dict[str, str]) -> None:
    """What a terminal would obey, in a title or in a file's name, is shown as a replacement character."""
    articles = Path(environ["ARTICLES_DIR"])
    record = {"id": "x", "title": "Rosso \x1b[31m", "text": "Il faro è alto 41 metri."}
    (articles / "faro.jsonl").write_text(json.dumps(record), encoding="utf-8")
    (articles / "scan\x1b[2J.pdf").write_bytes(b"%PDF")
    _, shown, _ = run("index")
    assert "skipped scan\ufffd[2J.pdf: " in shown
    assert "\x1b" not in run("sources")[1] + shown + run("ask", "Quanto è alto il faro?")[2]


async def test_wrong_token_ends_the_command(environ: dict[str, str]) -> None:
    """`bot` with a token that Telegram does not know ends with exit code 2 and one line that does not show it."""
    async with TelegramServer() as server:
        process = await start_bot(environ, server, TELEGRAM_TOKEN="987654:rejected")
        _, told = await process.communicate()
    assert process.returncode == 2
    assert told.decode().splitlines()[-1].startswith("edicola: Telegram rejects TELEGRAM_TOKEN")
    assert b"rejected:" not in told and b"987654" not in told


async def test_bot_answers_while_it_indexes_again(server: TelegramServer, environ: dict[str, str]) -> None:
    """The whole bot: it indexes at the start, answers, reads new articles on /reindex, answers from them, and ends on SIGTERM."""
    anna = server.user()
    process = await start_bot(environ, server, ADMIN_IDS=str(anna.id))
    try:
        while not (card := await answer(server, anna, process)).quotes:
            await asyncio.sleep(1)  # the indexing at the start is under way
        assert card.bold_texts == ("2027",)
        path = Path(environ["ARTICLES_DIR"]) / "simeone.md"
        path.write_text(SIMEONE.replace("2027", "2029"), encoding="utf-8")
        while not (status := await server.wait_for_message(anna, after=await anna.sends("/reindex"))).text.startswith("Rileggo"):
            await asyncio.sleep(1)  # the indexing at the start is not over yet
        assert (await answer(server, anna, process)).bold_texts == ("2027",)
        await server.wait_for_message(anna, lambda message: "1 cambiato" in message.text, timeout=60)
        assert server.message(anna, status.message_id).text.startswith("Ho riletto gli articoli")
        assert (await answer(server, anna, process)).bold_texts == ("2029",)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        _, log = await process.communicate()
    assert process.returncode == 0
    assert server.token.encode() not in log
    assert b"Simeone" not in log


async def test_index_goes_on_watching(environ: dict[str, str]) -> None:
    """`index --watch` indexes again as soon as a file changes, names what cannot be read, and says nothing while nothing changes."""
    command = (sys.executable, "-m", "bot.cli", "index", "--watch")
    process = await asyncio.create_subprocess_exec(*command, env=os.environ | environ, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    try:
        async with asyncio.timeout(60):
            assert b"added 2" in await process.stdout.readline()
            folder = Path(environ["ARTICLES_DIR"])
            (folder / "rotto.pdf").write_bytes(b"%PDF-1.4 rotto")
            (folder / "simeone.md").write_text(SIMEONE.replace("2027", "2029"), encoding="utf-8")
            assert b"added 0, changed 1, removed 0, unchanged 1, skipped 1" in await process.stdout.readline()
            assert (await process.stdout.readline()).startswith(b"skipped rotto.pdf:")
            (folder / "mensa.md").unlink()
            assert b"removed 1" in await process.stdout.readline()
    finally:
        process.kill()
        await process.communicate()


async def answer(server: TelegramServer, person: User, process: asyncio.subprocess.Process) -> Message:
    """Ask and return what the bot answers; fail at once if its process has ended."""
    asked = await person.sends("Fino a quando ha rinnovato Simeone?")
    answers, ends = asyncio.ensure_future(server.wait_for_message(person, after=asked, timeout=60)), asyncio.ensure_future(process.wait())
    await asyncio.wait([answers, ends], return_when=asyncio.FIRST_COMPLETED)
    assert process.returncode is None, (await process.communicate())[1].decode()
    ends.cancel()
    return await answers


async def start_bot(environ: dict[str, str], server: TelegramServer, **changes: str) -> asyncio.subprocess.Process:
    """Start `edicola bot` in a process of its own."""
    settings = {"TELEGRAM_TOKEN": server.token, "TELEGRAM_API_URL": server.url} | environ | changes
    command = (sys.executable, "-m", "bot.cli", "bot")
    return await asyncio.create_subprocess_exec(*command, env=os.environ | settings, stderr=asyncio.subprocess.PIPE)
