"""The embedded engine: a folder of snapshots that never change. The only file that knows the layout on disk.

    DATA_DIR/index/
    ├── CURRENT              the number of the published snapshot, replaced atomically
    ├── indexing.lock        held by whoever is indexing
    ├── library.sqlite       articles and passages of all snapshots (`index/library`)
    ├── withdrawn.json       which articles nobody may see (`index/withdrawals`), with withdrawn.lock; cannot be made again
    └── snapshots/000007/
        ├── manifest.json    written last (`index/manifest`): counts, recipe, sizes and checksums of the other files
        ├── members.sqlite   which rows of the library belong to it
        ├── vectors.faiss    (`index/vectors`)
        ├── terms/           (`index/terms`), files that did not change are hard links to the snapshot before
        ├── published        empty: it was current once and may be rolled back to
        └── reader.lock      shared by readers, so that vacuum leaves open snapshots alone

A crash at any instant leaves the published snapshot whole: what was never published is a draft that nobody reads.
"""

import errno
import fcntl
import os
import shutil
import sqlite3
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from index.articles import Article
from index.durable_files import sync
from index.engine import IndexedPassage, Manifest, NewArticle, Vectors
from index.errors import IndexingBusy, NoSnapshot, SnapshotDamaged, SnapshotError
from index.library import Library, LibraryWriter, set_aside_if_damaged, upgrade
from index.manifest import check_sums, read_manifest, write_manifest
from index.terms import TermIndex, TermWriter
from index.vectors import VectorIndex, write_vectors
from index.withdrawals import WithdrawalList

_MEND_FOLDER = "make DATA_DIR a folder that may be written, or name another one"


class FolderSnapshot:
    """A snapshot on disk, open for reading. SnapshotDamaged names the file that is missing, cut or altered."""

    def __init__(self, folder: Path, library: Path) -> None:
        self._folder = folder
        self._lock = _reader_lock(folder)
        try:
            self.manifest = read_manifest(folder)
            self._library = Library(library, folder / "members.sqlite")
            self._terms = TermIndex(folder / "terms")
            self._vectors = VectorIndex(folder / "vectors.faiss")
        except (ValueError, TypeError, KeyError, RuntimeError, OSError, sqlite3.Error) as error:
            self._lock.close()
            if isinstance(error, sqlite3.OperationalError) and not os.access(library.parent, os.W_OK):
                raise SnapshotError(
                    f"{library.parent} cannot be read without write permission (SQLite keeps a log there): give it"
                ) from error
            raise SnapshotDamaged(f"{folder} cannot be read ({error}): run `edicola index` to make a new one") from error
        except BaseException:
            self._lock.close()
            raise
        self._finalizer = weakref.finalize(self, _release, self._library, self._lock)  # also when the last reader lets go
        self._vocabulary: list[str] | None = None

    def nominate_by_terms(self, weights: Mapping[str, float], /, *, limit: int) -> list[int]:
        """See `Snapshot`."""
        return self._terms.nominate("terms", weights, limit)

    def nominate_by_ngrams(self, weights: Mapping[str, float], /, *, limit: int) -> list[int]:
        """See `Snapshot`."""
        return self._terms.nominate("ngrams", weights, limit)

    def nominate_by_vector(self, vector: NDArray[np.float32], /, *, limit: int) -> list[int]:
        """See `Snapshot`."""
        return self._vectors.nominate(vector, limit)

    def term_frequencies(self, terms: Iterable[str], /) -> dict[str, int]:
        """See `Snapshot`."""
        return self._terms.frequencies("terms", terms)

    def ngram_frequencies(self, ngrams: Iterable[str], /) -> dict[str, int]:
        """See `Snapshot`."""
        return self._terms.frequencies("ngrams", ngrams)

    def vocabulary(self) -> Sequence[str]:
        """See `Snapshot`."""
        if self._vocabulary is None:
            self._vocabulary = self._terms.vocabulary()
        return self._vocabulary

    def passages(self, ids: Sequence[int], /) -> list[IndexedPassage]:
        """See `Snapshot`."""
        return self._library.passages(ids)

    def passage_ids(self, article_ids: Sequence[str], /) -> frozenset[int]:
        """See `Snapshot`."""
        return self._library.passage_ids(article_ids)

    def vectors(self, ids: Sequence[int], /) -> Vectors:
        """See `Snapshot`."""
        return self._vectors.vectors(ids)

    def articles(self, ids: Sequence[str], /) -> dict[str, Article]:
        """See `Snapshot`."""
        return self._library.articles(ids)

    def copies(self, ids: Sequence[str], /) -> dict[str, tuple[str, ...]]:
        """See `Snapshot`."""
        return self._library.copies(ids)

    def newest_articles(self, *, limit: int, offset: int = 0) -> list[Article]:
        """See `Snapshot`."""
        return self._library.newest_articles(limit, offset)

    def digests(self) -> dict[str, str]:
        """See `Snapshot`."""
        return self._library.digests()

    def close(self) -> None:
        """See `Snapshot`."""
        self._finalizer()

    def check_library(self) -> None:
        """Raise SnapshotDamaged unless the library holds all that belongs to this snapshot."""
        try:
            self._library.check(articles=self.manifest.articles, passages=self.manifest.passages)
        except sqlite3.DatabaseError as error:
            raise SnapshotDamaged(f"the library is damaged ({error}): run `edicola index` to make a new snapshot") from error


