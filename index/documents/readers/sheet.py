"""Spreadsheets: the tables on each sheet, whose rows know their columns. Excel's and OpenDocument's by calamine."""

import csv
import datetime
import io
import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from python_calamine import CalamineSheet, CalamineWorkbook

from index.document import BlockKind, Document
from index.documents.encoding import decode
from index.documents.readers import packed
from index.documents.readers.building.cells import Cell, Merged, carried, stand_over
from index.documents.readers.building.draft import Draft, FoundBlock
from index.documents.readers.frontmatter import Meta
from index.documents.readers.library import parsing
from index.documents.readers.naming import tidy_name
from index.documents.readers.tags import without_tags
from index.errors import ReaderError

_MOST_ROWS = 100_000
_QUOTED = re.compile('"[^"]*"')
_DELIMITERS = ",\t;|"
_TITLE_CELLS = 1
"""A row with no more cells than this, above a wider one, says what the table is about."""
Row = Sequence[Cell]


def read_sheet(data: bytes, relative: str) -> Document:
    """XLSX, XLS, XLSB and ODS. Formulas count as their values."""
    if data.startswith(b"PK"):
        packed.opened(data, "spreadsheet")
    draft = Draft()
    with parsing("spreadsheet"):
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        found = [(name, book.get_sheet_by_name(name)) for name in book.sheet_names]
        sheets = [(name, _rows(sheet), (sheet.start or (0, 0))[0]) for name, sheet in found]
    _checked(sum(len(rows) for _, rows, _ in sheets))
    group = 0
    for name, rows, top in sheets:
        if any(value != "" for row in rows for value in row):
            draft.add(name, BlockKind.HEADING, 2)
            group = _add(draft, rows, group, top)
    # The name of a sheet is a section, and no title of the whole.
    return draft.finish(relative, Meta(title=tidy_name(relative)))


def _rows(sheet: CalamineSheet) -> list[list[Cell]]:
    """The rows of a sheet; a cell that is merged with others reaches into them."""
    rows: list[list[Cell]] = [[_said(value) for value in row] for row in sheet.to_python()]
    top, left = sheet.start or (0, 0)
    room = sum(map(len, rows))
    for (first, column), (last, right) in sheet.merged_cell_ranges or ():
        # Cells are merged once: what covers more than the sheet has is no spreadsheet's own.
        room -= (last - first + 1) * (right - column + 1)
        if room < 0:
            break
        for row in range(first - top, min(last - top + 1, len(rows))):
            for place in range(column - left, min(right - left + 1, len(rows[row]))):
                if (row, place) != (first - top, column - left) and rows[row][place] == "":
                    rows[row][place] = Merged.UP if row > first - top else Merged.LEFT
    return rows


def read_csv(data: bytes, relative: str) -> Document:
    """Values between commas, tabs, semicolons or bars."""
    text = decode(data)
    # What stands in quotes may hold delimiters, and lines without any.
    sample = _QUOTED.sub("", text[:20_000]).split("\n")[:20]
    delimiter = max(_DELIMITERS, key=lambda one: min((line.count(one) for line in sample if line), default=0))
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise ReaderError("csv-broken") from error
    _checked(len(rows))
    draft = Draft()
    _add(draft, rows, 0, 0)
    return draft.finish(relative, Meta())


def _checked(rows: int) -> None:
    if rows > _MOST_ROWS:
        raise ReaderError("too-many-rows", limit=_MOST_ROWS)


def _add(draft: Draft, rows: Sequence[Row], group: int, top: int) -> int:
    """Adds the tables of one sheet, parted by empty rows; returns the number of the last one.

    `top` rows of the sheet stand above `rows`.
    """
    cleaned = ((number, [_clean(cell) for cell in row]) for number, row in enumerate(rows, top + 1))
    for full, numbered in groupby(cleaned, key=lambda one: any(one[1])):
        if full:
            group += 1
            table = list(numbered)
            for found in _table([row for _, row in table], group, table[0][0]):
                draft.put(found)
    return group


def _clean(cell: Cell) -> Cell:
    return " ".join(without_tags(cell).split()) if isinstance(cell, str) else cell


def _table(rows: Sequence[Row], group: int, top: int) -> Iterator[FoundBlock]:
    """One table: lines above it that are titles, the row that names its columns, its rows with their numbers.

    `top` is the number of the first of `rows` in the sheet.
    """
    used = [column for column in range(max(map(len, rows))) if any(column < len(row) and row[column] for row in rows)]
    whole = [[row[column] if column < len(row) else "" for column in used] for row in rows]
    first = next((number for number in range(len(whole)) if _begins(whole[number : number + 3])), len(whole))
    for row in whole[:first]:
        yield FoundBlock(" ".join(_full(row)), BlockKind.PARAGRAPH)
    table = whole[first:]
    heads = _heads(table)
    for number, cells in enumerate(table):
        kind = BlockKind.HEADER if number < heads else BlockKind.ROW
        yield FoundBlock("", kind, group=group, number=str(top + first + number), cells=tuple(cells))


def _begins(rows: list[list[Cell]]) -> bool:
    """Whether a table begins with the first of `rows`: with several cells, or with one that names some columns."""
    return len(_full(rows[0])) > _TITLE_CELLS or _heads(rows[:]) > 1


def _heads(table: list[list[Cell]]) -> int:
    """How many rows at the top of a table name its columns. Of two, what is empty belongs to the name beside it."""
    if len(table) > 2:
        upper, below = carried(*table[:2])
        if stand_over(*table[:3]) or stand_over(upper, below, table[2], merged=False):
            table[:2] = upper, below
            return 2
    return int(_is_header(table))


def _full(row: Row) -> list[str]:
    """What a row says itself."""
    return [cell for cell in row if isinstance(cell, str) and cell]


def _is_header(table: Sequence[Row]) -> bool:
    """Names of columns are words, and there are rows below."""
    named = _full(table[0]) if len(table) > 1 else []
    return bool(named) and not any(cell.replace(".", "").replace(",", "").replace("-", "").isdigit() for cell in named)


def _said(value: object) -> str:
    """A value as a reader of the sheet sees it."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.12g}"
    if isinstance(value, datetime.datetime):
        whole = value.time() == datetime.time()
        return value.date().isoformat() if whole else value.isoformat(" ", "minutes")
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value)
