"""Trains the span reader on pairs, with what a larger teacher thinks of them where that is known.

    python -m training.distil --folder build/distil --out build/reader [--scores scores.npz] [--minutes 5]

Needs torch and numpy alone, so that `distil.py` and `spans_model.py` can be run on a machine with an accelerator, where
some minutes suffice. On two cores with bfloat16 some 35 pairs a second are learned: enough to learn further from new
questions in half an hour, not to begin anew. Three things are learned: the exact span where it is known, which
sentence answers or none does, and whether the passage answers at all. A teacher's probabilities of the sentences and
of "not answered here" are learned beside the marks of people, as in Hinton et al., 2015.
"""

import argparse
import json
import math
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

try:
    from training.spans_model import Reader
except ModuleNotFoundError:  # beside it, without the rest of the project
    from spans_model import Reader

LOWEST = -1e4
KEEP = 0.998
"""How much of the averaged weights stays at each step."""
TYPED = 1.0
"""Pairs of this weight are of typed questions."""
SHARES = {(True, True): 2.0, (True, False): 0.35, (False, True): 0.5, (False, False): 0.2}
"""How often a pair is seen in one pass, by whether its question was typed and whether the passage answers it: passages
that do not answer are many, and answered typed questions few."""


class Pairs:
    """All pairs on the device, in flat arrays; `batch` puts question and passage together there."""

    def __init__(self, folder: Path, scores: Path | None, device: str) -> None:
        held = dict(np.load(folder / "inputs.npz"))
        start = dict(np.load(folder / "start.npz"))
        self.device = device
        self.words = self._put(start["words"].astype(np.float32) * start["scales"])
        self.rarity = self._put(start["rarity"].astype(np.float32) / 255)
        self.marks = self._put(start["marks"].astype(np.int64))
        self.dev, self.weight = held["dev"], held["weight"]
        self.asks = self._put(held["question_ids"].astype(np.int32))
        self.tells = self._put(held["passage_ids"].astype(np.int32))
        self.sentence = self._put(held["sentence"])
        lengths = {kind: held[f"{kind}_lengths"].astype(np.int64) for kind in ("question", "passage")}
        first = {kind: np.cumsum(value) - value for kind, value in lengths.items()}
        self.long_ask = self._put(np.minimum(lengths["question"][held["question"]], 62))
        self.at_ask = self._put(first["question"][held["question"]])
        self.at_tell = self._put(first["passage"][held["passage"]] + held["first"])
        kept = held["kept"].astype(np.int64)
        self.long_tell, self.at_sentence = self._put(kept), self._put(np.cumsum(kept) - kept)
        self.length = np.minimum(lengths["question"][held["question"]], 62) + kept + 3
        self.start, self.end = self._put(held["start"].astype(np.int64)), self._put(held["end"].astype(np.int64))
        self.answers = held["told"] > 0
        self.told, self.judged = self._put(held["told"].astype(np.float32)), self._put(held["judged"])
        self.heft = self._put(held["weight"])
        self.most = 1 + int(held["sentence"].max())
        gold = torch.zeros(len(kept), self.most + 1, dtype=torch.bool)
        gold[held["gold"][:, 0], held["gold"][:, 1]] = True
        gold[:, -1] = torch.from_numpy((held["told"] == 0) & held["judged"])
        self.gold = gold.to(device)
        self.teacher = self._taught(scores, held) if scores else None
        self.reader = {name[7:]: widened(start, name[7:]) for name in start if name.startswith("reader.")}

    def _put(self, value: np.ndarray) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(value)).to(self.device)

    def _taught(self, path: Path, held: dict[str, np.ndarray]) -> Tensor:
        """(pairs, sentences + 1) log-probabilities; a row of NaN where the teacher is not known."""
        stored = np.load(path)
        flat, offsets = stored["scores"].astype(np.float32), stored["offsets"]
        where = {int(row): n for n, row in enumerate(stored["row"])}
        out = np.full((len(held["row"]), self.most + 1), -30.0, np.float32)
        for n, row in enumerate(held["row"].tolist()):
            if row in where:
                own = flat[offsets[where[row]] : offsets[where[row] + 1]]
                size = min(len(own) - 1, self.most)
                out[n, :size], out[n, -1] = own[:size], own[-1]
            else:
                out[n] = np.nan
        return self._put(out)

    def batch(self, chosen: np.ndarray) -> dict[str, Tensor]:
        """Ids, types, mask, sentences and what answers, (b, t) and (b,)."""
        rows = torch.from_numpy(chosen).to(self.device)
        place = torch.arange(int(self.length[chosen].max()), device=self.device)[None]
        asks, tells = self.long_ask[rows, None], self.long_tell[rows, None]
        at_ask, at_tell = place - 1, place - asks - 2
        inside = (at_tell >= 0) & (at_tell < tells)
        ids = torch.where(place == 0, self.marks[0], self.marks[1]).expand(len(chosen), -1)
        asked = self.asks[(self.at_ask[rows, None] + at_ask).clamp(0, len(self.asks) - 1)].long()
        told = self.tells[(self.at_tell[rows, None] + at_tell).clamp(0, len(self.tells) - 1)].long()
        ids = torch.where((at_ask >= 0) & (at_ask < asks), asked, ids)
        ids = torch.where(inside, told, ids)
        sentence = self.sentence[(self.at_sentence[rows, None] + at_tell).clamp(0, len(self.sentence) - 1)].long()

        def moved(value: Tensor) -> Tensor:
            value = value[rows]
            return torch.where(value >= 0, value + asks[:, 0] + 2, torch.where(value == -1, 0, -100))

        found = {
            "ids": ids,
            "types": inside.float(),
            "mask": (place < asks + tells + 3).float(),
            "sentence": torch.where(inside, sentence, -1),
            "gold": self.gold[rows],
            "start": moved(self.start),
            "end": moved(self.end),
            "told": self.told[rows],
            "judged": self.judged[rows],
            "weight": self.heft[rows],
        }
        return found if self.teacher is None else found | {"teacher": self.teacher[rows]}

    def one_pass(self, rng: np.random.Generator) -> np.ndarray:
        """The pairs of one pass, each as often as `SHARES` says in the mean; of those kept apart, none."""
        share = np.zeros(len(self.weight))
        for (typed, answers), often in SHARES.items():
            share[((self.weight >= TYPED) == typed) & (self.answers == answers)] = often
        times = np.floor(share + rng.random(len(share))).astype(int)
        times[(self.weight <= 0) | self.dev] = 0
        return np.repeat(np.arange(len(times)), times)


