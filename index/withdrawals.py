"""Which articles were withdrawn: a small file beside the snapshots, that every process reads before every question.

    withdrawn.json    version, reason by article id, checksum; replaced whole, never taken away again
    withdrawn.lock    held by whoever writes; not empty once there was a list, so that a lost one is noticed

People made it: unlike all else of an index it cannot be made again from the articles. A list that was lost or altered is an error and
never an empty list.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from index.durable_files import write_durably
from index.errors import SnapshotError, WithdrawalsDamaged

LIST_VERSION = 1


class WithdrawalList:
    """The list in one folder; safe to share between threads and processes."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "withdrawn.json"
        self._lock = folder / "withdrawn.lock"
        self._last_read: tuple[bytes | None, frozenset[str]] = (None, frozenset())

    def ids(self) -> frozenset[str]:
        """Return the ids of all withdrawn articles, the same object for as long as nothing changes.

        The file is read every time: two changes within one tick of the file system's clock may leave its times and size as they were.
        """
        raw = self._read()
        if raw != self._last_read[0]:
            self._last_read = (raw, frozenset(self._reasons(raw)))
        return self._last_read[1]

    def add(self, article_id: str, reason: str) -> None:
        """Put an article on the list, or give it another reason."""
        with self._changing() as reasons:
            reasons[article_id] = reason or reasons.get(article_id, "")

    def remove(self, article_id: str) -> None:
        """Take an article from the list."""
        with self._changing() as reasons:
            reasons.pop(article_id, None)

    @contextmanager
    def _changing(self) -> Iterator[dict[str, str]]:
        """Hold the lock, hand out the reasons by id, and write them if they were changed."""
        try:
            self._lock.parent.mkdir(parents=True, exist_ok=True)
            with self._lock.open("ab") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                reasons = self._reasons(self._read())
                before = dict(reasons)
                yield reasons
                if reasons != before:
                    self._write(reasons)
                    _mark(lock)
        except OSError as error:
            raise SnapshotError(f"{self._file} cannot be written ({error.strerror}): make DATA_DIR a folder that may be written") from error

    def _read(self) -> bytes | None:
        """Return the list as it is written, or None if there never was one."""
        try:
            was_written = _is_marked(self._lock)  # asked first: the list is there before the mark
            if was_written or self._file.exists():
                return self._file.read_bytes()
        except FileNotFoundError as error:
            raise WithdrawalsDamaged(f"{self._file} is missing: {self._mend}") from error
        except OSError as error:
            raise WithdrawalsDamaged(f"{self._file} cannot be read ({error.strerror}): let Edicola read it") from error
        return None

    def _reasons(self, raw: bytes | None) -> dict[str, str]:
        """Return the reasons by article id; WithdrawalsDamaged unless all is as it was written."""
        if raw is None:
            return {}
        try:
            document = json.loads(raw)
            version, reasons, checksum = document["version"], document["withdrawn"], document["checksum"]
            is_sound = isinstance(reasons, dict) and checksum == _checksum(reasons)
        except (ValueError, TypeError, KeyError) as error:
            raise WithdrawalsDamaged(f"{self._file} is no list of withdrawn articles: {self._mend}") from error
        if version != LIST_VERSION:
            raise WithdrawalsDamaged(f"{self._file} has version {version}, not {LIST_VERSION}: install the Edicola that wrote it")
        if not is_sound:
            raise WithdrawalsDamaged(f"{self._file} differs from what was written: {self._mend}")
        return {str(id_): str(reason) for id_, reason in reasons.items()}

    def _write(self, reasons: Mapping[str, str]) -> None:
        document = {"version": LIST_VERSION, "withdrawn": reasons, "checksum": _checksum(reasons)}
        write_durably(self._file, json.dumps(document, indent=1).encode("ascii"))

    @property
    def _mend(self) -> str:
        return f"put back a copy of it, or delete it and {self._lock.name} and withdraw the articles again"


def _is_marked(lock: Path) -> bool:
    try:
        return lock.stat().st_size > 0
    except FileNotFoundError:
        return False


def _mark(lock: IO[bytes]) -> None:
    if os.fstat(lock.fileno()).st_size == 0:
        lock.write(b"\n")
        lock.flush()
        os.fsync(lock.fileno())


def _checksum(reasons: Mapping[str, str]) -> str:
    return hashlib.blake2b(json.dumps(reasons, sort_keys=True).encode("ascii"), digest_size=16).hexdigest()
