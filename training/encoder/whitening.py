"""The last step of a pooled vector: directions that most texts share are narrowed, evenly for both languages.

Whole whitening multiplies by C^-1/2, with C the covariance of usual texts (Su and others, 2021: arXiv 2103.15316); that
also raises directions that hold little but noise. Here the power is a fifth of that. Only translations that may be
trained on are read, so that neither language weighs more.
"""

import argparse
import random
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from index.encoders.student import Student
from training.encoder.export import write_config
from training.encoder.sources import PARALLEL, pairs

Floats = NDArray[np.float32]

POWER = 0.1
WEIGHT = "whiten.weight"
_EACH = 2000
"""Translations of each source."""
_BATCH = 32


def matrix(vectors: Floats, power: float = POWER) -> Floats:
    """(d, d) symmetric: the covariance of `vectors`, (n, d), to the power of minus `power`."""
    spread, directions = np.linalg.eigh(np.cov(vectors.T.astype(np.float64)))
    # A direction that no text takes would be raised without bound.
    spread = np.maximum(spread, 1e-4 * spread.max())
    found = (directions * spread**-power) @ directions.T
    return np.asarray(found / np.linalg.norm(found, 2), np.float32)


def set_matrix(layers: Path, whitening: Floats | None) -> None:
    """Put the product with `whitening` before the pooled vector's length is made one; None takes it out."""
    model = onnx.load(layers)
    graph = model.graph
    norm = next(node for node in graph.node if node.output[0] == "pooled")
    old = [node for node in graph.node if WEIGHT in node.input]
    for node in old:
        norm.input[0] = node.input[0]
        graph.node.remove(node)
    for constant in [one for one in graph.initializer if one.name == WEIGHT]:
        graph.initializer.remove(constant)
    if whitening is not None:
        # A row vector's product; the matrix is symmetric, but readers of the file need not know that.
        product = helper.make_node("MatMul", [norm.input[0], WEIGHT], ["whitened"], name="whitened")
        graph.node.insert(list(graph.node).index(norm), product)
        norm.input[0] = "whitened"
        graph.initializer.append(numpy_helper.from_array(whitening, WEIGHT))
    onnx.save(model, layers)


def whiten(folder: Path, data: Path) -> None:
    """Give the student in `folder` the matrix of its own vectors; its fingerprint changes with it."""
    set_matrix(folder / "layers.onnx", None)
    student = Student(folder)
    texts = _texts(data)
    vectors = [student.encode_passages(texts[at : at + _BATCH]) for at in range(0, len(texts), _BATCH)]
    set_matrix(folder / "layers.onnx", matrix(np.concatenate(vectors)))
    write_config(student.name, folder, token_dimensions=student.token_dimensions)


def _texts(data: Path) -> list[str]:
    """Both sides of some translations of each source, by length, so that a batch has little to pad."""
    chance = random.Random(1)
    found: list[str] = []
    for source in PARALLEL:
        known = list(pairs(data, source))
        found += [side for pair in chance.sample(known, min(_EACH, len(known))) for side in pair]
    return sorted(found, key=len)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m training.encoder.whitening", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the data folder: parallel/")
    parser.add_argument(
        "--folder", type=Path, default=Path("index/encoders/models/bundled"), help="the student's files"
    )
    options = parser.parse_args()
    whiten(options.folder, options.data)
