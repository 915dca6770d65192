"""The pooled vectors' last linear step."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from index.encoders.student import Student

whitening = pytest.importorskip("training.encoder.whitening", reason="needs the training extra: make encoder")

BUNDLED = Path("index/encoders/models/bundled")
TEXTS = ["龙泉驿区有八家智能工厂。", "There are eight smart factories.", "谢谢你"]


def test_directions_that_vary_most_are_narrowed_by_the_power_of_their_variance() -> None:
    vectors = np.random.default_rng(1).standard_normal((4000, 3)) * [4.0, 2.0, 1.0]

    found = whitening.matrix(vectors.astype(np.float32), power=0.5)

    spread = (vectors @ found).std(axis=0)
    np.testing.assert_allclose(spread / spread[0], 1, atol=0.02)


def test_a_direction_that_no_text_takes_is_not_raised_without_bound() -> None:
    vectors = np.random.default_rng(1).standard_normal((400, 3)) * [1.0, 1.0, 0.0]

    found = whitening.matrix(vectors.astype(np.float32), power=0.1)

    assert np.linalg.norm(found, 2) == pytest.approx(1)
    assert found[0, 0] > 0.3


def test_the_matrix_can_be_taken_out_and_put_back(tmp_path: Path) -> None:
    shutil.copytree(BUNDLED, tmp_path, dirs_exist_ok=True)
    layers = tmp_path / "layers.onnx"
    shipped = Student(BUNDLED).encode_passages(TEXTS)

    whitening.set_matrix(layers, None)
    plain = Student(tmp_path).encode_passages(TEXTS)
    mixed = np.random.default_rng(2).standard_normal((384, 384)).astype(np.float32)
    whitening.set_matrix(layers, mixed)
    whitening.set_matrix(layers, mixed)

    expected = plain @ mixed
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    np.testing.assert_allclose(Student(tmp_path).encode_passages(TEXTS), expected, atol=1e-4)
    assert np.abs(shipped - plain).max() > 0.01
