"""PostgreSQL: a few connections for all threads, that outlast a database which goes away and comes back.

Nothing of a session is relied on (prepared statements, settings, temporary tables): between this and the database there
may be a pgbouncer that gives each transaction another connection.
"""

import logging
import math
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

import psycopg
from psycopg import errors
from psycopg_pool import ConnectionPool, PoolTimeout

from bot.errors import DatabaseAwayError, JournalError
from bot.journal.form import Form
from bot.journal.postgres.address import Address
from bot.journal.postgres.connection import PostgresConnection
from bot.journal.postgres.listening import CHANNEL, Listener
from bot.journal.postgres.migrations import MIGRATIONS, NEEDED
from bot.journal.store import Connections
from bot.outage import Outage
from index.errors import BusyError
from index.snapshots.postgres_keepalives import ask_for_keepalives

T = TypeVar("T")

MOST_CONNECTIONS = 8
PATIENCE = 20.0
"""Of a command. The program that serves waits for as long as it takes."""
TRY_SECONDS = 1.0
BEGIN = (
    # Who is stopped in the middle of a transaction (SIGSTOP, a frozen machine) must not hold others up for longer than
    # a lease, and nobody waits for a lock for ever.
    b"BEGIN; SET LOCAL idle_in_transaction_session_timeout = '15s'; SET LOCAL lock_timeout = '10s'"
)
CLOCK = "extract(epoch FROM clock_timestamp())::double precision"
ADVISORY = "SELECT pg_try_advisory_xact_lock(hashtextextended(current_schema() || '.' || ?, 0))"
MIGRATING = 0x76657262
"""The advisory lock under which one process at a time brings the tables to their newest form ("verb")."""
SLOW_SECONDS = 0.5
"""An answer about the time that took longer says too little about it."""


