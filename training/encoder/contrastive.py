"""Pull each query towards its passage and away from the other passages of the batch (symmetric InfoNCE)."""

import random
from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch.nn import functional

from training.encoder.pairs import ClozeSource, Tokens
from training.encoder.recipe import Recipe

_WARM_UP = 0.05  # share of the steps


def train(
    start: NDArray[np.float32],
    tokenizer: Tokenizer,
    cloze: ClozeSource,
    recipe: Recipe,
    *,
    report: Callable[[int, float], None] | None = None,
) -> NDArray[np.float32]:
    """Return (vocabulary, dimension) trained embeddings; `report` hears every step's number and loss."""
    torch.manual_seed(recipe.seed)
    rng = random.Random(recipe.seed)
    weights = torch.nn.Parameter(torch.from_numpy(start.copy()))
    optimiser = torch.optim.Adam([weights], lr=recipe.learning_rate, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _rate(step / recipe.steps))
    for step in range(recipe.steps):
        pairs = cloze.draw(recipe.batch_size, rng)
        encodings = tokenizer.encode_batch(pairs.queries, add_special_tokens=False)
        queries = embed([np.asarray(encoding.ids, dtype=np.int32) for encoding in encodings], weights)
        loss = contrast(queries, embed(pairs.passages, weights), scale=recipe.scale)
        optimiser.zero_grad(set_to_none=False)
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        optimiser.step()
        schedule.step()
        if report:
            report(step, loss.item())
    return weights.detach().numpy()


def embed(texts: Sequence[Tokens], weights: torch.Tensor) -> torch.Tensor:
    """Return (texts, dimension) unit-length means of the texts' rows of the weights."""
    lengths = torch.tensor([0, *map(len, texts[:-1])])
    ids = torch.from_numpy(np.concatenate(texts).astype(np.int64))
    return functional.normalize(functional.embedding_bag(ids, weights, lengths.cumsum(0), mode="mean"), dim=1)


def contrast(queries: torch.Tensor, passages: torch.Tensor, *, scale: float) -> torch.Tensor:
    """Return the mean loss of finding each query's passage, and each passage's query, among all of the batch."""
    scores = scale * queries @ passages.T
    own = torch.arange(len(scores))
    return (functional.cross_entropy(scores, own) + functional.cross_entropy(scores.T, own)) / 2


def _rate(progress: float) -> float:
    return min(progress / _WARM_UP, (1 - progress) / (1 - _WARM_UP)) if progress < 1 else 0.0
