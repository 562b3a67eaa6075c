"""The Italian words and phrases that tell who speaks and how sure a text is: `lexicon.txt` as sets of words and as patterns."""

import re
from pathlib import Path


def _read_sections(file: Path) -> dict[str, tuple[str, ...]]:
    """Return the lines of each section of the list."""
    sections: dict[str, list[str]] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        content = line.partition("  #")[0].strip()
        if content.startswith("["):
            lines = sections.setdefault(content.strip("[]"), [])
        elif content and not content.startswith("#"):
            lines.append(content)
    return {name: tuple(lines) for name, lines in sections.items()}


_SECTIONS = _read_sections(Path(__file__).with_name("lexicon.txt"))


def _words(section: str) -> frozenset[str]:
    return frozenset(word for line in _SECTIONS[section] for word in line.split())


def _phrases(section: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(_SECTIONS[section])})(?!\w)", re.IGNORECASE)


SAYING = _words("saying") | {stem + ending for stem in _words("saying stem") for ending in "a ano ò arono ava avano ando".split()}
SAID = _words("said") | {stem + "ato" for stem in _words("saying stem")}
QUOTING = _words("saying beside a quotation only")
OF_PERSONS = _words("saying of persons only")
ALSO_NOUNS = _words("also a noun")
SPEAKERS = _words("speaker")
PAPERS = _words("source")
SOURCES = SPEAKERS | PAPERS
OPENING = _words("opening")
PREPOSITIONS = _words("preposition")
FACTS = _words("fact") | SAYING
NO_FACTS = _words("no fact")
UNNAMED = _phrases("unnamed source")
DOUBT_OF_WHAT_FOLLOWS = _phrases("doubt of what follows")
DOUBT_OF_CLAUSE = _phrases("doubt of the clause")
DOUBT = _phrases("doubt")
DENIAL = _phrases("denial")
HYPOTHESIS = _phrases("hypothesis")
OPINION = _phrases("opinion")
BELIEF = _phrases("belief")
DESCRIPTION = _phrases("description")

ARTICLES = frozenset("il lo la l i gli le un uno una".split())
SOME = frozenset("alcuni alcune diversi diverse molti molte vari varie più".split())
DETERMINERS = ARTICLES | SOME | PREPOSITIONS | frozenset("sua suo ogni questa nuova prima ulteriore senza immediata".split())
CONJUNCTIONS = frozenset("e ed o ma".split())
