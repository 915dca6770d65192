"""One reindex at a time, across processes: nobody overwrites what another is building.

The lock is the operating system's: it goes with the process that held it, however that ended, so a stale lock cannot
exist. The file beside it only tells people who holds it.
"""

import errno
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from index.errors import BusyError, SnapshotError, refusal

_NAME, _OWNER = "index.lock", "index.owner"
_NO_LOCKS = frozenset({errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS})
"""What a file system answers that has no locks, as some network disks."""


@contextmanager
def hold(data: Path, now: datetime | None = None) -> Iterator[None]:
    """Hold the lock of a data folder; BusyError names the process that has it and, where `now` is given, its age."""
    # Only a reindex needs it, and answers should not wait for its import.
    from filelock import FileLock, Timeout

    data.mkdir(parents=True, exist_ok=True)
    lock = FileLock(data / _NAME, timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise _busy(data, now) from error
    except OSError as error:
        if error.errno in _NO_LOCKS:
            raise SnapshotError("no-lock", reason=refusal(error)) from error
        raise
    try:
        about = {"pid": os.getpid(), "started": now and now.isoformat()}
        (data / _OWNER).write_text(json.dumps(about), "utf-8")
        yield
    finally:
        lock.release()


def _busy(data: Path, now: datetime | None) -> BusyError:
    """Names who holds the lock and for how long, as far as is known: it may not have written itself down yet."""
    try:
        owner = json.loads((data / _OWNER).read_bytes())
        pid = int(owner["pid"])
        if now is None or owner["started"] is None:
            return BusyError("busy-pid", pid=pid)
        age = (now.astimezone(UTC) - datetime.fromisoformat(owner["started"]).astimezone(UTC)).total_seconds()
    except (OSError, ValueError, KeyError, TypeError):
        return BusyError("busy")
    # A clock that went back must not make an age negative.
    return BusyError("busy-since", pid=pid, seconds=max(0, round(age)))
