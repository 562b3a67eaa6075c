"""The article: a text as its author wrote it, and what is known about it.

The lowest value type of the program. `Article.text` is never rewritten: whatever is quoted later is a slice of it.
"""

import datetime
import hashlib
from dataclasses import dataclass

from index.dates import Period


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that could not be read, and why: a file, a line of one (`news.jsonl:17`), a page."""

    origin: str
    reason: str


@dataclass(frozen=True, slots=True)
class Article:
    """One article, as read.

    `published` is None where no date is known; `updated` is when it was corrected, if that is known, and `gone` the day on which its
    source was seen to have it no longer. `origin` says where it was read, for people: a path, with the line for jsonl; `found_in` is the
    declared source that led there. `body_start` is where the prose begins in `text`, after metadata that is glued to it; `furniture` are
    `(start, end)` of what its site repeats in article after article, in order.
    """

    id: str
    text: str
    title: str = ""
    url: str = ""
    source: str = ""
    author: str = ""
    published: Period | None = None
    origin: str = ""
    body_start: int = 0
    updated: Period | None = None
    gone: datetime.date | None = None
    found_in: str = ""
    furniture: tuple[tuple[int, int], ...] = ()

    @property
    def digest(self) -> str:
        """Hex BLAKE2b of all that a citation shows, and of where it was read: a change of any makes a new version of the article.

        What is not known counts for nothing: an article without it has the digest that it had before there was a place for it.
        """
        parts = [self.title, str(self.published or ""), self.url, self.source, self.author, self.origin, str(self.body_start), self.text]
        later = {"updated": self.updated, "gone": self.gone, "found_in": self.found_in, "furniture": self.furniture}
        parts += [f"{name}={value}" for name, value in later.items() if value]
        return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=16).hexdigest()

    @property
    def newest_first(self) -> tuple[datetime.date, str]:
        """Sort key, to be used in reverse: by last possible day, undated articles last, then by id."""
        return (self.published.last if self.published else datetime.date.min, self.id)

    def is_known_on(self, day: datetime.date) -> bool:
        """True unless the article was surely published after that day."""
        return self.published is None or self.published.first <= day
