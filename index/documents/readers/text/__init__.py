"""Plain text: the hardest format, for nothing in it is marked. The document's text is the file's, whole."""

from index.document import BlockKind, Document
from index.documents.encoding import decode
from index.documents.readers import frontmatter
from index.documents.readers.building.assemble import assemble
from index.documents.readers.building.piece import Piece
from index.documents.readers.lines import stretches
from index.documents.readers.text.prose import classify
from index.errors import ReaderError

MOST_LINES = 300_000
"""Ten long books; a file with more is a log or a table, and would take memory that answering needs."""


def read_text(data: bytes, relative: str) -> Document:
    return from_text(decode(data), relative)


def from_text(text: str, relative: str) -> Document:
    if text.count("\n") > MOST_LINES:
        raise ReaderError("too-many-lines", count=MOST_LINES)
    meta, body = frontmatter.split(text)
    pieces = classify(stretches(text, body))
    if body:
        pieces.insert(0, Piece(BlockKind.FURNITURE, 0, len(text[:body].rstrip())))
    return assemble(relative, text, pieces, meta)
