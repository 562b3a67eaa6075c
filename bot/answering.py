"""The one bridge between asyncio and the CPU: questions wait in a bounded queue for a small pool of threads.

`Busy` when the queue is full, `TooSlow` when the time for an answer is over; both are sentences in `bot/replies`. Order within a chat is
kept by whoever asks (`bot/inbox`): here everybody waits in one line.
"""

import asyncio
import datetime
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from index.articles import Article
from index.engine import Snapshot
from index.errors import NoSnapshot
from retrieval.conversation import Conversation
from retrieval.deadline import Deadline, TooSlow
from retrieval.pipeline import Result
from retrieval.question import Question
from retrieval.settings import RetrievalSettings

GRACE_SECONDS = 1.0  # for the pipeline to notice its deadline by itself

Made = TypeVar("Made")


class Busy(Exception):
    """Too many questions are waiting."""


class Asked(Protocol):
    """What answers questions: `retrieval.pipeline.Pipeline`."""

    def ask(self, question: Question, deadline: Deadline | None = None) -> Result:
        """Answer a question."""

    def latest(self, question: Question) -> Result:
        """Return the newest that is written of the words of a question."""

    def snapshot(self) -> Snapshot:
        """Return the current snapshot."""

    def close(self) -> None:
        """Close what is open."""


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """Some of the articles, newest first, of `total`."""

    articles: tuple[Article, ...]
    offset: int
    total: int


class Answering:
    """Answers questions of the event loop in threads. Open it first, close it at the end."""

    def __init__(
        self,
        open_pipeline: Callable[[], Asked],
        *,
        today: Callable[[], datetime.date],
        timeout_seconds: float,
        queue_size: int,
        workers: int = 1,
        prepare_worker: Callable[[], None] = lambda: None,
        grace_seconds: float = GRACE_SECONDS,
    ) -> None:
        self._open_pipeline = open_pipeline
        self._pipeline: Asked | None = None
        self._today = today
        self._timeout_seconds = timeout_seconds
        self._patience_seconds = timeout_seconds + grace_seconds
        self._queue_size = queue_size
        self._pending = 0
        self._executor = ThreadPoolExecutor(workers, thread_name_prefix="answering", initializer=prepare_worker)

    async def open(self) -> None:
        """Load the models and open the index, in a thread; ModelError if a model cannot be loaded."""
        self._pipeline = await asyncio.to_thread(self._open_pipeline)

    async def ask(self, text: str, history: Conversation) -> Result:
        """Answer a question. Raises Busy, TooSlow, or SnapshotError when the index cannot be read."""
        deadline = Deadline.after(self._timeout_seconds)
        question = Question(text, self._today(), history)
        return await self._run(lambda pipeline: _ask(pipeline, question, deadline))

    async def latest(self, text: str) -> Result:
        """Return the newest that is written of some words, or of all without words; raises like `ask`."""
        question = Question(text, self._today())
        return await self._run(lambda pipeline: pipeline.latest(question))

    async def articles(self, *, limit: int, offset: int) -> ArticlePage:
        """Return a page of the articles, the last one where `offset` is past it; empty if nothing is indexed."""
        return await self._run(lambda pipeline: list_articles(pipeline, limit=limit, offset=offset))

    def close(self) -> None:
        """Drop what waits, let running work end, close the pipeline."""
        self._executor.shutdown(wait=True, cancel_futures=True)
        if self._pipeline is not None:
            self._pipeline.close()

    async def _run(self, work: Callable[[Asked], Made]) -> Made:
        """Run in the pool. A thread that overruns its time keeps its place in the queue until it ends."""
        assert self._pipeline is not None, "open() comes first"
        if self._pending >= self._queue_size:
            raise Busy
        self._pending += 1
        future = asyncio.get_running_loop().run_in_executor(self._executor, work, self._pipeline)
        future.add_done_callback(self._done)
        try:
            return await asyncio.wait_for(asyncio.shield(future), self._patience_seconds)
        except TimeoutError:
            raise TooSlow from None

    def _done(self, future: asyncio.Future[Any]) -> None:
        self._pending -= 1
        if not future.cancelled():
            future.exception()  # somebody who no longer waits has no use for it


def list_articles(pipeline: Asked, *, limit: int, offset: int) -> ArticlePage:
    """Return a page of the articles, newest first; empty if nothing is indexed."""
    try:
        snapshot = pipeline.snapshot()
    except NoSnapshot:
        return ArticlePage((), 0, 0)
    total = snapshot.manifest.articles
    offset = max(0, min(offset, total - 1)) // limit * limit
    return ArticlePage(tuple(snapshot.newest_articles(limit=limit, offset=offset)), offset, total)


def _ask(pipeline: Asked, question: Question, deadline: Deadline) -> Result:
    deadline.check()  # it may have passed while the question waited
    return pipeline.ask(question, deadline)


def clock(settings: RetrievalSettings) -> Callable[[], datetime.date]:
    """Return what tells the day on which questions are asked: `AS_OF`, or today in the time zone of the settings."""
    return lambda: settings.as_of or datetime.datetime.now(settings.timezone).date()


def one_thread_each() -> None:
    """Keep FAISS and torch to one thread a worker: the workers share few cores, and answers must not starve each other.

    Both count threads for each thread that calls them. torch is left alone where no model has loaded it: that takes seconds.
    """
    import faiss  # noqa: PLC0415 - slow to import, not needed by whoever only knows this module

    faiss.omp_set_num_threads(1)
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)
