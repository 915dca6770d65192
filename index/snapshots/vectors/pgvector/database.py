"""Connections to a PostgreSQL with pgvector: few, shared by all threads, and found again after an outage.

Nothing of a session is relied on: between this and the database there may be a pgbouncer that gives each transaction
another connection.
"""

import atexit
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict
from psycopg_pool import ConnectionPool, PoolTimeout

from index.errors import VectorsError
from index.snapshots.postgres_keepalives import ask_for_keepalives

T = TypeVar("T")
Connection = psycopg.Connection[Any]

MOST_CONNECTIONS = 4
TRIES, TRY_SECONDS = 20, 1.0
"""A question waits through a restart of the database, and no longer."""
UNLIMITED = (
    b"BEGIN; SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0;"
    b" SET LOCAL idle_in_transaction_session_timeout = 0"
)
"""An index of a million vectors takes a quarter of an hour."""
_ANSWERED = (errors.QueryCanceled, errors.DiskFull, errors.OutOfMemory)
"""Operational errors of a database that is there: asked again, it would say the same."""


_opened: dict[str, "Database"] = {}
_opening = threading.Lock()


def database(conninfo: str) -> "Database":
    """The connections of this process to one database. VectorsError where it cannot be reached."""
    with _opening:
        if conninfo not in _opened:
            _opened[conninfo] = Database(conninfo)
        return _opened[conninfo]


@atexit.register
def close_all() -> None:
    """Close what is open: whoever searches after it begins anew."""
    with _opening:
        for one in _opened.values():
            one.close()
        _opened.clear()


class Database:
    """`name` is for people. No sentence holds a password."""

    def __init__(self, conninfo: str) -> None:
        try:
            given = conninfo_to_dict(conninfo)
        except psycopg.ProgrammingError:
            raise VectorsError("vectors-no-database") from None
        self.conninfo = conninfo
        user = given.get("user", "")
        place = f"{given.get('host', 'localhost')}:{given.get('port', '5432')}/{given.get('dbname', user)}"
        self.name = f"{user}@{place}" if user else place
        self._secrets = [str(given[name]) for name in ("password", "sslpassword") if given.get(name)]
        self._connect().close()
        # What it says about every single try is said once, by whoever waits.
        logging.getLogger("psycopg.pool").setLevel(logging.ERROR)
        self._pool = ConnectionPool(
            conninfo,
            kwargs={"autocommit": True, "prepare_threshold": None},
            min_size=0,
            max_size=MOST_CONNECTIONS,
            configure=ask_for_keepalives,
            reconnect_timeout=0.0,
            name="vectors",
            open=True,
        )

    def read(self, work: Callable[[Connection], T]) -> T:
        """What `work` gives on a connection, tried on others while the database is away. `work` changes nothing."""
        reason: psycopg.Error | None = None
        for tried in range(TRIES):
            try:
                with self.in_words(), self._pool.connection(TRY_SECONDS) as connection:
                    return work(connection)
            except _AwayError as away:
                # Where the network is cut, each of the others would wait for an answer before it is found to be lost.
                self._pool.drain()
                reason = reason if isinstance(away.error, PoolTimeout) and reason else away.error
                # A pool that has no connection has waited; one whose connections are all dead has not.
                time.sleep(0 if isinstance(away.error, PoolTimeout) else min(TRY_SECONDS, 0.01 * 2**tried))
        raise self._unreachable(reason) from reason

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction on a connection of its own, for as long as it takes: all of it happens, or nothing."""
        connection = self._connect()
        try:
            with self.in_words():
                connection.execute(UNLIMITED)
                yield connection
                connection.execute(b"COMMIT")
        except _AwayError as away:
            raise self._unreachable(away.error) from away.error
        finally:
            connection.close()

    @contextmanager
    def in_words(self) -> Iterator[None]:
        """Errors of psycopg become sentences for people."""
        try:
            yield
        except errors.InsufficientPrivilege as error:
            raise VectorsError("vectors-no-right", name=self.name, reason=self._masked(error)) from error
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            if not isinstance(error, _ANSWERED):
                raise _AwayError(error) from error
            raise VectorsError("vectors-refused", name=self.name, reason=self._masked(error)) from error
        except psycopg.Error as error:
            raise VectorsError("vectors-refused", name=self.name, reason=self._masked(error)) from error

    def close(self) -> None:
        """Closes the connections that are not in use."""
        self._pool.close()

    def _connect(self) -> Connection:
        try:
            connection = psycopg.connect(self.conninfo, autocommit=True, prepare_threshold=None)
            ask_for_keepalives(connection)
            return connection
        except psycopg.Error as error:
            raise self._unreachable(error) from None

    def _unreachable(self, error: psycopg.Error | None) -> VectorsError:
        return VectorsError("vectors-unreachable", name=self.name, reason=self._masked(error))

    def _masked(self, error: psycopg.Error | None) -> str:
        """The first line of what the server or libpq says, without a secret."""
        line = str(error).strip().partition("\n")[0]
        for secret in self._secrets:
            line = line.replace(secret, "********")
        return line.rstrip(".")


class _AwayError(Exception):
    """The database does not answer."""

    def __init__(self, error: psycopg.Error) -> None:
        self.error = error
        super().__init__(error)
