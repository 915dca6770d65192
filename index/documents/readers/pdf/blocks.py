"""The parts of all pages become blocks: with levels of headings, groups of lists and tables, marks of notes."""

import re
from collections.abc import Iterator, Sequence

from index.document import BlockKind
from index.documents.readers.building.cells import Cell, Merged
from index.documents.readers.building.draft import FoundBlock
from index.documents.readers.pdf.flow import Column, Label, PdfTable
from index.documents.readers.pdf.kinds import NOTE, NUMBER, kind_of
from index.documents.readers.pdf.measure import Measure
from index.documents.readers.pdf.neighbours import Judged, settled
from index.documents.readers.pdf.paragraphs import Paragraph, parts
from index.documents.readers.pdf.rows import mark_of

Look = tuple[float, bool, int]
"""Of a heading: its size, whether it is bold, and how deep its number is."""
Placed = tuple[FoundBlock, int]
_WITHIN = frozenset({BlockKind.NOTE, BlockKind.FURNITURE, BlockKind.CODE})
_LEADER = re.compile(r"(?:\s?[.…]){4,}|(?<=[^.])\.\.\Z")
_BULLET = re.compile(r"(?:\A|\s*(?<=[\s。；;.]))[•●▪■◆➢✓]\s*")
_LONGEST_NAME, _LONGEST_TITLE = 40, 100
_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


def blocks_of(columns: Sequence[Column], measure: Measure) -> Iterator[Placed]:
    """The blocks in reading order, each with its page."""
    whole = settled([Judged(kind_of(part, measure), part) for part in parts(columns, measure)])
    headings = [one.part for one in whole if one.kind is BlockKind.HEADING and isinstance(one.part, Paragraph)]
    writer = _Writer(headings)
    for one in whole:
        yield from writer.write(one)


def _look(part: Paragraph) -> Look:
    number = NUMBER.match(part.text)
    depth = (number.group(1) or "").count(".") if number else 0
    return -round(part.size * 2) / 2, not part.bold, depth


class _Writer:
    """Gives blocks their levels, groups and numbers, in order."""

    def __init__(self, headings: Sequence[Paragraph]) -> None:
        self._ranks = {look: rank for rank, look in enumerate(sorted(set(map(_look, headings))), 1)}
        self._group = self._table_group = 0
        self._lefts: list[float] = []
        """Where the items of the open list begin, by depth."""

    def write(self, one: Judged) -> Iterator[Placed]:
        kind, part = one.kind, one.part
        if kind is not BlockKind.ITEM and kind not in _WITHIN:
            self._lefts = []
        if not isinstance(part, Paragraph):
            page, thing = part
            found = self._table(thing, one) if isinstance(thing, PdfTable) else _label(thing)
            yield from ((block, page) for block in found)
        elif kind is BlockKind.ITEM:
            yield self._item(part), part.page
        elif kind is BlockKind.HEADING:
            yield FoundBlock(part.text, kind, self._ranks[_look(part)]), part.page
        elif kind is BlockKind.NOTE:
            mark = NOTE.match(part.text)
            number, start = (mark.group(1), mark.end()) if mark else ("", 0)
            yield FoundBlock(part.text[start:], kind, number=_plain(number)), part.page
        elif kind is BlockKind.CODE:
            yield FoundBlock(_code(part), kind), part.page
        else:
            yield FoundBlock(part.text, kind), part.page

    def _item(self, part: Paragraph) -> FoundBlock:
        if not self._lefts:
            self._group += 1
        left = part.rows[0].left
        while self._lefts and left < self._lefts[-1] - 3:
            self._lefts.pop()
        if not self._lefts or left > self._lefts[-1] + 3:
            self._lefts.append(left)
        number, start = mark_of(part.text) or ("", 0)
        return FoundBlock(part.text[start:], BlockKind.ITEM, len(self._lefts), self._group, number)

    def _table(self, table: PdfTable, one: Judged) -> Iterator[FoundBlock]:
        if one.kind is BlockKind.FURNITURE:
            yield from (FoundBlock(_said(row.cells), BlockKind.FURNITURE) for row in table.rows)
            return
        if not one.goes_on:
            self._group += 1
            self._table_group = self._group
        for row in table.rows:
            cells = tuple(cell if not isinstance(cell, str) else _trimmed(cell) for cell in row.cells)
            over_all = all(cell is Merged.LEFT for cell in cells[1:])
            if over_all and (len(cells) == 1 or len(_said(cells)) > _LONGEST_TITLE):
                yield FoundBlock(_said(cells), BlockKind.PARAGRAPH)
            elif row.title:
                yield FoundBlock(_said(cells), BlockKind.CAPTION)
            elif len(cells) == 2 and _lists(cells):
                yield from self._list(cells)
            else:
                kind = BlockKind.HEADER if row.header else BlockKind.ROW
                yield FoundBlock("", kind, group=self._table_group, cells=cells)

    def _list(self, cells: Sequence[Cell]) -> Iterator[FoundBlock]:
        """A row that names a topic and lists what belongs to it: a heading and its items."""
        name, listed = (cell if isinstance(cell, str) else "" for cell in cells)
        if name:
            self._group += 1
            yield FoundBlock(name, BlockKind.HEADING, len(self._ranks) + 1)
        start, *items = _BULLET.split(listed)
        if start:
            yield FoundBlock(start, BlockKind.PARAGRAPH)
        yield from (FoundBlock(item, BlockKind.ITEM, 1, self._group) for item in items)


def _lists(cells: Sequence[Cell]) -> bool:
    """The second cell holds a list of bullets, and the first a name of it."""
    name, listed = cells
    named = not isinstance(name, str) or (len(name) <= _LONGEST_NAME and not _BULLET.search(name))
    return named and isinstance(listed, str) and len(_BULLET.findall(listed)) > 1


def _trimmed(cell: str) -> str:
    return " ".join(_LEADER.sub(" ", cell).split())


def _plain(number: str) -> str:
    return number.translate(_DIGITS)


def _said(cells: Sequence[Cell]) -> str:
    return " ".join(cell for cell in cells if isinstance(cell, str) and cell)


def _label(label: Label) -> Iterator[FoundBlock]:
    yield FoundBlock(label.text, BlockKind.FURNITURE)


def _code(part: Paragraph) -> str:
    """The rows of code as they stand, with their indents."""
    left = min(row.left for row in part.rows)
    return "\n".join(" " * round((row.left - left) / (0.6 * row.size)) + row.text for row in part.rows)
