"""What is added by hand: read from links and files, held until somebody decides, read by the collection once accepted."""

import json
import os
import threading
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.articles import Article, Skipped
from index.dates import parse_period
from index.errors import ArticleError
from index.settings import IndexSettings
from index.sources.adding import FILE_KINDS, KEPT_DAYS, LIMITS, Additions, NotAdded, Reason, UnknownAddition, read_addition
from index.sources.collection import ADDED_FOLDER, open_collection
from index.sources.declaration import ADDED
from index.sources.fetching import Limits
from tests.index.reading.made_documents import docx_of, pdf, pdf_of
from tests.web_server import WebServer, endless_body, network, redirect, slow_drip, status

MOLO = Article(
    "https://giornale.test/molo",
    "Il molo riapre\n\nIl molo di Porto Sereno apre il 9 maggio.",
    "Il molo riapre",
    "https://giornale.test/molo",
    "Il Giornale",
    "Ada Neri",
    parse_period("2025-04"),
    body_start=14,
)
TEXT = "Il molo di Porto Sereno apre il 9 maggio. Il biglietto costa tre euro e si compra soltanto in rete, dal primo aprile in poi."
PAGE = f"<html><head><title>Il molo riapre</title></head><body><article><h1>Il molo riapre</h1><p>{TEXT}</p></article></body></html>"


@pytest.fixture
def settings(tmp_path: Path) -> IndexSettings:
    """Where additions go, beside a folder of no articles."""
    (tmp_path / "articles").mkdir()
    return IndexSettings(articles_dir=tmp_path / "articles", data_dir=tmp_path / "data")


@pytest.fixture
def additions(settings: IndexSettings) -> Additions:
    """The additions of these settings."""
    return Additions(settings.data_dir / ADDED_FOLDER)


def collected(settings: IndexSettings) -> list[Article | Skipped]:
    """Return what the collection reads."""
    with open_collection(settings, transport=httpx.MockTransport(lambda _: httpx.Response(500))) as collection:
        return list(collection.read(lambda _done, _total: None))


def known(article: Article) -> dict[str, object]:
    """Return what a citation shows."""
    return {name: getattr(article, name) for name in ("id", "url", "title", "source", "author", "published", "updated")}


# Holding, accepting, discarding


def test_only_what_was_accepted_is_collected(additions: Additions, settings: IndexSettings) -> None:
    """Held articles are hidden from the collection; accepted they are articles of the source `aggiunti`, with all that is known."""
    token = additions.hold([MOLO])
    assert collected(settings) == []
    assert known(additions.pending(token)[0]) == known(MOLO)
    assert additions.accept(token) == additions.accepted(token)
    (article,) = collected(settings)
    assert isinstance(article, Article)
    assert (known(article), article.found_in) == (known(MOLO), ADDED)
    assert article.text[article.body_start :].strip() == "Il molo di Porto Sereno apre il 9 maggio."


def test_steps_can_be_repeated(additions: Additions) -> None:
    """The same articles have the same token; accepting twice gives the same, discarding is harmless, what is gone is an error."""
    token = additions.hold([MOLO])
    assert additions.hold([MOLO]) == token
    assert additions.accept(token) == additions.accept(token)
    additions.discard(token)
    assert additions.accepted(token)
    other = additions.hold([Article("b", "Altro.")])
    additions.discard(other)
    additions.discard(other)
    for ask in (additions.pending, additions.accept, additions.accepted):
        with pytest.raises(UnknownAddition):
            ask(other)


def test_what_is_added_again_is_replaced(additions: Additions, settings: IndexSettings) -> None:
    """A link has one file, whatever its text, and whether its page has one article or several updates."""
    versions = [
        [MOLO],
        [Article(MOLO.id, "Apre il 10 maggio.")],
        [Article(f"{MOLO.id}#{number}", f"Aggiornamento {number}.") for number in (1, 2, 3)],
    ]
    for articles in versions:
        additions.accept(additions.hold(articles))
        assert [item.id for item in collected(settings) if isinstance(item, Article)] == [article.id for article in articles]
    with pytest.raises(UnknownAddition):
        additions.accepted(additions.hold([MOLO]))


def test_different_links_have_different_files(additions: Additions, settings: IndexSettings) -> None:
    """Links that differ in a sign only, or in what no name of a file holds, do not replace each other."""
    ids = [f"https://giornale.test/{path}" for path in ("a-b", "a_b", "a/b", "A-b", "a-b?x=1", "x" * 500, "x" * 501, "日本", "..")]
    for id_ in ids:
        additions.accept(additions.hold([Article(id_, "Testo.")]))
    assert {item.id for item in collected(settings) if isinstance(item, Article)} == set(ids)


