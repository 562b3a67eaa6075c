"""The same question as people type it: in lower case, with slips of the finger, as bare keywords."""

import random
import re

from index.italian import fold_word, is_stop_word
from training.features.examples import Example

VARIANT_SHARE = 0.35
TYPO_SHARE = 0.12  # of the words longer than three letters
_WORD = re.compile(r"\w+")


def with_variants(examples: list[Example], seed: int = 7) -> list[Example]:
    """Return the examples with a third of them doubled in another spelling."""
    chance = random.Random(seed)
    doubled = []
    for example in examples:
        doubled.append(example)
        if example.kind != "english" and chance.random() < VARIANT_SHARE:
            doubled.append(_variant(example, chance))
    return doubled


def _variant(example: Example, chance: random.Random) -> Example:
    way = chance.choice(("lower", "typos", "keywords"))
    text = example.text.lower().rstrip("?") if way != "keywords" or example.history else _keywords(example.text)
    if way == "typos":
        text = _WORD.sub(lambda match: _mistyped(match.group(), chance), text)
    return Example(text, example.history, example.article_id, example.group, example.answers, example.sentences, way)


def _keywords(text: str) -> str:
    return " ".join(word for word in _WORD.findall(text) if not is_stop_word(fold_word(word)))


def _mistyped(word: str, chance: random.Random) -> str:
    if len(word) < 4 or word.isdecimal() or chance.random() > TYPO_SHARE:
        return word
    at = chance.randrange(len(word) - 1)
    slips = (word[:at] + word[at + 1 :], word[:at] + word[at + 1] + word[at] + word[at + 2 :], word[:at] + word[at] + word[at:])
    return chance.choice(slips)