def widened(start: dict[str, np.ndarray], name: str) -> Tensor:
    """One weight in float."""
    value = start[f"reader.{name}"].astype(np.float32)
    scale = start.get(f"scale.{name}")
    return torch.from_numpy(value if scale is None else value * scale)


def by_sentence(logits: Tensor, sentence: Tensor, most: int) -> Tensor:
    """(b, most + 1): log-sum-exp of each sentence's tokens, then "not answered here"."""
    inside = sentence[:, None] == torch.arange(most, device=logits.device)[None, :, None]
    return torch.cat([logits[:, None].masked_fill(~inside, LOWEST).logsumexp(-1), logits[:, :1]], 1)


def forward(model: Reader, pairs: Pairs, batch: dict[str, Tensor]) -> tuple[Tensor, Tensor, Tensor]:
    """Start and end logits, what may not answer ruled out, and the relevance."""
    words = functional.embedding(batch["ids"], pairs.words)
    with torch.autocast(pairs.device, torch.bfloat16):
        start, end, judged = model(words, pairs.rarity[batch["ids"]], batch["types"], batch["mask"])
    possible = batch["sentence"] >= 0
    possible[:, 0] = True
    return start.float().masked_fill(~possible, LOWEST), end.float().masked_fill(~possible, LOWEST), judged.float()


