"""`python -m training.encoder.second --data DIR`: the layers learn to read questions, over a table that stays as it is.

The second stage. It starts from the files of the first (`bundled/`, composed words among them), and leaves the table
alone, since the span reader reads the same one. Translations and questions take turns: every other batch asks
questions of CMRC's and DRCD's paragraphs, in Chinese or put into English word by word, and the passage that answers
must be found among those of the batch, by pooled vectors and by late interaction, and so must its sentence. Every
other time, what asks is a part of a real sentence, of a text that translators put into the other language (`stories`).

The learning rate descends twice, and what is written is the mean of the weights at both ends: pooled vectors are
better at the first, everything together at the second.
"""

import argparse
import os
import random
import shutil
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from index.encoders.input_table import WordVectors
from index.text.terms import rarities, tokenizer
from training.encoder.batches import epoch, noisy, numbers, padded, sample
from training.encoder.export import Weights, write_config, write_layers
from training.encoder.folders import layer_weights
from training.encoder.folding import fold_table
from training.encoder.model import PROJECTED, WIDTH, Body, pool, read_minilm, unit, weight_groups
from training.encoder.reading import Question, Reading, passage_numbers, sentence_numbers
from training.encoder.report import draw_curve
from training.encoder.start import RARE
from training.encoder.stories import Stories
from training.encoder.translate import SCALE, Progress, best_in_groups, distance, late_interaction, pair_losses
from training.encoder.vocabulary import Piece, pieces, teacher_folder
from training.encoder.whitening import whiten

RATE, PROJECTION_RATE = 6e-5, 2e-4
SAVE_SECONDS = 180
DESCENTS = (0.4, 1.0)
"""At which shares of the time a descent of the learning rate ends."""


class Second(nn.Module):
    """The layers and the projection, over rows (ids, 384) that are not trained."""

    def __init__(self, rows: Tensor, body: Body, projection: Tensor) -> None:
        super().__init__()
        self.rows, self.body = rows, body
        self.proj = nn.Linear(WIDTH, PROJECTED, bias=False)
        self.proj.weight.data.copy_(projection)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        return self.body(functional.embedding(ids, self.rows), mask)

    def project(self, x: Tensor) -> Tensor:
        """Unit token vectors."""
        return unit(self.proj(x))


def shipped(folder: Path) -> Second:
    """The encoder of a folder, its int8 weights widened to float."""
    table = WordVectors(folder)
    rows = torch.from_numpy(table.vectors(np.arange(len(table))))
    stored = {name: torch.tensor(value) for name, value in layer_weights(folder / "layers.onnx").items()}
    body = Body()
    state = body.state_dict()
    for name in state:
        if name not in ("pos", "seg"):
            state[name] = stored[name].T if state[name].ndim > 1 else stored[name]
    state["pos"][: len(stored["positions"])] = stored["positions"]
    body.load_state_dict(state)
    return Second(rows, body, stored["proj.weight"].T)


