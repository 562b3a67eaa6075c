"""Kill the real bot at random moments of indexing and answering, and count what is lost.

    python -m benchmarks.crashes [--kills 50] [--seed 7]

`edicola bot` runs against the local Bot API server of the tests, over a copy of `articles/`. In every round an article changes, an
administrator sends /reindex, two readers ask, and after a random time the bot and its indexing child are killed with SIGKILL. After
each kill the snapshot must open with its checksums; at the end the bot runs in peace, and every reader must have an answer.
"""

import argparse
import asyncio
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from index.errors import NoSnapshot
from index.manifest import check_sums
from index.snapshot import FolderEngine
from tests.telegram_server import NO_RATE_LIMITS, TelegramServer

ADMIN = 1
LONGEST_LIFE_SECONDS = 12.0
PEACE_SECONDS = 120.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the rounds and print what was lost."""
    parser = argparse.ArgumentParser(prog="benchmarks.crashes", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        figures = asyncio.run(run(Path(scratch), args.kills, random.Random(args.seed)))
    print(json.dumps(figures, indent=1))
    return int(bool(figures["unreadable_snapshots"] or figures["forgotten_questions"]))


async def run(scratch: Path, kills: int, dice: random.Random) -> dict[str, object]:
    """Return how many kills fell where, and what was lost."""
    shutil.copytree("articles", scratch / "articles")
    unreadable, published, readers = 0, set(), []
    async with TelegramServer(token="1:crashes", rates=NO_RATE_LIMITS) as server:
        admin = server.user(ADMIN, "Ada", "it")
        for kill in range(kills):
            _change_an_article(scratch / "articles", kill)
            bot = await _start(server, scratch)
            await admin.sends("/reindex")
            for _ in range(2):
                readers.append(server.user(1000 + len(readers), "Lettore", "it"))
                await readers[-1].sends("Quando scade il contratto di Ancelotti?")
            await asyncio.sleep(dice.uniform(0.5, LONGEST_LIFE_SECONDS))
            os.killpg(bot.pid, signal.SIGKILL)
            await bot.wait()
            number, readable = _open(scratch / "data" / "index")
            unreadable += not readable
            published.add(number)
            print(
                f"kill {kill + 1}: snapshot {number}, answered {_answered(server, readers)} of {len(readers)}", file=sys.stderr, flush=True
            )
        bot = await _start(server, scratch)
        deadline = time.monotonic() + PEACE_SECONDS
        while _answered(server, readers) < len(readers) and time.monotonic() < deadline:
            await asyncio.sleep(0.5)
        os.killpg(bot.pid, signal.SIGTERM)
        await bot.wait()
        answers = [len(server.messages(reader.id)) for reader in readers]
    return {
        "kills": kills,
        "questions": len(readers),
        "forgotten_questions": answers.count(0),
        "answered_twice": sum(count > 1 for count in answers),
        "snapshots_seen": len(published - {None}),
        "unreadable_snapshots": unreadable,
    }


async def _start(server: TelegramServer, scratch: Path) -> asyncio.subprocess.Process:
    settings = {
        "TELEGRAM_TOKEN": server.token,
        "TELEGRAM_API_URL": server.url,
        "ADMIN_IDS": str(ADMIN),
        "ARTICLES_DIR": str(scratch / "articles"),
        "DATA_DIR": str(scratch / "data"),
        "LOG_LEVEL": "ERROR",
    }
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.cli", "bot", env={**os.environ, **settings}, start_new_session=True, stderr=asyncio.subprocess.DEVNULL
    )


def _change_an_article(folder: Path, number: int) -> None:
    text = f"---\ntitle: Novità {number}\n---\nIl molo nuovo numero {number} apre a maggio."
    (folder / "zz-novita.md").write_text(text, encoding="utf-8")


def _open(root: Path) -> tuple[int | None, bool]:
    """Return the number of the current snapshot and whether it can be read, checksums included."""
    engine = FolderEngine(root)
    try:
        with_sums = engine.open_current()
        check_sums(root / "snapshots" / f"{with_sums.manifest.number:06d}")
        with_sums.newest_articles(limit=3)
        with_sums.close()
        return with_sums.manifest.number, True
    except NoSnapshot:
        return None, True
    except Exception as error:
        print(f"unreadable: {error}", file=sys.stderr)
        return None, False


def _answered(server: TelegramServer, readers: Sequence[object]) -> int:
    return sum(bool(server.messages(reader.id)) for reader in readers)  # type: ignore[attr-defined]


if __name__ == "__main__":
    raise SystemExit(main())
