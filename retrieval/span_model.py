"""A question-answering transformer as the readers see it: passages in, start and end logits of their words out.

Any `AutoModelForQuestionAnswering`, by hub name or folder. `edicola_match_markers` {"version"} in the model's own `config.json` asks for
match markers as token types, with the headline above each passage; foreign models have no such field and see plain passages.
"""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError
from retrieval.deadline import Deadline
from retrieval.match_markers import MATCH_MARKERS_VERSION, Marker, MatchMarkers
from retrieval.reader import RetrievedPassage
from retrieval.windows import AnnotatedText, Window, annotate, cut_windows

WINDOW_TOKENS = 384
STRIDE_TOKENS = 128
LONGEST_QUESTION_TOKENS = 64
BATCH_WINDOWS = 8
KEPT_WINDOWS = 64  # whose logits are remembered: a passage is read once for a question, however often it is asked about

_MARKERS_FIELD = "edicola_match_markers"
_MEND = "give a question-answering model with safetensors weights and a fast tokenizer, by name or folder, or READER_MODEL=features"

Logits = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class ReadWindow:
    """A window with what the model says of its tokens: (tokens,) logits of being the first and the last one of the answer."""

    window: Window
    text: AnnotatedText
    start_logits: Logits
    end_logits: Logits


class SpanModel:
    """One loaded model; safe to share between threads. ModelError if it cannot be loaded. The caller sets torch's threads.

    `in_16_bits` is decided by the processor where it is None, for models with match markers; foreign ones keep 32 bits.
    """

    def __init__(
        self,
        name_or_path: str,
        *,
        window_tokens: int = WINDOW_TOKENS,
        stride_tokens: int = STRIDE_TOKENS,
        batch_windows: int = BATCH_WINDOWS,
        in_16_bits: bool | None = None,
    ) -> None:
        self.name = name_or_path
        self._model, self._tokenizer = _load(name_or_path)
        self._tokenizing = threading.Lock()  # a fast tokenizer is changed by its use
        self._has_markers = _declares_markers(self._model.config, name_or_path)
        if in_16_bits or (in_16_bits is None and self._has_markers and _multiplies_16_bits()):
            self._model = self._model.bfloat16()
        self._has_token_types = (getattr(self._model.config, "type_vocab_size", None) or 0) > 1
        self._window_tokens = min(window_tokens, self._tokenizer.model_max_length, _positions(self._model.config))
        self._stride_tokens = min(stride_tokens, self._window_tokens // 3)
        self._batch_windows = batch_windows
        self._kept: OrderedDict[bytes, tuple[Logits, Logits]] = OrderedDict()
        self._keeping = threading.Lock()

    def declared(self, field: str) -> Any:
        """Return a field of the model's own configuration, None where it has none."""
        return getattr(self._model.config, field, None)

    def read(self, question: str, passages: Sequence[RetrievedPassage], deadline: Deadline) -> list[ReadWindow]:
        """Read passages whole, in as many windows as they need, in order; TooSlow when the deadline passes."""
        titles = [retrieved.article.title if self._has_markers else "" for retrieved in passages]
        texts = [annotate(retrieved.passage, title) for retrieved, title in zip(passages, titles, strict=True)]
        windows = self._cut(question, texts)
        logits = self._logits(windows, deadline)
        return [ReadWindow(window, texts[window.passage], *both) for window, both in zip(windows, logits, strict=True)]

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
        keys = [window.input_ids.tobytes() + window.type_ids.tobytes() for window in windows]
        logits = self._recall(keys)
        unread = {key: window for key, window in zip(keys, windows, strict=True) if key not in logits}
        by_length = sorted(unread, key=lambda key: len(unread[key].input_ids))
        for begin in range(0, len(by_length), self._batch_windows):
            deadline.check()
            batch = by_length[begin : begin + self._batch_windows]
            starts, ends = self._run([unread[key] for key in batch])
            read = {key: (start, end) for key, start, end in zip(batch, starts, ends, strict=True)}
            self._keep(read)
            logits |= read
        return [logits[key] for key in keys]

    def _recall(self, keys: Sequence[bytes]) -> dict[bytes, tuple[Logits, Logits]]:
        with self._keeping:
            return {key: self._kept[key] for key in keys if key in self._kept}

    def _keep(self, read: Mapping[bytes, tuple[Logits, Logits]]) -> None:
        """Remember what was read last, and forget the oldest."""
        with self._keeping:
            self._kept.update(read)
            while len(self._kept) > KEPT_WINDOWS:
                self._kept.popitem(last=False)

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
        return output.start_logits.float().numpy(), output.end_logits.float().numpy()


def _load(name: str) -> tuple[Any, Any]:
    """Return model and tokenizer; only safetensors are read and no code of the model's repository is run."""
    import torch  # noqa: PLC0415 - takes seconds to import
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer  # noqa: PLC0415 - takes seconds to import
    from transformers.utils import logging  # noqa: PLC0415 - takes seconds to import

    logging.disable_progress_bar()  # which would stand between a question and its answer
    try:
        tokenizer = AutoTokenizer.from_pretrained(name, trust_remote_code=False)
        model, report = AutoModelForQuestionAnswering.from_pretrained(
            name, use_safetensors=True, trust_remote_code=False, dtype=torch.float32, output_loading_info=True
        )
    except Exception as error:  # whatever a foreign model raises means that it cannot be used
        raise ModelError(f"READER_MODEL={name!r} cannot be loaded ({' '.join(str(error).split())}): {_MEND}") from error
    if not tokenizer.is_fast:
        raise ModelError(f"READER_MODEL={name!r} has only a slow tokenizer, which does not tell where its tokens stand: {_MEND}")
    if report["missing_keys"]:
        raise ModelError(f"READER_MODEL={name!r} was not trained to answer, it lacks {sorted(report['missing_keys'])}: {_MEND}")
    return model.eval(), tokenizer


def _multiplies_16_bits() -> bool:
    """Tell whether the processor multiplies bfloat16 itself: four windows then take 88 instead of 201 ms on one core."""
    import torch  # noqa: PLC0415 - takes seconds to import

    capabilities = torch.cpu.get_capabilities() if hasattr(torch.cpu, "get_capabilities") else {}
    return bool(capabilities.get("avx512_bf16") or capabilities.get("amx_bf16"))


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
