"""Records of any length in one file, read in place: documents, sections, sentences, terms, token vectors.

Layout: the records one after the other, padding to 8 bytes, their borders as int64 (one more than there are records),
the number of records as int64. Opening maps the file and reads nothing, so a large index opens as fast as a small one.
"""

import mmap
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import SnapshotError
from index.snapshots.files import HashedFile, damaged

_PORTION = 4 << 20


class ColumnWriter:
    """Writes one column, record by record or in runs copied from another."""

    def __init__(self, path: Path) -> None:
        self._file = HashedFile(path)
        self._borders: list[NDArray[np.int64]] = [np.zeros(1, dtype=np.int64)]
        self._recent: list[int] = []
        self.size = 0
        """Bytes of records so far."""

    def append(self, record: bytes) -> None:
        self._file.write(record)
        self.size += len(record)
        self._recent.append(self.size)

    def copy(self, column: "Column", first: int, last: int) -> None:
        """Append the records `first` to `last` (exclusive) of another column."""
        self._settle()
        borders = column.borders[first : last + 1]
        for start in range(int(borders[0]), int(borders[-1]), _PORTION):
            self._file.write(column.stretch(start, min(start + _PORTION, int(borders[-1]))))
        self._borders.append(borders[1:] - borders[0] + self.size)
        self.size += int(borders[-1] - borders[0])

    def _settle(self) -> None:
        if self._recent:
            self._borders.append(np.array(self._recent, dtype=np.int64))
            self._recent = []

    def close(self) -> tuple[int, str]:
        """Finish; returns the size of the file and its SHA-256."""
        self._settle()
        borders = np.concatenate(self._borders)
        self._file.write(b"\0" * (-self.size % 8))
        self._file.write(borders.astype("<i8").tobytes())
        self._file.write(np.array([len(borders) - 1], dtype="<i8").tobytes())
        digest = self._file.close()
        return self._file.size, digest

    def abandon(self) -> None:
        self._file.abandon()


class Column:
    """A finished column. Records are copied out when asked for."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with path.open("rb") as file:
            if path.stat().st_size < 16:
                raise damaged(path, "too-short")
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        size = len(self._map)
        count = int(np.frombuffer(self._map, dtype="<i8", count=1, offset=size - 8)[0]) if size % 8 == 0 else -1
        start = size - 8 * (count + 2)
        if not 0 <= count <= size // 8 or start < 0:
            raise damaged(path)
        self.borders: NDArray[np.int64] = np.frombuffer(self._map, dtype="<i8", count=count + 1, offset=start)
        if self.borders[0] != 0 or not start - 8 < self.borders[-1] <= start:
            raise damaged(path)

    def __len__(self) -> int:
        return len(self.borders) - 1

    def damage(self, how: str = "damaged") -> SnapshotError:
        """The error about a record of this file that is not what it has to be."""
        return damaged(self._path, how)

    def __getitem__(self, position: int) -> bytes:
        if not 0 <= position < len(self):
            raise IndexError(position)
        return self._map[int(self.borders[position]) : int(self.borders[position + 1])]

    def head(self, position: int, size: int) -> bytes:
        """The first bytes of a record, at most `size`."""
        start, end = int(self.borders[position]), int(self.borders[position + 1])
        return self._map[start : min(end, start + size)]

    def stretch(self, start: int, end: int) -> bytes:
        """Bytes of consecutive records, by the borders."""
        return self._map[start:end]


def mapped_array(path: Path, dtype: np.dtype[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    """A mapped array of the type and shape that it has to have."""
    array: NDArray[Any] = np.load(path, mmap_mode="r" if 0 not in shape else None, allow_pickle=False)
    if array.dtype != dtype or array.shape != shape:
        raise damaged(path, "shape-differs", found=f"{array.dtype} {array.shape}", expected=f"{dtype} {shape}")
    return array
