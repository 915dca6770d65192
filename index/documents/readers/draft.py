"""A text that a reader puts together block by block, for formats whose text is not the file itself."""

from dataclasses import replace

from index.document import BlockKind, Document
from index.documents.readers.assemble import Piece, assemble
from index.documents.readers.frontmatter import Meta
from index.documents.readers.lines import Stretch
from index.documents.readers.prose import classify
from index.errors import ReaderError

LARGEST = 16 * 1024 * 1024
"""Characters of extracted text; what holds more is no document to ask, or a bomb."""
_TIGHT = (BlockKind.ITEM, BlockKind.ROW)


class Draft:
    """Blocks in reading order. A block without a kind gets one from its shape and its neighbours."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._pieces: list[Piece] = []
        self._given: list[BlockKind | None] = []
        self._at = 0

    def add(self, text: str, kind: BlockKind | None = None, level: int = 0, page: int | None = None) -> None:
        """Appends a block; one that is blank is left out."""
        text = text.strip()
        if not text:
            return
        if self._at:
            tight = kind in _TIGHT and self._given[-1] is kind
            self._append("\n" if tight else "\n\n")
        start = self._at
        self._append(text)
        label = " ".join(text.split()) if kind is BlockKind.HEADING else ""
        self._pieces.append(Piece(kind or BlockKind.PARAGRAPH, start, self._at, level, label, page))
        self._given.append(kind)

    def _append(self, text: str) -> None:
        self._at += len(text)
        if self._at > LARGEST:
            raise ReaderError("too-much-text", count=LARGEST >> 20)
        self._parts.append(text)

    def finish(self, relative: str, meta: Meta) -> Document:
        """The document; ReaderError where nothing was added."""
        text = "".join(self._parts)
        structured = sum(kind is BlockKind.HEADING for kind in self._given) > 1
        stretches = [Stretch(text[piece.start : piece.end], piece.start, True) for piece in self._pieces]
        judged = classify(stretches, self._given, structured) if stretches else []
        pieces = [
            piece if kind else replace(found, page=piece.page)
            for piece, kind, found in zip(self._pieces, self._given, judged, strict=True)
        ]
        return assemble(relative, text, pieces, meta)
