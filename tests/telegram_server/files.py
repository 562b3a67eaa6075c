"""The files that the server keeps: sent by users or by the bot, fetched by `getFile` and its path."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .limits import DOWNLOAD_BYTES, UPLOAD_BYTES
from .messages import Media
from .parameters import Parameters
from .refusals import JsonObject, Refusal, bad_request


@dataclass(frozen=True, slots=True)
class StoredFile:
    """Content and address; `size` is what the server says, which a test may overstate."""

    file_id: str
    path: str
    content: bytes
    size: int

    def to_json(self) -> JsonObject:
        """Return what every wire form of a file begins with."""
        return {"file_id": self.file_id, "file_unique_id": f"unique-{self.file_id}", "file_size": self.size}


@dataclass(slots=True)
class FileStore:
    """All files by id."""

    by_id: dict[str, StoredFile] = field(default_factory=dict)
    media: dict[str, Media] = field(default_factory=dict)

    def keep(self, kind: str, name: str, content: bytes, size: int | None = None, **details: Any) -> Media:
        """Store a file and return it as the content of a message."""
        number = len(self.by_id) + 1
        file = StoredFile(f"{kind}-{number}", f"{kind}s/file_{number}{_ending(name)}", content, len(content) if size is None else size)
        self.by_id[file.file_id] = file
        given = {name: value for name, value in details.items() if value is not None}
        content_json = {"sizes": [{**file.to_json(), "width": 320, "height": 240}]} if kind == "photo" else {**file.to_json(), **given}
        self.media[file.file_id] = Media(kind, content_json)
        return self.media[file.file_id]

    def sent(self, kind: str, parameters: Parameters) -> Media:
        """Return the file that the bot sends: uploaded, or known by its id."""
        upload = parameters.upload(kind)
        if upload is None:
            return self._known(kind, parameters.text(kind))
        if not upload.content:
            raise bad_request("file must be non-empty")
        if len(upload.content) > UPLOAD_BYTES:
            raise Refusal(413, "Request Entity Too Large")
        return self.keep(kind, upload.name, upload.content, file_name=upload.name, mime_type=upload.mime_type)

    def get(self, file_id: str) -> JsonObject:
        """Return `getFile`."""
        file = self.by_id.get(file_id)
        if file is None:
            raise bad_request("invalid file_id" if file_id else "file_id not specified")
        if file.size > DOWNLOAD_BYTES:
            raise bad_request("file is too big")
        return {**file.to_json(), "file_path": file.path}

    def at(self, path: str) -> StoredFile | None:
        """Return the file with this path."""
        return next((file for file in self.by_id.values() if file.path == path), None)

    def _known(self, kind: str, reference: str) -> Media:
        if not reference:
            raise bad_request(f"there is no {kind} in the request")
        if reference.startswith(("http://", "https://")):
            raise bad_request("failed to get HTTP URL content")
        media = self.media.get(reference)
        if media is None:
            raise bad_request("wrong remote file identifier specified: can't unserialize it. Wrong last symbol")
        if media.kind != kind:
            raise bad_request(f"can't use file of type {media.kind.title()} as {kind.title()}")
        return media


def _ending(name: str) -> str:
    _, dot, ending = name.rpartition(".")
    return f".{ending}" if dot else ""
