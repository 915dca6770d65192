"""Rows of tables: the words of each cell, of tables that are ruled and of tables that are only aligned."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.documents.readers.draft import Cell, Merged
from index.documents.readers.pdf.grids import Grid
from index.documents.readers.pdf.hyphens import Vocabulary
from index.documents.readers.pdf.page import Word
from index.documents.readers.pdf.rows import Row, continued, rows, whole_rows

_RUN = 0.8
"""Of the size of the letters: a wider gap within a cell is none of its spaces."""
_FIGURE = re.compile(r"[-+−(]?[$€£¥]?\s?\d[\d,.:/%\-–]*\)?\s?[%$€£¥]?")


@dataclass(frozen=True, slots=True)
class TableRow:
    cells: tuple[Cell, ...]
    header: bool = False


def ruled(grid: Grid, words: Sequence[Word]) -> list[TableRow]:
    """The rows of a ruled table."""
    bands: list[list[list[Word]]] = [[[] for _ in grid.xs[1:]] for _ in grid.ys[1:]]
    open_ = _open_bands(grid, words)
    for run in _runs(words):
        place, column = _place(grid, run, open_)
        bands[place][column] += run
    found: list[TableRow] = []
    for number, band in enumerate(bands):
        marks = [None if number in open_ else _mark(grid, number, column) for column in range(len(band))]
        found += [_row(cells, marks) for cells in _split(band)]
    return with_header([row for row in found if any(isinstance(cell, str) and cell for cell in row.cells)])


def _runs(words: Sequence[Word]) -> Iterator[list[Word]]:
    """Words with no more than a space between them."""
    for line in rows(words):
        run: list[Word] = []
        for word in line.words:
            if run and word.left - run[-1].right > _RUN * word.size:
                yield run
                run = []
            run.append(word)
        yield run


def _place(grid: Grid, run: Sequence[Word], open_: set[int]) -> tuple[int, int]:
    """The band and the column of the cell that holds a run: where it begins, or its middle where it fits."""
    first = run[0]
    band, column = grid.row(first.base - 0.3 * first.size), grid.column((first.left + run[-1].right) / 2)
    if band in open_:
        return band, min(column, grid.column(first.left + 1))
    while True:
        if column and not grid.parted(band, column):
            column -= 1
        elif band and band - 1 not in open_ and not grid.closed(band, column):
            band -= 1
        else:
            return band, column


def _open_bands(grid: Grid, words: Sequence[Word]) -> set[int]:
    """Bands without any rule between their columns, whose words keep to the columns of the others."""
    count = len(grid.xs) - 1
    found = {row for row in range(len(grid.ys) - 1) if not any(grid.parted(row, column) for column in range(1, count))}
    if len(found) == len(grid.ys) - 1:
        return set()
    used: dict[int, list[bool]] = {}
    columns: dict[int, set[int]] = {}
    for run in _runs(words):
        row, left = grid.row(run[0].base - 0.3 * run[0].size), grid.column(run[0].left + 1)
        used.setdefault(row, []).append(left == grid.column(run[-1].right - 1))
        columns.setdefault(row, set()).add(left)
    return {row for row in found if len(columns.get(row, ())) > 2 and sum(used[row]) * 10 >= 9 * len(used[row])}


def _mark(grid: Grid, row: int, column: int) -> Merged | None:
    """Whether the cell is part of the one on its left, or of the one above."""
    if column and not grid.parted(row, column):
        return Merged.LEFT
    return Merged.UP if row and not grid.closed(row, column) else None


def _row(cells: Sequence[Sequence[Word]], marks: Sequence[Merged | None]) -> TableRow:
    said = tuple(mark or cell_text(words) for words, mark in zip(cells, marks, strict=True))
    bold = all(word.bold for words in cells for word in words)
    return TableRow(said, bold)


def cell_text(words: Sequence[Word]) -> str:
    text = ""
    for line in whole_rows(words):
        text = continued(text, line.text, Vocabulary()) if text else line.text
    return text


def _split(band: Sequence[Sequence[Word]]) -> Iterator[list[list[Word]]]:
    """The rows within one band of a table that is ruled only now and then.

    A column of figures tells them: each of its lines is of another row.
    """
    lines = [whole_rows(words) for words in band]
    keys = [column for column in lines if len(column) > 1 and all(_ends_row(line) for line in column)]
    if not keys:
        yield [list(words) for words in band]
        return
    key = max(keys, key=len)
    starts = [line.base for line in key]
    parts: list[list[list[Word]]] = [[[] for _ in band] for _ in starts]
    for column, words in enumerate(band):
        for word in words:
            # A cell that is set a little higher than the figure beside it begins with it.
            above = [number for number, start in enumerate(starts) if word.base > start - 0.5 * word.size]
            parts[above[-1] if above else 0][column].append(word)
    yield from parts


def _ends_row(line: Row) -> bool:
    """A figure, or dots that lead to the next cell: no cell goes on below."""
    return bool(_FIGURE.fullmatch(line.text) or line.text.endswith("...."))


def with_header(found: Sequence[TableRow]) -> list[TableRow]:
    """The rows with those that name the columns told: bold above others that are not, or words above figures."""
    count = 0
    while count < len(found) and found[count].header:
        count += 1
    if count == len(found):
        count = 0
    if not count and len(found) > 1 and _names_columns(found):
        count = 1
    return [TableRow(row.cells, number < count) for number, row in enumerate(found)]


def _names_columns(found: Sequence[TableRow]) -> bool:
    """No cell of the first row is empty or has a digit in it, and some column is all figures below it."""
    first = [cell for cell in found[0].cells if isinstance(cell, str)]
    if len(first) < 2 or not all(cell and not any(map(str.isdigit, cell)) for cell in first):
        return False
    columns = zip(*(row.cells for row in found[1:]), strict=True)
    return any(all(isinstance(cell, str) and _FIGURE.fullmatch(cell) for cell in column) for column in columns)
