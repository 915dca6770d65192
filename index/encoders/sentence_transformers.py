"""Any sentence-transformers model, by name or by folder: one setting away, and torch with it.

Token vectors come from the model's last layer. They are made when they are needed and not stored: their width is the
model's, ten times what the bundled student stores.
"""

import hashlib
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from index.encoders.protocol import MODELS, TokenVectors, Vectors, unit
from index.errors import EncoderError
from index.text.terms import Pieces, terms
from index.text.tokenized import TokenizedText

BATCH = 16


class Hub:
    """A sentence-transformers model. Raises EncoderError where the library or the model is missing."""

    reads = True
    parallel = False
    """torch uses every core for one call."""
    token_dimensions = 0

    def __init__(self, name: str) -> None:
        self.name = name
        self._model = _load(name)
        self.dimensions = int(self._model.get_embedding_dimension())
        probe = self.encode_questions(["Verbatim: 逐字引用 1234"])
        identity = (
            f"{name}|{version('sentence-transformers')}|{self.dimensions}|".encode() + np.round(probe, 3).tobytes()
        )
        # Weights behind one name can change: what the model says of a fixed text is part of who it is.
        self.fingerprint = hashlib.sha256(identity).hexdigest()[:16]

    @property
    def ranking(self) -> Path:
        """One set of numbers for all hub models."""
        return MODELS / "hub-ranking.json"

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """See `Encoder`."""
        return self._encode(self._model.encode_document, texts)

    def encode_tokenized(self, texts: Sequence[TokenizedText]) -> Vectors:
        """See `Encoder`."""
        return self.encode_passages([text.text for text in texts])

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """See `Encoder`."""
        return self._encode(self._model.encode_query, texts)

    def encode_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """A vector for every term, encoded alone: any model can give that, whatever its tokenizer keeps."""
        found = [terms(text) for text in texts]
        words = sorted({text[t.start : t.end] for text, row in zip(texts, found, strict=True) for t in row})
        vectors = self.encode_passages(words) if words else np.zeros((0, self.dimensions), np.float32)
        row_of = {word: n for n, word in enumerate(words)}
        return [
            TokenVectors(
                vectors[[row_of[text[t.start : t.end]] for t in row]],
                np.asarray([(t.start, t.end) for t in row], np.int32).reshape(-1, 2),
            )
            for text, row in zip(texts, found, strict=True)
        ]

    def encode_again(self, texts: Sequence[str], pieces: Sequence[Pieces]) -> list[TokenVectors]:
        """See `Encoder`."""
        return self.encode_tokens(texts)

    def encode_both(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenVectors]]:
        """See `Encoder`."""
        return self.encode_questions(texts), self.encode_tokens(texts)

    def _encode(self, encode: Any, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimensions), np.float32)
        return unit(encode(list(texts), batch_size=BATCH, show_progress_bar=False, convert_to_numpy=True))


def _load(name: str) -> Any:
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise EncoderError("encoder-needs-models", name=name) from error
    try:
        return SentenceTransformer(name, device="cpu")
    except Exception as error:  # the library lets through whatever its own loaders raise
        raise EncoderError("encoder-unloaded", name=name) from error
