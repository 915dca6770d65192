"""The folder of snapshots: which there are, which is live, and which may go.

Names begin with a number that only rises, so that "earlier" never depends on a clock. A file points to the live
snapshot; replacing it by one rename is the moment at which another one goes live. Names with a dot are unfinished
work or waste, and the next build removes them.
"""

import re
from pathlib import Path

from index.snapshots import files

_NAME = re.compile(r"(\d{6,})-[0-9a-f]{8}\Z")
_POINTER, _HELD, _NUMBER = "current", "held", "number"
BUILDING = ".building-"


def snapshots_folder(data: Path) -> Path:
    """Where the snapshots of a data folder stand."""
    return data / "snapshots"


def number_of(id: str) -> int:
    """The place of a snapshot in time."""
    return int(id.partition("-")[0])


def snapshot_ids(data: Path) -> list[str]:
    """Ids of the finished snapshots, newest first."""
    try:
        found = [path.name for path in snapshots_folder(data).iterdir() if _NAME.match(path.name) and path.is_dir()]
    except (FileNotFoundError, NotADirectoryError):
        return []
    return sorted(found, key=number_of, reverse=True)


def live_id(data: Path) -> str | None:
    """Id of the live snapshot; None where the pointer is missing or says nothing that exists."""
    try:
        name = (data / _POINTER).read_text("ascii").strip()
    except (OSError, ValueError):
        return None
    return name if _NAME.match(name) and (snapshots_folder(data) / name).is_dir() else None


def make_live(data: Path, id: str) -> None:
    """Make a finished snapshot the live one."""
    files.put(data / _POINTER, f"{id}\n".encode())


def hold_live(data: Path, id: str) -> None:
    """Somebody chose this snapshot: what happens by itself leaves it live, until `release_live`."""
    files.put(data / _HELD, f"{id}\n".encode())


def release_live(data: Path) -> None:
    """Somebody reindexes: the folder of documents is what counts again."""
    (data / _HELD).unlink(missing_ok=True)


def is_held(data: Path) -> bool:
    """Whether the live snapshot is one that somebody went back to."""
    return (data / _HELD).is_file()


def by_preference(data: Path) -> list[str]:
    """Ids in the order in which they are to be tried: the live one, those before it, and last those after it."""
    every, live = snapshot_ids(data), live_id(data)
    if live is None:
        return every
    before = [name for name in every if number_of(name) < number_of(live)]
    return [live, *before, *(name for name in every if number_of(name) >= number_of(live) and name != live)]


def next_number(data: Path) -> int:
    """A number higher than those of all snapshots that are kept, and than what was given to `count_from`."""
    try:
        least = int((data / _NUMBER).read_text("ascii"))
    except (OSError, ValueError):
        least = 0
    return max(least, *map(number_of, snapshot_ids(data)), 0) + 1


def count_from(data: Path, number: int) -> None:
    """The next snapshot gets a higher number than this: one elsewhere has it."""
    if next_number(data) <= number:
        files.put(data / _NUMBER, f"{number}\n".encode())


def next_id(data: Path, suffix: str) -> str:
    """An id later than all others; `suffix` is 8 hexadecimal digits of what the snapshot is."""
    return f"{next_number(data):06d}-{suffix}"


def remove_leftovers(data: Path) -> None:
    """Remove what a killed or discarded build left behind. Only for who holds the lock."""
    if snapshots_folder(data).is_dir():
        for path in snapshots_folder(data).iterdir():
            if path.name.startswith("."):
                files.remove(path)
    (data / f".{_POINTER}.new").unlink(missing_ok=True)


def prune(data: Path, keep: int) -> None:
    """Remove all but the newest `keep` snapshots; the live one always stays. Only for who holds the lock."""
    live = live_id(data)
    others = [name for name in snapshot_ids(data) if name != live]
    for name in others[max(0, keep - 1) :]:
        files.remove(snapshots_folder(data) / name)
