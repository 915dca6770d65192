"""Trains the span reader: `python -m training.spans --data DIR`, after `python -m training.encoder`.

Starts from the encoder's student (its layers, and its input table, which stays frozen: both models ship one table).
Checkpoints hold everything that a stopped run needs; the same command goes on from the last one. The learning rate
follows the steps, or the minutes when --minutes is given, since the two cores may be shared.
"""

import argparse
import json
import os
import random
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from index.text.terms import tokenizer
from training.spans_cloze import Aligner, build
from training.spans_examples import Maker, Pool, swaps
from training.spans_gloss import load_glosses
from training.spans_inputs import Input, batches, collate, tokenised
from training.spans_model import Reader, Table, load_table
from training.spans_text import Paragraph, paragraphs

READING = ("cmrc2018-train", "drcd-dev")
SLICE = 500
"""Paragraphs whose questions are made into batches at a time."""


def loss_of(model: Reader, table: Table, batch: dict[str, Tensor]) -> dict[str, Tensor]:
    """Span, sentence and relevance terms; the first token's logits stand for "not answered here"."""
    start, end, judged = model(*table.rows(batch["ids"]), batch["types"], batch["mask"])
    possible = batch["types"].bool()
    possible[:, 0] = True
    start, end = start.masked_fill(~possible, -1e4), end.masked_fill(~possible, -1e4)
    parts = {
        "span": (_cross(start, batch["start"]) + _cross(end, batch["end"])) / 2,
        "sentence": _sentence_loss(start, batch) + _sentence_loss(end, batch),
        "relevance": functional.binary_cross_entropy_with_logits(judged, batch["answered"].float()),
    }
    parts["loss"] = parts["span"] + 0.25 * parts["sentence"] + 0.5 * parts["relevance"]
    return parts


def _cross(logits: Tensor, gold: Tensor) -> Tensor:
    if bool((gold == -100).all()):
        return logits.sum() * 0.0
    return functional.cross_entropy(logits, gold, ignore_index=-100)


def _sentence_loss(logits: Tensor, batch: dict[str, Tensor]) -> Tensor:
    """Cross entropy over sentences (log-sum-exp of their tokens) with "not answered here" as one more."""
    numbers = batch["sentence"]
    count = int(numbers.max()) + 1
    inside = numbers[:, None] == torch.arange(count)[None, :, None]
    scores = logits[:, None].masked_fill(~inside, -1e4).logsumexp(-1)
    scores = torch.cat([scores, logits[:, :1]], 1)
    return functional.cross_entropy(scores, torch.where(batch["gold"] < 0, count, batch["gold"]))


@dataclass(slots=True)
class Run:
    """What a stopped run needs to go on."""

    model: Reader
    average: dict[str, Tensor]
    optimizer: torch.optim.Optimizer
    step: int = 0
    spent: float = 0.0

    def save(self, path: Path) -> None:
        state = {
            "reader": self.average,
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "spent": self.spent,
            "layers": len(self.model.layers),
        }
        torch.save(state, path.with_suffix(".tmp"))
        os.replace(path.with_suffix(".tmp"), path)

    def load(self, path: Path) -> None:
        state = torch.load(path, weights_only=True)
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.average, self.step, self.spent = state["reader"], state["step"], state["spent"]

    def follow(self, keep: float) -> None:
        """Moves the averaged weights a little towards the present ones."""
        with torch.no_grad():
            for name, value in self.model.state_dict().items():
                self.average[name].lerp_(value, 1.0 - keep)


def optimizer_for(model: Reader, rate: float) -> torch.optim.AdamW:
    """Own parts learn ten times faster than the layers, lower layers slower than upper ones."""
    groups: dict[tuple[float, float], list] = defaultdict(list)
    for name, value in model.named_parameters():
        if name.startswith("layers."):
            scale = (0.4, 0.5, 0.7, 1.0, 1.0, 1.0)[int(name.split(".")[1])]
        elif name.startswith(("feed.", "spans.", "judge.")):
            scale = 8.0
        else:
            scale = 2.0 if name.startswith("match.") else 0.4
        groups[scale, 0.01 if value.ndim > 1 else 0.0].append(value)
    listed = [{"params": v, "scale": s, "weight_decay": d} for (s, d), v in groups.items()]
    return torch.optim.AdamW(listed, lr=rate)


def training_paragraphs(data: Path) -> list[Paragraph]:
    """What is trained on; CMRC's trial set is kept apart for what is fitted on top of the reader."""
    return [p for name in READING for p in paragraphs(data / "reading" / f"{name}.json.gz")]


