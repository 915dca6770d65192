"""PPTX: slide by slide its title, its points, its tables, and the notes of the speaker."""

import io
from collections.abc import Iterator
from typing import Any

from pptx import Presentation

from index.document import BlockKind, Document
from index.documents.readers import packed
from index.documents.readers.building.cells import Cell, Merged
from index.documents.readers.building.draft import Draft, FoundBlock
from index.documents.readers.frontmatter import Meta
from index.documents.readers.library import parsing
from index.documents.readers.links import Counted, joined, usable, visible


def read_pptx(data: bytes, relative: str) -> Document:
    packed.opened(data, "PPTX")
    draft = Draft()
    with parsing("PPTX"):
        package = Presentation(io.BytesIO(data))
        for page, slide in enumerate(package.slides, 1):
            for found in _slide(slide, 2 * page):
                draft.put(found, page)
        title = getattr(package.core_properties, "title", None)
    return draft.finish(relative, Meta(title=title))


def _slide(slide: Any, group: int) -> Iterator[FoundBlock]:
    """The blocks of a slide; `group` and the number before it are its list's and its tables'."""
    title = slide.shapes.title
    if title is not None and title.has_text_frame:
        yield FoundBlock(" ".join(title.text_frame.text.split()), BlockKind.HEADING, 2)
    for shape in _shapes(slide.shapes):
        if shape.shape_id == getattr(title, "shape_id", None):
            continue
        if getattr(shape, "has_table", False):
            yield from _table(shape.table, group)
        elif shape.has_text_frame:
            yield from _points(shape.text_frame, group - 1)
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        for line in slide.notes_slide.notes_text_frame.text.splitlines():
            yield FoundBlock(line, BlockKind.PARAGRAPH)


def _shapes(shapes: Any) -> Iterator[Any]:
    """Shapes, those within groups too."""
    pending = list(shapes)[::-1]
    while pending:
        shape = pending.pop()
        inner = getattr(shape, "shapes", None)
        if inner is None:
            yield shape
        else:
            pending.extend(list(inner)[::-1])


def _points(frame: Any, group: int) -> Iterator[FoundBlock]:
    said = [one for one in frame.paragraphs if one.text.strip()]
    for one in said:
        text = " ".join(one.text.split())
        if len(said) > 1:
            yield FoundBlock(text, BlockKind.ITEM, one.level + 1, group, links=_links(one))
        else:
            yield FoundBlock(text, BlockKind.PARAGRAPH, links=_links(one))


def _links(paragraph: Any) -> tuple[Counted, ...]:
    """The links of a paragraph: runs whose looks name a relation of the slide."""
    leading = {one._r: usable(one.hyperlink.address) for one in paragraph.runs if one._r.rPr is not None}
    parts = ((one.text, leading.get(one)) for one in (paragraph._p.content_children if any(leading.values()) else ()))
    return joined((text, [Counted(0, visible(text), url)] if url else []) for text, url in parts)


def _table(table: Any, group: int) -> Iterator[FoundBlock]:
    for number, row in enumerate(table.rows):
        cells = tuple(map(_cell, row.cells))
        kind = BlockKind.HEADER if table.first_row and not number else BlockKind.ROW
        yield FoundBlock("", kind, group=group, cells=cells)


def _cell(cell: Any) -> Cell:
    """The text of a cell, or that one above or left of it reaches into its place."""
    if not cell.is_spanned:
        return " ".join(cell.text.split())
    return Merged.UP if cell._tc.vMerge else Merged.LEFT
