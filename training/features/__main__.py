"""Make models/features-it again: `python -m training.features --data ../shared/data --work /tmp/features`.

Counts the background, indexes the collections, asks every question of the real retriever, grows the trees, calibrates, writes the model
and its figures. About twenty minutes on one core; what is found for the questions is kept in the work folder for the next time.
"""

import argparse
import json
import random
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
from safetensors.numpy import save_file

from retrieval.feature_model import FeatureModel, load_feature_model
from retrieval.features.background import Background, load_background
from retrieval.features.confidence import Confidence
from retrieval.features.span_features import BorderOdds
from retrieval.features.trees import read_forest
from training.corpus import TrainingData
from training.features.asking import ask_everything, halves, kept
from training.features.background import count_words, write_background
from training.features.calibration import fit_confidence, join, recalibrated
from training.features.card import model_card
from training.features.collections import Asked
from training.features.export import Tensors, export_trees
from training.features.learning import (
    Rows,
    border_odds,
    cross_fitted,
    fold_of,
    grow_sentence_trees,
    grow_span_trees,
    sentence_rows,
    span_rows,
)
from training.features.measure import Read, by_features, figures, read_all, signs, with_share

JUDGED_QUESTIONS = 5000
SPAN_SHARES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 1.0)
SEED = 4
CHECKED_ROWS = 40

Grown = tuple[tuple[str, ...], lightgbm.Booster]  # the columns, and the trees grown on them


def main() -> None:
    """Run everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("models/features-it"))
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    options.out.mkdir(parents=True, exist_ok=True)
    data = TrainingData(options.data)
    if not (options.out / "background.safetensors").exists():
        write_background(options.out / "background.safetensors", count_words(data.training_paragraphs()))
    background = load_background(options.out / "background.safetensors")
    asked = kept(options.work / "asked.pickle", lambda: ask_everything(data, options.work))
    learned = learn(asked["train"], background)
    model, report = calibrate(learned, asked)
    write_model(options.out, model)
    save_file(learned.checks, options.out / "checks.safetensors")
    (options.out / "README.md").write_text(model_card(report), encoding="utf-8")
    (options.out / "figures.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(report, indent=2))


class Learned:
    """The final trees, and those of each fold for judging questions that they never saw."""

    def __init__(self, final: FeatureModel, folds: list[FeatureModel], checks: Tensors) -> None:
        self.final = final
        self.folds = folds
        self.checks = checks  # some rows with the scores that LightGBM gives them

    def read_unseen(self, questions: list[Asked]) -> list[Read]:
        """Read training questions, each by the trees of the fold that left its article out."""
        return [
            read
            for fold, model in enumerate(self.folds)
            for read in read_all(by_features(model), [q for q in questions if fold_of(q.example) == fold])
        ]

    def with_span_share(self, share: float) -> "Learned":
        """Return the same with another weight of spans."""
        return Learned(replace(self.final, span_share=share), [replace(fold, span_share=share) for fold in self.folds], self.checks)


def learn(questions: list[Asked], background: Background) -> Learned:
    """Grow all trees and choose what a span's score counts."""
    started = time.monotonic()
    rows = sentence_rows(questions, background)
    print(f"{len(rows.labels)} sentences of {len(rows.sizes)} questions, {time.monotonic() - started:.0f} s", flush=True)
    scores, sentence_folds = cross_fitted(rows, grow_sentence_trees)
    sentence_trees = grow_sentence_trees(rows)
    print(f"sentence trees, {time.monotonic() - started:.0f} s", flush=True)
    odds = border_odds([asked for asked in questions if asked.example.answers], background)
    spans = span_rows(rows, scores, background, odds)
    print(f"{len(spans.labels)} spans of {len(spans.sizes)} sentences, {time.monotonic() - started:.0f} s", flush=True)
    _, span_folds = cross_fitted(spans, grow_span_trees)
    span_trees = grow_span_trees(spans)
    print(f"span trees, {time.monotonic() - started:.0f} s", flush=True)
    final = assemble(background, odds, (rows.names, sentence_trees), (spans.names, span_trees))
    pairs = zip(sentence_folds, span_folds, strict=True)
    folds = [assemble(background, odds, (rows.names, sentence), (spans.names, span)) for sentence, span in pairs]
    importances(rows.names, sentence_trees)
    importances(spans.names, span_trees)
    return Learned(final, folds, {**_check("sentence", rows, sentence_trees), **_check("span", spans, span_trees)})


