"""What speaks for a run of words as the answer: features of each candidate of the best sentences.

A model names the columns that its trees were grown on: one that changes its meaning needs new trees.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from index.italian import stem
from retrieval.features.answer_marks import AnswerMarks
from retrieval.features.evidence import Evidence
from retrieval.features.sentence_table import Bools, Floats, SentenceTable
from retrieval.features.span_candidates import Candidates
from retrieval.features.token_classes import Gap, TokenClass
from retrieval.question import AnswerType

Columns = dict[str, Floats]

MATCHED = 0.6
HANDED_DOWN = (  # columns of the sentence that its candidates share
    *("coverage_title", "coverage", "wanted_near_gap", "coverage_title_gap", "question_word", "question_preposition", "concepts", "focus"),
    *("question_names", *(f"asks_{kind.value}" for kind in AnswerType)),
)
_AT_BORDER = {
    "prep": TokenClass.PREPOSITION,
    "article": TokenClass.ARTICLE,
    "stop": TokenClass.STOP,
    "verb": TokenClass.VERB,
    "auxiliary": TokenClass.AUXILIARY,
    "digit": TokenClass.DIGIT | TokenClass.COUNT,
    "unit": TokenClass.CURRENCY | TokenClass.TIME_UNIT | TokenClass.MAGNITUDE,
    "month": TokenClass.MONTH | TokenClass.DAY,
}


@dataclass(frozen=True, slots=True)
class BorderOdds:
    """Log-odds of a folded word at the border of an answer: before it, first in it, last in it, after it; 0 for words not counted."""

    before: Mapping[str, float]
    first: Mapping[str, float]
    last: Mapping[str, float]
    after: Mapping[str, float]


def span_features(evidence: Evidence, candidates: Candidates, odds: BorderOdds, scores: Floats, shared: Columns) -> Columns:
    """Return the features of each candidate by name, (candidates,) each.

    `scores` are those of the sentences, (sentences,); `shared` are columns of the sentences that are handed down.
    """
    first, last, row = candidates.first, candidates.last, candidates.row
    table, habits = evidence.table, evidence.marks.habits
    ranks = np.argsort(np.argsort(-scores, kind="stable"), kind="stable")
    return {
        **_place_columns(candidates, table),
        **_border_columns(candidates, table, odds),
        **_inside_columns(candidates, evidence),
        **_whole_columns(candidates, table, evidence.marks),
        **_nearness_columns(candidates, evidence),
        "first_habit_before": habits[first, 3],
        "first_habit_place": habits[first, 1],
        "last_habit_article": habits[last, 2],
        "last_habit_after": habits[last, 4],
        "first_known": habits[first, 5],
        "sentence_score": scores[row],
        "sentence_gap": scores[row] - scores.max(),
        "sentence_rank": ranks[row].astype(np.float32),
        **{name: column[row] for name, column in shared.items()},
    }


def _place_columns(candidates: Candidates, table: SentenceTable) -> Columns:
    begin, end = table.row_start[candidates.row], table.row_start[candidates.row + 1]
    length = (end - begin).astype(np.float32)
    return {
        "words": (candidates.last - candidates.first + 1).astype(np.float32),
        "letters": (table.token_end[candidates.last] - table.token_start[candidates.first]).astype(np.float32),
        "from_start": (candidates.first - begin).astype(np.float32),
        "from_end": (end - 1 - candidates.last).astype(np.float32),
        "share_of_sentence": (candidates.last - candidates.first + 1).astype(np.float32) / length,
        "sentence_words": length,
    }


def _border_columns(candidates: Candidates, table: SentenceTable, odds: BorderOdds) -> Columns:
    first, last = candidates.first, candidates.last
    has_before = first > table.row_start[candidates.row]
    has_after = last + 1 < table.row_start[candidates.row + 1]
    before, after = np.where(has_before, first - 1, 0), np.where(has_after, last + 1, 0)
    columns: Columns = {
        "gap_before": np.where(has_before, table.gap[first], 128 + table.gap[first]).astype(np.float32),
        "gap_after": np.where(has_after, table.gap[after], 128).astype(np.float32),
        "odds_before": _odds(table, odds.before)[before] * has_before,
        "odds_first": _odds(table, odds.first)[first],
        "odds_last": _odds(table, odds.last)[last],
        "odds_after": _odds(table, odds.after)[after] * has_after,
    }
    columns["odds"] = columns["odds_before"] + columns["odds_first"] + columns["odds_last"] + columns["odds_after"]
    capital = (table.bits & TokenClass.CAPITAL) != 0
    for side, at, present in (("before", before, has_before), ("first", first, None), ("last", last, None), ("after", after, has_after)):
        bits = table.bits[at] if present is None else table.bits[at] * present
        for name, wanted in _AT_BORDER.items():
            columns[f"{side}_{name}"] = ((bits & int(wanted)) != 0).astype(np.float32)
        columns[f"{side}_capital"] = (capital[at] if present is None else capital[at] & present).astype(np.float32)
    return columns


def _odds(table: SentenceTable, by_word: Mapping[str, float]) -> Floats:
    return np.array([by_word.get(word, 0.0) for word in table.words], dtype=np.float32)[table.word]


def _inside_columns(candidates: Candidates, evidence: Evidence) -> Columns:
    table, matches, marks = evidence.table, evidence.matches, evidence.marks
    bits = table.bits
    idf = np.array([evidence.background.idf(stem(word)) if word else 0.0 for word in table.words], dtype=np.float32)[table.word]
    content = (bits & int(TokenClass.STOP)) == 0
    uses = np.log1p(np.bincount(table.word, minlength=len(table.words))).astype(np.float32)[table.word]
    titles = np.zeros(len(table.words), dtype=bool)
    titles[table.word[table.row_start[table.sentences] :]] = True
    cells: dict[str, Bools | Floats] = {
        "numbers": marks.number,
        "dates": marks.date,
        "money": marks.money,
        "durations": marks.duration,
        "capitals": (bits & int(TokenClass.CAPITAL)) != 0,
        "inner_capitals": table.capital,
        "persons": marks.person,
        "places": marks.place,
        "causes": marks.cause,
        "novel": marks.novel,
        "wanted": marks.wanted & marks.novel,
        "quoted": marks.quoted,
        "stops": ~content,
        "verbs": (bits & int(TokenClass.VERB)) != 0,
        "asked": matches.weights @ (matches.soft >= MATCHED),
        "idf": idf * content,
        "uses": uses * content,
        "in_title": titles[table.word] & content,
    }
    inside = _sums(np.column_stack([np.asarray(cell, dtype=np.float32) for cell in cells.values()]), candidates)
    columns = {f"inside_{name}": inside[:, place] for place, name in enumerate(cells)}
    words = (candidates.last - candidates.first + 1).astype(np.float32)
    plain = np.maximum(words - columns["inside_stops"], 1)
    for name in ("capitals", "novel", "wanted", "idf", "uses", "persons", "places"):
        columns[f"mean_{name}"] = columns[f"inside_{name}"] / plain
    return columns


def _whole_columns(candidates: Candidates, table: SentenceTable, marks: AnswerMarks) -> Columns:
    """Whether a run is cut where it should not be: inside a name, an amount, a quotation."""
    first, last = candidates.first, candidates.last
    begin, end = table.row_start[candidates.row], table.row_start[candidates.row + 1]
    before = np.maximum(first - 1, begin)
    after = np.minimum(last + 1, end - 1)
    has_before, has_after = first > begin, last + 1 < end
    tight_before = has_before & (table.gap[first] == 0)
    tight_after = has_after & (table.gap[after] == 0)
    capital = (table.bits & int(TokenClass.CAPITAL)) != 0
    amount = marks.number | marks.date | ((table.bits & int(TokenClass.CURRENCY | TokenClass.TIME_UNIT)) != 0)
    gaps = (
        _sums(
            np.column_stack(
                [((table.gap & int(kind)) != 0).astype(np.float32) for kind in (Gap.COMMA, Gap.STRONG, Gap.OPENING, Gap.CLOSING, Gap.DASH)]
            ),
            Candidates(candidates.row, np.minimum(first + 1, last), last),
        )
        * (last > first)[:, None]
    )
    return {
        "cuts_name_before": (tight_before & capital[before] & capital[first]).astype(np.float32),
        "cuts_name_after": (tight_after & capital[last] & capital[after]).astype(np.float32),
        "cuts_amount_before": (tight_before & amount[before] & amount[first]).astype(np.float32),
        "cuts_amount_after": (tight_after & amount[last] & amount[after]).astype(np.float32),
        "cuts_quote_before": (
            has_before & marks.quoted[before] & marks.quoted[first] & ((table.gap[first] & int(Gap.OPENING)) == 0)
        ).astype(np.float32),
        "cuts_quote_after": (has_after & marks.quoted[after] & marks.quoted[last]).astype(np.float32),
        "opens_quote": ((table.gap[first] & int(Gap.OPENING)) != 0).astype(np.float32),
        "commas": gaps[:, 0],
        "strong_marks": gaps[:, 1],
        "unbalanced": np.abs(gaps[:, 2] - gaps[:, 3]),
        "openings": gaps[:, 2],
        "dashes": gaps[:, 4],
    }


def _nearness_columns(candidates: Candidates, evidence: Evidence) -> Columns:
    question, table, matches = evidence.question, evidence.table, evidence.matches
    first, last = candidates.first, candidates.last
    left, right = matches.left[:, first], matches.right[:, last]
    either = np.maximum(left, right)
    names = np.array([concept.is_name for concept in question.concepts])
    relation_weights = matches.weights * ~names
    end = table.row_start[candidates.row + 1]
    following = np.where(last + 1 < end, last + 1, last)
    begin = table.row_start[candidates.row]
    preceding = np.where(first > begin, first - 1, first)
    focus = question.focus
    nothing = np.full(len(first), -1, dtype=np.float32)
    return {
        "near": matches.weights @ either,
        "near_left": matches.weights @ left,
        "near_right": matches.weights @ right,
        "near_relation": relation_weights @ either,
        "nearest": either.max(axis=0),
        "nearest_left": left.max(axis=0),
        "nearest_right": right.max(axis=0),
        "focus_left": left[focus] if focus >= 0 else nothing,
        "focus_right": right[focus] if focus >= 0 else nothing,
        "focus_inside": _sums(matches.soft[focus][:, None], candidates)[:, 0] if focus >= 0 else nothing,
        "focus_first": matches.soft[focus, first] if focus >= 0 else nothing,
        "focus_last": matches.soft[focus, last] if focus >= 0 else nothing,
        "matched_first": matches.best[first],
        "matched_last": matches.best[last],
        "matched_before": matches.best[preceding],
        "matched_after": matches.best[following],
    }


def _sums(cells: Floats, candidates: Candidates) -> Floats:
    """Return the sums of columns over each run: (tokens, columns) → (candidates, columns)."""
    totals = np.zeros((len(cells) + 1, cells.shape[1]), dtype=np.float32)
    np.cumsum(cells, axis=0, out=totals[1:])
    return np.asarray(totals[candidates.last + 1] - totals[candidates.first], dtype=np.float32)
