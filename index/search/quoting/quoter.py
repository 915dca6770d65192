"""From a place in a document to a `Quote`: its text, what it is shown with, what is highlighted in it.

Whatever leaves here was compared with its document, letter for letter.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.answer import MAX_QUOTE, Part, Quote, without_repeats
from index.document import QUOTABLE, Block, BlockKind, Document, Span
from index.errors import QuoteError
from index.search.question.asked_for import open_ended, wants_all, wants_several
from index.search.question.query import Wanted, wanted
from index.search.question.question_parts import compares
from index.search.quoting.highlight import answering_place, extend, highlight
from index.search.quoting.locate import locate
from index.search.quoting.long_sentences import within
from index.search.quoting.shapes import LONGEST_CODE, LONGEST_LIST, shaped
from index.search.quoting.versions import Versions
from index.search.ranking.late_interaction import Weighted
from index.search.ranking.ranking_model import probability
from index.search.ranking.sentence_matches import SentenceMatch
from index.snapshots.snapshot import Snapshot
from index.text.shown import shown
from index.text.structure import code_spans

CLOSE = 1.5
"""How far, in logits, a second place may be behind the first where either may be the list that is asked for."""
LEAST = 1e-4
"""The least probability that a quote's score, which is rounded, tells from none."""


@dataclass(frozen=True, slots=True)
class Quoter:
    """Makes quotes from the documents of one snapshot."""

    snapshot: Snapshot
    versions: Versions

    def best(self, ranked: Sequence[SentenceMatch], weighted: Weighted, limit: int) -> tuple[Quote, ...]:
        """Quotes of the first `limit` of `ranked`; no two overlap or are equal in text.

        Where the question compares two things, asks for several or for a reason, the first comes with the next, if
        that is of its document.
        """
        made, question = (self._answering(row, weighted) for row in ranked), weighted.query.text
        if not _wants_two(question):
            return without_repeats(made, limit)
        return side_by_side(without_repeats(made, limit + 1), question)[:limit]

    def _answering(self, row: SentenceMatch, weighted: Weighted) -> Quote:
        """`row` as it is quoted: with its neighbour or its list where it needs them, and its answer highlighted."""
        document = self.snapshot.documents[self.snapshot.passages.document(row.candidate.passage)]
        start, end = extend(document, row, weighted)
        around = answering_place(row, start)
        # Only one sentence may be too long: several are a stretch that fits.
        if row.span == row.candidate.sentences[row.position]:
            start, end = within(document, (start, end), around)
        unit = shaped(document, (start, end), weighted.query.text, around)
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
        """The paragraph of `quote`, with `paragraphs` - 1 more on either side; code counts as one. `quote` itself where
        all of that is shown already."""
        document = self._document(quote.document)
        blocks = [block for block in document.blocks if block.kind in QUOTABLE or block.kind is BlockKind.CODE]
        shown_now = _with_code(quote)
        inside = [n for n, block in enumerate(blocks) if block.start < shown_now[1] and shown_now[0] < block.end]
        if not inside:
            return quote
        first, last = _reached(document, blocks, inside, shown_now, paragraphs)
        if shown_now[0] <= first and last <= shown_now[1]:
            return quote
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


def side_by_side(quotes: tuple[Quote, ...], question: str) -> tuple[Quote, ...]:
    """`quotes` with the second as a part of the first, where both are of one document and short enough together."""
    if len(quotes) < 2:
        return quotes
    first, second = quotes[:2]
    known = [(first.start, first.end), *((part.start, part.end) for part in first.parts)]
    # What is read above the second is said right before it.
    told = [replace(part, role="more") for part in second.parts if part.before]
    told += [Part("more", second.text, second.start, second.end, second.shown)]
    told += [part for part in second.parts if not part.before]
    new = [part for part in told if not any(part.start < end and start < part.end for start, end in known)]
    parts = (*first.parts, *new)
    whole = len(first.text) + sum(len(part.text) for part in parts)
    told_already = all(part.start != second.start for part in new)
    if first.document != second.document or told_already or whole > _room(question, first, second):
        return quotes
    return replace(first, parts=parts), *quotes[2:]


def _wants_two(question: str) -> bool:
    """Whether what answers a question may well stand in two places: one thing is answered by one."""
    several = wants_several(question) and open_ended(question)
    return compares(question) or several or wanted(question) is Wanted.REASON


def _room(question: str, first: Quote, second: Quote) -> int:
    """Code points that two quotes have together: no more than one has, but for two things that are compared, and for
    all of something where it is hardly told which of the two is meant."""
    close = _log_odds(first.score) - _log_odds(second.score) <= CLOSE
    return LONGEST_LIST if compares(question) or (wants_all(question) and close) else MAX_QUOTE


def _log_odds(share: float) -> float:
    return math.log(max(share, LEAST) / max(1 - share, LEAST))


def _with_code(quote: Quote) -> Span:
    """From where to where a quote reaches with the code, or the line before it, that is shown with it."""
    parts = quote.parts if quote.shape == "code" else ()
    return min([quote.start, *(one.start for one in parts)]), max([quote.end, *(one.end for one in parts)])


def _reached(document: Document, blocks: Sequence[Block], inside: Sequence[int], place: Span, paragraphs: int) -> Span:
    """From where to where `paragraphs` - 1 blocks on either side reach; of long code not beyond the lines near by."""
    first = _near(document, blocks[inside[0]], place, paragraphs)[0]
    last = _near(document, blocks[inside[-1]], place, paragraphs)[1]
    if first <= blocks[inside[0]].start:
        first = _near(document, blocks[max(inside[0] - paragraphs + 1, 0)], place)[0]
    if last >= blocks[inside[-1]].end:
        last = _near(document, blocks[min(inside[-1] + paragraphs, len(blocks)) - 1], place)[1]
    return first, last


def _near(document: Document, block: Block, place: Span, times: int = 1) -> Span:
    """A block; of long code the lines near to a place in it, or to where it borders on what the place is in."""
    spans = code_spans(document, block) if block.kind is BlockKind.CODE else ()
    if not spans or block.end - block.start <= LONGEST_LIST:
        return block.start, block.end
    start, end = (min(max(at, spans[0][0]), spans[-1][1]) for at in place)
    reach = LONGEST_CODE * times
    near = [n for n, span in enumerate(spans) if start - reach < span[1] and span[0] < end + reach]
    first, last = spans[near[0]][0], spans[near[-1]][1]
    return first if near[0] else block.start, last if near[-1] + 1 < len(spans) else block.end
