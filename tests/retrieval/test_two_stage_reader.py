"""Features choose what a model reads, and both decide: with a tiny model whose weights are chance, or set by hand."""

import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import BertForQuestionAnswering

from index.articles import Article
from index.errors import ModelError
from index.italian import tokenize
from retrieval.deadline import Deadline, TooSlow
from retrieval.feature_model import BUILT_IN_FEATURES, FeatureModel, load_feature_model, passages_worth_reading, rank
from retrieval.reader import RetrievedPassage
from retrieval.span_model import ReadWindow, SpanModel
from retrieval.two_stage_reader import TwoStageReader, is_two_stage
from tests.retrieval.test_feature_reader import ARTICLES, query, retrieved
from tests.retrieval.tiny_models import FILLER, declare, marks_only, tiny_bert, words_of

QUESTION = "Chi è la nuova direttrice del museo del mare?"
CONFIDENCE = {"names": ["total", "margin"], "weights": [0.5, 0.1], "intercept": -0.2}
ALONE = {"names": ["total"], "weights": [0.3], "intercept": 0.1}
COMBINATION = {"sentence_margin": 0.4, "span_margin": 0.4, "confidence": CONFIDENCE, "alone": ALONE}
MARKERS = {"version": 2}
PIECES = [
    *"Perché l’Inter è più città? 90'+3 🎉 👨‍👩‍👧 e\u0300 \n . (ok) «sì» Москва 东京 باريس d'Italia - S.p.A.".split(" "),
    "\n",
]
DREAM = f"ogni {' '.join(['direttrice del museo sogna'] * 4)} barche"  # a run of words longer than any candidate of the features


@pytest.fixture(scope="module")
def features() -> FeatureModel:
    """The real features."""
    return load_feature_model(BUILT_IN_FEATURES)


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory, features: FeatureModel) -> Callable[..., TwoStageReader]:
    """Return what builds a reader with a random model; keywords change how it is weighed."""
    torch.manual_seed(3)
    folder = tiny_bert(tmp_path_factory.mktemp("readers") / "tiny")

    def build(*, read_passages: int = 4, **weights: Any) -> TwoStageReader:
        path = declare(folder, edicola_match_markers=MARKERS, edicola_combination=COMBINATION | weights)
        return TwoStageReader(features, SpanModel(path, in_16_bits=False), read_passages=read_passages)

    return build


class Wishful:
    """A model that wants one run of words of the passages, and counts what it is given to read."""

    name = "wishful"

    def __init__(self, real: SpanModel, first: str, last: str) -> None:
        self._real = real
        self._wanted = (first, last)
        self.given: list[RetrievedPassage] = []

    def declared(self, field: str) -> Any:
        """Say what the real model says."""
        return self._real.declared(field)

    def read(self, question: str, passages: Sequence[RetrievedPassage], deadline: Deadline) -> list[ReadWindow]:
        """Read as the real model does, but prefer the wanted words."""
        self.given.extend(passages)
        windows = self._real.read(question, passages, deadline)
        for read in windows:
            words = [read.text.words[place].folded for place in read.window.words]
            read.start_logits[:] = read.end_logits[:] = 0.0
            if self._wanted[0] in words:
                read.start_logits[read.window.first_tokens[words.index(self._wanted[0])]] = 300.0
                read.end_logits[read.window.last_tokens[len(words) - 1 - words[::-1].index(self._wanted[1])]] = 300.0
        return windows


@pytest.fixture
def wishful(tmp_path: Path, features: FeatureModel) -> Callable[..., tuple[TwoStageReader, Wishful]]:
    """Return what builds a reader whose model has a wish."""
    path = declare(tiny_bert(tmp_path), edicola_match_markers=MARKERS, edicola_combination=COMBINATION)

    def build(first: str, last: str, *, read_passages: int = 4) -> tuple[TwoStageReader, Wishful]:
        model = Wishful(SpanModel(path, in_16_bits=False), first, last)
        return TwoStageReader(features, model, read_passages=read_passages), model  # type: ignore[arg-type]

    return build


