"""How much of a question stands in a sentence, around it, in its headline and in its article."""

from dataclasses import dataclass

import numpy as np

from retrieval.features.matching import Matches
from retrieval.features.sentence_table import Floats, SentenceTable


@dataclass(frozen=True, slots=True)
class Coverage:
    """How well each sentence, its neighbours and its headline cover each concept: (concepts, sentences) each."""

    exact: Floats
    sentence: Floats
    before: Floats
    after: Floats
    title: Floats
    passage: Floats  # the best sentence of the passage
    article: Floats  # the best sentence of the article, as far as it was retrieved, or its headline

    @property
    def window(self) -> Floats:
        """Sentence or a neighbour."""
        return np.maximum(self.sentence, np.maximum(self.before, self.after))


def cover(table: SentenceTable, matches: Matches) -> Coverage:
    """Return what covers each concept."""
    count = table.sentences
    rows = np.maximum.reduceat(matches.soft, table.row_start[:-1], axis=1)
    exact = np.maximum.reduceat(matches.exact, table.row_start[:-1], axis=1)
    sentence, titles = rows[:, :count], rows[:, count:]
    before, after = np.zeros_like(sentence), np.zeros_like(sentence)
    follows = (table.passage[1:] == table.passage[:-1]) & (table.place[1:] == table.place[:-1] + 1)
    before[:, 1:] = sentence[:, :-1] * follows
    after[:, :-1] = sentence[:, 1:] * follows
    first = np.flatnonzero(np.diff(table.passage, prepend=-1))  # sentences of a passage are contiguous
    passage = np.repeat(np.maximum.reduceat(sentence, first, axis=1), np.diff(first, append=count), axis=1)
    title = titles[:, table.passage]
    article = np.maximum(title, _best_of_article(table, sentence))
    return Coverage(exact[:, :count], sentence, before, after, title, passage, article)


def _best_of_article(table: SentenceTable, sentence: Floats) -> Floats:
    places: dict[str, int] = {}
    owner = np.array([places.setdefault(retrieved.article.id, len(places)) for retrieved in table.passages])[table.passage]
    best = np.stack([sentence[:, owner == place].max(axis=1, initial=0.0) for place in range(len(places))], axis=1)
    return np.asarray(best[:, owner], dtype=np.float32)
