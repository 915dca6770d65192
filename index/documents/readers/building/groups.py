"""Blocks that belong together although nothing marks them so: runs of items, of rows, of "（一）...", "（二）..."."""

import re
from collections.abc import Sequence
from dataclasses import replace

from index.document import BlockKind
from index.documents.readers.building.cells import LONGEST_NAME, Cell, Merged, stand_over
from index.documents.readers.building.piece import Piece

_ROWS = frozenset({BlockKind.ROW, BlockKind.HEADER})
_STYLES = (
    re.compile(r"第?[一二三四五六七八九十百]{1,4}[、.．][ \t]*(?=\S)"),
    re.compile(r"[（(][一二三四五六七八九十百]{1,4}[）)][ \t]*(?=\S)"),
    re.compile(r"\d{1,3}(?:[.．、](?!\d)|\))[ \t]*(?=\S)"),
    re.compile(r"[（(]\d{1,3}[）)][ \t]*(?=\S)"),
    re.compile(r"[①-⑳][ \t]*(?=\S)"),
    re.compile(r"[（(][a-zA-Z][）)][ \t]*(?=\S)"),
)
_LONGEST_MARK = 12


def grouped(text: str, pieces: Sequence[Piece]) -> list[Piece]:
    """`pieces` with the group of each item and row, where the reader gave none."""
    out = list(pieces)
    group = max((piece.group for piece in out), default=0)
    start = 0
    while start < len(out):
        end = _run(text, out, start)
        if end > start:
            group += 1
            out[start:end] = _members(text, out[start:end], group)
        start = max(end, start + 1)
    return _with_headers(text, out)


def _with_headers(text: str, pieces: Sequence[Piece]) -> list[Piece]:
    """The first row of a table without a header is one, where it looks like one."""
    tables: dict[int, list[int]] = {}
    for position, piece in enumerate(pieces):
        if piece.kind in _ROWS and piece.cells:
            tables.setdefault(piece.group, []).append(position)
    out = list(pieces)
    for rows in tables.values():
        heads = [row for row in rows if out[row].kind is BlockKind.HEADER]
        if len(rows) > 2 and not heads and _names_columns(text, out[rows[0]]):
            heads = rows[:1]
        if heads in ([], rows[:1]) and _two_name_columns(text, [out[row] for row in rows[:3]]):
            heads = rows[:2]
        for row in heads:
            out[row] = replace(out[row], kind=BlockKind.HEADER)
    return out


def _two_name_columns(text: str, rows: Sequence[Piece]) -> bool:
    """The first two of three rows name the columns together."""
    return len(rows) > 2 and stand_over(*([_cell(text, row, n) for n in range(len(row.cells))] for row in rows))


def _cell(text: str, row: Piece, column: int) -> Cell:
    """What a cell says itself, or where the cell is that reaches into it."""
    start, end = row.cells[column]
    if start < end <= row.start:
        return Merged.UP
    return Merged.LEFT if column and start < end and row.cells[column - 1] == (start, end) else text[start:end]


def _names_columns(text: str, row: Piece) -> bool:
    """Three cells or more, each of them a few words, no two the same, and none a number."""
    names = [text[start:end] for start, end in row.cells]
    short = all(0 < len(name) <= LONGEST_NAME and not any(map(str.isdigit, name)) for name in names)
    return len(names) > 2 and short and len(set(names)) == len(names)


def _run(text: str, pieces: Sequence[Piece], start: int) -> int:
    """Where the list or table that begins at `start` ends, `start` where none does."""
    first = pieces[start]
    if first.group:
        return start
    if first.kind in _ROWS or first.kind is BlockKind.ITEM:
        same = _ROWS if first.kind in _ROWS else frozenset({BlockKind.ITEM})
        end = start + 1
        while end < len(pieces) and not pieces[end].group and pieces[end].kind in same:
            end += 1
        return end
    if first.kind is not BlockKind.PARAGRAPH or _style(text, first) < 0:
        return start
    end = start
    while end < len(pieces) and pieces[end].kind is BlockKind.PARAGRAPH and _style(text, pieces[end]) >= 0:
        end += 1
    repeated = sum(_style(text, piece) == _style(text, first) for piece in pieces[start:end])
    return end if repeated > 1 else start


def _style(text: str, piece: Piece) -> int:
    """Which way of numbering a paragraph begins with, -1 for none."""
    opening = text[piece.start : min(piece.end, piece.start + _LONGEST_MARK)]
    return next((number for number, style in enumerate(_STYLES) if style.match(opening)), -1)


def _members(text: str, pieces: Sequence[Piece], group: int) -> list[Piece]:
    """The pieces of one list or table; a way of numbering that is new within a list is one level deeper."""
    if pieces[0].kind in _ROWS:
        return [replace(piece, group=group) for piece in pieces]
    styles: list[int] = []
    out: list[Piece] = []
    for piece in pieces:
        start = _mark_start(text, piece) if piece.kind is BlockKind.ITEM else piece.start
        style = _style(text, replace(piece, start=start))
        if style not in styles:
            styles.append(style)
        del styles[styles.index(style) + 1 :]
        found = _STYLES[style].match(text, start, piece.end) if style >= 0 else None
        behind = max(piece.start, found.end()) if found else piece.start
        number = found.group().strip() if found else ""
        item = replace(piece, kind=BlockKind.ITEM, start=behind, level=len(styles), group=group, number=number)
        out.append(item)
    return out


def _mark_start(text: str, piece: Piece) -> int:
    """Where the mark before an item stands: the first letter of its line."""
    line = max(text.rfind("\n", 0, piece.start) + 1, piece.start - _LONGEST_MARK)
    return _first(text, line, piece.start)


def _first(text: str, start: int, end: int) -> int:
    while start < end and text[start].isspace():
        start += 1
    return start
