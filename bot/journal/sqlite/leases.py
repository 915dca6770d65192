"""Which processes of one machine work on deliveries: each holds a lease, and a lock that goes with it.

The lease runs out when its process does nothing for a while, whatever the reason. The lock is the operating system's:
it tells at once, and without a doubt, that a process has ended, so that a restart waits for nothing. Neither knows a
machine's name or the number of a process: two containers may have the same. The clock is the machine's own, which
everybody who can open the file shares, and which nobody sets.
"""

import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from bot.journal.sqlite.database import SqliteDatabase
from bot.journal.store import Connection, upsert

LEASE = 20.0
"""Seconds without a sign of life after which a process counts as gone."""
RENEW = upsert("leases", ["owner"], "until")


class FileLeases:
    """The lease of this process, as `owner`, and those of others. A `bot.journal.store.Leases`."""

    def __init__(self, database: SqliteDatabase, clock: Callable[[], float], seconds: float = LEASE) -> None:
        self.owner = uuid.uuid4().hex
        self.seconds = seconds
        self._database = database
        self._clock = clock
        self._folder = database.path.with_name(f"{database.path.name}-owners")
        self._lock = _lock(self._folder / self.owner)
        # Where the file system has no locks there is no file either, and only the lease counts.
        with suppress(OSError, NotImplementedError):
            self._folder.mkdir(exist_ok=True)
            self._lock.acquire()
        self.renew()

    def renew(self) -> None:
        """The sign of life of this process."""
        with self._database.writing() as connection:
            connection.execute(RENEW, (self.owner, self._clock() + self.seconds))

    def living(self, connection: Connection) -> set[str]:
        """All owners that hold a lease, this one among them. Call within a transaction: others are forgotten."""
        now = self._clock()
        held = connection.execute("SELECT owner, until FROM leases").fetchall()
        # A lease longer than any that is given was written before the machine, and its clock, started anew.
        living = {
            owner
            for owner, until in held
            if owner == self.owner or (now < until <= now + self.seconds and not self._has_ended(owner))
        }
        for owner in {owner for owner, _ in held} - living:
            connection.execute("DELETE FROM leases WHERE owner = ?", (owner,))
        return living

    def leave(self) -> None:
        """This process works no longer."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM leases WHERE owner = ?", (self.owner,))
        self.drop()
        with suppress(OSError):
            (self._folder / self.owner).unlink(missing_ok=True)

    def drop(self) -> None:
        """Lets go of the lock and of nothing else, as the end of a process does."""
        self._lock.release(force=True)

    def prune(self) -> None:
        """Removes what processes left behind that ended without a farewell: their locks, and their leases with them.

        Of a lease without a lock nobody knows that its process has ended: its work would wait until it runs out.
        """
        with suppress(OSError), self._database.writing() as connection:
            for owner in [file.name for file in self._folder.iterdir()]:
                if self._has_ended(owner):
                    connection.execute("DELETE FROM leases WHERE owner = ?", (owner,))

    def _has_ended(self, owner: str) -> bool:
        """Whether nobody holds the lock of `owner` any more. Without a lock file nothing is known, and it is False."""
        file = self._folder / owner
        if owner == self.owner or not file.exists():
            return False
        lock = _lock(file)
        try:
            lock.acquire()
        except (Timeout, OSError, NotImplementedError):
            return False
        lock.release(force=True)
        file.unlink(missing_ok=True)
        return True


def _lock(file: Path) -> FileLock:
    # The thread that closes a journal may be another than the one that opened it.
    return FileLock(file, timeout=0, thread_local=False)
