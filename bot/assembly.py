"""The composition root of the bot: the only place where its parts are chosen by settings and put together."""

import asyncio
import signal
import sys
from contextlib import closing

from bot.adding import Adding
from bot.answering import Answering, clock, one_thread_each
from bot.application import TelegramBot
from bot.journal import Journal
from bot.logs import configure_logging
from bot.reindexing import Reindexing
from bot.settings import Settings, require_token
from bot.source_report import SourceReport
from bot.withdrawing import Withdrawing
from index.sources.adding import Additions
from index.sources.collection import ADDED_FOLDER
from retrieval.assembly import build_engine, build_pipeline

INDEX_COMMAND = (sys.executable, "-m", "bot.cli", "index", "--json")
ADD_COMMAND = (sys.executable, "-m", "bot.cli", "add", "--pending", "--json")


async def run_bot(settings: Settings) -> None:
    """Make everything that the settings name and answer until SIGINT or SIGTERM; SettingError for a token that is missing or wrong."""
    require_token(settings.bot)
    configure_logging(settings.bot.log_level, secrets=(settings.bot.token, settings.bot.journal_url))
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    with closing(Journal(settings.journal_url)) as journal:
        answering = Answering(
            lambda: build_pipeline(settings.index, settings.retrieval),
            today=clock(settings.retrieval),
            timeout_seconds=settings.bot.answer_timeout_seconds,
            queue_size=settings.bot.queue_size,
            prepare_worker=one_thread_each,
        )
        with closing(answering):
            engine = build_engine(settings.index)
            reindexing, withdrawing = Reindexing(INDEX_COMMAND), Withdrawing(engine)
            adding = Adding(ADD_COMMAND, Additions(settings.index.data_dir / ADDED_FOLDER), engine)
            report = SourceReport(engine, settings.index)
            await TelegramBot(settings.bot, answering, journal, reindexing, withdrawing, adding=adding, source_report=report).run(stop)
