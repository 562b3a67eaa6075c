"""What speaks for a sentence as the one that answers: features of each sentence of a table, compared with the others of the same question.

A model names the columns that its trees were grown on: one that changes its meaning needs new trees.
"""

import numpy as np

from retrieval.features.answer_marks import AnswerMarks
from retrieval.features.coverage import Coverage, cover
from retrieval.features.evidence import Evidence
from retrieval.features.matching import Matches
from retrieval.features.question_shape import QuestionShape
from retrieval.features.sentence_table import Bools, Floats, Ints, SentenceTable
from retrieval.features.token_classes import TokenClass
from retrieval.question import AnswerType

LONG_SENTENCE_WORDS = 60  # a quote past this is too long to read at a glance
MATCHED = 0.6  # a soft match from here on counts as the word itself
BM25_K1 = 1.1
BM25_B = 0.6

Columns = dict[str, Floats]

_COMPARED = (
    "coverage",
    "coverage_local",
    "coverage_window_title",
    "coverage_title",
    "coverage_article",
    "bm25",
    "pairs",
    "relation_coverage",
    "wanted_near",
    "any_near",
    "name_window",
)
_RANKED = ("coverage_local", "bm25", "coverage_window_title", "wanted_near")


def sentence_features(evidence: Evidence) -> Columns:
    """Return the features of each sentence by name, (sentences,) each."""
    table, matches = evidence.table, evidence.matches
    coverage = cover(table, matches)
    columns = {
        **_coverage_columns(matches, coverage),
        **_kind_columns(evidence.question, matches, coverage),
        **_nearness_columns(table, matches, evidence.marks),
        **_form_columns(table),
        **_retrieval_columns(table),
        **question_columns(evidence),
    }
    for name in _COMPARED:
        columns[f"{name}_gap"] = columns[name] - columns[name].max()
    for name in _RANKED:
        columns[f"{name}_rank"] = (columns[name][None, :] > columns[name][:, None]).sum(axis=1).astype(np.float32)
    return columns


def _coverage_columns(matches: Matches, coverage: Coverage) -> Columns:
    idf, weights = matches.idf, matches.weights
    present = (coverage.sentence >= MATCHED).sum(axis=1)
    local = idf * np.log((coverage.sentence.shape[1] + 1) / (present + 0.5)).astype(np.float32)
    local = local / max(float(local.sum()), 1e-6)
    everywhere = np.maximum(coverage.passage, coverage.title)
    rarest = np.argsort(-idf, kind="stable")
    second = rarest[min(1, len(rarest) - 1)]
    matched = coverage.sentence >= MATCHED
    return {
        "coverage": weights @ coverage.sentence,
        "coverage_exact": weights @ coverage.exact,
        "coverage_local": local @ coverage.sentence,
        "coverage_before": weights @ np.maximum(coverage.sentence, coverage.before),
        "coverage_after": weights @ np.maximum(coverage.sentence, coverage.after),
        "coverage_window": weights @ coverage.window,
        "coverage_window_title": weights @ np.maximum(coverage.window, coverage.title),
        "coverage_title": weights @ np.maximum(coverage.sentence, coverage.title),
        "title_alone": weights @ coverage.title,
        "coverage_passage": weights @ everywhere,
        "coverage_article": weights @ coverage.article,
        "missing_idf_article": np.where(coverage.article >= MATCHED, 0, idf[:, None]).max(axis=0),
        "local_window_title": local @ np.maximum(coverage.window, coverage.title),
        "rarest": coverage.sentence[rarest[0]],
        "rarest_anywhere": everywhere[rarest[0]],
        "second_rarest": coverage.sentence[second],
        "missing_idf": np.where(matched, 0, idf[:, None]).max(axis=0),
        "missing_idf_anywhere": np.where(everywhere >= MATCHED, 0, idf[:, None]).max(axis=0),
        "matched": matched.sum(axis=0).astype(np.float32),
        "matched_share": matched.mean(axis=0),
        "matched_idf": idf @ matched,
        "unmatched": (~matched).sum(axis=0).astype(np.float32),
    }


