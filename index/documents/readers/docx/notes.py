"""Footnotes and endnotes of a DOCX file: their text is in a part of its own, their mark where they are referred to."""

from collections.abc import Callable

from docx.document import Document as Package
from lxml.etree import _Element as Element

from index.document import BlockKind
from index.documents.readers import packed
from index.documents.readers.building.draft import FoundBlock
from index.documents.readers.docx.lists import written

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DELETED = frozenset((f"{_W}del", f"{_W}moveFrom"))
_SORTS = {"footnote": "decimal", "endnote": "lowerRoman"}
"""The sorts of notes, and how Word numbers them unless it is told otherwise."""


class Notes:
    """Follows the paragraphs of one document and keeps the notes that they refer to, until they are taken."""

    def __init__(self, package: Package, said: Callable[[Element], str]) -> None:
        """`said` tells the text of a paragraph."""
        self._said = said
        self._notes = {sort: _notes(package, sort) for sort in _SORTS}
        self._formats = {sort: _format(package, sort) or usual for sort, usual in _SORTS.items()}
        self._counts = dict.fromkeys(_SORTS, 0)
        self._waiting: list[FoundBlock] = []

    def see(self, paragraph: Element) -> None:
        """Keeps the notes of the coming paragraph, in its order."""
        for reference in paragraph.iter(*(f"{_W}{sort}Reference" for sort in _SORTS)):
            if any(above.tag in _DELETED for above in reference.iterancestors()):
                continue
            sort = "footnote" if reference.tag == f"{_W}footnoteReference" else "endnote"
            self._counts[sort] += 1
            note = self._notes[sort].pop(reference.get(f"{_W}id", ""), None)
            if note is not None:
                text = " ".join(self._said(one).strip() for one in note.iter(f"{_W}p"))
                number = written(self._counts[sort], self._formats[sort])
                self._waiting.append(FoundBlock(" ".join(text.split()), BlockKind.NOTE, number=number))

    def take(self) -> list[FoundBlock]:
        """The notes that wait to stand below their text."""
        taken, self._waiting = self._waiting, []
        return taken


def _notes(package: Package, sort: str) -> dict[str, Element]:
    """The notes of one sort by their ids; the lines that part them from the text are none."""
    parts = (
        one for one in package.part.rels.values() if (one.reltype or "").endswith(f"/{sort}s") and not one.is_external
    )
    part = next(parts, None)
    if part is None:
        return {}
    root = packed.xml(part.target_part.blob)
    return {note.get(f"{_W}id", ""): note for note in root.findall(f"{_W}{sort}") if note.get(f"{_W}type") is None}


def _format(package: Package, sort: str) -> str:
    """How the document says that notes of a sort are numbered, "" where it does not."""
    found = package.settings.element.find(f"{_W}{sort}Pr/{_W}numFmt")
    return found.get(f"{_W}val", "") if found is not None else ""
