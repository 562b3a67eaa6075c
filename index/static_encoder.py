"""Static embeddings read without PyTorch: the mean of the rows of a text's tokens.

The model is in sentence-transformers' own format and gives the same vectors there; reading it here takes .4 s instead of the 6 s that
importing sentence-transformers takes, on every start of every command.
"""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from index.encoder import Kind, unit_length
from index.engine import Vectors
from index.errors import ModelError

_MODULES = ["StaticEmbedding", "Normalize"]


def is_static(name: str) -> bool:
    """True if a name is the folder of a model that consists of static embeddings and a normalisation."""
    try:
        modules = json.loads((Path(name) / "modules.json").read_text(encoding="utf-8"))
        return [module["type"].rsplit(".", 1)[-1] for module in modules] == _MODULES
    except (OSError, ValueError, KeyError, TypeError):
        return False


class StaticEncoder:
    """A model for which `is_static` holds. ModelError if its files are damaged. Questions and passages are encoded alike."""

    def __init__(self, name: str) -> None:
        folder = Path(name)
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            tensors = load_file(folder / "model.safetensors")
            rows = tensors["embeddings" if "embeddings" in tensors else "embedding.weight"].astype(np.float32)
        except Exception as error:  # tokenizers raises nothing more precise
            raise ModelError(f"ENCODER_MODEL={name!r} cannot be loaded ({error}): restore the folder or name another model") from error
        self.name = name
        self.dimension = int(rows.shape[1])
        self.fingerprint = _digest(folder / "tokenizer.json", folder / "model.safetensors")
        self._rows = rows * tensors["weights"].astype(np.float32)[:, None] if "weights" in tensors else rows  # (tokens, dimension)

    def encode(self, texts: Sequence[str], _kind: Kind, /) -> Vectors:
        """Return (texts, dimension) float32 vectors of unit length; a text without known tokens gives zeros."""
        means = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for place, encoding in enumerate(self._tokenizer.encode_batch(list(texts), add_special_tokens=False)):
            if encoding.ids:
                means[place] = self._rows[encoding.ids].mean(axis=0)
        return unit_length(means)


def _digest(*files: Path) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()