def losses(model: Reader, pairs: Pairs, batch: dict[str, Tensor], taught: float) -> dict[str, Tensor]:
    """Span, sentence, relevance, and the distance to the teacher; each pair by its weight."""
    start, end, judged = forward(model, pairs, batch)
    most = max(1, int(batch["sentence"].max()) + 1)
    gold = torch.cat([batch["gold"][:, :most], batch["gold"][:, -1:]], 1)
    first, last = (by_sentence(logits, batch["sentence"], most) for logits in (start, end))
    weight = batch["weight"]

    def cross(logits: Tensor, wanted: Tensor) -> Tensor:
        return functional.cross_entropy(logits, wanted, ignore_index=-100, reduction="none")

    def chosen(scores: Tensor) -> Tensor:
        return scores.logsumexp(1) - scores.masked_fill(~gold, LOWEST).logsumexp(1)

    def mean(values: Tensor, heft: Tensor) -> Tensor:
        return (values * heft).sum() / heft.sum().clamp(min=1e-6)

    parts = {
        "span": mean((cross(start, batch["start"]) + cross(end, batch["end"])) / 2, weight * (batch["start"] != -100)),
        "sentence": mean(chosen(first) + chosen(last), weight * batch["judged"]),
        "relevance": mean(functional.binary_cross_entropy_with_logits(judged, batch["told"], reduction="none"), weight),
    }
    parts["loss"] = 0.7 * parts["span"] + 0.35 * parts["sentence"] + 0.5 * parts["relevance"]
    if "teacher" in batch:
        aim = torch.cat([batch["teacher"][:, :most], batch["teacher"][:, -1:]], 1)
        known = ~aim.isnan().any(1)
        aim = aim.nan_to_num(-30.0).log_softmax(1)
        own = (first + last).log_softmax(1)
        parts["teacher"] = mean((aim.exp() * (aim - own)).sum(1), weight.clamp(min=0.3) * known)
        parts["loss"] = parts["loss"] + taught * parts["teacher"]
    return parts


