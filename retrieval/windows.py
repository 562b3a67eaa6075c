"""Passages become the overlapping windows of tokens that a reader model sees, and words keep their place in both.

An answer runs from the beginning of a word to the end of a word, so a window tells of each word its first and last token. Nothing here
knows a model; offsets are into the passage's text until `AnnotatedText.quote`.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from index.italian import Token, tokenize
from index.passages import Passage
from retrieval.match_markers import IntArray, Marker, MatchMarkers

_CLOSERS = {"(": ")", "[": "]", "«": "»", "“": "”"}
_AFTER_NUMBER = frozenset("'’′″°")  # minutes, seconds and degrees
_SIGNS = frozenset("+-−")


@dataclass(frozen=True, slots=True, eq=False)
class AnnotatedText:
    """What a model sees of a passage: its text, perhaps below its headline. The arrays are (words,).

    `sentences` indexes `passage.sentences` and is -1 outside of them, as in the headline; `shift` is the offset of `text` in the article.
    """

    passage: Passage
    text: str
    shift: int
    words: tuple[Token, ...]
    starts: IntArray
    ends: IntArray
    sentences: IntArray

    def quote(self, first: int, last: int) -> tuple[int, int]:
        """Return where the words `first` to `last` stand in the article, with the signs that belong to them, inside their sentence."""
        sentence_start, sentence_end = self.passage.sentences[self.sentences[first]]
        start, end = int(self.starts[first]), int(self.ends[last])
        start, end = _with_signs(self.text, start, end, sentence_start - self.shift, sentence_end - self.shift)
        return start + self.shift, end + self.shift


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """What a model reads at once: question and part of one passage. `first_tokens` and `last_tokens` are those of `words`.

    `words` are positions in the passage's words, only those that lie whole in the window.
    """

    passage: int  # position in the list that was cut
    input_ids: IntArray  # (tokens,)
    type_ids: IntArray  # (tokens,)
    null_token: int  # where the model points if the window holds no answer
    words: IntArray  # (words,)
    first_tokens: IntArray  # (words,)
    last_tokens: IntArray  # (words,)


def annotate(passage: Passage, title: str = "") -> AnnotatedText:
    """Find the words of a passage and their sentences; a title stands above it, to be read but never quoted."""
    text = f"{title}\n{passage.text}" if title else passage.text
    shift = passage.start - (len(text) - len(passage.text))
    words = tuple(tokenize(text))
    starts = np.array([word.start for word in words], dtype=np.int64)
    ends = np.array([word.end for word in words], dtype=np.int64)
    bounds = np.array(passage.sentences, dtype=np.int64).reshape(-1, 2) - shift  # (sentences, 2)
    sentences = np.searchsorted(bounds[:, 0], starts, side="right") - 1
    is_inside = (sentences >= 0) & (ends <= bounds[sentences, 1]) if len(bounds) else np.zeros(len(words), dtype=bool)
    return AnnotatedText(passage, text, shift, words, starts, ends, np.where(is_inside, sentences, -1))


def cut_windows(
    tokenizer: Any,
    question: str,
    texts: Sequence[AnnotatedText],
    *,
    window_tokens: int,
    stride_tokens: int,
    question_tokens: int,
    markers: MatchMarkers | None = None,
) -> list[Window]:
    """Return the windows of all texts in order; neighbours share `stride_tokens`, and a question past `question_tokens` is cut.

    With `markers` the token types are match markers. `tokenizer` is a fast one of transformers; the call changes its state, so one
    thread at a time may use it.
    """
    if not texts:
        return []
    encoded = tokenizer(
        [_cut_question(tokenizer, question, question_tokens)] * len(texts),
        [text.text for text in texts],
        truncation="only_second",
        max_length=window_tokens,
        stride=stride_tokens,
        return_overflowing_tokens=True,
    )
    marks = [markers.mark(text.text, text.words, text.sentences.tolist()) if markers else None for text in texts]
    return [
        _window(encoding, passage, texts[passage], marks[passage], null_id=tokenizer.cls_token_id)
        for encoding, passage in zip(encoded.encodings, encoded["overflow_to_sample_mapping"], strict=True)
    ]


def _cut_question(tokenizer: Any, question: str, limit: int) -> str:
    encoded = tokenizer(question, add_special_tokens=False, truncation=True, max_length=limit, return_offsets_mapping=True)
    return question[: encoded["offset_mapping"][-1][1]] if encoded["offset_mapping"] else ""


def _window(encoding: Any, passage: int, text: AnnotatedText, marks: IntArray | None, *, null_id: int | None) -> Window:
    input_ids = np.array(encoding.ids, dtype=np.int64)
    type_ids = np.array(encoding.type_ids, dtype=np.int64)  # always there, though a reloaded tokenizer's dictionary drops them
    tokens = np.flatnonzero([sequence == 1 for sequence in encoding.sequence_ids])  # (passage tokens,)
    starts, ends = np.array(encoding.offsets, dtype=np.int64).reshape(-1, 2)[tokens].T
    if marks is not None:
        type_ids[tokens] = _token_marks(text, marks, starts, ends)
    words, first, last = _words_within(text, starts, ends)
    nulls = np.flatnonzero(input_ids == null_id)
    return Window(passage, input_ids, type_ids, int(nulls[0]) if len(nulls) else 0, words, tokens[first], tokens[last])


def _token_marks(text: AnnotatedText, marks: IntArray, starts: IntArray, ends: IntArray) -> IntArray:
    """Return the marker of each passage token: its word's, or PASSAGE between words."""
    if not len(marks):
        return np.full(len(starts), Marker.PASSAGE, dtype=np.int64)
    words = np.minimum(np.searchsorted(text.ends, starts, side="right"), len(marks) - 1)  # the first word that ends after its start
    is_in_word = (text.starts[words] < ends) & (starts < text.ends[words])
    return np.where(is_in_word, marks[words], Marker.PASSAGE)


def _words_within(text: AnnotatedText, starts: IntArray, ends: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Return the words that lie whole in a window, and the first and the last passage token of each."""
    first = np.searchsorted(ends, text.starts, side="right")
    last = np.searchsorted(starts, text.ends, side="left") - 1
    is_whole = (first <= last) & (first < len(starts)) & (last >= 0)
    is_whole[is_whole] &= (starts[first[is_whole]] <= text.starts[is_whole]) & (ends[last[is_whole]] >= text.ends[is_whole])
    return np.flatnonzero(is_whole), first[is_whole], last[is_whole]


def _with_signs(text: str, start: int, end: int, lower: int, upper: int) -> tuple[int, int]:
    """Widen a span by what belongs to its border words: accents, signs, minutes, abbreviation points, the other half of a bracket."""
    if start > lower and text[start].isdigit() and text[start - 1] in _SIGNS and not text[lower : start - 1][-1:].isalnum():
        start -= 1
    while end < upper and unicodedata.category(text[end]).startswith("M"):
        end += 1
    following = text[end:upper][:1]
    is_minute = following in _AFTER_NUMBER and text[end - 1].isdigit()
    is_abbreviation = following == "." and text[start:end][-2:-1] == "."
    opened = text[start:end]
    is_closing = any(following == closer and opened.count(opener) > opened.count(closer) for opener, closer in _CLOSERS.items())
    return start, end + (is_minute or is_abbreviation or is_closing)