def test_nobody_decides_for_a_week(tmp_path: Path) -> None:
    """What is held longer is forgotten when something new comes; what was accepted stays."""
    now = [1_750_000_000.0]
    additions = Additions(tmp_path, clock=lambda: now[0])
    accepted, forgotten, fresh = (additions.hold([Article(id_, "Testo.")]) for id_ in ("a", "b", "c"))
    additions.accept(accepted)
    for token, days in ((forgotten, KEPT_DAYS + 1), (fresh, KEPT_DAYS - 1)):
        os.utime(tmp_path / ".pending" / f"{token}.jsonl", (0, now[0] - days * 24 * 3600))
    additions.hold([MOLO])
    with pytest.raises(UnknownAddition):
        additions.pending(forgotten)
    assert additions.pending(fresh)
    assert additions.accepted(accepted)


@pytest.mark.parametrize("token", ["", "x", "../../../etc/passwd", "0123456789abcde", "0123456789ABCDEF", "0123456789abcdef\n", "/" * 16])
def test_tokens_are_no_paths(additions: Additions, token: str) -> None:
    """What is no token leads to no file."""
    for ask in (additions.pending, additions.accept, additions.discard):
        with pytest.raises(UnknownAddition):
            ask(token)


def test_one_of_many_at_once_accepts(additions: Additions) -> None:
    """Whoever accepts at the same time gets the articles, and there is one file."""
    token = additions.hold([MOLO])
    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(additions.accept(token))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [additions.accepted(token)] * 8


def test_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """The error says where and what to do."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(ArticleError, match="let Edicola write in DATA_DIR"):
        Additions(tmp_path / "file").hold([MOLO])


WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
DATES = st.sampled_from(["", "2025", "2025-03", "2025-03-11"]).map(parse_period)
ARTICLES = st.builds(
    Article, id=st.just("aggiunti/nota"), text=WORDS.map("x{}".format), title=WORDS, source=WORDS, author=WORDS, published=DATES
)


@given(article=ARTICLES)
def test_articles_survive_being_held(tmp_path_factory: pytest.TempPathFactory, article: Article) -> None:
    """What comes back is what was held, on one line where it is metadata, and verbatim where it is text."""
    additions = Additions(tmp_path_factory.mktemp("added"))
    (found,) = additions.pending(additions.hold([article]))
    assert (found.id, found.text, found.published) == (article.id, article.text, article.published)
    given_words = (article.title, article.source, article.author)
    assert [found.title, found.source, found.author] == [" ".join(value.split()) for value in given_words]


# Reading


def test_link_has_the_id_of_the_collection(web_server: WebServer, settings: IndexSettings) -> None:
    """The id is the page's own address, without what only counts visitors; the page is fetched anew each time."""
    web_server.page("/molo?id=1", PAGE)
    web_server.handle("/breve", redirect("http://giornale.test/molo?id=1"))
    for link in ("http://giornale.test/molo?id=1&utm_source=x#fine", "HTTP://GIORNALE.test/breve?fbclid=3", "http://giornale.test/breve"):
        if "fbclid" in link:
            web_server.handle("/breve?fbclid=3", redirect("http://giornale.test/molo?id=1"))
        (article,) = read_addition(link, settings, transport=network(web_server))
        assert (article.id, article.url, article.title) == ("http://giornale.test/molo?id=1",) * 2 + ("Il molo riapre",)
        assert TEXT in article.text
    assert len(web_server.asked("/molo?id=1")) == 3


def test_documents_are_read_from_links_too(web_server: WebServer, settings: IndexSettings) -> None:
    """A PDF behind a link has the link as its id."""
    web_server.page("/atti.pdf", pdf([TEXT]), content_type="application/pdf")
    (article,) = read_addition("http://comune.test/atti.pdf", settings, transport=network(web_server))
    assert (article.id, article.url, article.source) == ("http://comune.test/atti.pdf",) * 2 + ("comune.test",)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/nessuna", Reason.NOT_FOUND),
        ("/via", Reason.NOT_FOUND),
        ("/chiusa", Reason.CLOSED),
        ("/vietata", Reason.UNREACHABLE),
        ("/rotta", Reason.UNREACHABLE),
        ("/foto", Reason.UNSUPPORTED),
        ("/lenta", Reason.TOO_SLOW),
        ("/grande", Reason.TOO_LARGE),
        ("/interna", Reason.FORBIDDEN),
        ("/vuota", Reason.UNREADABLE),
    ],
)
def test_each_failure_of_a_link_has_its_reason(web_server: WebServer, settings: IndexSettings, path: str, reason: Reason) -> None:
    """What the fetcher or the reader says becomes the kind of failure that the chat has words for."""
    web_server.page("/robots.txt", "User-agent: *\nDisallow: /chiusa", content_type="text/plain")
    handlers = {"/via": status(410), "/vietata": status(403), "/rotta": status(500), "/lenta": slow_drip, "/grande": endless_body}
    for handled, handler in handlers.items():
        web_server.handle(handled, handler)
    web_server.handle("/interna", redirect("http://169.254.169.254/latest/meta-data"))
    web_server.page("/foto", b"jpeg", content_type="image/jpeg")
    web_server.page("/vuota", "<html></html>")
    limits = Limits(seconds=2.0, tries=2, backoff_seconds=0.01, body_bytes=1 << 20)
    with pytest.raises(NotAdded) as failure:
        read_addition(f"http://giornale.test{path}", settings, transport=network(web_server), limits=limits)
    assert failure.value.reason == reason
    assert not settings.data_dir.joinpath(ADDED_FOLDER).exists()


