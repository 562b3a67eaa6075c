"""Start the embeddings from word co-occurrence: positive pointwise mutual information, factorised.

Levy, Goldberg & Dagan 2015 (context distribution smoothing .75, U·√S); Arora et al. 2017 (SIF weights, common components removed).
"""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse  # type: ignore[import-untyped]  # scipy ships no types
from sklearn.utils.extmath import randomized_svd  # type: ignore[import-untyped]  # nor does scikit-learn

WINDOW = 5
_FREQUENT_SHARE = 0.002  # a piece above it says nothing as a context
_SMOOTHING = 0.75
_SIF = 1e-4
_COMMON_COMPONENTS = 2
_CHUNK_TOKENS = 2_000_000


def start_embeddings(
    tokens: NDArray[np.int32], texts: NDArray[np.int32], *, vocabulary_size: int, dimension: int, seed: int
) -> NDArray[np.float32]:
    """Return (vocabulary, dimension) embeddings whose rows have a mean length of 1.

    Args:
        tokens: the corpus, one piece after the other.
        texts: for every token, the number of the text that it stands in.
        vocabulary_size: number of rows.
        dimension: number of columns.
        seed: of the randomised factorisation.
    """
    frequencies = piece_frequencies(tokens, vocabulary_size=vocabulary_size)
    counts = count_neighbours(tokens, texts, vocabulary_size=vocabulary_size)
    counts = counts @ sparse.diags_array((frequencies <= _FREQUENT_SHARE).astype(np.float32))
    left, singular, _ = randomized_svd(positive_information(counts), dimension, n_iter=3, random_state=seed)
    vectors = left * np.sqrt(singular)
    seen = frequencies > 0
    vectors[seen] -= vectors[seen].mean(axis=0)
    vectors *= rarity(frequencies, half=_SIF)[:, None]
    _, _, common = randomized_svd(vectors, _COMMON_COMPONENTS, random_state=seed)
    vectors -= vectors @ common.T @ common
    vectors /= np.linalg.norm(vectors[seen], axis=1).mean()
    return np.ascontiguousarray(vectors, dtype=np.float32)


def piece_frequencies(tokens: NDArray[np.int32], *, vocabulary_size: int) -> NDArray[np.float64]:
    """Return the share of the tokens that each piece of the vocabulary is."""
    shares: NDArray[np.float64] = np.bincount(tokens, minlength=vocabulary_size) / len(tokens)
    return shares


def rarity(frequencies: NDArray[np.float64], *, half: float) -> NDArray[np.float64]:
    """Return SIF weights: near 1 for a rare piece, 1/2 at the frequency `half`, near 0 for a frequent one."""
    return half / (half + frequencies)


def count_neighbours(tokens: NDArray[np.int32], texts: NDArray[np.int32], *, vocabulary_size: int) -> sparse.csr_array:
    """Return symmetric (vocabulary, vocabulary) counts of neighbours in the same text, each weighing 1/√distance."""
    shape = (vocabulary_size, vocabulary_size)
    total = sparse.csr_array(shape, dtype=np.float32)
    for start in range(0, len(tokens), _CHUNK_TOKENS):
        stop = start + _CHUNK_TOKENS
        for distance in range(1, WINDOW + 1):
            left, right = tokens[start:stop], tokens[start + distance : stop + distance]
            together = texts[start:stop][: len(right)] == texts[start + distance : stop + distance]
            rows, columns = left[: len(right)][together], right[together]
            weights = np.full(len(rows), 1 / np.sqrt(distance), dtype=np.float32)
            total = total + sparse.coo_array((weights, (rows, columns)), shape=shape).tocsr()
    return (total + total.T).tocsr()


def positive_information(counts: sparse.csr_array) -> sparse.csr_array:
    """Return max(0, log P(word, context) / (P(word) · P(context)^.75)) in the shape of the counts."""
    words = np.asarray(counts.sum(axis=1)).ravel()
    contexts = np.asarray(counts.sum(axis=0)).ravel() ** _SMOOTHING
    pairs = counts.tocoo()
    expected = words[pairs.row] * (contexts / contexts.sum())[pairs.col]
    information = np.maximum(0.0, np.log(np.maximum(pairs.data, 1e-12) / np.maximum(expected, 1e-12)))
    result = sparse.csr_array((information.astype(np.float32), (pairs.row, pairs.col)), shape=counts.shape)
    result.eliminate_zeros()
    return result
