"""In which order the words of a page are read: columns one after the other, what reaches over them before and after.

A gutter is a white river that runs down through many rows. So are the gaps of a table; what tells them apart is what
stands beside them: columns of a text have full lines of many letters, those of a table cells.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import inf
from statistics import median

from index.documents.readers.lines import display_width
from index.documents.readers.pdf.page import Rule, Word
from index.documents.readers.pdf.rows import Row, rows

_NARROWEST = 0.7
"""Of the size of the letters: the width of a gutter."""
_FEWEST = 4
"""Rows on each side of a gutter."""
_LETTERS = 14
"""Columns of a terminal: what the lines beside a gutter hold at least, on average."""
_SEVERAL = 5
_RULE = 0.2
"""Of the width of the text: a shorter rule parts nothing."""
_DEEPEST = 6
_TRIED = 12
_KEPT = 24
"""Rivers that are looked at, and followed, at a time."""


@dataclass(frozen=True, slots=True)
class _River:
    """White between `left` and `right`, from the row `start` to the row `end`."""

    left: float
    right: float
    start: int
    end: int


def regions(words: Sequence[Word], rules: Sequence[Rule], depth: int = 0) -> Iterator[list[Word]]:
    """The words of one column, or of one stretch that reaches over the columns, after the other."""
    lines = rows(words)
    river = _gutter(lines, rules) if depth < _DEEPEST and len(lines) >= _FEWEST else None
    if river is None:
        yield list(words)
        return
    middle = (river.left + river.right) / 2
    within = [word for line in lines[river.start : river.end + 1] for word in line.words]
    parts = (
        [word for line in lines[: river.start] for word in line.words],
        [word for word in within if word.right <= middle],
        [word for word in within if word.right > middle],
        [word for line in lines[river.end + 1 :] for word in line.words],
    )
    for part in parts:
        if part:
            yield from regions(part, rules, depth + 1)


def _gutter(lines: Sequence[Row], rules: Sequence[Rule]) -> _River | None:
    """The longest river between two columns of text, None where there is none."""
    size = median(line.size for line in lines)
    found = sorted(
        (river for river in _rivers(lines, rules, _NARROWEST * size) if river.end - river.start + 1 >= _FEWEST),
        key=lambda river: (lines[river.start].base - lines[river.end].base, river.left - river.right),
    )
    river = next((river for river in found[:_TRIED] if _parts_text(lines, river)), None)
    return _trimmed(lines, river) if river else None


def _trimmed(lines: Sequence[Row], river: _River) -> _River:
    """A line at the end that stands on one side, and nearer to what reaches over both, belongs to that."""
    end = river.end
    while end > river.start + _FEWEST and end + 1 < len(lines):
        line, middle = lines[end], (river.left + river.right) / 2
        sided = line.right <= middle or line.left > middle
        before = max(
            (one.base for one in lines[river.start : end] if (one.left > middle) == (line.left > middle)), default=inf
        )
        if not sided or line.base - before < 1.2 * (lines[end + 1].base - line.base):
            break
        end -= 1
    return replace(river, end=end)


def _rivers(lines: Sequence[Row], rules: Sequence[Rule], narrowest: float) -> list[_River]:
    found: list[_River] = []
    active: list[_River] = []
    left_edge, right_edge = min(line.left for line in lines), max(line.right for line in lines)
    rules = [rule for rule in rules if _is_wide(rule, left_edge, right_edge)]
    for number, line in enumerate(lines):
        flowing = [_River(left, right, number, number) for left, right in _gaps(line, (), narrowest)]
        flowing += [
            _River(max(river.left, left), min(river.right, right), river.start, number)
            for left, right in _gaps(line, _between(lines, number, rules), narrowest)
            for river in active
            if min(river.right, right) - max(river.left, left) >= narrowest
        ]
        flowing.sort(key=lambda river: (river.start, river.left - river.right))
        active = []
        for river in flowing[: 4 * _KEPT]:
            if len(active) < _KEPT and not any(
                other.left <= river.left and other.right >= river.right for other in active
            ):
                active.append(river)
        found += [river for river in active if river.left >= left_edge and river.right <= right_edge]
    return found


def _is_wide(rule: Rule, left: float, right: float) -> bool:
    """It reaches over a good part of the text, and no less than a column of it."""
    return min(rule.end, right) - max(rule.start, left) > _RULE * (right - left)


def _between(lines: Sequence[Row], number: int, rules: Sequence[Rule]) -> list[Rule]:
    """The rules that lie right above a row: no river flows across them."""
    above = lines[number - 1].base if number else -inf
    return [rule for rule in rules if above < rule.at <= lines[number].base]


def _gaps(line: Row, above: Sequence[Rule], narrowest: float) -> list[tuple[float, float]]:
    """Where a row is white: before, between and behind its words."""
    dark = sorted([(word.left, word.right) for word in line.words] + [(rule.start, rule.end) for rule in above])
    gaps: list[tuple[float, float]] = []
    reached = -inf
    for left, right in dark:
        if left - reached >= narrowest:
            gaps.append((reached, left))
        reached = max(reached, right)
    return [*gaps, (reached, inf)]


def _parts_text(lines: Sequence[Row], river: _River) -> bool:
    """Whether there are lines of text on both sides, and the river is no chance in the spaces between words."""
    middle = (river.left + river.right) / 2
    words = [word for line in lines[river.start : river.end + 1] for word in line.words]
    left = rows(word for word in words if word.right <= middle)
    right = rows(word for word in words if word.right > middle)
    if not (_is_text(left) and _is_text(right)):
        return False
    wider = [
        ours > 1.4 * median(others)
        for ours, others in (_spaces(line, middle) for line in lines[river.start : river.end + 1])
        if ours and others
    ]
    return sum(wider) * 2 > len(wider)


def _is_text(lines: Sequence[Row]) -> bool:
    """Half of the lines are full; or several long ones are, and the others stand on a figure."""
    if len(lines) < _FEWEST:
        return False
    left, right = min(line.left for line in lines), max(line.right for line in lines)
    widths = [display_width(line.text) for line in lines if line.right - left > 0.75 * (right - left)]
    letters = sum(display_width(line.text) for line in lines)
    if len(widths) * 2 >= len(lines) and letters >= _LETTERS * len(lines):
        return True
    return sum(width >= 2 * _LETTERS for width in widths) > _SEVERAL


def _spaces(line: Row, middle: float) -> tuple[float, list[float]]:
    """The space of a row over the river, 0 where it is on one side only, and its other spaces."""
    ours, others = 0.0, []
    for one, other in pairwise(line.words):
        if one.right <= middle < other.right:
            ours = other.left - one.right
        else:
            others.append(other.left - one.right)
    return ours, others
