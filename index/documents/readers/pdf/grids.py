"""Tables whose cells are ruled: lines that cross make a grid, and where a line is missing, cells are one."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from index.documents.readers.pdf.page import Box, PdfPage, Rule, Word

_SNAP = 3.0
"""Points within which two rules stand at the same place."""
_MOST_RULES = 3000


@dataclass(frozen=True, slots=True)
class Grid:
    """A ruled table: the places of its columns' and rows' borders, and the rules that are drawn."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    across: tuple[Rule, ...]
    down: tuple[Rule, ...]

    @property
    def box(self) -> Box:
        return Box(self.xs[0] - 1, self.ys[0] - 1, self.xs[-1] + 1, self.ys[-1] + 1)

    def column(self, x: float) -> int:
        return min(max(bisect_right(self.xs, x) - 1, 0), len(self.xs) - 2)

    def row(self, y: float) -> int:
        return min(max(bisect_right(self.ys, y) - 1, 0), len(self.ys) - 2)

    def parted(self, row: int, column: int) -> bool:
        """A rule stands on the left of this cell."""
        middle = (self.ys[row] + self.ys[row + 1]) / 2
        return _covered(self.down, self.xs[column], middle)

    def closed(self, row: int, column: int) -> bool:
        """A rule lies above this cell."""
        middle = (self.xs[column] + self.xs[column + 1]) / 2
        return _covered(self.across, self.ys[row], middle)


def grids(page: PdfPage) -> list[Grid]:
    """The ruled tables of a page, of two columns and two rows at least: a grid before those that stand within it."""
    across, down = _merged(page.across), _merged(page.down)
    if not across or not down or len(across) + len(down) > _MOST_RULES:
        return []
    found = []
    for lying, standing in _crossing(across, down):
        # A table may be open on its sides, or below: then it ends where its rules do.
        xs = _places((*(rule.at for rule in standing), *(x for rule in lying for x in (rule.start, rule.end))))
        ys = _places((*(rule.at for rule in lying), *(y for rule in standing for y in (rule.start, rule.end))))
        if len(xs) > 2 and len(ys) > 2 and any(True for _ in _within(page.words, xs, ys)):
            found.append(Grid(xs, ys, tuple(lying), tuple(standing)))
    return sorted(found, key=lambda grid: (grid.ys[0], grid.xs[0]))


def _within(words: Sequence[Word], xs: Sequence[float], ys: Sequence[float]) -> Iterator[Word]:
    return (word for word in words if xs[0] <= word.left <= xs[-1] and ys[0] <= word.base <= ys[-1])


def _covered(rules: Sequence[Rule], at: float, point: float) -> bool:
    return any(abs(rule.at - at) <= _SNAP and rule.start - _SNAP <= point <= rule.end + _SNAP for rule in rules)


def _merged(rules: Iterable[Rule]) -> list[Rule]:
    """Rules that go on where another ends, or lie over one another, made one."""
    found: list[Rule] = []
    for rule in sorted(rules, key=lambda rule: (round(rule.at), rule.start)):
        for number in range(len(found) - 1, max(len(found) - 9, -1), -1):
            last = found[number]
            if abs(last.at - rule.at) < _SNAP / 2 and rule.start <= last.end + _SNAP and rule.end >= last.start - _SNAP:
                found[number] = Rule(last.at, min(last.start, rule.start), max(last.end, rule.end))
                break
        else:
            found.append(rule)
    return found


def _crossing(across: Sequence[Rule], down: Sequence[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Groups of rules that touch one another."""
    group = list(range(len(across) + len(down)))

    def top(one: int) -> int:
        while group[one] != one:
            group[one] = one = group[group[one]]
        return one

    for i, lying in enumerate(across):
        for j, standing in enumerate(down, len(across)):
            if (
                standing.start - _SNAP <= lying.at <= standing.end + _SNAP
                and lying.start - _SNAP <= standing.at <= lying.end + _SNAP
            ):
                group[top(i)] = top(j)
    found: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for i, rule in enumerate((*across, *down)):
        found.setdefault(top(i), ([], []))[i >= len(across)].append(rule)
    return list(found.values())


def _places(values: Iterable[float]) -> tuple[float, ...]:
    """Places in order, those that nearly are the same made one."""
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > _SNAP:
            found.append(value)
    return tuple(found)
