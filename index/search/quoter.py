"""From a place in a document to a `Quote`: its text, what it is shown with, what is highlighted in it.

Whatever leaves here was compared with its document, letter for letter.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.answer import Quote
from index.document import QUOTABLE, BlockKind, Document
from index.errors import QuoteError
from index.search.late_interaction import Weighted
from index.search.locate import locate
from index.search.quote import SentenceMatch, answering_place, extend, highlight
from index.search.ranking_model import probability
from index.search.shapes import shaped, within
from index.search.versions import Versions
from index.snapshots.snapshot import Snapshot
from index.text.shown import shown


@dataclass(frozen=True, slots=True)
class Quoter:
    """Makes quotes from the documents of one snapshot."""

    snapshot: Snapshot
    versions: Versions

    def best(self, ranked: Sequence[SentenceMatch], weighted: Weighted, limit: int) -> tuple[Quote, ...]:
        """Quotes of the first `limit` of `ranked`; no two overlap or are equal in text."""
        quotes: list[Quote] = []
        for row in ranked:
            if len(quotes) >= limit:
                break
            quote = self._answering(row, weighted)
            if not any(quote.repeats(other) for other in quotes):
                quotes.append(quote)
        return tuple(quotes)

    def _answering(self, row: SentenceMatch, weighted: Weighted) -> Quote:
        """`row` as it is quoted: with its neighbour or its list where it needs them, and its answer highlighted."""
        document = self.snapshot.documents[self.snapshot.passages.document(row.candidate.passage)]
        start, end = extend(document, row, weighted)
        # Only one sentence may be too long: several are a stretch that fits.
        if row.span == row.candidate.sentences[row.position]:
            start, end = within(document, (start, end), answering_place(row, start))
        unit = shaped(document, (start, end), weighted.query.text)
        return replace(
            self.quote(document, unit.start, unit.end),
            highlights=highlight(document, (unit.start, unit.end), row, weighted),
            score=round(probability(row.score), 4),
            shape=unit.shape,
            parts=unit.parts,
        )

    def quote(self, document: Document, start: int, end: int) -> Quote:
        """The quote of `document.text[start:end]`, by itself."""
        block = document.block_at(start)
        quote = Quote(
            document=document.id,
            source=self.versions.marked(document.source),
            text=document.text[start:end],
            shown=shown(document, start, end),
            start=start,
            end=end,
            section=document.section_at(start),
            page=block.page if block else None,
            row=block.number if block and block.kind is BlockKind.ROW else "",
        )
        self.verify(quote)
        return quote

    def verify(self, quote: Quote) -> None:
        """Raises QuoteError unless `quote`, with each of its parts, stands letter for letter in its document."""
        document = self.snapshot.document(quote.document)
        spans = [(quote.start, quote.end, quote.text), *((part.start, part.end, part.text) for part in quote.parts)]
        if document is None or not quote.text or any(document.text[a:b] != text for a, b, text in spans):
            raise QuoteError("quote-differs", path=quote.source.path, place=quote.start)

    def context(self, quote: Quote, paragraphs: int) -> Quote:
        """The paragraph of `quote`, with `paragraphs` - 1 more on either side."""
        document = self._document(quote.document)
        blocks = [block for block in document.blocks if block.kind in QUOTABLE]
        inside = [n for n, block in enumerate(blocks) if block.start < quote.end and quote.start < block.end]
        if not inside:
            return quote
        first = blocks[max(inside[0] - paragraphs + 1, 0)].start
        last = blocks[min(inside[-1] + paragraphs - 1, len(blocks) - 1)].end
        more = shown(document, first, last)
        return replace(quote, text=document.text[first:last], shown=more, start=first, end=last, highlights=())

    def locate(self, text: str) -> tuple[Quote, ...]:
        """The places where `text` stands."""
        places = locate(text, self.snapshot.documents)
        return tuple(self.quote(self._document(p.document), p.start, p.end) for p in places)

    def _document(self, id: str) -> Document:
        document = self.snapshot.document(id)
        if document is None:
            raise QuoteError("quote-unknown-document")
        return document
