"""A new snapshot folder, written part by part, with whole runs taken over from an earlier snapshot.

Documents come first and settle which passages there are. Then each passage gets its vectors: from the earlier
snapshot or from the cache. The manifest comes last, when everything it lists is safely on disk.
"""

import io
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.builds.embedding import cache_key
from index.builds.vector_cache import VectorCache
from index.document import Document
from index.encoders.protocol import Encoder
from index.errors import SnapshotError
from index.packed_document import pack_document
from index.snapshots import files, snapshot
from index.snapshots.columns import Column, ColumnWriter
from index.snapshots.files import HashedFile
from index.snapshots.manifest import NAME as MANIFEST
from index.snapshots.manifest import FileRecord, Manifest, render
from index.snapshots.records import ID, ROW, pack_section, pack_spans
from index.snapshots.snapshot import COLUMNS, Snapshot
from index.snapshots.term_parts import write_parts
from index.text.passages import Passage

_TERMS = "terms"
_LOOKED_UP, _COPIED = 256, 8192
"""Passages whose vectors are in memory at a time."""


class SnapshotWriter:
    """Writes one snapshot into a folder of its own. `abandon` closes what an error left open."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.folder = folder
        self._columns: dict[str, ColumnWriter] = {}
        for name in COLUMNS:
            self._columns[name] = ColumnWriter(folder / f"{name}.bin")
        self._records: list[FileRecord] = []
        self._rows: list[NDArray[np.void]] = []
        self._origins: list[NDArray[np.int64]] = []
        self._ids: list[bytes] = []
        self.passages = 0

    def abandon(self) -> None:
        """Close every file without finishing it."""
        for column in self._columns.values():
            column.abandon()

    def take(self, earlier: Snapshot, first: int, last: int) -> None:
        """Take the documents `first` to `last` (exclusive) of an earlier snapshot as they are, with their passages."""
        start, end = earlier.passages.of(first).start, earlier.passages.of(last - 1).stop
        self._columns["documents"].copy(earlier.columns["documents"], first, last)
        for name in ("sections", "sentences", "terms"):
            self._columns[name].copy(earlier.columns[name], start, end)
        rows = np.array(earlier.rows[start:end])
        rows["document"] += len(self._ids) - first
        self._add_rows(rows, np.arange(start, end))
        self._ids += earlier.ids[first:last].tolist()

    def add(self, document: Document, passages: Sequence[Passage], keys: Sequence[bytes], terms: Sequence[str]) -> None:
        """Add a new document; `keys` and `terms` belong to its passages."""
        found = []
        for passage, key, packed in zip(passages, keys, terms, strict=True):
            page = -1 if passage.page is None else passage.page
            found.append((len(self._ids), passage.start, passage.end, page, 0, key))
            self._columns["sections"].append(pack_section(passage.section))
            self._columns["sentences"].append(pack_spans(passage.sentences))
            self._columns["terms"].append(packed.encode("utf-8", "surrogatepass"))
        self._columns["documents"].append(pack_document(document))
        self._ids.append(document.id.encode())
        self._add_rows(np.array(found, dtype=ROW), np.full(len(found), -1))

    def _add_rows(self, rows: NDArray[np.void], origins: NDArray[np.int64]) -> None:
        self._rows.append(rows)
        self._origins.append(origins)
        self.passages += len(rows)

    def fill(
        self, cache: VectorCache, encoder: Encoder, earlier: Snapshot | None, known: dict[bytes, int]
    ) -> Iterator[int]:
        """Give every passage its vectors: of the rows of `earlier` that are `known` by key, else of the cache.

        Yields how many passages have theirs.
        """
        rows = np.concatenate([np.empty(0, dtype=ROW), *self._rows])
        origins = np.concatenate([np.empty(0, dtype=np.int64), *self._origins])
        for position in np.flatnonzero(origins < 0).tolist():
            origins[position] = known.get(rows["key"][position].tobytes(), -1)
        vectors = HashedFile(self.folder / snapshot.VECTORS)
        try:
            vectors.write(_npy_header(np.dtype("<f2"), (len(rows), encoder.dimensions)))
            for first, last in _runs(origins):
                if earlier is not None and origins[first] >= 0:
                    self._copy_vectors(vectors, rows, range(first, last), earlier, int(origins[first]))
                else:
                    self._cached_vectors(vectors, rows, range(first, last), cache, encoder)
                yield last
            self._records.append(FileRecord(snapshot.VECTORS, vectors.size, vectors.close()))
        finally:
            vectors.abandon()
        self._whole(snapshot.ROWS, _npy_header(ROW, (len(rows),)) + rows.tobytes())
        ids = np.array(self._ids, dtype=ID)
        self._whole(snapshot.IDS, _npy_header(ID, (len(ids),)) + ids.tobytes())

    def _copy_vectors(
        self, vectors: HashedFile, rows: NDArray[np.void], run: range, earlier: Snapshot, origin: int
    ) -> None:
        end = origin + len(run)
        vectors.write(np.ascontiguousarray(earlier.vectors[origin:end]).tobytes())
        self._columns["tokens"].copy(earlier.columns["tokens"], origin, end)
        rows["crc"][run.start : run.stop] = earlier.rows["crc"][origin:end]

    def _cached_vectors(
        self,
        vectors: HashedFile,
        rows: NDArray[np.void],
        run: range,
        cache: VectorCache,
        encoder: Encoder,
    ) -> None:
        keys = [cache_key(encoder, rows["key"][position].tobytes()) for position in run]
        entries = cache.get(keys)
        for position, key in zip(run, keys, strict=True):
            if key not in entries:
                raise SnapshotError("vectors-lost")
            vectors.write(entries[key].vector)
            self._columns["tokens"].append(entries[key].tokens)
            rows["crc"][position] = zlib.crc32(entries[key].tokens)

    def finish(self, states: bytes, manifest: Manifest, terms: Sequence[FileRecord]) -> Manifest:
        """Write what is left: the state of the files, and the manifest with the records of all files.

        `terms` are those of `write_terms`.
        """
        for name in self._columns:
            if name != _TERMS:
                self._records.append(self._closed(name))
        self._whole(snapshot.FILES, states)
        self._records += terms
        complete = _with(manifest, len(self._ids), self.passages, self._records)
        self._whole(MANIFEST, render(complete))
        files.sync(self.folder)
        return complete

    def _closed(self, name: str) -> FileRecord:
        size, digest = self._columns[name].close()
        return FileRecord(f"{name}.bin", size, digest)

    def write_terms(self, earlier: Snapshot | None) -> list[FileRecord]:
        """Write the term index, once every document was added, and return the records of its files.

        What did not change is copied from `earlier`. Touches nothing that `fill` does.
        """
        records = [self._closed(_TERMS)]
        folder = self.folder / snapshot.TERMS
        write_parts(folder, Column(self.folder / f"{_TERMS}.bin"), earlier.folder / snapshot.TERMS if earlier else None)
        for path in sorted(folder.iterdir()):
            files.sync(path)
            records.append(FileRecord(f"{snapshot.TERMS}/{path.name}", path.stat().st_size, files.digest(path)))
        files.sync(folder)
        return records

    def _whole(self, name: str, content: bytes) -> None:
        file = HashedFile(self.folder / name)
        try:
            file.write(content)
            self._records.append(FileRecord(name, file.size, file.close()))
        finally:
            file.abandon()


def _with(manifest: Manifest, documents: int, passages: int, records: Sequence[FileRecord]) -> Manifest:
    return replace(manifest, documents=documents, passages=passages, files=tuple(records))


def _npy_header(dtype: np.dtype[np.generic], shape: tuple[int, ...]) -> bytes:
    """The head of a .npy file; its rows follow as they are."""
    head = io.BytesIO()
    about = {"descr": np.lib.format.dtype_to_descr(dtype), "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(head, about)
    return head.getvalue()


def _runs(origins: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Stretches that can be copied at once, and portions of those that have to be looked up."""
    follows = (origins[1:] == origins[:-1] + 1) & (origins[:-1] >= 0) | (origins[1:] < 0) & (origins[:-1] < 0)
    borders = [0, *(np.flatnonzero(~follows) + 1).tolist(), len(origins)]
    for first, last in pairwise(borders):
        step = _COPIED if first < last and origins[first] >= 0 else _LOOKED_UP
        for start in range(first, last, step):
            yield start, min(start + step, last)
