"""The way to the web: a transport for httpx that connects to public addresses only.

A URL comes in; out comes an answer, or ForbiddenAddress. A name is resolved once for a connection, every address that it gives must be
public, and exactly those addresses are dialled, so that a name cannot change its answer after it was checked. Nothing in the settings or
the environment turns this off: the resolver and the dialling are arguments for the tests, and the check lies between them.
"""

import functools
import ipaddress
import queue
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextvars import ContextVar, Token
from types import TracebackType
from typing import Self

import httpcore
import httpx

from index.errors import EdicolaError

Resolver = Callable[[str], Sequence[str]]  # a host's name -> its IP addresses
SocketOptions = Iterable[httpcore.SOCKET_OPTION]

LONGEST_URL_CHARACTERS = 8000  # in its one spelling, where each odd byte takes three
_PORTS = {"http": 80, "https": 443}
KEPT_CONNECTIONS = 20
KEPT_CONNECTION_SECONDS = 15.0

_UNICAST_6 = ipaddress.IPv6Network("2000::/3")  # all that is assigned for the public internet
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # an IPv4 address in its last 32 bits, RFC 6052
_NOT_PUBLIC = tuple(
    ipaddress.ip_network(network)
    for network in (
        "168.63.129.16/32",  # the host's own services on Azure: public in form only
        "192.0.0.0/24",  # protocol assignments, a cloud's metadata among them
        "192.88.99.0/24",  # relays of 6to4
        "2001::/23",  # protocol assignments; Teredo, which holds an IPv4 address
        "2002::/16",  # 6to4, which holds an IPv4 address
        "3fff::/20",  # documentation
    )
)
_NAME = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")  # how the last part of an IPv4 address may be spelled


class ForbiddenAddress(EdicolaError):
    """A URL leads, or may lead, elsewhere than to the public web."""


class TimeBudget:
    """Seconds that may be spent on the network: counted, and enforced on this thread's connections, while it is entered."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._until: float | None = None
        self._token: Token[TimeBudget | None] | None = None

    def __enter__(self) -> Self:
        self._until = time.monotonic() + self._seconds
        self._token = _budget.set(self)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._seconds, self._until = self.left(), None
        if self._token is not None:
            _budget.reset(self._token)

    def left(self) -> float:
        """Return the seconds that are left, never below zero."""
        return max(0.0, self._seconds if self._until is None else self._until - time.monotonic())


_budget: ContextVar[TimeBudget | None] = ContextVar("_budget", default=None)


def canonical_url(url: str) -> str:
    """Return the one spelling of a web address that stands for all, without its fragment; ForbiddenAddress if it is none."""
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise ForbiddenAddress(f"it is no valid address ({error}); write it as a browser shows it") from error
    _refuse_unless_web(parsed)
    host = f"[{ipaddress.ip_address(parsed.host)}]" if ":" in parsed.host else parsed.raw_host.decode("ascii").removesuffix(".")
    port = "" if parsed.port in (None, _PORTS[parsed.scheme]) else f":{parsed.port}"
    canonical = f"{parsed.scheme}://{host}{port}{parsed.raw_path.decode('ascii')}"
    if len(canonical) > LONGEST_URL_CHARACTERS:
        raise ForbiddenAddress(f"it is longer than {LONGEST_URL_CHARACTERS} characters; no site needs that")
    return canonical


def is_public(address: str) -> bool:
    """Tell whether an IP address, in its canonical spelling or not, is one host's of the public internet."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in _NAT64:
            return ip.scope_id is None and is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
        if ip.scope_id is not None or ip not in _UNICAST_6:
            return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved) and not any(ip in network for network in _NOT_PUBLIC)


def system_resolver(host: str) -> Sequence[str]:
    """Return the addresses that the system knows for a name, in the order in which it would try them."""
    return list(dict.fromkeys(str(found[4][0]) for found in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)))


def guarded_transport(resolve: Resolver = system_resolver, backend: httpcore.NetworkBackend | None = None) -> "GuardedTransport":
    """Return the transport that all of Edicola's fetching goes through."""
    return GuardedTransport(_GuardedBackend(resolve, backend or httpcore.SyncBackend()))


