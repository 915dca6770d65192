"""One reindex at a time, across processes: nobody overwrites what another is building.

The lock is the operating system's (`flock`): it goes with the process that held it, however that ended, so a stale
lock cannot exist. What stands in the file only tells people who holds it.
"""

import errno
import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from index.errors import BusyError, SnapshotError, refusal

_NAME = "index.lock"
_HELD = frozenset({errno.EWOULDBLOCK, errno.EACCES})


@contextmanager
def hold(data: Path, now: datetime | None = None) -> Iterator[None]:
    """Hold the lock of a data folder; BusyError names the process that has it and, where `now` is given, its age."""
    data.mkdir(parents=True, exist_ok=True)
    handle = os.open(data / _NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        _take(handle, now)
        os.ftruncate(handle, 0)
        os.pwrite(handle, json.dumps({"pid": os.getpid(), "started": now and now.isoformat()}).encode(), 0)
        yield
    finally:
        os.close(handle)


def _take(handle: int, now: datetime | None) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _HELD:
            raise _busy(handle, now) from error
        raise SnapshotError("no-lock", reason=refusal(error)) from error


def _busy(handle: int, now: datetime | None) -> BusyError:
    """Names who holds the lock and for how long, as far as is known: it may not have written itself down yet."""
    try:
        owner = json.loads(os.pread(handle, 1000, 0))
        pid = int(owner["pid"])
        if now is None or owner["started"] is None:
            return BusyError("busy-pid", pid=pid)
        age = (now.astimezone(UTC) - datetime.fromisoformat(owner["started"]).astimezone(UTC)).total_seconds()
    except (ValueError, KeyError, TypeError):
        return BusyError("busy")
    # A clock that went back must not make an age negative.
    return BusyError("busy-since", pid=pid, seconds=max(0, round(age)))
