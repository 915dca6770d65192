"""The indexes of several collections asked as one: each finds what it finds alone, and the surest comes first."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import TypeVar

from bot.collections.documents import Joined
from bot.collections.named import Live, Named, collection_of
from index.answer import NEAREST, Answer, Places, Quote, without_repeats
from index.document import Document
from index.errors import QuoteError

T = TypeVar("T")


class Several:
    """An `Answerer` over two collections or more. Nothing of any other can come out of it."""

    def __init__(self, indexes: Sequence[Named]) -> None:
        self._indexes = {index.name: index for index in indexes}
        live = [index.snapshot for index in indexes]
        names = "+".join(f"{index.name}.{index.snapshot.id}" for index in indexes)
        ids = hashlib.sha256(names.encode()).hexdigest()[:16]
        self.snapshot = Live(ids, sum(one.documents for one in live), sum(one.passages for one in live))

    def ask(self, question: str, *, top: int = 1, before: Sequence[str] = ()) -> Answer:
        answers = [index.ask(question, top=top, before=before) for index in self._indexes.values()]
        return merged(answers, top, self.snapshot.id)

    def locate(self, text: str) -> tuple[Quote, ...]:
        return tuple(quote for index in self._indexes.values() for quote in index.locate(text))

    def documents(self) -> Sequence[Document]:
        return Joined([index.documents() for index in self._indexes.values()])

    def document(self, id: str) -> Document | None:
        index = self._indexes.get(collection_of(id))
        return index.document(id) if index is not None else None

    def context(self, quote: Quote, paragraphs: int = 1) -> Quote:
        return self._home(quote).context(quote, paragraphs)

    def verify(self, quote: Quote) -> None:
        self._home(quote).verify(quote)

    def suggest(self, lang: str, count: int, near: str = "") -> tuple[str, ...]:
        found = [index.suggest(lang, count, near) for index in self._indexes.values()]
        return tuple(dict.fromkeys(in_turn(found)))[:count]

    def _home(self, quote: Quote) -> Named:
        index = self._indexes.get(collection_of(quote.document))
        if index is None:
            raise QuoteError("quote-unknown-document")
        return index


def merged(answers: Sequence[Answer], top: int, snapshot: str) -> Answer:
    """One answer of several to the same question: up to `top` quotes, the surest answer's first, then in turn.

    An answer to two questions stays alone, for its quotes belong together; places are counted together. Others go
    together where what a card says above the quotes is true of all of them: how the question was read, and whether it
    is sure.
    """
    ranked = sorted(answers, key=lambda answer: (not answer.answered, -answer.confidence))
    best = ranked[0]
    if not best.answered:
        nearest = without_repeats(in_turn([one.nearest for one in ranked]), NEAREST)
        return replace(best, nearest=nearest, snapshot=snapshot)
    said = [one for one in ranked if one.answered and _alike(one, best)]
    # Of places as many are quoted as one of the answers quotes.
    most = max(len(one.quotes) for one in said) if best.places else top
    quotes = best.quotes if best.question_parts else without_repeats(in_turn([one.quotes for one in said]), most)
    return replace(best, quotes=quotes, snapshot=snapshot, places=_places([one.places for one in said if one.places]))


def _places(found: Sequence[Places]) -> Places | None:
    """The number of all of them; sections of one collection are one document among others."""
    if len(found) < 2:
        return found[0] if found else None
    of = "sections" if all(one.of == "sections" for one in found) else "documents"
    return Places(sum(one.count if one.of == of else 1 for one in found), of, any(one.more for one in found))


def in_turn(rows: Sequence[Sequence[T]]) -> list[T]:
    """The first of each row, then the second of each, and so on."""
    return [one for turn in zip_longest(*rows) for one in turn if one is not None]


def _alike(one: Answer, best: Answer) -> bool:
    said = (one.read_as, one.doubtful, one.question_parts, bool(one.places))
    return said == (best.read_as, best.doubtful, best.question_parts, bool(best.places))
