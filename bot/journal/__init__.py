"""What happened, in one SQLite file: deliveries seen, questions, feedback, admin actions.

It makes an answer happen exactly once across restarts and replicas, and tells admins what could not be answered.
Everything here blocks: the desk calls it from a worker thread.
"""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from bot.journal.actions import Actions
from bot.journal.answers import Answers
from bot.journal.database import Database
from bot.journal.deliveries import Deliveries
from bot.journal.feedback import Feedback
from bot.journal.leases import LEASE, Leases
from bot.journal.memory import Memory
from bot.journal.own_data import OwnData
from bot.journal.people import People
from bot.journal.sign_ins import SignIns
from bot.journal.streams import Streams
from bot.journal.wanted import Wanted

__all__ = ["Journal"]

DAY = 24 * 60 * 60
DELIVERY_DAYS = 7
"""Platforms redeliver for a day and let people edit for two: after a week a delivery is history."""


class Journal:
    """The open journal. With `days` None (OFF) no question, asker or feedback stays in it:
    what a platform delivered is there until it is answered, and nothing else is."""

    def __init__(
        self,
        path: Path,
        *,
        days: int | None = 90,
        now: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.monotonic,
        lease: float = LEASE,
    ) -> None:
        """`clock` counts the leases, of `lease` seconds: all processes share it, and it never jumps."""
        self.days = days
        self._now = now
        self._database = Database(path, forgetful=days is None)
        keeps = days is not None
        self.leases = Leases(self._database, clock, lease)
        self.deliveries = Deliveries(self._database, now, self.leases)
        self.own_data = OwnData(self._database)
        self.answers = Answers(self._database, now, self.own_data.opted_out, keeps=keeps)
        self.feedback = Feedback(self._database, now, self.own_data.opted_out, keeps=keeps)
        self.actions = Actions(self._database, now)
        self.memory = Memory(self._database, now, self.own_data.opted_out, keeps=keeps)
        self.people = People(self._database)
        self.streams = Streams(self._database, now)
        self.wanted = Wanted(self._database, now)
        self.sign_ins = SignIns(self._database, now)

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

    def move_chat(self, channel: str, old: str, new: str) -> None:
        """A group became another chat (Telegram's migration): what is stored about it moves along."""
        with self._database.writing() as connection:
            for table in ("deliveries", "answers", "memory", "wanted"):
                connection.execute(
                    f"UPDATE {table} SET chat = ? WHERE channel = ? AND chat = ?",  # noqa: S608
                    (new, channel, old),
                )

    def close(self) -> None:
        self.leases.leave()
        self._database.close()