def importances(names: tuple[str, ...], booster: lightgbm.Booster) -> None:
    """Print what share of the gain each feature brought."""
    gains = booster.feature_importance("gain")
    ranked = sorted(zip(gains / gains.sum(), names, strict=True), reverse=True)
    print("  ".join(f"{name} {100 * gain:.1f}" for gain, name in ranked), flush=True)


def _check(name: str, rows: Rows, booster: lightgbm.Booster) -> Tensors:
    some = rows.features[:: max(len(rows.features) // CHECKED_ROWS, 1)][:CHECKED_ROWS]
    return {f"{name}.rows": np.ascontiguousarray(some), f"{name}.scores": np.asarray(booster.predict(some), dtype=np.float32)}


def assemble(background: Background, odds: BorderOdds, sentence: Grown, span: Grown) -> FeatureModel:
    """Return a model that can read, not yet calibrated."""
    return FeatureModel(
        background=background,
        sentence_names=sentence[0],
        sentence_trees=read_forest(export_trees(sentence[1].dump_model(), "sentence"), "sentence"),
        span_names=span[0],
        span_trees=read_forest(export_trees(span[1].dump_model(), "span"), "span"),
        odds=odds,
        span_share=0.2,
        confidence=Confidence(("total",), (0.5,), 0.0),
    )


def calibrate(learned: Learned, asked: dict[str, list[Asked]]) -> tuple[FeatureModel, dict[str, Any]]:
    """Choose the weight of spans and fit confidence on questions unseen by the trees; report on the other half of the dev articles.

    The curve is fitted on cross-fitted training questions, then stretched to hold on the first half of the dev articles.
    """
    plain = [q for q in asked["train"] if q.example.kind not in ("lower", "typos", "keywords")]
    sample = random.Random(SEED).sample(plain, min(len(plain), JUDGED_QUESTIONS))
    unseen = learned.read_unseen(sample[: JUDGED_QUESTIONS // 2])
    shares = {share: figures([with_share(read, share) for read in unseen], learned.final.confidence) for share in SPAN_SHARES}
    share = max(shares, key=lambda s: (shares[s]["hit_at_1"] + shares[s]["f1"], -s))
    learned = learned.with_span_share(share)
    model = learned.final
    fitted_half, other_half = halves(asked["dev"])
    strangers = asked["off_topic"]
    fitted_strangers, other_strangers = strangers[::2], strangers[1::2]
    curve = fit_confidence(join([signs(learned.read_unseen(sample)), signs(read_all(by_features(model), fitted_strangers), 0.5)]))
    held = signs(read_all(by_features(model), [*fitted_half, *fitted_strangers[: len(fitted_half) // 5]]))
    model = replace(model, confidence=recalibrated(curve, held))
    report = {
        "span_shares": {str(s): {k: shares[s][k] for k in ("hit_at_1", "exact_match", "f1")} for s in shares},
        "held_out": figures(read_all(by_features(model), asked["held_out"]), model.confidence),
        "dev": figures(read_all(by_features(model), asked["dev"]), model.confidence),
        "dev_other_half": figures(read_all(by_features(model), other_half), model.confidence),
        "dev_other_half_and_strangers": figures(read_all(by_features(model), [*other_half, *other_strangers]), model.confidence),
    }
    return model, report


def write_model(folder: Path, model: FeatureModel) -> None:
    """Write trees and configuration, and check that they are read back the same."""
    tensors = {}
    for name, forest in (("sentence", model.sentence_trees), ("span", model.span_trees)):
        tensors[f"{name}.feature"] = forest.feature.astype(np.int16)
        tensors[f"{name}.threshold"] = forest.threshold
        tensors[f"{name}.value"] = forest.value
    save_file(tensors, folder / "trees.safetensors")
    config = {
        "format": 1,
        "sentence_features": model.sentence_names,
        "span_features": model.span_names,
        "span_share": model.span_share,
        "confidence": {
            "names": model.confidence.names,
            "weights": model.confidence.weights,
            "intercept": model.confidence.intercept,
        },
        "border_odds": {place: getattr(model.odds, place) for place in ("before", "first", "last", "after")},
    }
    lines = ",\n".join(f" {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in config.items())
    (folder / "config.json").write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")
    load_feature_model(folder)


if __name__ == "__main__":
    main()
