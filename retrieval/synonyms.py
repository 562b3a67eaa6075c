"""Words that newspapers use for one another: `rinnovare` and `prolungare`, `stipendio` and `ingaggio`.

A short list written by hand (`synonyms.txt`), for news and football. Neighbours in the vectors of the encoder brought nothing here.
"""

from functools import cache
from pathlib import Path

from index.italian import fold_word, stem

_GROUPS = Path(__file__).with_name("synonyms.txt")


def synonym_stems(word_stem: str) -> tuple[str, ...]:
    """Return the other stems of the groups that a stem stands in, in the order of the list."""
    return _by_stem().get(word_stem, ())


@cache
def _by_stem() -> dict[str, tuple[str, ...]]:
    others: dict[str, dict[str, None]] = {}
    for line in _GROUPS.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            group = list(dict.fromkeys(stem(fold_word(word)) for word in line.split()))
            for one in group:
                others.setdefault(one, {}).update(dict.fromkeys(other for other in group if other != one))
    return {one: tuple(found) for one, found in others.items()}
