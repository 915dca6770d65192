"""What the corpus says, and where each part of it comes from.

A reader turns one file into one `Document`. Its text is normalised once (newlines, byte order mark) and never
again: every offset in the project is a code point of `Document.text`.
"""

from dataclasses import dataclass
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


QUOTABLE = frozenset({BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.ROW})


@dataclass(frozen=True, slots=True)
class Source:
    """Where a document comes from, as a reader of a quote wants to know it."""

    path: str
    """Relative to the corpus folder, with forward slashes."""
    title: str
    lang: str = "und"
    """Main language of the text: "zh", "en", or "und"."""
    publisher: str | None = None
    published: str | None = None
    """ISO 8601 date, as far as it is known: "2024-04", "2024-04-30"."""
    url: str | None = None
    rights: str | None = None
    translation_of: str | None = None
    """Path of the document that this one translates, or None. Translations of one text share it."""

    @property
    def original(self) -> str:
        """What a document and its translations have in common."""
        return self.translation_of or self.path


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

    @property
    def quotable(self) -> bool:
        """Whether a quote may come from here."""
        return self.kind in QUOTABLE


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

    def plain(self, start: int, end: int) -> str:
        """`text[start:end]` with every mark turned into spaces, so that offsets still hold."""
        text = self.text[start:end]
        for left, right in self.marks:
            if left >= end:
                break
            if right > start:
                lo, hi = max(left, start) - start, min(right, end) - start
                text = text[:lo] + " " * (hi - lo) + text[hi:]
        return text

    def block_at(self, offset: int) -> Block | None:
        """The block that holds `offset`, None between two of them."""
        return next((block for block in self.blocks if block.start <= offset < block.end), None)

    def section_at(self, offset: int) -> str:
        """Title of the innermost section that holds `offset`, "" where there is none."""
        title = ""
        for section in self.sections:
            if section.start > offset:
                break
            if offset < section.end:
                title = section.title
        return title
