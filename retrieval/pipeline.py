"""From a question to an outcome: understand, retrieve, read, choose.

Synchronous, and without input or output beyond the snapshot that it reads. A question is answered on one snapshot from beginning to
end; a newly published one is picked up by the next question.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from index.encoder import Encoder
from index.engine import Engine, Snapshot
from retrieval.answer import Outcome
from retrieval.deadline import Deadline
from retrieval.question import Question
from retrieval.reader import Reader


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

    def __init__(self, engine: Engine, encoder: Encoder, reader: Reader, *, top_k: int = 10) -> None:
        self._engine = engine
        self._encoder = encoder
        self._reader = reader
        self._top_k = top_k

    def ask(self, question: Question, deadline: Deadline | None = None) -> Result:
        """Answer a question; raises TooSlow when the deadline passes, SnapshotError when the index cannot be read."""
        raise NotImplementedError

    def snapshot(self) -> Snapshot:
        """Return the current snapshot, for lists of sources; NoSnapshot if nothing is indexed. Don't close it."""
        raise NotImplementedError

    def close(self) -> None:
        """Close what is open."""
        raise NotImplementedError
