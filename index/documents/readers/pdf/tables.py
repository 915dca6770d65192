"""Rows of tables: the words of each cell, of tables that are ruled and of tables that are only aligned."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from index.documents.readers.building.cells import Cell, Merged
from index.documents.readers.lines import ends_sentence
from index.documents.readers.pdf.grids import Grid
from index.documents.readers.pdf.page import Word
from index.documents.readers.pdf.rows import Row, Vocabulary, continued, rows, whole_rows

_LONG = 24
"""Letters of a cell that holds a text, which may be cut."""
_LONGEST_NAME = 60
"""Letters of the name of a column."""
_RUN = 0.8
"""Of the size of the letters: a wider gap within a cell is none of its spaces."""
_FIGURE = re.compile(r"[-+−(]?[$€£¥]?\s?\d[\d,.:/%\-– ]*\)?\s?[%$€£¥]?")


@dataclass(frozen=True, slots=True)
class TableRow:
    cells: tuple[Cell, ...]
    header: bool = False
    title: bool = False
    """It stands over all columns, above the header."""


def ruled(grid: Grid, words: Sequence[Word]) -> list[TableRow]:
    """The rows of a ruled table."""
    bands: list[list[list[Word]]] = [[[] for _ in grid.xs[1:]] for _ in grid.ys[1:]]
    open_ = _open_bands(grid, words)
    for run in _runs(words, grid):
        place, column = _place(grid, run, open_)
        bands[place][column] += run
    found: list[TableRow] = []
    for number, band in enumerate(bands):
        marks = [None if number in open_ else _mark(grid, number, column) for column in range(len(band))]
        _unmerge(grid, band, marks)
        found += [_row(cells, marks) for cells in _split(band)]
    return with_header([row for row in found if any(isinstance(cell, str) and cell for cell in row.cells)])


def _runs(words: Sequence[Word], grid: Grid) -> Iterator[list[Word]]:
    """Words with no more than a space and no rule between them."""
    for line in rows(words):
        run: list[Word] = []
        for word in line.words:
            if run and (word.left - run[-1].right > _RUN * word.size or _is_parted(grid, run[-1], word)):
                yield run
                run = []
            run.append(word)
        yield run


def _is_parted(grid: Grid, left: Word, right: Word) -> bool:
    """A rule stands between two words."""
    column = grid.column(right.left + 1)
    return left.right < grid.xs[column] + 2 and grid.parted(grid.row(right.base - 0.3 * right.size), column)


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


def _unmerge(grid: Grid, band: list[list[Word]], marks: list[Merged | None]) -> None:
    """A cell over several columns, whose words keep to these columns, is only not ruled; a line above goes for each."""
    for column, words in enumerate(band):
        end = column + 1
        while end < len(band) and marks[end] is Merged.LEFT:
            end += 1
        if end - column < 2 or marks[column] is not None:
            continue
        lines = [list(_runs(line.words, grid)) for line in rows(words)]
        kept = [{grid.column((run[0].left + run[-1].right) / 2) for run in line} for line in lines]
        if not any(len(places) == len(line) > 1 for places, line in zip(kept, lines, strict=True)):
            continue
        band[column:end] = [[] for _ in range(column, end)]
        marks[column:end] = [None] * (end - column)
        for line in lines:
            for run in line:
                place = grid.column((run[0].left + run[-1].right) / 2)
                for target in range(column, end) if len(line) == 1 else (min(max(place, column), end - 1),):
                    band[target] += run


def _open_bands(grid: Grid, words: Sequence[Word]) -> set[int]:
    """Bands without any rule between their columns, whose words keep to the columns of the others."""
    count = len(grid.xs) - 1
    found = {row for row in range(len(grid.ys) - 1) if not any(grid.parted(row, column) for column in range(1, count))}
    if len(found) == len(grid.ys) - 1:
        return set()
    used: dict[int, list[bool]] = {}
    columns: dict[int, set[int]] = {}
    for run in _runs(words, grid):
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


def is_figure(text: str) -> bool:
    """A number, a sum of money, a share, a date in figures."""
    return bool(_FIGURE.fullmatch(text))


def _ends_row(line: Row) -> bool:
    """A figure, or dots that lead to the next cell: no cell goes on below."""
    return bool(is_figure(line.text) or line.text.endswith("...."))


def with_header(found: Sequence[TableRow]) -> list[TableRow]:
    """The rows with those that name the columns told: bold above others that are not, or words above figures."""
    found = _without_empty(found)
    titles = next((number for number, row in enumerate(found) if not _is_title(row)), 0)
    rows_ = [*found[titles:]]
    count = next((number for number, row in enumerate(rows_) if not row.header), 0)
    if not count:
        count = next((number for number in (1, 2) if _names_columns(rows_, number)), 0)
    body = [TableRow(row.cells, number < count) for number, row in enumerate(rows_)]
    return [TableRow(row.cells, title=True) for row in found[:titles]] + body


def _without_empty(found: Sequence[TableRow]) -> list[TableRow]:
    """The rows without columns in which nothing stands: two rules that are a little apart."""
    columns = list(zip(*(row.cells for row in found), strict=True))
    kept = [number for number, column in enumerate(columns) if any(isinstance(cell, str) and cell for cell in column)]
    return [replace(row, cells=tuple(row.cells[number] for number in kept)) for row in found]


def _is_title(row: TableRow) -> bool:
    """One cell over all columns."""
    return len(row.cells) > 1 and all(cell is Merged.LEFT for cell in row.cells[1:])


def _names_columns(found: Sequence[TableRow], count: int) -> bool:
    """The first rows hold names and no figures, and what stands below them is figures, or longer."""
    if len(found) <= count or not any(isinstance(cell, str) for cell in found[0].cells[1:]):
        return False
    for row in found[:count]:
        names = [cell for cell in row.cells if isinstance(cell, str)]
        if len(names) < 2 or not all(names[1:]) or any(map(is_figure, names)):
            return False
        if len(set(names)) < len(names) or max(map(len, names)) > _LONGEST_NAME:
            return False
    columns = [
        [cell for cell in column if isinstance(cell, str) and cell]
        for column in zip(*(row.cells for row in found[count:]), strict=True)
    ]
    if any(column and all(map(is_figure, column)) for column in columns):
        return True
    if not found[0].cells[0] or any(ends_sentence(cell) for cell in found[0].cells if isinstance(cell, str)):
        return False
    named = [(cell, column) for cell, column in zip(found[0].cells, columns, strict=True) if isinstance(cell, str)]
    shorter = [len(name) * len(column) * 4 < 3 * sum(map(len, column)) for name, column in named if column]
    return count == 1 and len(found) > 2 and len(shorter) > 1 and sum(shorter) * 2 > len(shorter)


def whole_row(row: TableRow, rest: TableRow) -> TableRow | None:
    """A row and what a page break cut off it; None where `rest` is a row of its own."""
    filled = [number for number, cell in enumerate(rest.cells) if isinstance(cell, str) and cell]
    pairs = list(zip(row.cells, rest.cells, strict=True))
    if not filled or rest.cells[0] != "" or not all(isinstance(pairs[number][0], str) for number in filled):
        return None
    unfinished = [cell for cell, more in pairs if isinstance(cell, str) and more and not ends_sentence(cell)]
    alone = len(filled) == 1 and len(row.cells) > 2
    if not (alone or (unfinished and max(map(len, unfinished)) > _LONG)):
        return None
    return TableRow(tuple(_and(cell, more) for cell, more in pairs), row.header)


def _and(cell: Cell, more: Cell) -> Cell:
    if isinstance(cell, str) and isinstance(more, str) and more:
        return continued(cell, more, Vocabulary()) if cell else more
    return cell
