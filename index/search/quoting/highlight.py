"""The quote of a sentence: with its neighbour where it needs one, and the words in it that answer."""

import re
from collections.abc import Sequence

from index.document import Document, Span
from index.encoders.span_reader import Reading, best_spans
from index.search.question.answer_types import spans as kind_spans
from index.search.question.query import Query, Wanted
from index.search.ranking.late_interaction import Weighted
from index.search.ranking.sentence_matches import SentenceMatch

COMFORTABLE = 160
"""A neighbour joins the quote only up to this length."""

# A sentence that begins like this speaks of what the sentence before it named.
_LEANS = re.compile(
    r"^[“\"「『（(]?(?:该|該|此|其|这|這|那|它|他|她|同时|目前|其中|后来|之后|随后|随即|并|并且|但|而|因此|所以|"
    r"(?:It|They|He|She|This|That|These|Those|Its|Their|His|Her|There|The company|Both|However|Then|But|And|Also)\b)"
)


def extend(document: Document, chosen: SentenceMatch, weighted: Weighted) -> Span:
    """The stretch to quote: `chosen`, with the sentence before it where that one names what this one only points at.

    The neighbour joins when the chosen sentence leans on it, or when it alone holds a term of the question.
    """
    start, end = chosen.span
    if chosen.position == 0:
        return start, end
    before = chosen.candidate.sentences[chosen.position - 1]
    if end - before[0] > COMFORTABLE or document.text[before[1] : start].strip():
        return start, end
    mine, theirs = (chosen.candidate.matches[p].terms for p in (chosen.position, chosen.position - 1))
    heavy = weighted.terms >= 0.6 * float(weighted.terms.max(initial=0.0))
    named_before = bool((heavy & (theirs >= 0.9) & (mine < 0.55)).any())
    leans = bool(_LEANS.match(document.text[start:end]))
    if named_before and (leans or end - start < 40):
        return before[0], end
    return start, end


def highlight(document: Document, quote: Span, chosen: SentenceMatch, weighted: Weighted) -> tuple[Span, ...]:
    """Offsets into the quote of what answers: the reader's span, else the nearest of the wanted kind."""
    candidate = chosen.candidate
    named = list(kind_spans(weighted.query.wanted, document.plain(*quote)))
    if candidate.reading is not None:
        # A count or a date that stands in the quote is what a question for one is answered by, not the noun beside it.
        must = named if weighted.query.wanted in (Wanted.NUMBER, Wanted.TIME) else []
        found = _reader_span(candidate.reading, candidate.start - candidate.body, quote, must)
        if found:
            return (found,)
    text = document.text[quote[0] : quote[1]]
    if named:
        anchors = [text.find(term.text) for term in weighted.query.content]
        anchors = [a for a in anchors if a >= 0]
        return (min(named, key=lambda s: (min((abs(s[0] - a) for a in anchors), default=0), s[0])),)
    return _term_spans(text, weighted.query)


def answering_place(chosen: SentenceMatch, start: int) -> int:
    """Where in the document the reader's best span within the sentence begins; `start` where nothing was read."""
    candidate = chosen.candidate
    if candidate.reading is None:
        return start
    shift = candidate.start - candidate.body
    places = (span.start + shift for span in best_spans(candidate.reading, n=6))
    return next((place for place in places if chosen.span[0] <= place < chosen.span[1]), start)


def _reader_span(reading: Reading, shift: int, quote: Span, must: Sequence[Span]) -> Span | None:
    """The best span of the reader within `quote` that touches one of `must`, if there are any.

    `shift` turns the reader's offsets into the document's; the span and `must` are offsets into the quote.
    """
    for span in best_spans(reading, n=6):
        left, right = span.start + shift - quote[0], span.end + shift - quote[0]
        if 0 <= left < right <= quote[1] - quote[0] and (not must or any(a < right and left < b for a, b in must)):
            return left, right
    return None


def _term_spans(text: str, query: Query) -> tuple[Span, ...]:
    """Where the question's own words stand, when nothing better is known; merged, in order."""
    spans: list[Span] = []
    for term in query.content:
        at = text.find(query.text[term.start : term.end])
        if at >= 0:
            spans.append((at, at + term.end - term.start))
    merged: list[Span] = []
    for left, right in sorted(spans):
        if merged and left <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(right, merged[-1][1])
        else:
            merged.append((left, right))
    return tuple(merged)
