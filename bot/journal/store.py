"""What the journal asks of a database: a few calls, and one set of SQL statements for all of them.

SQLite's own connection is such a connection as it is. A statement has `?` where a value goes; what differs between the
databases (a column named `user`, a lock on rows, the clock) is left to each database.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol


class Cursor(Protocol):
    """What a statement gave."""

    @property
    def rowcount(self) -> int: ...

    def fetchone(self) -> Any: ...

    def fetchall(self) -> list[Any]: ...


class Connection(Protocol):
    """A transaction that has begun."""

    def execute(self, query: str, values: Sequence[object] = ..., /) -> Cursor: ...

    def executemany(self, query: str, rows: Iterable[Sequence[object]], /) -> object: ...


@dataclass(frozen=True, slots=True)
class Connections:
    """Of a process to its database. `waited_for`: how many more are wanted right now."""

    used: int
    free: int
    waited_for: int


class Database(Protocol):
    """An open database, in the newest form, or one of a newer version. Every call may come from another thread."""

    @property
    def shared(self) -> bool:
        """Whether replicas on other machines work with it too."""

    @property
    def newer(self) -> bool:
        """Whether a newer version brought it to its form: it may hold what this one does not know."""

    patience: float
    """Seconds that a call waits for a database that is away before it raises DatabaseAwayError."""

    @property
    def locking(self) -> str:
        """The end of a SELECT whose rows are for this transaction alone; rows that another holds are left out."""

    def now(self) -> float:
        """Seconds since 1970, by the clock that everybody who works with this database shares."""

    def writing(self) -> AbstractContextManager[Connection]:
        """A transaction: all of it happens, or nothing. One within another is a part of it."""

    def rows(self, query: str, values: Sequence[object] = ...) -> list[Any]: ...

    def row(self, query: str, values: Sequence[object] = ...) -> Any:
        """The first row, or None."""

    def overwrite_deleted(self) -> None:
        """Within a transaction: what it deletes is overwritten, where the database can do that."""

    def continue_numbers(self) -> None:
        """Within a transaction that copied rows with their numbers: new rows get higher ones."""

    def notify(self, what: str) -> None:
        """Within a transaction: tells all replicas that listen, as soon as it has happened."""

    def listening(self, heard: Callable[[str], None]) -> AbstractContextManager[None]:
        """Within it, `heard` is called with what replicas notify, from another thread. Some of it may be missed."""

    def exclusively(self, name: str) -> AbstractContextManager[None]:
        """A lock that one process has at a time and that ends with it. BusyError while another has it."""

    def connections(self) -> Connections: ...

    def problem(self) -> str:
        """Why nothing can be written down right now; "" where it can."""

    def close(self) -> None: ...


class Leases(Protocol):
    """Which processes work on deliveries; `owner` is this one, whose lease holds for `seconds`."""

    @property
    def owner(self) -> str: ...

    @property
    def seconds(self) -> float: ...

    def renew(self) -> None:
        """The sign of life of this process."""

    def living(self, connection: Connection) -> set[str]:
        """All owners that hold a lease, this one among them; asked within a transaction."""

    def leave(self) -> None:
        """This process works no longer."""

    def drop(self) -> None:
        """Lets go of what ends with a process, and of nothing else, as a process that is killed does."""

    def prune(self) -> None:
        """Removes what processes left behind that ended without a farewell."""


def upsert(table: str, key: Sequence[str], *columns: str) -> str:
    """An INSERT of `key` and `columns`, in this order, that takes the place of the row with the same key."""
    names = [*key, *columns]
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns)
    return (
        f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608
        f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changes}"
    )
