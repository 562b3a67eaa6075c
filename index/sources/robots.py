"""What a site lets us read: its robots.txt, asked for once a day, as RFC 9309 says.

The text comes from the store or from a function that asks the site; rules come out. Protego reads them; the text is first reduced to the
groups that can concern us, because a hostile one of half a megabyte would keep any parser busy for minutes.
"""

from collections.abc import Callable
from urllib.parse import urlsplit

from protego import Protego

from index.sources.page_store import PageStore
from index.sources.rates import KeyedLocks

ROBOTS_NAME = "Edicola"
ROBOTS_BYTES = 500 * 1024  # RFC 9309: what is read at least; the rest is ignored
KEPT_SECONDS = 24 * 3600.0
UNREACHABLE_SECONDS = 600.0  # until a site that did not give its rules is asked again
SITES_IN_MEMORY = 1000
NOTHING_ALLOWED = f"User-agent: {ROBOTS_NAME}\nDisallow: /"

_AGENT_FIELDS = ("user-agent", "useragent", "user agent")

AskSite = Callable[[str], str | None]  # the address of a robots.txt -> its text; "" where there is none, None where nobody knows


class Rules:
    """What one robots.txt says to us; where nobody knows what it says, nothing is allowed until its site is asked again."""

    def __init__(self, text: str, *, unknown_until: float | None = None) -> None:
        self._parsed = Protego.parse(_of_ours(text))
        self.unknown_until = unknown_until

    def allows(self, url: str) -> bool:
        """Tell whether we may read an address of the site."""
        return bool(self._parsed.can_fetch(url, ROBOTS_NAME))

    @property
    def crawl_delay(self) -> float:
        """Seconds that the site wants between two requests; 0 if it does not say."""
        return float(self._parsed.crawl_delay(ROBOTS_NAME) or 0.0)


class Robots:
    """The rules of all sites, by address; safe to share between threads, which ask a site once."""

    def __init__(self, store: PageStore, ask: AskSite, clock: Callable[[], float]) -> None:
        self._store = store
        self._ask = ask
        self._clock = clock
        self._locks = KeyedLocks()
        self._rules: dict[str, tuple[float, Rules]] = {}  # site -> until when, rules

    def rules(self, url: str) -> Rules:
        """Return the rules for an address. A site that does not tell them keeps its former ones, or allows nothing for now."""
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        with self._locks.hold(site):
            until, rules = self._rules.get(site, (0.0, None))
            if rules is None or until <= self._clock():
                until, text = self._text(site)
                rules = Rules(NOTHING_ALLOWED, unknown_until=until) if text is None else Rules(text)
                if len(self._rules) >= SITES_IN_MEMORY:
                    self._rules.clear()
                self._rules[site] = (until, rules)
            return rules

    def _text(self, site: str) -> tuple[float, str | None]:
        """Return until when a text holds, and the text, None where nobody knows it."""
        stored = self._store.robots(site)
        if stored and stored[0] + KEPT_SECONDS > self._clock():
            return stored[0] + KEPT_SECONDS, stored[1]
        text = self._ask(f"{site}/robots.txt")
        now = self._clock()
        if text is None:
            return now + UNREACHABLE_SECONDS, stored[1] if stored else None
        self._store.keep_robots(site, text, now)
        return now + KEPT_SECONDS, text


def _of_ours(text: str) -> str:
    """Return the text with every group that is not ours under one name, and ours spelled in one way."""
    return "\n".join(_agent_of_ours(line) for line in text.removeprefix("\ufeff").splitlines())


def _agent_of_ours(line: str) -> str:
    rule = line.partition("#")[0].strip().lower()
    field = next((field for field in _AGENT_FIELDS if rule.startswith(field)), None)
    if field is None:
        return line
    agent = rule.removeprefix(field).strip(" \t:")
    if agent == "*":
        return "User-agent: *"
    token = agent.rstrip("*").partition("/")[0].strip()
    return f"User-agent: {ROBOTS_NAME}" if token == ROBOTS_NAME.lower() else "User-agent: somebody else"
