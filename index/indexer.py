"""Keeping the index in step with a folder of articles.

`plan` compares digests and decides; `reindex` reads, splits, encodes, builds a draft and publishes it, telling its progress.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from index.encoder import Encoder
from index.engine import Engine

Stage = Literal["read", "encode", "publish"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a stage has come; `total` is 0 while it is unknown."""

    stage: Stage
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that could not be read, and why: a file, or a line of one (`news.jsonl:17`)."""

    origin: str
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """What an indexing did, in articles; `snapshot` is the number now current."""

    added: int
    changed: int
    removed: int
    unchanged: int
    skipped: tuple[Skipped, ...]
    passages: int
    snapshot: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Plan:
    """Which articles are to be put in, replaced and left out, by id."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]


def plan(stored: Mapping[str, str], found: Mapping[str, str]) -> Plan:
    """Compare the digests of what is stored with those of what was found, both by article id."""
    return Plan(
        added=tuple(sorted(found.keys() - stored.keys())),
        changed=tuple(sorted(id_ for id_ in found.keys() & stored.keys() if found[id_] != stored[id_])),
        removed=tuple(sorted(stored.keys() - found.keys())),
        unchanged=tuple(sorted(id_ for id_ in found.keys() & stored.keys() if found[id_] == stored[id_])),
    )


def reindex(engine: Engine, encoder: Encoder, articles_dir: Path, report: Callable[[Progress], None]) -> Report:
    """Bring the index in step with a folder and publish it; nothing is published where nothing changed.

    Raises IndexingBusy if somebody else is indexing, ArticleError if the folder is missing.
    """
    raise NotImplementedError
