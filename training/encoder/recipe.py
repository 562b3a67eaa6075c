"""Every number that shapes the encoder, in one value."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the encoder is made; the defaults are those of the model that is shipped."""

    seed: int = 13
    vocabulary_size: int = 32_000
    dimension: int = 256
    steps: int = 2_000
    batch_size: int = 1_024
    learning_rate: float = 0.003
    scale: float = 20.0  # of the cosine, before the softmax
    rarity: float = 1e-3  # frequency at which a trained row is halved; cloze queries alone leave frequent words too heavy
