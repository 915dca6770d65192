"""A block on its way into a document: what readers hand to `assemble`."""

from dataclasses import dataclass

from index.document import BlockKind, Span


@dataclass(frozen=True, slots=True)
class Piece:
    """A block on its way into a document. `label` belongs to headings: their text without marks.

    `level` of a heading is any number, 1 the outermost; the other fields are those of `Block`.
    """

    kind: BlockKind
    start: int
    end: int
    level: int = 0
    label: str = ""
    page: int | None = None
    group: int = 0
    cells: tuple[Span, ...] = ()
    number: str = ""
