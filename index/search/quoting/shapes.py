"""What is quoted with a sentence, so that it can be understood alone: its list, its column names, its code.

Which unit is quoted follows the question and the place: a question for steps or for all of something gets the whole
list with the line that introduces it; a row comes with its header; an item with its lead-in; a line that only
announces what follows comes with that. Every part is a stretch of the same document, as exact as the quote.
"""

import re
from dataclasses import dataclass, replace
from itertools import takewhile

from index.answer import MAX_QUOTE, Part
from index.document import Block, BlockKind, Document, Span
from index.search.question.asked_for import wants_code, wants_many, wants_several, wants_steps
from index.search.quoting.long_sentences import ENDED, trimmed, uncut, whole_sentence
from index.search.quoting.same_section import only_list
from index.text.shown import shown
from index.text.structure import (
    announces,
    code_spans,
    group_of,
    headers_of,
    headings_of,
    introduced,
    lead_in,
    next_block,
    number_start,
    parent_of,
)

LONGEST_LIST = 1200
"""Code points of a list, steps or code with its parts; a longer list is quoted up to the last whole item."""
LONGEST_CODE = 600
"""Code points of a code block, and of the lines that are quoted of a longer one."""
_BRIEF = 40
"""Code points of a sentence that says no more than that something follows."""
_BARS = " |"
"""What stands between the cells of a row."""
LONGEST_ROW = 600
"""Code points of a part of a row with its header; a row that is whole may be as long as a list."""

