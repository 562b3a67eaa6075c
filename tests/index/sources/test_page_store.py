"""Fetched pages are kept, whoever else uses the file and whatever happens to it."""

import logging
import os
import sqlite3
import textwrap
import threading
import zlib
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.sources.page_store import LONG_CHARACTERS, SCHEMA_VERSION, PageStore, PageStoreError, StoredPage, digest_of
from tests.index.killed import run_and_kill

PAGE = StoredPage(
    "http://giornale.test/a", "http://giornale.test/b", 200, "text/html", '"1"', "Sat, 24 May 2025 10:00:00 GMT", 100.0, 100.0
)
BODY = "Città di Valdoria\r\n".encode("latin-1") * 500


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the fixture `store` keeps its pages."""
    return tmp_path / "pages.sqlite"


def test_page_comes_back_as_it_was(store: PageStore, file: Path) -> None:
    """All that is stored is there again in another process's store, with the digest of the body; the body is kept compressed."""
    kept = store.store(PAGE, BODY)
    assert kept == replace(PAGE, digest=digest_of(BODY))
    with PageStore(file) as other:
        assert (other.page(PAGE.url), other.body(PAGE.url), other.urls()) == (kept, BODY, [PAGE.url])
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT LENGTH(body) FROM pages").fetchone()[0] < len(BODY) / 10


@given(body=st.binary(max_size=2000))
def test_any_body_comes_back(tmp_path_factory: pytest.TempPathFactory, body: bytes) -> None:
    """Bodies are bytes, whatever they are, the empty one too."""
    with PageStore(tmp_path_factory.mktemp("pages") / "pages.sqlite") as store:
        store.store(PAGE, body)
        assert store.body(PAGE.url) == body


def test_unknown_address(store: PageStore) -> None:
    """What was never stored is not there."""
    assert (store.page("http://giornale.test/"), store.body("http://giornale.test/"), store.urls()) == (None, None, [])
    assert (store.last_fetched(), store.robots("http://giornale.test"), store.derived("d", "articles", "1")) == (None, None, None)


def test_same_body_keeps_its_date(store: PageStore) -> None:
    """A page was fetched when its body was first so; a new body has a new date."""
    store.store(PAGE, BODY)
    again = store.store(replace(PAGE, fetched_at=200.0, checked_at=200.0, etag='"2"'), BODY)
    assert (again.fetched_at, again.checked_at, again.etag) == (100.0, 200.0, '"2"')
    assert store.store(replace(PAGE, fetched_at=300.0), b"altro").fetched_at == 300.0


def test_gone_page_keeps_its_body_and_first_date(store: PageStore) -> None:
    """A page is gone since it was first found so; when it comes back it is no longer gone."""
    store.store(PAGE, BODY)
    for at, status in ((200.0, 404), (300.0, 410)):
        store.mark_gone(PAGE.url, at, status)
    gone = store.page(PAGE.url)
    assert gone is not None
    assert (gone.gone_since, gone.checked_at, gone.status, gone.fetched_at, store.body(PAGE.url)) == (200.0, 300.0, 410, 100.0, BODY)
    store.mark_checked(PAGE.url, 400.0)
    assert store.page(PAGE.url) == replace(gone, gone_since=None, status=200, checked_at=400.0)


def test_page_that_never_was(store: PageStore) -> None:
    """A page that was gone at once is known as such, without a body."""
    store.mark_gone(PAGE.url, 200.0)
    page = store.page(PAGE.url)
    assert page is not None
    assert (page.gone_since, page.digest, store.body(PAGE.url), store.last_fetched()) == (200.0, "", None, None)


def test_last_fetch_of_a_site(store: PageStore) -> None:
    """The last date of fetching is told for all pages, or for those whose address begins in some way."""
    for host, at in (("a.test", 1.0), ("a.test.evil", 9.0), ("b.test", 5.0)):
        store.store(replace(PAGE, url=f"http://{host}/", fetched_at=at), host.encode())
    assert (store.last_fetched(), store.last_fetched("http://a.test/"), store.last_fetched("http://b"), store.last_fetched("x")) == (
        9,
        1,
        5,
        None,
    )


