"""Stand-ins that keep the contracts of `retrieval` and `index`, and a bot that runs on them against the local Telegram."""

import asyncio
import datetime
import sys
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from bot.adding import Adding
from bot.answering import Answering, Asked
from bot.application import TelegramBot
from bot.journal import Journal
from bot.markup import Reply, to_html
from bot.reindexing import Reindexing
from bot.settings import BotSettings, Secret
from bot.source_report import SourceReport
from bot.withdrawing import Withdrawing
from index.articles import Article
from index.dates import parse_period
from index.engine import Engine, Manifest
from index.errors import NoSnapshot
from index.settings import IndexSettings
from index.sources.adding import Additions
from index.sources.collection import ADDED_FOLDER
from retrieval.answer import Answer, Citation, Latest, NoAnswer, Outcome, Reason
from retrieval.deadline import Deadline
from retrieval.pipeline import Result
from retrieval.question import Question
from tests.index.memory_engine import MemoryEngine
from tests.telegram_server import TelegramServer
from tests.telegram_server.html_markup import parse_html

TODAY = datetime.date(2025, 6, 1)
NO_INDEXING = (sys.executable, "-c", "")
NO_ADDING = (sys.executable, "-c", "")
RENEWAL = "Diego Simeone ha rinnovato con l’Atlético Madrid fino al 2027."


def make_article(text: str = f"{RENEWAL} La firma era attesa.", **fields: str) -> Article:
    """Return an article; `published` is written as in metadata."""
    known = {
        "id": "simeone",
        "title": "Simeone resta",
        "source": "Cronache",
        "url": "https://news.example/simeone",
        "published": "2025-03-11",
    }
    values = known | fields
    published = parse_period(values.pop("published"))
    return Article(text=text, published=published, **values)


def make_citation(article: Article | None = None, sentence: str = RENEWAL, span: str = "2027") -> Citation:
    """Return a citation of a sentence of an article, with the first place of the span in it."""
    article = article or make_article()
    start = article.text.index(sentence)
    at = start + sentence.index(span)
    return Citation(article, start, start + len(sentence), at, at + len(span))


def shown(reply: Reply) -> str:
    """Return a reply as a person reads it, without its markup."""
    return parse_html(to_html(reply)).trimmed().text


class FakeSnapshot:
    """A snapshot of articles that can only be listed."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self._articles = sorted(articles, key=lambda article: article.newest_first, reverse=True)
        now = datetime.datetime(2025, 6, 1, tzinfo=datetime.UTC)
        self.manifest = Manifest(1, now, "fake", "0", 2, "fake", len(articles), len(articles), 1.0, 1.0)

    def newest_articles(self, *, limit: int, offset: int = 0) -> list[Article]:
        """Return a page of the articles."""
        return self._articles[offset : offset + limit]


class FakePipeline:
    """Answers each question with `outcome`, or with what it returns; one with `lento` in it waits until `gate` is open."""

    def __init__(self, outcome: Outcome | Callable[[Question], Outcome] | None = None, articles: Sequence[Article] = ()) -> None:
        self._outcome = outcome or Answer(make_citation(), 0.9)
        self._articles = articles
        self.questions: list[Question] = []
        self.gate = threading.Event()
        self.is_closed = False
        self.stop: Callable[[], None] = lambda: None  # tells the bot that runs on this pipeline to stop

    def ask(self, question: Question, deadline: Deadline | None = None) -> Result:
        """Note the question and answer it."""
        self.questions.append(question)
        while "lento" in question.text and not self.gate.wait(0.01):
            (deadline or Deadline.none()).check()
        if not question.text.strip():
            return Result(NoAnswer(Reason.NOT_A_QUESTION), (), None, {})
        outcome = self._outcome(question) if callable(self._outcome) else self._outcome
        return Result(outcome, ("simeone",), 7, {"understand": 1.0, "read": 2.5})

    def latest(self, question: Question) -> Result:
        """Note the question and show the newest two articles, each whole."""
        self.questions.append(question)
        if not self._articles:
            return Result(NoAnswer(Reason.NOTHING_INDEXED), (), None, {})
        newest = self.snapshot().newest_articles(limit=2)
        citations = tuple(make_citation(article, article.text, article.text) for article in newest)
        return Result(Latest(question.text, citations), tuple(article.id for article in newest), 7, {})

    def snapshot(self) -> FakeSnapshot:
        """Return the articles."""
        if not self._articles:
            raise NoSnapshot("nothing has been indexed yet")
        return FakeSnapshot(self._articles)

    def close(self) -> None:
        """Let everybody go."""
        self.gate.set()
        self.is_closed = True


def bot_settings(server: TelegramServer, **changes: object) -> BotSettings:
    """Return settings that lead to the local Telegram."""
    return replace(BotSettings(token=Secret(server.token), api_url=server.url), **changes)


Pipelined = TypeVar("Pipelined", bound=Asked)


@asynccontextmanager
async def running_bot(
    server: TelegramServer,
    data_dir: Path,
    pipeline: Pipelined | None = None,
    *,
    settings: BotSettings | None = None,
    engine: Engine | None = None,
    index_command: Sequence[str] = NO_INDEXING,
    add_command: Sequence[str] = NO_ADDING,
    reading_seconds: float = 30.0,
    workers: int = 1,
    grace_seconds: float = 5.0,
    edit_every_seconds: float = 3.0,
) -> AsyncIterator[Pipelined]:
    """Run the whole bot, by default on a fake pipeline and an empty engine, with its journal in a folder."""
    settings = settings or bot_settings(server)
    pipeline = pipeline or FakePipeline()
    with closing(Journal(f"sqlite:///{data_dir / 'journal.sqlite'}")) as journal:
        answering = Answering(
            lambda: pipeline,
            today=lambda: TODAY,
            timeout_seconds=settings.answer_timeout_seconds,
            queue_size=settings.queue_size,
            workers=workers,
        )
        stop = asyncio.Event()
        if isinstance(pipeline, FakePipeline):
            pipeline.stop = stop.set
        engine = engine or MemoryEngine()
        adding = Adding(add_command, Additions(data_dir / ADDED_FOLDER), engine, seconds=reading_seconds)
        parts = Reindexing(index_command), Withdrawing(engine)
        report = SourceReport(engine, IndexSettings(data_dir=data_dir))
        bot = TelegramBot(settings, answering, journal, *parts, adding=adding, source_report=report, edit_every_seconds=edit_every_seconds)
        task = asyncio.create_task(bot.run(stop, indexes_at_start=False, grace_seconds=grace_seconds))
        try:
            yield pipeline
        finally:
            stop.set()
            await task
            if isinstance(pipeline, FakePipeline):
                pipeline.gate.set()
            answering.close()
