"""Vectors by the content they were made from, so that nothing is encoded twice: not after a build was killed, and
not when a text comes back.

Only the one who holds the index lock opens it. Losing it costs time and nothing else, so a damaged one is thrown away.
"""

import errno
import os
import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from index.errors import SnapshotError

FORMAT = 2
"""Raised whenever an entry changes its meaning; entries of another format are forgotten."""
_NAME = "vectors.sqlite"
_PORTION = 400
_FULL = frozenset({"SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHMSIZE", "SQLITE_IOERR_TRUNCATE"})


@dataclass(frozen=True, slots=True)
class Entry:
    """What one text was encoded to, as a snapshot stores it."""

    key: bytes
    """16 bytes of digest over the encoder's fingerprint and the text."""
    vector: bytes
    """Half-precision components."""
    tokens: bytes
    """A record of `index.snapshots.token_vectors`."""

    @property
    def checksum(self) -> int:
        return zlib.crc32(self.tokens, zlib.crc32(self.vector))


class VectorCache:
    """Entries on disk, the ones that were used longest ago going first when there are too many."""

    def __init__(self, data: Path, turn: int) -> None:
        """`turn` is a number that rises with every build: what an entry was last used in."""
        self._turn = turn
        self._data = data
        try:
            with _in_words():
                self._database = _connect(data / _NAME)
        except sqlite3.DatabaseError:
            self._forget()
            self._database = _connect(data / _NAME)

    def _forget(self) -> None:
        for path in self._data.glob(f"{_NAME}*"):
            path.unlink()

    @contextmanager
    def _guarded(self) -> Iterator[sqlite3.Connection]:
        """The database; damage in it costs this run, and is gone for the next."""
        try:
            with _in_words(), self._database:
                yield self._database
        except sqlite3.DatabaseError as error:
            self._database.close()
            self._forget()
            raise SnapshotError("cache-damaged") from error

    def close(self) -> None:
        """Give the file back. Entries are kept as they are put, whether or not this is reached."""
        self._database.close()

    def known(self, keys: Sequence[bytes]) -> set[bytes]:
        """Those of `keys` that `get` will find; they count as used."""
        found: set[bytes] = set()
        for portion in _portions(keys):
            marks = ",".join("?" * len(portion))
            with self._guarded() as database:
                rows = database.execute(
                    f"UPDATE vectors SET turn = ? WHERE key IN ({marks}) RETURNING key, vector, tokens, checksum",  # noqa: S608
                    (self._turn, *portion),
                ).fetchall()
            found |= {key for key, vector, tokens, checksum in rows if Entry(key, vector, tokens).checksum == checksum}
        return found

    def get(self, keys: Sequence[bytes]) -> dict[bytes, Entry]:
        """Entries by key; those that are unknown or damaged are left out."""
        found: dict[bytes, Entry] = {}
        for portion in _portions(keys):
            marks = ",".join("?" * len(portion))
            query = f"SELECT key, vector, tokens, checksum FROM vectors WHERE key IN ({marks})"  # noqa: S608
            with self._guarded() as database:
                for key, vector, tokens, checksum in database.execute(query, portion):
                    entry = Entry(key, vector, tokens)
                    if entry.checksum == checksum:
                        found[key] = entry
        return found

    def put(self, entries: Sequence[Entry]) -> None:
        """Keep these from now on, also when the process is killed."""
        rows = [(one.key, one.vector, one.tokens, one.checksum, self._turn, _size(one)) for one in entries]
        with self._guarded() as database:
            database.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?, ?, ?)", rows)

    def trim(self, limit: int) -> None:
        """Forget what was used longest ago until at most `limit` bytes are kept."""
        with self._guarded() as database:
            sizes = database.execute("SELECT turn, SUM(size) FROM vectors GROUP BY turn ORDER BY turn DESC").fetchall()
            total = 0
            for turn, size in sizes:
                total += size
                if total > limit:
                    self._shorten(database, turn, total - limit)
                    database.execute("DELETE FROM vectors WHERE turn < ?", (turn,))
                    break
        with self._guarded() as database:
            # A single `execute` would give back a single page.
            database.executescript("PRAGMA incremental_vacuum")

    @staticmethod
    def _shorten(database: sqlite3.Connection, turn: int, surplus: int) -> None:
        """Forget entries of one turn worth `surplus` bytes."""
        gone = []
        for key, size in database.execute("SELECT key, size FROM vectors WHERE turn = ?", (turn,)):
            if surplus <= 0:
                break
            gone.append((key,))
            surplus -= size
        database.executemany("DELETE FROM vectors WHERE key = ?", gone)


def _size(entry: Entry) -> int:
    return len(entry.key) + len(entry.vector) + len(entry.tokens)


def _portions(keys: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    return (keys[start : start + _PORTION] for start in range(0, len(keys), _PORTION))


def _connect(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level="DEFERRED", check_same_thread=False)
    try:
        database.execute("PRAGMA auto_vacuum = INCREMENTAL")
        database.execute("PRAGMA journal_mode = WAL").fetchall()
        # A cache may lose its last moments in a power cut; it must not lose its order, and WAL keeps that.
        database.execute("PRAGMA synchronous = NORMAL")
        (version,) = database.execute("PRAGMA user_version").fetchone()
        if version not in (0, FORMAT):
            database.execute("DROP TABLE IF EXISTS vectors")
        database.execute(
            "CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL, tokens BLOB NOT NULL, "
            "checksum INTEGER NOT NULL, turn INTEGER NOT NULL, size INTEGER NOT NULL)"
        )
        database.execute("CREATE INDEX IF NOT EXISTS by_turn ON vectors (turn, size)")
        database.execute(f"PRAGMA user_version = {FORMAT}")
        database.commit()
    except BaseException:
        database.close()
        raise
    return database


@contextmanager
def _in_words() -> Iterator[None]:
    """SQLite's full or read-only disk as the system's own error."""
    try:
        yield
    except sqlite3.OperationalError as error:
        name = getattr(error, "sqlite_errorname", "")
        code = errno.EROFS if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN")) else errno.EIO
        code = errno.ENOSPC if name in _FULL else code
        raise OSError(code, os.strerror(code)) from error
