"""What real servers do, good and bad, as coroutines for `handle`."""

import asyncio
import gzip
import itertools
import zlib

from aiohttp import web

from .server import Handler

DRIP_SECONDS = 0.01
BOMB_BYTES = 200 * 2**20


def status(code: int, **headers: str) -> Handler:
    """Answer a status; `Retry_After="3"` is the header Retry-After."""

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(status=code, headers={name.replace("_", "-"): value for name, value in headers.items()})

    return answer


def redirect(location: str, code: int = 302) -> Handler:
    """Send on to another address."""
    return status(code, Location=location)


def in_turn(*handlers: Handler) -> Handler:
    """Let each answer once, the last one from then on."""
    rest = itertools.chain(handlers, itertools.repeat(handlers[-1]))

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        return await next(rest)(request)

    return answer


async def slow_drip(request: web.BaseRequest) -> web.StreamResponse:
    """Send a byte now and then, for ever."""
    response = await _begun(request)
    while True:
        await response.write(b" ")
        await asyncio.sleep(DRIP_SECONDS)


async def endless_headers(request: web.BaseRequest) -> web.StreamResponse:
    """Never come to the end of the headers; slowly."""
    assert request.transport is not None
    request.transport.write(b"HTTP/1.1 200 OK\r\n")
    for number in itertools.count():
        request.transport.write(b"X-%d: a\r\n" % number)
        await asyncio.sleep(DRIP_SECONDS)
    raise AssertionError


async def endless_body(request: web.BaseRequest) -> web.StreamResponse:
    """Send as fast as somebody reads, for ever."""
    response = await _begun(request)
    while True:
        await response.write(b"<p>ancora</p>" * 5000)


async def gzip_bomb(request: web.BaseRequest) -> web.StreamResponse:
    """Send 200 MB of zeros, in 200 kB."""
    response = await _begun(request, {"Content-Encoding": "gzip"})
    packer = zlib.compressobj(9, wbits=16 + zlib.MAX_WBITS)
    for _ in range(BOMB_BYTES >> 20):
        await response.write(packer.compress(bytes(2**20)))
    await response.write(packer.flush())
    return response


async def broken_gzip(request: web.BaseRequest) -> web.StreamResponse:
    """Send the first half of a compressed page, and say that this is all."""
    whole = gzip.compress(b"<p>" + bytes(range(256)) * 40)
    return web.Response(body=whole[: len(whole) // 2], headers={"Content-Type": "text/html", "Content-Encoding": "gzip"})


async def truncated_body(request: web.BaseRequest) -> web.StreamResponse:
    """Promise a thousand bytes, send ten and hang up."""
    response = await _begun(request, {"Content-Length": "1000"})
    await response.write(b"<p>Il sind")
    assert request.transport is not None
    request.transport.close()
    return response


async def connection_reset(request: web.BaseRequest) -> web.StreamResponse:
    """Hang up without an answer."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def _begun(request: web.BaseRequest, headers: dict[str, str] | None = None) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/html"} | (headers or {}))
    await response.prepare(request)
    return response
