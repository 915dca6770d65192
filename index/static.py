"""`bundled-fast`: a vector a token, no layers. For large corpora and very small machines.

A text's vector is the weighted mean of its tokens' vectors; the weight a/(a + p) of a token with frequency p is that of
Arora, Liang and Ma, "A Simple but Tough-to-Beat Baseline for Sentence Embeddings", ICLR 2017. The rows are centred for
each language, and weights are folded into the rows' scale when the table is made.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.encoder import TokenVectors, Vectors, unit
from index.table import Table, read_config
from index.tokens import token_spans, tokenizer


class Static:
    """The static encoder of a folder with `table.npy`, `scales.npy` and `config.json`."""

    reads = False
    token_dimensions = 0

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        config = read_config(folder)
        self.name = str(config["name"])
        self.fingerprint = str(config["fingerprint"])
        self._table = Table(folder)
        self.dimensions = self._table.dimensions

    @property
    def ranking(self) -> Path:
        """Fitted for this encoder, without the span reader."""
        return self._folder / "ranking.json"

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """See `Encoder`."""
        encoded = tokenizer().encode_batch(list(texts), add_special_tokens=False)
        return self._pool([np.asarray(e.ids, np.int64) for e in encoded])

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """See `Encoder`."""
        return self.encode_passages(texts)

    def encode_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """See `Encoder`."""
        return self.encode_both(texts)[1]

    def encode_both(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenVectors]]:
        """See `Encoder`."""
        encoded = tokenizer().encode_batch(list(texts), add_special_tokens=False)
        ids = [np.asarray(e.ids, np.int64) for e in encoded]
        spans = [token_spans(e) for e in encoded]
        return self._pool(ids), [TokenVectors(unit(self._table.vectors(i)), s) for i, s in zip(ids, spans, strict=True)]

    def _pool(self, ids: Sequence[NDArray[np.int64]]) -> Vectors:
        lengths = np.asarray([len(i) for i in ids], np.int64)
        pooled = np.zeros((len(ids), self.dimensions), np.float32)
        full = np.flatnonzero(lengths)
        if len(full):
            rows = self._table.vectors(np.concatenate([ids[int(n)] for n in full]))
            starts = np.concatenate([[0], np.cumsum(lengths[full])[:-1]])
            pooled[full] = np.add.reduceat(rows, starts, axis=0)
        return unit(pooled)
