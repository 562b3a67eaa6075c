"""Nicknames in questions find their subjects, and words of every day find nobody."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import SettingError
from index.italian import tokenize
from retrieval.aliases import ALIASES, OTHER_NAMES, Alias, AliasLexicon, read_aliases


@pytest.fixture(scope="module")
def shipped() -> AliasLexicon:
    """Return the list that is part of the program."""
    return read_aliases(ALIASES)


def found(lexicon: AliasLexicon, question: str) -> list[Alias]:
    """Return the names and aliases of a question."""
    return lexicon.find(question, tokenize(question))


def lexicon_of(folder: Path, text: str, *more: str) -> AliasLexicon:
    """Return what is read from files with these texts."""
    paths = [folder / f"{number}.txt" for number in range(1 + len(more))]
    for path, content in zip(paths, (text, *more), strict=True):
        path.write_text(content, encoding="utf-8")
    return read_aliases(*paths)


@pytest.mark.parametrize(
    ("question", "alias", "subject"),
    [
        ("Quando gioca la Vecchia Signora?", "vecchia signora", "juventus"),
        ("quando gioca la vecchia signora?", "vecchia signora", "juventus"),
        ("quanti gol ha fatto cr7", "cr7", "cristiano ronaldo"),
        ("Fino a quando ha firmato il Cholo?", "cholo", "diego simeone"),
        ("Chi allena gli orobici?", "orobici", "atalanta"),
        ("Chi allena la Dea?", "dea", "atalanta"),
        ("chi allena la dea?", "dea", "atalanta"),
        ("Quanto costa il portiere della Viola?", "viola", "fiorentina"),
        ("Che cosa ha detto il Quirinale?", "quirinale", "presidente della repubblica"),
        ("Quanti gol ha fatto la Pulce?", "pulce", "lionel messi"),
        ("Chi ha vinto il derby della Lanterna?", "derby della lanterna", "genoa sampdoria"),
        ("QUANDO GIOCA IL GRIFONE?", "grifone", "genoa"),
        ("Dea, quando gioca?", "dea", "atalanta"),
    ],
)
def test_nicknames_mean_their_subject(shipped: AliasLexicon, question: str, alias: str, subject: str) -> None:
    """A nickname is found as typed, and its most usual subject stands first."""
    assert [(" ".join(one.words), " ".join(one.subjects[0])) for one in found(shipped, question)] == [(alias, subject)]


@pytest.mark.parametrize(
    "question",
    [
        "che lupi ci sono nel parco?",
        "quanto costa la rosa?",
        "Lupi avvistati nel parco?",
        "quanto pesa un toro?",
        "di che colore è la viola?",
        "quale dea era venerata nel tempio?",
        "dove vive la pulce d'acqua?",
        "chi era la vecchia signora della casa rossa?",
        "quando è nato il sindaco?",
        "fin quando resta aperta la mostra?",
        "qual è la meta della gita?",
        "un po' di pane quanto costa?",
        "a che ora apre il mercato?",
        "DOVE SONO I LUPI?",
        "cosa dice la stampa?",
        "quanto costa la barca?",
        "ciò che ha detto il sindaco quando?",
    ],
)
def test_words_of_every_day_are_no_names(shipped: AliasLexicon, question: str) -> None:
    """A nickname that is also an ordinary word counts only with a capital of its own, or with an article in a question about sport."""
    assert found(shipped, question) == []


def test_subject_finds_its_aliases(shipped: AliasLexicon) -> None:
    """A question with the usual name looks for the bound aliases too, never for shared ones or for words of every day."""
    (juventus,) = found(shipped, "Quando gioca la Juventus?")
    assert juventus.subjects == (("juventus",),)
    assert ("juve",) in juventus.others
    assert ("bianconeri",) not in juventus.others
    assert ("vecchia", "signora") not in juventus.others
    assert not juventus.is_shared


def test_shared_alias_may_mean_several(shipped: AliasLexicon) -> None:
    """An alias of several subjects gives them all, most usual first, and nothing else."""
    (alias,) = found(shipped, "Chi ha segnato per i bianconeri?")
    assert alias.is_shared
    assert alias.subjects[0] == ("juventus",)
    assert ("udinese",) in alias.subjects
    assert alias.others == ()


def test_longest_name_wins(shipped: AliasLexicon) -> None:
    """Names inside a longer one are not found."""
    assert [one.words for one in found(shipped, "Dove gioca l'Inter Miami?")] == [("inter", "miami")]
    assert [one.words for one in found(shipped, "Quando gioca l'Inter a Miami?")] == [("inter",)]


def test_shipped_list_is_in_order(shipped: AliasLexicon) -> None:
    """Every alias of several subjects bears its mark, every word of every day is a name, and no subject stands twice."""
    lines = [line for line in ALIASES.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    entries = [line.split(": ") for line in lines if not line.startswith("*")]
    folded = [(" ".join(t.folded for t in tokenize(subject)), names.split(", ")) for subject, names in entries]
    subjects = [subject for subject, _ in folded]
    assert sorted(set(subjects)) == sorted(subjects)
    owners: dict[str, list[tuple[str, str]]] = {}
    for subject, names in folded:
        for name in names:
            owners.setdefault(" ".join(t.folded for t in tokenize(name)), []).append((subject, name))
    unmarked = {alias for alias, of in owners.items() if len(of) + (alias in subjects) > 1 and not all(n.endswith("?") for _, n in of)}
    assert unmarked == set()
    everyday = {" ".join(t.folded for t in tokenize(n)) for line in lines if line.startswith("*") for n in line[2:].split(",")}
    assert everyday - set(owners) - set(subjects) == set()


def test_later_file_adds_and_takes_away(tmp_path: Path) -> None:
    """An operator's file adds aliases and subjects, and removes aliases that the list before it gives."""
    lexicon = lexicon_of(
        tmp_path,
        "# clubs\nUnione Marenta: Corsari, il Polpo, rossoblù?\n*: polpo\n",
        "Unione Marenta: -Corsari, Bucanieri\nVirtus Torrelago: lacustri\n*: -polpo\n",
    )
    assert found(lexicon, "chi allena i corsari?") == []
    assert found(lexicon, "chi allena i bucanieri?") == [Alias(("bucanieri",), (("unione", "marenta"),), (("polpo",),))]
    assert found(lexicon, "quanto costa un polpo?")[0].subjects == (("unione", "marenta"),)
    assert found(lexicon, "chi allena i lacustri?") == [Alias(("lacustri",), (("virtus", "torrelago"),))]
    assert found(lexicon, "e i rossoblu?") == [Alias(("rossoblu",), (("unione", "marenta"),), is_shared=True)]