class PostgresDatabase:
    """A `bot.journal.store.Database`. Raises DatabaseAwayError where the database does not answer for a while."""

    shared = True
    locking = "FOR UPDATE SKIP LOCKED"

    def __init__(self, url: str) -> None:
        """JournalError where the database cannot be used: the sentence says what to do, and holds no password."""
        self.address = Address(url)
        self.patience = PATIENCE
        self.newer = False
        self._outage = Outage(f"The database {self.address.name}")
        self._here = threading.local()
        self._ahead = 0.0
        self._listener = Listener(self.address.conninfo)
        # What it says about every single try is said here once, by whoever waits.
        logging.getLogger("psycopg.pool").setLevel(logging.ERROR)
        self._try()
        self._pool = ConnectionPool(
            self.address.conninfo,
            kwargs={"autocommit": True, "prepare_threshold": None},
            min_size=0,
            max_size=MOST_CONNECTIONS,
            configure=ask_for_keepalives,
            reconnect_timeout=0.0,
            name="journal",
            open=True,
        )
        try:
            self._prepare()
        except BaseException:
            self._pool.close()
            raise

    def now(self) -> float:
        """The database's clock, as it was read last: a replica whose own is wrong, or is set, writes no wrong times."""
        return time.monotonic() + self._ahead

    def saw(self, now: float, before: float) -> None:
        """The database's clock showed `now`, when it was asked at `before` of the machine's."""
        after = time.monotonic()
        if after - before < SLOW_SECONDS:
            self._ahead = now - (before + after) / 2

    @contextmanager
    def writing(self) -> Iterator[PostgresConnection]:
        """A transaction of this thread: all of it happens, or nothing. One within another is a part of it.

        DatabaseAwayError where the database went away in the middle of it; then it happened in very few cases.
        """
        held = self._held()
        if held is not None:
            yield held
            return
        with self._in_words():
            raw, _ = self._lasting(lambda raw: raw.execute(BEGIN))
            try:
                self._here.connection = PostgresConnection(raw)
                yield self._here.connection
                raw.execute(b"COMMIT")
            except BaseException:
                with suppress(psycopg.Error):
                    raw.execute(b"ROLLBACK")
                raise
            finally:
                self._here.connection = None
                self._give_back(raw)

    def rows(self, query: str, values: Sequence[object] = ()) -> list[Any]:
        held = self._held()
        if held is not None:
            return held.execute(query, values).fetchall()
        with self._in_words():
            raw, rows = self._lasting(lambda raw: PostgresConnection(raw).execute(query, values).fetchall())
            self._give_back(raw)
            return rows

    def row(self, query: str, values: Sequence[object] = ()) -> Any:
        """The first row, or None."""
        return next(iter(self.rows(query, values)), None)

    def overwrite_deleted(self) -> None:
        """PostgreSQL cannot: what is deleted is overwritten when its VACUUM has been there, and new rows come."""

    def continue_numbers(self) -> None:
        self.row("SELECT setval(pg_get_serial_sequence('actions', 'id'), coalesce(max(id), 0) + 1, false) FROM actions")

    def notify(self, what: str) -> None:
        self.row("SELECT pg_notify(?, ?)", (CHANNEL, what))

    @contextmanager
    def listening(self, heard: Callable[[str], None]) -> Iterator[None]:
        self._listener.add(heard)
        try:
            yield
        finally:
            self._listener.remove(heard)

    @contextmanager
    def exclusively(self, name: str) -> Iterator[None]:
        """The lock has a connection of its own, in a transaction: behind a pgbouncer it keeps the same one by that."""
        with self._in_words():
            raw = psycopg.connect(self.address.conninfo, autocommit=True)
        try:
            with self._in_words():
                ask_for_keepalives(raw)
                raw.execute(b"BEGIN; SET LOCAL idle_in_transaction_session_timeout = 0")
                got = PostgresConnection(raw).execute(ADVISORY, (name,)).fetchone()
            if not got[0]:
                raise BusyError("busy")
            yield
        finally:
            # The server lets the lock go when it is told so; when it sees that a connection is gone is its own affair.
            with suppress(psycopg.Error):
                raw.execute(b"ROLLBACK")
            raw.close()

    def connections(self) -> Connections:
        told = self._pool.get_stats()
        free = told.get("pool_available", 0)
        return Connections(told.get("pool_size", 0) - free, free, told.get("requests_waiting", 0))

    def problem(self) -> str:
        away = self._outage.since < math.inf
        return f"The database {self.address.name} does not answer: look whether it runs." if away else ""

    def close(self) -> None:
        self._listener.close()
        self._pool.close()

    def _held(self) -> PostgresConnection | None:
        return getattr(self._here, "connection", None)

    def _lasting(self, work: "Callable[[psycopg.Connection[Any]], T]") -> "tuple[psycopg.Connection[Any], T]":
        """A connection and what `work` gave on it, tried on others while the database is away. `work` changes nothing.

        Connections that were lost while nobody used them are found here.
        """
        begun = time.monotonic()
        while True:
            raw = None
            try:
                raw = self._pool.getconn(TRY_SECONDS)
                given = raw, work(raw)
            except BaseException as error:
                if raw is not None:
                    self._give_back(raw)
                if isinstance(error, PoolTimeout):
                    self._outage.begins("nobody answers")
                if not isinstance(error, psycopg.OperationalError) or time.monotonic() - begun > self.patience:
                    raise
            else:
                self._outage.ends()
                return given

    def _give_back(self, raw: "psycopg.Connection[Any]") -> None:
        if raw.broken:
            # The others will be lost as well. Where the network is cut, each would wait for an answer first: so long,
            # one after the other, would nobody know that the database is away.
            self._pool.drain()
        self._pool.putconn(raw)

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        """Errors of psycopg become sentences for people."""
        name = self.address.name
        try:
            yield
        except errors.InsufficientPrivilege as error:
            raise JournalError(
                f"The database {name} does not let its user work ({self.address.masked(str(error))}): GRANT CREATE,"
                " USAGE ON SCHEMA public TO that user, or make it the owner of the database."
            ) from error
        except (errors.DuplicateTable, errors.UndefinedColumn) as error:
            raise JournalError(
                f"The database {name} holds tables of another program ({self.address.masked(str(error))}): give"
                " DATABASE_URL a database of its own."
            ) from error
        except (psycopg.OperationalError, psycopg.InterfaceError, errors.ReadOnlySqlTransaction) as error:
            raise DatabaseAwayError(
                f"The database {name} does not answer as it should ({self.address.masked(str(error))}): look whether"
                " it runs; nothing is lost, and work goes on when it is back."
            ) from error

    def _try(self) -> None:
        """One connection, for the reason why there is none."""
        try:
            psycopg.connect(self.address.conninfo).close()
        except psycopg.Error as error:
            reason = self.address.masked(str(error))
            raise JournalError(
                f"The database {self.address.name} cannot be reached ({reason}): check DATABASE_URL, and that the"
                " server runs and lets this machine in."
            ) from None

    def _prepare(self) -> None:
        with self.writing() as connection:
            (encoding,) = connection.execute("SHOW server_encoding").fetchone()
            if encoding != "UTF8":
                raise JournalError(
                    f"The database {self.address.name} is encoded as {encoding}: create one with ENCODING 'UTF8'."
                )
            connection.execute("SELECT pg_advisory_xact_lock(?)", (MIGRATING,))
            found = self._form(connection)
            if found.needed > len(MIGRATIONS):
                raise JournalError(
                    f"The journal in {self.address.name} was written by a newer version of this program: update it"
                    " first."
                )
            self.newer = found.steps > len(MIGRATIONS)
            for statements in MIGRATIONS[found.steps :]:
                for statement in statements:
                    connection.execute(statement)
            if found.steps < len(MIGRATIONS):
                number = Form(len(MIGRATIONS), NEEDED).number
                connection.execute("UPDATE journal_version SET version = ?", (number,))
        before = time.monotonic()
        self._ahead = self.row(f"SELECT {CLOCK}")[0] - before

    def _form(self, connection: PostgresConnection) -> Form:
        """Which form the tables have; of no steps where there are none."""
        # Asked first: who may use tables need not be allowed to make any.
        if connection.execute("SELECT to_regclass('journal_version')").fetchone()[0] is None:
            connection.execute("CREATE TABLE journal_version (version INTEGER NOT NULL)")
            connection.execute("INSERT INTO journal_version (version) VALUES (0)")
        return Form.read(connection.execute("SELECT version FROM journal_version").fetchone()[0])
