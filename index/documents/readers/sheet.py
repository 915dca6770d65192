"""Spreadsheets: the tables on each sheet, whose rows know their columns. Excel's and OpenDocument's by calamine."""

import csv
import datetime
import io
from collections.abc import Iterator, Sequence
from itertools import groupby

from python_calamine import CalamineError, CalamineWorkbook

from index.document import BlockKind, Document
from index.documents.encoding import decode
from index.documents.readers import packed
from index.documents.readers.draft import Draft, Found
from index.documents.readers.frontmatter import Meta
from index.documents.readers.naming import tidy_name
from index.errors import ReaderError

_MOST_ROWS = 100_000
_DELIMITERS = ",\t;|"
_TITLE_CELLS = 1
"""A row with no more cells than this, above a wider one, says what the table is about."""
Row = Sequence[str]


def read_sheet(data: bytes, relative: str) -> Document:
    """XLSX, XLS, XLSB and ODS. Formulas count as their values."""
    if data.startswith(b"PK"):
        packed.opened(data, "spreadsheet")
    draft = Draft()
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [(name, book.get_sheet_by_name(name).to_python()) for name in book.sheet_names]
    except (CalamineError, OSError, ValueError) as error:
        raise ReaderError("broken-file", what="spreadsheet") from error
    _checked(sum(len(rows) for _, rows in sheets))
    group = 0
    for page, (name, rows) in enumerate(sheets, 1):
        if any(value != "" for row in rows for value in row):
            draft.add(name, BlockKind.HEADING, 2, page)
            group = _add(draft, [[_said(value) for value in row] for row in rows], group, page)
    # The name of a sheet is a section, and no title of the whole.
    return draft.finish(relative, Meta(title=tidy_name(relative)))


def read_csv(data: bytes, relative: str) -> Document:
    """Values between commas, tabs, semicolons or bars."""
    text = decode(data)
    sample = text[:20_000].split("\n")[:20]
    delimiter = max(_DELIMITERS, key=lambda one: min((line.count(one) for line in sample if line), default=0))
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise ReaderError("csv-broken") from error
    _checked(len(rows))
    draft = Draft()
    _add(draft, rows, 0, None)
    return draft.finish(relative, Meta())


def _checked(rows: int) -> None:
    if rows > _MOST_ROWS:
        raise ReaderError("too-many-rows", limit=_MOST_ROWS)


def _add(draft: Draft, rows: Sequence[Row], group: int, page: int | None) -> int:
    """Adds the tables of one sheet, parted by empty rows; returns the number of the last one."""
    cleaned = ([" ".join(str(cell).split()) for cell in row] for row in rows)
    for full, table in groupby(cleaned, key=any):
        if full:
            group += 1
            for found in _table(list(table), group):
                draft.put(found, page)
    return group


def _table(rows: Sequence[Row], group: int) -> Iterator[Found]:
    """One table: lines above it that are titles, the row that names its columns, its rows."""
    used = [column for column in range(max(map(len, rows))) if any(column < len(row) and row[column] for row in rows)]
    first = next((number for number, row in enumerate(rows) if sum(map(bool, row)) > _TITLE_CELLS), len(rows))
    for row in rows[:first]:
        yield Found(" ".join(filter(None, row)), BlockKind.PARAGRAPH)
    header = _is_header(rows, first)
    for number, row in enumerate(rows[first:]):
        cells = tuple(row[column] if column < len(row) else "" for column in used)
        yield Found("", BlockKind.HEADER if header and not number else BlockKind.ROW, group=group, cells=cells)


def _is_header(rows: Sequence[Row], first: int) -> bool:
    """Names of columns are words, and there are rows below."""
    named = [cell for cell in rows[first] if cell] if first + 1 < len(rows) else []
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
