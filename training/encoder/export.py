"""A trained student as the files that ship: int8 word rows, int8 layers, the tokenizer, and what they are.

The word table is by far the largest part, and three things read it (the student, soft matching, a reader of
sentences), so it is stored once, outside the graph: the graph takes input vectors. Attention and the residual norms
are written as onnxruntime's own fused operators, so that what is quantised is what runs.
"""

import hashlib
import json
import tempfile
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

Weights = dict[str, NDArray[np.float32]]
WINDOW = 256
_FUSED = "com.microsoft"


def quantize_rows(rows: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Symmetric int8 with one scale a row: `codes * scale[:, None]` is the table again, within 0.4 % of its largest."""
    scale = np.maximum(np.abs(rows).max(axis=1), 1e-9).astype(np.float32) / 127
    return np.round(rows / scale[:, None]).astype(np.int8), scale


class _Graph:
    """Nodes and constants as they are added; names are those of the weights."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}

    def constant(self, name: str, value: NDArray[np.generic] | None = None) -> str:
        value = self.weights[name] if value is None else value
        self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def transposed(self, name: str) -> str:
        """A linear layer's weight as (in, out), the order of MatMul."""
        return self.constant(name, self.weights[name].T)

    def add(self, kind: str, inputs: list[str], output: str, domain: str = "", **attributes: object) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, domain=domain, **attributes))
        return output

    def layer(self, i: int, x: str) -> str:
        p, w = f"layers.{i}", self.constant
        inputs = [x, self.transposed(f"{p}.qkv.weight"), w(f"{p}.qkv.bias"), "mask32"]
        mixed = self.add("Attention", inputs, f"{p}.mixed", _FUSED, num_heads=12)
        out = self.add("MatMul", [mixed, self.transposed(f"{p}.o.weight")], f"{p}.out")
        x = self._residual(out, x, f"{p}.n1", f"{p}.o.bias")
        up = self.add("MatMul", [x, self.transposed(f"{p}.up.weight")], f"{p}.wide")
        gelu = self.add("BiasGelu", [up, w(f"{p}.up.bias")], f"{p}.gelu", _FUSED)
        down = self.add("MatMul", [gelu, self.transposed(f"{p}.down.weight")], f"{p}.narrow")
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
    graph.add("MatMul", [x, graph.transposed("proj.weight")], "projected")
    graph.add("LpNormalization", ["projected"], "tokens", axis=-1, p=2)


def build_graph(weights: Weights, layers: int = 6) -> onnx.ModelProto:
    """Inputs `words` (batch, tokens, 384) and `mask` (batch, tokens); outputs `pooled` and `tokens`."""
    graph = _Graph(weights)
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
    body = helper.make_graph(graph.nodes, "student", inputs, outputs, list(graph.constants.values()))
    versions = [helper.make_opsetid("", 17), helper.make_opsetid(_FUSED, 1)]
    return helper.make_model(body, opset_imports=versions, ir_version=8)


def write_layers(weights: Weights, path: Path) -> None:
    """The graph with int8 weights (one scale a column); the projection stays as it is, it is small."""
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.onnx"
        onnx.save(build_graph(weights), plain)
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


def write_bundled(weights: Weights, folder: Path) -> None:
    """The student's table and layers. Its ranking is fitted elsewhere and stays as it is."""
    folder.mkdir(parents=True, exist_ok=True)
    write_table(weights["words"], folder)
    write_layers(weights, folder / "layers.onnx")
    write_config("bundled", folder, token_dimensions=int(weights["proj.weight"].shape[0]))


def write_fast(rows: NDArray[np.float32], folder: Path) -> None:
    """The static table: rows that carry their weights."""
    folder.mkdir(parents=True, exist_ok=True)
    write_table(rows, folder)
    write_config("bundled-fast", folder)
