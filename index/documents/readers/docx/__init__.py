"""DOCX: paragraphs and tables in the order of the document, headings by their styles.

python-docx opens the package and knows the styles; the text is taken from the XML itself, for python-docx leaves out
what was inserted as a tracked change or stands in a content control.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice

import docx
from docx.document import Document as Package
from lxml.etree import _Element as Element

from index.document import BlockKind, Document
from index.documents.readers.building.cells import Cell, Merged
from index.documents.readers.building.draft import Draft, FoundBlock, with_links
from index.documents.readers.docx import said
from index.documents.readers.docx.lists import Lists
from index.documents.readers.docx.notes import Notes
from index.documents.readers.docx.said import LINKED, SKIPPED
from index.documents.readers.frontmatter import Meta
from index.documents.readers.library import parsing
from index.documents.readers.lines import split_lines
from index.documents.readers.links import Counted, joined
from index.errors import ReaderError

_MOST_BYTES = 256 * 1024 * 1024
_MOST_PARTS = 20_000
_MOST_RATIO = 200
_WIDEST = 200
"""Columns of a table that are read; Word allows 63."""
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING = re.compile(r"(?:heading|标题|標題|überschrift|titre)\s*([1-9])", re.IGNORECASE)
_TITLE = re.compile(r"title|标题|標題", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc|目录|目錄|table of (?:contents|figures)|index)\b.*", re.IGNORECASE)


def read_docx(data: bytes, relative: str) -> Document:
    _check(data)
    with parsing("DOCX", "docx-broken"):
        package = docx.Document(io.BytesIO(data))
        draft = Draft()
        content = package.element.find(f"{_W}body")
        if content is None:
            raise ReaderError("docx-broken")
        body = _Body(package)
        for found in chain(body.blocks(content), body.last_notes()):
            draft.put(found)
        title = getattr(package.core_properties, "title", None)
    return draft.finish(relative, Meta(title=title))


def _check(data: bytes) -> None:
    """Refuses what is no DOCX, and what would unpack to far more than a document has."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise ReaderError("docx-locked")
    with parsing("DOCX", "not-docx"), zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
    size = sum(part.file_size for part in parts)
    if len(parts) > _MOST_PARTS or size > _MOST_BYTES or size > _MOST_RATIO * max(len(data), 100_000):
        raise ReaderError("docx-too-large")
    if not any(part.filename == "[Content_Types].xml" for part in parts):
        raise ReaderError("docx-is-archive")


class _Body:
    """Walks the body of one document."""

    def __init__(self, package: Package) -> None:
        self.styles = _styles(package)
        self.lists = Lists(package)
        self.notes = Notes(package, said.text)
        self.targets = said.targets(package)

    def last_notes(self) -> Iterator[FoundBlock]:
        """The notes of a list that the document ends with."""
        yield from self.notes.take()

    def blocks(self, container: Element) -> Iterator[FoundBlock]:
        for child in container:
            if child.tag == f"{_W}p":
                yield from self._paragraph(child)
            elif child.tag == f"{_W}tbl":
                yield from self._table(child)
            elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}smartTag", f"{_W}customXml"):
                yield from self.blocks(child)

    def _paragraph(self, paragraph: Element) -> Iterator[FoundBlock]:
        kind, level = self._kind(paragraph)
        text, links = said.said(paragraph, self.targets)
        # Notes of a list stand below the whole list.
        yield from self.notes.take() if kind is not BlockKind.ITEM else ()
        self.notes.see(paragraph)
        yield from with_links(self._blocks_of(paragraph, text, kind, level), links)
        yield from self.notes.take() if kind is not BlockKind.ITEM else ()
        for box in paragraph.iter(f"{_W}txbxContent"):
            # A box within a box comes with that one: taken here as well, it would be read twice for each level.
            nearest = next(box.iterancestors(f"{_W}p")) is paragraph
            if nearest and not any(above.tag in SKIPPED - {f"{_W}txbxContent"} for above in box.iterancestors()):
                yield from self.blocks(box)

    def _blocks_of(self, paragraph: Element, text: str, kind: BlockKind | None, level: int) -> Iterator[FoundBlock]:
        if kind is BlockKind.HEADING:
            self.lists.end()
            yield FoundBlock(" ".join(text.split()), kind, level)
        elif kind is None and _is_bold(paragraph) and 0 < len(text.strip()) <= 60 and "\n" not in text.strip():
            ended = text.rstrip().endswith(("。", ".", "！", "!", "；", ";", "，", ","))
            yield FoundBlock(text, None if ended else BlockKind.HEADING, 10)
        else:
            place = self.lists.place(paragraph) if kind is BlockKind.ITEM and text.strip() else self.lists.outside()
            for start, end in split_lines(text, 0, len(text)):
                yield FoundBlock(" ".join(text[start:end].split("\t")), kind, place.level, place.group, place.number)
                place = replace(place, number="")

    def _kind(self, paragraph: Element) -> tuple[BlockKind | None, int]:
        """By the paragraph's style, by its own outline level, by its numbering."""
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        kind, level = self.styles.get(style.get(f"{_W}val", "") if style is not None else "", (None, 0))
        outline = paragraph.find(f"{_W}pPr/{_W}outlineLvl")
        if outline is not None and outline.get(f"{_W}val", "9") in "012345678":
            return BlockKind.HEADING, 2 + int(outline.get(f"{_W}val", "0"))
        numbering = paragraph.find(f"{_W}pPr/{_W}numPr/{_W}numId")
        if kind is None and numbering is not None and numbering.get(f"{_W}val") != "0":
            return BlockKind.ITEM, 0
        return kind, level

    def _table(self, table: Element) -> Iterator[FoundBlock]:
        group = self.lists.next_group()
        body_begun = False
        for row in table.iter(f"{_W}tr"):
            if next(row.iterancestors(f"{_W}tbl")) is not table:
                continue
            cells = [cell for cell in row.iter(f"{_W}tc") if next(cell.iterancestors(f"{_W}tr")) is row]
            if _is_layout(cells):
                for cell in cells:
                    yield from self.blocks(cell)
                continue
            head = row.find(f"{_W}trPr/{_W}tblHeader") is not None and not body_begun
            body_begun = body_begun or not head
            self.notes.see(row)
            kind = BlockKind.HEADER if head else BlockKind.ROW
            made = tuple(islice(_cells(cells), _WIDEST))
            yield FoundBlock("", kind, group=group, cells=made, links=self._links(cells))
        yield from self.notes.take()

    def _links(self, cells: Sequence[Element]) -> tuple[Counted, ...]:
        """The links of the cells of a row, in the order of their texts."""
        if not any(next(cell.iter(*LINKED), None) is not None for cell in cells):
            return ()
        return joined(said.said(one, self.targets) for cell in cells for one in cell.iter(f"{_W}p"))


