"""A trained student as the files that ship: int8 word rows, int8 layers, the tokenizer, and what they are.

The word table is by far the largest part, and three things read it (the student, soft matching, a reader of
sentences), so it is stored once, outside the graph: the graph takes input vectors. Attention and the residual norms
are written as onnxruntime's own fused operators, so that what is quantised is what runs.
"""

import hashlib
import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

Weights = dict[str, NDArray[np.float32]]
WINDOW = 256
_FUSED = "com.microsoft"
_MIGRATION = 0.85
"""How much of the channels' differences goes into the weights: .7 and 1.0 leave twice the error (`bundled`'s card)."""
_SMOOTHED = ("qkv", "up", "down")


def quantize_rows(rows: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Symmetric int8 with one scale a row: `codes * scale[:, None]` is the table again, within 0.4 % of its largest."""
    scale = np.maximum(np.abs(rows).max(axis=1), 1e-9).astype(np.float32) / 127
    return np.round(rows / scale[:, None]).astype(np.int8), scale


class _Graph:
    """Nodes and constants as they are added; names are those of the weights."""

    def __init__(self, weights: Weights, spreads: Mapping[str, NDArray[np.float32]]) -> None:
        self.weights, self.spreads = weights, spreads
        self.inputs: dict[str, str] = {}
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}

    def constant(self, name: str, value: NDArray[np.generic] | None = None) -> str:
        value = self.weights[name] if value is None else value
        self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def product(self, x: str, name: str) -> list[str]:
        """Both sides of `x @ weight`, the weight as (in, out) and carrying what `x` is divided by."""
        self.inputs[name] = x
        weight = self.weights[name].T
        if name not in self.spreads:
            return [x, self.constant(name, weight)]
        even = self.add("Mul", [x, self.constant(f"{name}.spread", 1 / self.spreads[name])], f"{name}.even")
        return [even, self.constant(name, weight * self.spreads[name][:, None])]

    def add(self, kind: str, inputs: list[str], output: str, domain: str = "", **attributes: object) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, domain=domain, **attributes))
        return output

    def layer(self, i: int, x: str) -> str:
        p, w = f"layers.{i}", self.constant
        inputs = [*self.product(x, f"{p}.qkv.weight"), w(f"{p}.qkv.bias"), "mask32"]
        mixed = self.add("Attention", inputs, f"{p}.mixed", _FUSED, num_heads=12)
        out = self.add("MatMul", self.product(mixed, f"{p}.o.weight"), f"{p}.out")
        x = self._residual(out, x, f"{p}.n1", f"{p}.o.bias")
        up = self.add("MatMul", self.product(x, f"{p}.up.weight"), f"{p}.wide")
        gelu = self.add("BiasGelu", [up, w(f"{p}.up.bias")], f"{p}.gelu", _FUSED)
        down = self.add("MatMul", self.product(gelu, f"{p}.down.weight"), f"{p}.narrow")
        return self._residual(down, x, f"{p}.n2", f"{p}.down.bias")

    def _residual(self, new: str, old: str, norm: str, bias: str) -> str:
        inputs = [new, old, *(self.constant(name) for name in (f"{norm}.weight", f"{norm}.bias", bias))]
        return self.add("SkipLayerNormalization", inputs, f"{norm}.sum", _FUSED, epsilon=1e-12)


def _start(graph: _Graph) -> str:
    """Input vectors plus positions, normalised."""
    positions = graph.weights["pos"][:WINDOW] + graph.weights["seg"][0]
    graph.constant("positions", positions.astype(np.float32))
    for name, value in (("zero", [0]), ("one", [1]), ("two", [2])):
        graph.constant(name, np.array(value, np.int64))
    graph.add("Shape", ["words"], "shape")
    graph.add("Slice", ["shape", "one", "two"], "length")
    graph.add("Slice", ["positions", "zero", "length", "zero"], "placed")
    graph.add("Add", ["words", "placed"], "sum")
    graph.add("Cast", ["mask"], "mask32", to=TensorProto.INT32)
    norm = [graph.constant("norm.weight"), graph.constant("norm.bias")]
    return graph.add("LayerNormalization", ["sum", *norm], "start", axis=-1, epsilon=1e-12)


def _finish(graph: _Graph, x: str) -> None:
    """Mean of the tokens as a unit vector, and every token projected to a unit vector."""
    graph.constant("last", np.array([-1], np.int64))
    graph.add("Unsqueeze", ["mask", "last"], "column")
    graph.add("Mul", [x, "column"], "kept")
    graph.add("ReduceSum", ["kept", "one"], "total", keepdims=0)
    graph.add("LpNormalization", ["total"], "pooled", axis=-1, p=2)
    graph.add("MatMul", graph.product(x, "proj.weight"), "projected")
    graph.add("LpNormalization", ["projected"], "tokens", axis=-1, p=2)


def build_graph(
    weights: Weights, spreads: Mapping[str, NDArray[np.float32]], layers: int = 6, show: bool = False
) -> onnx.ModelProto:
    """Inputs `words` (batch, tokens, 384) and `mask` (batch, tokens); outputs `pooled` and `tokens`.

    With `show`, what enters each smoothed product comes out too, under the weight's name.
    """
    graph = _Graph(weights, spreads)
    x = _start(graph)
    for i in range(layers):
        x = graph.layer(i, x)
    _finish(graph, x)
    inputs = [
        helper.make_tensor_value_info("words", TensorProto.FLOAT, ["batch", "length_", 384]),
        helper.make_tensor_value_info("mask", TensorProto.FLOAT, ["batch", "length_"]),
    ]
    wide = weights["proj.weight"].shape[0]
    outputs = [
        helper.make_tensor_value_info("pooled", TensorProto.FLOAT, ["batch", 384]),
        helper.make_tensor_value_info("tokens", TensorProto.FLOAT, ["batch", "length_", wide]),
    ]
    for name, x in graph.inputs.items() if show else ():
        if name.split(".")[-2] in _SMOOTHED:
            outputs.append(
                helper.make_tensor_value_info(graph.add("Identity", [x], name + ".in"), TensorProto.FLOAT, None)
            )
    body = helper.make_graph(graph.nodes, "student", inputs, outputs, list(graph.constants.values()))
    versions = [helper.make_opsetid("", 17), helper.make_opsetid(_FUSED, 1)]
    return helper.make_model(body, opset_imports=versions, ir_version=8)


def spreads(weights: Weights, texts: Sequence[NDArray[np.float32]]) -> dict[str, NDArray[np.float32]]:
    """For each smoothed weight, by what its input is divided and its rows are multiplied, channel by channel.

    A few channels are fifteen times as wide as most. One int8 scale for all of an input, taken anew for every batch,
    would leave the others a few steps each. `texts` are word vectors (tokens, 384), marks included. SmoothQuant, Xiao
    and others, 2022: arXiv 2211.10438, equation 4.
    """
    with tempfile.TemporaryDirectory() as folder:
        onnx.save(build_graph(weights, {}, show=True), Path(folder) / "shown.onnx")
        session = onnxruntime.InferenceSession(str(Path(folder) / "shown.onnx"), providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs() if output.name.endswith(".in")]
    widest = dict.fromkeys(names, np.float32(0))
    for words in texts:
        mask = np.ones((1, len(words)), np.float32)
        for name, seen in zip(names, session.run(names, {"words": words[None], "mask": mask}), strict=True):
            widest[name] = np.maximum(widest[name], np.abs(seen[0]).max(axis=0))
    found = {}
    for shown, wide in widest.items():
        name = shown.removesuffix(".in")
        spread = (wide + 1e-3) ** _MIGRATION / (np.abs(weights[name]).max(axis=0) + 1e-4) ** (1 - _MIGRATION)
        found[name] = (spread / np.exp(np.log(spread).mean())).astype(np.float32)
    return found


def write_layers(weights: Weights, path: Path, texts: Sequence[NDArray[np.float32]]) -> None:
    """The graph with int8 weights (one scale a column); the projection stays as it is, it is small.

    `texts` are word vectors of some usual ones: see `spreads`.
    """
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.onnx"
        onnx.save(build_graph(weights, spreads(weights, texts)), plain)
        quantize_dynamic(
            plain,
            path,
            op_types_to_quantize=["MatMul", "Attention"],
            per_channel=True,
            weight_type=QuantType.QInt8,
            nodes_to_exclude=["projected"],
            extra_options={"DefaultTensorType": TensorProto.FLOAT},
        )


def write_table(rows: NDArray[np.float32], folder: Path) -> None:
    """`table.npy` and `scales.npy`, as `index.table` reads them."""
    codes, scale = quantize_rows(rows)
    np.save(folder / "table.npy", codes)
    np.save(folder / "scales.npy", scale)


def write_config(name: str, folder: Path, **more: object) -> None:
    """`config.json`, with a fingerprint of the files that vectors depend on."""
    digest = hashlib.sha256()
    for file in sorted([*folder.glob("*.npy"), *folder.glob("layers.onnx")]):
        digest.update(file.read_bytes())
    config = {"name": name, "fingerprint": digest.hexdigest()[:16], **more}
    (folder / "config.json").write_text(json.dumps(config) + "\n", encoding="utf-8")


def write_bundled(weights: Weights, folder: Path, texts: Sequence[Sequence[int]]) -> None:
    """The student's table and layers. Its ranking is fitted elsewhere and stays as it is. `texts` as numbers."""
    folder.mkdir(parents=True, exist_ok=True)
    write_table(weights["words"], folder)
    write_layers(weights, folder / "layers.onnx", [weights["words"][list(text)] for text in texts])
    write_config("bundled", folder, token_dimensions=int(weights["proj.weight"].shape[0]))


def write_fast(rows: NDArray[np.float32], folder: Path) -> None:
    """The static table: rows that carry their weights."""
    folder.mkdir(parents=True, exist_ok=True)
    write_table(rows, folder)
    write_config("bundled-fast", folder)
