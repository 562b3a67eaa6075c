"""Text in, unit vectors out: any sentence-transformers model, by name or path.

The built-in one is `models/encoder-it`. An encoder's fingerprint covers its weights, prompts and length: a snapshot made with
another one is refused rather than searched with vectors that mean something else.
"""

from collections.abc import Sequence
from typing import Literal, Protocol

from index.engine import Vectors

Kind = Literal["question", "passage"]


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
