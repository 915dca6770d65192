"""Token vectors in a few kilobytes a passage: six bits a dimension, and two uint16 for the span.

Each token is stretched until its largest component fills six bits. The stretch is not stored: rows have length one, so
it is found again by making them so. The rounding moves a cosine by about three thousandths.
"""

from collections.abc import Sequence
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from index.encoders.protocol import TokenVectors
from index.text.terms import Pieces

_LAST = 65_535
"""Tokens that end further out than two bytes can say are left away. No passage is that long."""
_LARGEST = 31
_MIDDLE = 32


def _layout(dimensions: int) -> np.dtype[np.void]:
    """Four components in three bytes; the last four may be filled up with zeros."""
    return np.dtype([("span", "<u2", (2,)), ("values", "u1", (-(-dimensions // 4), 3))])


def pack_tokens(tokens: TokenVectors, dimensions: int) -> bytes:
    """Token vectors as a record."""
    spans = np.asarray(tokens.spans, dtype=np.int64).reshape(-1, 2)
    near = spans[:, 1] <= _LAST
    vectors = np.asarray(tokens.vectors, dtype=np.float32).reshape(len(spans), dimensions)[near]
    records = np.zeros(len(vectors), dtype=_layout(dimensions))
    records["span"] = spans[near]
    largest = np.abs(vectors).max(axis=1, initial=0, keepdims=True)
    rounded = np.rint(vectors * (_LARGEST / np.maximum(largest, 1e-9))).astype(np.int8)
    filled = np.pad(rounded, ((0, 0), (0, -dimensions % 4)))
    four = (filled + _MIDDLE).astype(np.uint8).reshape(len(vectors), -(-dimensions // 4), 4)
    values = records["values"]
    values[..., 0] = four[..., 0] << 2 | four[..., 1] >> 4
    values[..., 1] = four[..., 1] << 4 | four[..., 2] >> 2
    values[..., 2] = four[..., 2] << 6 | four[..., 3]
    return records.tobytes()


def pack_pieces(ids: Pieces) -> bytes:
    """A record of the numbers of a text's pieces, for an encoder that makes token vectors of them when asked."""
    return ids.astype("<u4").tobytes()


def unpack_pieces(record: bytes) -> Pieces:
    """The numbers of such a record."""
    return np.frombuffer(record, "<u4").astype(np.int64)


def unpack_tokens(record: bytes, dimensions: int) -> TokenVectors:
    """The token vectors of a record: float32 rows of length one (or zero, where they were zero), int32 spans."""
    return unpack_each([record], dimensions)[0]


def unpack_each(records: Sequence[bytes], dimensions: int) -> list[TokenVectors]:
    """The same of each record. All at once: of one alone, calling numpy takes longer than what it computes."""
    layout = _layout(dimensions)
    counts = [len(record) // layout.itemsize for record in records]
    if any(len(record) % layout.itemsize for record in records):
        raise ValueError("A record of token vectors is cut off.")
    tokens = np.frombuffer(b"".join(records), dtype=layout)
    first, second, third = np.moveaxis(tokens["values"], -1, 0)
    four = np.empty((*first.shape, 4), dtype=np.uint8)
    four[..., 0] = first >> 2
    four[..., 1] = (first & 3) << 4 | second >> 4
    four[..., 2] = (second & 15) << 2 | third >> 6
    four[..., 3] = third & 63
    vectors = four.reshape(len(tokens), 4 * first.shape[1])[:, :dimensions].astype(np.float32) - np.float32(_MIDDLE)
    lengths: NDArray[np.float32] = np.sqrt(np.einsum("td,td->t", vectors, vectors))
    vectors /= np.maximum(lengths, 1.0)[:, None]
    spans = tokens["span"].astype(np.int32)
    ends = accumulate(counts)
    return [TokenVectors(vectors[end - n : end], spans[end - n : end]) for n, end in zip(counts, ends, strict=True)]
