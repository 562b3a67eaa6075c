"""The server: an aiohttp listener in a thread of its own, for the length of a `with`."""

import asyncio
import gzip
import threading
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from aiohttp import web

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]
ANY_HOST = ""


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asked for."""

    host: str  # without port
    path: str  # with query
    headers: Mapping[str, str]


@dataclass(slots=True)
class Page:
    """A page that answers conditional requests, as its validators allow."""

    body: bytes
    headers: dict[str, str]
    status: int = 200
    is_compressed: bool = False

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer with the page, or 304 if the asker has it already."""
        etag, modified = self.headers.get("ETag"), self.headers.get("Last-Modified")
        asked_etag, asked_modified = request.headers.get("If-None-Match"), request.headers.get("If-Modified-Since")
        is_known = etag == asked_etag if asked_etag else modified is not None and modified == asked_modified
        if is_known:
            return web.Response(
                status=304, headers={name: value for name, value in self.headers.items() if name in ("ETag", "Last-Modified")}
            )
        if self.is_compressed:
            return web.Response(body=gzip.compress(self.body), headers=self.headers | {"Content-Encoding": "gzip"}, status=self.status)
        return web.Response(body=self.body, headers=self.headers, status=self.status)


@dataclass(slots=True, eq=False)
class Site:
    """What one host serves."""

    handlers: dict[str, Handler] = field(default_factory=dict)

    def page(
        self,
        path: str,
        body: bytes | str = b"",
        *,
        content_type: str | None = "text/html; charset=utf-8",
        headers: Mapping[str, str] | None = None,
        status: int = 200,
        etag: str = "",
        last_modified: str = "",
        is_compressed: bool = False,
    ) -> None:
        """Serve a page at a path (with its query), in place of what was there."""
        given = {"Content-Type": content_type or "", "ETag": etag, "Last-Modified": last_modified}
        raw = body.encode("utf-8") if isinstance(body, str) else body
        self.handle(path, Page(raw, {name: value for name, value in given.items() if value} | dict(headers or {}), status, is_compressed))

    def handle(self, path: str, handler: Handler) -> None:
        """Let a coroutine answer at a path: exact, or with all that is below it where it ends in `*`."""
        self.handlers[path] = handler

    def remove(self, path: str) -> None:
        """Answer 404 at a path from now on."""
        del self.handlers[path]

    def handler(self, path: str) -> Handler | None:
        """Return what answers at a path, the longest pattern first."""
        if path in self.handlers:
            return self.handlers[path]
        below = [pattern for pattern in self.handlers if pattern.endswith("*") and path.startswith(pattern[:-1])]
        return self.handlers[max(below, key=len)] if below else None


class WebServer(Site):
    """Serves the pages of every host on one port; a host's own pages come before those of all."""

    def __init__(self) -> None:
        super().__init__()
        self.requests: list[Request] = []
        self.port = 0
        self._sites: dict[str, Site] = {}
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="web server")

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def site(self, host: str) -> Site:
        """Return the pages of one host."""
        return self._sites.setdefault(host, Site())

    @property
    def paths(self) -> list[str]:
        """The paths that were asked for, in order."""
        return [request.path for request in self.requests]

    def asked(self, path: str) -> list[Request]:
        """Return the requests for one path."""
        return [request for request in self.requests if request.path == path]

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()

    async def _serve(self) -> None:
        server = web.Server(self._answer, access_log=None)
        listening = await self._loop.create_server(server, "127.0.0.1", 0)
        self.port = listening.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        listening.close()
        await server.shutdown(0.01)

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        host, path = request.host.rpartition(":")[0] or request.host, request.raw_path
        self.requests.append(Request(host, path, request.headers.copy()))
        sites: tuple[Any, ...] = (self._sites.get(host), self)
        handlers = (site.handler(path) for site in sites if site is not None)
        handler = next((handler for handler in handlers if handler is not None), None)
        return await handler(request) if handler else web.Response(status=404, text="qui non c'è niente")