def test_subject_has_few_other_names(tmp_path: Path) -> None:
    """A subject with many aliases gives the first of its line, without those that only repeat the question."""
    names = ", ".join(f"nome{number}" for number in range(20))
    (alias,) = found(lexicon_of(tmp_path, f"Serravolpe: AC Serravolpe, {names}\n"), "dove gioca Serravolpe?")
    assert alias.others == tuple((f"nome{number}",) for number in range(OTHER_NAMES))


@pytest.mark.parametrize(
    "line", ["Juventus Juve", ": Juve", "Juventus:", "Juventus: ,", "Juventus: -", "Juventus: ?", "X: Twitter", "🦊: volpe"]
)
def test_wrong_line_is_named(tmp_path: Path, line: str) -> None:
    """A line that cannot be used stops the start, with file, line and mend in the message."""
    with pytest.raises(SettingError, match=r"0\.txt, line 2: .*write "):
        lexicon_of(tmp_path, f"# clubs\n{line}\n")


def test_unreadable_file_is_named(tmp_path: Path) -> None:
    """A file that is not there, or is not UTF-8, is named with its mend."""
    with pytest.raises(SettingError, match=r"nowhere\.txt.*ALIASES_FILE"):
        read_aliases(tmp_path / "nowhere.txt")
    (tmp_path / "latin.txt").write_bytes("Juventus: Perché".encode("latin-1"))
    with pytest.raises(SettingError, match=r"latin\.txt.*UTF-8"):
        read_aliases(tmp_path / "latin.txt")


def test_empty_lexicon_finds_nothing() -> None:
    """Without any list there are no aliases."""
    assert found(read_aliases(), "Quando gioca la Juve?") == []


@given(st.lists(st.sampled_from(["la", "Dea", "dea", "inter", "Miami", "vecchia", "Signora", "gioca", "x", "CR7", "?"]), max_size=12))
def test_found_runs_are_apart(shipped: AliasLexicon, words: list[str]) -> None:
    """What is found stands in the question in its order, without overlaps."""
    question = " ".join(words)
    folded = [token.folded for token in tokenize(question)]
    for alias in found(shipped, question):
        at = next(i for i in range(len(folded)) if tuple(folded[i : i + len(alias.words)]) == alias.words)
        folded = folded[at + len(alias.words) :]
        assert alias.words not in alias.others
