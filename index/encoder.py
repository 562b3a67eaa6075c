"""Text in, unit vectors out: any sentence-transformers model, by name or path.

The built-in one is `models/encoder-it`. An encoder's fingerprint covers its weights, prompts and length: a snapshot made with
another one is refused rather than searched with vectors that mean something else.
"""

import hashlib
import logging
from collections.abc import Sequence
from functools import cached_property
from typing import Any, Literal, Protocol

import numpy as np

from index.engine import Vectors
from index.errors import ModelError

Kind = Literal["question", "passage"]
BATCH_TEXTS = 256

_PROMPT_NAMES: dict[Kind, tuple[str, ...]] = {"question": ("query", "question"), "passage": ("passage", "document", "corpus")}
_E5_PROMPTS: dict[Kind, str] = {"question": "query: ", "passage": "passage: "}  # the published e5 configurations hold none
_log = logging.getLogger(__name__)


class Encoder(Protocol):
    """Maps texts to unit vectors."""

    @property
    def name(self) -> str:
        """The name or path in the settings."""

    @property
    def fingerprint(self) -> str:
        """Changes whenever the vectors would."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    def encode(self, texts: Sequence[str], kind: Kind, /) -> Vectors:
        """Return (texts, dimension) float32 vectors of unit length; a text without known words gives zeros."""


def unit_length(vectors: Vectors) -> Vectors:
    """Return (texts, dimension) vectors brought to unit length; zeros stay zeros."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Vectors = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    return unit


class SentenceTransformerEncoder:
    """Any sentence-transformers model. ModelError if it cannot be loaded.

    Prompts not given are those that the model declares, or e5's prefixes where its name says e5.
    """

    def __init__(self, name: str, *, question_prompt: str | None = None, passage_prompt: str | None = None) -> None:
        self.name = name
        self._model = _load(name)
        self._prompts: dict[Kind, str] = {
            "question": self._declared_prompt("question") if question_prompt is None else question_prompt,
            "passage": self._declared_prompt("passage") if passage_prompt is None else passage_prompt,
        }

    @cached_property
    def fingerprint(self) -> str:
        """Hex BLAKE2b over parameters, prompts and the longest input."""
        digest = hashlib.blake2b(digest_size=16)
        digest.update(repr((self._prompts, self._model.max_seq_length, str(self._model))).encode())
        for parameter, tensor in sorted(self._model.state_dict().items()):
            digest.update(parameter.encode())
            digest.update(tensor.detach().cpu().contiguous().view(-1).float().numpy().tobytes())
        return digest.hexdigest()

    @cached_property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self.encode(["prova"], "passage").shape[1])

    def encode(self, texts: Sequence[str], kind: Kind, /) -> Vectors:
        """Return (texts, dimension) float32 vectors of unit length; warns of texts that the model sees only in part."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        prompt = self._prompts[kind]
        self._warn_of_cut_texts([prompt + text for text in texts])
        vectors = self._model.encode(list(texts), prompt=prompt, batch_size=BATCH_TEXTS, show_progress_bar=False, convert_to_numpy=True)
        return unit_length(np.asarray(vectors, dtype=np.float32).reshape(len(texts), -1))

    def _declared_prompt(self, kind: Kind) -> str:
        declared: dict[str, str] = self._model.prompts or {}
        named = next((declared[name] for name in _PROMPT_NAMES[kind] if declared.get(name)), "")
        return named or (_E5_PROMPTS[kind] if "e5" in self.name.rsplit("/", 1)[-1].lower().split("-") else "")

    def _warn_of_cut_texts(self, texts: list[str]) -> None:
        longest = self._model.max_seq_length
        if longest is None or longest == float("inf"):
            return
        tokens = self._model.tokenizer(texts, truncation=False, verbose=False)["input_ids"]
        if cut := sum(len(ids) > longest for ids in tokens):
            _log.warning(
                "%d of %d texts are longer than the %d tokens that %s reads: their ends are not encoded",
                cut,
                len(texts),
                longest,
                self.name,
            )


def _load(name: str) -> Any:
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - takes seconds to import

    try:
        return SentenceTransformer(name, device="cpu")
    except Exception as error:  # whatever a foreign model raises means that it cannot be used
        raise ModelError(f"ENCODER_MODEL={name!r} cannot be loaded ({error}): give a sentence-transformers name or folder") from error