def _is_layout(cells: Sequence[Element]) -> bool:
    """A row that only arranges the page: it has one cell, or a table within a cell."""
    return (len(cells) == 1 and _width(cells[0]) == 1) or any(cell.find(f"{_W}tbl") is not None for cell in cells)


def _cells(cells: Sequence[Element]) -> Iterator[Cell]:
    """The cells of a row, column by column: one may reach into columns right of it, and into rows below."""
    for cell in cells:
        merge = cell.find(f"{_W}tcPr/{_W}vMerge")
        text = " ".join(" ".join(map(said.text, cell.iter(f"{_W}p"))).split())
        below = merge is not None and merge.get(f"{_W}val", "continue") != "restart"
        width = _width(cell)
        if below and not text:
            yield from [Merged.UP] * width
        else:
            yield text
            yield from [Merged.LEFT] * (width - 1)


def _width(cell: Element) -> int:
    span = cell.find(f"{_W}tcPr/{_W}gridSpan")
    value = span.get(f"{_W}val", "1") if span is not None else "1"
    return min(_WIDEST, max(1, int(value))) if value.isascii() and value.isdigit() else 1


def _styles(package: Package) -> dict[str, tuple[BlockKind | None, int]]:
    """What a paragraph of each style is; a style counts as what it is based on."""
    found: dict[str, tuple[BlockKind | None, int]] = {}
    for style in package.styles:
        one, depth = style, 0
        while one is not None and depth < 20:
            known = _by_name(one.name or "")
            if known[0] is not None:
                found[style.style_id] = known
                break
            one, depth = getattr(one, "base_style", None), depth + 1
    return found


def _by_name(name: str) -> tuple[BlockKind | None, int]:
    heading = _HEADING.match(name)
    if heading:
        return BlockKind.HEADING, 1 + int(heading.group(1))
    if _TITLE.fullmatch(name):
        return BlockKind.HEADING, 1
    if _CONTENTS.fullmatch(name) or name.lower() in ("header", "footer", "页眉", "页脚"):
        return BlockKind.FURNITURE, 0
    if name.lower().startswith(("list bullet", "list number", "列表")):
        return BlockKind.ITEM, 0
    if name.lower() in ("caption", "题注"):
        return BlockKind.CAPTION, 0
    return None, 0


def _is_bold(paragraph: Element) -> bool:
    """Every run that says something is bold."""
    runs = [run for run in paragraph.iter(f"{_W}r") if "".join(t.text or "" for t in run.iter(f"{_W}t")).strip()]
    marks = [run.find(f"{_W}rPr/{_W}b") for run in runs]
    return bool(marks) and all(mark is not None and mark.get(f"{_W}val", "1") not in ("0", "false") for mark in marks)
