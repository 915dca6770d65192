"""Ships a trained reader: `python -m training.spans_export` after `python -m training.spans`.

The graph begins at word vectors, which come from the encoder's own table. Weights become int8 by channel; what is small
and delicate (the matching and the last layer) stays float.
"""

import argparse
import hashlib
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from training.spans_model import WIDTH, Reader, rarity_of

INPUTS = ("words", "rarity", "types", "mask")
OUTPUTS = ("start", "end", "relevance")


def weights_of(path: Path) -> dict[str, torch.Tensor]:
    """The averaged weights of a checkpoint of `training.spans`, or of the folder that `training.distil` wrote."""
    if path.is_dir():
        parts = [np.load(part) for part in sorted(path.glob("reader-*.npz"))]
        return {name: torch.from_numpy(part[name].astype(np.float32)) for part in parts for name in part}
    found: dict[str, torch.Tensor] = torch.load(path, map_location="cpu", weights_only=True)["reader"]
    return found


def load(paths: Sequence[Path], shares: Sequence[float] = ()) -> Reader:
    """The reader of these weights, or the mean of several, each counted by its share (equal ones, where none is given).

    Runs that begin with the same weights may be averaged (Wortsman et al., 2022): the mean errs less than each.
    """
    shares = shares or [1 / len(paths)] * len(paths)
    runs = [weights_of(path) for path in paths]
    weights = {name: sum(share * run[name] for share, run in zip(shares, runs, strict=True)) for name in runs[0]}
    model = Reader(1 + max(int(name.split(".")[1]) for name in weights if name.startswith("layers.")))
    model.load_state_dict(weights)
    return model.eval()


def to_onnx(model: Reader, path: Path) -> None:
    generator = torch.Generator().manual_seed(0)
    words = torch.randn(2, 80, WIDTH, generator=generator) * 0.05
    types, mask = torch.zeros(2, 80), torch.ones(2, 80)
    types[:, 9:79] = 1.0
    mask[1, 60:], types[1, 59:] = 0.0, 0.0
    free = {name: {0: "batch", 1: "length"} for name in (*INPUTS, "start", "end")} | {"relevance": {0: "batch"}}
    torch.onnx.export(
        model,
        (words, torch.ones(2, 80), types, mask),
        str(path),
        input_names=list(INPUTS),
        output_names=list(OUTPUTS),
        dynamic_axes=free,
        dynamo=False,
        opset_version=17,
    )


def quantised(source: Path, target: Path) -> None:
    """int8 weights for the layers' products; the rest as it is."""
    graph = onnx.load(source).graph
    sizes = {t.name: tuple(t.dims) for t in graph.initializer}
    delicate = [
        node.name
        for node in graph.node
        if node.op_type == "MatMul" and min(sizes.get(node.input[1], (0,))) < WIDTH and node.input[1] in sizes
    ]
    quantize_dynamic(
        source,
        target,
        weight_type=QuantType.QInt8,
        per_channel=True,
        reduce_range=False,
        op_types_to_quantize=["MatMul"],
        nodes_to_exclude=delicate,
    )


def optimised(source: Path, target: Path) -> None:
    """The graph as onnxruntime runs it, so that no opening has to find that out: the same operations and numbers.

    "Extended" is the highest level that does not depend on the machine.
    """
    wanted = onnxruntime.SessionOptions()
    wanted.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    wanted.optimized_model_filepath = str(target)
    onnxruntime.InferenceSession(str(source), wanted, providers=["CPUExecutionProvider"])


def export(options: argparse.Namespace) -> None:
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        made, small = Path(scratch) / "float.onnx", Path(scratch) / "int8.onnx"
        to_onnx(load(options.reader, options.shares), made)
        if not options.plain:
            quantised(made, small)
            made = small
        fingerprint = _digest(made)
        optimised(made, options.out / "layers.onnx")
    if options.frequency.exists():  # a reader that was only trained further has the words' rarity already
        rarity = rarity_of(torch.from_numpy(np.load(options.frequency)))
        np.save(options.rarity, torch.round(rarity * 255).to(torch.uint8).numpy())
    config = {
        "name": "reader",
        "table": options.table.name,
        "rows": _digest(options.table / "scales.npy"),
        "fingerprint": fingerprint,
    }
    (options.out / "config.json").write_text(json.dumps(config) + "\n", encoding="utf-8")


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def main() -> None:
    parser = argparse.ArgumentParser(description="Writes the span reader's files as they ship.")
    parser.add_argument("--reader", type=Path, nargs="+", default=[Path("build/reader/reader.pt")])
    parser.add_argument("--shares", type=float, nargs="+", default=[], help="of each reader in the mean of several")
    for name, value in (
        ("frequency", "build/encoder/frequency.npy"),
        ("out", "index/encoders/models/reader"),
        ("rarity", "index/text/words/rarity.npy"),
    ):
        parser.add_argument(f"--{name}", type=Path, default=Path(value))
    parser.add_argument(
        "--table", type=Path, default=Path("index/encoders/models/bundled"), help="whose input table it reads"
    )
    parser.add_argument("--plain", action="store_true", help="float weights, to compare with")
    export(parser.parse_args())


if __name__ == "__main__":
    main()
