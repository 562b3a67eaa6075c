"""Logs: structured, and discreet."""

import io
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.logs import TALKATIVE, configure_logging
from bot.settings import Secret
from tests.bot.fakes import running_bot
from tests.telegram_server import TelegramServer


@pytest.fixture(autouse=True)
def _untouched_logging() -> Iterator[None]:
    """Leave the logging of the other tests as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.NOTSET)


async def test_token_is_in_no_log(server: TelegramServer, tmp_path: Path) -> None:
    """At any level, through errors of the network and of our own, no line holds the token."""
    stream = io.StringIO()
    configure_logging("DEBUG", secrets=[Secret(server.token)], stream=stream)
    anna = server.user()
    async with running_bot(server, tmp_path):
        server.fail_next("sendMessage", 500)
        server.drop_connection_next("getUpdates", after_processing=False)
        await server.wait_for_message(anna, after=await anna.sends("Quando scade Zanzibar?"))
        await server.stop_listening()
        await server.start_listening()
        await server.wait_for_message(anna, after=await anna.sends("Quando?"))
    log = stream.getvalue()
    assert "question chat=1001" in log
    assert server.token not in log
    assert server.token.partition(":")[2] not in log
    assert "Zanzibar" not in log


def test_secret_is_struck_out_wherever_it_slips_in() -> None:
    """A secret in a message or a traceback of somebody else's is struck out."""
    stream = io.StringIO()
    configure_logging("INFO", secrets=[Secret("1:topsecret"), Secret()], stream=stream)
    address = "https://api.telegram.org/bot1:topsecret/getMe"
    try:
        raise ValueError(address)
    except ValueError:
        logging.getLogger("elsewhere").exception("at bot1:topsecret")
    assert "topsecret" not in stream.getvalue()
    assert stream.getvalue().count("(secret)") == 2
