"""The making of the encoder: leaks, drawn pairs, and a training from text to model folder on two hundred sentences."""

import gzip
import json
import lzma
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("scipy", reason="the training extra is not installed")
pytest.importorskip("sklearn", reason="the training extra is not installed")

from training.corpus import ProtectedTexts, TrainingData, split_sentences
from training.encoder.__main__ import make_encoder
from training.encoder.evaluation import best_of, encode, rank_figures, squad_figures, written_figures
from training.encoder.export import load, quantise
from training.encoder.initialisation import count_neighbours
from training.encoder.pairs import ClozeSource, mistype, thin
from training.encoder.recipe import Recipe
from training.encoder.vocabulary import learn_vocabulary

TOPICS = {
    "calcio": "portiere attaccante difensore rigore allenatore stadio partita campionato classifica pareggio",
    "cucina": "padella farina forno burro zucchero ricetta cuoco pentola sugo impasto",
    "mare": "nave porto vela marinaio onda faro scoglio pescatore timone ancora",
    "bosco": "quercia fungo sentiero volpe ghianda radura muschio castagna cinghiale ruscello",
}
HELD_OUT = "mare"
DEV_TEXT = "La banda comunale suona ogni domenica davanti alla chiesa vecchia del paese. Il maestro si chiama Ugo."


def topic_sentences(topic: str, count: int) -> list[str]:
    """Sentences that share words only with their own topic."""
    rng = random.Random(topic)
    words = TOPICS[topic].split()
    return [f"Il {' e il '.join(rng.sample(words, 5))} numero {number} del {topic}." for number in range(count)]


def squad_article(topic: str) -> dict[str, Any]:
    """An article of six paragraphs with a question each, in the shape of SQuAD."""
    paragraphs = [" ".join(topic_sentences(topic, 18)[start : start + 3]) for start in range(0, 18, 3)]
    questions = [f"Quale {' '.join(paragraph.split()[1:8])}?" for paragraph in paragraphs]
    asked = zip(paragraphs, questions, strict=True)
    return {"title": topic, "paragraphs": [{"context": text, "qas": [{"question": question}]} for text, question in asked]}


def written_question(article_id: str, split: str, sentence: str, question: str) -> dict[str, Any]:
    """An answerable question on a sentence of an article."""
    return {
        "article_id": article_id,
        "question": question,
        "history": [],
        "sentence": sentence,
        "answerable": True,
        "type": "standard",
        "split": split,
    }


