"""What is counted while a source gives its articles, for its history."""

import datetime
import re
from collections import Counter
from dataclasses import dataclass, field

from index.articles import Article, Skipped

_ADDRESS = re.compile(r"https?://\S+")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_LONGEST_REASON = 160


@dataclass(slots=True)
class Tally:
    """Articles of one source in one run."""

    given: int = 0
    new: int = 0
    changed: int = 0
    newest: datetime.date | None = None
    reasons: Counter[str] = field(default_factory=Counter)

    def count(self, item: Article | Skipped) -> None:
        """Count what a source gives."""
        if isinstance(item, Skipped):
            self.reasons[cause(item.reason)] += 1
            return
        self.given += 1
        day = item.published.last if item.published else None
        if day and (self.newest is None or day > self.newest):
            self.newest = day


def cause(reason: str) -> str:
    """Return a reason without the names that tell one case from the next, and without the mend: so that equal ones can be counted."""
    general = _QUOTED.sub("…", _ADDRESS.sub("…", reason))
    return general.partition(": ")[0].strip()[:_LONGEST_REASON]
