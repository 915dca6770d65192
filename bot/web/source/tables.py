"""A table of a document as a table: its header cells, and cells that reach over several rows or columns."""

from collections.abc import Callable, Sequence
from html import escape

from index.document import Block, BlockKind, Span

_MOST_COLUMNS = 200
"""Cells of a row beyond these are shown in the last one."""
Write = Callable[[int, int], str]


def table_html(rows: Sequence[Block], write: Write, name: str) -> str:
    """`rows` in order; `write` gives a stretch of the document as HTML, `name` is what a screen reader calls it.

    Someone who uses the keyboard can scroll a table that is wider than the page.
    """
    grid = [_cells(row) for row in rows]
    heads = next((number for number, row in enumerate(rows) if row.kind is not BlockKind.HEADER), len(rows))
    taken: set[tuple[int, int]] = set()
    lines = []
    for row in range(len(rows)):
        kind = "th" if rows[row].kind is BlockKind.HEADER else "td"
        lines.append(
            f"<tr>{''.join(_cell(grid, row, column, kind, taken, write) for column in range(len(grid[row])))}</tr>"
        )
    head = f"<thead>{''.join(lines[:heads])}</thead>" if heads else ""
    body = f"<tbody>{''.join(lines[heads:])}</tbody>" if lines[heads:] else ""
    return (
        f'<div class="table" role="region" tabindex="0" aria-label="{escape(name)}"><table>{head}{body}</table></div>'
    )


def _cells(row: Block) -> list[Span]:
    cells = list(row.cells) or [(row.start, row.end)]
    if len(cells) > _MOST_COLUMNS:
        cells[_MOST_COLUMNS - 1 :] = [(cells[_MOST_COLUMNS - 1][0], row.end)]
    return cells


def _cell(
    grid: Sequence[Sequence[Span]], row: int, column: int, kind: str, taken: set[tuple[int, int]], write: Write
) -> str:
    """The cell at a place, "" where one from the left or from above reaches into it."""
    if (row, column) in taken:
        return ""
    span = grid[row][column]
    wide, high = _reach(grid, row, column)
    taken.update((row + down, column + right) for down in range(high) for right in range(wide))
    spans = (f' colspan="{wide}"' if wide > 1 else "") + (f' rowspan="{high}"' if high > 1 else "")
    scope = ' scope="col"' if kind == "th" else ""
    return f"<{kind}{scope}{spans}>{write(*span).strip()}</{kind}>"


def _reach(grid: Sequence[Sequence[Span]], row: int, column: int) -> tuple[int, int]:
    """Over how many columns and rows the cell at a place reaches. An empty one reaches nowhere."""
    span = grid[row][column]
    if span[0] == span[1]:
        return 1, 1
    wide = 1
    while column + wide < len(grid[row]) and grid[row][column + wide] == span:
        wide += 1
    high = 1
    while row + high < len(grid) and list(grid[row + high][column : column + wide]) == [span] * wide:
        high += 1
    return wide, high
