"""The student learns from translations: its Chinese towards the teacher's English, in sentences and token by token.

Three losses: pooled vectors (distance to the teacher's, and which of a batch is the translation), late interaction
both ways (which of a batch is the translation, by MaxSim), and every third step English itself, so that it stays
where the teacher has it.
"""

import os
import random
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from training.encoder.batches import Ids, Numbers, epoch, noisy, padded
from training.encoder.model import Body, Student, pool, unit, weight_groups

RATE, PROJECTION_RATE, WORD_RATE = 1e-4, 5e-4, 7e-4
SCALE = 20
WARMUP = 60
SAME = 0.95
"""Teacher cosine above which two English sentences say the same: neither is the other's wrong answer."""
SAVE_SECONDS = 180
_NEVER = -1e4
_MARKS = 3


@dataclass(frozen=True, slots=True)
class Plan:
    """How long to train, where checkpoints go, and on what."""

    steps: int
    folder: Path
    device: str = "cpu"
    seed: int = 0


@dataclass(slots=True)
class Progress:
    """What survives a stop."""

    step: int = 0
    seconds: float = 0.0
    curve: list[tuple[int, dict[str, float]]] = field(default_factory=list)


class Trainer:
    """One student, its teacher and its optimisers; `run` goes on from the last checkpoint."""

    def __init__(
        self, student: Student, teacher: tuple[Body, Tensor], source: Numbers, rarity: Tensor, plan: Plan
    ) -> None:
        torch.manual_seed(plan.seed)
        self.plan, self.source, self.chance = plan, source, random.Random(plan.seed)
        self.student = student.to(plan.device)
        self.teacher, self.teacher_words = teacher[0].to(plan.device), teacher[1].to(plan.device)
        self.rarity = rarity.to(plan.device)
        self.optimisers = _optimisers(self.student)
        self.progress = Progress()

    @property
    def checkpoint(self) -> Path:
        """Overwritten in one rename."""
        return self.plan.folder / "student.pt"

    def run(self) -> Student:
        """Train to the plan's end, saving on the way."""
        self.plan.folder.mkdir(parents=True, exist_ok=True)
        self._resume()
        saved = tick = time.monotonic()
        averages: dict[str, list[float]] = defaultdict(list)
        for batch in self._batches():
            for name, value in self._step(batch).items():
                averages[name].append(value)
            self.progress.step += 1
            now = time.monotonic()
            self.progress.seconds, tick = self.progress.seconds + now - tick, now
            if self.progress.step % 20 == 0:
                self._tell({name: sum(values) / len(values) for name, values in averages.items()})
                averages.clear()
            if now - saved > SAVE_SECONDS:
                self.save()
                saved = now
        self.save()
        return self.student

    def save(self) -> None:
        """A whole checkpoint or the one before, never half of one."""
        state = {
            "student": self.student.state_dict(),
            "optimisers": [optimiser.state_dict() for optimiser in self.optimisers],
            "progress": (self.progress.step, self.progress.seconds, self.progress.curve),
        }
        torch.save(state, self.checkpoint.with_suffix(".new"))
        os.replace(self.checkpoint.with_suffix(".new"), self.checkpoint)

    def _resume(self) -> None:
        if not self.checkpoint.exists():
            return
        state = torch.load(self.checkpoint, map_location=self.plan.device)
        self.student.load_state_dict(state["student"])
        for optimiser, stored in zip(self.optimisers, state["optimisers"], strict=True):
            optimiser.load_state_dict(stored)
        self.progress = Progress(*state["progress"])
        self.chance.seed(self.plan.seed + self.progress.step)
        print(f"going on from step {self.progress.step}", flush=True)

    def _batches(self) -> Iterator[list[tuple[Ids, Ids]]]:
        while True:
            for batch in epoch(self.source, self.chance):
                if self.progress.step >= self.plan.steps:
                    return
                yield batch

    def _tell(self, means: dict[str, float]) -> None:
        self.progress.curve.append((self.progress.step, means))
        numbers = "  ".join(f"{name} {value:.3f}" for name, value in means.items())
        share = self.progress.step / self.plan.steps
        print(f"step {self.progress.step} ({share:.0%}, {self.progress.seconds:.0f} s)  {numbers}", flush=True)

    def _step(self, batch: list[tuple[Ids, Ids]]) -> dict[str, float]:
        done = self.progress.step / self.plan.steps
        rate = min(1.0, (self.progress.step + 1) / WARMUP) * max(0.03, 1 - done)
        for optimiser in self.optimisers:
            for group in optimiser.param_groups:
                group["lr"] = group["base"] * rate
            optimiser.zero_grad()
        losses = self._losses(batch, english=self.progress.step % 3 == 0)
        torch.stack(list(losses.values())).sum().backward()
        dense = [*self.student.body.parameters(), *self.student.proj.parameters()]
        nn.utils.clip_grad_norm_(dense, 1.0)
        for optimiser in self.optimisers:
            optimiser.step()
        return {name: loss.item() for name, loss in losses.items()}

    def _losses(self, batch: list[tuple[Ids, Ids]], english: bool) -> dict[str, Tensor]:
        en, en_mask = (t.to(self.plan.device) for t in padded([pair[0] for pair in batch]))
        zh, zh_mask = (
            t.to(self.plan.device) for t in padded([noisy(pair[1], self.source, self.chance) for pair in batch])
        )
        with torch.no_grad():
            taught = self.teacher(functional.embedding(en, self.teacher_words), en_mask)
            goal = pool(taught, en_mask)
            same = (goal @ goal.T > SAME).fill_diagonal_(False)
        seen = self.student(zh, zh_mask)
        own = self.student(en, en_mask) if english else taught
        a, b = late_interaction(
            (self.student.project(seen), zh, zh_mask), (self.student.project(own), en, en_mask), self.rarity
        )
        losses = pair_losses(pool(seen, zh_mask), goal, a, b, same)
        if english:
            difference = (1 - (unit(own) * unit(taught)).sum(-1))[en_mask].mean()
            losses["english"] = distance(pool(own, en_mask), goal) + 2 * difference
        return losses


