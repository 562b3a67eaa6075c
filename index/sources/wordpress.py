"""WordPress: the posts of a site through its REST API, page by page, with their whole texts. Nothing is fetched here."""

import datetime
import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from index.articles import Skipped
from index.dates import Period, parse_period
from index.errors import ArticleError
from index.sources.feeds import plain_text, storable
from index.sources.listing import Ask, Listed, page_address
from index.sources.sitemaps import moment
from index.sources.web import FetchError

POSTS_PER_PAGE = 100  # the most that WordPress gives
MOST_PAGES = 1000
LONGEST_COUNT_DIGITS = 10
LONGEST_MESSAGE_CHARACTERS = 300  # of a site, in ours
FEWEST_WORDS = 20  # a shorter content is a teaser: then the page itself is fetched
BEYOND_LAST = "answered 400"  # what a site says that does not know `_envelope`
OVERLAP_SECONDS = 24 * 3600.0  # `modified_after` is in the time zone of the site, which nobody tells
_FIELDS = "link,date,modified_gmt,title,content,yoast_head_json.author,_links.author,_embedded"


def list_posts(
    site: str, ask: Ask, *, changed_after: float | None = None, since: datetime.date | None = None
) -> Iterator[Listed | Skipped]:
    """Yield the posts of a site, newest first, or only those that changed after a moment; ArticleError if it has no such API."""
    query = {"_fields": _FIELDS, "_embed": "author", "orderby": "modified" if changed_after else "date", "order": "desc"}
    if since:
        query["after"] = f"{since}T00:00:00"
    oldest = changed_after - OVERLAP_SECONDS if changed_after else None
    if oldest:
        query["modified_after"] = f"{datetime.datetime.fromtimestamp(oldest, datetime.UTC):%Y-%m-%dT%H:%M:%S}"
    for post in _posts(site, query, ask):
        listed = _listed(post, site)
        if oldest and isinstance(listed, Listed) and listed.changed and listed.changed < oldest:
            return  # an old WordPress, which does not know `modified_after`
        if listed:
            yield listed


def list_links(site: str, ask: Ask, *, since: datetime.date | None = None) -> Iterator[str]:
    """Yield the addresses of all posts, without their texts: what is not among them is perhaps gone."""
    query = {"_fields": "link", "orderby": "date", "order": "desc"} | ({"after": f"{since}T00:00:00"} if since else {})
    for post in _posts(site, query, ask):
        if address := page_address(_text(post.get("link")), site):
            yield address


def _posts(site: str, query: Mapping[str, str], ask: Ask) -> Iterator[Mapping[str, Any]]:
    """Yield posts as the API gives them. `_envelope` puts the number of pages into the answer: asking for one too many is an error."""
    pages = MOST_PAGES
    page = 1
    while page <= pages:
        address = f"{site.rstrip('/')}/wp-json/wp/v2/posts?{urlencode({'per_page': POSTS_PER_PAGE, 'page': page, **query, '_envelope': 1})}"
        try:
            posts, told = _answer(ask(address, None))
        except FetchError as error:
            if page > 1 and BEYOND_LAST in str(error):
                return
            raise
        yield from posts
        if len(posts) < POSTS_PER_PAGE and told is None:
            return
        pages = pages if told is None else min(told, MOST_PAGES)
        page += 1


def _answer(body: bytes) -> tuple[list[Mapping[str, Any]], int | None]:
    """Return the posts of an answer and how many pages there are, None where the site does not tell."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ArticleError("there is no WordPress API (/wp-json/wp/v2/posts): declare the feed or the sitemap of the site") from error
    pages = None
    if isinstance(answer, dict) and isinstance(answer.get("headers"), dict):
        pages = _count(answer["headers"].get("X-WP-TotalPages"))
        answer = answer.get("body")
    if isinstance(answer, dict) and answer.get("code") == "rest_post_invalid_page_number":
        return [], 1
    if not isinstance(answer, list):
        message = plain_text(_text(answer.get("message")))[:LONGEST_MESSAGE_CHARACTERS] if isinstance(answer, dict) else ""
        raise ArticleError(
            f"the WordPress API gives no posts{f' ({message})' if message else ''}: declare the feed or the sitemap of the site"
        )
    return [post for post in answer if isinstance(post, dict)], pages


def _count(value: object) -> int | None:
    """Return a number of pages, which sites write as text too; None for what is none, however long."""
    told = str(value) if isinstance(value, str | int) else ""
    return int(told) if told.isascii() and told.isdigit() and len(told) < LONGEST_COUNT_DIGITS else None


def _listed(post: Mapping[str, Any], site: str) -> Listed | Skipped | None:
    address = page_address(_text(post.get("link")), site)
    if not address:
        return None
    content = post.get("content")
    if isinstance(content, dict) and content.get("protected"):
        return Skipped(address, "it is protected by a password")
    html = _rendered(content)
    modified = _text(post.get("modified_gmt"))
    return Listed(
        url=address,
        title=plain_text(_rendered(post.get("title"))),
        author=_author(post),
        published=parse_period(_text(post.get("date"))),
        updated=_updated(_text(post.get("date")), modified),
        changed=moment(modified) if modified else None,
        html=html if len(plain_text(html).split()) >= FEWEST_WORDS else "",
    )


def _rendered(value: object) -> str:
    return _text(value.get("rendered")) if isinstance(value, dict) else ""


def _updated(written: str, modified: str) -> Period | None:
    """Return the day of a correction; saving again on the day of publication is none."""
    first, last = parse_period(written), parse_period(modified)
    return last if first and last and first.is_before(last) else None


def _author(post: Mapping[str, Any]) -> str:
    """Return the names of the authors, as WordPress or Yoast gives them."""
    embedded = post.get("_embedded")
    people = embedded.get("author") if isinstance(embedded, dict) else None
    names = [_line(person.get("name")) for person in people if isinstance(person, dict)] if isinstance(people, list) else []
    yoast = post.get("yoast_head_json")
    return ", ".join(name for name in names if name) or (_line(yoast.get("author")) if isinstance(yoast, dict) else "")


def _line(value: object) -> str:
    return " ".join(_text(value).split())


def _text(value: object) -> str:
    """Return the text that stands in the JSON, "" where something else does."""
    return storable(value) if isinstance(value, str) else ""
