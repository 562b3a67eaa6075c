"""Make the encoder from a data folder: `python -m training.encoder --data DATA --out models/encoder-it`."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm

from training.corpus import TrainingData
from training.encoder.card import write_card
from training.encoder.contrastive import train
from training.encoder.evaluation import measure
from training.encoder.export import export, load
from training.encoder.initialisation import piece_frequencies, rarity, start_embeddings
from training.encoder.pairs import ClozeSource
from training.encoder.recipe import Recipe
from training.encoder.vocabulary import learn_vocabulary


def make_encoder(data: TrainingData, folder: Path, recipe: Recipe, *, report: Callable[[int, float], None] | None = None) -> None:
    """Train on the data and write the model folder, without its card."""
    texts = [*data.training_paragraphs(), *data.own_articles()]
    tokenizer = learn_vocabulary(texts, size=recipe.vocabulary_size)
    cloze = ClozeSource(texts, tokenizer)
    tokens, owners = cloze.tokens()
    size = tokenizer.get_vocab_size()
    start = start_embeddings(tokens, owners, vocabulary_size=size, dimension=recipe.dimension, seed=recipe.seed)
    trained = train(start, tokenizer, cloze, recipe, report=report)
    weights = rarity(piece_frequencies(tokens, vocabulary_size=size), half=recipe.rarity)
    export((trained * weights[:, None]).astype(np.float32), tokenizer, folder)


def main() -> None:
    """Train, measure, and write model and card."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the data folder")
    parser.add_argument("--out", type=Path, default=Path("models/encoder-it"), help="where the model goes")
    parser.add_argument("--steps", type=int, default=Recipe().steps, help="training steps")
    parser.add_argument("--threads", type=int, default=1, help="threads of torch")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    data, recipe = TrainingData(arguments.data), Recipe(steps=arguments.steps)
    with tqdm(total=recipe.steps, unit="step", mininterval=10) as bar:

        def show(_: int, loss: float) -> None:
            bar.set_postfix(loss=f"{loss:.3f}", refresh=False)
            bar.update()

        make_encoder(data, arguments.out, recipe, report=show)
    figures = measure(load(arguments.out), data, arguments.out)
    write_card(arguments.out, recipe, figures, held_out=data.held_out)
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
