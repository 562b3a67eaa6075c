"""Measure retrieval, and what other weights would give.

    python -m training.retrieval_weights --data ../shared/data --trial fusion.NGRAM_WEIGHT=.35 --trial passages.PASSAGE_WORDS=160
    python -m training.retrieval_weights --data ../shared/data --held-out

Without `--held-out`: the questions of the 34 SQuAD-it articles and of the written train half that weights may be chosen on. With it:
those of the 14 held-out articles and of the written dev half, to be reported and not to be chosen by. SQuAD-it's questions look for
their paragraph among all 2,010, each of them an article with the title of its own; written ones for their article among all 947.
Articles are read, split and indexed as always, in a folder that is deleted afterwards.

The built-in encoder has read the tuning questions: choose words' weights with `--no-encoder`, and the encoder's own weight with an
encoder that was trained without the articles measured.
"""

import argparse
import datetime
import json
import random
import statistics
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from types import ModuleType

import numpy as np

from index import passages
from index.collection import FolderCollection
from index.encoder import Encoder, Kind, SentenceTransformerEncoder
from index.engine import Snapshot, Vectors
from index.indexer import reindex
from index.settings import BUILT_IN_ENCODER
from index.snapshot import FolderEngine
from retrieval import fusion, question, retriever, vocabulary
from retrieval.conversation import Turn
from retrieval.deadline import Deadline
from retrieval.question import Question, understand
from retrieval.reader import RetrievedPassage
from retrieval.retriever import Retriever
from training.corpus import TrainingData

AS_OF = datetime.date(2026, 3, 31)
RANKED = 40  # passages looked at for a rank
READ_WORDS = 900  # about what ten passages hold
TYPO_SHARE = 0.3  # of the words of five letters or more
MODULES: Mapping[str, ModuleType] = {
    module.__name__.rpartition(".")[2]: module for module in (fusion, passages, question, retriever, vocabulary)
}