def distance(pooled: Tensor, goal: Tensor) -> Tensor:
    """How far pooled vectors (n, d) are from what the teacher gives for the same texts."""
    return 4 * (1 - (pooled * goal).sum(1)).mean()


def pair_losses(pooled: Tensor, goal: Tensor, a: Tensor, b: Tensor, same: Tensor) -> dict[str, Tensor]:
    """The losses of Chinese texts, `pooled` (n, d), towards the teacher's English, `goal` (n, d).

    `a` and `b` (n, n): late interaction of each with each, both ways; `same` (n, n): pairs that mean the same.
    """
    scores, a, b = SCALE * pooled @ goal.T, SCALE * a, SCALE * b
    return {
        "distance": distance(pooled, goal),
        "pooled": (choose(scores, same) + choose(scores.T, same)) / 2,
        "late": (choose(a, same) + choose(b.T, same) + (choose(a.T, same) + choose(b, same)) / 2) / 3,
    }


def late_interaction(
    left: tuple[Tensor, Tensor, Tensor], right: tuple[Tensor, Tensor, Tensor], rarity: Tensor
) -> tuple[Tensor, Tensor]:
    """Weighted MaxSim of every text of one side with every one of the other: left asks right, and right asks left.

    Each side is (unit token vectors, numbers, mask); both results are (left, right).
    """
    (lv, li, lm), (rv, ri, rm) = left, right
    lm, rm = lm & (li > _MARKS), rm & (ri > _MARKS)
    cosines = (lv.flatten(0, 1) @ rv.flatten(0, 1).T).view(len(lv), lv.shape[1], len(rv), rv.shape[1])
    lw, rw = rarity[li] * lm, rarity[ri] * rm
    asks = (cosines.masked_fill(~rm[None, None], -1.0).amax(3) * lw[:, :, None]).sum(1)
    asked = (cosines.masked_fill(~lm[:, :, None, None], -1.0).amax(1) * rw[None]).sum(2)
    return asks / lw.sum(1)[:, None].clamp(min=1e-6), asked / rw.sum(1)[None].clamp(min=1e-6)


def best_in_groups(questions: Tensor, passages: Tensor, number: Tensor) -> Tensor:
    """(questions, tokens, groups): the best cosine of each question token in each group of passage tokens.

    `number` (passages, tokens) says which group a token belongs to, -1 for none.
    """
    kept = number.flatten() >= 0
    columns = passages.flatten(0, 1)[kept]
    cosines = (questions.flatten(0, 1) @ columns.T).float()
    groups = int(number.max()) + 1
    where = number.flatten()[kept].expand(len(cosines), -1)
    best = torch.full((len(cosines), groups), -1.0).scatter_reduce(1, where, cosines, "amax")
    return best.view(questions.shape[0], questions.shape[1], groups)


def choose(scores: Tensor, same: Tensor) -> Tensor:
    """Cross-entropy of the right one among all that do not say the same."""
    return functional.cross_entropy(scores.masked_fill(same, _NEVER), torch.arange(len(scores), device=scores.device))


def _optimisers(student: Student) -> list[torch.optim.Optimizer]:
    groups = weight_groups(student.body, student.proj, RATE, PROJECTION_RATE)
    words = [{"params": list(student.words.parameters()), "base": WORD_RATE}]
    return [torch.optim.AdamW(groups, lr=RATE), torch.optim.SparseAdam(words, lr=WORD_RATE)]
