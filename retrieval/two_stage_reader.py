"""The reader that is built in: features choose a few passages, a transformer reads them, both decide.

First stage: the trees of the feature reader rank all sentences; the passages of the best ones are read. Second stage: the model's start
and end logits re-rank their sentences and judge every run of words. The model's own `config.json` says how the two are weighed
(`edicola_combination`, fitted by `training/reader`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from index.errors import ModelError
from retrieval.deadline import Deadline
from retrieval.feature_model import FeatureModel, Ranked, passages_worth_reading, rank
from retrieval.feature_reader import SEARCHED_SENTENCES, Proposals, best_proposal, judge, span_of
from retrieval.features.confidence import Confidence, confidence_columns
from retrieval.features.sentence_table import Floats, Ints, SentenceTable
from retrieval.features.span_candidates import Candidates, find_candidates
from retrieval.question import Query
from retrieval.reader import RetrievedPassage, Span
from retrieval.span_model import ReadWindow, SpanModel

READ_PASSAGES = 4  # they hold the gold sentence of 90 % of the held-out and dev questions; six hold 92 to 93 %, all ten 93 to 94 %
LONGEST_ANSWER_WORDS = 25

_COMBINATION_FIELD = "edicola_combination"
_UNREAD = np.float32(-np.inf)


@dataclass(frozen=True, slots=True)
class Combination:
    """How features and model are weighed: what the model's margin counts beside the trees' score, for sentences and for spans.

    `confidence` judges the best sentences of all passages, `alone` the best one of a single article.
    """

    sentence_margin: float
    span_margin: float
    confidence: Confidence
    alone: Confidence


@dataclass(frozen=True, slots=True)
class TokenMargins:
    """By how much the model prefers each token of a table to its null token: as first and as last word, (tokens,) each; -inf if unread."""

    start: Floats
    end: Floats


class TwoStageReader:
    """Reads with features and a model that declares how to weigh them; safe to share between threads. ModelError if it does not."""

    def __init__(self, features: FeatureModel, model: SpanModel, *, read_passages: int = READ_PASSAGES) -> None:
        self._features = features
        self._model = model
        self._combination = declared_combination(model)
        self._read_passages = read_passages

    def read(self, query: Query, passages: Sequence[RetrievedPassage], deadline: Deadline, /) -> list[Span]:
        """Return proposed spans, best first, at most one for a sentence; empty if there is nothing to read."""
        return self._read(query, passages, self._combination.confidence, deadline)

    def read_apart(self, query: Query, groups: Sequence[Sequence[RetrievedPassage]], deadline: Deadline, /) -> list[Span]:
        """Return the best span of each group of passages; groups without a span are left out."""
        read = (self._read(query, group, self._combination.alone, deadline) for group in groups)
        return [spans[0] for spans in read if spans]

    def _read(self, query: Query, passages: Sequence[RetrievedPassage], judge: Confidence, deadline: Deadline) -> list[Span]:
        ranked = rank(self._features, query, passages, deadline)
        if ranked is None:
            return []
        margins = read_tokens(self._model, query, ranked, self._read_passages, deadline)
        if not np.isfinite(margins.start).any():
            return []
        found = combine(self._features, ranked, margins, self._combination)
        confidences = judge.of(found.signs)
        return [span_of(found, at, float(confidences[at])) for at in np.argsort(-found.totals, kind="stable").tolist()]


def read_tokens(model: SpanModel, query: Query, ranked: Ranked, read_passages: int, deadline: Deadline) -> TokenMargins:
    """Let the model read the passages that hold the best sentences."""
    table = ranked.evidence.table
    chosen = passages_worth_reading(ranked, read_passages)
    best: dict[tuple[str, int], tuple[float, float]] = {}  # a word may stand in two passages and many windows
    for read in model.read(query.text, chosen, deadline):
        article = chosen[read.window.passage].article.id
        for place, start, end in zip(*_word_margins(read), strict=True):
            before = best.get((article, place), (start, end))
            best[article, place] = (max(start, before[0]), max(end, before[1]))
    nothing = (float(_UNREAD), float(_UNREAD))
    articles = [table.passages[place].article.id for place in table.passage.tolist()]
    lengths = np.diff(table.row_start[: table.sentences + 1])
    owners = np.repeat(np.arange(table.sentences), lengths).tolist()
    places = table.token_start[: table.row_start[table.sentences]].tolist()
    cells = np.array([best.get((articles[row], place), nothing) for row, place in zip(owners, places, strict=True)], dtype=np.float32)
    return TokenMargins(cells[:, 0], cells[:, 1])


def combine(features: FeatureModel, ranked: Ranked, margins: TokenMargins, combination: Combination) -> Proposals:
    """Rank the sentences that were read by both judges, and find the best span of each of the best ones."""
    table = ranked.evidence.table
    best = best_runs(table, margins)
    sentence_margins = best[:, 0]
    totals = ranked.scores + np.float32(combination.sentence_margin) * sentence_margins
    rows = np.argsort(-totals, kind="stable")[:SEARCHED_SENTENCES]
    rows = rows[np.isfinite(totals[rows])]
    candidates = _with_runs(find_candidates(table, rows.tolist()), rows, best)
    span_margins = margins.start[candidates.first] + margins.end[candidates.last]
    merits = judge(features, ranked, candidates, np.float32(combination.span_margin) * span_margins)
    proposals = tuple(best_proposal(table, row, candidates, merits) for row in rows.tolist())
    merit = np.array([proposal.score for proposal in proposals], dtype=np.float32)
    signs = confidence_columns(ranked.columns, rows, totals[rows], ranked.scores[rows], merit)
    return Proposals(table, proposals, totals[rows], signs | _margin_columns(sentence_margins, rows))


def best_runs(table: SentenceTable, margins: TokenMargins) -> Floats:
    """Return margin, first and last token of the model's favourite run of words of each sentence, (sentences, 3); -inf if unread."""
    return np.array([_best_run(table, row, margins) for row in range(table.sentences)], dtype=np.float32).reshape(-1, 3)


