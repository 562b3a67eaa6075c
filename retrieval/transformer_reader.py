"""A reader with a question-answering transformer: any `AutoModelForQuestionAnswering`, by hub name or folder.

The model points at the first and last token of an answer, or at its null token; the score of a span is by how much its two logits
together exceed those of the null token in the same window, so that scores compare across windows and passages. What is ours stands in
the model's own `config.json`: `edicola_match_markers` {"version"} asks for match markers as token types, `edicola_confidence`
{"slope", "intercept"} turns a score into a probability. Foreign models have neither field.
"""

import math
import threading
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError
from retrieval.deadline import Deadline
from retrieval.match_markers import MATCH_MARKERS_VERSION, Marker, MatchMarkers
from retrieval.question import Query
from retrieval.reader import RetrievedPassage, Span
from retrieval.windows import AnnotatedText, Window, annotate, cut_windows

WINDOW_TOKENS = 384
STRIDE_TOKENS = 128
LONGEST_QUESTION_TOKENS = 64
LONGEST_ANSWER_TOKENS = 30
BATCH_WINDOWS = 8

_MARKERS_FIELD = "edicola_match_markers"
_CONFIDENCE_FIELD = "edicola_confidence"
_MEND = "give a question-answering model with safetensors weights and a fast tokenizer, by name or folder, or READER_MODEL=features"

Logits = NDArray[np.float32]


