"""A text that a reader puts together block by block, for formats whose text is not the file itself."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from index.document import BlockKind, Document, Link, Span
from index.documents.readers.building.assemble import assemble
from index.documents.readers.building.cells import Cell, Merged
from index.documents.readers.building.piece import Piece
from index.documents.readers.frontmatter import Meta
from index.documents.readers.lines import Stretch
from index.documents.readers.links import Counted, placed, visible, within
from index.documents.readers.text.prose import classify
from index.errors import ReaderError

LARGEST = 16 * 1024 * 1024
"""Characters of extracted text; what holds more is no document to ask, or a bomb."""
_TIGHT = {
    BlockKind.ITEM: frozenset({BlockKind.ITEM}),
    BlockKind.ROW: frozenset({BlockKind.ROW, BlockKind.HEADER}),
    BlockKind.HEADER: frozenset({BlockKind.HEADER}),
}
"""Kinds that stand on the line right below certain others."""


_BORDER = " | "


@dataclass(frozen=True, slots=True)
class FoundBlock:
    """A block as a reader finds it: `kind` None where its shape has to tell; of a row the cells, and no text."""

    text: str
    kind: BlockKind | None = None
    level: int = 0
    group: int = 0
    number: str = ""
    cells: tuple[Cell, ...] = ()
    links: tuple[Counted, ...] = ()
    """Links of the text, or of the texts of the cells one behind the other."""


def with_links(blocks: Iterable[FoundBlock], links: Sequence[Counted]) -> Iterator[FoundBlock]:
    """Blocks that one text was cut into, each with its part of the links of that text."""
    at = 0
    for found in blocks:
        end = at + visible(found.text)
        yield replace(found, links=within(links, at, end))
        at = end


class Draft:
    """Blocks in reading order. A block without a kind gets one from its shape and its neighbours."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._pieces: list[Piece] = []
        self._given: list[BlockKind | None] = []
        self._at = 0
        self._links: list[Link] = []

    def add(self, text: str, kind: BlockKind | None = None, level: int = 0, page: int | None = None) -> None:
        """Appends a block; one that is blank is left out."""
        self.put(FoundBlock(text, kind, level), page)

    def put(self, found: FoundBlock, page: int | None = None) -> None:
        """Appends what a reader found; what is blank is left out."""
        kind = found.kind
        text = _row(found.cells) if found.cells else found.text.strip()
        if not text.strip(" |"):
            return
        if self._at:
            tight = kind is not None and self._given[-1] in _TIGHT.get(kind, ())
            self._append("\n" if tight else "\n\n")
        start = self._at
        self._append(text)
        label = " ".join(text.split()) if kind is BlockKind.HEADING else ""
        cells = self._cells(found, start)
        if found.links:
            self._links += placed(found.links, _texts(found, start, text))
        self._pieces.append(
            Piece(
                kind or BlockKind.PARAGRAPH, start, self._at, found.level, label, page, found.group, cells, found.number
            )
        )
        self._given.append(kind)

    def _cells(self, found: FoundBlock, at: int) -> tuple[Span, ...]:
        """Where the cells of a row stand; `at` is where the row begins."""
        last = self._pieces[-1] if self._pieces else None
        above = last.cells if last and last.group == found.group else ()
        spans: list[Span] = []
        for column, cell in enumerate(found.cells):
            if isinstance(cell, str):
                spans.append((at, at + len(cell)))
                at += len(cell) + len(_BORDER)
            elif cell is Merged.UP:
                spans.append(above[column] if column < len(above) else (at, at))
            else:
                spans.append(spans[-1] if spans else (at, at))
        return tuple(spans)

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
        return assemble(relative, text, pieces, meta, links=self._links)


def _texts(found: FoundBlock, at: int, text: str) -> Iterator[tuple[int, str]]:
    """The texts that a block counts its links in, and where each stands."""
    if not found.cells:
        yield at, text
    for cell in found.cells:
        if isinstance(cell, str):
            yield at, cell
            at += len(cell) + len(_BORDER)


def _row(cells: Sequence[Cell]) -> str:
    """A row as text: a cell that reaches into other places is written once."""
    return _BORDER.join(cell for cell in cells if isinstance(cell, str))
