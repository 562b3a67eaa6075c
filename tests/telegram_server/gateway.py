"""The HTTP side: a loopback listener, the way of a request from its path to its answer, the faults on that way."""

from __future__ import annotations

import asyncio
import logging
import re
from dataclasses import dataclass, field
from typing import Any

from aiohttp import StreamReader, web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http_parser import RawRequestMessage
from aiohttp.web_protocol import RequestHandler

from .faults import FaultPlan
from .limits import UPLOAD_BYTES
from .methods import METHODS
from .parameters import Parameters, read_parameters
from .refusals import Refusal, conflict
from .request_log import Request, RequestLog
from .state import World
from .updates import Polling
from .webhook import Webhook

HOST = "127.0.0.1"
SHUTDOWN_SECONDS = 0.01  # zero would mean without limit
_METHOD_PATH = re.compile(r"/bot([^/]+)/([A-Za-z]+)")
_FILE_PATH = re.compile(r"/file/bot([^/]+)/(.+)")
_WAITING_METHODS = ("getUpdates", "setWebhook", "deleteWebhook", "getWebhookInfo")
_NAMES = {name.lower(): name for name in (*METHODS, *_WAITING_METHODS)}
_LOGGER = logging.getLogger(__name__)


@dataclass(slots=True)
class Gateway:
    """Answers the Bot API's requests; keeps its port when it stops listening for a while."""

    token: str
    world: World
    webhook: Webhook
    polling: Polling
    log: RequestLog = field(default_factory=RequestLog)
    faults: FaultPlan = field(default_factory=FaultPlan)
    port: int = 0
    _connections: web.Server | None = None
    _listener: asyncio.Server | None = None

    async def start(self) -> None:
        """Accept connections."""
        self._connections = self._connections or web.Server(self._handle, request_factory=_roomy_request)
        self._listener = await asyncio.get_running_loop().create_server(self._connections, HOST, self.port)
        self.port = self._listener.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Refuse connections and cut the open ones."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        for connection in self._connections.connections if self._connections else ():
            connection.force_close()
        await asyncio.sleep(0)

    async def close(self) -> None:
        """Stop for good."""
        await self.webhook.stop()
        await self.stop()
        if self._connections is not None:
            await self._connections.shutdown(SHUTDOWN_SECONDS)

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        if file := _FILE_PATH.fullmatch(request.path):
            return self._file(*file.groups())
        path = _METHOD_PATH.fullmatch(request.path)
        token, name = path.groups() if path else ("", request.path)
        method = _NAMES.get(name.lower(), name)
        try:
            parameters = await read_parameters(request)
        except Refusal as refusal:
            return self._answer(method, Parameters({}), refusal)
        return await self._carry_out(request, token, method, parameters)

    async def _carry_out(self, request: web.BaseRequest, token: str, method: str, parameters: Parameters) -> web.StreamResponse:
        if self.faults.drops(method, after_processing=False):
            return self._lose(request, method, parameters)
        if refusal := self.faults.refusal(method):
            return self._answer(method, parameters, refusal, is_injected=True)
        try:
            response = self._answer(method, parameters, await self._result(request, token, method, parameters))
        except Refusal as refusal:
            response = self._answer(method, parameters, refusal)
        except Exception:
            _LOGGER.exception("%s with %s", method, parameters)
            response = self._answer(method, parameters, Refusal(500, "Internal Server Error"))
        if self.faults.drops(method, after_processing=True):
            _abort(request)
        await asyncio.sleep(self.faults.seconds_late(method))
        return response

    async def _result(self, request: web.BaseRequest, token: str, method: str, parameters: Parameters) -> Any:
        if token != self.token:
            raise Refusal(401, "Unauthorized")
        if method == "getUpdates":
            if self.webhook.url:
                raise conflict("can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first")
            return await self.polling.get_updates(parameters, lambda: request.transport is not None)
        if method == "setWebhook":
            self.polling.terminate("setWebhook request")
            return await self.webhook.set(parameters)
        if method == "deleteWebhook":
            return await self.webhook.delete(parameters)
        if method == "getWebhookInfo":
            return self.webhook.info()
        if method not in METHODS:
            raise Refusal(404, "Not Found: method not found")
        return METHODS[method](self.world, parameters)

    def _answer(self, method: str, parameters: Parameters, result: Any, *, is_injected: bool = False) -> web.Response:
        status, description, body = 200, "", {"ok": True, "result": result}
        if isinstance(result, Refusal):
            status, description, body = result.code, result.description, result.to_json()
        self.log.add(Request(method, parameters, self.world.now(), status, description, is_injected))
        return web.json_response(body, status=status)

    def _lose(self, request: web.BaseRequest, method: str, parameters: Parameters) -> web.Response:
        _abort(request)
        return self._answer(method, parameters, Refusal(503, "connection dropped"), is_injected=True)

    def _file(self, token: str, path: str) -> web.Response:
        file = self.world.files.at(path) if token == self.token else None
        if file is None:
            return web.json_response(Refusal(404, "Not Found").to_json(), status=404)
        return web.Response(body=file.content)


def _abort(request: web.BaseRequest) -> None:
    if request.transport is not None:
        request.transport.abort()


def _roomy_request(
    message: RawRequestMessage, payload: StreamReader, protocol: RequestHandler, writer: AbstractStreamWriter, task: asyncio.Task[None]
) -> web.BaseRequest:
    loop = asyncio.get_running_loop()
    return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=UPLOAD_BYTES + 2**20)