_TURNS = re.compile(
    r"不得|禁止|不能|不可|例外|除外|不予|\b(?:not|never|no|except\w*|without|forbidden|prohibited)\b", re.IGNORECASE
)
_ANNOUNCES = re.compile(r"[:：]\W*\Z")
_FORETELLS = re.compile(r"如下|以下|下列|下述|\b(?:following|below|as follows)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Shaped:
    """What is quoted: the stretch, its shape (CONTRACT: sentence, list, steps, row, code), and its further parts."""

    start: int
    end: int
    shape: str = "sentence"
    parts: tuple[Part, ...] = ()


def shaped(document: Document, span: Span, question: str, around: int | None = None) -> Shaped:
    """The unit to quote for a sentence at `span`, with what it needs to be understood; the answer begins at `around`,
    where that is known."""
    unit = _unit(document, span, question, span[0] if around is None else around)
    # What is nothing but markup has nothing to read.
    return replace(unit, parts=tuple(part for part in unit.parts if part.shown))


def _unit(document: Document, span: Span, question: str, around: int) -> Shaped:
    block = document.block_at(span[0])
    if block is None:
        return Shaped(*span)
    if block.kind is BlockKind.ROW:
        return _row(document, span, block, around)
    if block.kind is BlockKind.CODE:
        return _code(document, span, block)
    if block.kind is BlockKind.ITEM and wants_several(question):
        return _list(document, group_of(document, block), block, question)
    last = document.block_at(span[1] - 1) or block
    if wants_many(question) or wants_code(question):
        span = _with_announcement(document, span, last)
    spoken_of = _ANNOUNCES.search(document.text[slice(*span)]) or _foretells(document, span, last)
    if spoken_of or _shows(document, span, last, question):
        return _announced(document, span, last, question)
    above = _item(document, span, block) if block.kind is BlockKind.ITEM else ()
    numbered = number_start(document, block)
    if last is not block and span[0] == block.start and span[1] - numbered <= MAX_QUOTE:
        # Beside the numbers of the items below it, the first one's is missed.
        span = numbered, span[1]
    unit = Shaped(*span, parts=(*above, *_rest(document, span)))
    beside = block.kind is BlockKind.PARAGRAPH and wants_several(question)
    return _with_list(document, unit, block, question) if beside else unit


def _with_list(document: Document, unit: Shaped, block: Block, question: str) -> Shaped:
    """`unit`, prose, with the one list of its section and the line that introduces it, if all of that may be quoted."""
    items = only_list(document, block)
    lead = lead_in(document, items[0]) if items else None
    above = (
        _more(document, "more", max(lead.start, unit.end) if lead is block else lead.start, lead.end) if lead else ()
    )
    listed = (part_at(document, "item", number_start(document, one), one.end) for one in items)
    parts = (*unit.parts, *above, *listed)
    whole = unit.end - unit.start + sum(part.end - part.start for part in parts)
    if not items or whole > LONGEST_LIST:
        return unit
    return replace(unit, shape="steps" if wants_steps(question) else "list", parts=parts)


def _foretells(document: Document, span: Span, block: Block) -> bool:
    """Whether a sentence with a full stop speaks of the list or the code that stands right below it."""
    after = next_block(document, block) if block.kind is BlockKind.PARAGRAPH else None
    listed = after is not None and after.kind in (BlockKind.ITEM, BlockKind.CODE)
    return listed and span[1] >= block.end - 2 and bool(_FORETELLS.search(document.text[slice(*span)]))


def _with_announcement(document: Document, span: Span, block: Block) -> Span:
    """`span` up to the end of its paragraph, where no more follows than a brief "as follows:"."""
    rest = document.text[span[1] : block.end].strip()
    brief = len(rest) <= _BRIEF and block.end - span[0] <= MAX_QUOTE
    return (span[0], block.end) if brief and _ANNOUNCES.search(rest) else span


def _shows(document: Document, span: Span, block: Block, question: str) -> bool:
    """Whether what was asked for stands right below: the list of a question for all or for steps, the code of one for
    steps or a command."""
    if span[1] < block.end - 2 or block.kind is not BlockKind.PARAGRAPH:
        return False
    after = next_block(document, block)
    done = wants_steps(question) or wants_code(question)
    return bool(after and after.kind is BlockKind.CODE and done) or (
        wants_many(question) and bool(introduced(document, block))
    )


def _rest(document: Document, span: Span) -> tuple[Part, ...]:
    """What follows in the sentence that `span` breaks off from, so that it can be read to its end."""
    whole = uncut(document, span, span[1] - 1)[1]
    block = document.block_at(span[1] - 1)
    if block and _ANNOUNCES.search(document.text[slice(*span)]):
        # A colon ends no sentence.
        whole = max(whole, whole_sentence(document, block, span[1] - 1)[1])
    return _more(document, "more", span[1], whole)


def _beginning(document: Document, span: Span) -> tuple[Part, ...]:
    """What stands before `span` in its sentence, so that it can be read from its beginning."""
    block = document.block_at(span[0])
    return _more(document, "lead-in", whole_sentence(document, block, span[0])[0], span[0]) if block else ()


def _more(document: Document, role: str, start: int, end: int) -> tuple[Part, ...]:
    start, end = trimmed(document, start, end)
    return (part_at(document, role, start, end),) if start < end <= start + 2 * MAX_QUOTE else ()


def _row(document: Document, span: Span, block: Block, around: int) -> Shaped:
    headers = headers_of(document, block)
    long = block.end - block.start > MAX_QUOTE
    span = trimmed(document, *span, marks=_BARS)
    column = next((n for n, cell in enumerate(block.cells) if cell[0] <= span[0] and span[1] <= cell[1]), 0)
    if long and column:
        return _cell(document, span, block, column)
    wide = sum(header.end - header.start for header in headers)
    whole = block.start, max(block.end, span[1])
    if long:
        whole = _whole_cells(block, span, around, MAX_QUOTE - (wide if wide < MAX_QUOTE // 2 else 0))
    if whole == span and long and whole[0] == block.start and wide + block.end - block.start <= LONGEST_LIST:
        named = [_part(document, "header", header) for header in headers]
        return Shaped(*whole, "row", (*named, *_cells_behind(document, whole[1], block.end)))
    room = LONGEST_ROW - (whole[1] - whole[0])
    parts: list[Part] = []
    if wide <= room:
        parts += [_part(document, "header", header) for header in headers]
        room -= wide
    # Cells of upper rows that reach into this one.
    for left, right in dict.fromkeys(cell for cell in block.cells if cell[1] <= block.start):
        if left < right <= left + min(room, MAX_QUOTE):
            parts.append(part_at(document, "more", left, right))
            room -= right - left
    return Shaped(*whole, "row", tuple(parts))


def _cells_behind(document: Document, start: int, end: int) -> tuple[Part, ...]:
    """The cells of a long row that stand behind those that are quoted."""
    left, right = trimmed(document, start, end, marks=_BARS)
    return (part_at(document, "more", left, right),) if left < right else ()


def _whole_cells(block: Block, span: Span, around: int, most: int) -> Span:
    """Of the beginning of a long row, which breaks off within a cell, its whole cells: two or more, up to `most`
    code points, that hold the place `around`. Else `span` as it is."""
    ends = [end for start, end in block.cells if span[0] <= start and end <= min(span[1], span[0] + most)]
    return (span[0], ends[-1]) if len(ends) > 1 and around < ends[-1] else span


def _cell(document: Document, span: Span, block: Block, column: int) -> Shaped:
    """Of a long row the one cell that `span` lies in, with the name of its column and the first cell of the row."""
    cell = block.cells[column]
    heads = (header.cells[column] for header in headers_of(document, block) if column < len(header.cells))
    named = [*(("header", place) for place in dict.fromkeys(heads)), ("lead-in", block.cells[0])]
    parts = [part_at(document, role, *place) for role, place in named if place[0] < place[1] <= place[0] + MAX_QUOTE]
    return Shaped(*(cell if cell[1] - cell[0] <= MAX_QUOTE else span), "row", tuple(parts))


def _code(document: Document, span: Span, block: Block) -> Shaped:
    """The whole block, or the stretches of a long one around the chosen place that fit."""
    start, end = block.start, block.end
    if end - start > LONGEST_CODE:
        spans = code_spans(document, block)
        first = last = next((n for n, one in enumerate(spans) if span[0] < one[1]), len(spans) - 1)
        while last + 1 < len(spans) and spans[last + 1][1] - spans[first][0] <= LONGEST_CODE:
            last += 1
        while first and spans[last][1] - spans[first - 1][0] <= LONGEST_CODE:
            first -= 1
        start, end = spans[first][0], spans[last][1]
    return Shaped(start, end, "code", _introduced(document, block))


def _introduced(document: Document, block: Block) -> tuple[Part, ...]:
    """The line that introduces a list or code, as a part; none where it is longer than a quote."""
    lead = lead_in(document, block)
    if lead is None or lead.end - lead.start > MAX_QUOTE or not _leads_to(document, lead, block):
        return ()
    return (_part(document, "lead-in", lead),)


def _leads_to(document: Document, lead: Block, block: Block) -> bool:
    """Whether a list is read with the paragraph before it: a whole sentence that announces nothing stands alone."""
    ended = ENDED.search(document.text[lead.start : lead.end])
    return block.kind is BlockKind.CODE or not ended or announces(document, lead)


def _list(document: Document, items: tuple[Block, ...], chosen: Block, question: str) -> Shaped:
    """As many whole items as fit, from the first on; from the chosen one on where that would be left out."""
    parts = _introduced(document, items[0])
    room = LONGEST_LIST - sum(part.end - part.start for part in parts)
    first = items.index(chosen) if chosen.end - items[0].start > room else 0
    last = first
    while last + 1 < len(items) and items[last + 1].end - items[first].start <= room:
        last += 1
    shape = "steps" if wants_steps(question) else "list"
    start = number_start(document, items[first])
    return Shaped(start, min(items[last].end, start + room), shape, parts)


def _announced(document: Document, span: Span, block: Block, question: str) -> Shaped:
    """A line that only announces what follows comes with it: a list, a code block, or the next paragraph."""
    after = next_block(document, block)
    if after is None or span[1] < block.end - 2 or after.kind in (BlockKind.HEADING, BlockKind.FURNITURE):
        return Shaped(*span, parts=_rest(document, span))
    if after.kind is BlockKind.ITEM:
        items, begun = _below(document, block, after), _beginning(document, span)
        room = LONGEST_LIST - (span[1] - span[0]) - sum(part.end - part.start for part in begun)
        last = max((n for n, one in enumerate(items) if one.end - items[0].start <= room), default=-1)
        if last < 0:
            return Shaped(*span, parts=_item(document, span, block) if block.kind is BlockKind.ITEM else ())
        numbered = ((number_start(document, one), one.end) for one in items[: last + 1])
        many = tuple(part_at(document, "item", *place) for place in numbered)
        return Shaped(*span, "steps" if wants_steps(question) else "list", (*begun, *many))
    if after.kind is BlockKind.CODE and after.end - after.start <= LONGEST_CODE:
        return Shaped(*span, "code", (_part(document, "more", after),))
    if after.kind is BlockKind.PARAGRAPH and after.end - span[0] <= MAX_QUOTE:
        return Shaped(*span, "sentence", (_part(document, "more", after),))
    return Shaped(*span)


def _below(document: Document, block: Block, after: Block) -> tuple[Block, ...]:
    """What the block `block` announces in the list that goes on with `after`: all of it, or what belongs to `block`
    where that is of the list itself."""
    items = tuple(one for one in group_of(document, after) if one.start >= after.start)
    if block.group != after.group:
        return items
    deeper = tuple(takewhile(lambda one: one.level > block.level, items))
    return deeper or tuple(takewhile(lambda one: one.level == block.level and not one.number, items))[:1]


def _item(document: Document, span: Span, block: Block) -> tuple[Part, ...]:
    """An item with the line that introduces it, and with the heading that turns its meaning, where both are short."""
    room = MAX_QUOTE - (span[1] - span[0])
    parts: list[Part] = []
    parent = parent_of(document, block)
    lead = parent or lead_in(document, block)
    if lead and lead.end - lead.start <= room and (parent or _leads_to(document, lead, block)):
        parts.append(_part(document, "lead-in", lead))
        room -= lead.end - lead.start
    above = headings_of(document, block.start)[-1:]
    if (
        above
        and above[-1].end - above[-1].start <= room
        and _TURNS.search(document.text[above[-1].start : above[-1].end])
    ):
        parts.insert(0, _part(document, "heading", above[-1]))
    return tuple(parts)


def _part(document: Document, role: str, block: Block) -> Part:
    return part_at(document, role, block.start, block.end)


def part_at(document: Document, role: str, start: int, end: int) -> Part:
    """What stands from `start` to `end`, as a part of a quote."""
    return Part(role, document.text[start:end], start, end, shown(document, start, end))
