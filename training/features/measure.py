"""How well a feature reader reads: figures over examples with their passages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from evaluation.metrics import auroc, calibration_error, count_words, exact_match, token_f1
from retrieval.deadline import Deadline
from retrieval.feature_model import FeatureModel
from retrieval.feature_reader import Proposals, propose
from retrieval.features.confidence import Confidence
from training.features.calibration import JUDGED, Signs, join
from training.features.collections import Asked
from training.features.learning import right_sentences


@dataclass(frozen=True)
class Read:
    """An example and what was proposed for it; the places of the proposals by final score, best first."""

    asked: Asked
    found: Proposals | None
    order: tuple[int, ...]
    right: tuple[bool, ...]  # by place


def read_all(find: Callable[[Asked], Proposals | None], questions: Sequence[Asked]) -> list[Read]:
    """Read every question with whatever finds proposals."""
    return [_read(asked, find(asked)) for asked in questions]


def by_features(model: FeatureModel) -> Callable[[Asked], Proposals | None]:
    """Return what finds proposals with the feature reader."""
    return lambda asked: propose(model, asked.query, asked.passages, Deadline.none())


def figures(reads: Sequence[Read], confidence: Confidence) -> dict[str, float]:
    """Return percentages over the answerable questions, and how well confidence tells right from wrong over all of them."""
    answerable = [read for read in reads if read.asked.example.answerable]
    answers = [(_best_text(read), _gold(read)) for read in answerable]
    confidences = [_confidence(read, confidence) for read in reads]
    right = [bool(read.order) and read.right[read.order[0]] for read in reads]
    return {
        "questions": len(reads),
        "answerable": len(answerable),
        "article_at_1": _percent([_first_article(read) for read in answerable]),
        "hit_at_1": _percent([_hit(read, 1) for read in answerable]),
        "hit_at_3": _percent([_hit(read, 3) for read in answerable]),
        "exact_match": _percent([exact_match(text, gold) for text, gold in answers]),
        "f1": _percent([token_f1(text, gold) for text, gold in answers]),
        "words_of_sentence": round(float(np.mean([_sentence_words(read) for read in answerable])), 1) if answerable else 0.0,
        "auroc": round(100 * (auroc(confidences, right) or 0), 1),
        "near_misses_refused_at_90": refused_at(reads, confidence, 0.9),
        "auroc_answerable": round(100 * (auroc(confidences, [read.asked.example.answerable for read in reads]) or 0), 1),
        "calibration_error": round(100 * (calibration_error(confidences, right) or 0), 1),
        "mean_confidence": _percent(confidences),
        "right": _percent(right),
    }


def refused_at(reads: Sequence[Read], confidence: Confidence, answered: float) -> float:
    """Return the percentage of unanswerable questions below the threshold that lets this share of the answerable ones through."""
    sure = [[_confidence(read, confidence) for read in reads if read.asked.example.answerable is kind] for kind in (True, False)]
    if not all(sure):
        return 0.0
    return _percent(np.array(sure[1]) < np.quantile(sure[0], 1 - answered))


def at_threshold(reads: Sequence[Read], confidence: Confidence, threshold: float) -> dict[str, float]:
    """Return percentages: how many answerable questions pass, how many of all that pass are right, how many unanswerable ones do not."""
    passed = [_confidence(read, confidence) >= threshold for read in reads]
    right = [bool(read.order) and read.right[read.order[0]] for read in reads]
    answerable = [read.asked.example.answerable for read in reads]
    return {
        "answered": _percent([p for p, kind in zip(passed, answerable, strict=True) if kind]),
        "precision": _percent([r for p, r in zip(passed, right, strict=True) if p]),
        "refused": _percent([not p for p, kind in zip(passed, answerable, strict=True) if not kind]),
    }


def with_share(read: Read, share: float) -> Read:
    """Return what would have been read if spans counted otherwise; confidence is not told of it."""
    if read.found is None:
        return read
    totals = read.found.signs["score"] + np.float32(share) * read.found.signs["merit"]
    return replace(read, order=tuple(np.argsort(-totals, kind="stable").tolist()))


def signs(reads: Sequence[Read], weight: float = 1.0) -> Signs:
    """Return what confidence may be fitted on: the first proposals of each question."""
    parts = []
    for read in reads:
        if read.found is None:
            continue
        places = list(read.order[:JUDGED])
        columns = {name: column[places] for name, column in read.found.signs.items()}
        weights = np.array([weight if rank == 0 else weight / 3 for rank in range(len(places))], dtype=np.float32)
        parts.append(Signs(columns, np.array([read.right[place] for place in places]), weights))
    return join(parts)


def _read(asked: Asked, found: Proposals | None) -> Read:
    if found is None:
        return Read(asked, None, (), ())
    right = right_sentences(asked.example, found.table)
    order = np.argsort(-found.totals, kind="stable").tolist()
    return Read(asked, found, tuple(order), tuple(bool(right[proposal.row]) for proposal in found.proposals))


def _best_text(read: Read) -> str:
    if read.found is None:
        return ""
    proposal = read.found.proposals[read.order[0]]
    return read.found.table.passages[read.found.table.passage[proposal.row]].article.text[proposal.start : proposal.end]


def _gold(read: Read) -> list[str]:
    example = read.asked.example
    texts = {retrieved.article.id: retrieved.article.text for retrieved in read.asked.passages}
    text = texts.get(example.article_id, "")
    return [text[start:end] for start, end in example.answers] if text else []


def _first_article(read: Read) -> bool:
    if read.found is None:
        return False
    row = read.found.proposals[read.order[0]].row
    return read.found.table.passages[read.found.table.passage[row]].article.id == read.asked.example.article_id


def _hit(read: Read, depth: int) -> bool:
    return any(read.right[place] for place in read.order[:depth])


def _sentence_words(read: Read) -> int:
    if read.found is None:
        return 0
    table, row = read.found.table, read.found.proposals[read.order[0]].row
    return count_words(table.passages[table.passage[row]].article.text[table.start[row] : table.end[row]])


def _confidence(read: Read, confidence: Confidence) -> float:
    if read.found is None:
        return 0.0
    return float(confidence.of(read.found.signs)[read.order[0]])


def _percent(values: Sequence[float] | NDArray[np.bool_]) -> float:
    return round(100 * float(np.mean(values)), 1) if len(values) else 0.0
