"""A page as it is read: column after column, each of them rows and tables."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise

from index.documents.readers.lines import display_width
from index.documents.readers.pdf import aligned
from index.documents.readers.pdf.columns import regions
from index.documents.readers.pdf.grids import Grid, grids
from index.documents.readers.pdf.page import Box, PdfPage, Rule, Word
from index.documents.readers.pdf.rows import Row, row, rows, whole_rows
from index.documents.readers.pdf.tables import TableRow, ruled

_MOST_LABELS = 400
"""Letters on a picture: more are a text with a background."""
_LONGEST_LABEL = 40
_TEXT = 200
"""Letters of a cell that holds a text."""
_FEW_COLUMNS = 3
_LOWEST = 24.0
"""Points: a picture that is lower is none, but a mark or a shade behind words."""
Made = Callable[[list[Word]], "PdfTable | Label"]


@dataclass(frozen=True, slots=True)
class PdfTable:
    rows: tuple[TableRow, ...]


@dataclass(frozen=True, slots=True)
class Label:
    """What stands on a picture."""

    text: str


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a page, or what reaches over all of them."""

    page: int
    left: float
    right: float
    parts: tuple[Row | PdfTable | Label, ...]

    @property
    def lines(self) -> list[Row]:
        return [part for part in self.parts if isinstance(part, Row)]


def columns_of(page: PdfPage) -> Iterator[Column]:
    """The columns of one page in reading order."""
    held: dict[Word, PdfTable | Label] = {}
    words = list(page.words)
    whole = [grid for grid in grids(page) if not _is_layout(grid, words)]
    found = [part for grid in whole for part in _without_prose(grid, words)]
    for grid in found:
        words = _without(words, grid.box, held, partial(_ruled, grid))
    for picture in page.pictures:
        if _is_labelled(picture, words):
            words = _without(words, picture, held, _label)
    rules = [rule for rule in page.across if not any(grid.box.holds(rule.start, rule.at) for grid in found)]
    for region in regions(words, rules) if words else ():
        yield _column(page, region, held, rules)


def _is_layout(grid: Grid, words: Sequence[Word]) -> bool:
    """A grid that only places texts side by side: each of its cells holds a whole one."""
    if len(grid.xs) > _FEW_COLUMNS + 1:
        return False
    rows_ = ruled(grid, [word for word in words if _is_on(word, grid.box)])
    letters = [len(cell) for row in rows_ for cell in row.cells if isinstance(cell, str) and cell]
    return sum(letters) > _TEXT * len(letters)


def _without_prose(grid: Grid, words: Sequence[Word]) -> list[Grid]:
    """The parts of a grid above and below cells over its whole width that hold a text: these are boxes, not rows."""
    count = len(grid.ys) - 1
    letters = [0] * count
    for word in words:
        if _is_on(word, grid.box):
            letters[grid.row(word.base - 0.3 * word.size)] += len(word.text)
    inner = range(1, len(grid.xs) - 1)
    boxes = [row for row in range(count) if letters[row] > _TEXT and not any(grid.parted(row, x) for x in inner)]
    edges = [-1, *boxes, count]
    parts = [(above + 1, below) for above, below in pairwise(edges) if below > above + 1]
    return [replace(grid, ys=grid.ys[start : end + 1]) for start, end in parts]


def _ruled(grid: Grid, words: Sequence[Word]) -> PdfTable:
    return PdfTable(tuple(ruled(grid, words)))


def _label(words: Sequence[Word]) -> Label:
    return Label(" ".join(row.text for row in rows(words)))


def _without(words: list[Word], box: Box, held: dict[Word, PdfTable | Label], made: Made) -> list[Word]:
    """`words` with one for all those within `box`, and in `held` what it stands for."""
    inside = [word for word in words if word not in held and _is_on(word, box)]
    if not inside:
        return words
    first = min(inside, key=lambda word: word.base)
    instead = Word("\ufffc", box.left, box.right, first.base, first.size)
    held[instead] = made(inside)
    gone = set(inside)
    return [*(word for word in words if word not in gone), instead]


def _is_labelled(picture: Box, words: Sequence[Word]) -> bool:
    """Few and short rows stand on the picture."""
    if picture.bottom - picture.top < _LOWEST:
        return False
    inside = {word for word in words if _is_on(word, picture)}
    letters = [display_width(row.text) for row in rows(inside)]
    if not 0 < sum(letters) <= _MOST_LABELS or max(letters) > _LONGEST_LABEL:
        return False
    # A line of the text that runs through the picture is no label of it.
    return not any(
        (one in inside) != (other in inside) and other.left - one.right < other.size
        for line in rows(words)
        for one, other in pairwise(line.words)
    )


def _is_on(word: Word, box: Box) -> bool:
    return box.holds((word.left + word.right) / 2, word.base - 0.3 * word.size)


def _column(page: PdfPage, words: Sequence[Word], held: dict[Word, PdfTable | Label], rules: Sequence[Rule]) -> Column:
    lines = whole_rows(words)
    parts: list[Row | PdfTable | Label] = []
    start = 0
    for number, line in enumerate([*lines, None]):
        standing = [held[word] for word in line.words if word in held] if line else []
        if line is None or standing:
            parts += _with_tables(lines[start:number], rules)
            rest = [word for word in line.words if word not in held] if line else []
            parts += [row(rest)] if rest else []
            parts += standing
            start = number + 1
    text = [line for line in lines if not any(word in held for word in line.words)] or lines
    return Column(page.number, min(line.left for line in text), max(line.right for line in text), tuple(parts))


def _with_tables(lines: Sequence[Row], rules: Sequence[Rule]) -> Iterator[Row | PdfTable]:
    """Rows, with those that make an aligned table made one."""
    at = 0
    for table in aligned.tables(lines):
        yield from lines[at : table.start]
        yield PdfTable(tuple(aligned.table_rows(lines[table.start : table.end], table.gaps, rules)))
        at = table.end
    yield from lines[at:]
