"""The reference that other stores are compared with: every inner product, in numpy, nothing approximate."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.snapshots.vectors.checks import check_ids, check_matrix

_NONE = np.float32(-np.inf)


class ExactStore:
    """Brute force over half-precision rows. Good for some ten thousand vectors, and for tests."""

    def __init__(self, dimensions: int) -> None:
        self.dimensions = dimensions
        self._ids = np.empty(0, dtype=np.int64)
        self._rows = np.empty((0, dimensions), dtype=np.float32)

    def __len__(self) -> int:
        return len(self._ids)

    def add(self, ids: NDArray[np.int64], vectors: NDArray[Any]) -> None:
        rows = check_matrix(vectors, self.dimensions).astype(np.float16).astype(np.float32)
        ids = check_ids(ids, len(rows))
        if np.isin(ids, self._ids).any():
            raise ValueError("An id to add is in the store already: remove it first.")
        order = np.argsort(np.concatenate([self._ids, ids]), kind="stable")
        self._rows = np.concatenate([self._rows, rows])[order]
        self._ids = np.concatenate([self._ids, ids])[order]

    def search(
        self, queries: NDArray[Any], k: int, *, keep: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        queries = check_matrix(queries, self.dimensions)
        chosen = slice(None) if keep is None else np.isin(self._ids, keep)
        ids, products = self._ids[chosen], queries @ self._rows[chosen].T
        scores = np.full((len(queries), k), _NONE, dtype=np.float32)
        found = np.full((len(queries), k), -1, dtype=np.int64)
        # Ids rise, so a stable sort leaves equal scores in the order of their ids.
        best = np.argsort(-products, axis=1, kind="stable")[:, :k]
        count = best.shape[1]
        scores[:, :count] = np.take_along_axis(products, best, axis=1)
        found[:, :count] = ids[best]
        return scores, found

    def remove(self, ids: NDArray[np.int64]) -> int:
        gone = np.isin(self._ids, check_ids(ids))
        self._ids, self._rows = self._ids[~gone], self._rows[~gone]
        return int(gone.sum())
