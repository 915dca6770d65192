"""`bundled-fast`: a vector a token, no layers. For large corpora and very small machines.

A text's vector is the weighted mean of its tokens' vectors; the weight a/(a + p) of a token with frequency p is that of
Arora, Liang and Ma, "A Simple but Tough-to-Beat Baseline for Sentence Embeddings", ICLR 2017. The rows are centred for
each language, and weights are folded into the rows' scale when the table is made.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.encoders.input_table import WordVectors, read_config
from index.encoders.protocol import TokenVectors, Vectors, unit
from index.text.pieces import Encoded
from index.text.terms import Pieces, encode, encode_ids
from index.text.tokenized import TokenizedText, piece_spans


class Static:
    """The static encoder of a folder with `table.npy`, `scales.npy` and `config.json`."""

    reads = False
    parallel = False
    """Short steps of numpy, between which the interpreter is held."""
    token_dimensions = 0

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        config = read_config(folder)
        self.name = str(config["name"])
        self.fingerprint = str(config["fingerprint"])
        self._table = WordVectors(folder)
        self.dimensions = self._table.dimensions

    @property
    def ranking(self) -> Path:
        """Fitted for this encoder, without the span reader."""
        return self._folder / "ranking.json"

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """See `Encoder`."""
        return self._pool(encode_ids(texts))

    def encode_tokenized(self, texts: Sequence[TokenizedText]) -> Vectors:
        """See `Encoder`."""
        return self._pool([text.ids for text in texts])

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """See `Encoder`."""
        return self.encode_passages(texts)

    def encode_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """See `Encoder`."""
        encoded = encode(texts)
        return [self._tokens(e) for e in encoded]

    def encode_again(self, texts: Sequence[str], pieces: Sequence[Pieces]) -> list[TokenVectors]:
        """See `Encoder`."""
        spans = piece_spans(texts, pieces)
        lost = [n for n, span in enumerate(spans) if span is None]
        found = dict(zip(lost, self.encode_tokens([texts[n] for n in lost]), strict=True))
        vectors = self._table.directions(np.concatenate([np.zeros(0, np.int64), *pieces]))
        ends = np.cumsum([len(ids) for ids in pieces])
        for n, (span, end) in enumerate(zip(spans, ends.tolist(), strict=True)):
            if span is not None:
                found[n] = TokenVectors(vectors[end - len(span) : end], span)
        return [found[n] for n in range(len(texts))]

    def encode_both(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenVectors]]:
        """See `Encoder`."""
        encoded = encode(texts)
        return self._pool([np.asarray(e.ids, np.int64) for e in encoded]), [self._tokens(e) for e in encoded]

    def _tokens(self, encoded: Encoded) -> TokenVectors:
        return TokenVectors(self._table.directions(np.asarray(encoded.ids, np.int64)), encoded.spans)

    def _pool(self, ids: Sequence[NDArray[np.int64]]) -> Vectors:
        pooled = np.zeros((len(ids), self.dimensions), np.float32)
        for n, row in enumerate(ids):
            if len(row):
                pooled[n] = self._table.total(row)
        return unit(pooled)
