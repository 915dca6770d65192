"""The title of a document: as the file gives it, where that is one, else in the largest letters of its first page."""

import re
from collections.abc import Sequence

from index.documents.readers.pdf.flow import Column
from index.documents.readers.pdf.measure import Measure
from index.documents.readers.pdf.rows import Row
from index.text.language import size as units

_LONGEST, _LONGEST_LINE = 300, 60
_MOST_LINES = 5
_LARGE = 1.2
"""Of the size of the text."""
_NONE = re.compile(
    r"untitled.*|无标题.*|未命名.*|(?:microsoft (?:word|powerpoint|excel)|(?:powerpoint )?presentation|document).*|"
    r".*\.(?:docx?|pdf|indd|tex|dvi|pptx?|wps|exe|xlsx?|qxd|p65|fm|html?|rtf|cdr|ai|psd)|(?:slide|layout)\s?\d*|[\d\W_]*|"
    r"(?:https?:|file:|doi:|[a-z]:\\).*",
    re.IGNORECASE,
)
_FILE = re.compile(r"(?=.*[_\-.\d])[\x21-\x7e]+", re.ASCII)
"""One word with signs and digits in it: a name that a file had."""


def tidied(title: str) -> str | None:
    """`title` on one line; None where it is the name of a file or what a program writes when nobody gives one."""
    title = " ".join(title.split())
    return None if _NONE.fullmatch(title) or _FILE.fullmatch(title) else title[:_LONGEST]


def in_large_letters(columns: Sequence[Column], measure: Measure) -> str | None:
    """The first lines of the first page in its largest letters; None where none are larger than the text's."""
    rows = [
        row for column in columns if column.page == columns[0].page for row in column.lines if _may_be(row, measure)
    ]
    if not rows:
        return None
    largest = max(row.size for row in rows)
    first = next(number for number, row in enumerate(rows) if row.size == largest)
    lines = [rows[first]]
    for row in rows[first + 1 : first + _MOST_LINES]:
        if abs(row.size - largest) > 0.05 * largest or not 0 < row.base - lines[-1].base < 2 * largest:
            break
        lines.append(row)
    return tidied(" ".join(row.text for row in lines))


def _may_be(row: Row, measure: Measure) -> bool:
    says = sum(map(str.isalpha, row.text)) > 1
    return says and row.size >= _LARGE * measure.body and units(row.text) <= _LONGEST_LINE
