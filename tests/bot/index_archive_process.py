"""`edicola index --json` of a test's archive, with what was added to it.

`python -m tests.bot.index_archive_process PORT FOLDER [--due]`
"""

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import cast

from bot.administration import ONLY_DUE
from bot.reindexing import Failure, IndexEvent, encode_event
from index.errors import EdicolaError
from index.indexer import reindex
from index.snapshot import FolderEngine
from index.sources.collection import open_collection
from tests.bot.archive import collection_settings
from tests.index.memory_engine import HashingEncoder
from tests.web_server import WebServer, network


def main(port: str, folder: str, *arguments: str) -> None:
    """Do what the command does, with another network and without a model."""
    server = cast(WebServer, SimpleNamespace(port=int(port)))
    settings = collection_settings(Path(folder))
    try:
        with open_collection(settings, transport=network(server), asking="due" if ONLY_DUE in arguments else "all") as collection:
            engine = FolderEngine(settings.data_dir / "index")
            report = reindex(engine, HashingEncoder(), collection, tell)
        tell(report)
    except EdicolaError as error:
        tell(Failure(type(error).__name__, str(error)))


def tell(event: IndexEvent) -> None:
    """Report an event."""
    sys.stdout.write(f"{encode_event(event)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
