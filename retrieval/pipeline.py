"""From a question to an outcome: understand, retrieve, read, choose.

Synchronous, and without input or output beyond the snapshot that it reads. A question is answered on one snapshot from beginning to
end; a newly published one is picked up by the next question, and the old one closes when its last reader lets go.
"""

import datetime
import logging
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from index.dates import Period
from index.encoder import Encoder
from index.engine import Engine, Snapshot
from index.errors import NoSnapshot, SnapshotError
from index.indexer import check_compatible
from retrieval.alias_expansion import with_aliases
from retrieval.aliases import ALIASES, AliasLexicon, read_aliases
from retrieval.answer import Answer, NoAnswer, Outcome, Reason, cited
from retrieval.choice import Thresholds, choose, join_parts
from retrieval.conversation import turn_of, with_turn
from retrieval.deadline import Deadline
from retrieval.latest import LOOKED_THROUGH, latest_articles, latest_on, news_asked_for
from retrieval.question import Query, Question, understand
from retrieval.reader import Reader, RetrievedPassage, Span
from retrieval.retriever import Retriever
from retrieval.several import Part, split_question
from retrieval.small_talk import small_talk
from retrieval.timeline import rivals
from retrieval.visible import visible

LONGEST_QUESTION_CHARACTERS = 1000
STALE_AFTER = datetime.timedelta(days=365)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an outcome was chosen from: passages and spans, both best first."""

    query: Query
    passages: tuple[RetrievedPassage, ...]
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """An outcome and how it came about.

    `article_ids` are the articles in order of merit: cited first, then the next best. `milliseconds` are by stage: `understand`,
    `retrieve`, `read`, `choose`. `snapshot` is None where nothing was asked of one, `evidence` where nothing was read.
    `newest` is the date of the newest article cited where it is old: what holds today may be something else.
    """

    outcome: Outcome
    article_ids: tuple[str, ...]
    snapshot: int | None
    milliseconds: Mapping[str, float]
    evidence: Evidence | None = None
    newest: Period | None = None


class Pipeline:
    """Answers questions; safe to share between threads."""

    def __init__(
        self,
        engine: Engine,
        encoder: Encoder,
        reader: Reader,
        *,
        top_k: int = 10,
        thresholds: Thresholds | None = None,
        stale_after: datetime.timedelta = STALE_AFTER,
        aliases: AliasLexicon | None = None,
    ) -> None:
        self._engine = engine
        self._encoder = encoder
        self._retriever = Retriever(encoder)
        self._reader = reader
        self._top_k = top_k
        self._thresholds = thresholds or Thresholds()
        self._stale_after = stale_after
        self._aliases = aliases or read_aliases(ALIASES)
        self._opening = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._visible: Snapshot | None = None
        self._visible_of: tuple[Snapshot, frozenset[str]] | None = None

    def ask(self, question: Question, deadline: Deadline | None = None) -> Result:
        """Answer a question; raises TooSlow when the deadline passes, SnapshotError when the index cannot be read."""
        deadline = deadline or Deadline.none()
        if reason := _refused(question) or small_talk(question.text):
            return Result(NoAnswer(reason), (), None, {})
        try:
            snapshot = self.snapshot()
        except NoSnapshot:
            return Result(NoAnswer(Reason.NOTHING_INDEXED), (), None, {})
        question = replace(question, history=tuple(turn for turn in question.history if not small_talk(turn.question)))
        if (about := news_asked_for(question.text)) is not None:
            return self._latest(replace(question, text=about), snapshot, deadline)
        whole = self._answer(question, snapshot, deadline)
        parts = split_question(question.text, whole.evidence.query.names) if whole.evidence else ()
        return self._answer_parts(question, parts, whole, snapshot, deadline) if parts else whole

    def latest(self, question: Question, deadline: Deadline | None = None) -> Result:
        """Return the newest that is written of the words of a question, or of all where it has none."""
        try:
            return self._latest(question, self.snapshot(), deadline or Deadline.none())
        except NoSnapshot:
            return Result(NoAnswer(Reason.NOTHING_INDEXED), (), None, {})

    def _latest(self, question: Question, snapshot: Snapshot, deadline: Deadline) -> Result:
        query = self._understand(question, snapshot)
        if not query.terms:
            outcome = latest_articles(snapshot, question.asked_on)
        else:
            passages = self._retriever.retrieve(query, snapshot, top_k=LOOKED_THROUGH, deadline=deadline)
            outcome = latest_on(query, passages, question.text)
        return Result(outcome, _merit(outcome, ()), snapshot.manifest.number, {})

    def _understand(self, question: Question, snapshot: Snapshot) -> Query:
        return with_aliases(understand(question, snapshot), self._aliases, snapshot)

    def _answer(self, question: Question, snapshot: Snapshot, deadline: Deadline) -> Result:
        """Answer a question as one."""
        watch = _Stopwatch()
        with watch.stage("understand"):
            query = self._understand(question, snapshot)
        if not query.terms:
            return Result(NoAnswer(Reason.NOT_A_QUESTION), (), snapshot.manifest.number, watch.milliseconds)
        with watch.stage("retrieve"):
            passages = self._retriever.retrieve(query, snapshot, top_k=self._top_k, deadline=deadline)
        with watch.stage("read"):
            spans = self._reader.read(query, passages, deadline)
            groups = rivals(query, passages) if spans and spans[0].confidence >= self._thresholds.answer else []
            apart = self._reader.read_apart(query, groups, deadline)
        with watch.stage("choose"):
            outcome = choose(query, spans, passages, self._thresholds, apart=apart)
        evidence = Evidence(query, tuple(passages), tuple(spans))
        newest = _old_news(outcome, query, self._stale_after) if query.period is None else None
        return Result(outcome, _merit(outcome, passages), snapshot.manifest.number, watch.milliseconds, evidence, newest)

    def _answer_parts(self, question: Question, parts: Sequence[Part], whole: Result, snapshot: Snapshot, deadline: Deadline) -> Result:
        """Answer the parts of a question one by one; the whole's result where they bring nothing more."""
        results: list[Result] = []
        for part in parts:
            history = question.history
            if part.leans:
                history = with_turn(history, turn_of(parts[len(results) - 1].text, results[-1].outcome))
            results.append(self._answer(replace(question, text=part.text, history=history), snapshot, deadline))
        outcome = join_parts(whole.outcome, [(part.text, result.outcome) for part, result in zip(parts, results, strict=True)])
        spent = Counter[str]()
        for result in (whole, *results):
            spent.update(result.milliseconds)
        article_ids = dict.fromkeys([*_merit(outcome, ()), *(id_ for result in (whole, *results) for id_ in result.article_ids)])
        newest = whole.newest if outcome is whole.outcome else None
        return replace(whole, outcome=outcome, article_ids=tuple(article_ids), milliseconds=spent, newest=newest)

    def snapshot(self) -> Snapshot:
        """Return what may be seen of the current snapshot; NoSnapshot if nothing is indexed. It stays readable for as long as it is held.

        Where a new one cannot be opened, the last good one goes on serving. Where nobody knows what was withdrawn, nothing does:
        WithdrawalsDamaged.
        """
        with self._opening:
            withdrawn = self._engine.withdrawn()
            try:
                number = self._engine.current_number()
                if self._snapshot is None or number != self._snapshot.manifest.number:
                    self._snapshot = self._open()
            except SnapshotError as error:
                if self._snapshot is None:
                    raise
                _log.error("still answering from snapshot %d: %s", self._snapshot.manifest.number, error)
            if self._visible is None or (self._snapshot, withdrawn) != self._visible_of:
                self._visible, self._visible_of = visible(self._snapshot, withdrawn), (self._snapshot, withdrawn)
            return self._visible

    def close(self) -> None:
        """Let go of the snapshot."""
        self._snapshot = self._visible = self._visible_of = None

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


def _old_news(outcome: Outcome, query: Query, stale_after: datetime.timedelta) -> Period | None:
    """Return the date of the newest article that an answer cites if even that is older than `stale_after`."""
    dates = [c.article.published for c in cited(outcome) if c.article.published] if isinstance(outcome, Answer) else []
    newest = max(dates, key=lambda period: period.last, default=None)
    return newest if newest and newest.last < query.question.asked_on - stale_after else None


def _merit(outcome: Outcome, passages: Sequence[RetrievedPassage]) -> tuple[str, ...]:
    """Return article ids, each once: cited ones in the order shown, then those retrieved."""
    first = [citation.article.id for citation in cited(outcome)]
    return tuple(dict.fromkeys([*first, *(retrieved.article.id for retrieved in passages)]))
