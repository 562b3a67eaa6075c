"""Measure an encoder alone, without any lexical half: `python -m training.encoder.evaluation --data DATA --model FOLDER`.

Prints JSON: R@1 and MRR@10 in per cent on the held-out questions of SQuAD-it (against the paragraphs of all its articles) and on the
written dev questions (against the articles of both halves), speed on one thread, and size.
"""

import argparse
import json
import random
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer

from training.corpus import Document, TrainingData, split_sentences
from training.encoder.export import load
from training.encoder.pairs import mistype

TYPO_SEED = 1
TYPO_SHARE = 0.25  # of the words of four letters or more
PASSAGE_WORDS = 80
_TIMED_QUERIES = 500
_TIMED_PASSAGES = 20_000

Vectors = NDArray[np.float32]
Figures = dict[str, Any]


def measure(model: SentenceTransformer, data: TrainingData, folder: Path) -> Figures:
    """Return all figures of the model in a folder."""
    return {
        **squad_figures(model, data, titles=data.held_out),
        **written_figures(model, data),
        **speed_figures(model, data),
        "megabytes": round(sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6, 1),
    }


def squad_figures(model: SentenceTransformer, data: TrainingData, *, titles: frozenset[str]) -> Figures:
    """Return how well questions on the articles of these titles find their paragraph among those of all articles."""
    paragraphs = [paragraph for article in data.squad for paragraph in article.paragraphs]
    questions, gold = [], []
    offset = 0
    for article in data.squad:
        if article.title in titles:
            questions += [question.text for question in article.questions]
            gold += [offset + question.paragraph for question in article.questions]
        offset += len(article.paragraphs)
    rng = random.Random(TYPO_SEED)
    mistyped = [mistype(question, rng, share=TYPO_SHARE) for question in questions]
    owners, sentences = zip(
        *[(owner, text) for owner, paragraph in enumerate(paragraphs) for text in split_sentences(paragraph)], strict=True
    )
    whole = encode(model, paragraphs)
    asked = encode(model, questions)
    return {
        "squad_questions": len(questions),
        "squad_paragraphs": len(paragraphs),
        "squad": rank_figures(asked @ whole.T, gold),
        "squad_typos": rank_figures(encode(model, mistyped) @ whole.T, gold),
        "squad_best_sentence": rank_figures(best_of(asked @ encode(model, sentences).T, owners), gold),
    }


def written_figures(model: SentenceTransformer, data: TrainingData) -> Figures:
    """Return how well the answerable dev questions, behind their history, find their article by its best passage."""
    dev, train = data.written("dev"), data.written("train")
    articles = dev.articles | train.articles
    places = {key: place for place, key in enumerate(articles)}
    owners, passages = zip(*[(places[key], text) for key, article in articles.items() for text in titled_passages(article)], strict=True)
    asked = [question for question in dev.questions if question.answerable]
    queries = encode(model, [" ".join([*question.history, question.text]) for question in asked])
    scores = best_of(queries @ encode(model, passages).T, owners)
    return {
        "written_questions": len(asked),
        "written_articles": len(articles),
        "written": rank_figures(scores, [places[question.article_id] for question in asked]),
    }


def speed_figures(model: SentenceTransformer, data: TrainingData) -> Figures:
    """Return passages a second and the median milliseconds of a query, both on one thread."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    paragraphs = [paragraph for article in data.squad for paragraph in article.paragraphs]
    questions = [question.text for article in data.squad for question in article.questions][:_TIMED_QUERIES]
    passages = (paragraphs * (_TIMED_PASSAGES // len(paragraphs) + 1))[:_TIMED_PASSAGES]
    encode(model, passages[:100])
    seconds = _seconds(model, passages)
    milliseconds = [1_000 * _seconds(model, [question]) for question in questions]
    torch.set_num_threads(threads)
    return {"passages_a_second": round(len(passages) / seconds), "query_milliseconds": round(statistics.median(milliseconds), 2)}


def titled_passages(article: Document) -> list[str]:
    """Return the article in runs of whole sentences of about 80 words, each under its title."""
    passages: list[list[str]] = [[]]
    for sentence in split_sentences(article.text):
        if sum(len(text.split()) for text in passages[-1]) >= PASSAGE_WORDS:
            passages.append([])
        passages[-1].append(sentence)
    return ["\n".join([article.title, *passage]) for passage in passages]


def rank_figures(scores: Vectors, gold: Sequence[int]) -> Figures:
    """Return R@1 and MRR@10 in per cent of (queries, candidates) scores; a tie counts against the gold candidate."""
    own = scores[np.arange(len(gold)), gold]
    ranks = (scores >= own[:, None]).sum(axis=1)
    return {
        "recall@1": round(100 * float((ranks == 1).mean()), 1),
        "mrr@10": round(100 * float(np.where(ranks <= 10, 1 / ranks, 0).mean()), 1),
    }


def best_of(scores: Vectors, owners: Sequence[int]) -> Vectors:
    """Return (queries, owners) best scores of (queries, parts) ones; the parts of an owner follow each other."""
    _, starts = np.unique(owners, return_index=True)
    return np.maximum.reduceat(scores, starts, axis=1)


def encode(model: SentenceTransformer, texts: Sequence[str]) -> Vectors:
    """Return (texts, dimension) float32 vectors."""
    vectors: Vectors = model.encode(list(texts), batch_size=256, show_progress_bar=False)
    return vectors


def _seconds(model: SentenceTransformer, texts: Sequence[str]) -> float:
    began = time.perf_counter()
    encode(model, texts)
    return time.perf_counter() - began


def main() -> None:
    """Print the figures of a model folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the data folder")
    parser.add_argument("--model", type=Path, default=Path("models/encoder-it"), help="the model folder")
    arguments = parser.parse_args()
    print(json.dumps(measure(load(arguments.model), TrainingData(arguments.data), arguments.model), indent=2))


if __name__ == "__main__":
    main()
