"""Rows of tables as Markdown has them: between bars, and written out in HTML."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from index.document import Span

_BORDER = re.compile(r"\\.|\{\{[^{}\n]{0,300}\}\}|\{%[^\n]{0,300}?%\}|(\|)", re.DOTALL)
"""A bar within a template is a filter of it: it is filled in before there is a table."""
_ROW = re.compile(r"<tr\b[^<>]*>(.*?)(?=</?tr\b|</table\b|\Z)", re.DOTALL | re.IGNORECASE)
_CELL = re.compile(r"<t([dh])\b([^<>]*)>(.*?)(?=</?t[dhr]\b|\Z)", re.DOTALL | re.IGNORECASE)
_REACH = re.compile(r"\b(row|col)span\s*=\s*[\"']?(\d{1,3})", re.IGNORECASE)


def cells(text: str, left: int, right: int) -> tuple[Span, ...]:
    """Where the cells of the row `text[left:right]` stand, less the white space at their edges."""
    while left < right and text[left] in " \t>":
        left += 1
    borders = [found.start() for found in _BORDER.finditer(text, left, right) if found.group(1)]
    inner = [left - 1, *borders] if not borders or borders[0] > left else borders
    if inner[-1] < right - 1:
        inner.append(right)
    return tuple(_trimmed(text, before + 1, after) for before, after in pairwise(inner))


def _trimmed(text: str, left: int, right: int) -> Span:
    said = text[left:right]
    start = left + len(said) - len(said.lstrip())
    return start, max(start, left + len(said.rstrip()))


@dataclass(frozen=True, slots=True)
class HtmlRow:
    """One row of an HTML table: its cells, column by column, and whether all of them are headings."""

    start: int
    end: int
    cells: tuple[Span, ...]
    header: bool


def html_rows(text: str, left: int, right: int) -> Iterator[HtmlRow]:
    """The rows in `text[left:right]` that say something; a cell that reaches into others stands in them too."""
    reaching: dict[int, tuple[int, Span]] = {}
    for row in _ROW.finditer(text, left, right):
        found: list[Span] = []
        own: list[Span] = []
        heads = True
        for cell in _CELL.finditer(text, row.start(1), row.end(1)):
            _carried(found, reaching)
            reach = {name.lower(): int(number) for name, number in _REACH.findall(cell.group(2))}
            place = _trimmed(text, *cell.span(3))
            for _ in range(max(1, reach.get("col", 1))):
                if reach.get("row", 1) > 1:
                    reaching[len(found)] = reach["row"] - 1, place
                found.append(place)
            own.append(place)
            heads = heads and cell.group(1).lower() == "h"
        _carried(found, reaching)
        full = [place for place in own if place[0] < place[1]]
        if full:
            yield HtmlRow(full[0][0], full[-1][1], tuple(found), heads)


def _carried(found: list[Span], reaching: dict[int, tuple[int, Span]]) -> None:
    """Puts the cells of upper rows where they reach into this one."""
    while len(found) in reaching:
        rows, place = reaching.pop(len(found))
        if rows > 1:
            reaching[len(found)] = rows - 1, place
        found.append(place)
