"""What a machine keeps of the snapshots that it downloaded, within a bound; which of them goes when another comes.

The live one is never among those that go, so that whatever cannot be had leaves the answers as they are.
"""

import math
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from bot.errors import ObjectsError
from index.snapshots import files
from index.snapshots.folder import live_id, prune, snapshot_ids, snapshots_folder

COMING = ".coming-"
"""What a download is called until it is whole. Begins with a dot: what a crash leaves behind is waste to a build."""
UNBOUNDED = 2
"""Snapshots that are kept where there is no bound: the one that serves, and the one before it."""
MOST = 5
"""Snapshots that are kept within a bound; the object store has no more."""
SPARE = 64 << 20
"""Bytes of the disk that a download leaves free: the journal and the log write there as well."""
GIGABYTE = 10**9


class Cache:
    """The snapshots in the data folder `data`. `bound`: how many bytes they may take, 0 for no bound.

    Everything that removes is only for who holds the lock of the data folder.
    """

    def __init__(self, data: Path, bound: int = 0) -> None:
        self._data = data
        self._bound = bound

    @property
    def bounded(self) -> bool:
        return self._bound > 0

    def bytes(self) -> int:
        """What the snapshots take on the disk."""
        return sum(map(self._size, snapshot_ids(self._data)))

    def make_room(self, id: str, coming: int) -> None:
        """Remove old snapshots until `coming` bytes, those of the snapshot `id`, fit beside the live one.

        ObjectsError where they cannot: then nothing was removed.
        """
        for unfinished in snapshots_folder(self._data).glob(f"{COMING}*"):
            files.remove(unfinished)
        oldest_first = self._removable()
        least = coming + self._size(live_id(self._data))
        if self.bounded and least > self._bound:
            raise ObjectsError("cache-too-small", id=id, bound=_gigabytes(self._bound), least=_gigabytes(least))
        needed = coming + SPARE
        if self._free() + sum(map(self._size, oldest_first)) < needed:
            raise self.full(id, coming)
        for old in oldest_first:
            if self._free() >= needed and not (self.bounded and self.bytes() + coming > self._bound):
                return
            files.remove(snapshots_folder(self._data) / old)

    def full(self, id: str, coming: int) -> ObjectsError:
        """That the disk has no room for a snapshot."""
        return ObjectsError("cache-disk-full", id=id, data=self._data, needed=_gigabytes(coming + SPARE))

    def prune(self) -> None:
        """After a switch: remove what is too much."""
        prune(self._data, MOST if self.bounded else UNBOUNDED)
        for old in self._removable():
            if not self.bounded or self.bytes() <= self._bound:
                return
            files.remove(snapshots_folder(self._data) / old)

    def _removable(self) -> Sequence[str]:
        """All but the live one, the oldest first."""
        live = live_id(self._data)
        return [id for id in reversed(snapshot_ids(self._data)) if id != live]

    def _free(self) -> int:
        return shutil.disk_usage(snapshots_folder(self._data)).free

    def _size(self, id: str | None) -> int:
        if id is None:
            return 0
        size = 0
        for path in (snapshots_folder(self._data) / id).rglob("*"):
            # Another thread may be removing it.
            with suppress(OSError):
                size += path.stat().st_size
        return size


def _gigabytes(size: int) -> float:
    """Rounded up to what a person would write into a setting."""
    return math.ceil(100 * size / GIGABYTE) / 100
