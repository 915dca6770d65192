"""Pairs and weights for `training.distil`, which needs torch and numpy alone.

    python -m training.distil_prepare build/pairs.jsonl --out build/distil

writes `inputs.npz` (tokens of every pair, where they stand, which sentences answer) and `start.npz` (the word table as
it ships, and the shipped reader's int8 weights widened to float, its missing upper layers taken from the encoder).
"""

import argparse
import json
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper

from index.encoders.input_table import WordVectors
from index.encoders.protocol import MODELS
from index.text.terms import WORDS, token_spans, tokenizer
from training.encoder.folders import layer_weights

LONGEST, QUESTION = 288, 62
UNKNOWN, CLS, SEP = 1, 2, 3
LINEAR = ("qkv", "o", "up", "down")
LAYERS = 6
FEATURES, WIDTH = 7, 384


Arrays = dict[str, np.ndarray]


class Texts:
    """Distinct texts as runs of token ids in one flat array."""

    def __init__(self, texts: list[str]) -> None:
        self.number = {text: n for n, text in enumerate(dict.fromkeys(texts))}
        self.ids: list[list[int]] = []
        self.places: list[np.ndarray] = []
        distinct = list(self.number)
        for first in range(0, len(distinct), 4000):
            encoded = tokenizer().encode_batch(distinct[first : first + 4000], add_special_tokens=False)
            self.ids += [one.ids for one in encoded]
            self.places += [token_spans(one) for one in encoded]

    def arrays(self, name: str) -> Arrays:
        lengths = np.asarray([len(ids) for ids in self.ids], np.int32)
        return {
            f"{name}_ids": np.concatenate([np.asarray(ids, np.int32) for ids in self.ids]),
            f"{name}_lengths": lengths,
        }


def inputs(path: Path) -> Arrays:
    """Every pair by the numbers of its question and its passage, the window of the passage, and what answers.

    `first`, `kept`: the window in tokens; `start`, `end` in tokens of the window (-1: not here, -100: not known);
    `told` 1 answered, 0 not, `judged` whether the sentence is known; `gold` (pair, sentence) rows; the flat
    `sentence` numbers the tokens of each window (-1: heading).
    """
    rows = [json.loads(line) for line in path.open(encoding="utf-8")]
    questions, passages = Texts([row["q"] for row in rows]), Texts([row["text"] for row in rows])
    made: dict[str, list] = {name: [] for name in COLUMNS}
    golds: list[tuple[int, int]] = []
    sentences: list[np.ndarray] = []
    for number, row in enumerate(rows):
        asked, told = questions.number[row["q"]], passages.number[row["text"]]
        if found := _window(row, passages.places[told], min(len(questions.ids[asked]), QUESTION)):
            first, kept, sentence, start, end = found
            golds.extend((len(sentences), n) for n in row["gold"] or ())
            sentences.append(sentence.astype(np.int16))
            known = row["gold"] is not None
            values = (
                asked,
                told,
                first,
                kept,
                start,
                end,
                int(bool(row["gold"]) or not known),
                known,
                row["w"],
                row["dev"],
                number,
            )
            for name, value in zip(COLUMNS, values, strict=True):
                made[name].append(value)
    kinds = {"weight": np.float32, "dev": np.bool_, "judged": np.bool_}
    out = {name: np.asarray(values, kinds.get(name, np.int32)) for name, values in made.items()}
    out |= {"gold": np.asarray(golds, np.int32).reshape(-1, 2), "sentence": np.concatenate(sentences)}
    return out | questions.arrays("question") | passages.arrays("passage")


COLUMNS = ("question", "passage", "first", "kept", "start", "end", "told", "judged", "weight", "dev", "row")


