"""Tiny question-answering models of every family that matters, with tokenizers trained here, and what they are given to read."""

import datetime
import json
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import (
    BertConfig,
    BertForQuestionAnswering,
    CamembertConfig,
    CamembertForQuestionAnswering,
    DistilBertConfig,
    DistilBertForQuestionAnswering,
    ElectraConfig,
    ElectraForQuestionAnswering,
    PreTrainedTokenizerFast,
    RobertaConfig,
    RobertaForQuestionAnswering,
    XLMRobertaConfig,
    XLMRobertaForQuestionAnswering,
)

from index.articles import Article
from index.passages import Passage, split_article
from retrieval.question import Query, Question
from retrieval.reader import RetrievedPassage, Span

QUESTION = "Chi ha comprato la squadra?"
TEXT = "Il club è di Milano. Ieri l’imprenditore Montezemolo ha comprato la squadra, 16.432 tifosi (tanti!) hanno esultato."
FILLER = "La partita di ieri è finita senza reti e il pubblico è tornato a casa sotto la pioggia. "
VOCABULARY = 400


def query(text: str = QUESTION) -> Query:
    """A query that asks nothing but its text."""
    return Query(Question("la domanda come fu scritta", datetime.date(2025, 3, 31)), text, (), frozenset(), frozenset())


def retrieved(text: str, article_id: str = "a") -> list[RetrievedPassage]:
    """All passages of an article."""
    article = Article(article_id, text)
    return [RetrievedPassage(passage, article, 1.0, 1.0, 1.0, 1.0) for passage in split_article(article)]


def whole(text: str) -> RetrievedPassage:
    """An article as one long passage, with the sentences of its real passages."""
    sentences = tuple(sorted({sentence for item in retrieved(text) for sentence in item.passage.sentences}))
    passage = Passage(1, "a", 0, len(text), text, sentences)
    return RetrievedPassage(passage, Article("a", text), 1.0, 1.0, 1.0, 1.0)


def marks_only() -> RetrievedPassage:
    """A passage whose only sentence has no words."""
    text = "… 🎉 !"
    return RetrievedPassage(Passage(1, "a", 0, len(text), text, ((0, len(text)),)), Article("a", text), 1.0, 1.0, 1.0, 1.0)


def words_of(span: Span) -> str:
    """The words that a span quotes."""
    return span.retrieved.article.text[span.start : span.end]


def declare(folder: Path, **fields: Any) -> str:
    """Write our fields into a model's configuration; return the model's path."""
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | fields), encoding="utf-8")
    return str(folder)


def save(folder: Path, model: Any, tokenizer: Any) -> Path:
    """Save as hub models are: safetensors, configuration, tokenizer."""
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def byte_level_tokenizer() -> PreTrainedTokenizerFast:
    """A tokenizer as RoBERTa's, trained here: it cuts emoji and accents into bytes."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=VOCABULARY, special_tokens=special, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator([TEXT, FILLER, QUESTION], trainer)
    ends = [("<s>", 0), ("</s>", 2)]
    tokenizer.post_processor = processors.TemplateProcessing("<s> $A </s>", "<s> $A </s> </s>:1 $B:1 </s>:1", ends)
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, cls_token="<s>", sep_token="</s>", pad_token="<pad>", unk_token="<unk>")


def wordpiece_tokenizer() -> PreTrainedTokenizerFast:
    """A tokenizer as DistilBERT's, trained here: it knows no emoji."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[CLS]", "[SEP]", "[UNK]"]
    trainer = trainers.WordPieceTrainer(vocab_size=VOCABULARY, special_tokens=special, show_progress=False)
    tokenizer.train_from_iterator([TEXT, FILLER, QUESTION], trainer)
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 2), ("[CLS]", 1))
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, cls_token="[CLS]", sep_token="[SEP]", pad_token="[PAD]", unk_token="[UNK]")


def unigram_tokenizer() -> PreTrainedTokenizerFast:
    """A tokenizer as those of XLM-R and CamemBERT, trained here: its pieces take in the blank before a word."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    trainer = trainers.UnigramTrainer(vocab_size=VOCABULARY, special_tokens=special, unk_token="<unk>", show_progress=False)
    tokenizer.train_from_iterator([TEXT, FILLER, QUESTION], trainer)
    ends = [("<s>", 0), ("</s>", 2)]
    tokenizer.post_processor = processors.TemplateProcessing("<s> $A </s>", "<s> $A </s> </s> $B </s>", ends)
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, cls_token="<s>", sep_token="</s>", pad_token="<pad>", unk_token="<unk>")


def tiny_roberta(folder: Path) -> Path:
    """A random RoBERTa with one token type, which a second one would break."""
    sizes = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16, "pad_token_id": 1}
    config = RobertaConfig(vocab_size=VOCABULARY, max_position_embeddings=202, type_vocab_size=1, initializer_range=0.5, **sizes)
    return save(folder, RobertaForQuestionAnswering(config), byte_level_tokenizer())


def tiny_distilbert(folder: Path) -> Path:
    """A random DistilBERT, which takes no token types at all."""
    config = DistilBertConfig(vocab_size=VOCABULARY, max_position_embeddings=64, dim=16, n_layers=1, n_heads=2, hidden_dim=16)
    config.initializer_range = 0.5
    return save(folder, DistilBertForQuestionAnswering(config), wordpiece_tokenizer())


def tiny_bert(folder: Path) -> Path:
    """A random BERT with room for the six match markers."""
    sizes = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    config = BertConfig(vocab_size=VOCABULARY, max_position_embeddings=128, type_vocab_size=6, initializer_range=0.5, **sizes)
    return save(folder, BertForQuestionAnswering(config), wordpiece_tokenizer())


def tiny_electra(folder: Path) -> Path:
    """A random ELECTRA, whose embeddings are narrower than its layers."""
    sizes = {"embedding_size": 8, "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    config = ElectraConfig(vocab_size=VOCABULARY, max_position_embeddings=128, initializer_range=0.5, **sizes)
    return save(folder, ElectraForQuestionAnswering(config), wordpiece_tokenizer())


def tiny_xlm_roberta(folder: Path) -> Path:
    """A random XLM-R."""
    sizes = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16, "pad_token_id": 1}
    config = XLMRobertaConfig(vocab_size=VOCABULARY, max_position_embeddings=130, type_vocab_size=1, initializer_range=0.5, **sizes)
    return save(folder, XLMRobertaForQuestionAnswering(config), unigram_tokenizer())


def tiny_camembert(folder: Path) -> Path:
    """A random CamemBERT, the architecture of UmBERTo."""
    sizes = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16, "pad_token_id": 1}
    config = CamembertConfig(vocab_size=VOCABULARY, max_position_embeddings=130, type_vocab_size=1, initializer_range=0.5, **sizes)
    return save(folder, CamembertForQuestionAnswering(config), unigram_tokenizer())
