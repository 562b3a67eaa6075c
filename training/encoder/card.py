"""Write the model card of the encoder beside its weights, and its figures as JSON."""

import dataclasses
import json
from pathlib import Path
from typing import Any

from training.encoder.recipe import Recipe

_CARD = """\
---
language: it
library_name: sentence-transformers
pipeline_tag: sentence-similarity
tags: [sentence-transformers, static-embedding, retrieval]
---
# encoder-it

Edicola's built-in encoder: a small static embedding of Italian, made by Edicola itself from nothing. A text is lower-cased, stripped of
accents, punctuation and final vowels (attaccante and attaccanti are one), and cut into WordPiece pieces; its vector is the mean of their
{dimension} numbers, brought to unit length (the `Normalize` module is part of the model), so that a dot product is a cosine.

```python
from sentence_transformers import SentenceTransformer

encoder = SentenceTransformer("models/encoder-it")  # offline, no prefix for questions or passages
```

The file holds 8-bit integers and one scale a row; sentence-transformers 6.2 or newer multiplies them out while loading, and encodes in
float32. Older versions refuse the file. There is no longest text: all pieces count.

## Data and licences

| text | licence |
|---|---|
| 360,828 Italian paragraphs (Wikipedia snippets, parliament, documentation, news, headlines …), less the leaks | mixed |
| the invented football articles written for Edicola, train half | Edicola's own |

Only counts and weights were kept of these texts: none of them is in this folder, and no question was trained on. Left out before the
vocabulary was learnt: the 14 held-out SQuAD-it articles ({held_out}),
the dev half of the written questions, QA4FAQ, and every text or run of five sentences that shares more than 30 % of its 8-grams with one
of those (`training/corpus.py`).

## Recipe

1. WordPiece of {vocabulary_size:,} pieces, alphabet of 80 letters, pieces seen at least 3 times.
2. Start: positive pointwise mutual information of pieces (window 5, weight 1/√distance, pieces above 0.2 % of the corpus dropped as
   contexts, context distribution to the power .75), factorised to {dimension} dimensions (U·√S), centred, SIF weights (1e-4), two common
   components removed.
3. {steps:,} steps of Adam (learning rate {learning_rate}, linear decay), symmetric InfoNCE with scale {scale:g} over {batch_size:,}
   pairs a step. The pairs are inverse cloze: a sentence with most of its words dropped and, in 40 % of the draws, typing errors, looks
   for the sentences around it, itself among them half of the time; four paragraphs that follow each other are drawn together, as hard
   negatives.
4. Every row multiplied by {rarity:g} / ({rarity:g} + frequency of its piece): training on cloze queries leaves frequent words too heavy.
5. Rows rounded to 8 bits. Seed {seed}.

The whole recipe is `training/encoder/recipe.py`; it runs in minutes on one CPU thread:

```
python -m training.encoder --data DATA --out models/encoder-it
```

## Figures

The encoder alone, in per cent (`figures.json`), made by `python -m training.encoder.evaluation --data DATA --model models/encoder-it`:

| question → text | R@1 | MRR@10 |
|---|---|---|
| SQuAD-it, {squad_questions:,} held-out questions → {squad_paragraphs:,} paragraphs | {squad} |
| the same, typing errors in a quarter of the words of four letters or more | {squad_typos} |
| SQuAD-it, a paragraph counted by its best sentence | {squad_best_sentence} |
| {written_questions:,} answerable written dev questions → {written_articles:,} articles, by their best passage | {written} |

Speed on one thread of the machine that made it, a shared one: {passages_a_second:,} passages of SQuAD-it a second,
{query_milliseconds} ms a question. Size: {megabytes} MB.

The number of steps, the final vowels and the weight of rare pieces were chosen on eight other SQuAD-it articles; the written dev figures
were in sight while choosing, so that they may flatter a little. One seed: differences under a point are ties.

## Limits

- It is the weak half of a hybrid: plain BM25 finds far more of these paragraphs. Give it a small weight in a sum of scores, never an
  equal one.
- A bag of pieces: word order, negation and who did what to whom are lost; long texts blur, so encode passages or sentences.
- Italian only. Without final vowels Mario and Maria are one; rare names fall apart into pieces that other names share.
- What its texts said of people and peoples is in its neighbourhoods too; do not use it to judge anyone.
"""


def write_card(folder: Path, recipe: Recipe, figures: dict[str, Any], *, held_out: frozenset[str]) -> None:
    """Write `README.md` and `figures.json` into the model folder."""
    ranked = {name: f"{value['recall@1']} | {value['mrr@10']}" for name, value in figures.items() if isinstance(value, dict)}
    fields = dataclasses.asdict(recipe) | figures | ranked
    card = _CARD.format(**fields, held_out=", ".join(sorted(held_out)))
    (folder / "README.md").write_text(card, encoding="utf-8")
    record = {"recipe": dataclasses.asdict(recipe), "figures": figures}
    (folder / "figures.json").write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
