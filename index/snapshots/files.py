"""Files that are complete or not there: written under another name, synced, and moved into place by one rename."""

import hashlib
import os
import shutil
from pathlib import Path

from index.errors import Reason, SnapshotError

_PORTION = 1 << 20
_TRASH = ".trash-"


class HashedFile:
    """A new file that is summed while it is written. `close` makes it durable."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = 0
        self._sum = hashlib.sha256()
        self._file = path.open("xb", buffering=_PORTION)

    def write(self, data: bytes | memoryview) -> None:
        self._file.write(data)
        self._sum.update(data)
        self.size += len(data)

    def close(self) -> str:
        """Flush and sync; returns the SHA-256 of what was written."""
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
        finally:
            self._file.close()
        return self._sum.hexdigest()

    def abandon(self) -> None:
        """Close without a promise: the file is going to be removed."""
        try:
            self._file.close()
        except OSError:
            # The disk that was too full for the data is too full for the rest of the buffer; it is closed all the same.
            return


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync(path: Path) -> None:
    """Make a file's content, or the names in a folder, survive a power cut."""
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def put(path: Path, data: bytes) -> None:
    """Write a small file at once: readers see the old content or the new, never a part."""
    unfinished = path.with_name(f".{path.name}.new")
    with unfinished.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(unfinished, path)
    sync(path.parent)


def remove(folder: Path) -> None:
    """Remove a folder so that a crash on the way leaves no half of it under its name."""
    if not folder.name.startswith("."):
        trash = folder.with_name(_TRASH + folder.name)
        shutil.rmtree(trash, ignore_errors=True)
        folder.rename(trash)
        folder = trash
    shutil.rmtree(folder, ignore_errors=True)


def damaged(path: Path, how: str = "damaged", **values: object) -> SnapshotError:
    """The error about a file that is not as it was written; `how` is a code of its own."""
    return SnapshotError("index-file", file=f"{path.parent.name}/{path.name}", how=Reason(how, **values))
