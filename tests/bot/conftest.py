"""The local Telegram for every test of the bot."""

from collections.abc import AsyncIterator

import pytest

from tests.telegram_server import TelegramServer


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    """A Telegram on loopback that must not have refused anything by its own rules at the end of the test."""
    async with TelegramServer() as telegram:
        yield telegram
        assert telegram.errors == []