class TestStages:
    """Who decides what."""

    def test_a_model_without_weight_leaves_the_choice_to_the_features(self, make: Callable[..., TwoStageReader]) -> None:
        """With next to no weight the random model changes nothing."""
        spans = make(sentence_margin=1e-9, span_margin=1e-9).read(query(QUESTION), retrieved(), Deadline.none())
        assert words_of(spans[0]) == "Ilaria Cantarini"

    def test_a_model_that_is_sure_overrules_the_features(self, wishful: Callable[..., tuple[TwoStageReader, Wishful]]) -> None:
        """The sentence and the words that the model wants come first, though the features prefer another."""
        spans = wishful("residenti", "gratuito")[0].read(query(QUESTION), retrieved(), Deadline.none())
        assert words_of(spans[0]) == "residenti è gratuito"

    def test_only_the_passages_of_the_best_sentences_are_read(self, wishful: Callable[..., tuple[TwoStageReader, Wishful]]) -> None:
        """One passage may be read: it is that of the museum, and no sentence of another is proposed."""
        reader, model = wishful("residenti", "gratuito", read_passages=1)
        spans = reader.read(query(QUESTION), retrieved(), Deadline.none())
        assert [given.article.id for given in model.given] == ["museo"]
        assert {span.retrieved.article.id for span in spans} == {"museo"}

    def test_the_model_may_want_more_words_than_any_candidate_has(self, wishful: Callable[..., tuple[TwoStageReader, Wishful]]) -> None:
        """Reasons are long: its own run of twenty words is judged beside the candidates."""
        article = Article("sogno", f"Ecco perché {DREAM}. {FILLER}", title="Il sogno")
        reader, _ = wishful("ogni", "barche")
        assert words_of(reader.read(query("Perché la direttrice sogna?"), retrieved([article]), Deadline.none())[0]) == DREAM

    def test_features_choose_passages_best_first(self, features: FeatureModel) -> None:
        """The passage with the best sentence leads, whatever the retriever thought, and each comes once."""
        ranked = rank(features, query(QUESTION), retrieved(), Deadline.none())
        assert ranked is not None
        assert [item.article.id for item in passages_worth_reading(ranked, 9)] == ["museo", "rinnovo"]


