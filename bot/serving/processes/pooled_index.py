"""An index whose questions are answered by other processes. What costs little is done here, from the same snapshot."""

import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bot.serving.processes.answer_pool import AnswerPool, NobodyThereError
from bot.serving.processes.answer_worker import Call, IndexAddress
from index.answer import Answer, Quote
from index.document import Document
from index.search.index import Index


class PooledIndex:
    """An `Answerer`. Each question names the snapshot that it is asked of, so that no answer mixes two.

    While no process is ready, it is answered here.
    """

    def __init__(self, index: Index, store: str, pool: AnswerPool, remembered: int) -> None:
        """Blocks until the processes have opened the snapshot of `index`, whose vectors are in the named `store`."""
        self._index = index
        self.snapshot = index.snapshot
        self._there = _There(index, address_of(index, store), pool)
        self._ask = lru_cache(remembered)(self._there.ask)
        pool.serve(self._there.address)
        # Whoever asks a question holds this index: the processes close it when the last of them is answered.
        weakref.finalize(self, pool.forget, self._there.address).atexit = False

    def ask(self, question: str, *, top: int = 1, before: Sequence[str] = ()) -> Answer:
        """As `Index.ask`."""
        return self._ask(question, top, tuple(before[-1:]))

    def suggest(self, lang: str, count: int, near: str = "") -> tuple[str, ...]:
        """As `Index.suggest`."""
        return self._there.suggest(lang, count, near)

    def documents(self) -> Sequence[Document]:
        """As `Index.documents`."""
        return self._index.documents()

    def document(self, id: str) -> Document | None:
        """As `Index.document`."""
        return self._index.document(id)

    def locate(self, text: str) -> tuple[Quote, ...]:
        """As `Index.locate`."""
        return self._index.locate(text)

    def context(self, quote: Quote, paragraphs: int = 1) -> Quote:
        """As `Index.context`."""
        return self._index.context(quote, paragraphs)

    def verify(self, quote: Quote) -> None:
        """As `Index.verify`: from the documents as this process reads them."""
        self._index.verify(quote)


@dataclass(frozen=True, slots=True)
class _There:
    """The methods of an index that other processes do, or this one while none of them is ready."""

    index: Index
    address: IndexAddress
    pool: AnswerPool

    def ask(self, question: str, top: int, before: tuple[str, ...]) -> Answer:
        answer: Answer = self._done(Call(self.address, "ask", (question,), {"top": top, "before": before}))
        return answer

    def suggest(self, lang: str, count: int, near: str) -> tuple[str, ...]:
        suggested: tuple[str, ...] = self._done(Call(self.address, "suggest", (lang, count, near)))
        return suggested

    def _done(self, call: Call) -> Any:
        try:
            return self.pool.call(call)
        except NobodyThereError:
            with self.pool.here():
                return getattr(self.index, call.method)(*call.arguments, **call.options)


def address_of(index: Index, store: str) -> IndexAddress:
    """Where another process finds what this index answers from."""
    search = index.pipeline
    reranker = search.reranker.name if search.reranker else ""
    return IndexAddress(
        search.snapshot.folder.absolute(), store, search.encoder.name, reranker, search.ranking.thresholds
    )
