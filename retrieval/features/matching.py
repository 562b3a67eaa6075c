"""Where the concepts of a question stand in a table of sentences, exactly or nearly."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from index.italian import is_stop_word, stem
from retrieval.features.question_shape import QuestionShape
from retrieval.features.sentence_table import Floats, Ints, SentenceTable

LEAST_DICE = 0.4  # two words that share fewer letter trigrams have nothing to do with each other
NEARNESS_DECAY = 0.85  # for each word between
NEARNESS_DOUBLINGS = 4  # 16 words are looked back


@dataclass(frozen=True, slots=True)
class Matches:
    """How well each word of a table stands for each concept: 1 for its stem, less for a likely one or for similar letters."""

    weights: Floats  # (concepts,) shares of the question's rarity, summing to 1
    idf: Floats  # (concepts,)
    exact: Floats  # (concepts, tokens)
    soft: Floats  # (concepts, tokens) exact, or similar letters
    left: Floats  # (concepts, tokens) best soft match before the token, fading with distance, inside its row
    right: Floats  # (concepts, tokens) the same after it

    @property
    def near(self) -> Floats:
        """(tokens,) how much of the question stands around a token."""
        return np.asarray(self.weights @ np.maximum(self.left, self.right), dtype=np.float32)

    @property
    def best(self) -> Floats:
        """(tokens,) how well a token stands for any concept."""
        return np.asarray(self.soft.max(axis=0), dtype=np.float32)


def match(question: QuestionShape, table: SentenceTable) -> Matches:
    """Compare a question that has at least one concept with a table."""
    exact, soft = _compare_words(question, table.words)
    exact, soft = exact[:, table.word], soft[:, table.word]
    idf = np.array([concept.idf for concept in question.concepts], dtype=np.float32)
    from_start = np.arange(len(table.word)) - np.repeat(table.row_start[:-1], np.diff(table.row_start))
    from_end = np.repeat(table.row_start[1:], np.diff(table.row_start)) - 1 - np.arange(len(table.word))
    right = _fading(soft[:, ::-1], from_end[::-1])[:, ::-1]
    return Matches(idf / max(float(idf.sum()), 1e-6), idf, exact, soft, _fading(soft, from_start), right)


def _fading(matches: Floats, position: Ints) -> Floats:
    """Return for each token the best match before it in its row, times the decay for each step: window maxima by doubling."""
    faded = _shifted(matches, position, 1) * np.float32(NEARNESS_DECAY)
    for doubling in range(NEARNESS_DOUBLINGS):
        step = 1 << doubling
        np.maximum(faded, _shifted(faded, position, step) * np.float32(NEARNESS_DECAY**step), out=faded)
    return faded


def _shifted(matches: Floats, position: Ints, step: int) -> Floats:
    moved = np.zeros_like(matches)
    moved[:, step:] = matches[:, :-step]
    moved[:, position < step] = 0.0
    return moved


def _compare_words(question: QuestionShape, words: tuple[str, ...]) -> tuple[Floats, Floats]:
    """Return exact and soft matches, (concepts, words) each."""
    exact = np.zeros((len(question.concepts), len(words)), dtype=np.float32)
    soft = np.zeros_like(exact)
    by_stem: dict[str, list[tuple[int, float]]] = {}
    by_gram: dict[str, list[int]] = {}
    sizes = []
    for c, concept in enumerate(question.concepts):
        for concept_stem, weight in concept.stems:
            by_stem.setdefault(concept_stem, []).append((c, weight))
        grams = _trigrams(concept.word)
        sizes.append(len(grams))
        for gram in grams:
            by_gram.setdefault(gram, []).append(c)
    for w, word in enumerate(words):
        word_stem, grams = _parts(word)
        for c, weight in by_stem.get(word_stem, ()):
            exact[c, w] = max(exact[c, w], weight)
        shared: dict[int, int] = {}
        for gram in grams:
            for c in by_gram.get(gram, ()):
                shared[c] = shared.get(c, 0) + 1
        for c, count in shared.items():
            dice = 2 * count / (sizes[c] + len(grams))
            if dice >= LEAST_DICE:
                soft[c, w] = dice
    return exact, np.maximum(exact, soft)


@lru_cache(maxsize=1 << 16)
def _parts(word: str) -> tuple[str, frozenset[str]]:
    """Return the stem and the trigrams of a folded word; nothing of words that say nothing."""
    return ("", frozenset()) if is_stop_word(word) else (stem(word), _trigrams(word))


def _trigrams(word: str) -> frozenset[str]:
    """Return the letter trigrams of a word with its borders marked; none of short words and numbers, which must match exactly."""
    if len(word) < 4 or word[0].isdigit():
        return frozenset()
    marked = f"_{word}_"
    return frozenset(marked[i : i + 3] for i in range(len(marked) - 2))
