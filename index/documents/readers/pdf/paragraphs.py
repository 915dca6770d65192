"""Rows become paragraphs: by their size, their distance, their indent, and how full they are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial, reduce

from index.documents.readers.lines import ends_sentence
from index.documents.readers.pdf.flow import Column, Label, PdfTable
from index.documents.readers.pdf.measure import Measure
from index.documents.readers.pdf.rows import Row, Vocabulary, continued, is_wide, mark_of

LARGER = 1.12
"""A row this much larger than the body of the text is a heading."""
_PARAGRAPH_GAP = 1.15
_INDENT = 0.7
"""Of the size of the letters."""


@dataclass(slots=True)
class Paragraph:
    """Rows that belong together, while more are found."""

    rows: list[Row]
    page: int
    column: int
    left: float
    right: float
    """Where the column of its last row begins and ends."""
    vocabulary: Vocabulary
    spaced: bool = True
    """There is more room above it than between lines, or nothing."""
    _text: str = ""

    @property
    def text(self) -> str:
        if not self._text:
            self._text = reduce(partial(continued, vocabulary=self.vocabulary), (row.text for row in self.rows))
        return self._text

    @property
    def size(self) -> float:
        return self.rows[0].size

    @property
    def bold(self) -> bool:
        return all(row.bold for row in self.rows)

    @property
    def fixed(self) -> bool:
        return all(row.fixed for row in self.rows)

    def add(self, row: Row) -> None:
        self.rows.append(row)
        self._text = ""

    def join(self, other: "Paragraph") -> None:
        """Goes on in another column."""
        self.rows += other.rows
        self._text = ""
        self.column, self.left, self.right = other.column, other.left, other.right


Part = Paragraph | tuple[int, PdfTable | Label]
"""A paragraph; or a table or label, and its page."""


def parts(columns: Sequence[Column], measure: Measure) -> Iterator[Part]:
    """Everything in reading order, columns that go on not yet joined."""
    for number, column in enumerate(columns):
        open_: Paragraph | None = None
        rows = column.parts
        for at, part in enumerate(rows):
            if not isinstance(part, Row):
                if open_:
                    yield open_
                yield column.page, part
                open_ = None
                continue
            behind = rows[at + 1] if at + 1 < len(rows) else None
            if open_ and _goes_on(open_, part, behind if isinstance(behind, Row) else None, measure):
                open_.add(part)
                continue
            if open_:
                yield open_
            above = rows[at - 1] if at else None
            spaced = not isinstance(above, Row) or part.base - above.base > _PARAGRAPH_GAP * measure.step(part.size)
            open_ = Paragraph(
                [part], column.page, number, column.left, measure.right(column), measure.vocabulary, spaced
            )
        if open_:
            yield open_


def _goes_on(paragraph: Paragraph, row: Row, behind: Row | None, measure: Measure) -> bool:
    """`row` goes on with the paragraph above it; `behind` is the row below."""
    last = paragraph.rows[-1]
    step = row.base - last.base
    if not _same_size(last, row) or step <= 0:
        return False
    if row.size >= measure.body * LARGER:
        near = step < max(1.6 * row.size, 1.1 * measure.step(row.size))
        return near and last.bold == row.bold and not mark_of(row.text) and not _is_over(last, row, paragraph.right)
    if step > 1.35 * max(measure.step(row.size), 0.9 * row.size):
        return False
    if last.fixed and row.fixed and not measure.fixed:
        return True
    if _is_title(paragraph, row, measure):
        return False
    ended = ends_sentence(last.text)
    full = is_full(last, row, paragraph.right)
    if _begins_item(paragraph, row, full and not ended):
        return False
    if row.fixed != last.fixed and not measure.fixed and (not full or last.text.endswith((":", "："))):
        return False
    lower = row.text[:1].islower()
    if paragraph.bold != row.bold and not (full and not ended and (lower or len(paragraph.rows) > 1)):
        return False
    return (full or (lower and not ended)) and not _new_by_indent(paragraph, row, behind, full and not ended)


def _is_over(last: Row, row: Row, right: float) -> bool:
    """Large letters that end as a sentence does, and before the line is full."""
    return ends_sentence(last.text) and not is_full(last, row, right)


def _is_title(paragraph: Paragraph, row: Row, measure: Measure) -> bool:
    """The paragraph so far is a line in another face than the text's, and the text begins with `row`."""
    if len(paragraph.rows) > 1 or not paragraph.spaced or not row.text[:1].isupper() or paragraph.text.endswith(","):
        return False
    other = not any(word.face in measure.faces for word in paragraph.rows[0].words)
    return other and all(word.face in measure.faces for word in row.words)


def _same_size(last: Row, row: Row) -> bool:
    """Some words of both are; a row may be all small capitals."""
    return any(abs(one.size - other.size) < 0.08 * one.size for one in last.words for other in row.words)


def is_full(last: Row, row: Row, right: float) -> bool:
    """The first word of `row` would not have fitted into the row above."""
    first = row.words[0]
    width = row.size if is_wide(first.text) else first.right - first.left + 0.3 * row.size
    slack = 1.5 if ends_sentence(last.text) else 3.0
    return last.right + width > right - slack * row.size


def _begins_item(paragraph: Paragraph, row: Row, running: bool) -> bool:
    """It begins with the mark of an item; within a running sentence only where items do."""
    mark = mark_of(row.text)
    if mark is None:
        return False
    first = mark_of(paragraph.rows[0].text)
    alike = first is not None and bool(first[0]) == bool(mark[0])
    indented = abs(row.left - paragraph.rows[-1].left) > _INDENT * row.size
    return not running or indented or alike or not mark[0]


def _new_by_indent(paragraph: Paragraph, row: Row, behind: Row | None, running: bool) -> bool:
    """By where it begins, `row` opens a paragraph: it is indented, or an item with a hanging indent is over."""
    first, last = paragraph.rows[0], paragraph.rows[-1]
    indent = _INDENT * row.size
    if row.left > last.left + indent:
        if len(paragraph.rows) > 1:
            return not running
        if mark_of(first.text) and running:
            return False
        # Rows below a first one that sticks out stay where they are; below one that is indented they go back.
        returns = behind is not None and behind.left < row.left - indent
        return not running or (returns and first.left <= paragraph.left + indent and _opens(row))
    if row.left < last.left - indent:
        hangs = len(paragraph.rows) > 1 and row.left <= first.left + indent and last.left > first.left + indent
        return hangs or (len(paragraph.rows) > 1 and not running)
    return False


def _opens(row: Row) -> bool:
    return not row.text[:1].islower()
