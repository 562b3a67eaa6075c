"""A question becomes a query: what is asked for, by which words.

`Question` is what a person wrote; `Query` is what the rest of the program works with. Between them: names, the expected type of
answer, typing errors against the words of the collection, English, and what a follow-up leaves unsaid. The cost is bounded: only the
first `READ_CHARACTERS` and `READ_WORDS` are looked at, whatever comes.
"""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass

from index.dates import Period
from index.engine import Snapshot
from index.italian import Token, fold_word, is_stop_word, stem, tokenize
from index.time_expressions import find_time_expressions
from retrieval.answer_types import AnswerType, Expectation, expect_answer
from retrieval.conversation import Conversation
from retrieval.english import is_english, is_english_stop_word, italian_words
from retrieval.names import find_names, name_runs
from retrieval.synonyms import synonym_stems
from retrieval.vocabulary import guess_stems

__all__ = ["AnswerType", "Query", "QueryTerm", "Question", "understand"]

READ_CHARACTERS = 1000
READ_WORDS = 40  # words that say something; the longest of 15,000 real questions has 27
REMEMBERED_TURNS = 3
GUESSED_WORDS = 8  # words whose typing errors are mended

# Words that ask and say nothing of the subject, beside the stop words of the analyser.
_ASKING = frozenset(
    """
    cosa mi dici dimmi dire dirmi sai sapere sa vorrei voglio sapresti puoi potresti raccontami parlami spiegami chiama chiamano chiamava
    chiamavano favore grazie ciao salve buongiorno buonasera perfavore xche xke xk ke ki x nn qnd qnt cmq ndo
    """.split()
)
_CONJUNCTIONS = frozenset("e ed and".split())
_PRONOUNS = frozenset(
    """
    lui lei loro egli ella esso essa essi quello quella quelli quelle costui colui colei suo sua suoi sue invece he she they it him her
    his their
    """.split()
)
_LIST = re.compile(r"\bquali (?!e |era )|\bchi (?:sono|erano|furono)\b|\belenc(?:a|ami|o)\b|\blista\b|\bwhich \w+s\b|\bwho (?:are|were)\b")
_SAYS_WHEN = re.compile(r"\d{4}|\d/\d|\b(?:scors|passat|ultim)|\bfa\b|\bieri\b", re.IGNORECASE)
_PAST_TENSE = re.compile(
    r"\b(?:era|erano|fu|furono|ebbe)\b|\b(?:ha|hanno|è|sono) \w{2,20}(?:[aiu]t|s|tt|rt|nt|lt)[oaie]\b|\w{2,20}[aei]va(?:no)?\b",
    re.IGNORECASE,
)
_CLITIC = re.compile(r"\w{2,20}(?:ar|er|ir)(?:lo|la|li|le|gli|ne)")  # portarlo, vederla, parlarne
_LEANING_WORDS = 2  # a question without names and with no more words than this cannot stand alone
_LEANING_WORDS_WITH_PRONOUN = 4  # in a longer one the pronoun may speak of the question itself

SYNONYM_WEIGHT = 0.5  # right article first on written dev 81.6 → 82.0, visible gold 75.4 → 78.9; .3 is a tie
TRANSLATION_WEIGHTS = (1.0, 0.7, 0.5)  # the first, second and later translations of a word
# What a follow-up takes over. With .8 and .5 R@1 of 245 written follow-ups is 88.6, with .6 and .3 87.3, with 1 and .7 88.6.
CARRIED_NAME = 0.8  # a name of the turn before
CARRIED_RIVAL = 0.4  # a name of the turn before where the question has its own: «E Bellandi quanto guadagna?»
CARRIED_WORD = 0.5  # another word of the turn before
CARRIED_PREDICATE = 0.6  # another word of the turn before where the question has names only: «E Simeone?»
CARRIED_ANSWER = 0.4  # a name in the answer of the turn before


