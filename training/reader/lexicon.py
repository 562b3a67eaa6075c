"""Read the Italian–English word list: what an Italian word form is in English.

`lexicon.tsv` is the project's own: 28,000 forms, the most usual sense first (`pesca`, `fishing/peach`). It lends an English model's
knowledge of words to Italian ones.
"""

from collections import defaultdict
from pathlib import Path

from index.italian import fold_word, stem

LEXICON = Path(__file__).with_name("lexicon.tsv")
_UNKNOWN = "-"  # a name, or no Italian word


class Lexicon:
    """Glosses by form, and by stem for forms that are not listed."""

    def __init__(self, senses: dict[str, tuple[str, ...]]) -> None:
        self._senses = senses
        self._by_stem: dict[str, list[str]] = defaultdict(list)
        for form, glosses in senses.items():
            self._by_stem[stem(fold_word(form))].append(glosses[0])

    def senses(self, form: str) -> tuple[str, ...]:
        """Return the English senses of a lower-case form, most usual first; those of its listed kin if it is not listed, or nothing."""
        return self._senses.get(form) or tuple(self._by_stem.get(stem(fold_word(form)), ()))


def read_lexicon(path: Path = LEXICON) -> Lexicon:
    """Read a word list: a form, a tab, its senses with slashes between them."""
    senses = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        form, glosses = line.split("\t")
        if glosses != _UNKNOWN:
            senses[form] = tuple(gloss.strip() for gloss in glosses.split("/"))
    return Lexicon(senses)
