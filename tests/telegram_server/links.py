"""Which addresses Telegram accepts in links and buttons, and how it writes them back."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_SCHEME = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*):(?!\d)")
_OWN_SCHEMES = ("tg", "ton", "tonsite")
_USER_LINK = re.compile(r"^tg:(?://)?user\?id=(\d+)$", re.IGNORECASE)


def linked_user_id(url: str) -> int | None:
    """Return the user that a `tg://user?id=` link mentions."""
    match = _USER_LINK.match(url.strip())
    return int(match[1]) if match else None


def link_fault(url: str) -> str | None:
    """Return Telegram's reason to refuse the address, or None where it accepts it."""
    url = url.strip()
    scheme = _SCHEME.match(url)
    if scheme and scheme[1].lower() in _OWN_SCHEMES:
        return None
    if scheme and scheme[1].lower() not in ("http", "https"):
        return "Unsupported URL protocol"
    if re.search(r"\s", url):
        return "Wrong HTTP URL"
    return _host_fault(url if scheme else f"http://{url}")


def written_link(url: str) -> str:
    """Return an accepted address as Telegram stores it: with a scheme and a path."""
    url = url.strip()
    scheme = _SCHEME.match(url)
    if scheme and scheme[1].lower() in _OWN_SCHEMES:
        return url
    parts = urlsplit(url if scheme else f"http://{url}")
    return parts._replace(netloc=parts.netloc.lower(), path=parts.path or "/").geturl()


def _host_fault(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "Wrong HTTP URL"
    if not host:
        return "URL host is empty"
    is_named = "." in host.strip(".") or ":" in host
    return None if is_named else "Wrong HTTP URL"
