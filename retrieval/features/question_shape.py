"""How a question asks: by which question word, for which kind of thing, with which concepts.

In comes a `Query`; out comes what the features compare sentences with. Nothing is looked up in the index.
"""

from dataclasses import dataclass
from enum import IntEnum

from index.italian import is_stop_word, stem, tokenize
from retrieval.features.background import Background
from retrieval.question import Query


class Asks(IntEnum):
    """The question word."""

    NOTHING = 0  # keywords
    WHO = 1
    WHAT = 2
    WHICH = 3
    WHEN = 4
    WHERE = 5
    HOW_MANY = 6
    HOW_MUCH = 7
    WHY = 8
    HOW = 9


_STRONG = {
    "chi": Asks.WHO,
    "quando": Asks.WHEN,
    "dove": Asks.WHERE,
    "dov": Asks.WHERE,
    "quanti": Asks.HOW_MANY,
    "quante": Asks.HOW_MANY,
    "quanto": Asks.HOW_MUCH,
    "quanta": Asks.HOW_MUCH,
    "quant": Asks.HOW_MUCH,
    "quale": Asks.WHICH,
    "quali": Asks.WHICH,
    "qual": Asks.WHICH,
    "cosa": Asks.WHAT,
    "cos": Asks.WHAT,
    "who": Asks.WHO,
    "whom": Asks.WHO,
    "whose": Asks.WHO,
    "when": Asks.WHEN,
    "where": Asks.WHERE,
    "which": Asks.WHICH,
    "what": Asks.WHAT,
    "why": Asks.WHY,
}
_WEAK = {"perche": Asks.WHY, "come": Asks.HOW, "how": Asks.HOW, "che": Asks.WHICH}  # only where no strong one stands
_AFTER_HOW = {"many": Asks.HOW_MANY, "much": Asks.HOW_MUCH, "mai": Asks.WHY}
_PREPOSITIONS = {
    "a": 1,
    "ad": 1,
    "di": 2,
    "da": 3,
    "in": 4,
    "nel": 4,
    "con": 5,
    "su": 6,
    "per": 7,
    "contro": 8,
    "entro": 9,
    "fino": 9,
    "tra": 10,
    "fra": 10,
}
_COPULAS = frozenset("e era erano sono fu furono is was are were si chiama chiamano sara stato stata tipo nome the".split())


@dataclass(frozen=True, slots=True)
class Concept:
    """A word of the question and the stems that may stand for it, each with its weight beside the likeliest one, which has 1.

    `idf` is that of the likeliest stem, less where the word was only guessed or carried over from the turn before.
    """

    word: str
    stems: tuple[tuple[str, float], ...]
    idf: float
    is_name: bool


@dataclass(frozen=True, slots=True)
class QuestionShape:
    """What is asked: `focus` is the place in `concepts` of the kind of thing asked for (`quale squadra`), -1 if it is not said.

    `preposition` is a number for the preposition before the question word (`a chi`, `in quale`), 0 for none.
    """

    asks: Asks
    preposition: int
    focus: int
    concepts: tuple[Concept, ...]


def shape(query: Query, background: Background) -> QuestionShape:
    """Look at a question's words."""
    concepts = _concepts(query, background)
    words = [token.folded for token in tokenize(query.text)]
    asks, position = _question_word(words)
    before = words[position - 1] if 0 < position < len(words) else ""
    preposition = _PREPOSITIONS.get(before, 0) if position >= 0 else 0
    return QuestionShape(asks, preposition, _focus(words, position, concepts), concepts)


def _concepts(query: Query, background: Background) -> tuple[Concept, ...]:
    by_word: dict[str, dict[str, float]] = {}
    for term in query.terms:
        alternatives = by_word.setdefault(term.word, {})
        alternatives[term.stem] = max(term.weight, alternatives.get(term.stem, 0.0))
    concepts = []
    for word, alternatives in by_word.items():
        ranked = sorted(alternatives.items(), key=lambda item: (-item[1], item[0]))
        likeliest, importance = ranked[0]
        shares = tuple((term_stem, weight / importance) for term_stem, weight in ranked)
        concepts.append(Concept(word, shares, background.idf(likeliest) * importance, word in query.names))
    return tuple(concepts)


def _question_word(words: list[str]) -> tuple[Asks, int]:
    for position, word in enumerate(words):
        if word in _STRONG:
            return _STRONG[word], position
    for position, word in enumerate(words):
        if word in _WEAK:
            following = words[position + 1] if position + 1 < len(words) else ""
            return (_AFTER_HOW.get(following, _WEAK[word]) if word in ("come", "how") else _WEAK[word]), position
    return Asks.NOTHING, -1


def _focus(words: list[str], position: int, concepts: tuple[Concept, ...]) -> int:
    """Return the concept that the first telling word after the question word stands for."""
    places = {concept.word: place for place, concept in enumerate(concepts)}
    if position < 0:
        return -1
    for word in words[position + 1 : position + 5]:
        if word in places and not (word in _COPULAS or is_stop_word(word)):
            return places[word] if stem(word) else -1
    return -1