def batches(length: np.ndarray, chosen: np.ndarray, tokens: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Pairs of like length together, each batch within so many tokens, in random order."""
    order = chosen[np.argsort(length[chosen] + rng.random(len(chosen)) * 8)]
    made, first = [], 0
    for at in range(len(order)):
        if at > first and (at + 1 - first) * length[order[first : at + 1]].max() > tokens:
            made.append(order[first:at])
            first = at
    made.append(order[first:])
    rng.shuffle(made)
    yield from made


def optimizer_for(model: Reader, rate: float) -> torch.optim.AdamW:
    """Heads learn faster than layers, lower layers slower than upper ones."""
    count = len(model.layers)
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, value in model.named_parameters():
        if name.startswith("layers."):
            scale = 0.5 + 0.5 * int(name.split(".")[1]) / (count - 1)
        else:
            scale = 4.0 if name.startswith(("feed.", "spans.", "judge.", "match.")) else 0.5
        groups.setdefault((scale, 0.01 if value.ndim > 1 else 0.0), []).append(value)
    listed = [{"params": v, "lr": rate * s, "rate": rate * s, "weight_decay": d} for (s, d), v in groups.items()]
    return torch.optim.AdamW(listed, betas=(0.9, 0.98), fused=True)


@torch.no_grad()
def measured(model: Reader, pairs: Pairs, chosen: np.ndarray, tokens: int) -> dict[str, float]:
    """Over pairs kept apart: is the best sentence right; are answered pairs told from others (AUROC)."""
    rng = np.random.default_rng(1)
    right, here, null, judged = [], [], [], []
    for rows in batches(pairs.length, chosen, tokens, rng):
        batch = pairs.batch(rows)
        start, end, told = forward(model, pairs, batch)
        scores = sum(by_sentence(logits, batch["sentence"], pairs.most) for logits in (start, end))
        best = scores[:, :-1].argmax(1)
        right += batch["gold"].gather(1, best[:, None])[:, 0][batch["told"] > 0].tolist()
        here += (batch["told"] > 0).tolist()
        null += (scores[:, :-1].logsumexp(1) - scores[:, -1]).tolist()
        judged += told.tolist()
    return {"sentence": float(np.mean(right)), "span_auc": area(null, here), "relevance_auc": area(judged, here)}


def area(values: list[float], marks: list[bool]) -> float:
    """Area under the ROC curve, by ranks."""
    here = np.asarray(marks)
    ranks = np.empty(len(here))
    ranks[np.argsort(values, kind="stable")] = np.arange(1, len(here) + 1)
    return float((ranks[here].sum() - here.sum() * (here.sum() + 1) / 2) / (here.sum() * (~here).sum()))


def train(options: argparse.Namespace) -> None:
    """By the clock, with a linear decay; keeps the averaged weights."""
    torch.manual_seed(options.seed)
    pairs = Pairs(options.folder, options.scores, options.device)
    model = Reader(options.layers).to(options.device)
    missing, unexpected = model.load_state_dict(
        {k: v.to(options.device) for k, v in pairs.reader.items()}, strict=False
    )
    print(json.dumps({"pairs": len(pairs.length), "missing": missing, "unexpected": unexpected}), flush=True)
    optimizer = optimizer_for(model, options.rate)
    average = {k: v.clone() for k, v in model.state_dict().items()}
    kept = np.flatnonzero(pairs.dev)
    if options.limit:
        kept = kept[:: max(1, len(kept) // options.limit)]
    print(json.dumps({"before": measured(model, pairs, kept, options.tokens)}), flush=True)
    rng, began, step, epoch = np.random.default_rng(options.seed), time.monotonic(), 0, 0
    while (time.monotonic() - began) < 60 * options.minutes:
        epoch += 1
        seen: list[dict[str, float]] = []
        for rows in batches(pairs.length, pairs.one_pass(rng), options.tokens, rng):
            done = (time.monotonic() - began) / (60 * options.minutes)
            if done >= 1:
                break
            for group in optimizer.param_groups:
                group["lr"] = group["rate"] * min(1.0, (step + 1) / options.warm) * (1 - done)
            parts = losses(model, pairs, pairs.batch(rows), options.taught)
            optimizer.zero_grad(set_to_none=True)
            parts["loss"].backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            step += 1
            keep = min(KEEP, step / (step + 10))
            for name, value in model.state_dict().items():
                average[name].lerp_(value, 1 - keep)
            if step % options.every == 0:
                seen.append({k: float(v.detach()) for k, v in parts.items()})
                if not math.isfinite(seen[-1]["loss"]):
                    raise SystemExit("The loss is not a number.")
        means = {k: round(float(np.mean([s[k] for s in seen])), 3) for k in seen[0]} if seen else {}
        print(
            json.dumps({"epoch": epoch, "step": step, "seconds": round(time.monotonic() - began), **means}), flush=True
        )
        if epoch % options.look == 0:
            print(json.dumps({"now": measured(model, pairs, kept, options.tokens)}), flush=True)
    model.load_state_dict(average)
    print(json.dumps({"after": measured(model, pairs, kept, options.tokens), "steps": step}), flush=True)
    save(average, options.out)


def save(weights: dict[str, Tensor], out: Path) -> None:
    """Half-precision weights in two files, so that neither is large."""
    out.mkdir(parents=True, exist_ok=True)
    held = {k: v.detach().cpu().numpy().astype(np.float16) for k, v in weights.items()}
    names = sorted(held, key=lambda name: -held[name].size)
    for part in range(2):
        np.savez(out / f"reader-{part}.npz", **{name: held[name] for name in names[part::2]})


def main() -> None:
    """Read the arguments and train."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--folder", type=Path, required=True, help="what training.distil_prepare wrote")
    parser.add_argument("--scores", type=Path, help="a teacher's scores of the same pairs")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--rate", type=float, default=2e-4)
    parser.add_argument("--taught", type=float, default=0.7, help="weight of the teacher beside the marks of people")
    parser.add_argument("--tokens", type=int, default=32768, help="tokens a batch")
    parser.add_argument("--warm", type=int, default=100)
    parser.add_argument("--every", type=int, default=20)
    parser.add_argument("--look", type=int, default=4, help="epochs between measurements")
    parser.add_argument("--limit", type=int, default=0, help="pairs to measure on; 0: all that are kept apart")
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    train(parser.parse_args())


if __name__ == "__main__":
    main()
