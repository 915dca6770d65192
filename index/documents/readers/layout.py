"""From lines on pages to paragraphs: by their size, their distance, their indent, and how full they are."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product
from statistics import median

from index.document import BlockKind
from index.documents.readers.lines import bulleted, display_width, ends_sentence
from index.text.language import size as units

_PAGE_NUMBER = re.compile(
    r"[-–—·\s]*(?:第\s*)?(?:page\s*)?(?:\d{1,4}|[ivxlc]{1,6})(?:\s*页)?(?:\s*(?:/|of|共)\s*(?:第|共)?\s*\d{1,4}(?:\s*页)?)?[-–—·\s]*",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+")
_HYPHENATED = re.compile(r"[A-Za-z]{2,}-\Z")
_WIDE_END = re.compile("[\u2e80-\u9fff\uff00-\uffef]\\Z")
_WIDE_START = re.compile("[\u2e80-\u9fff\uff00-\uffef]")
_LARGER = 1.15
"""A line this much larger than the body of the text is a heading."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line where it stands: `x` and `y` of its beginning in points, upwards, and the size of its letters."""

    text: str
    x: float
    y: float
    size: float
    bold: bool
    page: int
    cells: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str
    kind: BlockKind | None
    level: int
    page: int


def without_margins(pages: Sequence[Sequence[Line]]) -> list[Line]:
    """All lines, less page numbers and what stands at the head or foot of most pages."""
    whole = [line for page in pages for line in page]
    if not whole:
        return whole
    edges = [edge for page in pages for edge in _edges(page, _common(whole))]
    seen = Counter(key for edge in edges for key in _keys(edge))
    often = max(2, min(4, len(pages) * 2 // 5 + 1))
    margin: set[Line] = set()
    for edge in edges:
        if max(seen[key] for key in _keys(edge)) >= often or all(map(_is_number, edge)):
            margin.update(edge)
    # A document of one repeated line has no margins, it has a text.
    return [line for line in whole if line not in margin] or whole


def _edges(page: Sequence[Line], body: float) -> Iterator[tuple[Line, ...]]:
    """What stands at the two highest and the two lowest places of a page, headings left out."""
    places: dict[int, list[Line]] = {}
    for line in page:
        places.setdefault(round(line.y), []).append(line)
    heights = sorted(places)
    for height in {*heights[:2], *heights[-2:]}:
        lines = places[height]
        if sum(len(line.text) for line in lines) <= 120 and max(line.size for line in lines) < body * _LARGER:
            yield tuple(lines)


def _keys(edge: Sequence[Line]) -> set[tuple[str, int]]:
    """What is the same on every page for a head or foot: its place, and its text but for numbers that count pages."""
    text = " ".join(line.text for line in edge)
    page, place = edge[0].page, round(edge[0].y) // 4
    numbers = [int(found) for found in _DIGITS.findall(text)[:3] if len(found) < 6]
    template = _DIGITS.sub("#", text)
    choices = product(*(((0, number), (1, number - page)) for number in numbers))
    return {(f"{template}{choice}", place) for choice in choices}


def _is_number(line: Line) -> bool:
    return bool(_PAGE_NUMBER.fullmatch(line.text))


def paragraphs(lines: Sequence[Line]) -> Iterator[Paragraph]:
    """Lines put together into paragraphs, headings and rows of tables, in order."""
    rows = _rows(lines)
    if not rows:
        return
    body = _common(rows)
    usual = [row for row in rows if abs(row.size - body) < 0.5 and row.cells == 1]
    measure = _Measure(
        body=body,
        leading=_leading(usual) or 1.4 * body,
        left=min(row.x for row in usual or rows),
        right=sorted(row.x + _extent(row) for row in usual or rows)[len(usual or rows) * 9 // 10],
        sizes=sorted({row.size for row in rows if row.size >= body * _LARGER}, reverse=True),
    )
    group: list[Line] = []
    for row in rows:
        if group and not measure.continues(group[-1], row):
            yield measure.paragraph(group)
            group = []
        group.append(row)
    yield measure.paragraph(group)


def _common(rows: Sequence[Line]) -> float:
    """The size in which most of the text is set."""
    weight: Counter[float] = Counter()
    for row in rows:
        weight[row.size] += len(row.text)
    return weight.most_common(1)[0][0]


def _leading(rows: Sequence[Line]) -> float:
    steps = [a.y - b.y for a, b in pairwise(rows) if a.page == b.page and 0 < a.y - b.y < 4 * a.size]
    return median(steps) if steps else 0.0


def _rows(lines: Sequence[Line]) -> list[Line]:
    """Pieces at one height joined: with a bar between them where a gap shows the columns of a table."""
    rows: list[Line] = []
    for line in lines:
        last = rows[-1] if rows else None
        if last and last.page == line.page and abs(last.y - line.y) < 0.4 * last.size and line.x > last.x:
            reach = last.x + _extent(last)
            apart = line.x - reach > 0.6 * last.size
            joint = " | " if apart else "" if line.x - reach < 0.15 * last.size else " "
            rows[-1] = replace(last, text=last.text + joint + line.text, cells=last.cells + apart)
        else:
            rows.append(line)
    return rows


def _extent(line: Line) -> float:
    """About how wide a line is printed: a Chinese character takes its size, a Latin letter 0.46 of it."""
    columns = display_width(line.text)
    wide = columns - len(line.text)
    return (wide + 0.46 * (columns - 2 * wide)) * line.size


@dataclass(frozen=True, slots=True)
class _Measure:
    """How the body of one document is set."""

    body: float
    leading: float
    left: float
    right: float
    sizes: Sequence[float]

    def continues(self, last: Line, row: Line) -> bool:
        """`row` goes on with the paragraph of `last`."""
        if abs(last.size - row.size) > 0.08 * last.size or last.cells > 1 or row.cells > 1 or bulleted(row.text):
            return False
        step = last.y - row.y
        if last.page != row.page or step <= 0:
            return self._is_full(last, row) and not ends_sentence(last.text) and row.size < self.body * _LARGER
        if row.size >= self.body * _LARGER:
            return step < 1.6 * row.size
        if step > 1.35 * max(self.leading, row.size) or last.bold != row.bold:
            return False
        indented = row.x - last.x > 0.8 * row.size and not bulleted(last.text)
        return not indented and self._is_full(last, row)

    def _is_full(self, last: Line, row: Line) -> bool:
        """The first word of `row` would not have fitted into `last`; within a sentence a shorter line counts too."""
        word = 2.0 if _WIDE_START.match(row.text) else 0.46 * (1 + len(row.text.split(" ", 1)[0]))
        share = 0.85 if ends_sentence(last.text) else 0.6
        return last.x + _extent(last) + word * row.size - self.left > share * (self.right - self.left)

    def paragraph(self, group: Sequence[Line]) -> Paragraph:
        first = group[0]
        text = first.text
        for line in group[1:]:
            text = _join(text, line.text)
        short = units(text) <= 40
        if first.cells > 1:
            return Paragraph(text, BlockKind.ROW, 0, first.page)
        if first.size >= self.body * _LARGER and short:
            return Paragraph(text, BlockKind.HEADING, 1 + self.sizes.index(first.size), first.page)
        if first.bold and all(line.bold for line in group) and len(group) == 1 and short and not ends_sentence(text):
            return Paragraph(text, BlockKind.HEADING, 1 + len(self.sizes), first.page)
        return Paragraph(text, None, 0, first.page)


def _join(text: str, more: str) -> str:
    """Two lines of one paragraph: without a space between Chinese, without the hyphen that parted a word."""
    if _HYPHENATED.search(text) and more[:1].islower():
        return text[:-1] + more
    if _WIDE_END.search(text) and _WIDE_START.match(more):
        return text + more
    return f"{text} {more}"
