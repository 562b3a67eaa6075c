"""What the real retriever finds for each question: the passages that the reader will be given when it serves.

A collection is indexed by the real engine with the built-in encoder, in a folder of its own.
"""

import datetime
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from index.articles import Article
from index.collection import FolderCollection
from index.encoder import Encoder
from index.engine import Snapshot
from index.indexer import reindex
from index.snapshot import FolderEngine
from retrieval.conversation import Turn
from retrieval.deadline import Deadline
from retrieval.question import Query, Question, understand
from retrieval.reader import RetrievedPassage
from retrieval.retriever import Retriever
from training.features.examples import Example

ASKED_ON = datetime.date(2026, 1, 1)
TOP_K = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """An example as it reaches the reader: understood, with the passages found for it."""

    example: Example
    query: Query
    passages: tuple[RetrievedPassage, ...]


def index_articles(articles: Iterable[Article], encoder: Encoder, folder: Path) -> Snapshot:
    """Index articles in a folder and open the snapshot."""
    source = folder / "articles"
    source.mkdir(parents=True, exist_ok=True)
    with (source / "articles.jsonl").open("w", encoding="utf-8") as file:
        for article in articles:
            file.write(json.dumps({"id": article.id, "title": article.title, "text": article.text}, ensure_ascii=False) + "\n")
    engine = FolderEngine(folder / "index")
    reindex(engine, encoder, FolderCollection(source), lambda _: None)
    return engine.open_current()


def ask(examples: Iterable[Example], snapshot: Snapshot, encoder: Encoder) -> Iterator[Asked]:
    """Yield each example with what is found for it."""
    retriever = Retriever(encoder)
    for example in examples:
        history = tuple(Turn(question, article_id=example.article_id) for question in example.history)
        query = understand(Question(example.text, ASKED_ON, history), snapshot)
        yield Asked(example, query, tuple(retriever.retrieve(query, snapshot, top_k=TOP_K, deadline=Deadline.none())))
