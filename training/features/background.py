"""Count words in a background collection and write what the reader knows of them beforehand: rarity and habits."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

from index.italian import is_stop_word, stem, tokenize
from retrieval.features.background import IDF_STEP
from retrieval.features.token_classes import TokenClass, classify

LEAST_PASSAGES = 4  # stems seen in fewer paragraphs count as unknown
LEAST_USES = 5  # as a name inside sentences, before its habits are believed
LEAST_CAPITAL = 0.3
SMOOTHING = 2.0

_PLACE = int(TokenClass.PLACE_PREPOSITION)
_ARTICLES = frozenset("il lo la i gli le l del dello della dell dei degli delle al allo alla all dal dalla dall sul sulla col".split())
_PLAIN_GAP = " '’«\"“("
_COUNTED = ("inside", "capital", "place", "article", "before_capital", "after_capital")


@dataclass
class Counts:
    """How many paragraphs were read, in how many each stem stands, and how each word is used inside sentences."""

    paragraphs: int = 0
    frequencies: Counter[str] = field(default_factory=Counter)
    uses: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0] * len(_COUNTED)))


def count_words(paragraphs: Iterable[str]) -> Counts:
    """Count the words of paragraphs."""
    counts = Counts()
    for text in paragraphs:
        counts.paragraphs += 1
        tokens = tokenize(text)
        counts.frequencies.update({stem(token.folded) for token in tokens if not is_stop_word(token.folded)})
        for before, token, after in zip(tokens, tokens[1:], [*tokens[2:], None], strict=False):
            if text[before.end : token.start].strip(_PLAIN_GAP):
                continue  # a capital after a mark may only begin a sentence
            use = counts.uses[token.folded]
            use[0] += 1
            if text[token.start].isupper():
                use[1] += 1
                use[2] += bool(classify(text[before.start : before.end]) & _PLACE)
                use[3] += before.folded in _ARTICLES
                use[4] += after is not None and text[token.end : after.start] == " " and text[after.start].isupper()
                use[5] += text[before.start].isupper() and text[before.end : token.start] == " "
    return counts


def write_background(path: Path, counts: Counts) -> None:
    """Write stems with their idf, names with their habits."""
    stems = sorted(word for word, count in counts.frequencies.items() if count >= LEAST_PASSAGES)
    seen = np.array([counts.frequencies[word] for word in stems])
    idf = np.log(1 + (counts.paragraphs - seen + 0.5) / (seen + 0.5))
    names = sorted(word for word, use in counts.uses.items() if _is_name(word, use))
    shares = np.array([_habits(counts.uses[word]) for word in names])
    tensors = {
        "stems": _encoded(stems),
        "idf": np.round(idf / IDF_STEP).clip(0, 255).astype(np.uint8),
        "names": _encoded(names),
        "habits": np.round(shares * 255).clip(0, 255).astype(np.uint8),
    }
    save_file(tensors, path)


def _is_name(word: str, use: list[int]) -> bool:
    return use[1] >= LEAST_USES and use[1] >= LEAST_CAPITAL * use[0] and not word[0].isdigit()


def _habits(use: list[int]) -> tuple[float, ...]:
    """Return the shares of a word's uses: with a capital; of those, after a or in, after an article, before and after a capital."""
    total = use[1] + SMOOTHING
    return use[1] / use[0], use[2] / total, use[3] / total, use[4] / total, use[5] / total


def _encoded(words: list[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(words).encode(), dtype=np.uint8)
