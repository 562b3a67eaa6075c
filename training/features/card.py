"""The model card of models/features-it: its words, with the figures of the last training."""

from collections.abc import Mapping
from typing import Any

from training.corpus import HELD_OUT

_ROWS = (
    ("SQuAD-it, 14 held-out articles, top 10 passages of all 2,010 paragraphs", "held_out"),
    ("written dev questions, top 10 passages of all 947 articles", "dev"),
    ("the half of them that confidence was not fitted on", "dev_other_half"),
    ("the same half, with questions on other topics", "dev_other_half_and_strangers"),
)
_COLUMNS = ("article_at_1", "hit_at_1", "hit_at_3", "exact_match", "f1", "auroc", "calibration_error")

_CARD = """# features-it

Edicola's light reader: it reads the retrieved passages of a question in about ten milliseconds, with boosted trees over features and
no neural weights. One forest ranks the sentences, one ranks runs of up to twelve words inside the best sentences, and a logistic curve
says how sure the reader may be. Everything it proposes is a slice of the article.

```python
from retrieval.feature_reader import FeatureReader

reader = FeatureReader()  # numpy only; READER_MODEL=features
```

| file | what |
|---|---|
| `trees.safetensors` | the two forests, as perfect binary trees |
| `background.safetensors` | rarity of Italian stems, habits of names (after an article, before a capital …), counted |
| `config.json` | names of the features in order, words at the borders of answers, weights of the confidence |
| `checks.safetensors` | some rows with the scores that LightGBM gave them, for the tests |
| `figures.json` | what the last training measured |

## Figures

Made by `python -m training.features --data DIR --work DIR` with the real retriever. *Hit*: the sentence holds the gold answer where it
stands. AUROC: how well confidence tells right sentences from wrong ones, over all questions, unanswerable ones too. ECE: ten bins.

{table}

One seed; differences under a point are ties. It does not understand who did what to whom: where two sentences share the question's
words, it guesses. Near-misses (a question on what the article almost says) are the hardest to refuse.

## Data and licences

| text | used for | licence |
|---|---|---|
| Italian paragraphs, without those that repeat a test text | rarity and habits of words | mixed; only counts are kept |
| SQuAD-it test file, the 34 articles that are not held out | trees, borders | CC BY-SA 4.0 |
| questions written for Edicola, train half, with their articles | trees, borders, confidence | the project's own; news: their authors' |

Never trained on: {held_out}; the dev half of the written questions (one half of its articles stretches the confidence); QA4FAQ; and
whatever shares more than 30 % of its 8-grams with one of those (`training/corpus.py`).

## Recipe

1. Questions are asked of the real retriever, a third of them again in lower case, with slips of the finger or as keywords. The encoder is
   blindfolded: it was trained on the same questions, and trees would trust its scores too much.
2. Sentences: LightGBM lambdarank, 300 trees of 15 leaves. Spans: lambdarank inside the right sentence, 200 trees of 31 leaves, grades by
   token F1 with an exact answer worth three times a near one.
3. Three folds by article give scores that no tree saw; the weight of spans in the final score and the confidence are fitted on them, and
   the confidence is stretched on one half of the dev articles, a sixth of the questions on other topics.
"""


def model_card(report: Mapping[str, Any]) -> str:
    """Return the card with the figures of a report."""
    head = "| questions | n | article | hit@1 | hit@3 | EM | F1 | AUROC | ECE |\n|---|---|---|---|---|---|---|---|---|"
    lines = [f"| {label} | {report[key]['questions']} | {' | '.join(str(report[key][c]) for c in _COLUMNS)} |" for label, key in _ROWS]
    return _CARD.format(table="\n".join([head, *lines]), held_out=", ".join(sorted(HELD_OUT)))
