"""Keeping the index in step with a folder of articles.

`plan` compares digests and decides; `reindex` reads, splits, encodes, builds a draft and publishes it, telling its progress.
"""

import datetime
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from index.articles import Article
from index.cleaning import CLEANER_VERSION
from index.encoder import Encoder
from index.engine import Engine, IndexedPassage, Manifest, NewArticle, NewPassage, Snapshot
from index.errors import ArticleError, EncoderMismatch, SnapshotDamaged, SnapshotError
from index.italian import ANALYSER_VERSION, analyze, ngrams
from index.near_copies import article_signature
from index.passages import OVERLAP_SENTENCES, PASSAGE_WORDS, SPLITTER_VERSION, Passage, indexed_text, split_article
from index.reading import Skipped, read_folder

BATCH_ARTICLES = 64
KEPT_SNAPSHOTS = 3  # the published one and two to roll back to
REPORT_EVERY = 50  # articles read between two reports of progress

Stage = Literal["read", "encode", "publish"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a stage has come; `total` is 0 while it is unknown."""

    stage: Stage
    done: int
    total: int


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

    An article whose file cannot be read any longer is kept as it was. Raises IndexingBusy if somebody else is indexing, ArticleError if the
    folder is missing or holds no article.
    """
    started = time.monotonic()
    with engine.indexing():
        published = _open_usable(engine, encoder)
        with closing(published) if published else nullcontext():
            stored = published.digests() if published else {}
            fresh, found, skipped = _read(articles_dir, stored, report)
            if not found:
                reasons = f": {skipped[0].origin}: {skipped[0].reason}" if skipped else ""
                raise ArticleError(f"no article could be read in {articles_dir}{reasons}; the index is left as it was")
            changes = plan(stored, found | _unreadable(published, stored.keys() - found.keys(), skipped))
            if published and not (changes.added or changes.changed or changes.removed):
                return _report(changes, skipped, published.manifest, started)
            prepared = _prepare(fresh, encoder, published, report)
            draft = engine.build(_manifest(encoder), prepared, changes.removed)
        with closing(draft):
            report(Progress("publish", 0, 1))
            engine.publish(draft.manifest.number)
            engine.vacuum(keep=KEPT_SNAPSHOTS)
            report(Progress("publish", 1, 1))
            return _report(changes, skipped, draft.manifest, started)


def recipe() -> str:
    """Return the versions of everything that shapes passages and terms, for the manifest."""
    return f"cleaner {CLEANER_VERSION}, splitter {SPLITTER_VERSION}/{PASSAGE_WORDS}/{OVERLAP_SENTENCES}, analyser {ANALYSER_VERSION}"


def check_compatible(manifest: Manifest, encoder: Encoder) -> None:
    """Raise EncoderMismatch or SnapshotDamaged if a snapshot cannot be asked by this program with this encoder."""
    if manifest.encoder_fingerprint != encoder.fingerprint:
        raise EncoderMismatch(
            f"the index was made by {manifest.encoder!r}, the settings name {encoder.name!r}: run `edicola index` to make it anew"
        )
    if manifest.recipe != recipe():
        raise SnapshotDamaged(f"the index was made by another version of Edicola ({manifest.recipe}): run `edicola index` to make it anew")


def _open_usable(engine: Engine, encoder: Encoder) -> Snapshot | None:
    """Open the published snapshot, or return None if everything has to be indexed anew."""
    try:
        engine.verify()
        snapshot = engine.open_current()
    except SnapshotError:
        return None
    try:
        check_compatible(snapshot.manifest, encoder)
    except SnapshotError:
        snapshot.close()
        return None
    return snapshot


def _read(
    folder: Path, stored: Mapping[str, str], report: Callable[[Progress], None]
) -> tuple[list[Article], dict[str, str], tuple[Skipped, ...]]:
    """Return the articles that are not stored as they are, the digests of all, and what could not be read."""
    fresh: list[Article] = []
    found: dict[str, str] = {}
    skipped: list[Skipped] = []
    for number, item in enumerate(read_folder(folder), start=1):
        if isinstance(item, Skipped):
            skipped.append(item)
        else:
            found[item.id] = item.digest
            if stored.get(item.id) != found[item.id]:
                fresh.append(item)
        if number % REPORT_EVERY == 0:
            report(Progress("read", number, 0))
    report(Progress("read", len(found) + len(skipped), len(found) + len(skipped)))
    return fresh, found, tuple(skipped)


def _unreadable(published: Snapshot | None, missing: Iterable[str], skipped: Sequence[Skipped]) -> dict[str, str]:
    """Return the digests of stored articles that were not found because their file could not be read this time."""
    if not published or not skipped:
        return {}
    origins = {item.origin for item in skipped}
    return {id_: article.digest for id_, article in published.articles(sorted(missing)).items() if not origins.isdisjoint(_places(article))}


def _places(article: Article) -> Iterator[str]:
    """Yield where an article was read and all that it lies in: its line, its file, and the folders above."""
    yield article.origin
    file = PurePosixPath(article.origin.rpartition(":")[0] or article.origin)
    yield from map(str, (file, *file.parents))


def _prepare(
    articles: Sequence[Article], encoder: Encoder, published: Snapshot | None, report: Callable[[Progress], None]
) -> Iterator[NewArticle]:
    """Split, analyse and encode articles, a batch at a time."""
    for start in range(0, len(articles), BATCH_ARTICLES):
        report(Progress("encode", start, len(articles)))
        batch = [(article, split_article(article)) for article in articles[start : start + BATCH_ARTICLES]]
        texts = {p.id: indexed_text(article.title, p.text) for article, passages in batch for p in passages}
        vectors = _vectors(texts, encoder, published)
        for article, passages in batch:
            prepared = tuple(_new_passage(article.title, p, texts[p.id], vectors[p.id]) for p in passages)
            yield NewArticle(article, prepared, article_signature(article))
    report(Progress("encode", len(articles), len(articles)))


def _vectors(texts: Mapping[int, str], encoder: Encoder, published: Snapshot | None) -> dict[int, NDArray[np.float32]]:
    """Return the vector of every text by passage id; those that the published snapshot made from the same text are reused."""
    known = published.passages(list(texts)) if published else []
    same = [p.passage.id for p in known if indexed_text(p.title, p.passage.text) == texts[p.passage.id]]
    vectors = dict(zip(same, published.vectors(same), strict=True)) if published and same else {}
    missing = [id_ for id_ in texts if id_ not in vectors]
    if missing:
        vectors.update(zip(missing, encoder.encode([texts[id_] for id_ in missing], "passage"), strict=True))
    return vectors


def _new_passage(title: str, passage: Passage, text: str, vector: NDArray[np.float32]) -> NewPassage:
    return NewPassage(IndexedPassage(passage, title, tuple(analyze(text))), tuple(ngrams(text)), vector)


def _manifest(encoder: Encoder) -> Manifest:
    """Return the manifest of a draft; its engine fills in number and counts."""
    return Manifest(
        number=0,
        created=datetime.datetime.now(datetime.UTC),
        encoder=encoder.name,
        encoder_fingerprint=encoder.fingerprint,
        dimension=encoder.dimension,
        recipe=recipe(),
        articles=0,
        passages=0,
        average_terms=0.0,
        average_ngrams=0.0,
    )


def _report(changes: Plan, skipped: tuple[Skipped, ...], manifest: Manifest, started: float) -> Report:
    return Report(
        added=len(changes.added),
        changed=len(changes.changed),
        removed=len(changes.removed),
        unchanged=len(changes.unchanged),
        skipped=skipped,
        passages=manifest.passages,
        snapshot=manifest.number,
        seconds=time.monotonic() - started,
    )
