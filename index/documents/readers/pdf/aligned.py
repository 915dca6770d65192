"""Tables without rules between their cells: rows whose gaps stand below one another."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from statistics import median

from index.documents.readers.pdf.page import Rule, Word
from index.documents.readers.pdf.rows import Row, mark_of
from index.documents.readers.pdf.tables import TableRow, cell_text, is_figure, with_header

_CELL_GAP = 1.0
"""Of the size of the letters: the narrowest gap between two cells."""
_PAIR_GAP = 1.1
"""The same for a table of two columns, which a chance could make."""
_FIGURE_GAP = 0.33
"""The same between two figures, which no sentence has side by side."""
_LONELY = 2
"""Rows with one cell only that may follow one another within a table."""
Gap = tuple[float, float]


@dataclass(frozen=True, slots=True)
class AlignedTable:
    """Rows from `start` to before `end`, and the gaps between its columns."""

    start: int
    end: int
    gaps: tuple[Gap, ...]


def tables(lines: Sequence[Row]) -> Iterator[AlignedTable]:
    """The aligned tables among the rows of one column of a page."""
    start = 0
    while start < len(lines):
        table = _table(lines, start)
        if table:
            yield table
        start = table.end if table else start + 1


def _table(lines: Sequence[Row], start: int) -> AlignedTable | None:
    gaps = _gaps(lines[start])
    if not gaps:
        return None
    most, several, end, lonely = len(gaps), 1, start + 1, 0
    for number in range(start + 1, len(lines)):
        line = lines[number]
        if line.base - lines[number - 1].base > 4 * line.size:
            break
        shared = [gap for gap in _shared(gaps, line) if gap[1] - gap[0] > 0.5 * line.size]
        if len(shared) * 5 < most * 3 or not shared:
            break
        own = len(_gaps(line)) > 0
        lonely = 0 if own else lonely + 1
        if lonely > _LONELY:
            break
        gaps = shared
        if own:
            several, end, most = several + 1, number + 1, max(most, len(shared))
    if not _is_table(lines[start:end], gaps, several):
        return None
    return AlignedTable(start, end, max((tuple(gaps), _between_figures(lines[start:end])), key=len))


def _is_table(lines: Sequence[Row], gaps: Sequence[Gap], several: int) -> bool:
    size = median(line.size for line in lines)
    if len(gaps) > 1:
        return several > 1
    return several > 2 and gaps[0][1] - gaps[0][0] >= _PAIR_GAP * size


def _gaps(line: Row) -> list[Gap]:
    """The gaps of a row that may part cells: wide, and wider than its spaces are."""
    words = line.words
    if len(words) > 1 and mark_of(words[0].text + " x"):
        words = words[1:]
    spaces = [(left.right, right.left) for left, right in pairwise(words)]
    usual = median(right - left for left, right in spaces) if len(spaces) > 3 else 0.0
    limit = max(_CELL_GAP * line.size, 2.5 * usual if usual < _CELL_GAP * line.size else 0.0)
    return [(left, right) for left, right in spaces if right - left >= limit]


def _between_figures(lines: Sequence[Row]) -> tuple[Gap, ...]:
    """The gaps that stand below one another in most rows, where those between two figures may be narrow."""
    # The names of the columns may be wider than they are.
    lines = [line for line in lines if any(is_figure(word.text) for word in line.words)]
    found: list[Gap] = []
    for gap in max(map(_narrow_gaps, lines), key=len, default=()):
        broken = 0
        for line in lines:
            ((left, right),) = _shared([gap], line)
            if right - left > _FIGURE_GAP * line.size / 2:
                gap = (left, right)
            else:
                broken += 1
        if broken * 4 <= len(lines):
            found.append(gap)
    return tuple(found)


def _narrow_gaps(line: Row) -> list[Gap]:
    wide = set(_gaps(line))
    return [
        (left.right, right.left)
        for left, right in pairwise(line.words)
        if (left.right, right.left) in wide
        or (right.left - left.right > _FIGURE_GAP * line.size and is_figure(left.text) and is_figure(right.text))
    ]


def _shared(gaps: Sequence[Gap], line: Row) -> Iterator[Gap]:
    """What is left white of `gaps` by another row."""
    edges = [-inf, *(edge for word in line.words for edge in (word.left, word.right)), inf]
    for left, right in gaps:
        free = [(max(left, a), min(right, b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
        yield max(free, key=lambda gap: gap[1] - gap[0])


def table_rows(lines: Sequence[Row], gaps: Sequence[Gap], rules: Sequence[Rule]) -> list[TableRow]:
    """The rows of a table; lines that go on with a cell belong to the row above, those above a rule to the header."""
    middles = [(left + right) / 2 for left, right in gaps]
    usual = _usual_step(lines)
    found: list[list[list[Word]]] = []
    headed = _header_lines(lines, rules)
    for number, line in enumerate(lines):
        cells: list[list[Word]] = [[] for _ in range(len(middles) + 1)]
        for word in line.words:
            cells[sum(word.left >= middle for middle in middles)].append(word)
        if number and (number < headed or (number > headed and _goes_on(lines, number, cells, usual))):
            for cell, more in zip(found[-1], cells, strict=True):
                cell += more
        else:
            found.append(cells)
    made = [
        TableRow(tuple(map(cell_text, cells)), _bold(cells) or (headed > 0 and not n)) for n, cells in enumerate(found)
    ]
    return with_header(made)


def _bold(cells: Sequence[Sequence[Word]]) -> bool:
    return all(word.bold for words in cells for word in words)


def _header_lines(lines: Sequence[Row], rules: Sequence[Rule]) -> int:
    """How many lines stand above the first rule within a table, 0 where none lies there or too low."""
    wide = [
        rule.at
        for rule in rules
        if lines[0].base < rule.at < lines[-1].base and rule.end - rule.start > 0.5 * (lines[0].right - lines[0].left)
    ]
    count = sum(line.base < min(wide) for line in lines) if wide else 0
    return count if count <= 4 and count < len(lines) else 0


def _usual_step(lines: Sequence[Row]) -> float:
    """The distance from row to row."""
    steps = [b.base - a.base for a, b in pairwise(lines) if _gaps(b)]
    return median(steps) if steps else 0.0


def _goes_on(lines: Sequence[Row], number: int, cells: Sequence[Sequence[Word]], usual: float) -> bool:
    """A line without a first cell, or with one cell only and close to the line above, goes on with the row."""
    filled = [column for column, words in enumerate(cells) if words]
    close = lines[number].base - lines[number - 1].base < 1.5 * lines[number].size
    if not close:
        return False
    return (0 not in filled and len(filled) < len(cells) - 1) or (len(filled) == 1 and len(cells) > 2)
