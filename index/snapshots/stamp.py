"""What the files of the live snapshot looked like when all of them were last read and found whole.

Reading them at each opening takes as long as a small answer, and longer the larger the index. While size, times and
place of every file are those of the stamp, nobody has written to them since. What a disk does to a file by itself, or a
machine that stopped while it wrote, changes none of these: a stamp ends with the machine's run, and `verify` reads all.
"""

from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

_NAME = "checked"
_RUN = Path("/proc/sys/kernel/random/boot_id")
"""Changes whenever the machine starts; elsewhere than on Linux there is no such file, and stamps last."""


def look(folder: Path, names: Sequence[str]) -> str:
    """The stamp of these files of a snapshot as they are now. OSError where one is gone."""
    total = sha256(f"{folder.name}\n".encode())
    with suppress(OSError):
        total.update(_RUN.read_bytes())
    for name in names:
        seen = (folder / name).stat()
        total.update(f"{name} {seen.st_size} {seen.st_mtime_ns} {seen.st_ctime_ns} {seen.st_ino}\n".encode())
    return total.hexdigest()


def stamped(folder: Path, stamp: str) -> bool:
    """Whether these files were found whole as they are."""
    try:
        return _place(folder).read_text("ascii").strip() == stamp
    except (OSError, ValueError):
        return False


def put(folder: Path, stamp: str) -> None:
    """Remember that the files were found whole. Without the right to write, they are read again the next time."""
    # A build in progress has a name that begins with a dot; it is examined, never opened again.
    if not folder.name.startswith("."):
        with suppress(OSError):
            _place(folder).write_text(f"{stamp}\n", "ascii")


def forget(folder: Path) -> None:
    """Have all files read at the next opening."""
    with suppress(OSError):
        _place(folder).unlink(missing_ok=True)


def _place(folder: Path) -> Path:
    """One file for a data folder: only the live snapshot is opened again and again."""
    return folder.parent.parent / _NAME
