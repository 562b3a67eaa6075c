"""Write the encoder in sentence-transformers' own format, and read it back.

The rows are stored as 8-bit integers with one scale a row, under the names of a vocabulary-quantised static model: sentence-transformers
6.2 or newer multiplies them out to float32 when it loads the folder, so that nothing but the file is small.
"""

import os
import shutil
import tempfile
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import save_file
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding
from tokenizers import Tokenizer

_LARGEST = 127  # of an 8-bit integer, kept symmetric


def export(weights: NDArray[np.float32], tokenizer: Tokenizer, folder: Path) -> None:
    """Write (vocabulary, dimension) weights and their tokenizer as a model folder, replacing an older one."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as aside:
        embedding = StaticEmbedding(tokenizer, embedding_weights=torch.from_numpy(weights))
        model = SentenceTransformer(modules=[embedding, Normalize()], device="cpu")
        draft = Path(aside) / folder.name
        model.save_pretrained(str(draft), create_model_card=False)
        integers, scales = quantise(weights)
        save_file({"embeddings": integers, "weights": scales}, draft / "model.safetensors")
        (draft / "model.safetensors").chmod(0o644)  # safetensors leaves it to its owner alone
        if folder.exists():
            shutil.rmtree(folder)
        os.replace(draft, folder)  # noqa: PTH105  # the same call as everywhere


def quantise(weights: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return 8-bit rows and the scale that each is multiplied with."""
    scales = np.maximum(np.abs(weights).max(axis=1), 1e-12).astype(np.float32) / _LARGEST
    return np.rint(weights / scales[:, None]).astype(np.int8), scales


def load(folder: Path) -> SentenceTransformer:
    """Return the model of a folder; the network is never asked."""
    return SentenceTransformer(str(folder), device="cpu", local_files_only=True)
