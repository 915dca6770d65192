"""Texts become vectors, and tokens become vectors, behind one small protocol."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.text.terms import Pieces
from index.text.tokenized import TokenizedText

Vectors = NDArray[np.float32]

MODELS = Path(str(files("index") / "encoders" / "models"))
"""Where the bundled encoders' files are."""


@dataclass(frozen=True, slots=True)
class TokenVectors:
    """One vector a token: `vectors` (t, d) float32 unit rows, `spans` (t, 2) int32 code points of the text."""

    vectors: Vectors
    spans: NDArray[np.int32]


class Encoder(Protocol):
    """Turns text into vectors. Safe to use from many threads. No vector is ever zero or not a number."""

    @property
    def name(self) -> str:
        """What ENCODER names it."""
        ...

    @property
    def fingerprint(self) -> str:
        """Changes when the vectors change: two encoders with one fingerprint give the same vectors."""
        ...

    @property
    def dimensions(self) -> int:
        """Length of a pooled vector."""
        ...

    @property
    def token_dimensions(self) -> int:
        """Length of a token vector that is worth storing; 0 where token vectors are cheaper to make than to read."""
        ...

    @property
    def ranking(self) -> Path:
        """The numbers fitted for this encoder (`index.search.ranking.ranking_model.Ranking`)."""
        ...

    @property
    def reads(self) -> bool:
        """Whether the span reader is worth its time beside this encoder."""
        ...

    @property
    def parallel(self) -> bool:
        """Whether calls in several threads together take less time than one after the other."""
        ...

    def __hash__(self) -> int:
        """One opened encoder is told from another: what it encoded is kept for it alone."""
        ...

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """(n, dimensions) float32, unit rows; a long text is encoded in windows, never cut."""
        ...

    def encode_tokenized(self, texts: Sequence[TokenizedText]) -> Vectors:
        """`encode_passages` of texts that were cut already: who reads the same pieces need not cut them again."""
        ...

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """(n, dimensions) float32, unit rows."""
        ...

    def encode_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """A vector for every token of each text, in order."""
        ...

    def encode_again(self, texts: Sequence[str], pieces: Sequence[Pieces]) -> list[TokenVectors]:
        """`encode_tokens` of texts whose pieces are stored, for an encoder without `token_dimensions`."""
        ...

    def encode_both(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenVectors]]:
        """Pooled and token vectors in one pass: for indexing, and for a question."""
        ...


def unit(vectors: Vectors) -> Vectors:
    """Rows scaled to length 1; a row without direction becomes the first axis rather than zeros or NaN."""
    clean = np.nan_to_num(np.asarray(vectors, np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    lengths = np.linalg.norm(clean, axis=-1, keepdims=True)
    lost = lengths[..., 0] < 1e-9
    if lost.any():
        clean[lost] = 0.0
        clean[lost, 0] = 1.0
        lengths = np.where(lengths < 1e-9, 1.0, lengths)
    return np.asarray(clean / lengths, np.float32)
