"""What a source lists: addresses of pages, with what it says of each of them, and the identity of an address."""

import datetime
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit, urlunsplit

from index.dates import Period
from index.sources.network import ForbiddenAddress, canonical_url

DAY_SECONDS = 24 * 3600.0

_INSTANT_SECONDS = 1e-6
_TIME_OF_DAY = re.compile(r"(?<=\d[Tt ])(?P<hour>\d\d?)(?::?(?P<minute>\d\d)(?::?(?P<second>\d\d))?)?")
_TRACKING_START = "utm_"
_TRACKING = frozenset("fbclid gclid dclid yclid msclkid igshid mc_cid mc_eid _ga _gl ns_campaign ns_source ns_mchannel wt_mc".split())

Ask = Callable[[str, float | None], bytes]  # gives what stands at an address; the time says when that changed last, None if nobody knows


@dataclass(frozen=True, slots=True)
class Listed:
    """A page that a source lists. `changed` is when the source says that it changed last, in seconds since 1970.

    `html` is the text of the article where the source gives it whole: then the page needs no fetching.
    """

    url: str
    title: str = ""
    author: str = ""
    published: Period | None = None
    updated: Period | None = None
    changed: float | None = None
    html: str = ""


def page_address(link: str, base: str = "") -> str:
    """Return the one spelling of the address that a link leads to, without what only counts visitors; "" where it leads to no page."""
    if not link.strip():
        return ""
    try:
        parts = urlsplit(urljoin(base, link.strip()))
        return canonical_url(urlunsplit(parts._replace(query=_without_tracking(parts.query), fragment="")))
    except (ValueError, ForbiddenAddress):
        return ""


def is_front_page(url: str) -> bool:
    """True for the address of a whole site, which is no article's."""
    parts = urlsplit(url)
    return parts.path in ("", "/") and not parts.query


def end_of_day(day: datetime.date) -> float:
    """Return the last moment of a day in UTC: what is known to have changed on a day may have changed that late."""
    return datetime.datetime.combine(day, datetime.time.max, datetime.UTC).timestamp()


def last_moment(written: str, moment: float) -> float:
    """Return the last moment for which a written time may stand: the end of its second, of its minute, or of its day where it has no time.

    Many sites fill up with zeros what they do not know: midnight counts as no time, and no seconds as none that are known.
    """
    time = _TIME_OF_DAY.search(written)
    if time is None or not time.group().strip("0:"):
        return moment + DAY_SECONDS - _INSTANT_SECONDS
    has_seconds = (time["second"] or "").strip("0")
    return math.floor(moment) + (1.0 if has_seconds else 60.0 if time["minute"] else 3600.0) - _INSTANT_SECONDS


def _without_tracking(query: str) -> str:
    """Return a query without the parameters that only count visitors; the others keep their order and spelling."""
    return "&".join(part for part in query.split("&") if not _is_tracking(part.partition("=")[0]))


def _is_tracking(name: str) -> bool:
    return name.lower().startswith(_TRACKING_START) or name.lower() in _TRACKING
