"""Tables of a page: cells that reach over rows and columns are found again where they reach."""

import re
from collections.abc import Iterator

from lxml.etree import _Element as Element

from index.document import BlockKind
from index.documents.readers.building.cells import Cell, Merged
from index.documents.readers.building.draft import FoundBlock
from index.documents.readers.html.meta import said
from index.documents.readers.links import Counted, joined, links_in, usable

_SPACE = re.compile(r"[ \t\n\r\f\u00a0\u200b]+")
_WIDEST = 1000
"""Columns of a row, and rows that one cell may reach over: more is no table."""


class HtmlTable:
    """One table while its rows are read, from the first to the last."""

    def __init__(self, group: int, base: str = "") -> None:
        """`base` is the address that links are relative to."""
        self._group = group
        self._base = base
        self._reaching: dict[int, int] = {}
        """For a column how many of the coming rows its cell still reaches into."""
        self._has_rows = False

    @property
    def reaching(self) -> bool:
        """Whether a cell of an upper row reaches into the coming one."""
        return any(rows > 0 for rows in self._reaching.values())

    def row(self, row: Element) -> Iterator[FoundBlock]:
        """The row, or nothing where all its cells are empty."""
        cells: list[Cell] = []
        for element in (cell for cell in row if cell.tag in ("td", "th")):
            self._fill(cells)
            width = _span(element.get("colspan"))
            height = _span(element.get("rowspan")) - 1
            start = len(cells)
            cells += [_SPACE.sub(" ", said(element)).strip(), *[Merged.LEFT] * (min(width, _WIDEST - start) - 1)]
            if height:
                self._reaching.update(dict.fromkeys(range(start, len(cells)), height))
        self._fill(cells)
        if any(cell for cell in cells if isinstance(cell, str)):
            kind = self._kind(row)
            self._has_rows = self._has_rows or kind is BlockKind.ROW
            yield FoundBlock("", kind, group=self._group, cells=tuple(cells), links=self._links(row))

    def _links(self, row: Element) -> tuple[Counted, ...]:
        if next(row.iter("a"), None) is None:
            return ()
        cells = (cell for cell in row if cell.tag in ("td", "th"))
        return joined((said(cell), links_in(cell, self._address)) for cell in cells)

    def _address(self, element: Element) -> str | None:
        return usable(element.get("href"), self._base) if element.tag == "a" else None

    def _fill(self, cells: list[Cell]) -> None:
        """Places that a cell of an upper row reaches into."""
        while self._reaching.get(len(cells), 0) > 0:
            self._reaching[len(cells)] -= 1
            cells.append(Merged.UP)

    def _kind(self, row: Element) -> BlockKind:
        """The first rows of nothing but headings name the columns; one further below is a title between rows."""
        parent = row.getparent()
        inside = parent is not None and parent.tag == "thead"
        heads = all(cell.tag == "th" for cell in row if cell.tag in ("td", "th"))
        if not inside and not heads:
            return BlockKind.ROW
        return BlockKind.CAPTION if self._has_rows else BlockKind.HEADER


def _span(value: str | None) -> int:
    return min(_WIDEST, max(1, int(value))) if value and re.fullmatch(r"[0-9]{1,5}", value.strip()) else 1
