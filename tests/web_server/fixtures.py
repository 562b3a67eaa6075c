"""The fixture, for a conftest to import."""

from collections.abc import Iterator

import pytest

from .server import WebServer


@pytest.fixture
def web_server() -> Iterator[WebServer]:
    """A running server without pages: every path answers 404, robots.txt among them."""
    with WebServer() as server:
        yield server
