"""The embedded engine keeps the contract, and survives what disks and crashes do."""

import json
import os
import sqlite3
import textwrap
from contextlib import closing, suppress
from pathlib import Path

import pytest

from index.errors import SnapshotDamaged, SnapshotError
from index.snapshot import FolderEngine
from tests.index.engine_contract import ARTICLES, EngineContract, article, build, publish
from tests.index.killed import run_and_kill
from tests.index.permissions import unprivileged_folder


class TestFolderEngine(EngineContract):
    """All facts of the contract, on disk."""

    @pytest.fixture
    def engine(self, tmp_path: Path) -> FolderEngine:
        """Return an empty engine."""
        return FolderEngine(tmp_path / "index")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return the folder of an engine with one published snapshot."""
    publish(FolderEngine(tmp_path / "index"), ARTICLES)
    return tmp_path / "index"


def _files(root: Path) -> list[Path]:
    folder = root / "snapshots" / "000001"
    return sorted(file for file in folder.rglob("*") if file.is_file() and file.stat().st_size)


def test_every_cut_file_is_refused_by_name(root: Path) -> None:
    """A snapshot of which any file is one byte short is refused, and the message names the file or the manifest."""
    for file in _files(root):
        whole = file.read_bytes()
        file.write_bytes(whole[:-1])
        with pytest.raises(SnapshotDamaged, match=r"edicola index"):
            FolderEngine(root).open_current()
        file.write_bytes(whole)
    FolderEngine(root).open_current().close()


def test_every_missing_file_is_refused(root: Path) -> None:
    """A snapshot of which any file is missing is refused."""
    for file in _files(root):
        aside = file.rename(file.with_suffix(".aside"))
        with pytest.raises(SnapshotDamaged):
            FolderEngine(root).open_current()
        aside.rename(file)


def test_altered_byte_is_found_when_publishing(root: Path) -> None:
    """Publishing compares checksums: a file altered without changing its size is named and CURRENT stays."""
    engine = FolderEngine(root)
    draft = build(engine, (article("nuovo", "Nuovo", "Arriva il circo in città."),))
    draft.close()
    file = root / "snapshots" / "000002" / "vectors.faiss"
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    with pytest.raises(SnapshotDamaged, match=r"vectors\.faiss"):
        engine.publish(2)
    assert engine.current_number() == 1


def test_altered_term_files_end_in_no_panic(root: Path) -> None:
    """A snapshot whose term files are altered is opened or refused by name: what tantivy's Rust code throws is caught."""
    for file in (root / "snapshots" / "000001" / "terms").iterdir():
        whole = file.read_bytes()
        for altered in (bytes(len(whole)), bytes(byte ^ 0xFF for byte in whole)):
            file.write_bytes(altered)
            with suppress(SnapshotDamaged):
                FolderEngine(root).open_current().close()
            if whole:
                with pytest.raises(SnapshotDamaged):
                    FolderEngine(root).verify()
        file.write_bytes(whole)


def test_unreadable_current_is_named(root: Path) -> None:
    """A CURRENT that holds no number is named in the error."""
    (root / "CURRENT").write_text("sette", encoding="ascii")
    with pytest.raises(SnapshotDamaged, match="CURRENT"):
        FolderEngine(root).current_number()


def test_other_manifest_version_is_refused(root: Path) -> None:
    """A manifest of another version of the layout is refused, with the mend."""
    file = root / "snapshots" / "000001" / "manifest.json"
    document = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**document, "version": 99}), encoding="utf-8")
    with pytest.raises(SnapshotDamaged, match="version 99"):
        FolderEngine(root).open_current()


@pytest.mark.parametrize(
    "part", [{"manifest": {"number": 1}}, {"manifest": []}, {"files": {"vectors.faiss": 3}}, {"files": {"vectors.faiss": [1]}}]
)
def test_manifest_of_another_shape_is_refused(root: Path, part: dict[str, object]) -> None:
    """A manifest that is JSON but lacks what a manifest holds counts as damage."""
    file = root / "snapshots" / "000001" / "manifest.json"
    file.write_text(json.dumps({**json.loads(file.read_text(encoding="utf-8")), **part}), encoding="utf-8")
    with pytest.raises(SnapshotDamaged):
        FolderEngine(root).open_current()
    with pytest.raises(SnapshotDamaged):
        FolderEngine(root).verify()


