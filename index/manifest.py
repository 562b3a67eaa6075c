"""The manifest of a snapshot on disk: what shaped it, and the size and checksum of each of its files.

It is written last, so that a folder with a manifest is complete. What is missing, cut or altered is a SnapshotDamaged that names the file.
"""

import datetime
import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from index.durable_files import sync
from index.engine import Manifest
from index.errors import SnapshotDamaged

MANIFEST_VERSION = 1


def check_sums(folder: Path) -> None:
    """Compare every file of a snapshot with its checksum in the manifest; SnapshotDamaged names the first that differs."""
    for name, (_, checksum) in _listed_files(folder).items():
        file = folder / name
        if not file.is_file() or _checksum(file) != checksum:
            raise SnapshotDamaged(f"{folder / name} differs from what was written: run `edicola index` to make a new snapshot")


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest and check the size of every file that it lists."""
    for name, (size, _) in _listed_files(folder).items():
        file = folder / name
        if not file.is_file() or file.stat().st_size != size:
            raise SnapshotDamaged(f"{file} is missing or cut: run `edicola index` to make a new snapshot")
    fields = _manifest_fields(folder)
    return Manifest(**{**fields, "created": datetime.datetime.fromisoformat(fields["created"])})


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest after everything else has reached the disk: a folder with a manifest is complete."""
    files = sorted(file for file in folder.rglob("*") if file.is_file() and file.suffix != ".lock")
    for file in files:
        sync(file)
    listed = {file.relative_to(folder).as_posix(): [file.stat().st_size, _checksum(file)] for file in files}
    fields = {**asdict(manifest), "created": manifest.created.isoformat()}
    document = {"version": MANIFEST_VERSION, "manifest": fields, "files": listed}
    aside = folder / "manifest.json.new"
    aside.write_text(json.dumps(document, indent=1), encoding="utf-8")
    sync(aside)
    aside.replace(folder / "manifest.json")
    for directory in (folder / "terms", folder, folder.parent):
        sync(directory)


def _manifest_fields(folder: Path, part: str = "manifest") -> dict[str, Any]:
    file = folder / "manifest.json"
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
        if document["version"] != MANIFEST_VERSION:
            raise SnapshotDamaged(
                f"{file} has version {document['version']}, not {MANIFEST_VERSION}: run `edicola index` to make a new snapshot"
            )
        return dict(document[part])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SnapshotDamaged(f"{file} is missing or unreadable: run `edicola index` to make a new snapshot") from error


def _listed_files(folder: Path) -> dict[str, tuple[int, str]]:
    try:
        return {name: (int(size), str(checksum)) for name, (size, checksum) in _manifest_fields(folder, "files").items()}
    except (ValueError, TypeError) as error:
        raise SnapshotDamaged(f"{folder / 'manifest.json'} is unreadable: run `edicola index` to make a new snapshot") from error


def _checksum(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, lambda: hashlib.blake2b(digest_size=16)).hexdigest()
