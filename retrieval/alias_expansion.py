"""A query widened by other names: who asks for the `Vecchia Signora` finds Juventus.

Only names that the collection writes are added. A name that means one subject takes the place of words that the collection does not
know, and stands beside the question when it is read; a shared one (`rossoblù`) only helps to find.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from index.engine import Snapshot
from index.italian import is_stop_word, stem, tokenize
from retrieval.aliases import Alias, AliasLexicon, Words
from retrieval.question import Query, QueryTerm

SUBJECT_WEIGHT = 0.8  # what a subject counts beside the alias that was written; shared by those that an alias may mean
OTHER_WEIGHT = 0.3  # another alias of the subject


def with_aliases(query: Query, lexicon: AliasLexicon, snapshot: Snapshot) -> Query:
    """Return the query with the subjects that its aliases mean, and with other names of its subjects."""
    found = lexicon.find(query.text, tokenize(query.text))
    if not found:
        return query
    known = _known((words for alias in found for words in (alias.words, *alias.subjects, *alias.others)), snapshot)
    for alias in found:
        query = _widened(query, alias, known)
    return query


def _known(names: Iterable[Words], snapshot: Snapshot) -> dict[Words, str]:
    """Return the rarest word of each name whose every word the collection writes."""
    spoken = {name: [word for word in name if not is_stop_word(word)] for name in names}
    counts = snapshot.term_frequencies(sorted({stem(word) for words in spoken.values() for word in words}))
    return {
        name: min(words, key=lambda word: counts[stem(word)])
        for name, words in spoken.items()
        if words and all(counts.get(stem(word)) for word in words)
    }


def _widened(query: Query, alias: Alias, known: Mapping[Words, str]) -> Query:
    """Put subjects in the place of an alias that the collection does not know; else let them stand for it, as synonyms do."""
    subjects = [subject for subject in alias.subjects if subject in known and subject != alias.words]
    weighted = [(subject, SUBJECT_WEIGHT / len(subjects)) for subject in subjects]
    weighted += [(other, OTHER_WEIGHT) for other in alias.others if other in known]
    words = {word: weight for name, weight in reversed(weighted) for word in name if not is_stop_word(word) and word not in alias.words}
    if not words:
        return query
    own, replaced = frozenset(alias.words), alias.words not in known
    stands_for = "" if replaced else known[alias.words]
    terms = [term for term in query.terms if not (replaced and term.word in own)]
    terms += [QueryTerm(stem(word), stands_for or word, weight) for word, weight in words.items()]
    query = replace(query, terms=tuple(terms), forms=(*query.forms, *words.items()))
    if len(subjects) != 1 or alias.is_shared:
        return query
    (subject,) = subjects
    names = (query.names - own) | {known[subject]} if replaced else query.names
    return replace(query, text=f"{query.text} ({' '.join(subject)})", names=names)
