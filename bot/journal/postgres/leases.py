"""Which replicas work on deliveries, by the database's clock: nothing here knows a machine, a process or its clock."""

import time
import uuid
from contextlib import suppress

from bot.errors import DatabaseAwayError
from bot.journal.deliveries import DELIVERIES_LEFT
from bot.journal.postgres.database import CLOCK, PostgresDatabase
from bot.journal.store import Connection

KEPT_SECONDS = 60 * 60.0


class PostgresLeases:
    """The lease of this process, as `owner`, and those of others. A `bot.journal.store.Leases`."""

    def __init__(self, database: PostgresDatabase, seconds: float) -> None:
        self.owner = uuid.uuid4().hex
        self.seconds = seconds
        self._database = database
        self.renew()

    def renew(self) -> None:
        """The sign of life of this process; and a look at the database's clock."""
        with self._database.writing() as connection:
            asked = time.monotonic()
            (now,) = connection.execute(
                f"INSERT INTO leases (owner, until) VALUES (?, {CLOCK} + ?)"  # noqa: S608
                f" ON CONFLICT (owner) DO UPDATE SET until = excluded.until RETURNING {CLOCK}",
                (self.owner, self.seconds),
            ).fetchone()
            self._database.saw(now, asked)

    def living(self, connection: Connection) -> set[str]:
        """All owners whose lease holds, and this one."""
        # A lease longer than any that is given was written before the database's clock was set back.
        rows = connection.execute(
            f"SELECT owner FROM leases WHERE until > {CLOCK} AND until <= {CLOCK} + ?",  # noqa: S608
            (self.seconds,),
        ).fetchall()
        return {self.owner, *(owner for (owner,) in rows)}

    def leave(self) -> None:
        """This process works no longer."""
        # A database that is away does not keep a program from ending: the lease runs out.
        with suppress(DatabaseAwayError), self._database.writing() as connection:
            connection.execute("DELETE FROM leases WHERE owner = ?", (self.owner,))
            self._database.notify(DELIVERIES_LEFT)

    def drop(self) -> None:
        """Nothing ends with a process but its lease, which runs out."""

    def prune(self) -> None:
        """Removes the leases of those that ended without a farewell."""
        with self._database.writing() as connection:
            connection.execute(f"DELETE FROM leases WHERE until < {CLOCK} - ?", (KEPT_SECONDS,))  # noqa: S608
