"""A document as one record of bytes: as a snapshot keeps it, and as one process hands it to another.

Plain JSON and text: whatever stands in a record, decoding it runs nothing.
"""

import json
from dataclasses import fields
from typing import Any

from index.document import Block, BlockKind, Document, Link, Section, Source
from index.errors import restored, stored

_SOURCE = [field.name for field in fields(Source)]
_UTF8 = ("utf-8", "surrogatepass")


def pack_document(document: Document) -> bytes:
    """A document as a record: what is known about it as one line of JSON, then its text."""
    known = {
        "id": document.id,
        "source": {name: getattr(document.source, name) for name in _SOURCE},
        "blocks": [_packed(block) for block in document.blocks],
        "sections": [[section.title, section.start, section.end] for section in document.sections],
        "marks": document.marks,
        "missing": stored(document.missing),
    }
    if document.links:
        known["links"] = [[link.start, link.end, link.url] for link in document.links]
    return json.dumps(known, separators=(",", ":")).encode() + b"\n" + document.text.encode(*_UTF8)


def unpack_document(record: bytes) -> Document:
    """The document of a record, equal to the one that was packed. ValueError where it is no such record."""
    try:
        return _document(record)
    except (LookupError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError("no record of a document") from error


def unpack_source(head: bytes) -> Source | None:
    """The source of a record by its beginning, None where that is too short to hold it. ValueError as above."""
    start, end = head.find(b'"source":') + len(b'"source":'), head.find(b',"blocks":')
    try:
        return Source(**json.loads(head[start:end])) if end >= 0 else None
    except (TypeError, RecursionError) as error:
        raise ValueError("no record of a document") from error


def _document(record: bytes) -> Document:
    line = record.index(b"\n")
    known: dict[str, Any] = json.loads(record[:line])
    return Document(
        id=known["id"],
        source=Source(**known["source"]),
        text=record[line + 1 :].decode(*_UTF8),
        blocks=tuple(map(_unpacked, known["blocks"])),
        sections=tuple(Section(*section) for section in known["sections"]),
        marks=tuple((start, end) for start, end in known["marks"]),
        missing=restored(known.get("missing", "")),
        links=tuple(Link(*link) for link in known.get("links", ())),
    )


_KINDS = {kind.value: kind for kind in BlockKind}
_DEFAULTS: list[object] = [None, 0, 0, (), ""]
"""Of the fields of a block from `page` on; those at the end of its row are left out."""


def _packed(block: Block) -> list[object]:
    place = [block.kind.value, block.start, block.end, block.page]
    row: list[object] = [*place, block.level, block.group, block.cells, block.number]
    kept = len(row)
    while kept > 3 and row[kept - 1] == _DEFAULTS[kept - 4]:
        kept -= 1
    return row[:kept]


def _unpacked(row: list[Any]) -> Block:
    kind, start, end, page, level, group, cells, number = row + _DEFAULTS[len(row) - 3 :]
    return Block(_KINDS[kind], start, end, page, level, group, tuple((a, b) for a, b in cells), number)
