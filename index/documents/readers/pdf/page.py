"""What stands on one page, and where: words, rules, pictures. Points from the left and from the top, turned upright."""

from collections.abc import Sequence
from dataclasses import dataclass

Bounds = tuple[float, float, float, float]
"""Left, top, right and bottom of a page as its file counts: upwards."""


@dataclass(frozen=True, slots=True)
class Word:
    """Letters on one baseline without a space between them."""

    text: str
    left: float
    right: float
    base: float
    """Where its baseline is: down from the top of the page."""
    size: float
    bold: bool = False
    fixed: bool = False
    """Set in a typewriter's letters, each of one width."""
    face: str = ""
    """The name of its font."""
    spaced: bool = True
    """A space stands before it, or it begins a line."""

    @property
    def top(self) -> float:
        return self.base - 0.75 * self.size

    @property
    def bottom(self) -> float:
        return self.base + 0.2 * self.size


@dataclass(frozen=True, slots=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    def holds(self, x: float, y: float) -> bool:
        return self.left <= x <= self.right and self.top <= y <= self.bottom


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line: `at` is its y where it lies and its x where it stands."""

    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class PdfPage:
    number: int
    width: float
    height: float
    words: tuple[Word, ...] = ()
    across: tuple[Rule, ...] = ()
    """Rules from left to right."""
    down: tuple[Rule, ...] = ()
    pictures: tuple[Box, ...] = ()
    pictured: bool = False
    """Pictures take a good part of the page, or so much is drawn on it that letters may be drawn as outlines."""
    links: tuple[tuple[Box, str], ...] = ()
    """Areas that lead to an address."""


def turned(turn: int, bounds: Bounds, box: Sequence[float], x: float, y: float) -> tuple[float, float, float]:
    """Left, right and baseline of a letter once the page has been turned by quarters with the clock.

    `box` is its left, top, right and bottom, and `x`, `y` where it begins on its baseline, as the file counts.
    """
    left, top, right, bottom = bounds
    if turn == 1:
        return box[3] - bottom, box[1] - bottom, x - left
    if turn == 2:
        return right - box[2], right - box[0], y - bottom
    if turn == 3:
        return top - box[1], top - box[3], right - x
    return box[0] - left, box[2] - left, top - y


def turned_box(turn: int, bounds: Bounds, box: Sequence[float]) -> Box:
    """A box as the file counts (left, bottom, right, top), once the page has been turned."""
    left, low, right, high = box
    corners = [turned(turn, bounds, (x, y, x, y), x, y) for x, y in ((left, low), (right, high))]
    xs, ys = sorted(corner[0] for corner in corners), sorted(corner[2] for corner in corners)
    return Box(xs[0], ys[0], xs[1], ys[1])
