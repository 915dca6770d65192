"""A hub's cross-encoder as the last judge of passages, for those who set RERANKER and have the room."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.errors import EncoderError


class Reranker:
    """Any sentence-transformers `CrossEncoder` by name or folder. Needs the extra `models` (torch)."""

    def __init__(self, name: str) -> None:
        self.name = name
        try:
            from sentence_transformers import CrossEncoder
        except ImportError as error:
            raise EncoderError("reranker-needs-models") from error
        try:
            self._model = CrossEncoder(name)
        except (OSError, ValueError) as error:
            raise EncoderError("reranker-unloaded", name=name) from error

    def score(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """(len(texts),) scores, higher is better; no scale is promised."""
        if not texts:
            return np.zeros(0, np.float32)
        pairs = [(question, text) for text in texts]
        return np.asarray(self._model.predict(pairs, show_progress_bar=False), np.float32).reshape(len(texts))