def _kind_columns(question: QuestionShape, matches: Matches, coverage: Coverage) -> Columns:
    """Names and other words apart: names are often left to the sentence before, the relation seldom is."""
    names = np.array([concept.is_name for concept in question.concepts])
    around = np.maximum(coverage.window, coverage.title)
    everywhere = np.maximum(coverage.passage, coverage.title)
    nothing = np.full(coverage.sentence.shape[1], -1, dtype=np.float32)
    focus = question.focus
    return {
        "name_coverage": _share(matches, names, coverage.sentence),
        "name_window": _share(matches, names, around),
        "name_passage": _share(matches, names, everywhere),
        "name_article": _share(matches, names, coverage.article),
        "relation_article": _share(matches, ~names, coverage.article),
        "worst_name": everywhere[names].min(axis=0) if names.any() else nothing,
        "relation_coverage": _share(matches, ~names, coverage.sentence),
        "relation_window": _share(matches, ~names, around),
        "relation_passage": _share(matches, ~names, everywhere),
        "focus": coverage.sentence[focus] if focus >= 0 else nothing,
        "focus_around": around[focus] if focus >= 0 else nothing,
        "last_concept": coverage.sentence[-1],
    }


def _share(matches: Matches, chosen: Bools, covered: Floats) -> Floats:
    """Return how much of the chosen concepts is covered, -1 where none is chosen."""
    if not chosen.any():
        return np.full(covered.shape[1], -1, dtype=np.float32)
    weights = matches.weights[chosen]
    return np.asarray(weights @ covered[chosen] / max(float(weights.sum()), 1e-6), dtype=np.float32)


def _nearness_columns(table: SentenceTable, matches: Matches, marks: AnswerMarks) -> Columns:
    near, novel = matches.near, marks.novel
    reach = np.maximum(matches.left, matches.right)
    lengths = np.diff(table.row_start)[: table.sentences]
    pairs = np.zeros(len(near), dtype=np.float32)
    joint = np.sqrt(matches.weights[1:] * matches.weights[:-1])
    if len(joint):
        pairs = joint @ (matches.soft[1:] * reach[:-1])
    return {
        "bm25": _bm25(table, matches, lengths),
        "pairs": _row_max(table, pairs),
        "any_near": _row_max(table, near * novel),
        "wanted_near": _row_max(table, near * (marks.wanted & novel)),
        "wanted_count": _row_sum(table, marks.wanted & novel),
        "name_near": _row_max(table, near * (table.capital & novel)),
        "number_near": _row_max(table, near * (marks.number & novel)),
        "date_near": _row_max(table, near * (marks.date & novel)),
        "person_near": _row_max(table, near * marks.person * novel),
        "place_near": _row_max(table, near * marks.place * novel),
        "money": _row_sum(table, marks.money & novel),
        "cause": _row_sum(table, marks.cause),
        "numbers": _row_sum(table, marks.number & novel),
        "dates": _row_sum(table, marks.date & novel),
        "names": _row_sum(table, table.capital & novel),
        "quoted": _row_sum(table, marks.quoted),
        "density": _row_sum(table, matches.best >= MATCHED) / _row_sum(table, np.ones(len(near), dtype=np.float32)),
    }


def _bm25(table: SentenceTable, matches: Matches, lengths: Ints) -> Floats:
    frequency = np.add.reduceat(matches.soft * (matches.soft >= MATCHED), table.row_start[:-1], axis=1)[:, : table.sentences]
    norm = BM25_K1 * (1 - BM25_B + BM25_B * lengths / max(float(lengths.mean()), 1.0))
    return np.asarray(matches.idf @ (frequency * (BM25_K1 + 1) / (frequency + norm)), dtype=np.float32)