def test_what_was_made_of_a_body(store: PageStore) -> None:
    """A value is kept for a body, kind and version; a later version takes the place of the former."""
    store.store(PAGE, BODY)
    digest = digest_of(BODY)
    store.keep_derived(digest, "articles", "1", '["è"]')
    store.keep_derived(digest, "links", "1", "[]")
    assert (store.derived(digest, "articles", "1"), store.derived(digest, "articles", "2")) == ('["è"]', None)
    store.keep_derived(digest, "articles", "2", "{}")
    assert [store.derived(digest, *key) for key in (("articles", "1"), ("articles", "2"), ("links", "1"))] == [None, "{}", "[]"]


def test_what_was_made_of_a_former_body_is_forgotten(store: PageStore) -> None:
    """When no page has a body any longer, what was made of it goes too."""
    other = replace(PAGE, url="http://giornale.test/copia")
    for page in (PAGE, other):
        store.store(page, BODY)
    store.keep_derived(digest_of(BODY), "articles", "1", "[]")
    store.store(PAGE, b"nuovo")
    assert store.derived(digest_of(BODY), "articles", "1") == "[]"
    store.store(other, b"nuovo")
    assert store.derived(digest_of(BODY), "articles", "1") is None


def test_old_pages_are_deleted(store: PageStore, file: Path) -> None:
    """Pages that nobody has checked for long go, with their robots.txt and what was made of them, and the file shrinks."""
    for number, at in enumerate((100.0, 200.0)):
        page = store.store(replace(PAGE, url=f"http://giornale.test/{number}", checked_at=at), os.urandom(500_000))
        store.keep_derived(page.digest, "articles", "1", str(number))
        store.keep_robots(f"http://{number}.test", "", at)
    digests = [page.digest for url in store.urls() if (page := store.page(url))]
    assert store.delete_older(150.0) == 1
    assert [store.derived(digest, "articles", "1") for digest in digests] == [None, "1"]
    assert (store.urls(), store.robots("http://0.test"), store.robots("http://1.test")) == (["http://giornale.test/1"], None, (200.0, ""))
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert file.stat().st_size < 700_000


def test_threads_and_stores_share_a_file(store: PageStore, file: Path) -> None:
    """Many threads of two stores write and read at once, and nothing is lost."""
    with PageStore(file) as other:

        def write(number: int) -> None:
            for page in range(20):
                url = f"http://giornale.test/{number}/{page}"
                (store, other)[number % 2].store(replace(PAGE, url=url), url.encode())
                assert (other, store)[number % 2].body(url) == url.encode()

        threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(other.urls()) == 160
        assert all(other.body(url) == url.encode() for url in store.urls())


