"""Page numbers, and what stands at the head or the foot of many pages: left out."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

from index.documents.readers.pdf.page import PdfPage
from index.documents.readers.pdf.rows import Row, whole_rows

_NUMBER = re.compile(
    r"[-–—·\s|]*(?:第\s*)?(?:page\s*)?(?:\d{1,4}|[ivxlc]{1,6}|[A-Z]-\d{1,4})(?:\s*页)?"
    r"(?:\s*(?:/|of|共)\s*(?:第|共)?\s*\d{1,4}(?:\s*页)?)?[-–—·\s|]*",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+")
_ROMAN = re.compile(r"(?<![a-z])[ivxlc]{1,6}(?![a-z])", re.IGNORECASE)
_COUNTED = re.compile(r"\A(\d{1,4})(?=\s+\S)|(?<=\s)(\d{1,4})\Z")
_SHORT = 80
_EDGE = 3
"""So many rows from the top or the bottom of a page may belong to its margin."""
_LONGEST = 160
_HIGHEST = 0.15
"""Share of a page that a margin takes at most, above and below."""
_STEP = 8.0
"""Points within which two rows stand at the same place."""
Key = tuple[str, int]


def without_margins(pages: Sequence[PdfPage]) -> list[PdfPage]:
    edges = [list(_edges(page)) for page in pages]
    seen = Counter(key for page in edges for key in {key for row, number in page for key in _keys(row, number)})
    often = max(2, min(4, len(pages) * 2 // 5 + 1))
    found = []
    for page, rows_ in zip(pages, edges, strict=True):
        margin = {
            word
            for row, number in rows_
            if max(seen[key] for key in _keys(row, number)) >= often or _NUMBER.fullmatch(row.text)
            for word in row.words
        }
        kept = tuple(word for word in page.words if word not in margin)
        # A document of one repeated line has no margins, it has a text.
        found.append(replace(page, words=kept))
    return found if any(page.words for page in found) else list(pages)


def _edges(page: PdfPage) -> Iterator[tuple[Row, int]]:
    """The rows at the head and the foot of a page, and its number."""
    lines = whole_rows(page.words)
    for row in {*lines[:_EDGE], *lines[-_EDGE:]}:
        high, low = row.base < _HIGHEST * page.height, row.base > (1 - _HIGHEST) * page.height
        if (high or low) and sum(len(word.text) for word in row.words) <= _LONGEST:
            yield row, page.number


def _keys(row: Row, number: int) -> Iterator[Key]:
    """What is the same on every page for a head or foot: its place, and its text but for numbers that count pages."""
    text = _ROMAN.sub("#", row.text)
    numbers = [int(found) for found in _DIGITS.findall(text)[:3] if len(found) < 7]
    template = _DIGITS.sub("#", text)
    counted = _COUNTED.search(text)
    if counted and len(text) <= _SHORT:
        # The head of a chapter changes with the chapter; the number beside it goes on.
        for place in (round(row.base / _STEP), round(row.base / _STEP) + 1):
            yield f"number {int(counted.group(1) or counted.group(2)) - number}", place
    choices = product(*(((0, value), (1, value - number)) for value in numbers))
    for choice in choices:
        place = round(row.base / _STEP)
        yield f"{template}{choice}", place
        yield f"{template}{choice}", place + 1
