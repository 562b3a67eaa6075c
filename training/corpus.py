"""Read the training texts from a data folder, and close their leaks.

In: the folder that its own README describes (`qa/`, `text/`). Out: documents and questions that may be trained on, and the texts kept
aside for measuring. Nothing here learns anything.
"""

import gzip
import json
import lzma
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

HELD_OUT = frozenset(
    {
        "Commutazione di pacchetto",
        "Crisi energetica (1973)",
        "Ctenophora",
        "Disuguaglianza economica",
        "Doctor Who",
        "Geologia",
        "Imperialismo",
        "Kenya",
        "Nikola Tesla",
        "Numero primo",
        "Ossigeno",
        "Parlamento scozzese",
        "Super Bowl 50",
        "Victoria and Albert Museum",
    }
)
OWN_PREFIX = "calcio-"  # of the ids of invented articles
GRAM_WORDS = 8
LEAK_SHARE = 0.3
_WORD = re.compile(r"[^\W_]+")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"»”')\]]*\s+(?=[\"«“(\[]?[A-ZÀ-Ú0-9])|\n+")


@dataclass(frozen=True, slots=True)
class Document:
    """A text with its title, which is empty where it has none."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class SquadQuestion:
    """A question on one paragraph of its article, by the paragraph's position."""

    text: str
    paragraph: int


@dataclass(frozen=True, slots=True)
class SquadArticle:
    """An article of SQuAD-it."""

    title: str
    paragraphs: tuple[str, ...]
    questions: tuple[SquadQuestion, ...]


@dataclass(frozen=True, slots=True)
class WrittenQuestion:
    """A question written for this project; `sentence` is a literal slice of its article, empty where there is no answer."""

    text: str
    article_id: str
    sentence: str
    history: tuple[str, ...]
    answerable: bool
    kind: str


@dataclass(frozen=True, slots=True)
class WrittenSplit:
    """One half, `train` or `dev`, of the written questions, with its articles by id."""

    articles: dict[str, Document]
    questions: tuple[WrittenQuestion, ...]


class ProtectedTexts:
    """The texts that nothing trained on may repeat."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._grams = {gram for text in texts for gram in _grams(text)}

    def share(self, text: str) -> float:
        """Return the share of the text's 8-grams that stand in a protected text; 0 for a text too short to have any."""
        grams = _grams(text)
        return sum(gram in self._grams for gram in grams) / len(grams) if grams else 0.0

    def leaks(self, text: str) -> bool:
        """Tell whether the text repeats protected ones."""
        return self.share(text) > LEAK_SHARE


@dataclass(frozen=True)
class TrainingData:
    """A data folder seen with some SQuAD-it articles held out, beside the dev half of the written questions, which always is."""

    folder: Path
    held_out: frozenset[str] = HELD_OUT

    @cached_property
    def squad(self) -> tuple[SquadArticle, ...]:
        """All articles of SQuAD-it, held out or not."""
        with gzip.open(self.folder / "qa" / "SQuAD_it-test.json.gz", "rt", encoding="utf-8") as file:
            return tuple(map(_squad_article, json.load(file)["data"]))

    @cached_property
    def protected(self) -> ProtectedTexts:
        """Held-out paragraphs, dev articles, and the questions and answers of QA4FAQ where the folder holds them."""
        held_out = [paragraph for article in self.squad if article.title in self.held_out for paragraph in article.paragraphs]
        dev = [f"{article.title}\n{article.text}" for article in self.written("dev").articles.values()]
        faq = self.folder / "qa" / "qa4faq" / "faqs_uft8_QA.csv"
        faqs = faq.read_text(encoding="utf-8", errors="replace").splitlines() if faq.exists() else []
        return ProtectedTexts([*held_out, *dev, *faqs])

    def written(self, split: str) -> WrittenSplit:
        """Return the written questions of a split, `train` or `dev`, unfiltered."""
        records = [record for record in self._lines("qa/written_questions.jsonl.xz") if record["split"] == split]
        wanted = {record["article_id"] for record in records}
        articles = {
            record["id"]: Document(record["title"], record["text"])
            for record in self._lines("qa/written_articles.jsonl.xz")
            if record["id"] in wanted
        }
        return WrittenSplit(articles, tuple(map(_written_question, records)))

    def training_squad(self) -> list[SquadArticle]:
        """Return the SQuAD-it articles that may be trained on."""
        return [
            article
            for article in self.squad
            if article.title not in self.held_out and not any(map(self.protected.leaks, article.paragraphs))
        ]

    def training_written(self) -> WrittenSplit:
        """Return the train half of the written questions, without the articles that repeat a protected text."""
        split = self.written("train")
        articles = {key: article for key, article in split.articles.items() if not self._repeats(article.text)}
        return WrittenSplit(articles, tuple(question for question in split.questions if question.article_id in articles))

    def own_articles(self) -> list[str]:
        """Return the invented train articles under their titles: of all articles, only these texts are the project's own."""
        articles = self.training_written().articles.items()
        return [f"{article.title}\n{article.text}" for key, article in articles if key.startswith(OWN_PREFIX)]

    def training_paragraphs(self) -> Iterator[str]:
        """Yield the Italian paragraphs that may be trained on, in the file's order; one under eight words cannot be compared: left out."""
        with lzma.open(self.folder / "text" / "italian_paragraphs.txt.xz", "rt", encoding="utf-8") as file:
            for line in file:
                if len(fold_words(line)) >= GRAM_WORDS and not self._repeats(line):
                    yield line.strip()

    def _repeats(self, text: str) -> bool:
        # A long text may hide a short protected one: its sentences are looked at in windows too.
        sentences = split_sentences(text)
        windows = (" ".join(sentences[start : start + 5]) for start in range(0, len(sentences), 5))
        return self.protected.leaks(text) or any(map(self.protected.leaks, windows))

    def _lines(self, name: str) -> Iterator[dict[str, Any]]:
        with lzma.open(self.folder / name, "rt", encoding="utf-8") as file:
            yield from map(json.loads, file)


def fold(text: str) -> str:
    """Return the text in lower case and without accents."""
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def fold_words(text: str) -> list[str]:
    """Return the text's folded words, split at everything that is neither letter nor digit."""
    return _WORD.findall(fold(text))


def split_sentences(text: str) -> list[str]:
    """Return the text's sentences, roughly: good enough to draw training pairs, not to cite."""
    return [sentence for piece in _SENTENCE_END.split(text) if (sentence := piece.strip())]


def _grams(text: str) -> list[str]:
    words = fold_words(text)
    return [" ".join(words[start : start + GRAM_WORDS]) for start in range(len(words) - GRAM_WORDS + 1)]


def _squad_article(record: dict[str, Any]) -> SquadArticle:
    paragraphs = record["paragraphs"]
    return SquadArticle(
        title=record["title"],
        paragraphs=tuple(paragraph["context"] for paragraph in paragraphs),
        questions=tuple(
            SquadQuestion(question["question"], position) for position, paragraph in enumerate(paragraphs) for question in paragraph["qas"]
        ),
    )


def _written_question(record: dict[str, Any]) -> WrittenQuestion:
    return WrittenQuestion(
        text=record["question"],
        article_id=record["article_id"],
        sentence=record["sentence"] or "",
        history=tuple(record["history"]),
        answerable=record["answerable"],
        kind=record["type"],
    )
