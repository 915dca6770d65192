"""The default store: FAISS, flat, in half precision, inner product.

Every vector is compared: 0.2 ms at 10 000 vectors of 384 dimensions, 4 ms at 100 000, on one thread. From `SCANNED` of
them on, a coarse scan proposes two thousand, and those are compared in the same way: 4 ms instead of 25 at a million.
Scores are those of an exact search, and only a passage that the scan missed can differ: docs/decisions/coarse-scan.md.
"""

from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from index.snapshots.vectors.checks import check_ids, check_matrix, check_shape
from index.snapshots.vectors.coarse_scan import PER_BYTE, CoarseScan

SCANNED = 200_000
PROPOSED, PROPOSED_EACH = 2000, 40
"""How many the scan proposes: so many for each vector that is wanted, and no fewer than the first."""
_CHUNK = 8192
_SPARE = 16
"""Looked at beyond `k`, so that among equal scores at the border the lowest ids win, as in the exact store."""


class FaissStore:
    """`IndexScalarQuantizer` (float16) under an id map, searched by `threads` threads for each caller.

    From `scanned` vectors on, each change makes the coarse scan anew, in about a second a million.
    """

    def __init__(self, dimensions: int, *, threads: int = 1, scanned: int = SCANNED) -> None:
        self.dimensions = dimensions
        self._threads = threads
        self._scanned = scanned
        self._flat = self._empty()
        self._index = faiss.IndexIDMap(self._flat)
        self._ids = np.empty(0, dtype=np.int64)
        """In the order of the vectors, as FAISS has them too."""
        self._scan: CoarseScan | None = None

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def add(self, ids: NDArray[np.int64], vectors: NDArray[Any]) -> None:
        check_shape(vectors, self.dimensions)
        ids = check_ids(ids, len(vectors))
        if len(self._ids) and np.isin(ids, self._ids).any():
            raise ValueError("An id to add is in the store already: remove it first.")
        # In chunks: vectors may be a memory-mapped file that need not be whole in memory as float32.
        for start in range(0, len(ids), _CHUNK):
            self._take(vectors[start : start + _CHUNK], ids[start : start + _CHUNK])
        self._ids = np.concatenate([self._ids, ids])
        self._scan = self._made_scan()

    def _take(self, rows: NDArray[Any], ids: NDArray[np.int64]) -> None:
        if rows.dtype == np.float16:
            # As FAISS would keep them; by way of float32 a million take nearly two seconds longer to open.
            self._index.add_sa_codes(np.ascontiguousarray(rows).view(np.uint8), ids)
        else:
            self._index.add_with_ids(check_matrix(rows, self.dimensions), ids)

    def search(
        self, queries: NDArray[Any], k: int, *, keep: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        queries = check_matrix(queries, self.dimensions)
        if not len(queries) or not len(self) or not k:
            shape = (len(queries), k)
            return np.full(shape, -np.inf, dtype=np.float32), np.full(shape, -1, dtype=np.int64)
        # Two threads were measured slower than one beside another busy process. FAISS keeps the setting for each thread
        # that calls it: one that never set it gets a team as large as the machine, which waits by spinning.
        faiss.omp_set_num_threads(self._threads)
        if keep is None and self._scan is not None:
            found = [self._near(self._scan, query, k).search(query[None], k + _SPARE) for query in queries]
            scores, ids = (np.concatenate(each) for each in zip(*found, strict=True))
        else:
            params = None if keep is None else faiss.SearchParameters(sel=self._selector(keep))  # type: ignore[call-arg]
            scores, ids = self._index.search(queries, k + _SPARE, params=params)
        scores[ids < 0] = -np.inf
        order = np.lexsort((np.where(ids < 0, np.iinfo(np.int64).max, ids), -scores), axis=1)[:, :k]
        return np.take_along_axis(scores, order, axis=1), np.take_along_axis(ids, order, axis=1)

    def remove(self, ids: NDArray[np.int64]) -> int:
        ids = check_ids(ids)
        self._ids = self._ids[~np.isin(self._ids, ids)]
        removed = int(self._index.remove_ids(self._selector(ids))) if len(ids) else 0
        if removed:
            self._scan = self._made_scan()
        return removed

    def _near(self, scan: CoarseScan, query: NDArray[np.float32], k: int) -> faiss.IndexIDMap:
        """An index of what the scan proposes, whose vectors and scores are those of the whole one."""
        positions = scan.propose(query, max(PROPOSED, PROPOSED_EACH * k))
        near = faiss.IndexIDMap(self._empty())
        # Held by names: FAISS 1.10 lets go of the ids before it reads them.
        codes, ids = self._rows().view(np.uint8)[positions], self._ids[positions]
        near.add_sa_codes(codes, ids)
        return near

    def _made_scan(self) -> CoarseScan | None:
        if len(self) < self._scanned or self.dimensions % PER_BYTE:
            return None
        # The one before goes first: there is no room needed for two.
        self._scan = None
        return CoarseScan(self._rows())

    def _rows(self) -> NDArray[np.float16]:
        """The vectors (n, d) as FAISS holds them, until the next change."""
        codes = faiss.rev_swig_ptr(self._flat.codes.data(), len(self) * self._flat.code_size)
        return np.asarray(codes.view(np.float16).reshape(len(self), self.dimensions))

    def _empty(self) -> faiss.IndexScalarQuantizer:
        return faiss.IndexScalarQuantizer(self.dimensions, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)

    @staticmethod
    def _selector(ids: NDArray[np.int64]) -> faiss.IDSelectorBatch:
        return faiss.IDSelectorBatch(np.ascontiguousarray(ids, dtype=np.int64))
