"""What a source of the web ever gave, from the page store: each page is extracted once and then given in every run.

Here a page gets what its source knows of it: name of the site, dates, that it is gone, and the day of a correction, which is noticed by a
text that is another than the one seen before.
"""

import datetime
import hashlib
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from index.articles import Article, Skipped
from index.dates import Period
from index.sources.declaration import Source
from index.sources.extraction import EXTRACTOR_VERSION, PageToRead, article_page, extract, extracted
from index.sources.history import day_of
from index.sources.ledger import Ledger, Page
from index.sources.listing import is_front_page
from index.sources.page_store import PageStore, digest_of
from index.sources.tally import Tally
from index.workers import Workers, WorkFailed

FEW_PAGES = 4  # are read in this process
TEXTS_AT_ONCE = 500
LISTED_LATELY = datetime.timedelta(days=7)  # a page that never had a text is spoken of for as long as its source lists it
_ONE_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Body:
    """Where the body of a page lies, and since when it is so."""

    digest: str
    kind: str  # as which the page store keeps what was made of it: the articles of a page depend on its address
    since: float


class Identities:
    """Whose each id is, so that a page that many list, or that has several addresses, is given once."""

    def __init__(self) -> None:
        self._owners: dict[str, tuple[str, int]] = {}

    def owner(self, article_id: str) -> str | None:
        """Return the source that has given an id, None if nobody has."""
        return self._owners[article_id][0] if article_id in self._owners else None

    def claim(self, articles: Sequence[Article], source: str, address: str) -> Sequence[Article]:
        """Return the articles of a page with ids that are theirs, none if they were given before.

        Some sites declare one address to be that of all their pages: where another article has it, this one goes by its own.
        """
        if any(self._is_of_another(article) for article in articles):
            articles = [replace(one, id=f"{address}{_section(one.id)}", url=address) for one in articles]
        mine = [article for article in articles if article.id not in self._owners]
        for article in mine:
            self._owners[article.id] = (source, hash(article.title))
        return mine

    def _is_of_another(self, article: Article) -> bool:
        return self._owners.get(article.id, ("", hash(article.title)))[1] != hash(article.title)


class KnownTexts:
    """The texts that the articles of one source had when they were last read."""

    def __init__(self, source: str, ledger: Ledger) -> None:
        self._source = source
        self._ledger = ledger
        self._unkept: list[tuple[str, str, str, datetime.date | None]] = []

    def changed_on(self, article: Article, today: datetime.date, tally: Tally) -> datetime.date | None:
        """Return the day on which an article was last seen to have another text than before; count it if it is new or changed now."""
        digest = hashlib.blake2b(article.text.encode("utf-8", "replace"), digest_size=16).hexdigest()
        known = self._ledger.text(self._source, article.id)
        day = known[2] if known else None
        if known is None:
            tally.new += 1
        elif known[0] != digest and known[1] == EXTRACTOR_VERSION:  # else the text may have changed because it is read otherwise
            tally.changed += 1
            day = today
        if known != (digest, EXTRACTOR_VERSION, day):
            self._unkept.append((article.id, digest, EXTRACTOR_VERSION, day))
            if len(self._unkept) == TEXTS_AT_ONCE:
                self.keep()
        return day

    def keep(self) -> None:
        """Write the texts down that were not known."""
        self._ledger.keep_texts(self._source, self._unkept)
        self._unkept.clear()