class TestSpans:
    """What comes back."""

    def test_confidence_is_the_declared_curve(self, make: Callable[..., TwoStageReader]) -> None:
        """With the total as its only column it is the logistic of the score."""
        curve = {"names": ["total"], "weights": [0.5], "intercept": -0.2}
        for span in make(confidence=curve).read(query(QUESTION), retrieved(), Deadline.none()):
            assert span.confidence == pytest.approx(1 / (1 + math.exp(0.2 - 0.5 * span.score)), abs=1e-5)

    def test_groups_are_read_apart_and_judged_by_their_own_curve(self, make: Callable[..., TwoStageReader]) -> None:
        """Each group gives its best span, as if it were all there is; an empty one gives none."""
        reader, groups = make(), [[item] for item in retrieved()]
        apart = reader.read_apart(query(QUESTION), [*groups, []], Deadline.none())
        best = [reader.read(query(QUESTION), group, Deadline.none())[0] for group in groups]
        assert [(span.retrieved, span.start, span.end, span.score) for span in apart] == [
            (s.retrieved, s.start, s.end, s.score) for s in best
        ]
        for span in apart:
            assert span.confidence == pytest.approx(1 / (1 + math.exp(-0.1 - 0.3 * span.score)), abs=1e-5)

    def test_what_was_read_is_not_read_again(self, make: Callable[..., TwoStageReader], monkeypatch: pytest.MonkeyPatch) -> None:
        """A window that the model has seen is remembered, and gives the same to the last bit."""
        reader = make()
        first = reader.read(query(QUESTION), retrieved(), Deadline.none())
        monkeypatch.setattr(SpanModel, "_run", lambda *_: pytest.fail("read again"))
        assert reader.read(query(QUESTION), retrieved(), Deadline.none()) == first

    def test_spans_come_best_first_and_once_a_sentence(self, make: Callable[..., TwoStageReader]) -> None:
        """Overlapping passages and windows give no sentence twice."""
        items = retrieved([Article("lungo", FILLER * 12 + ARTICLES[1].text, title="Museo"), *ARTICLES])
        spans = make().read(query(QUESTION), items, Deadline.none())
        assert [span.score for span in spans] == sorted((span.score for span in spans), reverse=True)
        sentences = [(span.retrieved.article.id, span.sentence_start) for span in spans]
        assert len(sentences) == len(set(sentences)) > 1

    @settings(max_examples=30, deadline=None)
    @given(st.lists(st.sampled_from(PIECES), max_size=60))
    def test_every_span_is_a_slice_inside_one_sentence(self, make: Callable[..., TwoStageReader], pieces: list[str]) -> None:
        """Whatever is read, in whatever script, a span starts and ends inside one sentence of its passage."""
        items = retrieved([Article("a", " ".join(pieces), title="Perché l’Inter")])
        for span in make().read(query("Perché l’Inter 🎉?"), items, Deadline.none()):
            sentence = (span.sentence_start, span.sentence_end)
            assert sentence in span.retrieved.passage.sentences
            assert sentence[0] <= span.start < span.end <= sentence[1]
            assert tokenize(words_of(span))

    def test_nothing_to_read_gives_nothing(self, make: Callable[..., TwoStageReader]) -> None:
        """No passages, passages without words, a question of stop words."""
        assert make().read(query(QUESTION), [], Deadline.none()) == []
        assert make().read(query(QUESTION), [marks_only()], Deadline.none()) == []
        assert make().read(query("di che?"), retrieved(), Deadline.none()) == []

    def test_a_question_longer_than_the_window_is_read(self, make: Callable[..., TwoStageReader]) -> None:
        """Its end is left out, the passage is not."""
        assert make().read(query("museo " * 600), retrieved(), Deadline.none())

    def test_words_that_no_window_holds_give_nothing(
        self, wishful: Callable[..., tuple[TwoStageReader, Wishful]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A tokenizer may cut an endless word into more tokens than a window has: then the model has no margin for anything."""
        reader, model = wishful("residenti", "gratuito")
        monkeypatch.setattr(model, "read", lambda *_: [])
        assert reader.read(query(QUESTION), retrieved(), Deadline.none()) == []

    def test_threads_and_repetition_change_nothing(self, make: Callable[..., TwoStageReader]) -> None:
        """The same spans with the same scores, on one thread of torch or two, alone or four at a time."""
        reader, before = make(), torch.get_num_threads()
        try:
            torch.set_num_threads(1)
            expected = reader.read(query(QUESTION), retrieved(), Deadline.none())
            torch.set_num_threads(2)
            with ThreadPoolExecutor(4) as threads:
                found = list(threads.map(lambda _: reader.read(query(QUESTION), retrieved(), Deadline.none()), range(12)))
        finally:
            torch.set_num_threads(before)
        assert found == [expected] * 12

    def test_a_passed_deadline_is_noticed(self, make: Callable[..., TwoStageReader]) -> None:
        """The time is over before anything is read."""
        with pytest.raises(TooSlow):
            make().read(query(QUESTION), retrieved(), Deadline.after(0.0))


class TestDeclaration:
    """What a model must say of itself."""

    def test_only_a_model_that_says_how_it_is_weighed_is_read_so(self, tmp_path: Path, features: FeatureModel) -> None:
        """A foreign model has no such field."""
        model = SpanModel(str(tiny_bert(tmp_path)))
        assert not is_two_stage(model)
        with pytest.raises(ModelError, match=r"READER_MODEL=.*edicola_combination.*READER_MODEL=features"):
            TwoStageReader(features, model)

    @pytest.mark.parametrize(
        "declared",
        [True, {"sentence_margin": 1}, COMBINATION | {"confidence": {}}, COMBINATION | {"alone": 1}, COMBINATION | {"span_margin": "x"}],
    )
    def test_an_unusable_combination_is_refused(self, tmp_path: Path, features: FeatureModel, declared: object) -> None:
        """The error names the setting and the field."""
        with pytest.raises(ModelError, match="edicola_combination"):
            TwoStageReader(features, SpanModel(declare(tiny_bert(tmp_path), edicola_combination=declared)))

    def test_weights_that_are_cut_off_are_refused(self, tmp_path: Path) -> None:
        """Half a file is no model."""
        weights = tiny_bert(tmp_path) / "model.safetensors"
        weights.write_bytes(weights.read_bytes()[:1000])
        with pytest.raises(ModelError, match="READER_MODEL="):
            SpanModel(str(tmp_path))

    @pytest.mark.parametrize("missing", ["config.json", "tokenizer.json", "model.safetensors"])
    def test_a_folder_that_lacks_a_file_is_refused(self, tmp_path: Path, missing: str) -> None:
        """Whatever is missing, the error names the setting and the mend."""
        (tiny_bert(tmp_path) / missing).unlink()
        with pytest.raises(ModelError, match=r"READER_MODEL=.*READER_MODEL=features"):
            SpanModel(str(tmp_path))

    def test_a_model_of_another_shape_is_refused(self, tmp_path: Path) -> None:
        """Weights of one model under the configuration of another."""
        BertForQuestionAnswering.from_pretrained(tiny_bert(tmp_path))
        with pytest.raises(ModelError, match="READER_MODEL="):
            SpanModel(declare(tmp_path, hidden_size=32))
