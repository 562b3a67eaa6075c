"""Learn a WordPiece vocabulary of folded Italian: lower case, no accents, no punctuation, no final vowels.

Without its final vowels, Italian loses gender, number and much of its conjugation: attaccante and attaccanti are one piece.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

UNKNOWN = "[UNK]"
CONTINUATION = "##"
_MIN_FREQUENCY = 3
_ALPHABET = 80
_FINAL_VOWELS = r"(?<=[a-z]{3})[aeio]+(?![\p{L}\p{N}])"


def learn_vocabulary(texts: Sequence[str], *, size: int) -> Tokenizer:
    """Return a tokenizer of at most `size` pieces; a word that it cannot spell is one unknown piece."""
    tokenizer = _empty_tokenizer({UNKNOWN: 0})
    alphabet = _frequent_letters(tokenizer.normalizer.normalize_str(text) for text in texts)
    # The trainer numbers continuing letters in the order of its hash table and breaks ties by number: named beforehand, they are always
    # the same. As special tokens they would be looked for in raw text, so the learnt pieces move to a tokenizer without any.
    named = [UNKNOWN, *(CONTINUATION + letter for letter in alphabet)]
    trainer = trainers.WordPieceTrainer(
        vocab_size=size,
        min_frequency=_MIN_FREQUENCY,
        initial_alphabet=alphabet,
        limit_alphabet=len(alphabet),
        special_tokens=named,
        continuing_subword_prefix=CONTINUATION,
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return _empty_tokenizer(tokenizer.get_vocab(with_added_tokens=False))


def _empty_tokenizer(pieces: dict[str, int]) -> Tokenizer:
    tokenizer = Tokenizer(models.WordPiece(pieces, unk_token=UNKNOWN, continuing_subword_prefix=CONTINUATION))
    folding = [normalizers.NFKD(), normalizers.StripAccents(), normalizers.Lowercase()]
    tokenizer.normalizer = normalizers.Sequence([*folding, normalizers.Replace(Regex(_FINAL_VOWELS), "")])
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(r"[^\p{L}\p{N}]+"), behavior="removed")
    return tokenizer


def _frequent_letters(texts: Iterable[str]) -> list[str]:
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(text)
    letters = [(-count, letter) for letter, count in counts.items() if letter.isalnum()]
    return sorted(letter for _, letter in sorted(letters)[:_ALPHABET])