@dataclass(frozen=True, slots=True)
class Question:
    """A question as written, with the conversation before it and the day on which it is asked."""

    text: str
    asked_on: datetime.date
    history: Conversation = ()


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """A stem to look for. `word` is the folded word it comes from; `weight` is below 1 for guesses (typing errors, translations)."""

    stem: str
    word: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Query:
    """A question understood.

    `text` is the question made whole: for a follow-up, with the names of the turn that it leans on. `terms` are best first per word.
    `names` are folded words that name somebody or something. `forms` are the folded words to compare letter by letter, with their
    weights: those of the question as typed, or their translations. `leans_on` is the article that the turn before cited, for a
    follow-up: what is meant probably stands there too. `period` is the past time that is asked about; without one it is the present.
    Of a follow-up, `completed` is the whole question where one can be made, else `about` are the names that it leaves unsaid.
    """

    question: Question
    text: str
    terms: tuple[QueryTerm, ...]
    names: frozenset[str]
    answer_types: frozenset[AnswerType]
    is_follow_up: bool = False
    forms: tuple[tuple[str, float], ...] = ()
    leans_on: str = ""
    period: Period | None = None
    wants_list: bool = False
    completed: str = ""
    about: str = ""


def understand(question: Question, snapshot: Snapshot) -> Query:
    """Understand a question against the collection that is to answer it; without any word that says something, `terms` are empty."""
    reading = _read(question.text, snapshot)
    terms, forms = _terms(reading, snapshot)
    query = Query(
        question,
        reading.text,
        terms,
        reading.names,
        reading.expectation.types,
        forms=forms,
        period=_past(reading.text, question.asked_on),
        wants_list=bool(_LIST.search(" ".join(reading.words))),
    )
    if question.history and _leans(reading):
        return _lean(query, reading, _previous(question, snapshot))
    return query


@dataclass(frozen=True, slots=True)
class _Reading:
    """A text looked at by itself: its folded words, those that say something, its names and what it asks for."""

    text: str
    words: tuple[str, ...]
    content: tuple[str, ...]
    names: frozenset[str]
    expectation: Expectation
    is_english: bool

    @property
    def predicate(self) -> tuple[str, ...]:
        """What it says of its names."""
        return tuple(word for word in self.content if word not in self.names)


def _read(text: str, snapshot: Snapshot) -> _Reading:
    text = " ".join(text[:READ_CHARACTERS].split())
    tokens = tokenize(text)
    words = tuple(token.folded for token in tokens)
    english = is_english(words)
    content = [token for token in tokens if not _says_nothing(token, text, english=english)][:READ_WORDS]
    names = find_names(text, content, snapshot)
    folded = tuple(dict.fromkeys(token.folded for token in content))
    return _Reading(text, words, folded, names, expect_answer(words, names), english)


def _says_nothing(token: Token, text: str, *, english: bool) -> bool:
    if english and is_english_stop_word(token.folded):
        return True
    if is_stop_word(token.folded):
        return True
    return token.folded in _ASKING and text[token.start : token.end].islower()


def _terms(reading: _Reading, snapshot: Snapshot) -> tuple[tuple[QueryTerm, ...], tuple[tuple[str, float], ...]]:
    """Return the stems to look for and the forms to compare letter by letter."""
    forms = {word: _forms(word, reading) for word in reading.content}
    synonyms = {word: () if word in reading.names or reading.is_english else synonym_stems(stem(word)) for word in reading.content}
    wanted = {stem(form) for group in forms.values() for form, _ in group} | {other for group in synonyms.values() for other in group}
    known = _known(wanted, snapshot)
    terms: list[QueryTerm] = []
    guessed = 0
    for word, group in forms.items():
        found = [QueryTerm(stem(form), word, weight) for form, weight in group if stem(form) in known]
        if not found and guessed < GUESSED_WORDS:
            guessed += 1
            found = [QueryTerm(guess.stem, word, guess.weight) for guess in guess_stems(word, snapshot.vocabulary())]
        terms += found or [QueryTerm(stem(word), word)]
        terms += [QueryTerm(other, word, SYNONYM_WEIGHT) for other in synonyms[word] if other in known]
    return tuple(terms), tuple((form, weight) for group in forms.values() for form, weight in group)


def _forms(word: str, reading: _Reading) -> list[tuple[str, float]]:
    translations = italian_words(word) if reading.is_english else ()
    if not translations:
        return [(word, 1.0)]
    weights = (*TRANSLATION_WEIGHTS, *[TRANSLATION_WEIGHTS[-1]] * len(translations))
    translated = [(fold_word(form), weight) for form, weight in zip(translations, weights, strict=False)]
    return [(word, 1.0), *translated] if word in reading.names else translated


def _known(stems: Iterable[str], snapshot: Snapshot) -> set[str]:
    return {term for term, frequency in snapshot.term_frequencies(sorted(stems)).items() if frequency}


