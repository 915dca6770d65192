"""A tiny index in memory over real documents and quotes, for tests of what happens around an answer."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from types import SimpleNamespace

from index.answer import Answer, Quote
from index.document import Block, BlockKind, Document, Section, Source
from index.errors import QuoteError

DISTRICT = """龙泉驿的工厂
龙泉驿区位于成都东部。全区已建成8个智能工厂和23个数字化车间。企业把机器连在一起，工人在屏幕前看着生产线。
区里的龙湖东安天街于去年开业。商场面积14万平方米，是东部最大的购物中心😀。
"""
HARBOUR = """The harbour
The harbour of Port Elm has 12 cranes. Each crane lifts 40 tonnes. Ships wait two days on average.
"""


def document(path: str, text: str, **source: str | None) -> Document:
    """`text` as a document: its first line is the heading, each other line a paragraph."""
    title = text.split("\n", 1)[0]
    blocks, at = [], 0
    for line in text.splitlines(keepends=True):
        kind = BlockKind.PARAGRAPH if at else BlockKind.HEADING
        blocks.append(Block(kind, at, at + len(line.rstrip("\n"))))
        at += len(line)
    return Document(
        id=hashlib.sha256(path.encode()).hexdigest()[:12],
        source=Source(path, **{"title": title, **source}),  # type: ignore[arg-type]
        text=text,
        blocks=tuple(blocks),
        sections=(Section(title, 0, len(text)),),
    )


@dataclass
class Shelf:
    """Answers the questions of `answers` with the sentences given there, `[words]` in brackets being the highlight."""

    books: Sequence[Document] = ()
    answers: dict[str, Sequence[str]] = field(default_factory=dict)
    asked: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    snapshot: SimpleNamespace = field(
        default_factory=lambda: SimpleNamespace(id="s1", documents=2, passages=4, problems=())
    )

    def ask(self, question: str, *, top: int = 1, before: Sequence[str] = ()) -> Answer:
        self.asked.append((question, tuple(before)))
        wanted = self.answers.get(question)
        if wanted is None:
            nearest = tuple(self.quote(sentence) for sentence in self._sentences()[:1])
            return Answer(question, (), 0.1, nearest, self.snapshot.id)
        quotes = tuple(self.quote(marked) for marked in wanted[:top])
        return Answer(question, quotes, 0.9, (), self.snapshot.id)

    def quote(self, marked: str) -> Quote:
        text = re.sub(r"[\[\]]", "", marked)
        opened = marked.find("[")
        highlights = ((opened, marked.find("]") - 1),) if opened >= 0 else ()
        book = next(book for book in self.books if text in book.text)
        start = book.text.index(text)
        return Quote(book.id, book.source, text, start, start + len(text), "", None, highlights, 0.9)

    def locate(self, text: str) -> tuple[Quote, ...]:
        return tuple(self.quote(text) for book in self.books if text.strip() and text in book.text)[:1]

    def documents(self) -> Sequence[Document]:
        return self.books

    def document(self, id: str) -> Document | None:
        return next((book for book in self.books if book.id == id), None)

    def context(self, quote: Quote, paragraphs: int = 1) -> Quote:
        book = self.document(quote.document)
        assert book is not None
        at = next(n for n, block in enumerate(book.blocks) if block.start <= quote.start < max(block.end, 1))
        first, last = book.blocks[max(0, at - paragraphs + 1)], book.blocks[min(len(book.blocks), at + paragraphs) - 1]
        return replace(
            quote, text=book.text[first.start : last.end], start=first.start, end=last.end, highlights=(), shown=""
        )

    def verify(self, quote: Quote) -> None:
        book = self.document(quote.document)
        if book is None or book.text[quote.start : quote.end] != quote.text:
            raise QuoteError(f"The quote at {quote.start} is not in {quote.source.path}.")

    def suggest(self, lang: str, count: int, near: str = "") -> tuple[str, ...]:
        return tuple(self.answers)[:count]

    def _sentences(self) -> list[str]:
        return [part for book in self.books for part in re.findall(r"[^。.\n]+[。.]", book.text)]


def shelf() -> Shelf:
    """Two documents, one in each language; one has a public address."""
    books = (
        document("district.md", DISTRICT, publisher="东城新闻", published="2024-04-30", lang="zh"),
        document("harbour.md", HARBOUR, lang="en", url="https://example.org/harbour"),
    )
    answers = {
        "有多少个智能工厂？": ["全区已建成[8]个智能工厂和23个数字化车间。", "龙泉驿区位于成都东部。"],
        "龙湖东安天街有多大？": ["商场面积[14万平方米]，是东部最大的购物中心😀。"],
        "How many cranes are there?": ["The harbour of Port Elm has [12 cranes]."],
    }
    return Shelf(books, answers)
