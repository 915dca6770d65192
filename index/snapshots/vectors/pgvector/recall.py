"""How much of what an exact search finds the index finds too, measured before anybody is answered from it.

Questions lie between passages rather than on them, where an index finds less. What is asked is therefore the sum of
three passages less two others: measured, an index finds as much for it as for real questions about the documents
(docs/decisions/pgvector.md). The exact answer is computed from the vectors on this disk: a table that holds something
else does not pass either.
"""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import VectorsError
from index.snapshots.vectors.pgvector.database import Connection
from index.snapshots.vectors.pgvector.store import CHECKED, MOST_CANDIDATES, Rows, search_within
from index.snapshots.vectors.pgvector.table import Table

LEAST = 0.99
STEPS = (100, 140, 200, 280, 400, 560, 800, MOST_CANDIDATES)
"""Values of hnsw.ef_search: a search takes nearly as many times as long."""
SAMPLES = 64
MIXED = (1, 1, 1, -1, -1)
"""The weights of the passages that an invented question is made of."""
_SAME = 1e-5
"""Scores that close are the same: of passages with the same words any may come first."""
_PORTION = 8192


def proven(connection: Connection, table: Table, vectors: NDArray[Any]) -> tuple[int, float]:
    """The least of `STEPS` at which enough is found, with its recall; in the transaction of `connection`.

    `vectors` (n, d) are what the table has to hold. VectorsError where no step finds enough.
    """
    neighbours = min(CHECKED, len(vectors))
    if not neighbours:
        return STEPS[0], 1.0
    queries = questions(vectors)
    least = worst_of_best(vectors, queries, neighbours)
    recall = 0.0
    for ef in STEPS:
        found = search_within(connection, replace(table, ef=ef), queries, neighbours)
        recall = float(np.mean([_share(rows, limit, neighbours) for rows, limit in zip(found, least, strict=True)]))
        if recall >= LEAST:
            return ef, round(recall, 4)
    raise VectorsError("vectors-recall", found=f"{recall:.3f}", least=LEAST, ef=MOST_CANDIDATES)


def questions(vectors: NDArray[Any], count: int = SAMPLES) -> NDArray[np.float32]:
    """Unit vectors (`count`, d), each the sum of `vectors` (n, d) with the weights of `MIXED`; always the same ones."""
    chosen = np.random.default_rng(len(vectors)).integers(len(vectors), size=(len(MIXED), count))
    parts = [weight * np.asarray(vectors[one], np.float32) for weight, one in zip(MIXED, chosen, strict=True)]
    sums = np.sum(parts, axis=0, dtype=np.float32)
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    # What cancels itself out has no direction.
    return np.asarray(np.where(lengths > _SAME, sums / np.maximum(lengths, _SAME), parts[0]), np.float32)


def worst_of_best(vectors: NDArray[Any], queries: NDArray[np.float32], k: int) -> NDArray[np.float32]:
    """For each query the score of its `k`th neighbour among all `vectors`, which may be a mapped file."""
    best = np.full((len(queries), k), -np.inf, np.float32)
    for start in range(0, len(vectors), _PORTION):
        scores = queries @ np.asarray(vectors[start : start + _PORTION], np.float16).astype(np.float32).T
        both = np.concatenate([best, scores], axis=1)
        best = np.partition(both, both.shape[1] - k, axis=1)[:, -k:]
    return np.asarray(best.min(axis=1), np.float32)


def _share(rows: Rows, limit: float, k: int) -> float:
    return sum(score >= limit - _SAME for _, score in rows) / k