def test_unchanged_term_files_are_shared_between_snapshots(root: Path) -> None:
    """A new snapshot holds hard links to the term files of the one before, not copies."""
    publish(FolderEngine(root), (article("nuovo", "Nuovo", "Arriva il circo in città."),))
    first, second = (root / "snapshots" / number / "terms" for number in ("000001", "000002"))
    segments = [file for file in first.iterdir() if file.suffix == ".idx"]
    assert segments
    assert all((second / file.name).samefile(file) for file in segments)


def test_term_files_are_copied_where_links_are_refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a file system without hard links a new snapshot holds copies."""

    def refuse(*_: object) -> None:
        raise PermissionError("hard links are not supported")

    monkeypatch.setattr(os, "link", refuse)
    publish(FolderEngine(root), (article("nuovo", "Nuovo", "Arriva il circo in città."),))
    FolderEngine(root).verify()


def test_unusable_data_folder_is_named(tmp_path: Path) -> None:
    """Where the data folder is a file, reading and indexing name the setting."""
    (tmp_path / "data").write_text("", encoding="utf-8")
    engine = FolderEngine(tmp_path / "data" / "index")
    with pytest.raises(SnapshotError, match="DATA_DIR"):
        engine.current_number()
    with pytest.raises(SnapshotError, match="DATA_DIR"), engine.indexing():
        pass


def test_data_folder_without_write_permission_is_named() -> None:
    """Where the data folder may not be written, indexing names the setting and reading the missing permission."""
    with unprivileged_folder() as folder:
        engine = FolderEngine(folder / "index")
        with engine.indexing():
            publish(engine, ARTICLES)
        with closing(sqlite3.connect(folder / "index" / "library.sqlite")) as last_writer:  # takes the log away
            last_writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (folder / "index").chmod(0o500)
        (folder / "index" / "snapshots").chmod(0o500)
        with pytest.raises(SnapshotError, match="DATA_DIR"), engine.indexing():
            pass
        with pytest.raises(SnapshotError, match="write permission"):
            engine.open_current()
        (folder / "index").chmod(0o700)
        (folder / "index" / "snapshots").chmod(0o700)


def test_vacuum_leaves_what_is_being_read(root: Path) -> None:
    """A snapshot that somebody holds open survives vacuum, and goes on answering."""
    engine = FolderEngine(root)
    held = engine.open_current()
    publish(engine, (), removed=["lupi"])
    assert engine.vacuum(keep=1) == 0
    assert "lupi" in held.digests()
    held.close()
    assert engine.vacuum(keep=1) == 1


def test_vacuum_empties_the_library_of_what_nobody_needs(root: Path) -> None:
    """After vacuum the library holds the articles of the kept snapshots only."""
    engine = FolderEngine(root)
    publish(engine, (), removed=["lupi"])
    engine.vacuum(keep=1)
    assert b"lupacchiotti" not in _vacuumed(root / "library.sqlite")
    assert len(engine.open_current().newest_articles(limit=9)) == 3


def _vacuumed(library: Path) -> bytes:
    import sqlite3

    connection = sqlite3.connect(library)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.execute("VACUUM")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return library.read_bytes()


KILLED = textwrap.dedent(
    """
    import sys
    from pathlib import Path
    from index.snapshot import FolderEngine
    from tests.index.engine_contract import article, publish
    engine = FolderEngine(Path(sys.argv[1]))
    print("ready", flush=True)
    for n in range(1000):
        with engine.indexing():
            publish(engine, (article(f"n{n}", "Nuovo", f"Arriva il circo numero {n} in città."),))
            engine.vacuum(keep=2)
    """
)


@pytest.mark.parametrize("milliseconds", [5, 40, 90, 160])
def test_killed_writer_leaves_a_readable_snapshot(root: Path, milliseconds: int) -> None:
    """Whenever the indexing process is killed, the current snapshot opens, keeps its sums, and the next publication works."""
    run_and_kill(KILLED, root, milliseconds)
    engine = FolderEngine(root)
    snapshot = engine.open_current()
    assert {"porto", "museo", "lupi", "mercato"} <= set(snapshot.digests())
    with engine.indexing():
        publish(engine, (article("dopo", "Dopo", "Dopo la tempesta torna il sereno."),))
        engine.vacuum(keep=2)
    assert "dopo" in engine.open_current().digests()
