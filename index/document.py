"""What the corpus says, and where each part of it comes from.

A reader turns one file into one `Document`. Its text is normalised once (newlines, byte order mark) and never
again: every offset in the project is a code point of `Document.text`.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

Span = tuple[int, int]
"""Half-open range of code points, `text[start:end]`."""


class BlockKind(StrEnum):
    """What a stretch of a document is; only some kinds may be quoted."""

    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"
    HEADING = "heading"
    CAPTION = "caption"
    FURNITURE = "furniture"
    CODE = "code"
    HEADER = "header"
    """The row of a table that names its columns. It is shown with a row, never alone."""
    NOTE = "note"
    """A footnote or an endnote."""


QUOTABLE = frozenset({BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.ROW, BlockKind.NOTE})


@dataclass(frozen=True, slots=True)
class Source:
    """Where a document comes from, as a reader of a quote wants to know it."""

    path: str
    """Relative to the corpus folder, with forward slashes."""
    title: str
    lang: str = "und"
    """Main language of the text: "zh", "en", "und", or another code of two or three letters that the file names."""
    publisher: str | None = None
    published: str | None = None
    """ISO 8601 date, as far as it is known: "2024-04", "2024-04-30"."""
    url: str | None = None
    rights: str | None = None
    translation_of: str | None = None
    """Path of the document that this one translates, or None. Translations of one text share it."""

    superseded_by: str | None = None
    """Path of a newer version of the document, where a quote of it is told to be of an older one."""

    @property
    def original(self) -> str:
        """What a document and its translations have in common."""
        return self.translation_of or self.path

    def same_text(self, other: "Source") -> bool:
        """Whether the two are of one text, in one language or in two. Each may be said to be the other's translation:
        one by what stands in it, the other by its path."""
        pair = self.translation_of == other.path or other.translation_of == self.path
        return pair or self.original == other.original


def originals(sources: Iterable[Source]) -> dict[str, str]:
    """By the path of each source: the path that stands for its text and for all translations of it among them.

    What is said to translate another leads there; where files name each other in a circle, the first path is taken.
    """
    leads = {one.path: one.original for one in sources}
    found = {}
    for path in leads:
        way = [path]
        while (following := leads.get(way[-1], way[-1])) not in way:
            way.append(following)
        found[path] = min(way[way.index(following) :])
    return found


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of text under one heading. `title` is the path of headings, joined by " › "."""

    title: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a list item, a table row, a heading, or what surrounds them. Blocks do not overlap."""

    kind: BlockKind
    start: int
    end: int
    page: int | None = None
    """1-based page of a paged format."""
    level: int = 0
    """Of a heading, 1 to 6; the depth of a list item, from 1; else 0."""
    group: int = 0
    """The blocks of one list, or of one table, share a positive number within their document; 0: stands alone."""
    cells: tuple[Span, ...] = ()
    """Of a row and a header: where each column's cell stands in the document. A cell that reaches over several rows
    stands in the first of them, and the rows below point to it."""
    number: str = ""
    """The mark of an ordered item, or of a note, as it is shown: "3.", "（一）"; the number of a row of a sheet."""

    @property
    def quotable(self) -> bool:
        """Whether a quote may come from here."""
        return self.kind in QUOTABLE


@dataclass(frozen=True, slots=True)
class Link:
    """Words of a document that lead to another place, of formats whose text does not hold the address itself."""

    start: int
    end: int
    url: str
    """Absolute: http, https or mailto."""


@dataclass(frozen=True, slots=True)
class Document:
    """One text and its source. `blocks` and `sections` are in text order, and lie within the text."""

    id: str
    """Stable for one path: the first 12 hex digits of SHA-256 of `source.path`."""
    source: Source
    text: str
    blocks: tuple[Block, ...] = ()
    sections: tuple[Section, ...] = ()
    marks: tuple[Span, ...] = ()
    """Markup inside blocks that is not speech (emphasis marks, link targets): in order, blanked out before encoding."""
    missing: str = ""
    """What of the file could not be read, in a sentence; "" where all of it stands in the text."""
    links: tuple[Link, ...] = ()
    """In order, not overlapping; none of Markdown, whose links stand in the text with their addresses as marks."""
    known: dict[str, object] = field(default_factory=dict, init=False, compare=False, repr=False)
    """What `index.text.structure` has worked out about this document, so that it is worked out once."""

    def marks_within(self, start: int, end: int) -> tuple[Span, ...]:
        """The marks that touch `text[start:end]`, in order."""
        first = bisect_right(self.marks, start, key=lambda mark: mark[1])
        last = bisect_left(self.marks, end, key=lambda mark: mark[0])
        return self.marks[first:last]

    def links_within(self, start: int, end: int) -> tuple[Link, ...]:
        """The links that touch `text[start:end]`, in order."""
        first = bisect_right(self.links, start, key=lambda link: link.end)
        last = bisect_left(self.links, end, key=lambda link: link.start)
        return self.links[first:last]

    def plain(self, start: int, end: int) -> str:
        """`text[start:end]` with every mark turned into spaces, so that offsets still hold."""
        text = self.text[start:end]
        for left, right in self.marks_within(start, end):
            lo, hi = max(left, start) - start, min(right, end) - start
            text = text[:lo] + " " * (hi - lo) + text[hi:]
        return text

    def block_at(self, offset: int) -> Block | None:
        """The block that holds `offset`, None between two of them."""
        position = bisect_right(self.blocks, offset, key=lambda block: block.start) - 1
        return self.blocks[position] if position >= 0 and offset < self.blocks[position].end else None

    def blocks_within(self, start: int, end: int) -> tuple[Block, ...]:
        """The blocks that begin or lie between `start` and `end`, and the one that holds `start`."""
        first = bisect_right(self.blocks, start, key=lambda block: block.end)
        last = bisect_left(self.blocks, end, key=lambda block: block.start)
        return self.blocks[first:last]

    def position(self, block: Block) -> int:
        """Where `block` stands in `blocks`."""
        return bisect_left(self.blocks, (block.start, block.end), key=lambda one: (one.start, one.end))

    def section_at(self, offset: int) -> str:
        """Title of the innermost section that holds `offset`, "" where there is none."""
        title = ""
        for section in self.sections:
            if section.start > offset:
                break
            if offset < section.end:
                title = section.title
        return title
