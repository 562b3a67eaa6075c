"""The index keeps in step with its folder, and encodes nothing twice."""

import json
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from index.collection import FolderCollection
from index.encoder import Kind
from index.engine import Engine, Vectors
from index.errors import ArticleError, EncoderMismatch, IndexingBusy, NoSnapshot, SnapshotDamaged, SnapshotError
from index.indexer import Progress, Report, check_compatible, reindex
from index.snapshot import FolderEngine
from tests.index.memory_engine import HashingEncoder, MemoryEngine
from tests.index.permissions import unprivileged_folder


@dataclass
class CountingEncoder:
    """An encoder that remembers what it was given."""

    inner: HashingEncoder = field(default_factory=HashingEncoder)
    seen: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """See `Encoder`."""
        return self.inner.name

    @property
    def fingerprint(self) -> str:
        """See `Encoder`."""
        return self.inner.fingerprint

    @property
    def dimension(self) -> int:
        """See `Encoder`."""
        return self.inner.dimension

    def encode(self, texts: Sequence[str], kind: Kind, /) -> Vectors:
        """See `Encoder`."""
        self.seen += texts
        return self.inner.encode(texts, kind)


@pytest.fixture(params=["memory", "folder"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    """Return an empty engine of each kind."""
    return MemoryEngine() if request.param == "memory" else FolderEngine(tmp_path / "index")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with three articles."""
    articles = tmp_path / "articoli"
    articles.mkdir()
    for name in ("uno", "due", "tre"):
        write(articles, name, f"Il numero {name} apre la porta del molo.")
    return articles


def write(folder: Path, name: str, text: str, title: str = "Titolo") -> None:
    """Write an article."""
    (folder / f"{name}.md").write_text(f"---\ntitle: {title}\n---\n{text}", encoding="utf-8")


def run(engine: Engine, folder: Path, encoder: CountingEncoder | HashingEncoder | None = None) -> Report:
    """Index a folder without telling anybody."""
    return reindex(engine, encoder or HashingEncoder(), FolderCollection(folder), lambda _: None)


def counts(report: Report) -> tuple[int, int, int, int, int]:
    """Return added, changed, removed, unchanged, skipped."""
    return report.added, report.changed, report.removed, report.unchanged, len(report.skipped)


def test_folder_is_followed(engine: Engine, folder: Path) -> None:
    """Added, changed, removed and unchanged articles are counted, and the snapshot holds what the folder holds."""
    assert counts(run(engine, folder)) == (3, 0, 0, 0, 0)
    write(folder, "uno", "Il numero uno chiude la porta.")
    (folder / "due.md").unlink()
    write(folder, "quattro", "Il numero quattro arriva.")
    assert counts(run(engine, folder)) == (1, 1, 1, 1, 0)
    snapshot = engine.open_current()
    assert {a.id: a.text for a in snapshot.newest_articles(limit=9)}["uno"] == "Il numero uno chiude la porta."
    assert set(snapshot.digests()) == {"uno", "tre", "quattro"}


def test_nothing_changed_publishes_nothing(engine: Engine, folder: Path) -> None:
    """Indexing again without a change leaves the snapshot as it is and encodes nothing."""
    first = run(engine, folder)
    encoder = CountingEncoder()
    again = run(engine, folder, encoder)
    assert (counts(again), again.snapshot, encoder.seen) == ((0, 0, 0, 3, 0), first.snapshot, [])


def test_only_new_passages_are_encoded(engine: Engine, folder: Path) -> None:
    """Of a changed article only the passages whose text is new go through the encoder."""
    sentences = [f"La frase numero {n} racconta con calma che cosa succede sul molo di Porto Sereno quando piove." for n in range(20)]
    write(folder, "lungo", " ".join(sentences))
    run(engine, folder)
    encoder = CountingEncoder()
    write(folder, "lungo", " ".join([*sentences, "Una frase nuova chiude tutto il lungo racconto della pioggia sul molo di ieri."]))
    run(engine, folder, encoder)
    assert encoder.seen
    assert all("Una frase nuova" in text for text in encoder.seen)


def test_new_headline_is_encoded(engine: Engine, folder: Path) -> None:
    """A changed headline changes what the encoder sees, so its passages are encoded again."""
    run(engine, folder)
    encoder = CountingEncoder()
    write(folder, "uno", "Il numero uno apre la porta del molo.", title="Altro titolo")
    run(engine, folder, encoder)
    assert encoder.seen == ["Altro titolo\nIl numero uno apre la porta del molo."]


def test_unreadable_file_keeps_its_article(engine: Engine, folder: Path) -> None:
    """An article whose file was broken since stays as it was, and the report says why."""
    run(engine, folder)
    (folder / "uno.md").write_text("---\ntitle: [rotto\n---\nTesto", encoding="utf-8")
    report = run(engine, folder)
    assert counts(report) == (0, 0, 0, 3, 1)
    assert report.skipped[0].origin == "uno.md"
    assert "uno" in engine.open_current().digests()


def test_empty_folder_leaves_the_index_alone(engine: Engine, folder: Path) -> None:
    """A folder that has suddenly become empty is an error, and what was published stays."""
    run(engine, folder)
    for file in folder.iterdir():
        file.unlink()
    with pytest.raises(ArticleError, match="left as it was"):
        run(engine, folder)
    assert len(engine.open_current().digests()) == 3


def test_other_encoder_indexes_everything_anew(engine: Engine, folder: Path) -> None:
    """With another encoder every passage is encoded again and the manifest names the new one."""
    run(engine, folder)
    other = CountingEncoder(HashingEncoder(name="altro", fingerprint="altro-1", dimension=16))
    assert counts(run(engine, folder, other)) == (3, 0, 0, 0, 0)
    assert len(other.seen) == 3
    assert engine.open_current().manifest.encoder == "altro"


def test_mismatch_names_both_encoders(engine: Engine, folder: Path) -> None:
    """A snapshot of another encoder or another version is refused, with the mend."""
    run(engine, folder)
    manifest = engine.open_current().manifest
    check_compatible(manifest, HashingEncoder())
    with pytest.raises(EncoderMismatch, match=r"'hashing'.*'altro'.*edicola index"):
        check_compatible(manifest, HashingEncoder(name="altro", fingerprint="altro-1"))
    other = manifest.__class__(**{**{f: getattr(manifest, f) for f in manifest.__slots__}, "recipe": "splitter 0"})
    with pytest.raises(SnapshotDamaged, match="another version"):
        check_compatible(other, HashingEncoder())


def test_damaged_snapshot_is_replaced(folder: Path, tmp_path: Path) -> None:
    """Where the published snapshot cannot be read, indexing makes a new one from the articles."""
    engine = FolderEngine(tmp_path / "index")
    run(engine, folder)
    os.truncate(tmp_path / "index" / "snapshots" / "000001" / "vectors.faiss", 10)
    assert counts(run(engine, folder)) == (3, 0, 0, 0, 0)
    assert len(engine.open_current().digests()) == 3


def _without_log(library: Path) -> None:
    """Move all that still stands in the write-ahead log into the library."""
    with closing(sqlite3.connect(library)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _zeroed(file: Path) -> None:
    file.write_bytes(bytes(file.stat().st_size))


def _flipped(file: Path) -> None:
    file.write_bytes(bytes(byte ^ 0xFF for byte in file.read_bytes()))


def _halved(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def _emptied(file: Path) -> None:
    os.truncate(file, 0)


def _not_a_number(file: Path) -> None:
    file.write_text("sette", encoding="ascii")


@pytest.mark.parametrize(
    ("pattern", "damage"),
    [
        ("snapshots/000002/vectors.faiss", _zeroed),
        ("snapshots/000002/members.sqlite", _zeroed),
        ("snapshots/000002/manifest.json", _zeroed),
        ("snapshots/000002/terms/*.idx", _flipped),
        ("snapshots/000002/terms/*.term", _flipped),
        ("snapshots/000002/terms/meta.json", _flipped),
        ("library.sqlite", _zeroed),
        ("library.sqlite", _halved),
        ("library.sqlite", _emptied),
        ("library.sqlite", Path.unlink),
        ("CURRENT", _not_a_number),
    ],
)
def test_every_damage_is_mended_by_indexing(folder: Path, tmp_path: Path, pattern: str, damage: Callable[[Path], None]) -> None:
    """Whatever file is altered, cut or lost, indexing makes a sound snapshot of all articles, and rolling back never returns to damage."""
    engine = FolderEngine(tmp_path / "index")
    run(engine, folder)
    write(folder, "quattro", "Il numero quattro apre la porta del molo.")
    run(engine, folder)
    files = list((tmp_path / "index").glob(pattern))
    assert files
    _without_log(tmp_path / "index" / "library.sqlite")
    for file in files:
        damage(file)
    with pytest.raises(SnapshotError):
        engine.verify()
    assert counts(run(engine, folder)) == (4, 0, 0, 0, 0)
    engine.verify()
    with closing(engine.open_current()) as snapshot:
        assert (
            len(snapshot.nominate_by_terms({"port": 1.0}, limit=9))
            == len(snapshot.passages(snapshot.nominate_by_terms({"port": 1.0}, limit=9)))
            == 4
        )
    assert counts(run(engine, folder)) == (0, 0, 0, 4, 0)
    with suppress(NoSnapshot):
        engine.rollback()
    engine.verify()


def test_damaged_snapshot_is_replaced_while_it_is_read(folder: Path, tmp_path: Path) -> None:
    """A reader that holds a damaged snapshot open does not keep indexing from replacing it."""
    engine = FolderEngine(tmp_path / "index")
    run(engine, folder)
    with closing(engine.open_current()):
        _zeroed(tmp_path / "index" / "snapshots" / "000001" / "members.sqlite")
        assert counts(run(engine, folder)) == (3, 0, 0, 0, 0)
    engine.verify()
    write(folder, "uno", "Il numero uno chiude la porta.")
    assert counts(run(engine, folder)) == (0, 1, 0, 2, 0)
    assert not (tmp_path / "index" / "snapshots" / "000001").exists()


def test_article_of_a_closed_file_or_folder_is_kept() -> None:
    """What lies in a jsonl file or a folder that can no longer be opened stays as it was."""
    with unprivileged_folder() as folder:
        (folder / "sport").mkdir()
        write(folder / "sport", "derby", "Il derby finisce in parità.")
        write(folder, "uno", "Il numero uno apre la porta del molo.")
        (folder / "j.jsonl").write_text('{"id": "riga", "text": "La riga racconta il molo."}\n', encoding="utf-8")
        engine = MemoryEngine()
        run(engine, folder)
        (folder / "sport").chmod(0)
        (folder / "j.jsonl").chmod(0)
        report = run(engine, folder)
        (folder / "sport").chmod(0o700)
    assert counts(report) == (0, 0, 0, 3, 2)
    assert [skipped.origin for skipped in report.skipped] == ["j.jsonl", "sport"]


def test_article_that_has_moved_is_kept_where_it_is_now(engine: Engine, folder: Path) -> None:
    """An article whose line or file has another place since is still kept when its new place cannot be read."""
    lines = [json.dumps({"id": name, "text": f"La riga {name} racconta il molo."}) for name in ("sopra", "sotto")]
    (folder / "j.jsonl").write_text(lines[1], encoding="utf-8")
    (folder / "vecchio.md").write_text("---\nid: fisso\n---\nIl faro è acceso.", encoding="utf-8")
    run(engine, folder)
    (folder / "j.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (folder / "vecchio.md").rename(folder / "nuovo.md")
    assert counts(run(engine, folder)) == (1, 2, 0, 3, 0)
    (folder / "j.jsonl").write_text(f"{lines[0]}\n{{rotto", encoding="utf-8")
    (folder / "nuovo.md").write_bytes(b"\x00")
    assert counts(run(engine, folder)) == (0, 0, 0, 6, 2)


def test_second_indexing_is_refused(engine: Engine, folder: Path) -> None:
    """While somebody indexes, another one is refused at once."""
    with engine.indexing(), pytest.raises(IndexingBusy):
        run(engine, folder)


def test_progress_reaches_its_end(engine: Engine, folder: Path) -> None:
    """Every stage reports, and the last report of each says that all is done."""
    heard: list[Progress] = []
    reindex(engine, HashingEncoder(), FolderCollection(folder), heard.append)
    last = {progress.stage: progress for progress in heard}
    assert list(last) == ["read", "encode", "publish"]
    assert all(progress.done == progress.total > 0 for progress in last.values())


def test_seed_shape_is_indexed(engine: Engine, tmp_path: Path) -> None:
    """A text file with a glued date and no title is indexed, dated, and its date is not read as prose."""
    (tmp_path / "seme").mkdir()
    (tmp_path / "seme" / "000.txt").write_text(" date 2025-03 Si parla del derby. Il tecnico resta fino al 2027.", encoding="utf-8")
    run(engine, tmp_path / "seme")
    snapshot = engine.open_current()
    assert str(snapshot.newest_articles(limit=1)[0].published) == "2025-03"
    (passage,) = snapshot.passages(snapshot.nominate_by_terms({"derby": 1.0}, limit=5))
    assert passage.passage.text.startswith("Si parla")


@pytest.fixture(autouse=True)
def _no_leftovers(tmp_path: Path) -> Iterator[None]:
    yield
    assert not (tmp_path / "index" / "CURRENT.new").exists()