class TransformerReader:
    """Reads with one model; safe to share between threads. ModelError if it cannot be loaded. The caller sets torch's threads."""

    def __init__(
        self,
        name_or_path: str,
        *,
        window_tokens: int = WINDOW_TOKENS,
        stride_tokens: int = STRIDE_TOKENS,
        longest_answer_tokens: int = LONGEST_ANSWER_TOKENS,
        batch_windows: int = BATCH_WINDOWS,
    ) -> None:
        self.name = name_or_path
        self._model, self._tokenizer = _load(name_or_path)
        self._tokenizing = threading.Lock()  # a fast tokenizer is changed by its use
        self._has_markers = _declares_markers(self._model.config, name_or_path)
        self._slope, self._intercept = _declared_confidence(self._model.config, name_or_path)
        self._has_token_types = (getattr(self._model.config, "type_vocab_size", None) or 0) > 1
        self._window_tokens = min(window_tokens, self._tokenizer.model_max_length, _positions(self._model.config))
        self._stride_tokens = min(stride_tokens, self._window_tokens // 3)
        self._longest_answer_tokens = longest_answer_tokens
        self._batch_windows = batch_windows

    def read(self, query: Query, passages: Sequence[RetrievedPassage], deadline: Deadline, /) -> list[Span]:
        """Return the best span of each sentence, best first; equal scores in the order of the passages, then of the text."""
        texts = [annotate(retrieved.passage) for retrieved in passages]
        windows = self._cut(query.text, texts)
        best: dict[tuple[str, int, int], tuple[int, Span]] = {}  # a sentence may stand in two passages and many windows
        for window, (start_logits, end_logits) in zip(windows, self._logits(windows, deadline), strict=True):
            retrieved = passages[window.passage]
            for score, first, last in _best_words(window, texts[window.passage], start_logits, end_logits, self._longest_answer_tokens):
                span = self._span(retrieved, texts[window.passage], first, last, score)
                key = (retrieved.article.id, span.sentence_start, span.sentence_end)
                if key not in best or score > best[key][1].score:
                    best[key] = (window.passage, span)
        ranked = sorted(best.values(), key=lambda item: (-item[1].score, item[0], item[1].start))
        return [span for _, span in ranked]

    def _cut(self, question: str, texts: Sequence[AnnotatedText]) -> list[Window]:
        with self._tokenizing:
            return cut_windows(
                self._tokenizer,
                question,
                texts,
                window_tokens=self._window_tokens,
                stride_tokens=self._stride_tokens,
                question_tokens=min(LONGEST_QUESTION_TOKENS, self._window_tokens // 3),
                markers=MatchMarkers(question) if self._has_markers else None,
            )

    def _logits(self, windows: Sequence[Window], deadline: Deadline) -> list[tuple[Logits, Logits]]:
        """Return start and end logits of each window, (tokens,) each; windows of like length share a batch."""
        logits: dict[int, tuple[Logits, Logits]] = {}
        by_length = sorted(range(len(windows)), key=lambda position: len(windows[position].input_ids))
        for begin in range(0, len(by_length), self._batch_windows):
            deadline.check()
            batch = by_length[begin : begin + self._batch_windows]
            starts, ends = self._run([windows[position] for position in batch])
            for position, start, end in zip(batch, starts, ends, strict=True):
                logits[position] = (start, end)
        return [logits[position] for position in range(len(windows))]

    def _run(self, batch: Sequence[Window]) -> tuple[Logits, Logits]:
        """Return start and end logits, (windows, tokens) each."""
        import torch  # noqa: PLC0415 - takes seconds to import

        shape = (len(batch), max(len(window.input_ids) for window in batch))
        input_ids = np.full(shape, self._tokenizer.pad_token_id or 0, dtype=np.int64)
        type_ids, attention_mask = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
        for row, window in enumerate(batch):
            tokens = len(window.input_ids)
            input_ids[row, :tokens], type_ids[row, :tokens], attention_mask[row, :tokens] = window.input_ids, window.type_ids, 1
        inputs = {"input_ids": input_ids, "attention_mask": attention_mask}
        if self._has_token_types:
            inputs["token_type_ids"] = type_ids
        with torch.inference_mode():
            output = self._model(**{name: torch.from_numpy(array) for name, array in inputs.items()})
        return output.start_logits.numpy(), output.end_logits.numpy()

    def _span(self, retrieved: RetrievedPassage, text: AnnotatedText, first: int, last: int, score: float) -> Span:
        sentence_start, sentence_end = retrieved.passage.sentences[text.sentences[first]]
        start, end = text.quote(first, last)
        return Span(retrieved, sentence_start, sentence_end, start, end, score, _logistic(self._slope * score + self._intercept))


def _best_words(
    window: Window, text: AnnotatedText, start_logits: Logits, end_logits: Logits, longest: int
) -> Iterator[tuple[float, int, int]]:
    """Yield score, first and last word of the best span of each sentence in a window; no span crosses a sentence's border."""
    null_score = float(start_logits[window.null_token]) + float(end_logits[window.null_token])
    sentences = text.sentences[window.words]
    for sentence in np.unique(sentences[sentences >= 0]):
        inside = np.flatnonzero(sentences == sentence)  # (words,)
        first_tokens, last_tokens = window.first_tokens[inside], window.last_tokens[inside]
        scores = start_logits[first_tokens][:, None] + end_logits[last_tokens][None, :]  # (first words, last words)
        is_short = last_tokens[None, :] - first_tokens[:, None] < longest
        scores = np.where(np.triu(is_short), scores, -np.inf)
        first, last = np.unravel_index(int(scores.argmax()), scores.shape)
        if math.isfinite(scores[first, last]):
            yield float(scores[first, last]) - null_score, int(window.words[inside[first]]), int(window.words[inside[last]])


def _load(name: str) -> tuple[Any, Any]:
    """Return model and tokenizer; only safetensors are read and no code of the model's repository is run."""
    import torch  # noqa: PLC0415 - takes seconds to import
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer  # noqa: PLC0415 - takes seconds to import

    try:
        tokenizer = AutoTokenizer.from_pretrained(name, trust_remote_code=False)
        model, report = AutoModelForQuestionAnswering.from_pretrained(
            name, use_safetensors=True, trust_remote_code=False, dtype=torch.float32, output_loading_info=True
        )
    except Exception as error:  # whatever a foreign model raises means that it cannot be used
        raise ModelError(f"READER_MODEL={name!r} cannot be loaded ({error}): {_MEND}") from error
    if not tokenizer.is_fast:
        raise ModelError(f"READER_MODEL={name!r} has only a slow tokenizer, which does not tell where its tokens stand: {_MEND}")
    if report["missing_keys"]:
        raise ModelError(f"READER_MODEL={name!r} was not trained to answer, it lacks {sorted(report['missing_keys'])}: {_MEND}")
    return model.eval(), tokenizer


def _positions(config: Any) -> int:
    """Return how many tokens the model tells apart; RoBERTa and its kin lose those up to the padding's number."""
    positions = getattr(config, "max_position_embeddings", None) or 0
    return positions - (getattr(config, "pad_token_id", None) or 0) - 1 if positions > 0 else WINDOW_TOKENS


def _declares_markers(config: Any, name: str) -> bool:
    declared = getattr(config, _MARKERS_FIELD, None)
    if declared is None:
        return False
    if declared != {"version": MATCH_MARKERS_VERSION} or getattr(config, "type_vocab_size", None) != len(Marker):
        raise ModelError(
            f"READER_MODEL={name!r} declares {_MARKERS_FIELD}={declared!r}, this Edicola feeds version {MATCH_MARKERS_VERSION} "
            f"to a model with type_vocab_size {len(Marker)}: take the model and the program of the same release"
        )
    return True


def _declared_confidence(config: Any, name: str) -> tuple[float, float]:
    """Return slope and intercept of the logistic over scores; 1 and 0 where the model does not say."""
    declared = getattr(config, _CONFIDENCE_FIELD, {"slope": 1.0, "intercept": 0.0})
    try:
        slope, intercept = float(declared["slope"]), float(declared["intercept"])
    except (KeyError, TypeError, ValueError):
        slope = intercept = math.nan
    if not (math.isfinite(slope) and math.isfinite(intercept)):
        raise ModelError(f"READER_MODEL={name!r} declares {_CONFIDENCE_FIELD}={declared!r}: it needs the numbers slope and intercept")
    return slope, intercept


def _logistic(x: float) -> float:
    return 0.5 * (1.0 + math.tanh(0.5 * x))  # never overflows