@dataclass(frozen=True, slots=True)
class Case:
    """A question, the article that answers it, and the sentence where that is known."""

    text: str
    article_id: str
    kind: str
    sentence: str = ""
    history: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Collection:
    """Articles as records for the indexer, and the questions asked of them."""

    name: str
    records: tuple[dict[str, str], ...]
    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares of questions: right article first, among ten; reciprocal rank; answering sentence in the first `READ_WORDS` words."""

    questions: int
    recall_1: float
    recall_10: float
    mrr_10: float
    sentence_read: float | None
    milliseconds: float


class NoEncoder:
    """An encoder that knows no word."""

    name = "none"
    fingerprint = "none"
    dimension = 1

    def encode(self, texts: Sequence[str], kind: Kind, /) -> Vectors:  # noqa: ARG002 - the protocol's signature
        """Return zeros."""
        return np.zeros((len(texts), 1), np.float32)


def collections(data: TrainingData, *, held_out: bool, every: int) -> list[Collection]:
    """Return SQuAD-it, the same with typing errors, and the written questions."""
    articles = [
        {"id": f"{article.title}/{place}", "title": article.title, "text": paragraph}
        for article in data.squad
        for place, paragraph in enumerate(article.paragraphs)
    ]
    squad = [
        Case(asked.text, f"{article.title}/{asked.paragraph}", "squad")
        for article in data.squad
        if (article.title in data.held_out) == held_out
        for asked in article.questions
    ][::every]
    rng = random.Random(5)
    mistyped = [Case(mistype(case.text, rng), case.article_id, "squad, mistyped") for case in squad]
    written = [
        Case(asked.text, asked.article_id, asked.kind, asked.sentence, asked.history)
        for asked in data.written("dev" if held_out else "train").questions
        if asked.answerable
    ][::every]
    news = {key: document for split in ("train", "dev") for key, document in data.written(split).articles.items()}
    records = [{"id": key, "title": document.title, "text": document.text} for key, document in sorted(news.items())]
    return [
        Collection("SQuAD-it", tuple(articles), (*squad, *mistyped)),
        Collection("written", tuple(records), tuple(written)),
    ]


def mistype(text: str, rng: random.Random) -> str:
    """Return a text in which some words have lost, gained, changed or exchanged a letter."""
    return " ".join(_mistype_word(word, rng) if len(word) > 4 and rng.random() < TYPO_SHARE else word for word in text.split(" "))


def _mistype_word(word: str, rng: random.Random) -> str:
    place, letter = rng.randrange(1, len(word) - 1), rng.choice("abcdefghilmnoprstuvz")
    head, here, after, tail = word[:place], word[place], word[place + 1], word[place + 2 :]
    return rng.choice([head + after + tail, head + after + here + tail, head + letter + after + tail, head + here + here + after + tail])


def measure(collection: Collection, encoder: Encoder) -> dict[str, Figures]:
    """Index a collection, ask its questions, and return the figures by kind of question."""
    with tempfile.TemporaryDirectory() as folder:
        snapshot = _index(collection, encoder, Path(folder))
        finder = Retriever(encoder)
        outcomes = [_ask(case, finder, snapshot) for case in collection.cases]
        snapshot.close()
    kinds: dict[str, list[_Outcome]] = {}
    for case, outcome in zip(collection.cases, outcomes, strict=True):
        for kind in {case.kind, *(["all written"] if collection.name == "written" else [])}:
            kinds.setdefault(kind, []).append(outcome)
    return {kind: _figures(found) for kind, found in sorted(kinds.items())}


@dataclass(frozen=True, slots=True)
class _Outcome:
    rank: int  # of the right article, 0 if it was not found
    is_read: bool | None
    milliseconds: float


def _index(collection: Collection, encoder: Encoder, folder: Path) -> Snapshot:
    source = folder / "articles"
    source.mkdir()
    lines = (json.dumps(record, ensure_ascii=False) for record in collection.records)
    (source / "all.jsonl").write_text("\n".join(lines), encoding="utf-8")
    engine = FolderEngine(folder / "index")
    reindex(engine, encoder, FolderCollection(source), lambda _: None)
    return engine.open_current()


def _ask(case: Case, finder: Retriever, snapshot: Snapshot) -> _Outcome:
    history: tuple[Turn, ...] = ()
    for earlier in case.history:
        hits = _retrieve(earlier, history, finder, snapshot)
        history = (*history, Turn(earlier, article_id=hits[0].article.id if hits else ""))
    started = time.perf_counter()
    hits = _retrieve(case.text, history, finder, snapshot)
    milliseconds = 1000 * (time.perf_counter() - started)
    ranked = list(dict.fromkeys(hit.article.id for hit in hits))
    rank = ranked.index(case.article_id) + 1 if case.article_id in ranked else 0
    return _Outcome(rank, _is_read(case, hits) if case.sentence else None, milliseconds)


def _retrieve(text: str, history: tuple[Turn, ...], finder: Retriever, snapshot: Snapshot) -> list[RetrievedPassage]:
    query = understand(Question(text, AS_OF, history), snapshot)
    return finder.retrieve(query, snapshot, top_k=RANKED, deadline=Deadline.none())


def _is_read(case: Case, hits: Iterable[RetrievedPassage]) -> bool:
    """True if a passage with the answering sentence ends within the first `READ_WORDS` words of the passages."""
    words = 0
    for hit in hits:
        words += len(hit.passage.text.split())
        if words > READ_WORDS:
            return False
        if hit.article.id == case.article_id and case.sentence in hit.passage.text:
            return True
    return False


def _figures(outcomes: Sequence[_Outcome]) -> Figures:
    ranks = [outcome.rank for outcome in outcomes]
    read = [outcome.is_read for outcome in outcomes if outcome.is_read is not None]
    return Figures(
        len(outcomes),
        recall_1=_percent(rank == 1 for rank in ranks),
        recall_10=_percent(0 < rank <= 10 for rank in ranks),
        mrr_10=_percent(1 / rank if 0 < rank <= 10 else 0.0 for rank in ranks),
        sentence_read=_percent(read) if read else None,
        milliseconds=round(statistics.median(outcome.milliseconds for outcome in outcomes), 1),
    )


def _percent(values: Iterable[float]) -> float:
    return round(100 * statistics.fmean(values), 1)


@contextmanager
def _constant(trial: str) -> Iterator[None]:
    """Set a module's constant for a while: `fusion.NGRAM_WEIGHT=.35`."""
    name, _, value = trial.partition("=")
    module, _, constant = name.partition(".")
    before = getattr(MODULES[module], constant)
    setattr(MODULES[module], constant, type(before)(value))
    try:
        yield
    finally:
        setattr(MODULES[module], constant, before)


def main() -> None:
    """Measure as things are, then once for every trial."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the data folder")
    parser.add_argument("--held-out", action="store_true", help="report on what nothing was chosen by")
    parser.add_argument("--every", type=int, default=1, help="ask every n-th question only")
    parser.add_argument("--encoder", default=BUILT_IN_ENCODER, help="name or path")
    parser.add_argument("--no-encoder", action="store_true", help="words only")
    parser.add_argument("--trial", action="append", default=[], metavar="MODULE.CONSTANT=VALUE", help="another weight, one at a time")
    arguments = parser.parse_args()
    encoder: Encoder = NoEncoder() if arguments.no_encoder else SentenceTransformerEncoder(arguments.encoder)
    chosen = collections(TrainingData(arguments.data), held_out=arguments.held_out, every=arguments.every)
    for trial in ["", *arguments.trial]:
        for collection in chosen:
            with _constant(trial or f"fusion.NGRAM_WEIGHT={fusion.NGRAM_WEIGHT}"):
                for kind, figures in measure(collection, encoder).items():
                    print(json.dumps({"trial": trial or "as it is", "kind": kind, **asdict(figures)}, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
