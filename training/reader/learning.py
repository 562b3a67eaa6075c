"""Train the model on groups of windows: the answer against all other words of its window, and of the other windows of its question.

Two losses on the same logits. In each window the model points at the answer or at its null token (Devlin et al. 2019, SQuAD 2.0). Over
the windows of a question the answer's margin over its null token competes with those of all words and nulls (shared normalisation, Clark
and Gardner 2018), which makes margins comparable across passages.
"""

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from transformers import BertForQuestionAnswering

from training.reader.groups import Group, TrainingWindow

_PROMISING = 4  # negatives are drawn from so many windows
_PADDING = 32  # to multiples of it: every new shape costs the CPU kernels a preparation
_NEVER = -1e4


@dataclass(frozen=True, slots=True)
class Phase:
    """Some passes over the groups. The rate falls to nothing if `decays`, after a short rise in any case.

    `negatives` are windows without the answer beside the one with it; `story_passes` is how often a pass sees the questions on stories.
    """

    epochs: float
    learning_rate: float
    decays: bool
    negatives: int = 1
    batch_groups: int = 12
    story_passes: int = 1
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows of some questions, padded; (windows, tokens) each. `sizes` are the windows of each question."""

    input_ids: torch.Tensor
    type_ids: torch.Tensor
    attention: torch.Tensor
    allowed: torch.Tensor  # the null token, the passage's tokens
    first: torch.Tensor  # where the answer may begin; the null token where there is none
    last: torch.Tensor
    sizes: tuple[int, ...]


def train(model: BertForQuestionAnswering, groups: Sequence[Group], phase: Phase) -> None:
    """Train a model in place, printing the loss as it goes."""
    torch.manual_seed(phase.seed)
    optimizer = _optimizer(model, phase.learning_rate)
    steps = int(phase.epochs * len(groups) / phase.batch_groups)
    warm = max(1, int(0.06 * steps))
    model.train()
    smooth, started = 0.0, time.monotonic()
    for step, batch in zip(range(steps), batches(groups, phase), strict=False):
        for parameters in optimizer.param_groups:
            fall = max(0.02, (steps - step) / (steps - warm)) if phase.decays else 1.0
            parameters["lr"] = phase.learning_rate * min((step + 1) / warm, fall)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            output = model(input_ids=batch.input_ids, attention_mask=batch.attention, token_type_ids=batch.type_ids)
        loss = (span_loss(output.start_logits.float(), batch.first, batch) + span_loss(output.end_logits.float(), batch.last, batch)) / 2
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        smooth = 0.98 * smooth + 0.02 * loss.item() if step else loss.item()
        if step % 50 == 0:
            print(f"step {step} of {steps}, loss {smooth:.3f}, {time.monotonic() - started:.0f} s", flush=True)
    model.eval()


def batches(groups: Sequence[Group], phase: Phase) -> Iterator[Batch]:
    """Yield batches without end, epoch after epoch; questions of like length share a batch."""
    chance = random.Random(phase.seed)
    while True:
        places = sorted(range(len(groups)), key=lambda place: _length(groups[place]) + chance.random() * 24)
        chunks = [places[i : i + phase.batch_groups] for i in range(0, len(places) - phase.batch_groups + 1, phase.batch_groups)]
        chance.shuffle(chunks)
        for chunk in chunks:
            yield collate([_drawn(groups[place], phase.negatives, chance) for place in chunk])


def collate(drawn: Sequence[Sequence[TrainingWindow]]) -> Batch:
    """Pad the windows of some questions into one batch."""
    windows = [window for own in drawn for window in own]
    length = -(-max(len(window.input_ids) for window in windows) // _PADDING) * _PADDING
    shape = (len(windows), length)
    ids, types, attention = (torch.zeros(shape, dtype=torch.long) for _ in range(3))
    allowed, first, last = (torch.zeros(shape, dtype=torch.bool) for _ in range(3))
    for row, window in enumerate(windows):
        size = len(window.input_ids)
        ids[row, :size] = torch.from_numpy(window.input_ids.astype(np.int64))
        types[row, :size] = torch.from_numpy(window.type_ids.astype(np.int64))
        attention[row, :size] = 1
        allowed[row, :size] = types[row, :size] > 0
        allowed[row, size - 1] = False
        allowed[row, 0] = True
        for start, end in window.answers or ((0, 0),):
            first[row, start] = last[row, end] = True
            allowed[row, start] = allowed[row, end] = True
    return Batch(ids, types, attention, allowed, first, last, tuple(len(own) for own in drawn))


def span_loss(logits: torch.Tensor, gold: torch.Tensor, batch: Batch) -> torch.Tensor:
    """Return both losses for one border, from (windows, tokens) logits; several gold tokens are as good as one."""
    logits = logits.masked_fill(~batch.allowed, _NEVER)
    within = (logits.logsumexp(1) - logits.masked_fill(~gold, _NEVER).logsumexp(1)).mean()
    margins = logits - logits[:, :1]
    right = gold.clone()
    right[:, 0] = False  # the answer is wanted, not the nulls of the windows beside it
    losses = [
        own.reshape(-1).logsumexp(0) - own.masked_fill(~answer, _NEVER).reshape(-1).logsumexp(0)
        for own, answer in zip(margins.split(batch.sizes), right.split(batch.sizes), strict=True)
        if answer.any()
    ]
    return within + torch.stack(losses).mean() if losses else within


def _optimizer(model: BertForQuestionAnswering, rate: float) -> torch.optim.Optimizer:
    plain = [p for name, p in model.named_parameters() if name.endswith(("bias", "LayerNorm.weight"))]
    decayed = [p for name, p in model.named_parameters() if not name.endswith(("bias", "LayerNorm.weight"))]
    return torch.optim.AdamW([{"params": decayed, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0}], lr=rate, fused=True)


def _drawn(group: Group, negatives: int, chance: random.Random) -> list[TrainingWindow]:
    """Return one window with the answer, if there is one, and some without."""
    right = [window for window in group.windows if window.answers]
    wrong = [window for window in group.windows if not window.answers][:_PROMISING]
    drawn = [chance.choice(right)] if right else []
    wanted = negatives if right else negatives + 1
    return drawn + chance.sample(wrong, min(wanted, len(wrong)))


def _length(group: Group) -> int:
    return max(len(window.input_ids) for window in group.windows[:3])
