"""The REST API of WordPress, page by page."""

import datetime
import json
from urllib.parse import parse_qs, urlsplit

import pytest

from index.articles import Skipped
from index.dates import Period
from index.errors import ArticleError
from index.sources.listing import Listed
from index.sources.web import FetchError
from index.sources.wordpress import POSTS_PER_PAGE, list_links, list_posts

SITE = "https://blog.test/"
WORDS = "<p>" + "Il ponte sul Lodola riapre a settembre dopo due anni di lavori. " * 4 + "</p>"


def post(number: int, **fields: object) -> dict[str, object]:
    """Return a post as the API gives it."""
    return {
        "link": f"https://blog.test/post-{number}/",
        "date": "2025-03-11T00:30:00",
        "modified_gmt": "2025-03-10T23:30:00",
        "title": {"rendered": f"L&#8217;Inter vince {number} &#8211; 0"},
        "content": {"rendered": WORDS, "protected": False},
        "_embedded": {"author": [{"name": "Ada Neri"}]},
    } | fields


class Blog:
    """A WordPress with these posts, newest first; with or without knowledge of `_envelope` and `modified_after`."""

    def __init__(self, *posts: dict[str, object], knows_envelope: bool = True, knows_changes: bool = True) -> None:
        self.posts = posts
        self.knows_envelope = knows_envelope
        self.knows_changes = knows_changes
        self.asked: list[dict[str, str]] = []

    def __call__(self, url: str, changed: float | None) -> bytes:
        """Answer as WordPress does."""
        assert urlsplit(url).path == "/wp-json/wp/v2/posts"
        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        self.asked.append(query)
        posts = list(self.posts)
        if "modified_after" in query and self.knows_changes:
            posts = [one for one in posts if str(one["modified_gmt"]) > query["modified_after"]]
        size, page = int(query["per_page"]), int(query["page"])
        shown = posts[(page - 1) * size : page * size]
        pages = -(-len(posts) // size)
        if self.knows_envelope:
            return json.dumps({"body": shown, "status": 200, "headers": {"X-WP-Total": len(posts), "X-WP-TotalPages": pages}}).encode()
        if page > max(1, pages):
            raise FetchError(f"{url} answered 400 Bad Request: open it in a browser, and correct the address")
        return json.dumps(shown).encode()


def day(text: str) -> Period:
    """Return one day."""
    return Period(*[datetime.date.fromisoformat(text)] * 2)


def test_a_post_is_listed_with_its_text() -> None:
    """Entities of the title are resolved, the day is the site's, saving on the same night is no correction."""
    (page,) = list_posts(SITE, Blog(post(3)))
    assert isinstance(page, Listed)
    assert (page.url, page.title, page.author) == ("https://blog.test/post-3/", "L’Inter vince 3 – 0", "Ada Neri")
    assert (page.published, page.updated, page.html) == (day("2025-03-11"), None, WORDS)
    assert page.changed == pytest.approx(datetime.datetime(2025, 3, 10, 23, 31, tzinfo=datetime.UTC).timestamp(), abs=0.01)


def test_a_later_change_is_a_correction() -> None:
    """A post that was modified on a later day says so."""
    (page,) = list_posts(SITE, Blog(post(3, modified_gmt="2025-03-14T10:00:00")))
    assert isinstance(page, Listed)
    assert page.updated == day("2025-03-14")


@pytest.mark.parametrize("knows_envelope", [True, False])
@pytest.mark.parametrize("count", [0, 1, POSTS_PER_PAGE, POSTS_PER_PAGE + 1, 2 * POSTS_PER_PAGE])
def test_all_pages_are_read(count: int, knows_envelope: bool) -> None:
    """Whatever the number of posts, each is listed once; one page too many is no error."""
    blog = Blog(*map(post, range(count)), knows_envelope=knows_envelope)
    assert [page.url for page in list_posts(SITE, blog) if isinstance(page, Listed)] == [str(post(n)["link"]) for n in range(count)]
    if knows_envelope:
        assert len(blog.asked) == max(1, -(-count // POSTS_PER_PAGE))


@pytest.mark.parametrize("knows_changes", [True, False])
def test_later_only_changes_are_asked_for(knows_changes: bool) -> None:
    """Posts changed since come; an old WordPress, which does not know the question, is left at the first older post."""
    posts = [post(1, modified_gmt="2025-03-20T10:00:00"), *(post(n) for n in range(2, 300))]
    blog = Blog(*posts, knows_changes=knows_changes)
    since = datetime.datetime(2025, 3, 19, tzinfo=datetime.UTC).timestamp()
    assert [page.url for page in list_posts(SITE, blog, changed_after=since) if isinstance(page, Listed)] == ["https://blog.test/post-1/"]
    assert len(blog.asked) == 1
    assert blog.asked[0]["orderby"] == "modified"


def test_odd_posts_do_not_stop_the_others() -> None:
    """One without a link, a protected one, one with an excerpt only, names of authors from Yoast or none."""
    posts = [
        post(1, link=None),
        post(2, content={"rendered": "", "protected": True}),
        post(3, content={"rendered": "<p>Poche parole</p>"}, _embedded={"author": [{"code": "rest_user_invalid_id"}]}),
        post(4, _embedded=None, yoast_head_json={"author": "Ugo Bo"}, title="piano", date=None, modified_gmt="ieri"),
    ]
    protected, short, yoast = list_posts(SITE, Blog(*posts))
    assert isinstance(protected, Skipped)
    assert isinstance(short, Listed)
    assert isinstance(yoast, Listed)
    assert (short.html, short.author) == ("", "")
    assert (yoast.author, yoast.title, yoast.published, yoast.changed) == ("Ugo Bo", "", None, None)


@pytest.mark.parametrize(
    "body",
    [b"<html>", b"", b"3", b'{"code":"rest_no_route","message":"Nessuna rotta"}', b'{"body": {"code": "x"}, "headers": {}}', b"[" * 9999],
)
def test_what_is_no_api_is_an_error(body: bytes) -> None:
    """A page, an error of the API, other JSON: the source fails with a sentence."""
    with pytest.raises(ArticleError, match="declare the feed or the sitemap"):
        list(list_posts(SITE, lambda *_: body))


def test_links_are_listed_without_texts() -> None:
    """All addresses come, and nothing else is asked for."""
    blog = Blog(post(1), post(2))
    assert list(list_links(SITE, blog)) == ["https://blog.test/post-1/", "https://blog.test/post-2/"]
    assert blog.asked[0]["_fields"] == "link"


def test_halves_of_characters_are_told_as_unknown() -> None:
    """What cannot be stored as UTF-8 leaves neither with a post nor with a reason."""
    half = {"rendered": f"Il ponte \ud800 {WORDS}"}
    (page,) = list_posts(SITE, Blog(post(1, title=half, content=half, _embedded={"author": [{"name": "Ada\n \udfff"}]})))
    assert isinstance(page, Listed)
    assert f"{page.title}{page.html}{page.author}".encode().count("\ufffd".encode()) == 3
    assert page.author == "Ada \ufffd"
    with pytest.raises(ArticleError, match="declare the feed") as caught:
        list(list_posts(SITE, lambda *_: json.dumps({"message": "\ud800" + "x" * 5000}).encode()))
    assert len(str(caught.value).encode()) < 500


@pytest.mark.parametrize("told", ["9" * 5000, "-1", "٣", [], [[[]]], {}, None, True, 1.5, ""])
def test_a_number_of_pages_that_is_none_is_not_believed(told: object) -> None:
    """Pages are asked for until one is not full."""
    pages = [[post(n) for n in range(POSTS_PER_PAGE)], [post(POSTS_PER_PAGE)]]

    def ask(url: str, changed: float | None) -> bytes:
        body = pages[int(parse_qs(urlsplit(url).query)["page"][0]) - 1]
        return json.dumps({"body": body, "headers": {"X-WP-TotalPages": told}}).encode()

    assert len(list(list_posts(SITE, ask))) == POSTS_PER_PAGE + 1
