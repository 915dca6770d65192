"""`bundled`: the small bilingual transformer, run by onnxruntime with int8 weights.

The graph starts at word vectors, not at ids, so that the table of words stays one memory-mapped file.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from index.encoders.input_table import WordVectors, read_config
from index.encoders.protocol import TokenVectors, Vectors, unit
from index.errors import EncoderError
from index.text.terms import Pieces, encode
from index.text.tokenized import TokenizedText

CLS, SEP = 2, 3
WINDOW = 254
"""Tokens a window: a longer text is read in several, and its pooled vector is their mean by length."""
BATCH_TOKENS = 1536
"""Tokens a batch, padding included: keeps memory flat whatever is encoded."""


class Student:
    """The bundled encoder of a folder with `table.npy`, `scales.npy`, `layers.onnx` and `config.json`."""

    reads = True
    parallel = True
    """onnxruntime lets go of the interpreter, and uses one thread for each call."""

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        self._folder = folder
        config = read_config(folder)
        self.name = str(config["name"])
        self.fingerprint = str(config["fingerprint"])
        self.token_dimensions = int(str(config["token_dimensions"]))
        self._table = WordVectors(folder)
        self.dimensions = self._table.dimensions
        self._session = open_session(folder / "layers.onnx", threads)

    @property
    def ranking(self) -> Path:
        """Fitted for this encoder together with the span reader."""
        return self._folder / "ranking.json"

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """See `Encoder`."""
        return self.encode_both(texts)[0]

    def encode_tokenized(self, texts: Sequence[TokenizedText]) -> Vectors:
        """See `Encoder`."""
        return self.encode_passages([text.text for text in texts])

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """See `Encoder`."""
        return self.encode_both(texts)[0]

    def encode_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """See `Encoder`."""
        return self.encode_both(texts)[1]

    def encode_again(self, texts: Sequence[str], pieces: Sequence[Pieces]) -> list[TokenVectors]:
        """See `Encoder`."""
        return self.encode_tokens(texts)

    def encode_both(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenVectors]]:
        """See `Encoder`."""
        encoded = encode(texts)
        windows = [(n, at) for n, e in enumerate(encoded) for at in range(0, max(len(e.ids), 1), WINDOW)]
        windows.sort(key=lambda w: (min(len(encoded[w[0]].ids) - w[1], WINDOW), w))
        pooled = np.zeros((len(texts), self.dimensions), np.float32)
        tokens = [np.zeros((len(e.ids), self.token_dimensions), np.float32) for e in encoded]
        for batch in _batches(windows, [len(e.ids) for e in encoded]):
            ids = [encoded[n].ids[at : at + WINDOW] for n, at in batch]
            sums, rows = self._run(ids)
            for (n, at), piece, total, row in zip(batch, ids, sums, rows, strict=True):
                pooled[n] += total * (len(piece) + 2)
                tokens[n][at : at + len(piece)] = row[1 : len(piece) + 1]
        return unit(pooled), [TokenVectors(unit(v), e.spans) for v, e in zip(tokens, encoded, strict=True)]

    def _run(self, pieces: Sequence[Sequence[int]]) -> tuple[Vectors, Vectors]:
        """(n, dimensions) pooled and (n, t, token_dimensions) vectors of id sequences, marks added at both ends."""
        ids, mask = padded([[CLS, *piece, SEP] for piece in pieces])
        pooled, tokens = self._session.run(None, {"words": self._table.vectors(ids), "mask": mask})
        return pooled, tokens


def open_session(path: Path, threads: int = 1) -> onnxruntime.InferenceSession:
    """An onnxruntime session on the processor alone. Raises EncoderError where the file is missing or damaged."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Spinning threads would keep a small machine's core busy between questions.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises its own undocumented types
        raise EncoderError("encoder-file", file=path.name) from error


def padded(rows: Sequence[Sequence[int]]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """(n, longest) ids and the mask of what is real.

    A row is filled up with its own ids: nothing attends to them, but a batch has one int8 scale for what enters a
    product, and the pads of a vocabulary give values far outside what texts do, which would make it coarse for all.
    """
    longest = max(map(len, rows))
    ids = np.zeros((len(rows), longest), np.int64)
    mask = np.zeros((len(rows), longest), np.float32)
    for n, row in enumerate(rows):
        ids[n] = np.resize(row, longest)
        mask[n, : len(row)] = 1.0
    return ids, mask


def _batches(windows: Sequence[tuple[int, int]], lengths: Sequence[int]) -> list[list[tuple[int, int]]]:
    """Windows, given shortest first, grouped so that a batch holds at most BATCH_TOKENS with padding."""
    batches: list[list[tuple[int, int]]] = []
    for window in windows:
        longest = min(lengths[window[0]] - window[1], WINDOW) + 2
        if batches and longest * (len(batches[-1]) + 1) <= BATCH_TOKENS:
            batches[-1].append(window)
        else:
            batches.append([window])
    return batches