def declared_combination(model: SpanModel) -> Combination:
    """Return what the model's configuration says of its use; ModelError if it says nothing usable."""
    declared: Any = model.declared(_COMBINATION_FIELD)
    try:
        if not isinstance(declared, Mapping):
            raise TypeError("there is none")
        curves = (Confidence(**declared[name]) for name in ("confidence", "alone"))
        return Combination(float(declared["sentence_margin"]), float(declared["span_margin"]), *curves)
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(
            f"READER_MODEL={model.name!r} declares no usable {_COMBINATION_FIELD} ({error}): restore the folder, run "
            "`python -m training.reader`, or set READER_MODEL=features"
        ) from error


def is_two_stage(model: SpanModel) -> bool:
    """Tell whether a model was made for this reader."""
    return model.declared(_COMBINATION_FIELD) is not None


def _word_margins(read: ReadWindow) -> tuple[list[int], list[float], list[float]]:
    """Return the words of a window: their offsets in the article, and how far each exceeds the null token as first and as last word."""
    window, text = read.window, read.text
    inside = text.sentences[window.words] >= 0
    starts = read.start_logits[window.first_tokens[inside]] - read.start_logits[window.null_token]
    ends = read.end_logits[window.last_tokens[inside]] - read.end_logits[window.null_token]
    places = text.starts[window.words[inside]] + text.shift
    return places.tolist(), starts.tolist(), ends.tolist()


def _best_run(table: SentenceTable, row: int, margins: TokenMargins) -> tuple[float, int, int]:
    begin, end = int(table.row_start[row]), int(table.row_start[row + 1])
    starts, ends = margins.start[begin:end], margins.end[begin:end]
    both = starts[:, None] + ends[None, :]
    words = np.arange(end - begin)
    lengths = words[None, :] - words[:, None]
    both = np.where((lengths >= 0) & (lengths < LONGEST_ANSWER_WORDS), both, _UNREAD)
    first, last = np.unravel_index(int(both.argmax()), both.shape)
    return float(both[first, last]), begin + int(first), begin + int(last)


def _with_runs(candidates: Candidates, rows: Ints, best: Floats) -> Candidates:
    """Return the candidates and the model's own favourite of each row, which may have more words than they, or other borders."""
    firsts, lasts = best[rows, 1].astype(np.int64), best[rows, 2].astype(np.int64)
    return Candidates(
        np.concatenate([candidates.row, rows]), np.concatenate([candidates.first, firsts]), np.concatenate([candidates.last, lasts])
    )


def _margin_columns(margins: Floats, rows: Ints) -> dict[str, Floats]:
    """Return what confidence is judged by beside the columns of features, for some sentences of a question."""
    order = np.sort(margins)[::-1]
    runner_up = order[min(1, len(order) - 1)]
    runner_up = runner_up if np.isfinite(runner_up) else order[0]
    own = margins[rows]
    return {
        "margin": own,
        "margin_lead": np.where(own == order[0], own - runner_up, np.float32(0)),
        "margin_deficit": order[0] - own,
    }
