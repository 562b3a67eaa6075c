"""What reading more passages brings and takes, in 16 and in 32 bits: `python -m training.reader.curve --data ../shared/data --work DIR`.

Reads a sample of the dev and of the held-out questions with the shipped model, on all cores, nothing else running; writes a table as JSON.
The work folder is that of `python -m training.reader`.
"""

import argparse
import json
import random
import statistics
from pathlib import Path

from evaluation.provenance import provenance
from retrieval.feature_model import BUILT_IN_FEATURES, FeatureModel, load_feature_model
from retrieval.settings import BUILT_IN_READER
from retrieval.span_model import SpanModel
from retrieval.two_stage_reader import declared_combination
from training.corpus import TrainingData
from training.features.asking import ask_everything, kept
from training.features.collections import Asked
from training.features.measure import figures
from training.reader.combination import Judges, look_timed
from training.reader.tables import table

PASSAGES = (1, 2, 3, 4, 5, 6, 8, 10)
SAMPLE = 200  # of each set
SEED = 6


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--model", default=BUILT_IN_READER)
    parser.add_argument("--out", type=Path, default=Path("docs/figures/reader-curve.json"))
    options = parser.parse_args()
    asked = kept(options.work / "asked.pickle", lambda: ask_everything(TrainingData(options.data), options.work))
    chance = random.Random(SEED)
    questions = {name: chance.sample([q for q in asked[name] if q.example.answerable], SAMPLE) for name in ("dev", "held_out")}
    features = load_feature_model(BUILT_IN_FEATURES)
    rows = []
    for bits in (16, 32):
        model = SpanModel(options.model, in_16_bits=bits == 16)
        for passages in PASSAGES:
            rows.append((f"{passages} passages, {bits} bits", _measured(features, model, passages, questions)))
            print(json.dumps(rows[-1]), flush=True)
    options.out.write_text(json.dumps({**provenance(), "sample": SAMPLE, "table": table(rows, "read")}, indent=1) + "\n", encoding="utf-8")


def _measured(features: FeatureModel, model: SpanModel, passages: int, questions: dict[str, list[Asked]]) -> dict[str, float]:
    judges, combination = Judges(features, model, passages), declared_combination(model)
    milliseconds: list[float] = []
    row: dict[str, float] = {}
    for name, sample in questions.items():
        found = figures(judges.read(look_timed(judges, sample, milliseconds), combination), combination.confidence)
        row |= {f"{name}_{key}": found[key] for key in ("article_at_1", "hit_at_1", "exact_match", "f1")}
    return row | {"milliseconds_p50": round(statistics.median(milliseconds), 1)}


if __name__ == "__main__":
    main()
