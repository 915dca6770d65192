"""SQLite, one file: opened once, WAL, brought to the newest form by numbered migrations."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from bot.errors import DatabaseAwayError, JournalError
from bot.journal.form import Form
from bot.journal.migrations import MIGRATIONS, NEEDED
from bot.journal.store import Connections
from index.errors import BusyError

BUSY_MS = 10_000
"""How long a write waits for another replica's."""


class SqliteDatabase:
    """One connection shared by threads, one at a time. A `bot.journal.store.Database`."""

    shared = False
    locking = ""
    """A transaction that writes has the whole file for itself."""

    def __init__(
        self,
        path: Path,
        *,
        forgetful: bool = False,
        connect: Callable[..., sqlite3.Connection] = sqlite3.connect,
    ) -> None:
        """`forgetful`: what is erased is overwritten, not only marked as free."""
        self.path = path
        self.patience = BUSY_MS / 1000
        self.newer = False
        self._forgetful = forgetful
        self._lock = threading.RLock()
        self._depth = 0
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = connect(path, check_same_thread=False, isolation_level=None)
        except (OSError, sqlite3.Error) as error:
            raise JournalError(f"The journal {path} cannot be opened ({error}): check the data folder.") from error
        try:
            with self._in_words():
                self._prepare()
        except DatabaseAwayError as error:
            self._connection.close()
            raise JournalError(str(error)) from error
        except sqlite3.Error as error:
            self._connection.close()
            raise JournalError(f"The journal {path} is damaged ({error}): move it away to begin a new one.") from error
        except JournalError:
            self._connection.close()
            raise

    def now(self) -> float:
        return time.time()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that holds the write lock from its beginning: all of it happens, or nothing.

        One within another is a part of it. DatabaseAwayError where the disk is full, or others hold the lock for long.
        """
        with self._lock:
            if self._depth:
                yield self._connection
                return
            with self._in_words(), self._transaction() as connection:
                yield connection

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        self._connection.execute("BEGIN IMMEDIATE")
        self._depth = 1
        try:
            yield self._connection
            self._connection.execute("COMMIT")
        except BaseException:
            self._undo()
            raise
        finally:
            self._depth = 0

    def rows(self, query: str, values: Sequence[object] = ()) -> list[Any]:
        with self._lock, self._in_words():
            return self._connection.execute(query, values).fetchall()

    def row(self, query: str, values: Sequence[object] = ()) -> Any:
        """The first row, or None."""
        with self._lock, self._in_words():
            return self._connection.execute(query, values).fetchone()

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        """What may pass, such as a full disk, becomes a sentence for people."""
        try:
            yield
        except sqlite3.OperationalError as error:
            raise DatabaseAwayError(
                f"The journal {self.path} cannot be used right now ({error}): look whether its disk is full, and"
                " whether this user may write there; nothing is lost, and work goes on when it can be."
            ) from error

    def _undo(self) -> None:
        # After some errors SQLite has undone everything by itself; after others even a failed COMMIT is still to undo.
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def overwrite_deleted(self) -> None:
        self._connection.execute("PRAGMA secure_delete=ON")

    def continue_numbers(self) -> None:
        """SQLite counts on from the highest number by itself."""

    def notify(self, what: str) -> None:
        """Nobody listens: who shares a file looks into it."""

    def listening(self, heard: Callable[[str], None]) -> AbstractContextManager[None]:
        return nullcontext()

    @contextmanager
    def exclusively(self, name: str) -> Iterator[None]:
        lock = FileLock(self.path.with_name(f"{self.path.name}-{name}"), timeout=0)
        try:
            lock.acquire()
        except Timeout:
            raise BusyError("busy") from None
        try:
            yield
        finally:
            lock.release()

    def connections(self) -> Connections:
        return Connections(1, 0, 0)

    def problem(self) -> str:
        return ""

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def _prepare(self) -> None:
        for pragma in (f"busy_timeout={BUSY_MS}", "journal_mode=WAL", "synchronous=NORMAL", "temp_store=MEMORY"):
            self._connection.execute(f"PRAGMA {pragma}")
        if self._forgetful:
            self._connection.execute("PRAGMA secure_delete=ON")
        with self.writing() as connection:
            found = Form.read(connection.execute("PRAGMA user_version").fetchone()[0])
            if found.needed > len(MIGRATIONS):
                raise JournalError(
                    f"The journal {self.path} was written by a newer version of this program: update it first."
                )
            self.newer = found.steps > len(MIGRATIONS)
            for statements in MIGRATIONS[found.steps :]:
                for statement in statements:
                    connection.execute(statement)
            if found.steps < len(MIGRATIONS):
                connection.execute(f"PRAGMA user_version={Form(len(MIGRATIONS), NEEDED).number}")
