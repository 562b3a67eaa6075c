"""Give an Italian vocabulary to an English model: each piece starts where its English meaning stands.

In: the English MiniLM, an Italian tokenizer, the word list. Out: a `BertForQuestionAnswering` with match markers as token types. A piece
that is a listed word gets the embedding of its gloss; any other piece the mean of the English pieces that spell it (Gee et al. 2022, Fast
Vocabulary Transfer).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from transformers import AutoTokenizer, BertForQuestionAnswering, PreTrainedTokenizerFast

from retrieval.match_markers import MATCH_MARKERS_VERSION, Marker
from training.reader.lexicon import Lexicon
from training.reader.vocabulary import SPECIAL

_CONTINUATION = "##"
_FIRST_SENSE = 0.7  # of a word with two senses


def italian_model(english: Path, tokenizer: PreTrainedTokenizerFast, lexicon: Lexicon | None) -> BertForQuestionAnswering:
    """Return the English model with the vocabulary of `tokenizer`; without a lexicon all pieces start from their spelling."""
    model = BertForQuestionAnswering.from_pretrained(english, type_vocab_size=2, dtype=torch.float32)
    source = AutoTokenizer.from_pretrained(english)
    rows = model.bert.embeddings.word_embeddings.weight.detach()
    pieces = tokenizer.convert_ids_to_tokens(list(range(len(tokenizer))))
    weight = torch.stack([_embedding(piece, rows, source, lexicon) for piece in pieces])
    model.resize_token_embeddings(len(pieces), mean_resizing=False)
    model.bert.embeddings.word_embeddings.weight.data.copy_(weight)
    _add_markers(model)
    model.config.pad_token_id = tokenizer.pad_token_id
    return model


def _embedding(piece: str, rows: torch.Tensor, source: Any, lexicon: Lexicon | None) -> torch.Tensor:
    if piece in SPECIAL:
        return rows[source.convert_tokens_to_ids(piece)]
    senses = lexicon.senses(piece) if lexicon and piece.isalpha() else ()
    if senses:
        shares = [1.0] if len(senses) == 1 else [_FIRST_SENSE, *[(1 - _FIRST_SENSE) / (len(senses) - 1)] * (len(senses) - 1)]
        return _mix([_spelled(sense, rows, source) for sense in senses], shares)
    return _spelled(piece, rows, source)


def _spelled(text: str, rows: torch.Tensor, source: Any) -> torch.Tensor:
    """Return the mean of the English pieces of a text; a continuing piece is spelled with continuing pieces."""
    if text.startswith(_CONTINUATION):
        ids = source.convert_tokens_to_ids(source.tokenize("a" + text.removeprefix(_CONTINUATION)))[1:]
        ids = ids or source.convert_tokens_to_ids(source.tokenize(text.removeprefix(_CONTINUATION)))
    else:
        ids = source.convert_tokens_to_ids(source.tokenize(text))
    vectors = [rows[i] for i in ids] or [rows[source.unk_token_id]]
    return _mix(vectors, [1 / len(vectors)] * len(vectors))


def _mix(vectors: Sequence[torch.Tensor], shares: Sequence[float]) -> torch.Tensor:
    """Return the weighted mean, as long as its parts are on average: a mean of many would drown in its position."""
    mixed = sum((share * vector for share, vector in zip(shares, vectors, strict=True)), torch.zeros_like(vectors[0]))
    length = sum(share * float(vector.norm()) for share, vector in zip(shares, vectors, strict=True))
    return mixed * (length / max(float(mixed.norm()), 1e-6))


def _add_markers(model: BertForQuestionAnswering) -> None:
    """Turn the two token types into match markers; new ones start as copies of the passage's."""
    old = model.bert.embeddings.token_type_embeddings.weight.detach()
    table = torch.nn.Embedding(len(Marker), old.shape[1])
    table.weight.data.copy_(old[[0] + [1] * (len(Marker) - 1)])
    model.bert.embeddings.token_type_embeddings = table
    model.config.type_vocab_size = len(Marker)
    model.config.edicola_match_markers = {"version": MATCH_MARKERS_VERSION}
