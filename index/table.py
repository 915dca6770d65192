"""The input table: one int8 row and one scale a vocabulary entry, memory-mapped and shared by every bundled model."""

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.errors import EncoderError

_DAMAGED = "The encoder's files in {} are missing or damaged; reinstall Verbatim."


class Table:
    """`rows[id] * scales[id]` is the word vector of that id. Nothing is ever unpacked as a whole."""

    def __init__(self, folder: Path) -> None:
        try:
            self._rows: NDArray[np.int8] = np.load(folder / "table.npy", mmap_mode="r")
            self._scales: NDArray[np.float32] = np.load(folder / "scales.npy")
        except (OSError, ValueError) as error:
            raise EncoderError(_DAMAGED.format(folder.name)) from error

    @property
    def dimensions(self) -> int:
        """Length of a row."""
        return int(self._rows.shape[1])

    def vectors(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """(..., dimensions) float32 word vectors of `ids`."""
        return np.asarray(self._rows[ids], np.float32) * self._scales[ids][..., None]

    def total(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """(dimensions,) sum of the word vectors of `ids`, (t,)."""
        return np.asarray(self._scales[ids] @ np.asarray(self._rows[ids], np.float32), np.float32)

    def directions(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """(t, dimensions) float32 unit rows: the word vectors of `ids` without their lengths."""
        rows = np.asarray(self._rows[ids], np.float32)
        return np.asarray(rows / np.sqrt(np.einsum("td,td->t", rows, rows) + 1e-6)[:, None], np.float32)


def read_config(folder: Path) -> dict[str, object]:
    """`config.json` of an encoder's folder; EncoderError where there is none."""
    try:
        stored = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise EncoderError(_DAMAGED.format(folder.name)) from error
    if not isinstance(stored, dict):
        raise EncoderError(_DAMAGED.format(folder.name))
    return stored
