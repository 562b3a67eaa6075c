"""`edicola add --pending --json` on the local web: `python -m tests.bot.add_process PORT FOLDER LINK_OR_FILE`, FOLDER as of an Archive."""

import sys
from argparse import Namespace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

from bot.console import add
from bot.settings import BotSettings, Settings
from index.errors import EdicolaError
from retrieval.settings import RetrievalSettings
from tests.bot.archive import collection_settings
from tests.web_server import WebServer, network


def main(port: str, folder: str, reference: str) -> int:
    """Do what the command does, with another network."""
    server = cast(WebServer, SimpleNamespace(port=int(port)))
    settings = Settings(collection_settings(Path(folder)), RetrievalSettings(), BotSettings())
    try:
        return add(Namespace(reference=reference, pending=True, json=True), settings, transport=network(server))
    except EdicolaError as error:
        sys.stderr.write(f"{error}\n")
        return 2


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
