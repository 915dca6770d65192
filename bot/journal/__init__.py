"""What happened, in one SQLite file or in PostgreSQL: deliveries seen, questions, feedback, admin actions.

It makes an answer happen exactly once across restarts and replicas, and tells admins what could not be answered.
Everything here blocks: the desk calls it from a worker thread.
"""

import sqlite3
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

from bot.journal.actions import Actions
from bot.journal.agreed import Agreed
from bot.journal.answers import Answers
from bot.journal.deliveries import Deliveries
from bot.journal.feedback import Feedback
from bot.journal.hits import Hits
from bot.journal.memory import Memory
from bot.journal.own_data import OwnData, opted_out
from bot.journal.people import People
from bot.journal.sign_ins import SignIns
from bot.journal.sqlite.database import SqliteDatabase
from bot.journal.sqlite.leases import LEASE, FileLeases
from bot.journal.store import Connections, Database, Leases
from bot.journal.streams import Streams
from bot.journal.turns import Turns
from bot.journal.uses import Uses
from bot.journal.wanted import Wanted

__all__ = ["Journal"]

DAY = 24 * 60 * 60
DELIVERY_DAYS = 7
"""Platforms redeliver for a day and let people edit for two: after a week a delivery is history."""
HIT_SECONDS = 60 * 60.0
"""No limit looks back further."""
IN_MEMORY = Path(":memory:")
"""What SQLite calls a database that ends with its process."""


class Journal:
    """The open journal. With `days` None (OFF) no question, asker or feedback stays in it:
    what a platform delivered is there until it is answered, and nothing else is."""

    def __init__(
        self,
        place: Path | str,
        *,
        days: int | None = 90,
        now: Callable[[], float] | None = None,
        clock: Callable[[], float] = time.monotonic,
        lease: float = LEASE,
        connect: Callable[..., sqlite3.Connection] = sqlite3.connect,
    ) -> None:
        """`place`: a file for SQLite, or the address of a PostgreSQL database, whose own clock counts the leases.

        `clock` counts those of a file, of `lease` seconds: all processes share it, and it never jumps.
        """
        self.days = days
        database, self.leases = _open(place, clock, lease, connect, forgetful=days is None)
        self._database = database
        self._now = now = now or database.now
        keeps = days is not None
        private = database if keeps else SqliteDatabase(IN_MEMORY)
        declined = partial(opted_out, database)
        self.deliveries = Deliveries(database, now, self.leases)
        self.memory = Memory(private, now, declined)
        self.own_data = OwnData(database, self.memory)
        self.answers = Answers(database, now, declined, keeps=keeps)
        self.feedback = Feedback(database, now, declined, keeps=keeps)
        self.actions = Actions(database, now)
        self.people = People(database)
        self.streams = Streams(database, now)
        self.wanted = Wanted(database, now)
        self.sign_ins = SignIns(database, now)
        self.hits = Hits(database, now)
        self.agreed = Agreed(database)
        self.uses = Uses(database)
        self.turns = Turns(database)

    @property
    def shared(self) -> bool:
        """Whether replicas on other machines write in it too: then it counts and keeps what all of them share."""
        return self._database.shared

    def together(self) -> AbstractContextManager[object]:
        """What is written within it happens at once, or not at all; and costs one transaction."""
        return self._database.writing()

    def prune(self) -> None:
        """Forgets what is older than the retention; without one, everything that the buttons no longer need."""
        now = self._now()
        kept = now - DAY * (DELIVERY_DAYS if self.days is None else self.days)
        self.deliveries.prune(now - DAY * DELIVERY_DAYS)
        self.answers.prune(kept)
        self.feedback.prune(kept)
        self.actions.prune(kept)
        self.memory.prune()
        self.streams.prune()
        self.wanted.prune(kept)
        self.sign_ins.prune()
        self.hits.prune(now - HIT_SECONDS)

    def move_chat(self, channel: str, old: str, new: str) -> None:
        """A group became another chat (Telegram's migration): what is stored about it moves along."""
        with self._database.writing() as connection:
            for table in ("deliveries", "answers", "wanted"):
                connection.execute(
                    f"UPDATE {table} SET chat = ? WHERE channel = ? AND chat = ?",  # noqa: S608
                    (new, channel, old),
                )
            self.memory.move_chat(channel, old, new)
            self.uses.move_chat(channel, old, new)

    def listening(self, heard: Callable[[str], None]) -> AbstractContextManager[None]:
        """Within it, `heard` is called, from another thread, with what other replicas did: `DELIVERIES_LEFT`, or what
        `streams` and `turns` tell. A hint: what is missed has to be found by looking."""
        return self._database.listening(heard)

    def wait_at_most(self, seconds: float) -> None:
        """How long each call from now on waits for a database that is away, before it raises DatabaseAwayError."""
        self._database.patience = seconds

    def connections(self) -> Connections:
        """To the database, right now."""
        return self._database.connections()

    def problem(self) -> str:
        """Why nothing can be written down right now; "" where it can."""
        return self._database.problem()

    def close(self) -> None:
        self.leases.leave()
        self._database.close()


def _open(
    place: Path | str,
    clock: Callable[[], float],
    lease: float,
    connect: Callable[..., sqlite3.Connection],
    *,
    forgetful: bool,
) -> tuple[Database, Leases]:
    if isinstance(place, Path):
        file = SqliteDatabase(place, forgetful=forgetful, connect=connect)
        return file, FileLeases(file, clock, lease)
    # Only who has one imports what speaks to it.
    from bot.journal.postgres import open_postgres

    return open_postgres(place, lease)
