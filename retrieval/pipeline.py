"""From a question to an outcome: understand, retrieve, read, choose.

Synchronous, and without input or output beyond the snapshot that it reads. A question is answered on one snapshot from beginning to
end; a newly published one is picked up by the next question, and the old one closes when its last reader lets go.
"""

import logging
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from index.encoder import Encoder
from index.engine import Engine, Snapshot
from index.errors import NoSnapshot, SnapshotError
from index.indexer import check_compatible
from retrieval.answer import NoAnswer, Outcome, Reason, cited
from retrieval.choice import Thresholds, choose, later_passages
from retrieval.deadline import Deadline
from retrieval.question import Question, understand
from retrieval.reader import Reader, RetrievedPassage
from retrieval.retriever import Retriever

LONGEST_QUESTION_CHARACTERS = 1000

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Result:
    """An outcome and how it came about.

    `article_ids` are the articles in order of merit: cited first, then the next best. `milliseconds` are by stage: `understand`,
    `retrieve`, `read`, `choose`. `snapshot` is None where nothing was asked of one.
    """

    outcome: Outcome
    article_ids: tuple[str, ...]
    snapshot: int | None
    milliseconds: Mapping[str, float]


class Pipeline:
    """Answers questions; safe to share between threads."""

    def __init__(self, engine: Engine, encoder: Encoder, reader: Reader, *, top_k: int = 10, thresholds: Thresholds | None = None) -> None:
        self._engine = engine
        self._encoder = encoder
        self._retriever = Retriever(encoder)
        self._reader = reader
        self._top_k = top_k
        self._thresholds = thresholds or Thresholds()
        self._opening = threading.Lock()
        self._snapshot: Snapshot | None = None

    def ask(self, question: Question, deadline: Deadline | None = None) -> Result:
        """Answer a question; raises TooSlow when the deadline passes, SnapshotError when the index cannot be read."""
        deadline = deadline or Deadline.none()
        if reason := _refused(question):
            return Result(NoAnswer(reason), (), None, {})
        try:
            snapshot = self.snapshot()
        except NoSnapshot:
            return Result(NoAnswer(Reason.NOTHING_INDEXED), (), None, {})
        watch = _Stopwatch()
        with watch.stage("understand"):
            query = understand(question, snapshot)
        if not query.terms:
            return Result(NoAnswer(Reason.NOT_A_QUESTION), (), snapshot.manifest.number, watch.milliseconds)
        with watch.stage("retrieve"):
            passages = self._retriever.retrieve(query, snapshot, top_k=self._top_k, deadline=deadline)
        with watch.stage("read"):
            spans = self._reader.read(query, passages, deadline)
            later = later_passages(query, spans[0], passages) if spans else []
            later_spans = self._reader.read(query, later, deadline) if later else []
        with watch.stage("choose"):
            outcome = choose(query, spans, passages, self._thresholds, later=later_spans)
        return Result(outcome, _merit(outcome, passages), snapshot.manifest.number, watch.milliseconds)

    def snapshot(self) -> Snapshot:
        """Return the current snapshot; NoSnapshot if nothing is indexed. It stays readable for as long as it is held.

        Where a new one cannot be opened, the last good one goes on serving.
        """
        with self._opening:
            try:
                number = self._engine.current_number()
                if self._snapshot is None or number != self._snapshot.manifest.number:
                    self._snapshot = self._open()
            except SnapshotError as error:
                if self._snapshot is None:
                    raise
                _log.error("still answering from snapshot %d: %s", self._snapshot.manifest.number, error)
            return self._snapshot

    def close(self) -> None:
        """Let go of the snapshot."""
        self._snapshot = None

    def _open(self) -> Snapshot:
        snapshot = self._engine.open_current()
        check_compatible(snapshot.manifest, self._encoder)
        return snapshot


class _Stopwatch:
    """Milliseconds by stage."""

    def __init__(self) -> None:
        self.milliseconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self.milliseconds[name] = 1000 * (time.perf_counter() - started)


def _refused(question: Question) -> Reason | None:
    """Return why a text is not worth understanding, or None."""
    if not any(character.isalnum() for character in question.text):
        return Reason.NOT_A_QUESTION
    return Reason.TOO_LONG if len(question.text) > LONGEST_QUESTION_CHARACTERS else None


def _merit(outcome: Outcome, passages: Sequence[RetrievedPassage]) -> tuple[str, ...]:
    """Return article ids, each once: cited ones in the order shown, then those retrieved."""
    first = [citation.article.id for citation in cited(outcome)]
    return tuple(dict.fromkeys([*first, *(retrieved.article.id for retrieved in passages)]))
