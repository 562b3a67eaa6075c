"""Addresses of pages: which can be opened from a message, and how one leads to a sentence inside its page."""

import re
from urllib.parse import quote, urlsplit

LONGEST_ADDRESS = 1000  # characters; longer ones are no addresses that somebody reads
WHOLE_FRAGMENT_WORDS = 8  # a longer sentence is named by its first and last words
EDGE_WORDS = 4

_UNSAFE = re.compile(r"[\s<>\"\ud800-\udfff\x00-\x1f\x7f]")


def page_address(url: str) -> str:
    """Return the address if Telegram will open it: http or https, with a host that has a dot; else an empty text."""
    url = url.strip()
    if len(url) > LONGEST_ADDRESS or _UNSAFE.search(url):
        return ""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and "." in host.strip(".") else ""


def text_fragment(url: str, sentence: str) -> str:
    """Return what leads a browser to a sentence when put after the address: `#:~:text=first%20words,last%20words`.

    The directive follows a fragment that the address has already. Source: https://wicg.github.io/scroll-to-text-fragment/.
    """
    words = sentence.split()
    parts = [words] if len(words) <= WHOLE_FRAGMENT_WORDS else [words[:EDGE_WORDS], words[-EDGE_WORDS:]]
    fragment = ("" if "#" in url else "#") + ":~:text=" + ",".join(_encoded(" ".join(part)) for part in parts)
    return fragment if len(fragment) <= LONGEST_ADDRESS else ""


def _encoded(text: str) -> str:
    """Percent-encode all but letters and digits: dash, comma and ampersand have a meaning in the directive."""
    return quote(text, safe="", errors="replace").replace("-", "%2D")
