"""A coarse scan of many vectors: it proposes those that are worth comparing exactly, and gives no score to anybody.

Each dimension is kept in two bits. The four levels are those with the least mean squared error for a normal
distribution (J. Max, "Quantizing for Minimum Distortion", IRE Transactions on Information Theory, 1960), scaled by the
root mean square of the dimension. The question is not rounded to bits. FAISS's fast scan of product quantizers compares
it with 64 vectors at a time: two dimensions make one of its sub-quantizers of 16 centroids (F. André, A.-M. Kermarrec,
N. Le Scouarnec, "Cache locality is not enough: High-Performance Nearest Neighbor Search with Product Quantization Fast
Scan", VLDB 2015).
"""

import faiss
import numpy as np
from numpy.typing import NDArray

PER_BYTE = 4
"""Dimensions in a byte: their number has to be a multiple of it."""
_LEVELS = np.array([-1.5104, -0.4528, 0.4528, 1.5104], np.float32)
_BORDERS = np.array([-0.9816, 0.0, 0.9816], np.float32)
_BLOCK = 64
"""Vectors compared at a time. With the 32 that FAISS takes by itself a million take half as long again."""
_SAMPLE = 20_000
_CHUNK = 8192


class CoarseScan:
    """Two bits a dimension of `rows` (n, d), which are not kept. Proposing from threads is safe."""

    def __init__(self, rows: NDArray[np.float16]) -> None:
        dimensions = rows.shape[1]
        scale = _root_mean_square(rows[:: max(1, len(rows) // _SAMPLE)])
        # A byte holds dimensions that lie a quarter of all apart, so that whole quarters are packed at once.
        self._order = np.arange(dimensions).reshape(PER_BYTE, -1).T.ravel()
        packed = faiss.IndexPQ(dimensions, dimensions // 2, 4, faiss.METRIC_INNER_PRODUCT)
        faiss.copy_array_to_vector(_centroids(scale[self._order]).ravel(), packed.pq.centroids)
        packed.is_trained = True
        borders = _BORDERS[:, None] * scale
        for start in range(0, len(rows), _CHUNK):
            packed.add_sa_codes(_codes(rows[start : start + _CHUNK].astype(np.float32), borders))
        self._index = faiss.IndexPQFastScan(packed, _BLOCK)  # type: ignore[arg-type]

    def propose(self, query: NDArray[np.float32], count: int) -> NDArray[np.int64]:
        """Positions of `count` rows that are likely to be the nearest of `query` (d,), rising; of all where there are
        fewer."""
        _, found = self._index.search(np.ascontiguousarray(query[None, self._order]), count)
        return np.asarray(np.sort(found[found >= 0]), np.int64)


def _root_mean_square(rows: NDArray[np.float16]) -> NDArray[np.float32]:
    return np.asarray(np.sqrt(np.mean(rows.astype(np.float32) ** 2, axis=0)), np.float32)


def _centroids(scale: NDArray[np.float32]) -> NDArray[np.float32]:
    """(d / 2, 16, 2): what each code of two dimensions stands for; the first one is in its lower bits."""
    codes = np.arange(16)
    levels = np.stack([_LEVELS[codes & 3], _LEVELS[codes >> 2]], axis=1)
    return np.asarray(levels * scale.reshape(-1, 1, 2), np.float32)


def _codes(rows: NDArray[np.float32], borders: NDArray[np.float32]) -> NDArray[np.uint8]:
    """(n, d / 4) bytes of `rows` (n, d): in each dimension, how many of its three `borders` (3, d) lie below."""
    levels = np.zeros(rows.shape, np.uint8)
    for border in borders:
        levels += rows > border
    first, second, third, fourth = np.split(levels, PER_BYTE, axis=1)
    return np.asarray(first | second << 2 | third << 4 | fourth << 6, np.uint8)
