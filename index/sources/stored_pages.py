"""What a source of the web ever gave, from the page store: each page is extracted once and then given in every run.

Here a page gets what its source knows of it: name of the site, dates, that it is gone, and the day of its last correction.
"""

import datetime
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice

from index.articles import Article, Skipped
from index.dates import Period
from index.reading.folder import FEW_PAGES, LARGE_PAGE_BYTES
from index.sources.corrections import TEXTS_AT_ONCE, KnownTexts
from index.sources.declaration import Source
from index.sources.extraction import EXTRACTOR_VERSION, PageToRead, article_page, extract, extracted, is_document
from index.sources.history import day_of
from index.sources.ledger import Ledger, Page
from index.sources.listing import is_front_page
from index.sources.page_store import PageStore, StoredPage
from index.sources.tally import Tally
from index.workers import Workers, WorkFailed

CHARACTERS_AT_ONCE = 4 << 20
LISTED_LATELY = datetime.timedelta(days=7)  # a page that never had a text is spoken of for as long as its source lists it
_ONE_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Body:
    """Where the body of a page lies, and since when it is so."""

    digest: str
    kind: str  # as which the page store keeps what was made of it: the articles of a page depend on its address
    since: float


@dataclass(frozen=True, slots=True)
class _Given:
    """An article, and since when its page is so."""

    article: Article
    since: datetime.date


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
        for given in _batches(self._given(failed, identities)):
            self._texts.recall(one.article.id for one in given if isinstance(one, _Given))
            yield from (one if isinstance(one, Skipped) else self._with_correction(one.article, one.since, tally) for one in given)
        self._texts.keep()

    def _given(self, failed: Mapping[str, str], identities: Identities) -> Iterator[_Given | Skipped]:
        for page, body, lines in self._read():
            if page.asked is None:
                if page.failure:
                    yield Skipped(page.url, page.failure)
                continue
            if body is None and page.gone and self._today - day_of(page.listed) > LISTED_LATELY:
                continue
            found = Skipped(page.url, failed[page.url]) if page.url in failed else self._extracted(page, body, lines)
            if isinstance(found, Skipped):
                yield found
                continue
            since = day_of(body.since) if body else self._today
            articles = identities.claim([self._completed(article, page) for article in found], self._source.name, page.url)
            self._note_day(page, articles)
            yield from (_Given(article, since) for article in articles if self._source.wants(article))

    def gives(self, page: Page) -> bool:
        """True unless a page is gone for good or is no longer declared."""
        return self._source.gives(page.url) and not (page.gone and self._source.gone == "remove")

    # Extraction

    def _extract(self) -> Iterator[tuple[str, str]]:
        """Read the pages that were not read as they are by this version; yield those that could not be, with the reason.

        All cores do it where there are many, or any that may take long.
        """
        waiting: deque[tuple[Page, _Body]] = deque()
        unread = self._unread(waiting)
        first = list(islice(unread, FEW_PAGES + 1))
        few = 0 if any(map(_needs_limits, first)) else FEW_PAGES
        for result in self._workers.map(extract, chain(first, unread), few=few):
            page, body = waiting.popleft()
            if isinstance(result, WorkFailed):
                yield page.url, result.reason
            else:
                self._store.keep_derived(body.digest, body.kind, EXTRACTOR_VERSION, result)

    def _unread(self, waiting: deque[tuple[Page, _Body]]) -> Iterator[PageToRead]:
        for page, body, lines in self._read():
            if page.asked is not None and body and lines is None and (unread := self._to_read(page)):
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

    def _read(self) -> Iterator[tuple[Page, _Body | None, str | None]]:
        """Yield the pages with their bodies and with what was made of these, as `PageStore.derived_of` gives it; read many at a time."""
        for batch in self._ledger.batches(self._source.name):
            pages = [page for page in batch if self.gives(page)]
            digests = self._ledger.content_digests(page for page in pages if page.has_content)
            stored = self._store.pages(page.url for page in pages if not page.has_content)
            bodies = [_body(page, digests.get(page.number), stored.get(page.url)) for page in pages]
            made = iter(self._store.derived_of([(body.digest, body.kind) for body in bodies if body], EXTRACTOR_VERSION))
            yield from ((page, body, next(made) if body else None) for page, body in zip(pages, bodies, strict=True))

    def _extracted(self, page: Page, body: _Body | None, lines: str | None) -> tuple[Article, ...] | Skipped:
        if body and lines == "":
            lines = self._store.derived(body.digest, body.kind, EXTRACTOR_VERSION)
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


def _body(page: Page, content_digest: str | None, stored: StoredPage | None) -> _Body | None:
    """Return the body that a page has now, None where it is lost or is no longer the page's own."""
    kind = f"articles of {page.url}"
    if content_digest is not None:
        return _Body(content_digest, kind, page.asked or page.listed)
    if stored is None or not stored.digest or (is_front_page(stored.final_url) and not is_front_page(page.url)):
        return None
    return _Body(stored.digest, kind, stored.fetched_at)


def _needs_limits(page: PageToRead) -> bool:
    """True for what may take long: all but pages of the usual size."""
    return len(page.body) > LARGE_PAGE_BYTES or is_document(page.content_type)


def _batches(items: Iterable[_Given | Skipped]) -> Iterator[list[_Given | Skipped]]:
    """Yield items many at a time, as long as their texts are not too long."""
    batch: list[_Given | Skipped] = []
    characters = 0
    for item in items:
        batch.append(item)
        characters += 0 if isinstance(item, Skipped) else len(item.article.text)
        if len(batch) == TEXTS_AT_ONCE or characters > CHARACTERS_AT_ONCE:
            yield batch
            batch, characters = [], 0
    yield batch


def _later(updated: Period | None, published: Period | None, today: datetime.date) -> Period | None:
    """Return the day of a correction that a source declares, if it is later than the day of publication and not still to come."""
    is_later = updated and published and published.is_before(updated) and updated.first <= today + _ONE_DAY
    return updated if is_later else None


def _section(article_id: str) -> str:
    """Return which section of its page an article is, as its id ends."""
    _, mark, number = article_id.rpartition("#")
    return f"#{number}" if mark else ""