def _window(row: dict, places: np.ndarray, asked: int) -> tuple[int, int, np.ndarray, int, int] | None:
    """The window of a passage beside a question of so many tokens: around its answer where the passage is too long."""
    room = LONGEST - 3 - asked
    middle = (places[:, 0] + places[:, 1]) // 2
    sentence = np.full(len(places), -1)
    for n, (left, right) in enumerate(row["spans"]):
        sentence[(middle >= left) & (middle < right)] = n
    gold, answer = row["gold"], row["answer"]
    wanted = np.flatnonzero(np.isin(sentence, gold)) if gold else np.zeros(0, int)
    if not len(places) or (gold and not len(wanted)):
        return None
    first = max(0, min(len(places) - room, int(wanted[0]) - room // 3)) if len(wanted) and len(places) > room else 0
    sentence, places = sentence[first : first + room], places[first : first + room]
    start = end = -1 if gold == [] else -100
    if answer and gold:
        inside = np.flatnonzero((places[:, 0] < answer[1]) & (places[:, 1] > answer[0]))
        if len(inside):
            start, end = int(inside[0]), int(inside[-1])
    return first, len(places), sentence, start, end


def fewer(made: Arrays, held: Arrays) -> None:
    """Renumbers the tokens to those that stand in the texts twice or more, in `made` and in the tables of `held`."""
    tokens, counts = np.unique(np.concatenate([made["question_ids"], made["passage_ids"]]), return_counts=True)
    used = np.unique(np.concatenate([tokens[counts > 1], np.asarray([UNKNOWN, CLS, SEP])]))
    if len(used) > 65535:
        raise SystemExit("More than 65 535 different tokens; leave some pairs out.")
    for name in ("question_ids", "passage_ids"):
        known = np.where(np.isin(made[name], used), made[name], UNKNOWN)
        made[name] = np.searchsorted(used, known).astype(np.uint16)
    held["words"], held["scales"] = rounded(held["words"][used])
    held["rarity"] = held["rarity"][used]
    held["marks"] = np.searchsorted(used, np.asarray([CLS, SEP]))


def rounded(whole: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """int8 rows and the scale of each."""
    scales = np.abs(whole).max(1, keepdims=True) / 127 + 1e-12
    return np.round(whole / scales).astype(np.int8), scales.astype(np.float32)


def start(encoder: Path, reader: Path) -> dict[str, np.ndarray]:
    """The word table and the reader's first weights."""
    table = WordVectors(encoder)
    rarity = np.full(len(table), 255, np.uint8)
    counted = np.load(WORDS / "rarity.npy")
    rarity[: len(counted)] = counted
    held = {"words": table.vectors(np.arange(len(table))), "rarity": rarity}
    weights = widened(reader / "layers.onnx")
    student = layer_weights(encoder / "layers.onnx")
    have = len({name.split(".")[1] for name in weights if name.startswith("layers.")})
    for n in range(have, LAYERS):
        for name, value in student.items():
            if name.startswith(f"layers.{n}.") and not name.endswith("_scale"):
                weights[name] = value.T if value.ndim > 1 else value
    for name, value in weights.items():
        if value.size > 100_000:
            held[f"reader.{name}"], held[f"scale.{name}"] = rounded(value)
        else:
            held[f"reader.{name}"] = value.astype(np.float32)
    return held


def widened(path: Path) -> dict[str, np.ndarray]:
    """A shipped reader's weights in float, under the names of `training.spans_model.Reader`."""
    graph = onnx.load(path).graph
    held = {c.name: numpy_helper.to_array(c) for c in graph.initializer}
    # Everything else is what the operations need, under names with a slash or without a dot.
    found = {
        name: value
        for name, value in held.items()
        if ("." in name or name == "pos") and "/" not in name and "::" not in name and "_Transposed_" not in name
    }
    products = [name for name in held if name.startswith("onnx::MatMul") and name.endswith("_quantized")]
    for n, name in enumerate(sorted(products, key=lambda name: int(name.split("_")[1]))):
        layer, kind = divmod(n, len(LINEAR))
        found[f"layers.{layer}.{LINEAR[kind]}.weight"] = (
            held[name].astype(np.float32) * held[name.replace("_quantized", "_scale")]
        ).T
    for name in ("judge.0", "judge.2"):
        whole = held[f"{name}.weight_Transposed_quantized"].astype(np.float32) * held[f"{name}.weight_Transposed_scale"]
        found[f"{name}.weight"] = whole.T
    plain = {
        value.shape: value
        for name, value in held.items()
        if name.startswith("onnx::MatMul") and value.dtype == np.float32 and value.ndim == 2
    }
    found["match.project.weight"], found["match.weigh.weight"] = plain[WIDTH, 128].T, plain[WIDTH, 1].T
    found["feed.weight"], found["spans.weight"] = plain[FEATURES, WIDTH].T, plain[WIDTH + FEATURES, 2].T
    first, step = (next(v for k, v in held.items() if k.startswith(p)) for p in ("onnx::Add", "onnx::Mul"))
    found["seg"] = np.stack([first, first + step])
    return found


def main() -> None:
    """Write both files."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--out", type=Path, default=Path("build/distil"))
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    made, held = inputs(options.pairs), start(MODELS / "bundled", MODELS / "reader")
    fewer(made, held)
    np.savez_compressed(options.out / "inputs.npz", **made)
    np.savez_compressed(options.out / "start.npz", **held)
    print({name: value.shape for name, value in made.items()}, held["words"].shape)


if __name__ == "__main__":
    main()
