"""The title of a document: as the file gives it, where that is one, else in the largest letters of its first page."""

import re
from collections.abc import Sequence

from index.documents.readers.naming import own_title
from index.documents.readers.pdf.flow import Column
from index.documents.readers.pdf.measure import Measure
from index.documents.readers.pdf.rows import Row
from index.text.language import size as units

_LONGEST_LINE = 60
_MOST_LINES = 5
_LARGE = 1.2
"""Of the size of the text."""
_NUMBERS = re.compile(r"[\d\W_]+|(?:https?:|file:|doi:|[a-z]:\\).*|(?=.*[_\-.\d])[\x21-\x7e]+", re.IGNORECASE)
"""A number, an address, or one word with signs and digits in it, as the names of files have them."""
_PART = re.compile(
    r"\d{1,2}(?:\.\d{1,2})*\.?\s|(?:table of )?contents\Z|目\s*录\Z|fig(?:ure|\.)|table \d", re.IGNORECASE
)
"""What the parts of a document are called."""


def title_of(given: str, columns: Sequence[Column], measure: Measure) -> str | None:
    """The title that the file gives itself, else the one in large letters."""
    said = " ".join(given.split())
    return (
        said if said and not _NUMBERS.fullmatch(said) and own_title(said, "") else _in_large_letters(columns, measure)
    )


def _in_large_letters(columns: Sequence[Column], measure: Measure) -> str | None:
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
    return " ".join(row.text for row in lines)


def _may_be(row: Row, measure: Measure) -> bool:
    says = sum(map(str.isalpha, row.text)) > 1 and not _PART.match(row.text)
    return says and row.size >= _LARGE * measure.body and units(row.text) <= _LONGEST_LINE
