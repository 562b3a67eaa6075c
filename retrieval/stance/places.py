"""Places of a text, and the ways to bound one: by the nearest match of a pattern, by the words right before."""

import re
from typing import NamedTuple

# a point of no abbreviation
POINT = r"(?<!\bavv)(?<!\bdott)(?<!\bprof)(?<!\bing)(?<!\bon)(?<!\bAvv)(?<!\bDott)(?<!\bProf)(?<!\b[A-Z])\."
WORD = re.compile(r"\w+")

_LAST_WORDS = re.compile(r"(?:\b(\w{1,20})(?:['’]|\s)\s?)?\b(\w{1,20})(?:['’]|\s)\s?$")


class Place(NamedTuple):
    """The slice `text[start:end]`."""

    start: int
    end: int

    def holds(self, other: "Place") -> bool:
        """True if another place lies inside this one."""
        return self.start <= other.start and other.end <= self.end


def words_before(text: str, position: int) -> tuple[str, str]:
    """Return the two words right before a position, in lower case, empty where a mark stands between."""
    match = _LAST_WORDS.search(text[max(0, position - 30) : position])
    return ((match.group(1) or "").lower(), match.group(2).lower()) if match else ("", "")


def since(pattern: re.Pattern[str], text: str, end: int, characters: int) -> Place:
    """Return the place from the last match of a pattern to `end`, at most so many characters."""
    lowest = max(0, end - characters)
    return Place(max((match.end() for match in pattern.finditer(text, lowest, end)), default=lowest), end)


def until(pattern: re.Pattern[str], text: str, start: int, characters: int) -> Place:
    """Return the place from `start` to the first match of a pattern, at most so many characters."""
    highest = min(len(text), start + characters)
    match = pattern.search(text, start, highest)
    return Place(start, match.start() if match else highest)
