"""Articles indexed aside: nothing that the bot uses is touched, the index lives in a temporary folder for as long as it is asked."""

import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from evaluation.run import Answerer
from index.articles import Article
from index.collection import FolderCollection
from index.indexer import Progress, reindex
from index.settings import IndexSettings
from retrieval.assembly import build_encoder, build_engine, build_pipeline
from retrieval.settings import RetrievalSettings


@dataclass(frozen=True, slots=True)
class Aside:
    """Articles indexed for evaluation only: who answers from them, their digests by id, and why others could not be read."""

    answerer: Answerer
    digests: Mapping[str, str]
    skipped: tuple[str, ...] = ()


class OpenAside(Protocol):
    """Indexes a folder of articles aside and closes it again."""

    def __call__(
        self, articles_dir: Path, index_settings: IndexSettings, settings: RetrievalSettings, report: Callable[[Progress], None], /
    ) -> AbstractContextManager[Aside]:
        """Return the articles indexed, for as long as the context is open."""


@contextmanager
def open_aside(
    articles_dir: Path, index_settings: IndexSettings, settings: RetrievalSettings, report: Callable[[Progress], None], /
) -> Iterator[Aside]:
    """Index a folder in a temporary place with the encoder and reader of the settings; all of it is gone at the end."""
    with tempfile.TemporaryDirectory(prefix="edicola-evaluate-") as data_dir:
        aside = replace(index_settings, articles_dir=articles_dir, data_dir=Path(data_dir), index_url="")
        engine, encoder = build_engine(aside), build_encoder(aside)
        indexed = reindex(engine, encoder, FolderCollection(articles_dir), report)
        with closing(build_pipeline(aside, settings, engine=engine, encoder=encoder)) as pipeline:
            skipped = tuple(f"{item.origin}: {item.reason}" for item in indexed.skipped)
            yield Aside(pipeline, pipeline.snapshot().digests(), skipped)


def write_articles(articles: Iterable[Article], folder: Path) -> None:
    """Write articles as JSON lines that reading gives back with the same id, title, date and text."""
    with (folder / "articles.jsonl").open("w", encoding="utf-8") as file:
        for article in articles:
            record = {"id": article.id, "title": article.title, "date": str(article.published or ""), "text": article.text}
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
