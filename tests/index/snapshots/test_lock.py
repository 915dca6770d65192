"""One reindex at a time: the second is told who is at it, and a killed one leaves no lock behind."""

import errno
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from index.errors import BusyError, SnapshotError
from index.snapshots.lock import hold

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

_HOLDER = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from index.snapshots.lock import hold
with hold(Path(sys.argv[1]), datetime(2026, 11, 23, 12, 0, tzinfo=UTC)):
    print("held", flush=True)
    time.sleep(60)
"""


def test_the_second_is_told_the_pid_and_the_age(tmp_path: Path) -> None:
    with hold(tmp_path, NOW), pytest.raises(BusyError, match=rf"pid {os.getpid()}, for 90 s"):  # noqa: SIM117
        with hold(tmp_path, NOW + timedelta(seconds=90)):
            pass


def test_a_clock_that_went_back_gives_no_negative_age(tmp_path: Path) -> None:
    with hold(tmp_path, NOW), pytest.raises(BusyError, match="for 0 s"):  # noqa: SIM117
        with hold(tmp_path, NOW - timedelta(days=1)):
            pass


def test_it_is_free_again_afterwards_and_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), hold(tmp_path, NOW):
        raise RuntimeError
    with hold(tmp_path, NOW):
        pass


def test_a_killed_owner_leaves_no_lock(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", _HOLDER, str(tmp_path)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(BusyError, match=f"pid {holder.pid}"), hold(tmp_path, NOW):
            pass
        holder.send_signal(signal.SIGKILL)
    with hold(tmp_path, NOW):
        pass


def test_a_data_folder_that_is_not_there_yet_is_made(tmp_path: Path) -> None:
    with hold(tmp_path / "a" / "b", NOW):
        assert (tmp_path / "a" / "b").is_dir()


@pytest.mark.parametrize("nonsense", [b"\xff{", b"", b"[]", b'{"pid": "x", "started": 3}'])
def test_an_owner_that_cannot_be_read_is_still_an_owner(tmp_path: Path, nonsense: bytes) -> None:
    with hold(tmp_path, NOW):
        (tmp_path / "index.owner").write_bytes(nonsense)
        with pytest.raises(BusyError, match="Another process is indexing"), hold(tmp_path, NOW):
            pass
    with hold(tmp_path, NOW):
        pass


def test_a_disk_without_locks_is_said_to_be_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr("filelock.FileLock.acquire", refused)
    with pytest.raises(SnapshotError, match="use a local disk"), hold(tmp_path, NOW):
        pass
