"""What a part of a page is by what stands around it: contents, labels of a figure, the second half of something."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.document import BlockKind
from index.documents.readers.building.cells import Cell
from index.documents.readers.lines import display_width, ends_sentence
from index.documents.readers.pdf.flow import Label, PdfTable
from index.documents.readers.pdf.kinds import CAPTION
from index.documents.readers.pdf.paragraphs import Paragraph, Part, is_full
from index.documents.readers.pdf.rows import mark_of
from index.documents.readers.pdf.tables import whole_row

_FIGURE = re.compile(r"fig|abb|chart|exhibit|附?图", re.IGNORECASE)
_PAGE = re.compile(r"\s(?:\d{1,4}|[ivxl]{1,6})\Z")
_LABEL = 32
"""Columns of a terminal: how long the label of a figure is at most."""
_FEWEST_LABELS = 3
_MOST_LABELS = 80
_REACH = 8
"""Parts of a page that may stand between the halves of a paragraph: notes, a picture, its caption."""
_BETWEEN = frozenset({BlockKind.FURNITURE, BlockKind.NOTE})
_LOOSE = frozenset({BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.FURNITURE, BlockKind.ITEM, BlockKind.ROW})


@dataclass(slots=True)
class Judged:
    """A part of a page, and what it is."""

    kind: BlockKind
    part: Part
    goes_on: bool = False
    """It is a table that began on the page before."""
    heads: tuple[tuple[Cell, ...], ...] = ()
    """Of a table the rows that name its columns on each page."""


def settled(found: Sequence[Judged]) -> list[Judged]:
    """The parts with what their neighbours say of them; those that go on where others end made one."""
    out = _with_whole_captions(found)
    _tell_contents(out)
    _tell_labels(out)
    return _joined(out)


def _with_whole_captions(found: Sequence[Judged]) -> list[Judged]:
    """ "PdfTable 1" on a line of its own, and below it what the table shows."""
    out: list[Judged] = []
    for one in found:
        last = out[-1] if out else None
        if (
            last is not None
            and last.kind is BlockKind.CAPTION
            and isinstance(last.part, Paragraph)
            and CAPTION.fullmatch(last.part.text)
            and one.kind in (BlockKind.PARAGRAPH, BlockKind.HEADING)
            and isinstance(one.part, Paragraph)
            and one.part.column == last.part.column
        ):
            last.part.join(one.part)
        else:
            out.append(one)
    return out


def _tell_contents(found: Sequence[Judged]) -> None:
    """A list of headings and pages: rows that end with numbers that grow."""
    for one in found:
        if one.kind is BlockKind.ROW and _is_contents(one.part):
            one.kind = BlockKind.FURNITURE
    for before, one, after in zip(found, found[1:], found[2:], strict=False):
        around = before.kind is BlockKind.FURNITURE is after.kind or _names_contents(before)
        if around and isinstance(one.part, Paragraph) and len(one.part.rows) == 1 and _PAGE.search(one.part.text):
            one.kind = BlockKind.FURNITURE


def _names_contents(one: Judged) -> bool:
    return isinstance(one.part, Paragraph) and one.kind is BlockKind.FURNITURE and one.part.text.isalpha()


def _is_contents(part: Part) -> bool:
    if isinstance(part, Paragraph) or not isinstance(part[1], PdfTable):
        return False
    rows = [row.cells for row in part[1].rows]
    pages = [cells[-1] for cells in rows]
    numbers = [int(page) for page in pages if isinstance(page, str) and page.isascii() and page.isdigit()]
    titled = sum(isinstance(cells[0], str) and any(map(str.isalpha, cells[0])) for cells in rows)
    two = all(len(cells) <= 3 for cells in rows)
    return two and len(numbers) == len(rows) > 3 and numbers == sorted(numbers) and titled * 5 >= 4 * len(rows)


def _tell_labels(found: Sequence[Judged]) -> None:
    """Short pieces right above or below the caption of a figure are its labels."""
    for at, one in enumerate(found):
        if one.kind is not BlockKind.CAPTION or not isinstance(one.part, Paragraph) or not _FIGURE.match(one.part.text):
            continue
        for step in (-1, 1):
            run: list[Judged] = []
            place = at + step
            while 0 <= place < len(found) and len(run) < _MOST_LABELS and _is_label(found[place]):
                run.append(found[place])
                place += step
            if len(run) >= _FEWEST_LABELS:
                for label in run:
                    label.kind = BlockKind.FURNITURE


def _is_label(one: Judged) -> bool:
    if not isinstance(one.part, Paragraph):
        return one.kind is BlockKind.FURNITURE
    short = len(one.part.rows) <= 2 and all(display_width(row.text) <= _LABEL for row in one.part.rows)
    numbered = mark_of(one.part.text) is not None and one.kind is BlockKind.HEADING
    return one.kind in _LOOSE and short and not ends_sentence(one.part.text) and not numbered


def _joined(found: Sequence[Judged]) -> list[Judged]:
    """Paragraphs and tables that go on in the next column made one."""
    out: list[Judged] = []
    for one in found:
        if isinstance(one.part, Paragraph):
            earlier = _open(out, one.part) if one.kind is BlockKind.PARAGRAPH else None
            if earlier:
                earlier.join(one.part)
                continue
        elif one.kind is BlockKind.ROW:
            _go_on(out, one, one.part)
            if isinstance(one.part[1], PdfTable) and not one.part[1].rows:
                continue
        out.append(one)
    return out


def _go_on(out: Sequence[Judged], one: Judged, part: tuple[int, PdfTable | Label]) -> None:
    """A table at the head of a page that the table before it goes on in: without its header again, and its first
    row made one with the last where a cell was cut."""
    last = next((before for before in reversed(out) if before.kind not in _BETWEEN), None)
    if last is None or isinstance(last.part, Paragraph):
        return
    (page, table), (earlier_page, earlier) = part, last.part
    if not (isinstance(table, PdfTable) and isinstance(earlier, PdfTable)) or page != earlier_page + 1:
        return
    if not table.rows or len(table.rows[0].cells) != len(earlier.rows[0].cells):
        return
    one.goes_on = True
    if table.rows[0].cells == earlier.rows[0].cells:
        # What stands above both halves names the columns.
        earlier = PdfTable((replace(earlier.rows[0], header=True), *earlier.rows[1:]))
        last.part = earlier_page, earlier
    one.heads = last.heads or tuple(row.cells for row in earlier.rows if row.header or row.title)
    rows = [row for row in table.rows if row.cells not in one.heads]
    if one.heads:
        # The columns have their names already.
        rows = [replace(row, header=False) for row in rows]
    whole = whole_row(earlier.rows[-1], rows[0]) if rows and not rows[0].header else None
    if whole:
        last.part = earlier_page, PdfTable((*earlier.rows[:-1], whole))
        rows = rows[1:]
    one.part = page, PdfTable(tuple(rows))


def _open(out: Sequence[Judged], part: Paragraph) -> Paragraph | None:
    """The paragraph in the column before that `part` goes on with."""
    for one in out[: -_REACH - 1 : -1]:
        if one.kind is BlockKind.HEADING:
            return None
        if one.kind not in (BlockKind.PARAGRAPH, BlockKind.ITEM) or not isinstance(one.part, Paragraph):
            continue
        return one.part if _goes_on(one.part, part) else None
    return None


def _goes_on(paragraph: Paragraph, part: Paragraph) -> bool:
    if paragraph.column == part.column or abs(paragraph.size - part.size) > 0.08 * part.size:
        return False
    last, first = paragraph.rows[-1], part.rows[0]
    if ends_sentence(last.text) or not is_full(last, first, paragraph.right):
        return False
    indented = first.left > part.left + 0.7 * first.size and not mark_of(paragraph.text)
    return not indented or first.text[:1].islower()
