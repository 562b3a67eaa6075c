"""The local web, and a store and a clock for every test of the sources."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.sources.page_store import PageStore
from tests.web_server.fixtures import web_server

__all__ = ["clock", "store", "web_server"]


class Clock:
    """A clock that moves only while somebody sleeps; it notes for how long."""

    def __init__(self) -> None:
        self.seconds = 1_750_000_000.0
        self.slept: list[float] = []
        self._lock = threading.Lock()

    def __call__(self) -> float:
        """Return the present moment."""
        return self.seconds

    def sleep(self, seconds: float) -> None:
        """Let the time pass."""
        with self._lock:
            self.slept.append(round(seconds, 6))
            self.seconds += seconds


@pytest.fixture
def clock() -> Clock:
    """A clock at some moment of 2025."""
    return Clock()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[PageStore]:
    """An empty store."""
    with PageStore(tmp_path / "pages.sqlite") as store:
        yield store
