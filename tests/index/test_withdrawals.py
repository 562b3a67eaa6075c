"""The list of withdrawn articles reaches every process at once, and is never lost in silence."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from index.errors import SnapshotDamaged, SnapshotError, WithdrawalsDamaged
from index.snapshot import FolderEngine
from tests.index.engine_contract import ARTICLES, article, publish
from tests.index.permissions import unprivileged_folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return the folder of an engine with a snapshot and two withdrawn articles."""
    engine = FolderEngine(tmp_path / "index")
    publish(engine, ARTICLES)
    engine.withdraw("porto", "rettifica")
    engine.withdraw("lupi", "diffida")
    return tmp_path / "index"


def test_other_processes_see_every_change_at_once(root: Path) -> None:
    """An engine that has read the list sees each later change by another one, also changes that leave size and inode as they were."""
    reader, writer = FolderEngine(root), FolderEngine(root)
    for number in range(40):
        writer.withdraw(f"a{number:03}")
        assert reader.withdrawn() == {"porto", "lupi", f"a{number:03}"}
        writer.restore(f"a{number:03}")
        assert reader.withdrawn() == {"porto", "lupi"}


def test_unchanged_list_is_the_same_object(root: Path) -> None:
    """For as long as nothing changes the very same set comes back, so that whoever made something of it need not compare."""
    engine = FolderEngine(root)
    first = engine.withdrawn()
    assert engine.withdrawn() is first
    engine.withdraw("porto")
    assert engine.withdrawn() is first
    engine.restore("porto")
    assert engine.withdrawn() == {"lupi"}
    assert first == {"porto", "lupi"}


def test_reasons_are_kept_for_people(root: Path) -> None:
    """The file names each article with its reason; withdrawing again without a reason keeps the old one, with a new one replaces it."""
    engine = FolderEngine(root)
    engine.withdraw("porto")
    engine.withdraw("lupi", "sentenza")
    assert json.loads((root / "withdrawn.json").read_text(encoding="utf-8"))["withdrawn"] == {"porto": "rettifica", "lupi": "sentenza"}


WRITER = textwrap.dedent(
    """
    import sys
    from pathlib import Path
    from index.snapshot import FolderEngine
    engine = FolderEngine(Path(sys.argv[1]))
    print("ready", flush=True)
    sys.stdin.readline()
    for n in range(int(sys.argv[3])):
        engine.withdraw(f"{sys.argv[2]}-{n}", "prova")
        if n % 2:
            engine.restore(f"{sys.argv[2]}-{n}")
    """
)


def _writer(root: Path, name: str, count: int) -> subprocess.Popen[str]:
    arguments = [sys.executable, "-c", WRITER, str(root), name, str(count)]
    process = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def test_processes_and_threads_lose_nothing_of_each_other(root: Path) -> None:
    """Two processes and two threads that withdraw and restore at once leave behind what each of them said."""
    engine = FolderEngine(root)
    processes = [_writer(root, f"processo{number}", 12) for number in range(2)]
    threads = [threading.Thread(target=lambda n=n: [engine.withdraw(f"filo{n}-{i}") for i in range(12)]) for n in range(2)]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for process in processes:
        process.communicate(timeout=60)
        assert process.returncode == 0
    expected = {f"processo{p}-{n}" for p in range(2) for n in range(0, 12, 2)} | {f"filo{t}-{i}" for t in range(2) for i in range(12)}
    assert engine.withdrawn() == FolderEngine(root).withdrawn() == {"porto", "lupi"} | expected


@pytest.mark.parametrize("milliseconds", [1, 5, 20, 50])
def test_killed_writer_leaves_a_whole_list(root: Path, milliseconds: int) -> None:
    """Whenever a process is killed that changes the list, what was withdrawn before is still withdrawn, and the next change works."""
    process = _writer(root, "ucciso", 100_000)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("\n")
    process.stdin.flush()
    try:
        process.wait(milliseconds / 1000)
    except subprocess.TimeoutExpired:
        os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdin.close()
    process.stdout.close()
    engine = FolderEngine(root)
    assert {"porto", "lupi"} <= engine.withdrawn()
    engine.withdraw("museo")
    assert {"porto", "lupi", "museo"} <= FolderEngine(root).withdrawn()


