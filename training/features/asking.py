"""Ask the real retriever all questions that readers learn from and are measured on."""

import pickle
import random
from collections.abc import Callable
from pathlib import Path

from index.encoder import SentenceTransformerEncoder
from index.settings import BUILT_IN_ENCODER
from training.corpus import TrainingData
from training.features.collections import Asked, ask, index_articles
from training.features.examples import Example, squad_articles, squad_examples, written_articles, written_examples
from training.features.variants import with_variants

OFF_TOPIC_QUESTIONS = 600
SEED = 4


def ask_everything(data: TrainingData, work: Path) -> dict[str, list[Asked]]:
    """Index the collections and ask all questions of them."""
    encoder = SentenceTransformerEncoder(BUILT_IN_ENCODER)
    squad, articles = squad_examples(data), written_articles(data)
    allowed = {article.title for article in data.training_squad()}
    train, dev = written_examples(data, articles, "train"), written_examples(data, articles, "dev")
    paragraphs = index_articles([article for article, _ in squad_articles(data)], encoder, work / "squad")
    seen = index_articles([articles[id_] for id_ in sorted({example.article_id for example in train})], encoder, work / "train")
    everything = index_articles([articles[id_] for id_ in sorted(articles)], encoder, work / "written")
    learned = [example for example in squad if example.group in allowed]
    strangers = [Example(e.text, (), "", e.group, (), (), "off_topic") for e in random.Random(SEED).sample(learned, OFF_TOPIC_QUESTIONS)]
    return {
        "train": [*ask(with_variants(train), seen, encoder), *ask(with_variants(learned), paragraphs, encoder)],
        "held_out": list(ask([example for example in squad if example.group in data.held_out], paragraphs, encoder)),
        "dev": list(ask(dev, everything, encoder)),
        "off_topic": list(ask(strangers, everything, encoder)),
    }


def halves(questions: list[Asked]) -> tuple[list[Asked], list[Asked]]:
    """Cut questions in two by article."""
    groups = sorted({question.example.group for question in questions})
    random.Random(SEED).shuffle(groups)
    first = set(groups[: len(groups) // 2])
    return [q for q in questions if q.example.group in first], [q for q in questions if q.example.group not in first]


def kept(path: Path, make: Callable[[], dict[str, list[Asked]]]) -> dict[str, list[Asked]]:
    """Return what was made before, or make it and keep it; the work folder is our own, so pickle is safe there."""
    if path.exists():
        with path.open("rb") as file:
            return dict(pickle.load(file))
    made = make()
    with path.open("wb") as file:
        pickle.dump(made, file, protocol=pickle.HIGHEST_PROTOCOL)
    return made
