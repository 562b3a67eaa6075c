"""The command `edicola`: arguments and settings in, an exit code out. What the commands do is in `bot/console`.

That module and all models are imported once the arguments are known: `--help` must not wait for them.
Exit codes: 0 all well, 1 something was found wanting (doctor, evaluate), 2 an error, told in one line on stderr.
"""

import argparse
import datetime
import io
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from dotenv import dotenv_values

from bot.settings import read_settings
from index.errors import EdicolaError, SettingError

EXIT_ERROR = 2
EXIT_INTERRUPTED = 130


def main(argv: Sequence[str] | None = None, environ: Mapping[str, str] | None = None) -> int:
    """Run a command and return its exit code. `environ` is by default our own and `.env`; what is exported and not empty comes first."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a character still shows the others
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")  # a question may hold bytes that are no text
    argv = sys.argv[1:] if argv is None else argv
    args = build_parser(argv[0] if argv else "").parse_args(argv)
    from bot.console import COMMANDS  # noqa: PLC0415 - slow to import, see above

    try:
        settings = read_settings(_environ() if environ is None else environ)
        return COMMANDS[args.command](args, settings)
    except EdicolaError as error:
        print(f"edicola: {' '.join(str(error).split())}", file=sys.stderr)
        return EXIT_ERROR
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_INTERRUPTED


def build_parser(command: str = "") -> argparse.ArgumentParser:
    """Return the parser of all commands; the options of `evaluate`, which are its own module's, only if that is the `command`."""
    parser = argparse.ArgumentParser(
        prog="edicola",
        description="Answers questions about your articles with verbatim, dated, cited sentences.",
        epilog="Settings come from the environment and from .env: see docs/settings.md.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")

    ask = commands.add_parser("ask", help="answer one question", description="Bring the index in step with the articles, then answer.")
    ask.add_argument("question", nargs="+", help="the question, in Italian")
    form = ask.add_mutually_exclusive_group()
    form.add_argument("--explain", action="store_true", help="say afterwards how the answer was found")
    form.add_argument("--json", action="store_true", help="print the answer as JSON")
    _add_collection(ask)
    chat = commands.add_parser("chat", help="ask question after question", description="Later questions may lean on earlier ones.")
    _add_collection(chat)

    commands.add_parser("bot", help="answer in Telegram", description="Needs TELEGRAM_TOKEN. Brings the index in step at the start.")

    index = commands.add_parser("index", help="bring the index in step with the articles", description="Only what changed is indexed.")
    index.add_argument("articles", nargs="?", type=Path, metavar="DIR", help="the articles (default: ARTICLES_DIR)")
    index.add_argument("--due", action="store_true", help="ask only the sources whose time has come, as the bot does between commands")
    index.add_argument("--watch", action="store_true", help="go on: index again whenever a file changes or a source is due")
    index.add_argument("--json", action="store_true", help="print progress and report as JSON lines")

    sources = commands.add_parser("sources", help="list sources and articles", description="How each source stands, then its articles.")
    sources.add_argument("words", nargs="*", help="list only articles with all of these words in title or source")
    sources.add_argument("--quality", action="store_true", help="print only how each source stands")
    sources.add_argument("--json", action="store_true", help="print one JSON object a line")

    add = commands.add_parser("add", help="add an article by its link or from a file", description="The next indexing reads it.")
    add.add_argument("reference", metavar="LINK_OR_FILE", help="a link, or a file of kind txt, md, html, pdf or docx")
    add.add_argument("--pending", action="store_true", help="only hold it, and print the token under which the bot adds or discards it")
    add.add_argument("--json", action="store_true", help="print the token, or the reason why there is none, as JSON")

    withdraw = commands.add_parser("withdraw", help="take an article away", description="From the next question on nobody is shown it.")
    withdraw.add_argument("article", metavar="ID", help="the article's id or link")
    withdraw.add_argument("--reason", default="", metavar="TEXT", help="why, kept beside the id")
    restore = commands.add_parser("restore", help="bring a withdrawn article back", description="From the next question on it is read.")
    restore.add_argument("article", metavar="ID", help="the article's id or link")

    commands.add_parser("doctor", help="check settings, models, index and journal", description="Exit code 1 if something is wrong.")

    evaluate = commands.add_parser("evaluate", help="measure the answers to gold questions")
    if command == "evaluate":
        from evaluation.cli import add_arguments  # noqa: PLC0415 - not needed for the other commands

        add_arguments(evaluate)
    return parser


def _add_collection(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--as-of", type=_day, metavar="DATE", help="answer as on this day, such as 2025-03-31 (default: today)")
    parser.add_argument("--articles", type=Path, metavar="DIR", help="answer from these articles, indexed aside (default: ARTICLES_DIR)")


def _day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date such as 2025-03-31") from error


def _environ() -> dict[str, str]:
    try:
        from_file = dotenv_values(".env")
    except (OSError, ValueError) as error:
        raise SettingError(f".env cannot be read: {error}") from error
    return {name: value for name, value in from_file.items() if value is not None} | {n: v for n, v in os.environ.items() if v.strip()}


if __name__ == "__main__":
    sys.exit(main())