def _cut(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def _one_letter_changed(file: Path) -> None:
    file.write_bytes(file.read_bytes().replace(b"lupi", b"lupa"))


def _one_entry_lost(file: Path) -> None:
    document = json.loads(file.read_bytes())
    del document["withdrawn"]["lupi"]
    file.write_text(json.dumps(document), encoding="ascii")


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(_cut, id="cut"),
        pytest.param(lambda file: os.truncate(file, 0), id="emptied"),
        pytest.param(lambda file: file.write_bytes(bytes(file.stat().st_size)), id="zeroed"),
        pytest.param(lambda file: file.write_bytes(b"{}"), id="empty object"),
        pytest.param(lambda file: file.write_bytes(b"[]"), id="list"),
        pytest.param(lambda file: file.write_bytes(b'{"version": 1, "withdrawn": [], "checksum": ""}'), id="other shape"),
        pytest.param(_one_letter_changed, id="one letter changed"),
        pytest.param(_one_entry_lost, id="one entry lost"),
        pytest.param(Path.unlink, id="deleted"),
        pytest.param(lambda file: (file.unlink(), file.mkdir()), id="a folder"),
    ],
)
def test_damaged_list_is_never_an_empty_one(root: Path, damage: Callable[[Path], object]) -> None:
    """A list that was altered, cut or lost is an error that names the file, for readers old and new and for whoever would write over it."""
    reader = FolderEngine(root)
    reader.withdrawn()
    damage(root / "withdrawn.json")
    for engine in (reader, FolderEngine(root)):
        for ask in (engine.withdrawn, lambda engine=engine: engine.withdraw("museo"), lambda engine=engine: engine.restore("lupi")):
            with pytest.raises(WithdrawalsDamaged, match=r"withdrawn\.json"):
                ask()


def test_damaged_list_has_a_mend(root: Path) -> None:
    """As the error says: a copy put back is read again, and with list and lock deleted a new one is begun."""
    whole = (root / "withdrawn.json").read_bytes()
    engine = FolderEngine(root)
    _cut(root / "withdrawn.json")
    with pytest.raises(WithdrawalsDamaged, match=r"put back a copy of it, or delete it and withdrawn\.lock"):
        engine.withdrawn()
    (root / "withdrawn.json").write_bytes(whole)
    assert engine.withdrawn() == {"porto", "lupi"}
    (root / "withdrawn.json").unlink()
    (root / "withdrawn.lock").unlink()
    assert engine.withdrawn() == frozenset()
    engine.withdraw("museo")
    assert engine.withdrawn() == {"museo"}


def test_list_of_a_later_version_is_refused(root: Path) -> None:
    """A list that a later Edicola wrote is not understood by halves."""
    document = json.loads((root / "withdrawn.json").read_bytes())
    (root / "withdrawn.json").write_text(json.dumps({**document, "version": 2}), encoding="ascii")
    with pytest.raises(WithdrawalsDamaged, match="version 2"):
        FolderEngine(root).withdrawn()


def test_damaged_list_is_no_damaged_snapshot(root: Path) -> None:
    """Indexing neither mends the list nor takes the snapshot for damaged because of it: articles are not indexed anew."""
    _cut(root / "withdrawn.json")
    engine = FolderEngine(root)
    engine.verify()
    with engine.indexing():
        publish(engine, (article("nuovo", "Nuovo", "Arriva il circo in città."),))
    assert len(engine.open_current().digests()) == len(ARTICLES) + 1
    with pytest.raises(WithdrawalsDamaged):
        engine.withdrawn()
    assert not issubclass(WithdrawalsDamaged, SnapshotDamaged)


def test_list_outlives_a_damaged_index(root: Path) -> None:
    """When a damaged index is made anew, what was withdrawn stays withdrawn."""
    (root / "library.sqlite").write_bytes(bytes(4096))
    engine = FolderEngine(root)
    with pytest.raises(SnapshotDamaged):
        engine.verify()
    publish(engine, ARTICLES)
    engine.vacuum(keep=1)
    engine.verify()
    assert FolderEngine(root).withdrawn() == {"porto", "lupi"}


def test_unwritable_folder_is_named() -> None:
    """Where the list cannot be written, the error names the setting and nothing is half withdrawn; it can still be read."""
    with unprivileged_folder() as folder:
        engine = FolderEngine(folder / "index")
        engine.withdraw("porto")
        (folder / "index").chmod(0o500)
        with pytest.raises(SnapshotError, match="DATA_DIR"):
            engine.withdraw("lupi")
        assert FolderEngine(folder / "index").withdrawn() == {"porto"}
        (folder / "index").chmod(0o700)
        (folder / "index" / "withdrawn.json").chmod(0)
        with pytest.raises(WithdrawalsDamaged, match="cannot be read"):
            engine.withdrawn()
