"""A reader with a question-answering transformer alone: any `AutoModelForQuestionAnswering`, by hub name or folder.

The model points at the first and last token of an answer, or at its null token; the score of a span is by how much its two logits
together exceed those of the null token in the same window, so that scores compare across windows and passages. `edicola_confidence`
{"slope", "intercept"} in the model's own `config.json` turns a score into a probability; foreign models do not have it.
"""

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from index.errors import ModelError
from retrieval.deadline import Deadline
from retrieval.feature_model import FeatureModel, passages_worth_reading, rank
from retrieval.question import Query
from retrieval.reader import RetrievedPassage, Span, best_of_each
from retrieval.span_model import ReadWindow, SpanModel
from retrieval.windows import AnnotatedText

LONGEST_ANSWER_TOKENS = 30
READ_PASSAGES = 4  # a large model takes a second for each; features choose them where they are given

_CONFIDENCE_FIELD = "edicola_confidence"


class TransformerReader:
    """Reads with one model; safe to share between threads. ModelError if what the model declares cannot be used."""

    def __init__(
        self,
        model: SpanModel,
        features: FeatureModel | None = None,
        *,
        read_passages: int = READ_PASSAGES,
        longest_answer_tokens: int = LONGEST_ANSWER_TOKENS,
    ) -> None:
        self._model = model
        self._features = features
        self._read_passages = read_passages
        self._slope, self._intercept = _declared_confidence(model)
        self._longest_answer_tokens = longest_answer_tokens

    def read(self, query: Query, passages: Sequence[RetrievedPassage], deadline: Deadline, /) -> list[Span]:
        """Return the best span of each sentence, best first; equal scores in the order of the passages, then of the text."""
        best: dict[tuple[str, int, int], tuple[int, Span]] = {}  # a sentence may stand in two passages and many windows
        passages = self._worth_reading(query, passages, deadline)
        for read in self._model.read(query.text, passages, deadline):
            retrieved = passages[read.window.passage]
            for score, first, last in _best_words(read, self._longest_answer_tokens):
                span = self._span(retrieved, read.text, first, last, score)
                key = (retrieved.article.id, span.sentence_start, span.sentence_end)
                if key not in best or score > best[key][1].score:
                    best[key] = (read.window.passage, span)
        ranked = sorted(best.values(), key=lambda item: (-item[1].score, item[0], item[1].start))
        return [span for _, span in ranked]

    def read_apart(self, query: Query, groups: Sequence[Sequence[RetrievedPassage]], deadline: Deadline, /) -> list[Span]:
        """Return the best span of each group of passages; groups without a span are left out."""
        return best_of_each(self, query, groups, deadline)

    def _worth_reading(self, query: Query, passages: Sequence[RetrievedPassage], deadline: Deadline) -> Sequence[RetrievedPassage]:
        ranked = rank(self._features, query, passages, deadline) if self._features else None
        return passages_worth_reading(ranked, self._read_passages) if ranked else passages[: self._read_passages]

    def _span(self, retrieved: RetrievedPassage, text: AnnotatedText, first: int, last: int, score: float) -> Span:
        sentence_start, sentence_end = retrieved.passage.sentences[text.sentences[first]]
        start, end = text.quote(first, last)
        return Span(retrieved, sentence_start, sentence_end, start, end, score, _logistic(self._slope * score + self._intercept))


def _best_words(read: ReadWindow, longest: int) -> Iterator[tuple[float, int, int]]:
    """Yield score, first and last word of the best span of each sentence in a window; no span crosses a sentence's border."""
    window, start_logits, end_logits = read.window, read.start_logits, read.end_logits
    null_score = float(start_logits[window.null_token]) + float(end_logits[window.null_token])
    sentences = read.text.sentences[window.words]
    for sentence in np.unique(sentences[sentences >= 0]):
        inside = np.flatnonzero(sentences == sentence)  # (words,)
        first_tokens, last_tokens = window.first_tokens[inside], window.last_tokens[inside]
        scores = start_logits[first_tokens][:, None] + end_logits[last_tokens][None, :]  # (first words, last words)
        is_short = last_tokens[None, :] - first_tokens[:, None] < longest
        scores = np.where(np.triu(is_short), scores, -np.inf)
        first, last = np.unravel_index(int(scores.argmax()), scores.shape)
        if math.isfinite(scores[first, last]):
            yield float(scores[first, last]) - null_score, int(window.words[inside[first]]), int(window.words[inside[last]])


def _declared_confidence(model: SpanModel) -> tuple[float, float]:
    """Return slope and intercept of the logistic over scores; 1 and 0 where the model does not say."""
    declared: Any = model.declared(_CONFIDENCE_FIELD) or {"slope": 1.0, "intercept": 0.0}
    try:
        slope, intercept = float(declared["slope"]), float(declared["intercept"])
    except (KeyError, TypeError, ValueError):
        slope = intercept = math.nan
    if not (math.isfinite(slope) and math.isfinite(intercept)):
        raise ModelError(f"READER_MODEL={model.name!r} declares {_CONFIDENCE_FIELD}={declared!r}: it needs the numbers slope and intercept")
    return slope, intercept


def _logistic(x: float) -> float:
    return 0.5 * (1.0 + math.tanh(0.5 * x))  # never overflows