class StoredPages:
    """The pages of one source."""

    def __init__(self, source: Source, store: PageStore, ledger: Ledger, workers: Workers, now: float) -> None:
        self._source = source
        self._store = store
        self._ledger = ledger
        self._workers = workers
        self._today = day_of(now)
        self._texts = KnownTexts(source.name, ledger)

    def articles(self, identities: Identities, tally: Tally) -> Iterator[Article | Skipped]:
        """Yield the articles of all pages, in the order in which the pages were first listed, and why some have none."""
        failed = dict(self._extract())
        for page in self._ledger.pages(self._source.name):
            if not self.gives(page):
                continue
            if page.asked is None:
                if page.failure:
                    yield Skipped(page.url, page.failure)
                continue
            body = self._body(page)
            if body is None and page.gone and self._today - day_of(page.listed) > LISTED_LATELY:
                continue
            found = Skipped(page.url, failed[page.url]) if page.url in failed else self._extracted(page, body)
            if isinstance(found, Skipped):
                yield found
                continue
            since = day_of(body.since) if body else self._today
            articles = identities.claim([self._completed(article, page) for article in found], self._source.name, page.url)
            self._note_day(page, articles)
            for article in articles:
                if self._source.wants(article):
                    yield self._with_correction(article, since, tally)
        self._texts.keep()

    def gives(self, page: Page) -> bool:
        """True unless a page is gone for good or is no longer declared."""
        return self._source.gives(page.url) and not (page.gone and self._source.gone == "remove")

    # Extraction

    def _extract(self) -> Iterator[tuple[str, str]]:
        """Read the pages that were not read as they are by this version, on all cores; yield those that could not be, with the reason."""
        waiting: deque[tuple[Page, _Body]] = deque()
        for result in self._workers.map(extract, self._unread(waiting), few=FEW_PAGES):
            page, body = waiting.popleft()
            if isinstance(result, WorkFailed):
                yield page.url, result.reason
            else:
                self._store.keep_derived(body.digest, body.kind, EXTRACTOR_VERSION, result)

    def _unread(self, waiting: deque[tuple[Page, _Body]]) -> Iterator[PageToRead]:
        for page in self._ledger.pages(self._source.name):
            if page.asked is None or not self.gives(page):
                continue
            body = self._body(page)
            if body and self._store.derived(body.digest, body.kind, EXTRACTOR_VERSION) is None and (unread := self._to_read(page)):
                waiting.append((page, body))
                yield unread

    def _to_read(self, page: Page) -> PageToRead | None:
        if page.has_content:
            body = article_page(self._ledger.content(page).decode(), page.title)
            return PageToRead(body, page.url, page.url, "text/html; charset=utf-8", self._today)
        stored, kept = self._store.page(page.url), self._store.body(page.url)
        if stored is None or kept is None:
            return None
        return PageToRead(kept, stored.final_url, page.url, stored.content_type, self._today)

    def _body(self, page: Page) -> _Body | None:
        """Return the body that a page has now, None where it is lost or is no longer the page's own."""
        kind = f"articles of {page.url}"
        if page.has_content:
            return _Body(digest_of(self._ledger.content(page)), kind, page.asked or page.listed)
        stored = self._store.page(page.url)
        if stored is None or not stored.digest or (is_front_page(stored.final_url) and not is_front_page(page.url)):
            return None
        return _Body(stored.digest, kind, stored.fetched_at)

    def _extracted(self, page: Page, body: _Body | None) -> tuple[Article, ...] | Skipped:
        lines = self._store.derived(body.digest, body.kind, EXTRACTOR_VERSION) if body else None
        if lines is None:
            reason = "its site says that it is gone (404, 410 or the front page)" if page.gone else "its copy is lost: it is fetched again"
            return Skipped(page.url, f"{reason}: nothing to be done")
        return extracted(lines, page.url)

    # What the source knows of a page

    def _completed(self, article: Article, page: Page) -> Article:
        """Return an article with what its source says where the page itself says nothing; of a text that the source gave it says all."""
        listed = page.published if page.published and page.published.first <= self._today + _ONE_DAY else None
        title, author, published = article.title or page.title, article.author or page.author, article.published or listed
        if page.has_content:
            title, author, published = page.title or title, page.author or author, listed or published
        return replace(
            article,
            title=title,
            author=author,
            published=published,
            updated=article.updated or _later(page.updated, published, self._today),
            source=self._source.site or article.source,
            origin=page.url,
            found_in=self._source.name,
            gone=page.gone if self._source.gone == "mark" else None,
        )

    def _note_day(self, page: Page, articles: Sequence[Article]) -> None:
        """Remember of what day a page is: young ones are asked for again. An undated one of a feed is of the day on which it came."""
        day = max((article.published.last for article in articles if article.published), default=None)
        if day is None and self._source.kind == "feed" and page.asked:
            day = page.day or day_of(page.asked)
        if day and day != page.day:
            self._ledger.dated(page, day)

    def _with_correction(self, article: Article, since: datetime.date, tally: Tally) -> Article:
        """Return an article with the day of its last correction, if it had another text before and does not say so itself."""
        changed_on = self._texts.changed_on(article, since, tally)
        return replace(article, updated=Period(changed_on, changed_on)) if changed_on and not article.updated else article


def _later(updated: Period | None, published: Period | None, today: datetime.date) -> Period | None:
    """Return the day of a correction that a source declares, if it is later than the day of publication and not still to come."""
    is_later = updated and published and published.is_before(updated) and updated.first <= today + _ONE_DAY
    return updated if is_later else None


def _section(article_id: str) -> str:
    """Return which section of its page an article is, as its id ends."""
    _, mark, number = article_id.rpartition("#")
    return f"#{number}" if mark else ""
