"""Invented text, for sizes that no real text at hand has: what it says has no bearing on how long comparing takes.

Drawn from the vocabulary with a fixed seed. Reading ends early on it and questions about it are all alike: how long an
answer takes, `benchmarks.answers` measures on real text.
"""

import json
import math
import random
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path

import numpy as np

from index.encoders.protocol import Encoder, TokenVectors, Vectors, unit
from index.text.terms import Pieces, encode, tokenizer
from index.text.tokenized import TokenizedText

A_DOCUMENT = 10
"""Paragraphs a document; each becomes one passage."""


class Drawn:
    """An encoder whose passages get random vectors; questions are encoded by the real one."""

    def __init__(self, real: Encoder) -> None:
        self._real = real
        self._random = np.random.default_rng(5)
        self.name, self.fingerprint = real.name, real.fingerprint
        self.dimensions, self.token_dimensions = real.dimensions, real.token_dimensions
        self.ranking, self.reads, self.parallel = real.ranking, real.reads, real.parallel

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        return self._real.encode_questions(texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return unit(self._random.standard_normal((len(texts), self.dimensions), dtype=np.float32))

    def encode_tokenized(self, texts: Sequence[TokenizedText]) -> Vectors:
        return self.encode_passages([text.text for text in texts])

    def encode_again(self, texts: Sequence[str], pieces: Sequence[Pieces]) -> list[TokenVectors]:
        return self._real.encode_again(texts, pieces)

    def encode_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        width = self.token_dimensions or self.dimensions
        found = []
        for encoded in encode(texts):
            vectors = unit(self._random.standard_normal((len(encoded.ids), width), dtype=np.float32))
            found.append(TokenVectors(vectors, encoded.spans))
        return found

    def encode_both(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenVectors]]:
        return self.encode_passages(texts), self.encode_tokens(texts)


def paragraphs(count: int) -> list[str]:
    """`count` invented Chinese paragraphs of about 180 characters, in sentences with numbers among the words.

    Words are drawn as often as the vocabulary says that they occur: caches hit as in real text, no more and no less.
    """
    rng = random.Random(3)
    vocabulary = json.loads(tokenizer().to_str())["model"]["vocab"]
    known = sorted((word, score) for word, score in vocabulary if "\u4e00" <= word[0] <= "\u9fff")
    words, chances = [word for word, _ in known], list(accumulate(math.exp(score) for _, score in known))
    made = []
    for _ in range(count):
        lines = (
            "".join(rng.choices(words, cum_weights=chances, k=17)) + f"{rng.randint(2, 9999)}{rng.choice('个家项')}。"
            for _ in range(5)
        )
        made.append("".join(lines))
    return made


def write(texts: Sequence[str], folder: Path) -> None:
    """A corpus folder of these paragraphs."""
    folder.mkdir(parents=True)
    for start in range(0, len(texts), A_DOCUMENT):
        body = "\n\n".join(texts[start : start + A_DOCUMENT])
        (folder / f"d{start:07d}.txt").write_text(body + "\n", encoding="utf-8")
