"""ODT: headings, paragraphs, lists and tables from the one part of the package that holds them."""

from collections.abc import Iterator, Sequence

from lxml.etree import _Element as Element

from index.document import BlockKind, Document
from index.documents.readers import packed
from index.documents.readers.building.cells import Cell, Merged
from index.documents.readers.building.draft import Draft, FoundBlock
from index.documents.readers.frontmatter import Meta
from index.documents.readers.library import parsing
from index.documents.readers.links import joined, links_in, usable

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_HREF = "{http://www.w3.org/1999/xlink}href"
_BLANKS = {f"{_TEXT}s": " ", f"{_TEXT}tab": " ", f"{_TEXT}line-break": " "}
_SKIPPED = frozenset((f"{_TEXT}note", f"{_OFFICE}annotation", f"{_TEXT}tracked-changes"))
_NAMES = frozenset((f"{_TEXT}section", f"{_TEXT}list-header", f"{_TEXT}index-body"))


def read_odt(data: bytes, relative: str) -> Document:
    draft = Draft()
    with parsing("ODT"):
        root = packed.xml(packed.opened(data, "ODT").read("content.xml"))
        body = root.find(f"{_OFFICE}body/{_OFFICE}text")
        walk = _Walk()
        for found in walk.blocks(body, 0) if body is not None else ():
            draft.put(found)
    return draft.finish(relative, Meta())


class _Walk:
    """Numbers the lists and tables of one document; notes are kept for the end of their block."""

    def __init__(self) -> None:
        self._group = 0

    def blocks(self, container: Element, depth: int) -> Iterator[FoundBlock]:
        for child in container:
            if child.tag == f"{_TEXT}h":
                yield FoundBlock(_said(child), BlockKind.HEADING, int(child.get(f"{_TEXT}outline-level", "1")) + 1)
            elif child.tag == f"{_TEXT}p":
                links = links_in(child, _address, _SKIPPED)
                kind, group = (BlockKind.ITEM, self._group) if depth else (None, 0)
                yield FoundBlock(_said(child), kind, depth, group, links=links)
                yield from _notes(child)
            elif child.tag == f"{_TEXT}list":
                self._group += not depth
                for item in child:
                    yield from self.blocks(item, depth + 1)
            elif child.tag == f"{_TABLE}table":
                self._group += 1
                yield from _rows(child, self._group)
            elif child.tag in _NAMES:
                yield from self.blocks(child, depth)


def _rows(table: Element, group: int) -> Iterator[FoundBlock]:
    for row in table.iter(f"{_TABLE}table-row"):
        cells = [cell for cell in row if cell.tag in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")]
        head = any(above.tag == f"{_TABLE}table-header-rows" for above in row.iterancestors())
        texts = (one for cell in cells if cell.tag == f"{_TABLE}table-cell" for one in cell.iter(f"{_TEXT}p"))
        links = joined((_said(one), links_in(one, _address, _SKIPPED)) for one in texts)
        kind = BlockKind.HEADER if head else BlockKind.ROW
        yield FoundBlock("", kind, group=group, cells=tuple(_cells(cells)), links=links)


def _cells(cells: Sequence[Element]) -> Iterator[Cell]:
    """The cells of a row; one that is covered is reached into from the left, as far as that one says, or from above."""
    reach = 0
    for cell in cells:
        if cell.tag == f"{_TABLE}table-cell":
            width = cell.get(f"{_TABLE}number-columns-spanned", "1")
            reach = int(width) - 1 if width.isdigit() else 0
            yield " ".join(_said(one) for one in cell.iter(f"{_TEXT}p"))
        else:
            yield Merged.LEFT if reach > 0 else Merged.UP
            reach -= 1


def _notes(paragraph: Element) -> Iterator[FoundBlock]:
    for note in paragraph.iter(f"{_TEXT}note"):
        body, mark = note.find(f"{_TEXT}note-body"), note.find(f"{_TEXT}note-citation")
        if body is not None:
            text = " ".join(_said(one) for one in body.iter(f"{_TEXT}p"))
            yield FoundBlock(text, BlockKind.NOTE, number=_said(mark) if mark is not None else "")


def _address(element: Element) -> str | None:
    return usable(element.get(_HREF)) if element.tag == f"{_TEXT}a" else None


def _said(element: Element) -> str:
    parts = [element.text or ""]
    for child in element:
        if child.tag not in _SKIPPED:
            parts.append(_BLANKS.get(str(child.tag)) or _said(child))
        parts.append(child.tail or "")
    return " ".join("".join(parts).split())