def maker_for(options: argparse.Namespace, table: Tensor) -> Maker:
    words = tokenizer()
    kept = training_paragraphs(options.data)
    glosses = load_glosses(options.data / "cedict.txt.gz")
    pool = Pool(words)
    pool.fill(kept)
    centred = (table - table.mean(0)).float().numpy()
    cloze = build(options.data, Aligner(words, centred), options.cloze, random.Random(options.seed))
    return Maker(kept, cloze, pool, glosses, words, swaps(kept, glosses.names))


def stream(maker: Maker, options: argparse.Namespace, step: int) -> Iterator[list[Input]]:
    """Batches without end, from a slice of the paragraphs at a time; a resumed run draws others than before."""
    rng = random.Random(options.seed * 1_000_003 + step)
    while True:
        order = list(range(len(maker.paragraphs)))
        rng.shuffle(order)
        for first in range(0, len(order), SLICE):
            examples = maker.examples(order[first : first + SLICE], rng)
            yield from batches(list(tokenised(examples, maker.tokenizer)), options.tokens, rng)


def train(options: argparse.Namespace) -> None:
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    table = load_table(options.encoder, options.frequency)
    model = Reader(options.layers)
    begin(model, options.start, table)
    optimizer = optimizer_for(model, options.rate)
    run = Run(model, {k: v.clone() for k, v in model.state_dict().items()}, optimizer)
    path = options.out / "reader.pt"
    options.out.mkdir(parents=True, exist_ok=True)
    if path.exists():
        run.load(path)
        print(f"going on from step {run.step}", flush=True)
    loop(run, stream(maker_for(options, table.words), options, run.step), table, options, path)
    run.save(path)


def begin(model: Reader, path: Path, table: Table) -> None:
    """From an encoder's checkpoint, or from a reader's."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    if "reader" in state:
        model.load_state_dict(state["reader"])
    else:
        model.load_body(state["student"])
        model.start_matching(table.words)


def loop(run: Run, source: Iterator[list[Input]], table: Table, options: argparse.Namespace, path: Path) -> None:
    seen: dict[str, float] = defaultdict(float)
    saved = time.monotonic()
    for batch in source:
        tick = time.monotonic()
        done = run.spent / (60 * options.minutes) if options.minutes else run.step / options.steps
        if done >= 1:
            return
        for group in run.optimizer.param_groups:
            group["lr"] = options.rate * group["scale"] * min(1.0, (run.step + 1) / 60) * max(0.02, 1 - done)
        parts = loss_of(run.model, table, collate(batch))
        run.optimizer.zero_grad(set_to_none=True)
        parts["loss"].backward()
        torch.nn.utils.clip_grad_norm_(run.model.parameters(), 1.0)
        run.optimizer.step()
        run.step += 1
        if run.step % 4 == 0:
            run.follow(min(0.97, run.step / (run.step + 40)))
        now = time.monotonic()
        run.spent += now - tick
        for name, value in parts.items():
            seen[name] += float(value.detach())
        seen["inputs"] += len(batch)
        if run.step % 25 == 0:
            report(run, seen, options.out)
            seen.clear()
        if now - saved > options.save:
            run.save(path)
            saved = now


def report(run: Run, seen: dict[str, float], out: Path) -> None:
    line = {"step": run.step, "seconds": round(run.spent), **{k: round(v / 25, 3) for k, v in seen.items()}}
    with (out / "log.jsonl").open("a", encoding="utf8") as file:
        file.write(json.dumps(line) + "\n")
    print(line, flush=True)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training.spans", description=__doc__)
    for name, value, text in (
        ("data", None, "folder with reading/, parallel/ and cedict.txt.gz"),
        ("start", "build/encoder/student/student.pt", "what to start from: the encoder's checkpoint, or a reader's"),
        ("encoder", "index/encoders/models/bundled", "folder of the encoder whose table of words is read"),
        ("frequency", "build/encoder/frequency.npy", "how often each word stands in general text"),
        ("out", "build/reader", "where checkpoints go"),
    ):
        parser.add_argument(f"--{name}", type=Path, default=value and Path(value), required=value is None, help=text)
    parser.add_argument("--steps", type=int, default=1700)
    parser.add_argument("--minutes", type=float, default=0.0, help="stop by the clock instead of by steps")
    parser.add_argument("--rate", type=float, default=1.2e-4)
    parser.add_argument("--tokens", type=int, default=2400, help="tokens a batch")
    parser.add_argument("--layers", type=int, default=5)
    parser.add_argument("--cloze", type=int, default=12000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--save", type=float, default=120.0, help="seconds between checkpoints")
    parser.add_argument("--seed", type=int, default=11)
    return parser.parse_args()


if __name__ == "__main__":
    train(arguments())
