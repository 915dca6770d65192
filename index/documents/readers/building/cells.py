"""Cells of a table while it is read, and tables whose columns are named by two rows.

2024 |    | 2025 |
Q1   | Q2 | Q1   | Q2
"""

import re
from collections.abc import Iterator, Sequence
from enum import Enum, auto


class Merged(Enum):
    """A place in a row that another cell reaches into."""

    UP = auto()
    LEFT = auto()


Cell = str | Merged
LONGEST_NAME = 24
"""Letters of the name of a column."""
_NUMBER = re.compile(r"[-+−]?[\d.,\s%‰€$¥£]+")
_YEAR = re.compile(r"(?:19|20)\d\d")


def stand_over(upper: Sequence[Cell], below: Sequence[Cell], after: Sequence[Cell], *, merged: bool = True) -> bool:
    """Whether the first two rows of a table name its columns together; `after` is the third.

    A cell of the upper one reaches over several columns, below it stands a name for each of these, and nowhere else
    have both rows something to say. So may a row of values look: but names repeat ("Q1", "Q2", "Q1", "Q2"), or numbers
    stand below them, or a cell reaches down from the upper row, unless it was not `merged` but taken for that.
    """
    width = len(upper)
    if not width == len(below) == len(after) or all(cell is Merged.LEFT for cell in upper[1:]):
        return False
    reached = [upper[n] is Merged.LEFT or (n + 1 < width and upper[n + 1] is Merged.LEFT) for n in range(width)]
    names = [cell for cell, under in zip(below, reached, strict=True) if under]
    compatible = all(under or not (_said(a) and _said(b)) for a, b, under in zip(upper, below, reached, strict=True))
    if not names or not compatible or not all(map(_names, names)):
        return False
    numbers = any(_number(value) and _names(name) for name, value in zip(below, after, strict=True))
    return numbers or len(set(names)) < len(names) or (merged and Merged.UP in below)


def carried(upper: Sequence[Cell], below: Sequence[Cell]) -> tuple[list[Cell], list[Cell]]:
    """Two rows whose empty cells are taken for merged ones: right of a name, and below one."""
    return list(_to_the_right(upper, below)), [
        Merged.UP if not cell and _said(above) else cell for above, cell in zip(upper, below, strict=True)
    ]


def _to_the_right(upper: Sequence[Cell], below: Sequence[Cell]) -> Iterator[Cell]:
    named = False
    for cell, under in zip(upper, below, strict=True):
        yield Merged.LEFT if not cell and named and _said(under) else cell
        named = bool(cell) or (named and _said(under))


def _said(cell: Cell) -> bool:
    return isinstance(cell, str) and bool(cell)


def _names(cell: Cell) -> bool:
    brief = isinstance(cell, str) and 0 < len(cell) <= LONGEST_NAME
    return brief and (not _number(cell) or bool(_YEAR.fullmatch(str(cell))))


def _number(cell: Cell) -> bool:
    return isinstance(cell, str) and bool(_NUMBER.fullmatch(cell))
