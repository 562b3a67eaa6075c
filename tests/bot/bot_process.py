"""A whole bot on a fake pipeline in a process of its own, to be killed: `python -m tests.bot.bot_process URL TOKEN DATA_DIR`."""

import asyncio
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import cast

from retrieval.answer import Answer, Outcome
from retrieval.question import Question
from tests.bot.fakes import FakePipeline, make_citation, running_bot
from tests.telegram_server import TelegramServer

THINKING_SECONDS = 0.02


def think(question: Question) -> Outcome:
    """Answer after a moment, so that a kill may fall into it."""
    time.sleep(THINKING_SECONDS)
    return Answer(make_citation(), 0.9)


async def main(url: str, token: str, data_dir: str) -> None:
    """Answer until killed."""
    server = cast(TelegramServer, SimpleNamespace(url=url, token=token))
    async with running_bot(server, Path(data_dir), FakePipeline(think)):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
