"""Keeping the index in step with a collection of articles.

`reindex` reads, compares digests, splits and encodes what is new, builds a draft and publishes it, telling its progress.
"""

import datetime
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass
from itertools import chain, islice, tee
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from index.analysis import Analysed, analyse
from index.articles import Article, Skipped
from index.cleaning import CLEANER_VERSION
from index.collection import Collection
from index.encoder import Encoder
from index.engine import Engine, IndexedPassage, Manifest, NewArticle, NewPassage, Snapshot
from index.errors import ArticleError, EncoderMismatch, SnapshotDamaged, SnapshotError
from index.italian import ANALYSER_VERSION
from index.passages import OVERLAP_SENTENCES, PASSAGE_WORDS, SPLITTER_VERSION, indexed_text
from index.workers import Workers, WorkFailed

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


def reindex(engine: Engine, encoder: Encoder, collection: Collection, report: Callable[[Progress], None]) -> Report:
    """Bring the index in step with a collection and publish it; nothing is published where nothing changed.

    Memory holds a batch of articles at a time, however many there are. Raises IndexingBusy if somebody else is indexing, ArticleError if
    the collection holds no article.
    """
    started = time.monotonic()
    with engine.indexing():
        published = _open_usable(engine, encoder)
        with closing(published) if published else nullcontext():
            comparison = _Comparison(collection, published, report)
            fresh = comparison.fresh()
            first = next(fresh, None)
            if published and first is None and not comparison.removed:
                return _report(comparison, published.manifest, started)
            prepared = _prepare(chain([first] if first else [], fresh), encoder, published)
            draft = engine.build(_manifest(encoder), prepared, comparison.removed)
        with closing(draft):
            report(Progress("publish", 0, 1))
            engine.publish(draft.manifest.number)
            engine.vacuum(keep=KEPT_SNAPSHOTS)
            report(Progress("publish", 1, 1))
            return _report(comparison, draft.manifest, started)


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


class _Comparison:
    """What is found beside what is stored: articles are gone through once, and counted as they go."""

    def __init__(self, collection: Collection, published: Snapshot | None, report: Callable[[Progress], None]) -> None:
        self._collection = collection
        self._published = published
        self._stored = published.digests() if published else {}
        self._report = report
        self.added = self.changed = self.unchanged = 0
        self.removed: list[str] = []  # complete once `fresh` has ended
        self.skipped: list[Skipped] = []

    def fresh(self) -> Iterator[Article]:
        """Yield the articles that are not stored as they are; ArticleError if nothing at all was found."""
        collected = 0

        def collecting(done: int, total: int) -> None:
            nonlocal collected
            collected = done
            if done % REPORT_EVERY == 0 or done == total:
                self._report(Progress("read", done, total))

        missing = dict(self._stored)
        number = 0
        for item in self._collection.read(collecting):
            if isinstance(item, Skipped):
                self.skipped.append(item)
                continue
            yield from self._compared(item, missing.pop(item.id, None))
            number += 1
            if number % REPORT_EVERY == 0 or number == collected:
                self._report(Progress("encode", number, collected))
        if number == 0:
            reasons = "".join(f": {skipped.origin}: {skipped.reason}" for skipped in self.skipped[:1])
            raise ArticleError(f"no article could be read{reasons}; the index is left as it was")
        yield from self._kept(sorted(missing))

    def _compared(self, article: Article, stored: str | None) -> Iterator[Article]:
        if article.digest == stored:
            self.unchanged += 1
            return
        self.added += stored is None
        self.changed += stored is not None
        yield article

    def _kept(self, missing: Sequence[str]) -> Iterator[Article]:
        """Decide on what is stored and was not found; yield what is kept in another form."""
        for start in range(0, len(missing), BATCH_ARTICLES):
            assert self._published is not None
            for id_, article in self._published.articles(missing[start : start + BATCH_ARTICLES]).items():
                kept = self._collection.missing(article)
                if kept is None:
                    self.removed.append(id_)
                else:
                    yield from self._compared(kept, self._stored[id_])


def _prepare(articles: Iterable[Article], encoder: Encoder, published: Snapshot | None) -> Iterator[NewArticle]:
    """Split, analyse and encode articles, a batch at a time."""
    with closing(_analysed(articles)) as analysed:
        while batch := list(islice(analysed, BATCH_ARTICLES)):
            texts = {part.passage.id: part.text for one in batch for part in one.passages}
            vectors = _vectors(texts, encoder, published)
            for one in batch:
                yield NewArticle(one.article, tuple(_with_vectors(one, vectors)), one.signature)


def _analysed(articles: Iterable[Article]) -> Generator[Analysed, None, None]:
    """Analyse articles in order, many of them on all cores; where another process fails, it is done here."""
    with Workers() as workers:
        here, there = tee(articles)
        for article, analysed in zip(here, workers.map(analyse, there, few=BATCH_ARTICLES), strict=True):
            yield analyse(article) if isinstance(analysed, WorkFailed) else analysed


def _with_vectors(analysed: Analysed, vectors: Mapping[int, NDArray[np.float32]]) -> Iterator[NewPassage]:
    for part in analysed.passages:
        indexed = IndexedPassage(part.passage, analysed.article.title, tuple(part.terms.split()))
        yield NewPassage(indexed, tuple(part.ngrams.split()), vectors[part.passage.id])


def _vectors(texts: Mapping[int, str], encoder: Encoder, published: Snapshot | None) -> dict[int, NDArray[np.float32]]:
    """Return the vector of every text by passage id; those that the published snapshot made from the same text are reused."""
    known = published.passages(list(texts)) if published else []
    same = [p.passage.id for p in known if indexed_text(p.title, p.passage.text) == texts[p.passage.id]]
    vectors = dict(zip(same, published.vectors(same), strict=True)) if published and same else {}
    missing = [id_ for id_ in texts if id_ not in vectors]
    if missing:
        vectors.update(zip(missing, encoder.encode([texts[id_] for id_ in missing], "passage"), strict=True))
    return vectors


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


def _report(comparison: _Comparison, manifest: Manifest, started: float) -> Report:
    return Report(
        added=comparison.added,
        changed=comparison.changed,
        removed=len(comparison.removed),
        unchanged=comparison.unchanged,
        skipped=tuple(comparison.skipped),
        passages=manifest.passages,
        snapshot=manifest.number,
        seconds=time.monotonic() - started,
    )
