"""Token vectors in a few kilobytes a passage: one byte a dimension, and two uint16 for the span.

Each token is stretched until its largest component is 127. The stretch is not stored: rows have length one, so it is
found again by making them so. The rounding moves a cosine by less than a hundredth.
"""

import numpy as np
from numpy.typing import NDArray

from index.encoder import TokenVectors

_LAST = 65_535
"""Tokens that end further out than two bytes can say are left away. No passage is that long."""


def _layout(dimensions: int) -> np.dtype[np.void]:
    return np.dtype([("span", "<u2", (2,)), ("values", "i1", (dimensions,))])


def pack(tokens: TokenVectors, dimensions: int) -> bytes:
    """Token vectors as a record."""
    spans = np.asarray(tokens.spans, dtype=np.int64).reshape(-1, 2)
    near = spans[:, 1] <= _LAST
    vectors = np.asarray(tokens.vectors, dtype=np.float32).reshape(len(spans), dimensions)[near]
    records = np.zeros(len(vectors), dtype=_layout(dimensions))
    records["span"] = spans[near]
    largest = np.abs(vectors).max(axis=1, initial=0, keepdims=True)
    records["values"] = np.rint(vectors * (127 / np.maximum(largest, 1e-9)))
    return records.tobytes()


def unpack(record: bytes, dimensions: int) -> TokenVectors:
    """The token vectors of a record: float32 rows of length one (or zero, where they were zero), int32 spans."""
    records = np.frombuffer(record, dtype=_layout(dimensions))
    vectors = records["values"].astype(np.float32)
    lengths: NDArray[np.float32] = np.sqrt(np.einsum("td,td->t", vectors, vectors))
    vectors /= np.maximum(lengths, 1.0)[:, None]
    return TokenVectors(vectors, records["span"].astype(np.int32))
