"""Work that only one process may do at a time, over all that share the journal, such as making a new index live.

A lock lets one in and ends with its process or its connection. Whoever lost it without being told goes on, so each turn
has a fencing token, and what a turn leads to is written together with `check`: only the newest turn may.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from bot.errors import DatabaseAwayError, TakenOverError
from bot.journal.store import Database


class Turn:
    """One turn at `name`. `token` is higher than that of every turn before it."""

    def __init__(self, database: Database, name: str, token: int) -> None:
        self.token = token
        self._database = database
        self._name = name

    def check(self) -> None:
        """TakenOverError where a newer turn has begun. Within `Journal.together` none can begin before its end."""
        with self._database.writing() as connection:
            cursor = connection.execute(
                "UPDATE agreed SET value = value WHERE name = ? AND value = ?", (self._name, str(self.token))
            )
            if cursor.rowcount != 1:
                raise TakenOverError(f"Another process has begun with {self._name} since.")

    def tell(self, what: str) -> None:
        """Tells all replicas that listen. A hint: where the database is away, they find the same by looking."""
        with suppress(DatabaseAwayError):
            self._database.notify(what)


class Turns:
    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def take(self, name: str) -> Iterator[Turn]:
        """The turn of this process. Raises BusyError of `index.errors` while another has it."""
        with self._database.exclusively(name):
            kept = f"turn: {name}"
            with self._database.writing() as connection:
                connection.execute("INSERT INTO agreed (name, value) VALUES (?, '0') ON CONFLICT DO NOTHING", (kept,))
                connection.execute(
                    "UPDATE agreed SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT) WHERE name = ?", (kept,)
                )
                (token,) = connection.execute("SELECT value FROM agreed WHERE name = ?", (kept,)).fetchone()
            yield Turn(self._database, kept, int(token))
