"""Every delivery of a platform, and how far it has come: received, sending, done.

A delivery is written down before the platform is told that it arrived, and belongs to one process. When that process
is gone, another takes it over. So a question is neither lost in a crash nor answered by two replicas.
"""

import json
import os
import socket
import sqlite3
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.journal.database import Database

LEASE = 20.0
"""Seconds without a sign of life after which a process on another machine counts as gone."""
LIVING: set[str] = set()
"""Owners that live in this process: several journals may be open in one."""
ATTEMPTS = 3
"""A question at whose answering this many processes ended is put aside: it may be the cause."""


class DeliveryState(StrEnum):
    RECEIVED = "received"
    SENDING = "sending"
    """An answer may be on its way: whoever takes over has to look before sending again."""
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery as the journal knows it. `payload` is what the platform sent, kept only until it is done."""

    delivery: str
    state: DeliveryState
    payload: str
    answer: str
    sent: tuple[str, ...]
    """The platform's ids of the messages that answer it, in order."""
    received: float = 0.0
    """When it arrived, in seconds of the journal's clock."""


class Deliveries:
    def __init__(self, database: Database, now: Callable[[], float]) -> None:
        self._database = database
        self._now = now
        self._owner = uuid.uuid4().hex
        self._host = socket.gethostname()
        LIVING.add(self._owner)
        self.beat()

    def receive(self, delivery: str, channel: str, payload: str = "", chat: str = "", message: str = "") -> bool:
        """Writes a delivery down as this process's own. False where it was seen before: there is nothing to do."""
        with self._database.writing() as connection:
            cursor = connection.execute(
                "INSERT OR IGNORE INTO deliveries"
                " (delivery, channel, state, owner, payload, chat, message, received, attempts)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)",
                (delivery, channel, DeliveryState.RECEIVED, self._owner, payload, chat, message, self._now()),
            )
            return cursor.rowcount == 1

    def receive_all(self, channel: str, arrived: Sequence[tuple[str, str, str, str]]) -> set[str]:
        """`receive` for many at once (delivery, payload, chat, message), in one transaction; those that are new."""
        with self._database.writing():
            return {one[0] for one in arrived if self.receive(one[0], channel, *one[1:])}

    def done_all(self, finished: Sequence[tuple[str, Sequence[str], bool]]) -> None:
        """`done` for many at once (delivery, sent, failed), in one transaction."""
        with self._database.writing():
            for delivery, sent, failed in finished:
                self.done(delivery, sent, failed=failed)

    def seen(self, delivery: str) -> bool:
        return self._database.row("SELECT 1 FROM deliveries WHERE delivery = ?", (delivery,)) is not None

    def tries(self, delivery: str) -> int:
        """How many processes ended while they looked for the answer, if nobody is looking for it now."""
        row = self._database.row("SELECT attempts FROM deliveries WHERE delivery = ?", (delivery,))
        return int(row[0]) if row is not None else 0

    def begin(self, delivery: str) -> bool:
        """Counts a try of a question whose answer is looked for from now on; False where it has had its tries.

        `end` takes the try back, however the search ended. So only a process that ends at this very question leaves
        one behind: neither a restart nor what else was waiting is counted.
        """
        with self._database.writing() as connection:
            cursor = connection.execute(
                "UPDATE deliveries SET attempts = attempts + 1 WHERE delivery = ? AND attempts < ?",
                (delivery, ATTEMPTS),
            )
            # What is not written down at all, such as a question of the console, has no tries to count.
            return cursor.rowcount == 1 or not self.seen(delivery)

    def end(self, delivery: str) -> None:
        """The search for an answer that `begin` counted is over, and the process lives."""
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE deliveries SET attempts = attempts - 1 WHERE delivery = ? AND attempts > 0", (delivery,)
            )

    def answered(self, delivery: str, answer: str) -> None:
        """There is an answer, and it may go out at any moment; parts of it that are out already stay known."""
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE deliveries SET state = ?, answer = ? WHERE delivery = ?",
                (DeliveryState.SENDING, answer, delivery),
            )

    def sending(self, delivery: str, answer: str = "", sent: Sequence[str] = ()) -> None:
        """An answer is about to go out; `sent` are the parts of it that are out already."""
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE deliveries SET state = ?, answer = ?, sent = ? WHERE delivery = ?",
                (DeliveryState.SENDING, answer, json.dumps(list(sent)), delivery),
            )

    def done(self, delivery: str, sent: Sequence[str] = (), *, failed: bool = False) -> None:
        """Nothing remains to do. What the platform sent is forgotten, the ids of the answer are kept."""
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE deliveries SET state = ?, sent = ?, payload = '' WHERE delivery = ?",
                (DeliveryState.FAILED if failed else DeliveryState.DONE, json.dumps(list(sent)), delivery),
            )

    def find(self, channel: str, chat: str, message: str, *, besides: str = "") -> Delivery | None:
        """The delivery of a message that was answered, else its first; its edits are deliveries of their own."""
        row = self._database.row(
            "SELECT delivery, state, payload, answer, sent, received FROM deliveries"
            " WHERE channel = ? AND chat = ? AND message = ? AND delivery != ?"
            " ORDER BY sent = '[]', received, delivery LIMIT 1",
            (channel, chat, message, besides),
        )
        return row and _delivery(row)

    def get(self, delivery: str) -> Delivery | None:
        row = self._database.row(
            "SELECT delivery, state, payload, answer, sent, received FROM deliveries WHERE delivery = ?", (delivery,)
        )
        return row and _delivery(row)

    def sent_in(self, channel: str, chat: str) -> set[str]:
        """Messages in a chat that are known to answer something, as "chat:id"."""
        rows = self._database.rows("SELECT sent FROM deliveries WHERE channel = ? AND chat = ?", (channel, chat))
        return {id for (sent,) in rows for id in json.loads(sent)}

    def showing(self, channel: str, chat: str, sent: str) -> Delivery | None:
        """The delivery that the message `sent` ("chat:id") answers, alone or as one of several parts."""
        row = self._database.row(
            "SELECT delivery, state, payload, answer, sent, received FROM deliveries"
            " WHERE channel = ? AND chat = ? AND instr(sent, ?) > 0 LIMIT 1",
            (channel, chat, json.dumps(sent)),
        )
        return row and _delivery(row)

    def waiting(self) -> int:
        """How many deliveries are not done yet, whoever works on them."""
        count = self._database.row("SELECT count(*) FROM deliveries WHERE state IN ('received', 'sending')")
        return int(count[0])

    def beat(self) -> None:
        """The sign of life of this process."""
        with self._database.writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO owners (owner, host, pid, beat) VALUES (?, ?, ?, ?)",
                (self._owner, self._host, os.getpid(), self._now()),
            )

    def release(self, channel: str) -> None:
        """Lets go of what is open of `channel`: whoever looks next takes it over, this process too."""
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE deliveries SET owner = '' WHERE owner = ? AND channel = ? AND state IN ('received', 'sending')",
                (self._owner, channel),
            )

    def leave(self) -> None:
        """This process works on deliveries no longer: whoever comes next takes over what is open at once."""
        LIVING.discard(self._owner)
        with self._database.writing() as connection:
            connection.execute("DELETE FROM owners WHERE owner = ?", (self._owner,))

    def take_over(self, channel: str) -> list[Delivery]:
        """Open deliveries of `channel` whose process is gone, now this process's own.

        Oldest first, and those last at which a process ended: what they may do again is done to nobody before them.
        """
        with self._database.writing() as connection:
            gone = self._gone(connection)
            rows = connection.execute(
                "SELECT delivery, state, payload, answer, sent, received, owner FROM deliveries"
                " WHERE state IN ('received', 'sending') AND channel = ? ORDER BY attempts, received, delivery",
                (channel,),
            ).fetchall()
            mine = [row for row in rows if row[6] in gone]
            connection.executemany(
                "UPDATE deliveries SET owner = ? WHERE delivery = ?", [(self._owner, row[0]) for row in mine]
            )
            return [_delivery(row[:6]) for row in mine]

    def prune(self, before: float) -> None:
        with self._database.writing() as connection:
            connection.execute("DELETE FROM deliveries WHERE received < ?", (before,))
            connection.execute(
                "DELETE FROM owners WHERE beat < ? AND owner NOT IN (SELECT owner FROM deliveries)", (before,)
            )

    def _gone(self, connection: sqlite3.Connection) -> set[str]:
        limit = self._now() - LEASE
        known = connection.execute("SELECT owner, host, pid, beat FROM owners").fetchall()
        living = {
            owner
            for owner, host, pid, beat in known
            if owner in LIVING or (beat >= limit and not (host == self._host and _has_ended(pid)))
        }
        owners = connection.execute("SELECT DISTINCT owner FROM deliveries WHERE state IN ('received', 'sending')")
        return {owner for (owner,) in owners if owner not in living}


def _has_ended(pid: int) -> bool:
    """Whether no process of this number runs here. Our own number under another owner is a former life of ours."""
    if pid == os.getpid():
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _delivery(row: tuple[str, str, str, str, str, float]) -> Delivery:
    delivery, state, payload, answer, sent, received = row
    return Delivery(delivery, DeliveryState(state), payload, answer, tuple(json.loads(sent)), received)
