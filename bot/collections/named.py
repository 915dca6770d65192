"""The index of one collection among several. Ids of its documents carry its name, `NAME.ID`, wherever they go."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from bot.cards.answerer import Answerer
from bot.collections.documents import Changed
from index.answer import Answer, Quote
from index.document import Document
from index.errors import QuoteError

MARK = "."
"""Between the two. In no name of a collection, and in no id of a document."""
KEPT = 256
"""Documents that are kept under their whole id, with what was worked out about them."""


@dataclass(frozen=True, slots=True)
class Live:
    """Which snapshots are live: of one collection, or of several together."""

    id: str
    documents: int
    passages: int
    problems: tuple[str, ...] = ()


def collection_of(document: str) -> str:
    """The name of the collection that the id of a document carries, "" where it carries none."""
    return document.rpartition(MARK)[0]


def whole(collection: str, id: str) -> str:
    """The id of a document with the name of its collection, as it is where there is none."""
    return f"{collection}{MARK}{id}" if collection else id


class Named:
    """An `Answerer` that gives whole ids and takes no other."""

    def __init__(self, name: str, index: Answerer) -> None:
        self.name = name
        self._index = index
        self._document: Callable[[str], Document | None] = lru_cache(KEPT)(self._renamed)
        live = index.snapshot
        self.snapshot = Live(live.id, live.documents, live.passages, live.problems)

    def ask(self, question: str, *, top: int = 1, before: Sequence[str] = ()) -> Answer:
        answer = self._index.ask(question, top=top, before=before)
        quotes, nearest = map(self._quotes, (answer.quotes, answer.nearest))
        return replace(answer, quotes=quotes, nearest=nearest, snapshot=self.snapshot.id)

    def locate(self, text: str) -> tuple[Quote, ...]:
        return self._quotes(self._index.locate(text))

    def documents(self) -> Sequence[Document]:
        return Changed(self._index.documents(), self._with_name)

    def document(self, id: str) -> Document | None:
        return self._document(id)

    def context(self, quote: Quote, paragraphs: int = 1) -> Quote:
        around = self._index.context(self._own(quote), paragraphs)
        return replace(around, document=quote.document)

    def verify(self, quote: Quote) -> None:
        self._index.verify(self._own(quote))

    def suggest(self, lang: str, count: int, near: str = "") -> tuple[str, ...]:
        return self._index.suggest(lang, count, near)

    def _renamed(self, id: str) -> Document | None:
        name, _, own = id.rpartition(MARK)
        document = self._index.document(own) if name == self.name else None
        return document and self._with_name(document)

    def _with_name(self, document: Document) -> Document:
        return replace(document, id=whole(self.name, document.id))

    def _quotes(self, quotes: tuple[Quote, ...]) -> tuple[Quote, ...]:
        return tuple(replace(quote, document=whole(self.name, quote.document)) for quote in quotes)

    def _own(self, quote: Quote) -> Quote:
        name, _, own = quote.document.rpartition(MARK)
        if name != self.name:
            raise QuoteError("quote-unknown-document")
        return replace(quote, document=own)
