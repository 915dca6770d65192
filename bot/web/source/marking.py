"""What of a document is marked on its page: the quote, and the further parts that it was shown with.

Marks with nothing to read between them are one stop on the way through the page: a list and the line that introduces
it are one, a row far below the names of its columns is another.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from index.document import Document, Span

QUOTE = "quote"
"""Name of the mark that a link to the page jumps to."""


class Marking:
    """Says which stretches of a text are marked, and names the first mark of every stop as it is written."""

    def __init__(self, document: Document, quote: Span, parts: Sequence[Span] = ()) -> None:
        self._quote = quote
        outside = [span for part in parts for span in _outside(part, quote)]
        self.spans: tuple[Span, ...] = tuple(sorted([quote, *_disjoint(outside)]))
        self._ends = [end for _, end in self.spans]
        self._stops = _stops(document, self.spans)
        self._named: set[int] = set()
        self.names: list[str] = []
        """The stops that were written so far, in the order of the page."""

    def split(self, start: int, end: int) -> Iterator[tuple[int, int, int]]:
        """The stretches of `start` to `end`, each with the position of its mark in `spans`, -1 where it has none."""
        at = start
        for number in range(bisect_right(self._ends, start), len(self.spans)):
            left, right = max(self.spans[number][0], at), min(self.spans[number][1], end)
            if left >= right:
                break
            if at < left:
                yield at, left, -1
            yield left, right, number
            at = right
        if at < end:
            yield at, end, -1

    def wrap(self, html: str, number: int) -> str:
        """`html`, which stands at the mark of that number, as a marked piece of the page."""
        name = self._name(number)
        named = f' id="{name}"' if name else ""
        kind = "" if self.spans[number] == self._quote else ' class="part"'
        return f"<mark{named}{kind}>{html}</mark>"

    def _name(self, number: int) -> str:
        """The id of a stop, the first time that it is written. That of the quote's own stop belongs to the quote."""
        stop = self._stops[number]
        holds_quote = self._stops[self.spans.index(self._quote)] == stop
        if stop in self._named or (holds_quote and self.spans[number] != self._quote):
            return ""
        self._named.add(stop)
        self.names.append(QUOTE if holds_quote else f"mark-{stop + 1}")
        return self.names[-1]


def _outside(part: Span, quote: Span) -> list[Span]:
    """What of `part` the quote does not cover."""
    around = ((part[0], min(part[1], quote[0])), (max(part[0], quote[1]), part[1]))
    return [(left, right) for left, right in around if left < right]


def _disjoint(spans: Sequence[Span]) -> list[Span]:
    kept: list[Span] = []
    for left, right in sorted(spans):
        left = max(left, kept[-1][1]) if kept else left
        if left < right:
            kept.append((left, right))
    return kept


def _stops(document: Document, spans: Sequence[Span]) -> list[int]:
    """For each span the number of its stop."""
    stops: list[int] = []
    for number, (start, _) in enumerate(spans):
        separated = number > 0 and any(map(str.isalnum, document.plain(spans[number - 1][1], start)))
        stops.append((stops[-1] + separated) if stops else 0)
    return stops