def _release(library: Library, lock: IO[bytes]) -> None:
    library.close()
    lock.close()


class FolderEngine:
    """The embedded engine: everything below one folder."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._snapshots = root / "snapshots"
        self._library = root / "library.sqlite"
        self._current = root / "CURRENT"
        self._withdrawals = WithdrawalList(root)

    def open_current(self) -> FolderSnapshot:
        """See `Engine`."""
        folder = self._current_folder()
        try:
            return FolderSnapshot(folder, self._library)
        except SnapshotDamaged:
            if self._current_folder() == folder:
                raise
            return self.open_current()  # a newer one was published, and this one vacuumed, in between

    def verify(self) -> None:
        """See `Engine`."""
        self._verify(self._current_folder())

    def current_number(self) -> int | None:
        """See `Engine`."""
        try:
            text = self._current.read_text(encoding="ascii")
            return int(text)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise SnapshotError(f"{self._current} cannot be read ({error.strerror}): {_MEND_FOLDER}") from error
        except ValueError as error:
            raise SnapshotDamaged(f"{self._current} does not hold a number: run `edicola index` to make a new snapshot") from error

    @contextmanager
    def indexing(self) -> Iterator[None]:
        """See `Engine`."""
        try:
            self._snapshots.mkdir(parents=True, exist_ok=True)
            lock = _locked(self._root / "indexing.lock", fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not (os.access(self._root, os.W_OK) and os.access(self._snapshots, os.W_OK)):
                lock.close()
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        except BlockingIOError as error:
            raise IndexingBusy(f"another process is indexing into {self._root}: wait until it has finished") from error
        except OSError as error:
            raise SnapshotError(f"{self._root} cannot be written ({error.strerror}): {_MEND_FOLDER}") from error
        with lock:
            upgrade(self._library)
            yield

    def build(self, manifest: Manifest, changed: Iterable[NewArticle], removed: Iterable[str]) -> FolderSnapshot:
        """See `Engine`."""
        self._snapshots.mkdir(parents=True, exist_ok=True)
        base = self._base_for(manifest)
        number = max((int(folder.name) for folder in self._folders()), default=0) + 1
        draft = self._folder(number)
        draft.mkdir()
        (draft / "reader.lock").touch()
        ids: list[int] = []
        vectors: list[NDArray[np.float32]] = []
        gone: list[int] = []
        with closing(LibraryWriter(self._library)) as library, TermWriter(draft / "terms", base / "terms" if base else None) as terms:
            rows = library.members(base / "members.sqlite") if base else {}
            for row, new in library.add(changed, manifest.recipe):
                if rows.get(new.article.id) == row:
                    continue
                replaced = library.passage_ids(rows[new.article.id]) if new.article.id in rows else []
                gone += replaced
                terms.remove(replaced)
                for passage in new.passages:
                    terms.add(passage)
                    ids.append(passage.indexed.passage.id)
                    vectors.append(passage.vector)
                rows[new.article.id] = row
            for article_id in removed:
                if article_id in rows:
                    left_out = library.passage_ids(rows.pop(article_id))
                    gone += left_out
                    terms.remove(left_out)
            counts = library.write_members(draft / "members.sqlite", sorted(rows.values()))
        stacked = np.stack(vectors) if vectors else np.zeros((0, manifest.dimension), np.float32)
        write_vectors(draft / "vectors.faiss", base / "vectors.faiss" if base else None, gone, ids, stacked)
        write_manifest(draft, replace(manifest, number=number, **counts))
        return FolderSnapshot(draft, self._library)

    def publish(self, number: int) -> None:
        """See `Engine`."""
        folder = self._folder(number)
        check_sums(folder)
        (folder / "published").touch()
        sync(folder)
        aside = self._root / "CURRENT.new"
        with aside.open("w", encoding="ascii") as file:
            file.write(f"{number}\n")
            file.flush()
            os.fsync(file.fileno())
        aside.replace(self._current)
        sync(self._root)

    def rollback(self) -> int:
        """See `Engine`."""
        current = self.current_number() or 0
        earlier = [int(folder.name) for folder in self._published() if int(folder.name) < current]
        if not earlier:
            raise NoSnapshot(f"there is no snapshot before {current} in {self._root}: run `edicola index` to make a new one")
        self.publish(max(earlier))
        (self._folder(current) / "published").unlink(missing_ok=True)  # nobody will want to roll back to it
        return max(earlier)

    def vacuum(self, *, keep: int) -> int:
        """See `Engine`."""
        kept = self._published()[-keep:]
        deleted = sum(_delete_unread(folder) for folder in self._folders() if folder not in kept)
        if deleted:
            with closing(LibraryWriter(self._library)) as library:
                library.delete_unused(members for folder in self._folders() if (members := folder / "members.sqlite").exists())
        return deleted

    def withdrawn(self) -> frozenset[str]:
        """See `Engine`."""
        return self._withdrawals.ids()

    def withdraw(self, article_id: str, reason: str = "") -> None:
        """See `Engine`."""
        self._withdrawals.add(article_id, reason)

    def restore(self, article_id: str) -> None:
        """See `Engine`."""
        self._withdrawals.remove(article_id)

    def _base_for(self, manifest: Manifest) -> Path | None:
        """Return the folder of the published snapshot, if it is sound and the draft can be made from it."""
        try:
            self.verify()
        except NoSnapshot:
            return None
        except SnapshotDamaged:
            set_aside_if_damaged(self._library)
            self._disown_damaged()
            return None
        folder = self._current_folder()
        current = read_manifest(folder)
        same = (current.recipe, current.encoder_fingerprint, current.dimension) == (
            manifest.recipe,
            manifest.encoder_fingerprint,
            manifest.dimension,
        )
        return folder if same else None

    def _verify(self, folder: Path) -> None:
        if not (folder / "published").exists():
            raise SnapshotDamaged(f"{folder} was given up or never published: run `edicola index` to make a new snapshot")
        check_sums(folder)
        with closing(FolderSnapshot(folder, self._library)) as snapshot:
            snapshot.check_library()

    def _disown_damaged(self) -> None:
        """See to it that nobody rolls back to a damaged snapshot: vacuum deletes it. A new library gives its rows to other articles."""
        for folder in self._folders():
            try:
                self._verify(folder)
            except SnapshotDamaged:
                (folder / "published").unlink(missing_ok=True)

    def _current_folder(self) -> Path:
        """Return the folder of the published snapshot; NoSnapshot if there is none."""
        number = self.current_number()
        if number is None:
            raise NoSnapshot(f"nothing is indexed in {self._root}: run `edicola index` first")
        return self._folder(number)

    def _folder(self, number: int) -> Path:
        return self._snapshots / f"{number:06d}"

    def _published(self) -> list[Path]:
        """Return the snapshots that were current once, up to the current one, oldest first."""
        current = self.current_number() or 0
        return [folder for folder in self._folders() if int(folder.name) <= current and (folder / "published").exists()]

    def _folders(self) -> list[Path]:
        """Return all snapshots and drafts, oldest first."""
        return sorted((folder for folder in self._snapshots.glob("*") if folder.name.isdecimal()), key=lambda folder: int(folder.name))


def _delete_unread(folder: Path) -> bool:
    """Delete a snapshot unless somebody is reading it."""
    try:
        with _locked(folder / "reader.lock", fcntl.LOCK_EX | fcntl.LOCK_NB):
            shutil.rmtree(folder)
            return True
    except FileNotFoundError:
        shutil.rmtree(folder)
        return True
    except BlockingIOError:
        return False


def _reader_lock(folder: Path) -> IO[bytes]:
    try:
        return _locked(folder / "reader.lock", fcntl.LOCK_SH)
    except OSError as error:
        raise SnapshotDamaged(f"{folder} cannot be opened ({error.strerror}): run `edicola index` to make a new snapshot") from error


def _locked(file: Path, operation: int) -> IO[bytes]:
    """Open a lock file and lock it; closing it unlocks. A shared lock needs no write permission."""
    handle = file.open("rb" if operation & fcntl.LOCK_SH else "ab")
    try:
        fcntl.flock(handle, operation)
    except BaseException:
        handle.close()
        raise
    return handle
