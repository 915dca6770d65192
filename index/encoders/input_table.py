"""The input table: one int8 row and one scale a vocabulary entry, memory-mapped and shared by every bundled model.

Rare words have no row: theirs is a sum of a few rows of the English words that gloss them, with ids after the table's.
"""

import json
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.errors import EncoderError


class WordVectors:
    """`rows[id] * scales[id]` is the word vector of that id. Nothing is ever unpacked as a whole.

    An id at or after `len(rows)` is a composed word: `composed-parts.npy` (n, k) names its rows, `composed-shares.npy`
    (n, k) how much of each it takes.
    """

    def __init__(self, folder: Path) -> None:
        try:
            # A plain view of the mapped file: picking rows of a `memmap` costs more than the rows.
            self._rows: NDArray[np.int8] = np.asarray(np.load(folder / "table.npy", mmap_mode="r"))
            self._scales: NDArray[np.float32] = np.load(folder / "scales.npy")
            self._parts: NDArray[np.uint16] = np.asarray(np.load(folder / "composed-parts.npy", mmap_mode="r"))
            self._shares: NDArray[np.float16] = np.asarray(np.load(folder / "composed-shares.npy", mmap_mode="r"))
        except (OSError, ValueError) as error:
            raise EncoderError("encoder-files", folder=folder.name) from error

    def __len__(self) -> int:
        """How many ids there are, composed words among them."""
        return len(self._rows) + len(self._parts)

    @property
    def dimensions(self) -> int:
        """Length of a row."""
        return int(self._rows.shape[1])

    def vectors(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """(..., dimensions) float32 word vectors of `ids`."""
        composed = ids >= len(self._rows)
        found = self._stored(np.where(composed, 0, ids))
        found[composed] = self._composed(ids[composed])
        return found

    def total(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """(dimensions,) sum of the word vectors of `ids`, (t,)."""
        composed = ids >= len(self._rows)
        stored = ids[~composed]
        found = self._scales[stored] @ self._rows[stored].astype(np.float32)
        if len(stored) < len(ids):
            found += self._composed(ids[composed]).sum(axis=0)
        return np.asarray(found, np.float32)

    def directions(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """(t, dimensions) float32 unit rows: the word vectors of `ids` without their lengths."""
        composed = ids >= len(self._rows)
        rows = np.asarray(self._rows[np.where(composed, 0, ids)], np.float32)
        rows[composed] = self._composed(ids[composed])
        rows *= self._shorten(ids, rows)[:, None]
        return rows

    @cached_property
    def _factors(self) -> NDArray[np.float32]:
        """(ids,) what `_shorten` has measured, nan elsewhere; only those who ask for directions need it."""
        return np.full(len(self), np.nan, np.float32)

    def _shorten(self, ids: NDArray[np.int64], rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """(t,) what each of these rows is multiplied by to be of length 1; measured when an id is first met."""
        factors = self._factors[ids]
        new = np.isnan(factors)
        if new.any():
            lengths = np.sqrt(np.einsum("td,td->t", rows[new], rows[new]))
            # A row of zeros has no direction and stays one.
            factors[new] = self._factors[ids[new]] = 1 / np.where(lengths > 0, lengths, 1.0)
        return factors

    def _stored(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        return np.asarray(self._rows[ids], np.float32) * self._scales[ids][..., None]

    def _composed(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        rare = ids - len(self._rows)
        shares = np.asarray(self._shares[rare], np.float32)
        return np.asarray(np.einsum("nkd,nk->nd", self._stored(np.asarray(self._parts[rare], np.int64)), shares))


def read_config(folder: Path) -> dict[str, object]:
    """`config.json` of an encoder's folder; EncoderError where there is none."""
    try:
        stored = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise EncoderError("encoder-files", folder=folder.name) from error
    if not isinstance(stored, dict):
        raise EncoderError("encoder-files", folder=folder.name)
    return stored
