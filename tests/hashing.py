"""A small encoder for tests: each word has a fixed random vector, a text the sum of its words'."""

import re
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.encoders.protocol import TokenVectors, unit
from index.text.terms import Pieces
from index.text.tokenized import TokenizedText

_WORD = re.compile(r"[A-Za-z0-9]+|[\u4e00-\u9fff]")


class HashingEncoder:
    """Deterministic, and counts what it was asked to encode."""

    ranking = Path()
    reads = False
    parallel = True

    def __init__(self, dimensions: int = 32, tokens: int = 8, salt: str = "") -> None:
        self.name = "hashing"
        self.fingerprint = f"hashing-{dimensions}-{tokens}-{salt}"
        self.dimensions = dimensions
        self.token_dimensions = tokens
        self.salt = salt
        self.encoded: list[str] = []

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.encoded += texts
        return unit(np.array([self._pooled(text) for text in texts], np.float32).reshape(len(texts), self.dimensions))

    def encode_tokenized(self, texts: Sequence[TokenizedText]) -> NDArray[np.float32]:
        return self.encode_passages([text.text for text in texts])

    encode_questions = encode_passages

    def encode_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        return [self._tokens(text) for text in texts]

    def encode_again(self, texts: Sequence[str], pieces: Sequence[Pieces]) -> list[TokenVectors]:
        return self.encode_tokens(texts)

    def encode_both(self, texts: Sequence[str]) -> tuple[NDArray[np.float32], list[TokenVectors]]:
        return self.encode_passages(texts), self.encode_tokens(texts)

    def _tokens(self, text: str) -> TokenVectors:
        found = list(_WORD.finditer(text))
        vectors = np.array([self._word(one.group(), self.token_dimensions) for one in found], np.float32)
        spans = np.array([one.span() for one in found], np.int32)
        return TokenVectors(unit(vectors.reshape(-1, self.token_dimensions)), spans.reshape(-1, 2))

    def _pooled(self, text: str) -> NDArray[np.float32]:
        words = [self._word(one.group(), self.dimensions) for one in _WORD.finditer(text)]
        return np.sum(words, axis=0) if words else np.zeros(self.dimensions, np.float32)

    def _word(self, word: str, size: int) -> NDArray[np.float32]:
        seed = int.from_bytes(blake2b(f"{self.salt}{word.lower()}".encode(), digest_size=8).digest(), "big")
        return np.random.default_rng(seed).standard_normal(size).astype(np.float32)
