"""How one document is set: the size of its text, the distance of its lines, how far they reach."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.documents.readers.pdf.flow import Column
from index.documents.readers.pdf.rows import Row, Vocabulary

_STEP = 2
"""Parts of a point that distances are counted in."""
_SAME_END, _PART = 2.0, 7
"""Points within which two rows end at one place, and of how many rows one ends at the edge of a justified text."""
_FEW = 6
"""Rows of a column that say how far its rows reach."""


@dataclass(frozen=True, slots=True)
class Measure:
    body: float
    """The size in which most of the text is set."""
    faces: frozenset[str]
    """The fonts that the body of the text is set in."""
    fixed: bool
    """The text itself is set in a typewriter's letters."""
    steps: dict[float, float]
    """For each size of letters the distance from line to line."""
    vocabulary: Vocabulary
    reach: dict[tuple[int, float], float]
    """How far rows reach to the right in a column, by its page and its left."""

    def step(self, size: float) -> float:
        """The distance of lines of this size."""
        return self.steps.get(size) or 1.2 * size

    def right(self, column: Column) -> float:
        return self.reach[column.page, column.left]


def measured(columns: Sequence[Column]) -> Measure:
    sizes: Counter[float] = Counter()
    fixed: Counter[bool] = Counter()
    faces: Counter[tuple[float, str]] = Counter()
    steps: dict[float, Counter[int]] = {}
    for column in columns:
        lines = column.lines
        for row in lines:
            for word in row.words:
                sizes[word.size] += len(word.text)
                fixed[word.fixed] += len(word.text)
                faces[word.size, word.face] += len(word.text)
        for above, below in pairwise(lines):
            if above.size == below.size and 0 < below.base - above.base < 3 * below.size:
                counts = steps.setdefault(below.size, Counter())
                counts[round((below.base - above.base) * _STEP)] += 1
    body = sizes.most_common(1)[0][0] if sizes else 10.0
    return Measure(
        body=body,
        faces=frozenset(face for (size, face), count in faces.items() if size == body and count * 12 >= sizes[body]),
        fixed=fixed[True] > fixed[False],
        steps={size: _usual(counts) for size, counts in steps.items() if counts.total() > 1},
        vocabulary=Vocabulary.of(row.text for column in columns for row in column.lines),
        reach=_reach(columns),
    )


def _usual(counts: Counter[int]) -> float:
    """The most common distance; of those that are nearly as common, the smallest: the others are between paragraphs."""
    most = max(counts.values())
    return min(step for step, count in counts.items() if count * 2 >= most) / _STEP


def _reach(columns: Sequence[Column]) -> dict[tuple[int, float], float]:
    """A column with few rows reaches as far as most that begin where it does."""
    known: dict[int, Counter[float]] = {}
    for column in columns:
        if len(column.lines) >= _FEW:
            known.setdefault(round(column.left / 6), Counter())[_far(column.lines)] += 1
    found: dict[tuple[int, float], float] = {}
    for column in columns:
        place = round(column.left / 6)
        usual = known.get(place) or known.get(place - 1) or known.get(place + 1)
        few = len(column.lines) < _FEW
        found[column.page, column.left] = max(
            column.right if not column.lines else _far(column.lines),
            usual.most_common(1)[0][0] if usual and few else 0.0,
        )
    return found


def _far(lines: Sequence[Row]) -> float:
    """Where rows end: the farthest place at which a good part of them does, or else nearly all have ended."""
    ends = sorted(row.right for row in lines)
    for number in range(len(ends) - 1, -1, -1):
        same = sum(ends[number] - _SAME_END < end <= ends[number] for end in ends)
        if same > 2 and same * _PART >= len(ends):
            return ends[number]
    return ends[len(ends) * 19 // 20]
