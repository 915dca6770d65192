"""Vector stores behind one small protocol; the exact one is the reference.

Vectors are unit rows, so an inner product is a cosine. They are kept in half precision: a store made from a
snapshot and one made from freshly encoded text then hold the same numbers, and give the same scores.
"""

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import SnapshotError
from index.snapshots.vectors.checks import check_ids, check_matrix

__all__ = ["STORES", "Hits", "Ids", "VectorStore", "check_ids", "check_matrix", "open_store"]

Ids = NDArray[np.int64]
Hits = tuple[NDArray[np.float32], Ids]
"""Scores and ids, both `(questions, k)`: best first, equal scores by rising id, padded with -inf and -1."""


class VectorStore(Protocol):
    """Vectors under ids of the caller's choice. An id stands at most once; searching from threads is safe."""

    @property
    def dimensions(self) -> int: ...

    def __len__(self) -> int: ...

    def add(self, ids: Ids, vectors: NDArray[Any]) -> None:
        """Take `(n, dimensions)` vectors; ValueError for another shape or an id that is already there."""

    def search(self, queries: NDArray[Any], k: int, *, keep: Ids | None = None) -> Hits:
        """The `k` best by inner product, of those in `keep` where it is given."""

    def remove(self, ids: Ids) -> int:
        """Forget these; returns how many of them there were."""


def _exact(dimensions: int) -> VectorStore:
    from index.snapshots.vectors.exact import ExactStore

    return ExactStore(dimensions)


def _faiss(dimensions: int) -> VectorStore:
    from index.snapshots.vectors.faiss import FaissStore

    return FaissStore(dimensions)


STORES: dict[str, Callable[[int], VectorStore]] = {"faiss": _faiss, "exact": _exact}


def open_store(name: str, dimensions: int) -> VectorStore:
    """An empty store by its name in the settings."""
    if name not in STORES:
        raise SnapshotError("store-unknown", name=repr(name), names=", ".join(STORES))
    return STORES[name](dimensions)
