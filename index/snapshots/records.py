"""Documents and passages of a snapshot, decoded from its columns when they are asked for.

Opening must not cost what the corpus weighs: a snapshot of a hundred thousand passages maps its files, and decodes
the few documents that a question touches.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from index.document import Document, Source, Span
from index.packed_document import unpack_document, unpack_source
from index.snapshots.columns import Column
from index.text.passages import Passage

ROW = np.dtype([("document", "<i4"), ("start", "<i4"), ("end", "<i4"), ("page", "<i4"), ("crc", "<u4"), ("key", "V16")])
"""One passage in `rows.npy`: where it stands, the CRC-32 of its token vectors, and the digest of what was encoded."""
ID = np.dtype("S12")

_HEAD = 4096
"""Bytes at the beginning of a record that nearly always hold its source."""
_REMEMBERED = 20_000_000
"""Code points of decoded documents that are kept at hand."""
_UTF8 = ("utf-8", "surrogatepass")


class Documents(Sequence[Document]):
    """The documents of a snapshot in corpus order. Safe to read from threads."""

    def __init__(self, column: Column, ids: NDArray[np.bytes_]) -> None:
        self._column = column
        self._ids = ids
        self._lock = threading.Lock()
        self._recent: OrderedDict[int, Document] = OrderedDict()
        self._weight = 0
        self._positions: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._column)

    @overload
    def __getitem__(self, position: int) -> Document: ...
    @overload
    def __getitem__(self, position: slice) -> Sequence[Document]: ...
    def __getitem__(self, position: int | slice) -> Document | Sequence[Document]:
        if isinstance(position, slice):
            return [self._at(one) for one in range(len(self))[position]]
        return self._at(range(len(self))[position])

    def __iter__(self) -> Iterator[Document]:
        """All of them, one at a time: a pass over the corpus does not fill the memory."""
        return map(self._read, range(len(self)))

    def position(self, id: str) -> int | None:
        """Where the document of that id stands, None where there is none."""
        with self._lock:
            if not self._positions:
                self._positions = {one.decode(): position for position, one in enumerate(self._ids.tolist())}
        return self._positions.get(id)

    def source(self, position: int) -> Source:
        """Where a document comes from, without reading the document."""
        try:
            found = unpack_source(self._column.head(position, _HEAD))
        except ValueError as error:
            raise self._column.damage() from error
        return found or self._at(position).source

    def by_id(self, id: str) -> Document | None:
        """The document of that id, or None."""
        position = self.position(id)
        return None if position is None else self._at(position)

    def _at(self, position: int) -> Document:
        with self._lock:
            known = self._recent.get(position)
            if known is not None:
                self._recent.move_to_end(position)
                return known
        document = self._read(position)
        with self._lock:
            if position not in self._recent:
                self._recent[position] = document
                self._weight += len(document.text)
            while self._weight > _REMEMBERED and len(self._recent) > 1:
                self._weight -= len(self._recent.popitem(last=False)[1].text)
        return document

    def _read(self, position: int) -> Document:
        """A document out of the file; SnapshotError where the file was damaged after it had been checked."""
        try:
            return unpack_document(self._column[position])
        except ValueError as error:
            raise self._column.damage() from error


def pack_spans(spans: Sequence[Span]) -> bytes:
    """Sentences of a passage as a record."""
    return np.array(spans, dtype="<i4").tobytes()


class Passages(Sequence[Passage]):
    """The passages of a snapshot: those of one document stand together, in the order of the text."""

    def __init__(self, rows: NDArray[np.void], sections: Column, sentences: Column) -> None:
        self._rows = rows
        self._documents: NDArray[np.integer[Any]] = rows["document"]
        self._sections = sections
        self._sentences = sentences

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, position: int) -> Passage: ...
    @overload
    def __getitem__(self, position: slice) -> Sequence[Passage]: ...
    def __getitem__(self, position: int | slice) -> Passage | Sequence[Passage]:
        if isinstance(position, slice):
            return [self._at(one) for one in range(len(self))[position]]
        return self._at(range(len(self))[position])

    def many(self, positions: Sequence[int]) -> list[Passage]:
        """The passages at these positions, whose rows are read in one go."""
        return [self._made(one, row) for one, row in zip(positions, self._rows[list(positions)].tolist(), strict=True)]

    def _at(self, position: int) -> Passage:
        return self._made(position, self._rows[position].item())

    def _made(self, position: int, row: tuple[Any, ...]) -> Passage:
        document, start, end, page, _, _ = row
        spans = np.frombuffer(self._sentences[position], dtype="<i4").reshape(-1, 2).tolist()
        return Passage(
            document=document,
            start=start,
            end=end,
            sentences=tuple((left, right) for left, right in spans),
            section=self._sections[position].decode(*_UTF8),
            page=page if page >= 0 else None,
        )

    def document(self, position: int) -> int:
        """Position of the document that a passage is of."""
        return int(self._documents[position])

    def of(self, document: int) -> range:
        """Positions of the passages of one document."""
        first, last = np.searchsorted(self._documents, [document, document + 1])
        return range(int(first), int(last))


def pack_section(title: str) -> bytes:
    """The section of a passage as a record."""
    return title.encode(*_UTF8)