class SecondTrainer:
    """The student, its teacher, and batches of both kinds in turn."""

    def __init__(self, student: Second, data: Path, seed: int = 0, short: bool = False) -> None:
        """`short`: products in bfloat16, a third sooner where the processor has them, to the same losses."""
        torch.manual_seed(seed)
        self._short = short
        self.student, self.chance, self.progress = student, random.Random(seed), Progress()
        self.cut = tokenizer()
        table = fold_table()
        vocabulary = pieces(data, table)
        self.rarity = rarity_of(len(student.rows))
        frequency = (RARE / self.rarity.clamp(min=1 / 255) - RARE).numpy()
        self.source = numbers(data, vocabulary, self.cut, str.maketrans(table), frequency)
        self.teacher, self.teacher_words = _teacher(vocabulary)
        self.reading = Reading(data, self.cut, student.rows * self.rarity[:, None], random.Random(seed + 1))
        self.stories = Stories(data, self.cut, random.Random(seed + 2))
        self.optimiser = optimiser_of(student)

    def run(self, minutes: float, checkpoint: Path) -> None:
        """Train until so many minutes were spent in all, going on from the checkpoint if there is one."""
        self._resume(checkpoint)
        saved = tick = time.monotonic()
        means: dict[str, list[float]] = defaultdict(list)
        warm = self.progress.step
        for batch in self._translations():
            done = self.progress.seconds / (60 * minutes)
            if done >= 1:
                break
            rate = min(1.0, (self.progress.step - warm + 1) / 40) * max(0.03, 1 - done)
            losses = self._learn(partial(self._translated, batch, english=self.progress.step % 3 == 0), rate)
            source: Reading | Stories = self.stories if self.progress.step % 2 else self.reading
            losses |= self._learn(partial(asked_losses, self.student, self.rarity, source.batch()), rate)
            for name, value in losses.items():
                means[name].append(value)
            self.progress.step += 1
            now = time.monotonic()
            self.progress.seconds, tick = self.progress.seconds + now - tick, now
            if self.progress.step % 20 == 0:
                self._tell({name: sum(values) / len(values) for name, values in means.items()}, done)
                means.clear()
            if now - saved > SAVE_SECONDS:
                self.save(checkpoint)
                saved = now
        self.save(checkpoint)

    def save(self, path: Path) -> None:
        """A whole checkpoint or the one before, never half of one."""
        state = {
            "student": self.student.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "progress": (self.progress.step, self.progress.seconds, self.progress.curve),
        }
        torch.save(state, path.with_suffix(".new"))
        os.replace(path.with_suffix(".new"), path)

    def _resume(self, path: Path) -> None:
        if not path.exists():
            return
        state = torch.load(path)
        self.student.load_state_dict(state["student"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.progress = Progress(*state["progress"])
        # Other batches than those before the stop.
        self.chance.seed(self.progress.step)
        self.reading.chance.seed(self.progress.step + 1)
        self.stories.chance.seed(self.progress.step + 2)
        print(f"going on from step {self.progress.step}", flush=True)

    def _tell(self, means: dict[str, float], done: float) -> None:
        self.progress.curve.append((self.progress.step, means))
        losses = "  ".join(f"{name} {value:.3f}" for name, value in means.items())
        print(f"step {self.progress.step} ({done:.0%}, {self.progress.seconds:.0f} s)  {losses}", flush=True)

    def _learn(self, judge: Callable[[], dict[str, Tensor]], rate: float) -> dict[str, float]:
        with torch.autocast("cpu", torch.bfloat16, enabled=self._short):
            losses = judge()
        return step(self.student, self.optimiser, losses, rate)

    def _translations(self) -> Iterator[list[tuple[list[int], list[int]]]]:
        while True:
            yield from epoch(self.source, self.chance)

    def _translated(self, batch: list[tuple[list[int], list[int]]], english: bool) -> dict[str, Tensor]:
        """As in the first stage: Chinese towards the teacher's English."""
        en, en_mask = padded([pair[0] for pair in batch])
        zh, zh_mask = padded([noisy(pair[1], self.source, self.chance) for pair in batch])
        with torch.no_grad():
            taught = self.teacher(functional.embedding(en, self.teacher_words), en_mask)
            goal = pool(taught, en_mask)
            same = (goal @ goal.T > 0.95).fill_diagonal_(False)
        seen = self.student(zh, zh_mask)
        own = self.student(en, en_mask) if english else taught
        a, b = late_interaction(
            (self.student.project(seen), zh, zh_mask), (self.student.project(own), en, en_mask), self.rarity
        )
        losses = pair_losses(pool(seen, zh_mask), goal, a, b, same)
        if english:
            losses["english"] = distance(pool(own, en_mask), goal)
        return losses


def optimiser_of(student: Second) -> torch.optim.AdamW:
    """Of the layers and the projection; what a step is multiplied by stands under `base`."""
    return torch.optim.AdamW(weight_groups(student.body, student.proj, RATE, PROJECTION_RATE), lr=RATE)


def step(student: Second, optimiser: torch.optim.Optimizer, losses: dict[str, Tensor], rate: float) -> dict[str, float]:
    """One step down the sum of `losses`, at this share of the learning rate; what they were."""
    for group in optimiser.param_groups:
        group["lr"] = group["base"] * rate
    optimiser.zero_grad()
    torch.stack(list(losses.values())).sum().backward()
    nn.utils.clip_grad_norm_([*student.parameters()], 1.0)
    optimiser.step()
    return {name: loss.item() for name, loss in losses.items()}


def asked_losses(student: Second, rarity: Tensor, batch: Sequence[Question]) -> dict[str, Tensor]:
    """The passage of each question among those of the batch, and its sentence among all of theirs."""
    asked, asked_mask = padded([question.asked for question in batch])
    held, held_mask = padded([question.window for question in batch])
    questions, passages = student(asked, asked_mask), student(held, held_mask)
    pooled = SCALE * pool(questions, asked_mask) @ pool(passages, held_mask).T
    right = torch.arange(len(batch))
    number, firsts = sentence_numbers(batch, held.shape[1])
    asks = student.project(questions), rarity[asked] * (asked_mask & (asked > 3))
    told = student.project(passages)
    sentence = torch.tensor([first + q.right for first, q in zip(firsts, batch, strict=True)])
    cross = functional.cross_entropy
    return {
        "asked pooled": (cross(pooled, right) + cross(pooled.T, right)) / 2,
        "asked late": cross(meets(*asks, told, passage_numbers(number)), right),
        "asked sentence": cross(meets(*asks, told, number), sentence),
    }


def meets(asks: Tensor, weights: Tensor, tells: Tensor, number: Tensor) -> Tensor:
    """(questions, groups) late interaction, scaled for a softmax: `asks` (questions, tokens, 96) with `weights`
    (questions, tokens), `tells` (passages, tokens, 96) and the group of each of its tokens, -1 for none."""
    best = best_in_groups(asks, tells, number)
    return SCALE * (best * weights[:, :, None]).sum(1) / weights.sum(1)[:, None].clamp(min=1e-6)


def _teacher(vocabulary: list[Piece]) -> tuple[Body, Tensor]:
    """MiniLM over our numbers of its pieces; it is never shown a Chinese one."""
    body, minilm = read_minilm(teacher_folder())
    origin = torch.tensor([max(piece.origin, 1) for piece in vocabulary])
    return body.eval().requires_grad_(False), minilm[origin]


def rarity_of(count: int) -> Tensor:
    """(count,) how telling each number is in general text, as the span reader stores it; composed words are rare."""
    stored = rarities()
    found = torch.ones(count)
    found[: len(stored)] = torch.tensor(stored.astype(np.float32) / 255)
    return found


def mean(states: Sequence[dict[str, Tensor]]) -> dict[str, Tensor]:
    """The mean of each weight."""
    return {name: torch.stack([state[name] for state in states]).mean(0) for name in states[0]}


def write(student: Second, source: Path, folder: Path, texts: Sequence[Sequence[int]]) -> None:
    """The folder of `source` with the new layers; `texts` are numbers of some usual ones."""
    shutil.copytree(source, folder, dirs_exist_ok=True)
    state = {name.removeprefix("body."): value.detach().numpy() for name, value in student.state_dict().items()}
    weights: Weights = {name: value.astype(np.float32) for name, value in state.items()}
    write_layers(weights, folder / "layers.onnx", [student.rows[list(text)].numpy() for text in texts])
    write_config("bundled", folder, token_dimensions=PROJECTED)


def main() -> None:
    """Train, write."""
    parser = argparse.ArgumentParser(prog="python -m training.encoder.second", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the data folder: cedict.txt.gz, parallel/, reading/")
    parser.add_argument(
        "--start", type=Path, default=Path("index/encoders/models/bundled"), help="the first stage's files"
    )
    parser.add_argument("--out", type=Path, default=Path("build/encoder/second"))
    parser.add_argument("--minutes", type=float, default=90, help="in all; a stopped run goes on")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--bfloat16", action="store_true", help="products in bfloat16, where the processor has them")
    chosen = parser.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    student = shipped(chosen.start)
    trainer = SecondTrainer(student, chosen.data, chosen.seed, chosen.bfloat16)
    ends = []
    for number, share in enumerate(DESCENTS, 1):
        trainer.run(share * chosen.minutes, chosen.out / f"layers-{number}.pt")
        ends.append({name: value.clone() for name, value in student.state_dict().items()})
    student.load_state_dict(mean(ends))
    draw_curve(trainer.progress, chosen.out / "curve.png")
    write(student, chosen.start, chosen.out / "bundled", sample(trainer.source))
    whiten(chosen.out / "bundled", chosen.data)


if __name__ == "__main__":
    main()
