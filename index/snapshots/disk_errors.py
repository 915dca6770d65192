"""What the disk refuses, in one sentence that says what to do: a full disk must not look like a bug."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import SnapshotError

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_REFUSED = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})


@contextmanager
def in_words(data: Path) -> Iterator[None]:
    """Errors of the system, while a snapshot is written, as SnapshotError."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            what = f"The disk of {data} is full: nothing was changed; free some space and reindex."
        elif error.errno in _REFUSED:
            what = f"The data folder {data} cannot be written to ({error.strerror}): change its rights or set DATA_DIR."
        else:
            where = f" at {error.filename}" if error.filename else ""
            what = f"The disk refused{where} ({error.strerror or error}): nothing was changed; check it and reindex."
        raise SnapshotError(what) from error
