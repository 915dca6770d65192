"""Paragraphs become blocks: headings with levels, items, notes, captions, code, rows of tables."""

import re
from collections.abc import Iterator, Sequence

from index.document import BlockKind
from index.documents.readers.draft import Cell, Found
from index.documents.readers.lines import ends_sentence
from index.documents.readers.pdf.flow import Column, Label, Table
from index.documents.readers.pdf.marks import mark_of
from index.documents.readers.pdf.measure import Measure
from index.documents.readers.pdf.paragraphs import LARGER, Paragraph, Part, is_full, parts
from index.text.language import size as units

_CAPTION = re.compile(
    r"(?:fig(?:ure|\.)|table|exhibit|chart|附?图|附?表)\s*[A-Z]?\d{1,3}(?:[.\-–]\d{1,3})*\s*(?:[.:：|—]|(?=(?-i:[A-Z(\u4e00-\u9fff]))|\Z)",
    re.IGNORECASE,
)
_CONTENTS = re.compile(
    r"(?:\s?[.…·]){4,}\s*(?:\d{1,4}|[ivxl]{1,6})\Z|\A(?:table of contents|contents|目\s*录)\Z", re.IGNORECASE
)
_NOTE = re.compile(r"([⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}|[*†‡∗]{1,2}|\d{1,3}(?=[^\s\d.,、)]))\s*(?=\S)")
_DEPTH = re.compile(r"(\d{1,2}(?:\.\d{1,2})*)\.?(?=\s|[\u4e00-\u9fff])")
_LONGEST_HEADING = 60
_SMALLER = 0.94
_REACH = 8
"""Parts of a page that may stand between the halves of a paragraph: notes, a picture, its caption."""
Placed = tuple[Found, int]


def blocks(columns: Sequence[Column], measure: Measure) -> Iterator[Placed]:
    """The blocks in reading order, each with its page."""
    found = [_kind(part, measure) for part in parts(columns, measure)]
    whole = _joined(found)
    ranks = _ranks([part for kind, part in whole if kind is BlockKind.HEADING and isinstance(part, Paragraph)])
    writer = _Writer(ranks)
    for kind, part in whole:
        yield from writer.write(kind, part)


def _kind(part: Part, measure: Measure) -> tuple[BlockKind, Part]:
    if not isinstance(part, Paragraph):
        return (BlockKind.ROW if isinstance(part[1], Table) else BlockKind.FURNITURE), part
    text = part.text
    if not any(map(str.isalnum, text)) or _CONTENTS.search(text):
        return BlockKind.FURNITURE, part
    if part.fixed and not measure.fixed:
        return BlockKind.CODE, part
    if _CAPTION.match(text) and units(text) <= 150 and not (text.endswith("。") and units(text) > 40):
        return BlockKind.CAPTION, part
    if _is_heading(part, measure):
        return BlockKind.HEADING, part
    if part.size < measure.body * _SMALLER and _NOTE.match(text):
        return BlockKind.NOTE, part
    return (BlockKind.ITEM if mark_of(text) else BlockKind.PARAGRAPH), part


def _is_heading(part: Paragraph, measure: Measure) -> bool:
    """Larger than the text, or bold and alone; and words, not figures."""
    text = part.text
    number = _DEPTH.match(text)
    words = text[number.end() if number else 0 :].replace(" ", "")
    letters = sum(map(str.isalpha, words))
    if units(text) > _LONGEST_HEADING or letters < 2 or letters * 2 < len(words):
        return False
    if part.size >= measure.body * LARGER:
        return not text.endswith(("。", "；", ";", ",", "，"))
    ended = ends_sentence(text) and not text.endswith(("?", "？"))
    return part.bold and part.size > measure.body * 0.9 and len(part.rows) <= 3 and not ended


def _joined(found: list[tuple[BlockKind, Part]]) -> list[tuple[BlockKind, Part]]:
    """Paragraphs that go on in the next column made one."""
    out: list[tuple[BlockKind, Part]] = []
    for kind, part in found:
        if kind is BlockKind.PARAGRAPH and isinstance(part, Paragraph):
            earlier = _open(out, part)
            if earlier:
                earlier.join(part)
                continue
        out.append((kind, part))
    return out


