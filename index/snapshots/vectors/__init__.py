"""Vector stores behind one small protocol; the exact one is the reference.

Vectors are unit rows, so an inner product is a cosine. They are kept in half precision: a store made from a
snapshot and one made from freshly encoded text then hold the same numbers, and give the same scores.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import SnapshotError, VectorsError
from index.snapshots.vectors.checks import check_ids, check_matrix

__all__ = [
    "PGVECTOR",
    "STORES",
    "GrowingStore",
    "Hits",
    "Ids",
    "InMemory",
    "Told",
    "VectorStore",
    "VectorStores",
    "check_ids",
    "check_matrix",
    "open_store",
    "silent",
    "stores_named",
]

Ids = NDArray[np.int64]
Hits = tuple[NDArray[np.float32], Ids]
"""Scores and ids, both `(questions, k)`: best first, equal scores by rising id, padded with -inf and -1."""
Told = Callable[[int, int], None]
"""Called with how much of the work is done, and of how much."""
PGVECTOR = "pgvector"
"""A store with an address, `index.snapshots.vectors.pgvector.PgVector`: the name alone does not open it."""


class VectorStore(Protocol):
    """Vectors under ids, each once. Searching from threads is safe."""

    @property
    def dimensions(self) -> int: ...

    def __len__(self) -> int: ...

    def search(self, queries: NDArray[Any], k: int, *, keep: Ids | None = None) -> Hits:
        """The `k` best by inner product, of those in `keep` where it is given."""


class GrowingStore(VectorStore, Protocol):
    """A store that starts empty and takes vectors under ids of the caller's choice."""

    def add(self, ids: Ids, vectors: NDArray[Any]) -> None:
        """Take `(n, dimensions)` vectors; ValueError for another shape or an id that is already there."""

    def remove(self, ids: Ids) -> int:
        """Forget these; returns how many of them there were."""


def silent(done: int, total: int) -> None:
    """Progress that nobody looks at."""


class VectorStores(Protocol):
    """Where the vectors of snapshots are searched, each snapshot's in a store of its own. Can be pickled."""

    lasting: ClassVar[bool]
    """Whether a store outlives the process that filled it: then it is filled when the snapshot is made."""

    def of(self, snapshot: str, vectors: NDArray[Any], digest: str, told: Told = silent) -> VectorStore:
        """The store of a snapshot, filled with `vectors` (n, d) under the ids 0 to n - 1 where it is not yet.

        `digest` changes with the vectors. VectorsError where the store cannot be had.
        """

    def drop(self, snapshot: str) -> None:
        """Drop what is kept for this one, which will never be live. VectorsError where that is not possible now."""

    def keep_only(self, snapshots: Collection[str], live: str) -> None:
        """Drop what is kept for others than `snapshots`, up to the age of `live`: a later one may be about to go live.

        VectorsError where that is not possible now: it can be done at any later time.
        """


def _exact(dimensions: int) -> GrowingStore:
    from index.snapshots.vectors.exact import ExactStore

    return ExactStore(dimensions)


def _faiss(dimensions: int) -> GrowingStore:
    from index.snapshots.vectors.faiss import FaissStore

    return FaissStore(dimensions)


STORES: dict[str, Callable[[int], GrowingStore]] = {"faiss": _faiss, "exact": _exact}


def open_store(name: str, dimensions: int) -> GrowingStore:
    """An empty store in the memory of this process, by its name in the settings."""
    if name == PGVECTOR:
        raise VectorsError("vectors-no-database")
    if name not in STORES:
        raise SnapshotError("store-unknown", name=repr(name), names=", ".join((*STORES, PGVECTOR)))
    return STORES[name](dimensions)


def stores_named(store: "str | VectorStores") -> "VectorStores":
    """What is given, or the store in memory of that name."""
    return InMemory(store) if isinstance(store, str) else store


@dataclass(frozen=True, slots=True)
class InMemory:
    """`VectorStores` in the memory of this process: filled whenever a snapshot is opened, gone with it."""

    name: str
    lasting: ClassVar[bool] = False

    def of(self, snapshot: str, vectors: NDArray[Any], digest: str, told: Told = silent) -> VectorStore:
        store = open_store(self.name, vectors.shape[1])
        store.add(np.arange(len(vectors)), vectors)
        return store

    def drop(self, snapshot: str) -> None:
        """It goes with its snapshot."""

    def keep_only(self, snapshots: Collection[str], live: str) -> None:
        """Nothing outlives its snapshot."""
