"""Input checks shared by all stores: otherwise a wrong shape would become a wrong answer."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def check_matrix(vectors: NDArray[Any], dimensions: int) -> NDArray[np.float32]:
    """The vectors as contiguous float32 rows, rounded to what half precision holds when they are finer."""
    check_shape(vectors, dimensions)
    return np.ascontiguousarray(vectors, dtype=np.float32)


def check_shape(vectors: NDArray[Any], dimensions: int) -> None:
    """ValueError unless they are rows of that many numbers."""
    if vectors.ndim != 2 or vectors.shape[1] != dimensions:
        raise ValueError(f"Vectors of shape {vectors.shape} do not fit a store of {dimensions} dimensions.")


def check_ids(ids: NDArray[np.int64], count: int | None = None) -> NDArray[np.int64]:
    """Ids as int64: not negative (-1 pads results), each once, as many as vectors."""
    ids = np.ascontiguousarray(ids, dtype=np.int64)
    if ids.ndim != 1 or (count is not None and len(ids) != count):
        raise ValueError(f"Ids of shape {ids.shape} do not fit {count} vectors.")
    if len(ids) and ids.min() < 0:
        raise ValueError("Ids must not be negative.")
    # Nearly always they rise; `unique` alone takes longer to import than a small store to fill.
    if count is not None and not (ids[1:] > ids[:-1]).all() and len(np.unique(ids)) != len(ids):
        raise ValueError("An id stands twice among those to add.")
    return ids
