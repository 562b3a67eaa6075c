"""Names in a question: the words that say of whom or of what it speaks.

Capitals tell where the writer used them. Where nobody did (`fino a quando ha firmato simeone`), the collection tells: a word is a name
if its passages write it with a capital inside a sentence.
"""

import re
from collections.abc import Collection, Sequence

from index.engine import IndexedPassage, Snapshot
from index.italian import Token, is_stop_word, stem, tokenize

LOOKED_UP_WORDS = 12  # a look-up costs about .3 ms
LOOKED_UP_PASSAGES = 3

_SENTENCE_START = re.compile(r"(?:^|[.!?…:]\s|[\n\r])[\s\"'“‘«(\[¿¡–—-]*$")
_QUOTED = re.compile(r"«([^»]{2,80})»|“([^”]{2,80})”|\"([^\"]{2,80})\"")


def find_names(text: str, content: Sequence[Token], snapshot: Snapshot) -> frozenset[str]:
    """Return the folded words of a question that name somebody or something; `content` are its words without stop words."""
    if text.isupper():
        return _written_as_names(content, snapshot)
    inside = [token for token in content if not starts_sentence(text, token.start)]
    names = {token.folded for token in inside if text[token.start].isupper()} | _quoted_words(text)
    undecided = [token for token in content if token not in inside] if names else content
    return frozenset(names) | _written_as_names(undecided, snapshot)


def name_runs(text: str, names: Collection[str]) -> list[tuple[int, int]]:
    """Return where folded names stand in a text, those that follow one another as one: offsets of each run, in order."""
    runs: list[tuple[int, int]] = []
    for token in tokenize(text):
        if token.folded in names:
            if runs and not text[runs[-1][1] : token.start].strip():
                runs[-1] = (runs[-1][0], token.end)
            else:
                runs.append((token.start, token.end))
    return runs


def starts_sentence(text: str, position: int) -> bool:
    """True if a word at this position has its capital from the place where it stands."""
    return bool(_SENTENCE_START.search(text[max(0, position - 12) : position]) if position else True)


def _quoted_words(text: str) -> set[str]:
    quotes = (next(filter(None, match.groups())) for match in _QUOTED.finditer(text))
    return {token.folded for quote in quotes for token in tokenize(quote) if not is_stop_word(token.folded)}


def _written_as_names(tokens: Sequence[Token], snapshot: Snapshot) -> frozenset[str]:
    words = dict.fromkeys(token.folded for token in tokens if not token.folded.isdigit())
    return frozenset(word for word in list(words)[:LOOKED_UP_WORDS] if _is_written_as_name(word, snapshot))


def _is_written_as_name(word: str, snapshot: Snapshot) -> bool:
    """True if the passages that hold a word most write it with a capital inside their sentences, more often than without."""
    ids = snapshot.nominate_by_terms({stem(word): 1.0}, limit=LOOKED_UP_PASSAGES)
    capitals = [is_capital for passage in snapshot.passages(ids) for is_capital in _spellings(word, passage)]
    return 2 * sum(capitals) > len(capitals)


def _spellings(word: str, indexed: IndexedPassage) -> list[bool]:
    """Return for each time that a passage writes the word inside a sentence whether it has a capital."""
    text = indexed.passage.text
    if word not in text.casefold():  # most words have no accents: seldom wrong, and much cheaper
        return []
    tokens = [token for token in tokenize(text) if token.folded == word]
    return [text[token.start].isupper() for token in tokens if not starts_sentence(text, token.start)]
