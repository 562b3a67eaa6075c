"""Make training groups: a question with the windows that the reader would be given, and where the answer stands in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.articles import Article
from index.passages import split_article
from retrieval.deadline import Deadline
from retrieval.feature_model import FeatureModel, passages_worth_reading, rank
from retrieval.match_markers import MatchMarkers
from retrieval.reader import RetrievedPassage
from retrieval.windows import AnnotatedText, Window, annotate, cut_windows
from training.features.collections import Asked

GROUP_PASSAGES = 5  # one more than are read when serving
WINDOW_TOKENS = 256
STRIDE_TOKENS = 64
QUESTION_TOKENS = 64
_SLACK = 2  # characters that an answer's border may lie inside a word


@dataclass(frozen=True, slots=True, eq=False)
class TrainingWindow:
    """What the model sees, and the first and last tokens of every answer in it."""

    input_ids: NDArray[np.int32]
    type_ids: NDArray[np.int8]
    answers: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """The windows of a question, the most promising passage first; a question without answer has none in any window."""

    group: str
    is_answerable: bool
    windows: tuple[TrainingWindow, ...]


def make_group(tokenizer: Any, features: FeatureModel, asked: Asked, articles: Mapping[str, Article], group: str) -> Group | None:
    """Return the group of a question; None where nothing is found, or where the answer lies in no window.

    Where the retriever misses the right passage, it comes last: a model learns from it all the same.
    """
    ranked = rank(features, asked.query, asked.passages, Deadline.none())
    if ranked is None:
        return None
    windows = _windows(tokenizer, asked, passages_worth_reading(ranked, GROUP_PASSAGES))
    if asked.example.answerable and not any(window.answers for window in windows):
        windows += [window for window in _windows(tokenizer, asked, _right_passages(asked, articles)) if window.answers]
        if not windows or not windows[-1].answers:
            return None
    return Group(group, asked.example.answerable, tuple(windows))


def _windows(tokenizer: Any, asked: Asked, passages: Sequence[RetrievedPassage]) -> list[TrainingWindow]:
    texts = [annotate(retrieved.passage, retrieved.article.title) for retrieved in passages]
    windows = cut_windows(
        tokenizer,
        asked.query.text,
        texts,
        window_tokens=WINDOW_TOKENS,
        stride_tokens=STRIDE_TOKENS,
        question_tokens=QUESTION_TOKENS,
        markers=MatchMarkers(asked.query.text),
    )
    return [
        TrainingWindow(
            window.input_ids.astype(np.int32),
            window.type_ids.astype(np.int8),
            _answers(asked, passages[window.passage], texts[window.passage], window),
        )
        for window in windows
    ]


def _answers(asked: Asked, retrieved: RetrievedPassage, text: AnnotatedText, window: Window) -> tuple[tuple[int, int], ...]:
    example = asked.example
    answers = [(start, end) for id_, start, end in example.elsewhere if id_ == retrieved.article.id]
    if retrieved.article.id == example.article_id:
        answers += example.answers
    if not answers:
        return ()
    starts, ends = text.starts[window.words] + text.shift, text.ends[window.words] + text.shift
    quotable = text.sentences[window.words] >= 0
    found = []
    for start, end in answers:
        inside = np.flatnonzero((starts < end) & (ends > start) & quotable)
        if len(inside) and starts[inside[0]] <= start + _SLACK and ends[inside[-1]] >= end - _SLACK:
            found.append((int(window.first_tokens[inside[0]]), int(window.last_tokens[inside[-1]])))
    return tuple(found)


def _right_passages(asked: Asked, articles: Mapping[str, Article]) -> list[RetrievedPassage]:
    article = articles[asked.example.article_id]
    return [
        RetrievedPassage(passage, article, 0.0, 0.0, 0.0, 0.0)
        for passage in split_article(article)
        if any(passage.start <= start and end <= passage.end for start, end in asked.example.answers)
    ][:1]