def write_lines(path: Path, lines: list[str]) -> None:
    """Write an .xz file of lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with lzma.open(path, "wt", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> TrainingData:
    """A small data folder in the shape of the real one; the topic `mare` is held out."""
    folder = tmp_path_factory.mktemp("data")
    squad = {"data": [squad_article(topic) for topic in TOPICS]}
    (folder / "qa").mkdir()
    with gzip.open(folder / "qa" / "SQuAD_it-test.json.gz", "wt", encoding="utf-8") as file:
        json.dump(squad, file)
    train_text = " ".join(topic_sentences("cucina", 8))
    articles = [
        {"id": "calcio-a", "title": "Cucina", "text": train_text},
        {"id": "b", "title": "La banda", "text": DEV_TEXT},
        {"id": "c", "title": "Bosco", "text": train_text},
    ]
    questions = [
        written_question("calcio-a", "train", split_sentences(train_text)[2], "Quale padella e forno?"),
        written_question("c", "train", split_sentences(train_text)[2], "Quale padella e forno?"),
        written_question("b", "dev", "Il maestro si chiama Ugo.", "Come si chiama il maestro della banda?"),
    ]
    write_lines(folder / "qa" / "written_articles.jsonl.xz", list(map(json.dumps, articles)))
    write_lines(folder / "qa" / "written_questions.jsonl.xz", list(map(json.dumps, questions)))
    pools = [topic_sentences(topic, 66) for topic in TOPICS if topic != HELD_OUT]
    paragraphs = [" ".join(sentences[start : start + 2]) for sentences in pools for start in range(0, 66, 2)]
    leaks = [DEV_TEXT, topic_sentences(HELD_OUT, 1)[0], " ".join([*topic_sentences("bosco", 40), DEV_TEXT])]
    write_lines(folder / "text" / "italian_paragraphs.txt.xz", [*paragraphs, *leaks, "Troppo corta."])
    return TrainingData(folder, frozenset({HELD_OUT}))


def test_a_text_leaks_when_a_third_of_its_8_grams_are_protected() -> None:
    """Case, accents and punctuation do not hide a repetition; a few shared words are none."""
    protected = ProtectedTexts(["Perché la città è così lontana dal mare e dai monti?"])
    assert protected.leaks("PERCHE' LA CITTA' È COSI LONTANA DAL MARE, e dai monti e da tutto il resto.".replace("'", ""))
    assert not protected.leaks("La città è così lontana dal mare che nessuno di noi ci va mai a piedi in estate.")
    assert protected.share("Troppo corta") == 0.0


def test_nothing_held_out_is_trained_on(data: TrainingData) -> None:
    """Held-out and dev texts are dropped from the paragraphs, even inside a long one."""
    kept = list(data.training_paragraphs())
    assert len(kept) == 99
    assert not any(word in paragraph.split() for paragraph in kept for word in ("banda", "nave", "corta."))
    assert [article.title for article in data.training_squad()] == ["calcio", "cucina", "bosco"]
    assert list(data.training_written().articles) == ["calcio-a", "c"]
    assert [text.splitlines()[0] for text in data.own_articles()] == ["Cucina"]


def test_a_typing_error_is_small_and_spares_short_words() -> None:
    """One error a word, at most; words under four letters stay; the seed decides."""
    text = "il portiere para un rigore a Buffon"
    mistyped = mistype(text, random.Random(3), share=1.0)
    assert mistyped == mistype(text, random.Random(3), share=1.0) != text
    assert [word for word in mistyped.split() if len(word) <= 2] == ["il", "un", "a"]
    assert all(abs(len(new) - len(old)) <= 1 for new, old in zip(mistyped.split(), text.split(), strict=True))
    assert mistype(text, random.Random(3), share=0.0) == text


def test_thinning_keeps_some_words_in_their_order() -> None:
    """A query holds a part of its sentence, never less than two words."""
    words = [str(number) for number in range(20)]
    kept = thin(words, random.Random(1))
    assert 4 <= len(kept) <= 12
    assert kept == sorted(kept, key=int)
    assert len(thin(["uno", "due"], random.Random(1))) == 2


def test_inflected_words_are_one_piece() -> None:
    """Case, accents, elisions and final vowels do not tell words apart; short words keep their vowels."""
    tokenizer = learn_vocabulary(["gli attaccanti della città", "l'attaccante delle Città", "ATTACCANTI, città: per me"] * 3, size=200)
    assert tokenizer.encode("L’attaccante delle CITTÀ, per me!").tokens == ["l", "attaccant", "dell", "citt", "per", "me"]
    assert tokenizer.encode("attaccanti").tokens == ["attaccant"]
    assert tokenizer.encode("ж").tokens == ["[UNK]"]


def test_a_cloze_passage_is_the_sentences_around_the_drawn_one() -> None:
    """Every query finds the words of its own paragraph's vocabulary in its passage's paragraph."""
    paragraphs = [" ".join(topic_sentences(topic, 4)) for topic in TOPICS]
    tokenizer = learn_vocabulary(paragraphs * 3, size=400)
    pairs = ClozeSource(paragraphs, tokenizer).draw(8, random.Random(2))
    assert len(pairs.queries) == len(pairs.passages) == 8
    texts = [{tokenizer.id_to_token(token) for token in tokenizer.encode(paragraph).ids} for paragraph in paragraphs]
    for passage in pairs.passages:
        assert any({tokenizer.id_to_token(token) for token in passage} <= pieces for pieces in texts)


def test_neighbours_count_by_distance_inside_their_text() -> None:
    """One step weighs 1, two steps 1/√2, another text nothing; both directions count."""
    tokens, texts = np.array([0, 1, 2, 3], dtype=np.int32), np.array([0, 0, 0, 1], dtype=np.int32)
    expected = np.zeros((4, 4))
    expected[0, 1] = expected[1, 0] = expected[1, 2] = expected[2, 1] = 1
    expected[0, 2] = expected[2, 0] = 1 / np.sqrt(2)
    assert np.allclose(count_neighbours(tokens, texts, vocabulary_size=4).toarray(), expected)


def test_eight_bits_lose_less_than_half_a_step() -> None:
    """A row comes back within half of its scale; a row of zeros stays zero."""
    weights = np.random.default_rng(0).normal(size=(5, 8)).astype(np.float32)
    weights[3] = 0
    integers, scales = quantise(weights)
    assert integers.dtype == np.int8
    assert (np.abs(integers * scales[:, None] - weights) <= scales[:, None] * 0.501).all()


def test_ranks_count_ties_against_the_gold_candidate() -> None:
    """First, second, and tied for first: ranks 1, 2, 2."""
    scores = np.array([[3, 1, 2], [3, 1, 2], [2, 1, 2]], dtype=np.float32)
    assert rank_figures(scores, [0, 2, 0]) == {"recall@1": 33.3, "mrr@10": 66.7}
    assert best_of(scores, [0, 0, 1]).tolist() == [[3, 2], [3, 2], [2, 2]]


def test_from_texts_to_a_model_that_finds_them(data: TrainingData, tmp_path: Path) -> None:
    """A training on two hundred sentences ends in a folder that loads offline and tells its topics apart, twice alike."""
    recipe = Recipe(vocabulary_size=300, dimension=16, steps=40, batch_size=64, learning_rate=0.05)
    losses: list[float] = []
    make_encoder(data, tmp_path / "first", recipe, report=lambda _, loss: losses.append(loss))
    make_encoder(data, tmp_path / "second", recipe)
    assert np.mean(losses[-5:]) < losses[0]

    model = load(tmp_path / "first")
    sentences = topic_sentences("calcio", 4) + topic_sentences("cucina", 4)
    vectors = encode(model, sentences)
    assert vectors.shape == (8, 16)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert (vectors[:4] @ vectors[:4].T).min() > (vectors[:4] @ vectors[4:].T).max()
    assert np.allclose(vectors, encode(load(tmp_path / "second"), sentences), atol=1e-6)

    assert squad_figures(model, data, titles=frozenset({"bosco"}))["squad_questions"] == 6
    assert written_figures(model, data)["written_articles"] == 3
