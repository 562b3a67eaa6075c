"""The guard lets nobody through to anything but the public internet."""

import ipaddress
import ssl
import threading
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import httpcore
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.sources.network import (
    LONGEST_URL_CHARACTERS,
    ForbiddenAddress,
    TimeBudget,
    canonical_url,
    guarded_transport,
    is_public,
    system_resolver,
)
from tests.web_server import PUBLIC_ADDRESS, LocalDialler, WebServer, network

PUBLIC_6 = "2606:2800:21f:cb07:6820:80da:af6b:8b2c"
PRIVATE = [
    *("0.0.0.0", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1"),
    *("168.63.129.16", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "224.0.0.1", "240.0.0.1"),
    *("255.255.255.255", "::", "::1", "::127.0.0.1", "::8.8.8.8", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "fe80::1", "fe80::1%eth0"),
    *("fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "2002:808:808::", "3fff::1"),
    *("64:ff9b::10.0.0.1", "64:ff9b::169.254.169.254", "64:ff9b:1::8.8.8.8", "100::1", "5f00::1", f"{PUBLIC_6}%eth0"),
    *("0177.0.0.1", "127.1", "0x7f000001", "2130706433", "8.8.8.08", "", "localhost", " 8.8.8.8", "8.8.8.8\n"),
]


class Closed(httpcore.NetworkBackend):
    """Notes what it is told to dial, and reaches nobody."""

    def __init__(self) -> None:
        self.dialled: list[str] = []

    def connect_tcp(self, host: str, port: int, *_: Any) -> httpcore.NetworkStream:
        """Refuse."""
        self.dialled.append(host)
        raise httpcore.ConnectError("closed")


@pytest.fixture
def closed() -> Closed:
    """A network on which nobody answers."""
    return Closed()


@pytest.fixture
def dialler(web_server: WebServer) -> LocalDialler:
    """A network on which everybody is the local server."""
    web_server.page("/", "ciao")
    return LocalDialler(web_server)


def get(url: str, resolve: Any, backend: httpcore.NetworkBackend) -> httpx.Response:
    """Ask for an address through the guard."""
    with httpx.Client(transport=guarded_transport(resolve, backend), trust_env=False) as client:
        return client.get(url)


@pytest.mark.parametrize("address", ["8.8.8.8", PUBLIC_ADDRESS, PUBLIC_6, "64:ff9b::8.8.8.8", "1.1.1.1", "2a00:1450:4002::200e"])
def test_public_addresses(address: str) -> None:
    """Addresses of hosts on the internet are public, those that NAT64 makes of them too."""
    assert is_public(address)


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses(address: str) -> None:
    """No address of a machine, a network, a cloud, a group, a tunnel or a document is public, nor one in an odd spelling."""
    assert not is_public(address)


@given(st.ip_addresses())
def test_public_means_global_unicast(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    """Whatever the standard library knows to be special is not public."""
    special = not address.is_global or address.is_private or address.is_multicast or address.is_reserved or address.is_loopback
    special = special or address.is_link_local or address.is_unspecified
    if special and address not in ipaddress.ip_network("64:ff9b::/96"):
        assert not is_public(str(address))


@given(st.ip_addresses(v=4))
def test_an_address_of_four_bytes_is_public_in_one_form_only(address: ipaddress.IPv4Address) -> None:
    """Inside an IPv6 address it is refused, except behind NAT64, which reaches what it names."""
    for prefix in (0, 0xFFFF << 32, 0xFFFF << 48):
        assert not is_public(str(ipaddress.IPv6Address(prefix + int(address))))
    assert not is_public(str(ipaddress.IPv6Address((0x2002 << 112) + (int(address) << 80) + 1)))
    assert not is_public(str(ipaddress.IPv6Address((0x20010000 << 96) + (int(address) ^ 0xFFFFFFFF))))
    assert is_public(f"64:ff9b::{address}") == is_public(str(address))


@given(st.lists(st.ip_addresses().map(str), min_size=1, max_size=4))
def test_one_private_address_forbids_the_name(addresses: list[str]) -> None:
    """A name is dialled only if every address that it gives is public, and then exactly those, in their order."""
    network = Closed()
    with pytest.raises(httpx.ConnectError if all(map(is_public, addresses)) else ForbiddenAddress):
        get("http://giornale.test/", lambda _: addresses, network)
    assert network.dialled == (addresses if all(map(is_public, addresses)) else [])


@pytest.mark.parametrize("address", [a for a in PRIVATE if a not in ("", "localhost") and not a.startswith(" ") and "\n" not in a])
def test_literal_private_address_is_never_dialled(closed: Closed, address: str) -> None:
    """An address in the URL itself is checked too, in whatever spelling the system's resolver would take."""
    host = f"[{address.replace('%', '%25')}]" if ":" in address else address
    with pytest.raises((ForbiddenAddress, httpx.InvalidURL)):
        get(f"http://{host}/", lambda _: ["8.8.8.8"], closed)
    assert closed.dialled == []


@pytest.mark.parametrize(
    "url",
    [
        *("file:///etc/passwd", "ftp://giornale.test/", "ws://giornale.test/", "gopher://giornale.test/", "data:text/html,ciao"),
        *("unix:/var/run/docker.sock", "http+unix://%2Fvar%2Frun%2Fdocker.sock/", "/articolo", "giornale.test", "", "http://", "http:///a"),
        *("http://anna@giornale.test/", "http://anna:segreto@giornale.test/", "http://giornale.test@127.0.0.1/", "http://:@giornale.test/"),
        *(
            "http://0x08080808/",
            "http://0x7f.1/",
            "http://0177.1/",
            "http://134744072/",
            "http://8.8.8/",
            "http://8.8.8.0x8/",
            "http://1.1.1.1../",
        ),
        *(
            "http://a%00b.test/",
            "http://a%2fb.test/",
            "http://a\\b.test/",
            "http://a b.test/",
            "http://a..test/",
            "http://.test/",
            "http://*/",
        ),
        *("http://①②⑦.0.0.1/", "http://[::1/", "http://[giornale.test]/", "http://giornale.test:99999999999/", "http://giornale.test:-1/"),
        *("http://giornale.test:ottanta/", "http://giornale.test/\n", "http://xn--\u00e9.test/", "http://" + "a" * 70000 + ".test/"),
    ],
)
def test_what_is_no_address_of_the_web(closed: Closed, url: str) -> None:
    """Other schemes, passwords, numbers as names and broken spellings are refused before anything is resolved."""
    with pytest.raises(ForbiddenAddress):
        canonical_url(url)
    with pytest.raises((ForbiddenAddress, httpx.InvalidURL, httpx.UnsupportedProtocol)):
        get(url, lambda _: pytest.fail("resolved"), closed)
    assert closed.dialled == []


@pytest.mark.parametrize("path", ["a" * LONGEST_URL_CHARACTERS, "è" * (LONGEST_URL_CHARACTERS // 6)])
def test_endless_address_is_refused(path: str) -> None:
    """It is as long as it is spelled in the end: a letter with an accent takes six characters there."""
    with pytest.raises(ForbiddenAddress, match="longer than"):
        canonical_url(f"https://giornale.test/{path}")


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTP://Giornale.TEST", "http://giornale.test/"),
        ("https://giornale.test.:443/a/../b?c=d#e", "https://giornale.test/b?c=d"),
        ("http://giornale.test:8080/perché?q=caffè latte", "http://giornale.test:8080/perch%C3%A9?q=caff%C3%A8%20latte"),
        ("http://città.test/", "http://xn--citt-3na.test/"),
        ("http://[2606:2800:21F::1]:81/", "http://[2606:2800:21f::1]:81/"),
        ("http://127。0。0。1/", "http://127.0.0.1/"),
    ],
)
def test_canonical_spelling(url: str, canonical: str) -> None:
    """An address has one spelling, which is its own."""
    assert canonical_url(url) == canonical
    assert canonical_url(canonical) == canonical


@given(st.text(max_size=30), st.sampled_from(["http://", "https://", "http://giornale.test/", "http://giornale.test:80/?", "http://["]))
def test_any_text_is_an_address_or_is_refused(text: str, start: str) -> None:
    """No text brings the reading of an address down, and its canonical spelling is read as itself."""
    try:
        canonical = canonical_url(start + text)
    except ForbiddenAddress:
        return
    assert canonical_url(canonical) == canonical


def test_name_that_changes_its_answer_is_not_dialled_again(dialler: LocalDialler) -> None:
    """A name is resolved once for each connection, and a second answer that is private is refused (DNS rebinding)."""
    answers = iter([[PUBLIC_ADDRESS], ["127.0.0.1"], ["::1", PUBLIC_ADDRESS]])

    def rebinding(_: str) -> Sequence[str]:
        return next(answers)

    with httpx.Client(transport=guarded_transport(rebinding, dialler), trust_env=False) as client:
        assert client.get("http://giornale.test/", headers={"Connection": "close"}).text == "ciao"
        for _ in range(2):
            with pytest.raises(ForbiddenAddress):
                client.get("http://giornale.test/")
    assert dialler.dialled == [(PUBLIC_ADDRESS, 80)]


def test_kept_connection_is_not_resolved_again(dialler: LocalDialler) -> None:
    """Further requests go over the connection whose address was checked."""
    answers = iter([[PUBLIC_ADDRESS]])
    with httpx.Client(transport=guarded_transport(lambda _: next(answers), dialler), trust_env=False) as client:
        assert [client.get("http://giornale.test/").text for _ in range(3)] == ["ciao"] * 3
    assert dialler.dialled == [(PUBLIC_ADDRESS, 80)]


def test_next_address_is_tried(web_server: WebServer) -> None:
    """Where the first address of a name does not answer, the next is dialled."""

    class FirstClosed(LocalDialler):
        def connect_tcp(self, host: str, port: int, *rest: Any) -> httpcore.NetworkStream:
            if host == PUBLIC_6:
                raise httpcore.ConnectError("no route")
            return super().connect_tcp(host, port, *rest)

    web_server.page("/", "ciao")
    assert get("http://giornale.test:8080/", lambda _: [PUBLIC_6, PUBLIC_ADDRESS], FirstClosed(web_server)).text == "ciao"


def test_environment_changes_nothing(dialler: LocalDialler, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proxies that the environment names are not used."""
    for name in ("HTTP_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert get("http://giornale.test/", lambda _: [PUBLIC_ADDRESS], dialler).text == "ciao"
    assert dialler.dialled == [(PUBLIC_ADDRESS, 80)]


def test_certificate_is_that_of_the_name() -> None:
    """TLS asks for the certificate of the name, not of the address, and checks it."""
    asked: list[tuple[str | None, bool, ssl.VerifyMode]] = []

    class Listening(httpcore.NetworkStream):
        def start_tls(
            self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
        ) -> httpcore.NetworkStream:
            asked.append((server_hostname, ssl_context.check_hostname, ssl_context.verify_mode))
            raise httpcore.ConnectError("enough")

    class Dialler(httpcore.NetworkBackend):
        def connect_tcp(self, host: str, port: int, *_: Any) -> httpcore.NetworkStream:
            assert (host, port) == (PUBLIC_ADDRESS, 443)
            return Listening()

    with pytest.raises(httpx.ConnectError, match="enough"):
        get("https://giornale.test/", lambda _: [PUBLIC_ADDRESS], Dialler())
    assert asked == [("giornale.test", True, ssl.CERT_REQUIRED)]


def test_system_knows_this_machine_and_it_is_refused(closed: Closed) -> None:
    """The system's own resolver is asked by default, and what it says of `localhost` is private."""
    assert set(system_resolver("localhost")) <= {"127.0.0.1", "::1"}
    for host in ("localhost", "LOCALHOST"):
        with pytest.raises(ForbiddenAddress, match="public site"):
            get(f"http://{host}/", system_resolver, closed)
    assert closed.dialled == []


@pytest.mark.parametrize("failure", [OSError("unknown"), UnicodeError("label too long")])
def test_unknown_name(closed: Closed, failure: Exception) -> None:
    """A name that cannot be resolved is an error of the connection."""

    def unknown(_: str) -> Sequence[str]:
        raise failure

    with pytest.raises(httpx.ConnectError, match=r"the name giornale\.test is not known"):
        get("http://giornale.test/", unknown, closed)


def test_name_without_address(closed: Closed) -> None:
    """A name that has no address is an error of the connection."""
    with pytest.raises(httpx.ConnectError, match="no address"):
        get("http://giornale.test/", lambda _: [], closed)


def test_spent_budget_ends_everything(dialler: LocalDialler) -> None:
    """With nothing left of its budget a thread dials nobody; without a budget it does."""
    budget = TimeBudget(0)
    with budget, pytest.raises(httpx.TimeoutException):
        get("http://giornale.test/", lambda _: [PUBLIC_ADDRESS], dialler)
    assert (budget.left(), dialler.dialled) == (0.0, [])
    assert get("http://giornale.test/", lambda _: [PUBLIC_ADDRESS], dialler).text == "ciao"


def test_resolving_ends_within_the_budget(closed: Closed, stuck: Iterable[str]) -> None:
    """A resolver that does not answer is not waited for."""
    with TimeBudget(0.05), pytest.raises(httpx.ConnectError, match="not resolved in time"):
        get("http://giornale.test/", lambda _: next(iter(stuck)), closed)
    assert closed.dialled == []


@pytest.fixture
def stuck() -> Iterator[Iterator[str]]:
    """An answer that comes when the test is over."""
    over = threading.Event()

    def answers() -> Iterator[str]:
        over.wait()
        yield ""

    yield answers()
    over.set()


def test_network_of_the_tests_keeps_the_guard(web_server: WebServer) -> None:
    """The local web is reached by names under .test only, through the same guard."""
    web_server.page("/", "ciao")
    with httpx.Client(transport=network(web_server), trust_env=False) as client:
        assert client.get("http://giornale.test/").text == "ciao"
        with pytest.raises(ForbiddenAddress):
            client.get(f"http://127.0.0.1:{web_server.port}/")
        with pytest.raises(httpx.ConnectError):
            client.get("http://giornale.example/")
    assert [(request.host, request.path) for request in web_server.requests] == [("giornale.test", "/")]
