"""A small web of this machine: every host, any behaviour, over real HTTP.

    def test_…(web_server: WebServer) -> None:
        web_server.page("/articolo", "<p>Ciao</p>", etag='"1"')                  # any host serves it
        web_server.site("altro.test").page("/", "…")                            # this host only
        web_server.handle("/lenta", slow_drip)                                  # one of `behaviours`, or any coroutine of yours
        with Fetcher(store, transport=network(web_server), agent="…") as fetcher:
            fetcher.fetch("http://giornale.test/articolo")
        assert web_server.paths == ["/robots.txt", "/articolo"]

`network(server)` is the guarded transport of Edicola with a resolver that gives every `*.test` name a public address, and a dialler that
reaches the server instead. The fixture: `from tests.web_server.fixtures import web_server` in a conftest.
"""

from .behaviours import (
    broken_gzip,
    connection_reset,
    endless_body,
    endless_headers,
    gzip_bomb,
    in_turn,
    redirect,
    slow_drip,
    status,
    truncated_body,
)
from .network import PUBLIC_ADDRESS, LocalDialler, network, resolve_test_names
from .server import Request, Site, WebServer

__all__ = [
    "PUBLIC_ADDRESS",
    "LocalDialler",
    "Request",
    "Site",
    "WebServer",
    "broken_gzip",
    "connection_reset",
    "endless_body",
    "endless_headers",
    "gzip_bomb",
    "in_turn",
    "network",
    "redirect",
    "resolve_test_names",
    "slow_drip",
    "status",
    "truncated_body",
]