class GuardedTransport(httpx.BaseTransport):
    """Sends requests for http and https addresses over guarded connections, which it keeps for a while."""

    def __init__(self, backend: "_GuardedBackend") -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=_tls(),
            max_connections=None,  # as many as there are threads
            max_keepalive_connections=KEPT_CONNECTIONS,
            keepalive_expiry=KEPT_CONNECTION_SECONDS,
            network_backend=backend,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; redirects are left to the caller, who comes back here with each."""
        _refuse_unless_web(request.url)
        url = httpcore.URL(scheme=request.url.raw_scheme, host=request.url.raw_host, port=request.url.port, target=request.url.raw_path)
        timeouts = {"timeout": request.extensions["timeout"]} if "timeout" in request.extensions else {}
        assert isinstance(request.stream, httpx.SyncByteStream)
        try:
            response = self._pool.handle_request(
                httpcore.Request(request.method, url, headers=request.headers.raw, content=request.stream, extensions=timeouts)
            )
        except _CORE_ERRORS as error:
            raise _as_httpx(error) from error
        return httpx.Response(response.status, headers=response.headers, stream=_Body(response), extensions=response.extensions)

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._response.iter_stream()
        except _CORE_ERRORS as error:
            raise _as_httpx(error) from error

    def close(self) -> None:
        self._response.close()


class _GuardedBackend(httpcore.NetworkBackend):
    """Resolves, checks, and dials what was checked."""

    def __init__(self, resolve: Resolver, backend: httpcore.NetworkBackend) -> None:
        self._resolve = resolve
        self._backend = backend

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: SocketOptions | None = None,
    ) -> httpcore.NetworkStream:
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in self._public_addresses(host, timeout):
            try:
                stream = self._backend.connect_tcp(address, port, _within_budget(timeout), local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _TimedStream(stream)
        raise failure

    def sleep(self, seconds: float) -> None:
        self._backend.sleep(seconds)

    def _public_addresses(self, host: str, timeout: float | None) -> list[str]:
        """Return the addresses of a host, each parsed and written anew, so that what is dialled is what was understood."""
        addresses = [host] if _is_literal(host) else _resolved(self._resolve, host, _within_budget(timeout))
        for address in addresses:
            if not is_public(address):
                leads = "is" if address == host else f"leads to {address}, which is"
                raise ForbiddenAddress(f"{host} {leads} not on the public internet; give the address of a public site")
        return [str(ipaddress.ip_address(address)) for address in addresses]


class _TimedStream(httpcore.NetworkStream):
    """A connection whose every read and write ends within the budget of the thread that uses it."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _within_budget(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _within_budget(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _TimedStream(self._stream.start_tls(ssl_context, server_hostname, _within_budget(timeout)))

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


def _refuse_unless_web(url: httpx.URL) -> None:
    if url.scheme not in _PORTS:
        raise ForbiddenAddress(f"{url.scheme or 'no'} scheme is not one of the web; give an address that begins with https://")
    if url.userinfo:
        raise ForbiddenAddress("it holds a user name or a password; give an address without them")
    if url.port is not None and not 0 < url.port < 65536:
        raise ForbiddenAddress(f"there is no port {url.port}; give an address without it")
    host = url.raw_host.decode("ascii").removesuffix(".")
    if _is_literal(host):
        return
    if not _NAME.fullmatch(host):
        raise ForbiddenAddress(f"{host!r} is no name of a site; write the address as a browser shows it")
    if _NUMBER.fullmatch(host.rpartition(".")[2]):
        raise ForbiddenAddress(f"{host} is a number in an unusual spelling; give the name of the site")


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _resolved(resolve: Resolver, host: str, seconds: float | None) -> Sequence[str]:
    """Ask the resolver from a thread of its own, because the system's has no time limit that can be set."""
    answers: queue.SimpleQueue[Sequence[str] | Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(resolve(host))
        except Exception as error:  # handed to the thread that asked
            answers.put(error)

    threading.Thread(target=ask, daemon=True, name=f"resolving {host}").start()
    try:
        answer = answers.get(timeout=seconds)
    except queue.Empty:
        raise httpcore.ConnectTimeout(f"the name {host} was not resolved in time") from None
    if isinstance(answer, OSError | UnicodeError):
        raise httpcore.ConnectError(f"the name {host} is not known: {answer}") from answer
    if isinstance(answer, Exception):
        raise answer
    return answer


def _within_budget(timeout: float | None) -> float | None:
    """Return a timeout that does not outlast the thread's budget; a timeout if nothing is left of it."""
    budget = _budget.get()
    if budget is None:
        return timeout
    left = budget.left()
    if left <= 0:
        raise httpcore.TimeoutException("all of the time for this page is spent")
    return left if timeout is None else min(left, timeout)


@functools.cache
def _tls() -> ssl.SSLContext:
    """Return the context that checks certificates and names, whatever the environment says."""
    return httpx.create_ssl_context(trust_env=False)


_CORE_ERRORS = (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol)


def _as_httpx(error: Exception) -> httpx.TransportError:
    """Return the error of httpx that stands for one of httpcore's, which carry the same names."""
    if isinstance(error, httpcore.ConnectError | httpcore.ConnectTimeout):
        return httpx.ConnectError(str(error))
    if isinstance(error, httpcore.TimeoutException):
        return httpx.TimeoutException(str(error))
    return httpx.ReadError(str(error)) if isinstance(error, httpcore.NetworkError) else httpx.RemoteProtocolError(str(error))