@pytest.mark.parametrize("damage", ["no SQLite", "cut", "overwritten"])
def test_damaged_file_is_begun_anew(file: Path, damage: str, caplog: pytest.LogCaptureFixture) -> None:
    """A damaged file is set aside and a new one begun, as soon as somebody stumbles on it; the log says so."""
    with PageStore(file) as store:
        for number in range(50):
            store.store(replace(PAGE, url=f"http://giornale.test/{number}"), os.urandom(3000))
    size = file.stat().st_size
    with file.open("r+b") as raw:
        if damage == "no SQLite":
            raw.write(b"x" * 5000)
        elif damage == "cut":
            raw.truncate(size // 2)
        else:
            raw.seek(8192)
            raw.write(b"\xff" * (size - 8192))
    with caplog.at_level(logging.WARNING), PageStore(file) as store:
        store.urls()
        for number in range(50):
            store.body(f"http://giornale.test/{number}")
        store.store(PAGE, BODY)
        assert (store.body(PAGE.url), len(store.urls())) == (BODY, 1)
    assert [record.message.partition(" is damaged")[0] for record in caplog.records] == [str(file)]
    assert Path(f"{file}.damaged").stat().st_size > 0


def test_two_stores_on_a_damaged_file_begin_one_new_one(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Whoever finds a damage that another store has mended already goes on with that one's file."""
    with PageStore(file) as first, PageStore(file) as second:
        first.store(PAGE, os.urandom(100_000))
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with file.open("r+b") as raw:
            raw.seek(4096)
            raw.write(b"\xff" * (file.stat().st_size - 4096))
        with caplog.at_level(logging.WARNING):
            for number, store in enumerate((first, second)):
                store.store(replace(PAGE, url=f"http://giornale.test/{number}"), b"nuovo")
        assert first.urls() == second.urls() == ["http://giornale.test/0", "http://giornale.test/1"]
    assert len(caplog.records) == 1


def test_altered_body_is_as_none(store: PageStore, file: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A body that is not what was stored is not given out, whether it can be unpacked or not."""
    store.store(PAGE, BODY)
    for altered in (b"\x00", zlib.compress(b"altro")):
        with closing(sqlite3.connect(file)) as connection, connection:
            connection.execute("UPDATE pages SET body = ?", (altered,))
        assert store.body(PAGE.url) is None
    assert ["fetched again" in record.message for record in caplog.records] == [True, True]


def test_later_schema_is_left_alone(file: Path) -> None:
    """A file that a later Edicola wrote is not touched; the error says what may be done."""
    with PageStore(file) as store:
        store.store(PAGE, BODY)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    before = file.read_bytes()
    with pytest.raises(PageStoreError, match=rf"schema {SCHEMA_VERSION + 1}.*install the later one, or delete pages\.sqlite"):
        PageStore(file)
    assert file.read_bytes() == before


def test_place_that_cannot_be_written(tmp_path: Path) -> None:
    """Where no file can be made the error says so."""
    (tmp_path / "file").write_text("")
    with pytest.raises(PageStoreError, match="let Edicola write there"):
        PageStore(tmp_path / "file" / "pages.sqlite")


KILLED = textwrap.dedent(
    """
    import itertools, sys
    from pathlib import Path
    from index.sources.page_store import PageStore, StoredPage
    store = PageStore(Path(sys.argv[1]))
    print("ready", flush=True)
    for number in itertools.count():
        url = f"http://giornale.test/{number % 40}"
        body = f"{number} ".encode() * 5000
        page = store.store(StoredPage(url, url, 200, "text/html", str(number), "", number, number), body)
        store.keep_derived(page.digest, "number", "1", str(number))
    """
)


@pytest.mark.parametrize("milliseconds", [0, 1, 3, 10, 30, 100, 200])
def test_killed_process_leaves_a_readable_store(file: Path, milliseconds: int, caplog: pytest.LogCaptureFixture) -> None:
    """Whenever a process that stores is killed, every page is whole, and only the last can lack what is made of it."""
    run_and_kill(KILLED, file, milliseconds)
    with PageStore(file) as store:
        pages = [page for url in store.urls() if (page := store.page(url))]
        bodies = [store.body(page.url) for page in pages]
        derived = [store.derived(page.digest, "number", "1") for page in sorted(pages, key=lambda page: page.fetched_at)]
    assert bodies == [f"{page.etag} ".encode() * 5000 for page in pages]
    assert derived[:-1] == sorted((page.etag for page in pages), key=int)[:-1]
    assert caplog.records == []


def test_many_are_read_as_each_is(store: PageStore) -> None:
    """Pages and what was made of them: those that are not there are missing, in place of long ones stands nothing."""
    pages = [store.store(replace(PAGE, url=f"http://giornale.test/{n}"), str(n).encode()) for n in range(5)]
    assert store.pages([*(page.url for page in pages), "http://giornale.test/9"]) == {page.url: page for page in pages}
    for page, value in zip(pages, ["a", "b", "x" * (LONG_CHARACTERS + 1)], strict=False):
        store.keep_derived(page.digest, "number", "1", value)
    assert store.derived_of([(page.digest, "number") for page in pages], "1") == ["a", "b", "", None, None]
    assert store.derived_of([(pages[0].digest, "title"), (pages[0].digest, "number")], "2") == [None, None]