@pytest.mark.parametrize(
    "link", ["http://127.0.0.1/", "http://[::1]/", "http://10.0.0.1:8080/a", "http://user:pass@giornale.test/", "http://"]
)
def test_addresses_off_the_public_web_are_forbidden(web_server: WebServer, settings: IndexSettings, link: str) -> None:
    """No setting lets an addition reach a private address; nothing is asked."""
    with pytest.raises(NotAdded) as failure:
        read_addition(link, settings, transport=network(web_server))
    assert (failure.value.reason, web_server.paths) == (Reason.FORBIDDEN, [])


def test_site_that_does_not_exist_is_unreachable(web_server: WebServer, settings: IndexSettings) -> None:
    """A mistyped host is not blamed on its robots.txt."""
    with pytest.raises(NotAdded) as failure:
        read_addition("http://giornale.exemple/", settings, transport=network(web_server), limits=Limits(tries=1))
    assert failure.value.reason == Reason.UNREACHABLE


CONTENTS = {
    ".txt": TEXT.encode("cp1252"),
    ".md": f"---\nid: altro\ndate: 2025-04-18\n---\n{TEXT}".encode(),
    ".html": PAGE.encode(),
    ".pdf": pdf([TEXT]),
    ".docx": docx_of(TEXT),
}


@pytest.mark.parametrize("kind", [*FILE_KINDS, ".PDF"])
def test_file_has_its_name_as_id(tmp_path: Path, settings: IndexSettings, kind: str) -> None:
    """Each kind is read; the id is the name of the file, in the composed form, whatever the file declares."""
    content = CONTENTS[{".markdown": ".md", ".htm": ".html"}.get(kind, kind.lower())]
    file = tmp_path / f"citta\u0300 nuova.v2{kind}"
    file.write_bytes(content)
    (article,) = read_addition(str(file), settings)
    assert (article.id, TEXT in article.text.replace("\n", " ")) == ("aggiunti/città nuova.v2", True)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("rotto.pdf", b"%PDF-1.7 rotto", Reason.UNREADABLE),
        ("scansione.pdf", pdf_of([b"q 500 0 0 700 50 50 cm /I1 Do Q"], image=True), Reason.UNREADABLE),
        ("rotto.docx", b"PK rotto", Reason.UNREADABLE),
        ("vuoto.txt", b"", Reason.UNREADABLE),
        ("foglio.xlsx", b"PK", Reason.UNSUPPORTED),
        ("tabella.csv", b"id,text\n1,a", Reason.UNSUPPORTED),
        ("nulla", b"testo", Reason.UNSUPPORTED),
        ("grande.txt", bytes(1 + (20 << 20)), Reason.TOO_LARGE),
    ],
)
def test_each_failure_of_a_file_has_its_reason(tmp_path: Path, settings: IndexSettings, name: str, content: bytes, reason: Reason) -> None:
    """A file that gives no article says why."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(NotAdded) as failure:
        read_addition(str(tmp_path / name), settings)
    assert failure.value.reason == reason


def test_file_that_is_not_there_is_named(tmp_path: Path, settings: IndexSettings) -> None:
    """A mistyped path is told."""
    with pytest.raises(NotAdded, match="cannot be opened") as failure:
        read_addition(str(tmp_path / "manca.txt"), settings)
    assert failure.value.reason == Reason.NOT_FOUND


def test_reading_takes_a_limited_time(tmp_path: Path, settings: IndexSettings) -> None:
    """A file that is read too long is given up."""
    (tmp_path / "lungo.pdf").write_bytes(pdf([TEXT] * 300))
    with pytest.raises(NotAdded) as failure:
        read_addition(str(tmp_path / "lungo.pdf"), settings, seconds=0.05)
    assert failure.value.reason == Reason.TOO_SLOW


def test_somebody_waits_for_an_addition() -> None:
    """A link takes less time than the bot gives to its child."""
    from bot.adding import READING_SECONDS as CHILD_SECONDS
    from index.sources.adding import READING_SECONDS

    assert LIMITS.seconds + READING_SECONDS < CHILD_SECONDS


def test_records_are_those_of_tables(additions: Additions, settings: IndexSettings) -> None:
    """What is accepted is plain JSON lines, which any program can read and any folder of articles can hold."""
    additions.accept(additions.hold([MOLO]))
    (file,) = settings.data_dir.joinpath(ADDED_FOLDER).glob("*.jsonl")
    assert file.name.startswith("giornale-test-molo-")
    assert json.loads(file.read_text(encoding="utf-8")) == {
        "id": MOLO.id,
        "url": MOLO.url,
        "title": MOLO.title,
        "date": "2025-04",
        "source": MOLO.source,
        "author": MOLO.author,
        "text": "Il molo di Porto Sereno apre il 9 maggio.",
    }