def _leans(reading: _Reading) -> bool:
    """True if a question cannot be understood without the turn before it."""
    if reading.words[:1] and reading.words[0] in _CONJUNCTIONS and not reading.text.startswith(("È", "è", "E'", "E’")):
        return True
    if reading.names or (reading.expectation.question_word is None and not reading.text.endswith("?")):
        return False
    has_pronoun = any(word in _PRONOUNS or _CLITIC.fullmatch(word) for word in reading.words)
    return len(reading.content) <= (_LEANING_WORDS_WITH_PRONOUN if has_pronoun else _LEANING_WORDS)


def _previous(question: Question, snapshot: Snapshot) -> Query:
    """Understand the turn before, with the turns before it where it leans on them in its turn."""
    *earlier, last = question.history[-REMEMBERED_TURNS:]
    return understand(Question(last.question, question.asked_on, tuple(earlier)), snapshot)


def _lean(query: Query, reading: _Reading, previous: Query) -> Query:
    """Complete a follow-up by what the turn before says."""
    last = query.question.history[-1]
    word_weight = CARRIED_WORD if reading.predicate else CARRIED_PREDICATE
    answer = [word for word in _capitalised(last.answer) if word not in reading.content]
    name_weight = CARRIED_RIVAL if reading.names else CARRIED_NAME
    carried = {word: name_weight if word in previous.names else word_weight for word, _ in previous.forms}
    terms = [
        QueryTerm(term.stem, term.word, term.weight * carried.get(term.word, word_weight))
        for term in previous.terms
        if term.word not in reading.content
    ]
    forms = [(form, weight * carried[form]) for form, weight in previous.forms if form not in reading.content]
    completed = _completed(reading, previous)
    return Query(
        query.question,
        completed or _whole_text(reading, previous),
        (*query.terms, *terms, *(QueryTerm(stem(word), word, CARRIED_ANSWER) for word in answer)),
        reading.names or previous.names,
        reading.expectation.types if _asks(reading) else previous.answer_types,
        is_follow_up=True,
        forms=(*query.forms, *forms, *((word, CARRIED_ANSWER) for word in answer)),
        leans_on="" if reading.names else last.article_id,
        period=query.period or previous.period,
        wants_list=query.wants_list,
        completed=completed,
        about="" if completed else " ".join(_unsaid(reading, previous)),
    )


def _asks(reading: _Reading) -> bool:
    return reading.expectation.question_word is not None or bool(reading.expectation.focus)


def _capitalised(text: str) -> list[str]:
    tokens = tokenize(text[:READ_CHARACTERS])
    return list(dict.fromkeys(t.folded for t in tokens if text[t.start].isupper() and not is_stop_word(t.folded)))


def _whole_text(reading: _Reading, previous: Query) -> str:
    """Return a text that can be understood alone: with the names that it leaves unsaid, or with the question before it."""
    if not _asks(reading):
        return f"{previous.text} {reading.text}"[-READ_CHARACTERS:]
    unsaid = _unsaid(reading, previous)
    return f"{reading.text} ({' '.join(unsaid)})" if unsaid else reading.text


def _unsaid(reading: _Reading, previous: Query) -> list[str]:
    """Return the names of the turn before that a question leaves unsaid, as they were written."""
    return [previous.text[t.start : t.end] for t in tokenize(previous.text) if t.folded in previous.names - reading.names]


def _completed(reading: _Reading, previous: Query) -> str:
    """Return the question before with its name exchanged for the name that is all of this one (`E Simeone?`), "" if it has several."""
    if not reading.names or reading.predicate or _asks(reading):
        return ""
    before, after = name_runs(previous.text, previous.names), name_runs(reading.text, reading.names)
    if len(before) != 1 or len(after) != 1:
        return ""
    (start, end), (first, last) = before[0], after[0]
    return previous.text[:start] + reading.text[first:last] + previous.text[end:]


def _past(text: str, asked_on: datetime.date) -> Period | None:
    """Return the first time before the day of the question that it surely names: `riapre a settembre` may speak of the next one."""
    for found in find_time_expressions(text, Period(asked_on, asked_on)):
        says_when = _SAYS_WHEN.search(text[found.start : found.end])
        if found.period.last < asked_on and (says_when or _PAST_TENSE.search(text)):
            return found.period
    return None
