"""Typing errors: which stems of the collection a word that it does not know may have meant.

The rule is that of the question's side only: a word is doubted only if no passage holds its stem, so that a rare name is never
"corrected". Distances are between stems, since stems are what a collection knows.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from index.italian import stem

SHORTEST_WORD = 4  # three letters are one error away from hundreds of words
SHORTEST_STEM = 3
TWO_ERRORS_FROM = 6  # letters of a word in which two errors are believed
MOST_GUESSES = 3
SEARCHED_STEMS = 200_000  # the most frequent ones: a scan of 17,000 takes 1 ms, so that a word costs 12 ms at most

# (errors, same first letter) → weight. People seldom mistype the first letter. With errors in about 3 words of 10, R@1 of SQuAD-it's
# 34 tuning articles rises from 63.3 to 72.6 by terms alone, and from 72.8 to 76.4 with n-grams beside them.
WEIGHTS = {(0, True): 0.8, (1, True): 0.8, (1, False): 0.6, (2, True): 0.5, (2, False): 0.3}


@dataclass(frozen=True, slots=True)
class Guess:
    """A stem of the collection that a word may have meant, and how much it is believed."""

    stem: str
    weight: float


def guess_stems(folded: str, vocabulary: Sequence[str]) -> list[Guess]:
    """Return up to `MOST_GUESSES` stems of the vocabulary that are near to an unknown folded word, best first.

    `vocabulary` has the most frequent first; of equally near stems the more frequent is preferred. Short words and those with a digit
    are taken as they are: no guesses.
    """
    if len(folded) < SHORTEST_WORD or any(c.isdigit() for c in folded):
        return []
    typed = stem(folded)
    errors = 1 if len(folded) < TWO_ERRORS_FROM else 2
    near = process.extract(typed, vocabulary[:SEARCHED_STEMS], scorer=OSA.distance, score_cutoff=errors, limit=None)
    ranked = sorted((distance, known[0] != typed[0], place, known) for known, distance, place in near if len(known) >= SHORTEST_STEM)
    return [Guess(known, WEIGHTS[distance, not other_initial]) for distance, other_initial, _, known in ranked[:MOST_GUESSES]]
