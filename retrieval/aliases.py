"""Aliases: what people call a club, a person or a place beside the name that newspapers write.

In comes a question, out come the runs of its words that name somebody, with the other names of the same subject: who asks for the
`Vecchia Signora` is to find Juventus, and who asks for Juventus the `Juve`. The list (`aliases.txt`) is written by hand; an operator's
own file adds to it or takes from it. It serves questions only: articles are never read with it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

from index.errors import SettingError
from index.italian import Token, is_stop_word, tokenize
from retrieval.names import starts_sentence

ALIASES = Path(__file__).with_name("aliases.txt")
OTHER_NAMES = 6  # of a subject, in the order of the list

Words = tuple[str, ...]  # folded

_EVERYDAY = "*"
_ARTICLES = frozenset("il lo la l i gli le el".split())
_BEFORE_NICKNAME = _ARTICLES | frozenset(
    """
    del dello della dell dei degli delle al allo alla all ai agli alle dal dallo dalla dall dai dagli dalle nel nella nell nei nelle sul
    sullo sulla sull sui sugli sulle
    """.split()
)
_SPORT = frozenset(
    """
    allena allenano allenatore allenatrice arbitra arbitro attaccante calciomercato calendario campionato capitano centravanti
    centrocampista classifica convocati corre corsa derby difensore esonerato esonero finale formazione gara gare gioca giocano giocato
    giocatore giocatori giocava gol goleador infortunati infortunato infortunio ingaggio maglia match panchina pareggia pareggiato partita
    partite perde perso podio portiere punti retrocessione rigore rigori rinnova rinnovato rinnovo scudetto segna segnato squadra stadio
    tappa tecnico tifosi titolare trasferta vince vincere vinse vinto vittoria
    """.split()
)


@dataclass(frozen=True, slots=True)
class Alias:
    """A run of words of a question that names somebody or something.

    `subjects` are the usual names of those that it may mean, most usual first. `others` are further names of its subject that mean
    nobody else and are no words of every day; a shared run has none.
    """

    words: Words
    subjects: tuple[Words, ...]
    others: tuple[Words, ...] = ()
    is_shared: bool = False


class AliasLexicon:
    """Subjects with their aliases, ready to be found in questions."""

    def __init__(self, subjects: Mapping[Words, Mapping[Words, bool]], everyday: AbstractSet[Words] = frozenset()) -> None:
        """Take the aliases of each subject, True where others share them, and the names that are also words of every day."""
        self._subjects = {subject: dict(aliases) for subject, aliases in subjects.items()}
        self._everyday = frozenset(everyday)
        self._meanings: dict[Words, list[Words]] = {subject: [subject] for subject in subjects}
        for subject, aliases in subjects.items():
            for alias in aliases:
                self._meanings.setdefault(alias, []).append(subject)
        self._longest: dict[str, int] = {}
        for name in self._meanings:
            self._longest[name[0]] = max(len(name), self._longest.get(name[0], 0))

    def find(self, text: str, tokens: Sequence[Token]) -> list[Alias]:
        """Return the names and aliases of a question in order, the longest where several begin at a word; `tokens` are its words."""
        found: list[Alias] = []
        start = 0
        while start < len(tokens):
            run = next(filter(None, (self._run(text, tokens, start, end) for end in self._ends(tokens, start))), ())
            if run:
                found.append(self._alias(run))
            start += len(run) or 1
        return found

    def _ends(self, tokens: Sequence[Token], start: int) -> range:
        return range(min(len(tokens), start + self._longest.get(tokens[start].folded, 0)), start, -1)

    def _run(self, text: str, tokens: Sequence[Token], start: int, end: int) -> Words:
        """Return the words between two tokens if they are a name here, else nothing."""
        words = tuple(token.folded for token in tokens[start:end])
        if words not in self._meanings or (words in self._everyday and not _is_meant(text, tokens, start, end)):
            return ()
        return words

    def _alias(self, words: Words) -> Alias:
        subjects = tuple(dict.fromkeys(self._meanings[words]))
        is_shared = len(subjects) > 1 or self._subjects[subjects[0]].get(words, False)
        others = () if is_shared else tuple(self._others(words, subjects[0]))[:OTHER_NAMES]
        return Alias(words, subjects, others, is_shared)

    def _others(self, words: Words, subject: Words) -> Iterator[Words]:
        for alias, is_shared in self._subjects[subject].items():
            if is_shared or alias in self._everyday or len(self._meanings[alias]) > 1:
                continue
            if not set(words) <= set(alias):  # `Cholo Simeone` says no more than `Cholo`
                yield alias


def _is_meant(text: str, tokens: Sequence[Token], start: int, end: int) -> bool:
    """True if the writer means a name by words of every day: `la Dea`, or `quando gioca la dea`, but not `quale dea è`."""
    named = [token for token in tokens[start:end] if not is_stop_word(token.folded)] or list(tokens[start:end])
    capital = not text.isupper() and all(text[token.start].isupper() for token in named)
    if capital and not all(starts_sentence(text, token.start) for token in named):
        return True
    speaks_of_sport = any(token.folded in _SPORT for token in (*tokens[:start], *tokens[end:]))
    led = tokens[start].folded in _ARTICLES or (start > 0 and tokens[start - 1].folded in _BEFORE_NICKNAME)
    return speaks_of_sport and (led or capital)


def read_aliases(*paths: Path) -> AliasLexicon:
    """Read lists of aliases, each adding to those before it; SettingError names file, line and mend.

    A line is `Subject: alias, alias?`. `?` says that others share the alias, `-` before an alias takes it away (`Subject: -alias`), and
    the subject `*` lists the names that are also words of every day. Lines that begin with `#` are comments.
    """
    subjects: dict[Words, dict[Words, bool]] = {}
    everyday: set[Words] = set()
    for path in paths:
        for place, subject, names in _lines(path):
            if subject == _EVERYDAY:
                _change(everyday, names, place)
                continue
            aliases = subjects.setdefault(_words(subject, place), {})
            for name in names:
                if name.startswith("-"):
                    aliases.pop(_name(name[1:], place), None)
                else:
                    aliases[_name(name.removesuffix("?"), place)] = name.endswith("?")
            aliases.pop(_words(subject, place), None)
    return AliasLexicon(subjects, everyday)


def _change(everyday: set[Words], names: Iterable[str], place: str) -> None:
    for name in names:
        if name.startswith("-"):
            everyday.discard(_words(name[1:], place))
        else:
            everyday.add(_words(name, place))


def _lines(path: Path) -> Iterator[tuple[str, str, list[str]]]:
    """Yield the place of each line, for people, its subject and its names."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise SettingError(
            f"aliases cannot be read from {path}: {error.strerror}; mend the path in ALIASES_FILE or leave it empty"
        ) from error
    except UnicodeDecodeError as error:
        raise SettingError(f"aliases cannot be read from {path}: it is not UTF-8; save it as UTF-8") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        place = f"{path}, line {number}"
        subject, colon, rest = line.partition(":")
        names = [name.strip() for name in rest.split(",") if name.strip()]
        if not colon or not subject.strip() or not names:
            raise SettingError(f"{place}: {line.strip()!r} names no alias; write `Subject: alias, alias`, or begin the line with #")
        yield place, subject.strip(), names


def _words(name: str, place: str) -> Words:
    words = tuple(token.folded for token in tokenize(name))
    if len("".join(words)) < 2:
        raise SettingError(f"{place}: {name.strip()!r} is no name to look for; write at least two letters or digits")
    return words


def _name(name: str, place: str) -> Words:
    """Return the words of an alias without an article before it: questions write it with and without."""
    words = _words(name, place)
    return words[1:] if len(words) > 1 and words[0] in _ARTICLES else words