def _form_columns(table: SentenceTable) -> Columns:
    lengths = np.diff(table.row_start)[: table.sentences].astype(np.float32)
    first = table.row_start[: table.sentences]
    texts = [_text(table, s) for s in range(table.sentences)]
    ends = [_ending(text) for text in texts]
    article_lengths = np.array([max(len(retrieved.article.text), 1) for retrieved in table.passages], dtype=np.float32)
    return {
        "words": lengths,
        "too_long": np.array([len(text.split()) > LONG_SENTENCE_WORDS for text in texts], dtype=np.float32),
        "ends_well": np.array([end > 0 for end in ends], dtype=np.float32),
        "asks": np.array([end == 2 for end in ends], dtype=np.float32),
        "verbs": _row_sum(table, (table.bits & TokenClass.VERB) != 0),
        "stop_share": _row_sum(table, (table.bits & TokenClass.STOP) != 0) / np.maximum(lengths, 1),
        "capital_share": _row_sum(table, (table.bits & TokenClass.CAPITAL) != 0) / np.maximum(lengths, 1),
        "begins_low": ((table.bits[first] & (TokenClass.CAPITAL | TokenClass.DIGIT)) == 0).astype(np.float32),
        "place": table.place.astype(np.float32),
        "offset": table.start.astype(np.float32),
        "offset_share": table.start / article_lengths[table.passage],
    }


def _text(table: SentenceTable, sentence: int) -> str:
    text = table.passages[int(table.passage[sentence])].article.text
    return text[int(table.start[sentence]) : int(table.end[sentence])]


def _ending(text: str) -> int:
    """Return 2 for a question, 1 for another finished sentence, 0 for a fragment."""
    text = text.rstrip("\"'”’»)] ")
    return 2 if text.endswith("?") else int(text.endswith((".", "!", "…")))


def _retrieval_columns(table: SentenceTable) -> Columns:
    passages = table.passages
    score = np.array([p.score for p in passages], dtype=np.float32)
    terms = np.array([p.term_score for p in passages], dtype=np.float32)
    grams = np.array([p.ngram_score for p in passages], dtype=np.float32)
    dense = np.array([p.dense_score for p in passages], dtype=np.float32)
    ranks: dict[str, int] = {}
    for rank, retrieved in enumerate(passages):
        ranks.setdefault(retrieved.article.id, rank)
    article_rank = np.array([ranks[p.article.id] for p in passages], dtype=np.float32)
    shares = np.array([sum(q.article.id == p.article.id for q in passages) for p in passages], dtype=np.float32)
    at = table.passage
    return {
        "passage_rank": at.astype(np.float32),
        "article_rank": article_rank[at],
        "article_passages": shares[at],
        "score_gap": (score - score.max())[at],
        "score_lead": (score - np.median(score))[at],
        "term_share": _relative(terms)[at],
        "ngram_share": _relative(grams)[at],
        "dense_gap": (dense - dense.max())[at],
    }


def _relative(scores: Floats) -> Floats:
    top = float(scores.max())
    return scores / np.float32(top) if top > 0 else np.zeros_like(scores)


def question_columns(evidence: Evidence) -> Columns:
    """Return what is the same for all sentences of a question."""
    query, question, matches = evidence.query, evidence.question, evidence.matches
    values = {
        "question_word": float(question.asks),
        "question_preposition": float(question.preposition),
        "concepts": float(len(question.concepts)),
        "question_idf": float(matches.idf.sum()),
        "question_names": float(sum(concept.is_name for concept in question.concepts)),
        **{f"asks_{kind.value}": float(kind in query.answer_types) for kind in AnswerType},
    }
    return {name: np.full(evidence.table.sentences, value, dtype=np.float32) for name, value in values.items()}


def _row_max(table: SentenceTable, cells: Floats) -> Floats:
    return np.asarray(np.maximum.reduceat(cells, table.row_start[:-1])[: table.sentences], dtype=np.float32)


def _row_sum(table: SentenceTable, cells: Bools | Floats) -> Floats:
    return np.asarray(np.add.reduceat(cells.astype(np.float32), table.row_start[:-1])[: table.sentences], dtype=np.float32)
