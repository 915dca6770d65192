"""Parts of a text gathered into passages of a good size, so that what belongs together stays together."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from index.document import Block, Span

FULL, _ENOUGH, _LEAST = 320.0, 170.0, 50.0
"""Sizes of a passage in Chinese characters; a Latin letter counts 0.45."""
_LATIN = 0.45


@dataclass(frozen=True, slots=True)
class Part:
    """Sentences of one block that are not parted, and their size."""

    spans: tuple[Span, ...]
    weight: float
    block: Block


def weight(text: str, start: int, end: int) -> float:
    """The size of `text[start:end]` in Chinese characters."""
    stretch = text[start:end]
    narrow = len(stretch.encode("ascii", "ignore"))
    return narrow * _LATIN + (len(stretch) - narrow)


def gathered(bound: Iterable[Sequence[Part]]) -> Iterator[tuple[Span, ...]]:
    """The sentences of each passage.

    `bound` are the parts that belong together: a passage holds several such, or a stretch of a long one.
    """
    passage: list[Span] = []
    size = 0.0
    for parts in bound:
        whole = _size(parts) <= FULL + _LEAST
        for stretch in [parts] if whole else _stretches(parts):
            more = _size(stretch)
            if passage and not (whole and _joins(size, more)):
                yield tuple(passage)
                passage, size = [], 0.0
            passage += [span for part in stretch for span in part.spans]
            size += more
    if passage:
        yield tuple(passage)


def _size(parts: Sequence[Part]) -> float:
    return sum(part.weight for part in parts)


def _joins(size: float, more: float) -> bool:
    """Whether something of the size `more` goes into a passage of `size`; a small rest does even where it is full."""
    return (size + more <= FULL and size < _ENOUGH) or (more < _LEAST and size + more <= FULL + _LEAST)


def _stretches(parts: Sequence[Part]) -> Iterator[list[Part]]:
    """A long list or table in stretches that fit.

    Its first two parts, a lead-in and what that introduces, stay together, and no crumb is left at the end.
    """
    stretch: list[Part] = []
    size = 0.0
    for number, part in enumerate(parts):
        first, last = number == 1, number == len(parts) - 1 and part.weight < _LEAST
        room = size < _ENOUGH and size + part.weight <= FULL
        if stretch and not first and not room and not (last and size + part.weight <= FULL + _LEAST):
            yield stretch
            stretch, size = [], 0.0
        stretch.append(part)
        size += part.weight
    if stretch:
        yield stretch
