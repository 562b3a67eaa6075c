"""Learn the reader's WordPiece vocabulary: lower-case Italian with its accents, since `e` and `è` are different words."""

from collections.abc import Iterable

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
_MIN_FREQUENCY = 3
_ALPHABET = 160


def learn_vocabulary(texts: Iterable[str], *, size: int) -> Tokenizer:
    """Return a tokenizer of at most `size` pieces that joins pairs as BERT does."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True, strip_accents=False)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    trainer = trainers.WordPieceTrainer(
        vocab_size=size, min_frequency=_MIN_FREQUENCY, limit_alphabet=_ALPHABET, special_tokens=list(SPECIAL), show_progress=False
    )
    tokenizer.train_from_iterator(texts, trainer)
    places = {token: place for place, token in enumerate(SPECIAL)}  # the trainer numbers special tokens first, in order
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", places["[SEP]"]), ("[CLS]", places["[CLS]"]))
    return tokenizer


def as_transformers(tokenizer: Tokenizer, *, positions: int) -> PreTrainedTokenizerFast:
    """Return the tokenizer as transformers saves and loads it."""
    names = dict(zip(("pad_token", "unk_token", "cls_token", "sep_token", "mask_token"), SPECIAL, strict=True))
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=positions, **names)