def _open(out: Sequence[tuple[BlockKind, Part]], part: Paragraph) -> Paragraph | None:
    """The paragraph in the column before that `part` goes on with."""
    for kind, one in out[: -_REACH - 1 : -1]:
        if kind is BlockKind.HEADING:
            return None
        if kind not in (BlockKind.PARAGRAPH, BlockKind.ITEM) or not isinstance(one, Paragraph):
            continue
        if one.column == part.column or abs(one.size - part.size) > 0.08 * part.size:
            return None
        last, first = one.rows[-1], part.rows[0]
        if ends_sentence(last.text) or not is_full(last, first, one.right):
            return None
        indented = first.left > part.left + 0.7 * first.size and not mark_of(one.text)
        return one if not indented or first.text[:1].islower() else None
    return None


def _ranks(headings: Sequence[Paragraph]) -> dict[tuple[float, bool], int]:
    """Looks of headings -> their rank, the largest first."""
    looks = sorted({_look(part) for part in headings}, reverse=True)
    return {look: number for number, look in enumerate(looks, 1)}


def _look(part: Paragraph) -> tuple[float, bool]:
    return round(part.size * 2) / 2, part.bold


class _Writer:
    """Gives blocks their levels, groups and numbers, in order."""

    def __init__(self, ranks: dict[tuple[float, bool], int]) -> None:
        self._ranks = ranks
        self._group = 0
        self._lefts: list[float] = []
        """Where the items of the open list begin, by depth."""

    def write(self, kind: BlockKind, part: Part) -> Iterator[Placed]:
        if kind is not BlockKind.ITEM and kind not in _WITHIN:
            self._lefts = []
        if not isinstance(part, Paragraph):
            page, one = part
            yield from ((found, page) for found in (self._rows(one) if isinstance(one, Table) else _label(one)))
        elif kind is BlockKind.ITEM:
            yield self._item(part), part.page
        elif kind is BlockKind.HEADING:
            depth = _DEPTH.match(part.text)
            level = 10 * self._ranks[_look(part)] + (depth.group(1).count(".") if depth else 0)
            yield Found(part.text, kind, level), part.page
        elif kind is BlockKind.NOTE:
            mark = _NOTE.match(part.text)
            number, start = (mark.group(1), mark.end()) if mark else ("", 0)
            yield Found(part.text[start:], kind, number=_plain(number)), part.page
        elif kind is BlockKind.CODE:
            yield Found(_code(part), kind), part.page
        else:
            yield Found(part.text, kind), part.page

    def _item(self, part: Paragraph) -> Found:
        if not self._lefts:
            self._group += 1
        left = part.rows[0].left
        while self._lefts and left < self._lefts[-1] - 3:
            self._lefts.pop()
        if not self._lefts or left > self._lefts[-1] + 3:
            self._lefts.append(left)
        number, start = mark_of(part.text) or ("", 0)
        return Found(part.text[start:], BlockKind.ITEM, len(self._lefts), self._group, number)

    def _rows(self, table: Table) -> Iterator[Found]:
        self._group += 1
        for row in table.rows:
            kind = BlockKind.HEADER if row.header else BlockKind.ROW
            cells: tuple[Cell, ...] = tuple(cell if not isinstance(cell, str) else _trimmed(cell) for cell in row.cells)
            yield Found("", kind, group=self._group, cells=cells)


_WITHIN = frozenset({BlockKind.NOTE, BlockKind.FURNITURE, BlockKind.CODE})
_LEADER = re.compile(r"(?:\s?[.…]){4,}")
_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


def _trimmed(cell: str) -> str:
    return " ".join(_LEADER.sub(" ", cell).split())


def _plain(number: str) -> str:
    return number.translate(_DIGITS)


def _label(label: Label) -> Iterator[Found]:
    yield Found(label.text, BlockKind.FURNITURE)


def _code(part: Paragraph) -> str:
    """The rows of code as they stand, with their indents."""
    left = min(row.left for row in part.rows)
    return "\n".join(" " * round((row.left - left) / (0.6 * row.size)) + row.text for row in part.rows)
