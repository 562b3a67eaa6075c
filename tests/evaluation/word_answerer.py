"""An answerer without models: it quotes the sentence that shares most words with the question.

It stands for the pipeline wherever evaluation itself is tested, and keeps the promise of `Result`: real articles, real citations.
"""

import datetime
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from evaluation.aside import Aside
from index.articles import Article, Skipped
from index.indexer import Progress
from index.italian import analyze
from index.passages import split_article
from index.reading.folder import read_folder
from index.settings import IndexSettings
from retrieval.answer import Answer, Citation, NoAnswer, Outcome, Reason, Tentative
from retrieval.deadline import Deadline
from retrieval.pipeline import Result
from retrieval.question import Question
from retrieval.settings import RetrievalSettings

ROSSI = Article("rossi", "Mario Rossi allena il Borgo. Il suo contratto scade il 30 giugno 2027.", title="Il contratto di Rossi")
PARK = Article("parco", "Nel parco vivono 38 lupi. Il censimento è durato sei mesi.", title="I lupi del parco")


class WordAnswerer:
    """Answers from two shared words on, tentatively from one; remembers what it was asked."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self._sentences = [(article, *span) for article in articles for passage in split_article(article) for span in passage.sentences]
        self.asked: list[Question] = []

    def ask(self, question: Question, deadline: Deadline | None = None) -> Result:
        """Answer from the sentences that share words with the question and with the titles of its conversation."""
        self.asked.append(question)
        words = set(analyze(" ".join([question.text, *(turn.title for turn in question.history)])))
        scored = [(len(words & set(analyze(a.text[s:e]))), cite(a, a.text[s:e])) for a, s, e in self._sentences]
        best = sorted((item for item in scored if item[0]), key=lambda item: -item[0])
        found = [citation for _, citation in best]
        confidence = min(1.0, best[0][0] / 4) if best else 0.0
        return Result(_outcome(found, confidence), tuple(dict.fromkeys(c.article.id for c in found)), 1, {})


def cite(article: Article, sentence: str, span: str | None = None) -> Citation:
    """Return the citation of a sentence of an article, with a span of it or the whole as the answer."""
    start = article.text.index(sentence)
    span_start = article.text.index(span or sentence, start)
    return Citation(article, start, start + len(sentence), span_start, span_start + len(span or sentence))


@contextmanager
def open_words(
    articles_dir: Path, index_settings: IndexSettings, settings: RetrievalSettings, report: Callable[[Progress], None], /
) -> Iterator[Aside]:
    """Read a folder for a `WordAnswerer`."""
    items = list(read_folder(articles_dir))
    articles = [item for item in items if isinstance(item, Article)]
    report(Progress("read", len(articles), len(articles)))
    skipped = tuple(f"{item.origin}: {item.reason}" for item in items if isinstance(item, Skipped))
    yield Aside(WordAnswerer(articles), {article.id: article.digest for article in articles}, skipped)


def asked_on(text: str = "2025-03-31") -> datetime.date:
    """Return a day."""
    return datetime.date.fromisoformat(text)


def _outcome(found: Sequence[Citation], confidence: float) -> Outcome:
    if not found:
        return NoAnswer(Reason.UNKNOWN_SUBJECT)
    return Answer(found[0], confidence) if confidence >= 0.5 else Tentative(tuple(found[:3]), confidence)
