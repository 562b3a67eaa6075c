"""The way from Edicola's guarded transport to the local server, without a hole in the guard."""

from collections.abc import Iterable, Sequence
from typing import Any

import httpcore

from index.sources.network import GuardedTransport, Resolver, guarded_transport

from .server import WebServer

PUBLIC_ADDRESS = "93.184.215.14"


def network(server: WebServer, resolve: Resolver | None = None) -> GuardedTransport:
    """Return a transport that reaches the server as any public host."""
    return guarded_transport(resolve or resolve_test_names, LocalDialler(server))


def resolve_test_names(host: str) -> Sequence[str]:
    """Give every name under `.test` a public address; no other is known."""
    if host.endswith(".test"):
        return [PUBLIC_ADDRESS]
    raise OSError(f"{host}: Name or service not known")


class LocalDialler(httpcore.NetworkBackend):
    """Notes which address it is told to dial, and reaches the server."""

    def __init__(self, server: WebServer) -> None:
        self.dialled: list[tuple[str, int]] = []
        self._server = server
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the server, whatever the address."""
        self.dialled.append((host, port))
        return self._sockets.connect_tcp("127.0.0.1", self._server.port, timeout, local_address, socket_options)
