"""What is worked out of an article before it is encoded: passages, terms, n-grams, signature. Pure, so that any process can do it."""

from dataclasses import dataclass

from index.articles import Article
from index.italian import analyze, ngrams
from index.near_copies import Signature, article_signature
from index.passages import Passage, indexed_text, split_article


@dataclass(frozen=True, slots=True)
class AnalysedPassage:
    """A passage and its terms and n-grams, headline included, each in one string: so they travel between processes faster."""

    passage: Passage
    text: str  # what the encoder sees
    terms: str
    ngrams: str


@dataclass(frozen=True, slots=True)
class Analysed:
    """An article with its passages in order and what tells its near-copies."""

    article: Article
    passages: tuple[AnalysedPassage, ...]
    signature: Signature


def analyse(article: Article) -> Analysed:
    """Split an article and analyse its passages."""
    passages = []
    for passage in split_article(article):
        text = indexed_text(article.title, passage.text)
        passages.append(AnalysedPassage(passage, text, " ".join(analyze(text)), " ".join(ngrams(text))))
    return Analysed(article, tuple(passages), article_signature(article))
