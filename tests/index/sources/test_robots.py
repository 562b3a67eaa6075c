"""robots.txt is kept to, as RFC 9309 has it."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.sources.page_store import PageStore
from index.sources.robots import KEPT_SECONDS, UNREACHABLE_SECONDS, Robots, Rules
from tests.index.sources.conftest import Clock

SITE = "http://giornale.test"


class Sites:
    """Answers for every site, and notes what was asked."""

    def __init__(self, *texts: str | None) -> None:
        self.texts = list(texts)
        self.asked: list[str] = []

    def __call__(self, url: str) -> str | None:
        """Give the next text, the last one again and again."""
        self.asked.append(url)
        return self.texts.pop(0) if len(self.texts) > 1 else self.texts[0]


@pytest.mark.parametrize(
    ("text", "allowed", "forbidden"),
    [
        ("", ["/", "/a"], []),
        ("User-agent: *\nDisallow: /privato", ["/", "/privat"], ["/privato", "/privato/a", "/privato?b"]),
        ("User-agent: *\nDisallow: /\n\nUser-agent: Edicola\nAllow: /", ["/", "/a"], []),
        ("User-agent: *\nAllow: /\n\nUser-agent: EDICOLA/2.0 # noi\nDisallow: /a", ["/"], ["/a"]),
        ("User-agent: GPTBot\nUser-agent: edicola\nDisallow: /a\n\nUser-agent: *\nDisallow: /b", ["/b"], ["/a"]),
        ("User-agent: GPTBot\nDisallow: /\n\nUser-agent: CCBot\nDisallow: /", ["/"], []),
        ("User-agent: edi\nDisallow: /\nUser-agent: edicolante\nDisallow: /", ["/"], []),
        ("\ufeffuser agent edicola*\nDisallow: *.pdf$\nAllow: /a/*.pdf", ["/a/b.pdf", "/b.pdf?c"], ["/b.pdf"]),
        ("User-agent: *\nDisallow: /perché", ["/perch"], ["/perch%C3%A9", "/perché"]),
        ("<html><body>Pagina non trovata</body></html>", ["/"], []),
    ],
)
def test_rules(text: str, allowed: list[str], forbidden: list[str]) -> None:
    """The group for Edicola counts, or else the one for all; the longest rule decides."""
    rules = Rules(text)
    assert [path for path in allowed + forbidden if rules.allows(SITE + path)] == allowed


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("User-agent: *\nCrawl-delay: 2.5", 2.5),
        ("User-agent: *\nCrawl-delay: 2\n\nUser-agent: Edicola\nDisallow:", 0.0),
        ("User-agent: Edicola\nCrawl-delay: molto", 0.0),
        ("User-agent: Edicola\nCrawl-delay: inf", 0.0),
        ("", 0.0),
    ],
)
def test_crawl_delay(text: str, seconds: float) -> None:
    """A site may say how long it wants to be left alone; nonsense counts for nothing."""
    assert Rules(text).crawl_delay == seconds


@given(st.text(max_size=300))
def test_any_text_is_a_robots_txt(text: str) -> None:
    """No text brings the reading of rules down."""
    rules = Rules(text)
    assert isinstance(rules.allows(f"{SITE}/a"), bool)
    assert rules.crawl_delay >= 0


def test_groups_of_others_cost_nothing() -> None:
    """Thousands of agents in one group with thousands of rules, 300 million pairs, are read at once, for they are one agent to us."""
    text = "\n".join([*(f"User-agent: bot{n}" for n in range(15_000)), *(f"Disallow: /{n}" for n in range(20_000))])
    assert Rules(text).allows(f"{SITE}/1")
    assert not Rules(f"{text}\nUser-agent: *\nDisallow: /1").allows(f"{SITE}/1")


def test_site_is_asked_once_a_day(store: PageStore, clock: Clock) -> None:
    """Rules hold for a day, in this process and in the next."""
    sites = Sites("User-agent: *\nDisallow: /a", "")
    robots = Robots(store, sites, clock)
    assert [robots.rules(f"{SITE}{path}").allows(f"{SITE}{path}") for path in ("/a", "/b", "/a")] == [False, True, False]
    clock.seconds += KEPT_SECONDS - 1
    assert not Robots(store, sites, clock).rules(f"{SITE}/a").allows(f"{SITE}/a")
    assert sites.asked == [f"{SITE}/robots.txt"]
    clock.seconds += 1
    assert robots.rules(f"{SITE}/a").allows(f"{SITE}/a")
    assert sites.asked == [f"{SITE}/robots.txt"] * 2


def test_each_scheme_and_port_is_a_site(store: PageStore, clock: Clock) -> None:
    """Rules are those of one scheme, host and port."""
    sites = Sites("")
    robots = Robots(store, sites, clock)
    for site in (SITE, "https://giornale.test", f"{SITE}:8080", SITE):
        robots.rules(f"{site}/a?b")
    assert sites.asked == [f"{site}/robots.txt" for site in (SITE, "https://giornale.test", f"{SITE}:8080")]


def test_nothing_is_allowed_where_nobody_knows(store: PageStore, clock: Clock) -> None:
    """A site that cannot tell its rules is left alone, and asked again after a while only."""
    sites = Sites(None, "")
    robots = Robots(store, sites, clock)
    assert not any(robots.rules(f"{SITE}/").allows(f"{SITE}/") for _ in range(3))
    clock.seconds += UNREACHABLE_SECONDS
    assert robots.rules(f"{SITE}/").allows(f"{SITE}/")
    assert len(sites.asked) == 2


def test_former_rules_hold_while_nobody_knows(store: PageStore, clock: Clock) -> None:
    """RFC 9309 lets the rules of another day stand in when they cannot be had today."""
    robots = Robots(store, Sites("User-agent: *\nDisallow: /a", None), clock)
    robots.rules(SITE)
    clock.seconds += 2 * KEPT_SECONDS
    assert [robots.rules(SITE).allows(f"{SITE}{path}") for path in ("/a", "/b")] == [False, True]


def test_threads_ask_a_site_once(store: PageStore, clock: Clock) -> None:
    """While one thread asks a site the others wait for its answer; those of another site do not."""
    go_on, elsewhere = threading.Event(), threading.Event()
    asked: list[str] = []

    def ask(url: str) -> str:
        asked.append(url)
        if "altro" in url:
            elsewhere.set()
        else:
            go_on.wait(10)
        return ""

    robots = Robots(store, ask, clock)
    threads = [threading.Thread(target=robots.rules, args=(f"{SITE}/{n}",)) for n in range(5)]
    for thread in threads:
        thread.start()
    robots.rules("http://altro.test/")
    assert elsewhere.is_set()
    go_on.set()
    for thread in threads:
        thread.join()
    assert sorted(asked) == ["http://altro.test/robots.txt", f"{SITE}/robots.txt"]
