"""Errors of the disk in one sentence that says what to do: a full disk must not look like a bug."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import DISK_FULL, NOT_WRITABLE, SnapshotError, refusal


@contextmanager
def in_words(data: Path) -> Iterator[None]:
    """Errors of the system, while a snapshot is written, as SnapshotError."""
    try:
        yield
    except OSError as error:
        if error.errno in DISK_FULL:
            raise SnapshotError("disk-full", data=data) from error
        if error.errno in NOT_WRITABLE:
            raise SnapshotError("disk-read-only", data=data, reason=refusal(error)) from error
        if error.filename:
            raise SnapshotError("disk-refused-file", file=error.filename, reason=refusal(error)) from error
        raise SnapshotError("disk-refused", reason=refusal(error)) from error
