"""What a block belongs to: its list or table, the line that introduces it, its header row, the headings above it.

A sentence is often understood only with what stands around it: an item with its lead-in, a row with its column names.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from index.document import Block, BlockKind, Document, Span

_ANNOUNCES = re.compile(
    r"[:：]\W*\Z|如下|以下|下列|下述|下面|下表|\b(?:following|below|as follows|these steps|such as)\b", re.IGNORECASE
)
_BRIEF = 160
"""Code points: a paragraph right before a list that is no longer than this introduces it, whatever it says."""
_BETWEEN = frozenset({BlockKind.CAPTION})
"""What may stand between a list and the line that introduces it."""
_GROUPED = frozenset({BlockKind.ITEM, BlockKind.ROW, BlockKind.HEADER})
_LEADS = frozenset({BlockKind.PARAGRAPH, BlockKind.ITEM})
_LONGEST_NUMBER = 16
"""Code points of the number of an item with the white space behind it."""
_LONGEST_CODE = 400
"""Code points of a stretch of code that is found as one; a longer block is cut between its lines."""


@dataclass(frozen=True, slots=True)
class _Outline:
    """Positions in `Document.blocks`, worked out in one pass."""

    groups: dict[int, tuple[int, int]]
    """The first and the last block of each group."""
    headings: tuple[int, ...]
    """All headings, in order."""
    above: dict[int, int]
    """For a heading the one it stands under, -1 where there is none."""


def group_of(document: Document, block: Block) -> tuple[Block, ...]:
    """All blocks of the list or table that `block` is of, in order; `block` alone where it stands alone."""
    if not block.group:
        return (block,)
    first, last = _outline(document).groups[block.group]
    return tuple(one for one in document.blocks[first : last + 1] if one.group == block.group)


def lead_in(document: Document, block: Block) -> Block | None:
    """The paragraph that introduces the list, the table or the code that `block` is of, None where none does.

    It ends with a colon, announces what follows, or is brief and stands right before it.
    """
    if not block.group and block.kind is not BlockKind.CODE:
        return None
    grouped = block.group and block.kind is not BlockKind.CODE
    first = _outline(document).groups[block.group][0] if grouped else document.position(block)
    before = first - 1
    while before >= 0 and document.blocks[before].kind in _BETWEEN:
        before -= 1
    found = document.blocks[before] if before >= 0 else None
    if found is None or found.kind not in _LEADS or (grouped and found.kind is BlockKind.ITEM):
        return None
    return found if introduces(document, found) else None


def introduced(document: Document, block: Block) -> tuple[Block, ...]:
    """The items of the list that the paragraph `block` introduces, none where it introduces none."""
    first = next_block(document, block) if block.kind is BlockKind.PARAGRAPH else None
    if first is None or first.kind is not BlockKind.ITEM or lead_in(document, first) is not block:
        return ()
    return group_of(document, first)


def next_block(document: Document, block: Block) -> Block | None:
    """The block right after `block`, None where it is the last."""
    after = document.position(block) + 1
    return document.blocks[after] if after < len(document.blocks) else None


def introduces(document: Document, block: Block) -> bool:
    """Whether a paragraph, by its length and its words, may introduce what stands below it."""
    return block.end - block.start <= _BRIEF or announces(document, block)


def announces(document: Document, block: Block) -> bool:
    """Whether a paragraph says itself that something stands below it."""
    return bool(_ANNOUNCES.search(document.text[max(block.start, block.end - _BRIEF) : block.end]))


def headers_of(document: Document, block: Block) -> tuple[Block, ...]:
    """The rows that name the columns of the row `block` together, from the top: "2024" over "Q1" and "Q2"."""
    if not block.group or block.kind is not BlockKind.ROW:
        return ()
    first, last = _outline(document).groups[block.group]
    found: list[Block] = []
    for one in document.blocks[first : last + 1]:
        if one.group == block.group and one.kind is BlockKind.HEADER and one.start < block.start:
            found.append(one)
        elif found or one.kind is BlockKind.ROW:
            break
    return tuple(found)


def column_names(document: Document, headers: Sequence[Block]) -> list[str]:
    """The names that those rows give to the columns, without marks: "2024 Q1"."""
    columns = max((len(row.cells) for row in headers), default=0)
    found = []
    for column in range(columns):
        cells = dict.fromkeys(row.cells[column] for row in headers if column < len(row.cells))
        found.append(" ".join(filter(None, (plain_text(document, *cell) for cell in cells))))
    return found


def parent_of(document: Document, block: Block) -> Block | None:
    """The item that the item `block` of a nested list stands under, None for an item of the outer list."""
    if block.level < 2 or block.kind is not BlockKind.ITEM:
        return None
    first = _outline(document).groups[block.group][0] if block.group else 0
    for position in range(document.position(block) - 1, first - 1, -1):
        one = document.blocks[position]
        if one.kind is BlockKind.ITEM and one.group == block.group and one.level < block.level:
            return one
    return None


def number_start(document: Document, block: Block, start: int = 0) -> int:
    """Where the number before an item begins, if it stands in the text from `start` on; else where the item does."""
    if not block.number or block.kind is not BlockKind.ITEM:
        return block.start
    at = document.text.rfind(block.number, max(start, block.start - _LONGEST_NUMBER), block.start)
    return at if at >= 0 and not document.text[at + len(block.number) : block.start].strip() else block.start


def headings_of(document: Document, offset: int) -> tuple[Block, ...]:
    """The headings that `offset` stands under, the innermost last."""
    outline = _outline(document)
    position = bisect_left(outline.headings, offset, key=lambda one: document.blocks[one].start + 1) - 1
    at = outline.headings[position] if position >= 0 else -1
    found: list[Block] = []
    while at >= 0:
        found.append(document.blocks[at])
        at = outline.above[at]
    return tuple(reversed(found))


def code_spans(document: Document, block: Block) -> tuple[Span, ...]:
    """Where the lines of a code block stand, less its fences: as one stretch, or in several where it is long.

    A long block is cut between lines, before one that stands apart or begins at the margin where there is such.
    """
    said = document.plain(block.start, block.end)
    start, end = len(said) - len(said.lstrip()), len(said.rstrip())
    spans: list[Span] = []
    while start < end:
        stop = end if end - start <= _LONGEST_CODE else _code_border(said, start, start + _LONGEST_CODE)
        piece = said[start:stop].rstrip()
        spans.append((block.start + start, block.start + start + len(piece)))
        start = stop + len(said[stop:]) - len(said[stop:].lstrip())
    return tuple(spans)


_CODE_BORDERS = (re.compile(r"\n[ \t]*\n"), re.compile(r"\n(?=[^\s)\]}])"), re.compile(r"\n"), re.compile(r"[\s,;]"))
"""Where code may be cut, the best first: at an empty line, before a line that begins at the margin, anywhere."""


def _code_border(code: str, start: int, limit: int) -> int:
    """The last good place to cut in the second half of `code[start:limit]`, `limit` where there is none."""
    half = (start + limit) // 2
    found = (list(border.finditer(code, half, limit)) for border in _CODE_BORDERS)
    return next((places[-1].end() for places in found if places), limit)


def plain_text(document: Document, start: int, end: int) -> str:
    """`text[start:end]` without its marks and with single spaces: for searching, not for quoting."""
    return " ".join(document.plain(start, end).split())


def _outline(document: Document) -> _Outline:
    found = document.known.get("outline")
    if not isinstance(found, _Outline):
        document.known["outline"] = found = _outlined(document)
    return found


def _outlined(document: Document) -> _Outline:
    groups: dict[int, tuple[int, int]] = {}
    above: dict[int, int] = {}
    open_: list[int] = []
    for position, block in enumerate(document.blocks):
        if block.group:
            groups[block.group] = (groups.get(block.group, (position, 0))[0], position)
        if block.kind is BlockKind.HEADING:
            while open_ and document.blocks[open_[-1]].level >= block.level:
                open_.pop()
            above[position] = open_[-1] if open_ else -1
            open_.append(position)
    return _Outline(groups, tuple(above), above)
