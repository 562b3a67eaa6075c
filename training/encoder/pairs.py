"""Draw training pairs, a query and the passage that it should find.

Inverse cloze (Lee, Chang & Toutanova 2019): a sentence, thinned and mistyped, looks for its neighbours; four paragraphs that follow each
other in the corpus are drawn together, so that each is a hard negative of the others. Real questions beside it brought nothing.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from training.corpus import split_sentences

Tokens = NDArray[np.int32]

NEIGHBOURS = 4  # consecutive paragraphs a draw
_REACH = 3  # sentences of the passage on each side of the drawn one
_QUERY_WORDS = 4  # the shortest sentence that can be a query
_KEPT_WORDS = (0.2, 0.6)  # share of a sentence's words that its query keeps, from … to …
_KEPT_SENTENCE = 0.5  # how often the passage still holds the drawn sentence
_MISTYPED_QUERIES = 0.4
_MISTYPED_WORDS = 0.25
_LETTERS = "abcdefghilmnopqrstuvz"


@dataclass(frozen=True, slots=True)
class Pairs:
    """Queries as text, and beside each the tokens of its passage."""

    queries: list[str]
    passages: list[Tokens]


@dataclass(frozen=True, slots=True)
class _Paragraph:
    sentences: tuple[str, ...]
    tokens: tuple[Tokens, ...]


class ClozeSource:
    """Inverse-cloze pairs from paragraphs in the order of their corpus."""

    def __init__(self, paragraphs: Sequence[str], tokenizer: Tokenizer) -> None:
        self._paragraphs = [paragraph for text in paragraphs if (paragraph := _paragraph(text, tokenizer)).tokens]

    def tokens(self) -> tuple[Tokens, Tokens]:
        """Return all tokens one after the other, and for each the number of its paragraph."""
        lengths = [sum(map(len, paragraph.tokens)) for paragraph in self._paragraphs]
        flat = np.concatenate([tokens for paragraph in self._paragraphs for tokens in paragraph.tokens])
        return flat, np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)

    def draw(self, count: int, rng: random.Random) -> Pairs:
        """Draw `count` pairs, four neighbouring paragraphs at a time."""
        pairs = Pairs([], [])
        while len(pairs.queries) < count:
            start = rng.randrange(max(1, len(self._paragraphs) - NEIGHBOURS + 1))
            for paragraph in self._paragraphs[start : start + NEIGHBOURS][: count - len(pairs.queries)]:
                _add_cloze(pairs, paragraph, rng)
        return pairs


def thin(words: Sequence[str], rng: random.Random) -> list[str]:
    """Return some of the words, in their order."""
    kept = max(2, round(rng.uniform(*_KEPT_WORDS) * len(words)))
    return [words[position] for position in sorted(rng.sample(range(len(words)), min(kept, len(words))))]


def mistype(text: str, rng: random.Random, *, share: float = _MISTYPED_WORDS) -> str:
    """Return the text with one typing error in about `share` of its words of four letters or more."""
    return " ".join(_mistyped_word(word, rng) if len(word) > 3 and rng.random() < share else word for word in text.split())


def _mistyped_word(word: str, rng: random.Random) -> str:
    place = rng.randrange(len(word) - 1)
    before, letter, after = word[:place], word[place], word[place + 1 :]
    match rng.randrange(4):
        case 0:
            return before + after
        case 1:
            return before + letter + letter + after
        case 2:
            return before + after[0] + letter + after[1:]
        case _:
            return before + rng.choice(_LETTERS) + after


def _paragraph(text: str, tokenizer: Tokenizer) -> _Paragraph:
    sentences = split_sentences(text)
    encodings = tokenizer.encode_batch(sentences, add_special_tokens=False)
    filled = [(sentence, encoding.ids) for sentence, encoding in zip(sentences, encodings, strict=True) if encoding.ids]
    return _Paragraph(tuple(sentence for sentence, _ in filled), tuple(np.asarray(ids, dtype=np.int32) for _, ids in filled))


def _add_cloze(pairs: Pairs, paragraph: _Paragraph, rng: random.Random) -> None:
    drawn = rng.randrange(len(paragraph.sentences))
    words = paragraph.sentences[drawn].split()
    if len(words) < _QUERY_WORDS:
        return
    before = paragraph.tokens[max(0, drawn - _REACH) : drawn]
    after = paragraph.tokens[drawn + 1 : drawn + 1 + _REACH]
    alone = not before and not after
    kept = paragraph.tokens[drawn : drawn + 1] if alone or rng.random() < _KEPT_SENTENCE else ()
    query = " ".join(thin(words, rng))
    pairs.queries.append(mistype(query, rng) if rng.random() < _MISTYPED_QUERIES else query)
    pairs.passages.append(np.concatenate([*before, *kept, *after]))
