"""Every delivery of a platform, and how far it has come: received, sending, done.

A delivery is written down before the platform is told that it arrived, and is in the hands of one process. When the
lease of that process has run out, another takes it over, with a token (a fencing token) that grows with each takeover.
Whatever moves a delivery on is written only with the newest token: a process that was stopped for a while and goes on
finds its work taken. So a question is neither lost in a crash nor answered by two replicas.
"""

import json
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from bot.errors import TakenOverError
from bot.journal.store import Database, Leases

ATTEMPTS = 3
"""A question at whose answering this many processes ended is put aside: it may be the cause."""
FIRST_TOKEN = 1
DELIVERIES_LEFT = "deliveries left"
"""What replicas are told when one lets go of what it has."""


class DeliveryState(StrEnum):
    RECEIVED = "received"
    SENDING = "sending"
    """A message may be on its way: whoever takes over has to look before sending again."""
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
    mark: str = ""
    """What the channel wrote down before it sent, to know later where to look."""
    token: int = 0
    """The fencing token with which it came into the hands of this process; 0 where it did not."""


@dataclass(frozen=True, slots=True)
class Finished:
    """One delivery that nothing remains to do for; `sent` are the messages that answer it.

    `token` is the one with which it came into somebody's hands, 0 for whichever this process has.
    """

    delivery: str
    sent: Sequence[str] = ()
    failed: bool = False
    token: int = 0


@dataclass(frozen=True, slots=True)
class _Held:
    """`token` was current when the delivery came into the hands of this process."""

    channel: str
    token: int


COLUMNS = "delivery, state, payload, answer, sent, received, mark"


def arrival(table: str = "") -> str:
    """SQL for the order in which deliveries arrived: several of one poll have the same time, and the number at the end
    of their id decides, 9 before 10.
    """
    return f"{table}received, length({table}delivery), {table}delivery"


class Deliveries:
    """`leases` says who lives. Everything that moves a delivery on raises TakenOverError where another has it now."""

    def __init__(self, database: Database, now: Callable[[], float], leases: Leases) -> None:
        self._database = database
        self._now = now
        self._leases = leases
        self._held: dict[str, _Held] = {}
        """What is in the hands of this process."""
        self._counted: set[str] = set()
        """Questions whose try this process has counted, and not taken back yet."""

    def receive(self, delivery: str, channel: str, payload: str = "", chat: str = "", message: str = "") -> bool:
        """Writes a delivery down as this process's own. False where it was seen before: there is nothing to do."""
        return bool(self.receive_all(channel, [(delivery, payload, chat, message)]))

    def receive_all(self, channel: str, arrived: Sequence[tuple[str, str, str, str]]) -> set[str]:
        """`receive` for many at once (delivery, payload, chat, message), in one transaction; those that are new."""
        with self._database.writing():
            fresh = {one[0] for one in arrived if self._add(one[0], channel, *one[1:])}
        # Only now: of what could not be written down for certain, nothing is in hand.
        self._held.update(dict.fromkeys(fresh, _Held(channel, FIRST_TOKEN)))
        return fresh

    def _add(self, delivery: str, channel: str, payload: str, chat: str, message: str) -> bool:
        with self._database.writing() as connection:
            cursor = connection.execute(
                "INSERT INTO deliveries"
                " (delivery, channel, state, owner, token, payload, chat, message, received, attempts)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0) ON CONFLICT DO NOTHING",
                (
                    *(delivery, channel, DeliveryState.RECEIVED, self._leases.owner, FIRST_TOKEN),
                    *(payload, chat, message, self._now()),
                ),
            )
            return cursor.rowcount == 1

    def done_all(self, finished: Sequence[Finished]) -> None:
        """`done` for many at once, in one transaction, without those that others have now."""
        over: list[str] = []
        with self._database.writing():
            for one in finished:
                with suppress(TakenOverError):
                    self._finish(one)
                    over.append(one.delivery)
        # Only now: what could not be written down is still in hand.
        for delivery in over:
            self._held.pop(delivery, None)

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
        with self._database.writing():
            # One whose end could not be written down, because the disk was full, is not counted again.
            self._move(delivery, "attempts = attempts + ?", int(delivery not in self._counted))
            # What is not written down at all, such as a question of the console, has no tries to count.
            tries = self.tries(delivery)
        self._counted.add(delivery)
        return tries <= ATTEMPTS

    def end(self, delivery: str) -> None:
        """The search for an answer that `begin` counted is over, and the process lives: whoever has it now."""
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE deliveries SET attempts = attempts - 1 WHERE delivery = ? AND attempts > 0", (delivery,)
            )
        self._counted.discard(delivery)

    def answered(self, delivery: str, answer: str) -> None:
        """There is an answer; nothing of it is on its way yet."""
        self._move(delivery, "answer = ?", answer)

    def sending(self, delivery: str, sent: Sequence[str] = (), mark: str = "", token: int = 0) -> None:
        """A message is about to go out; `sent` are those that are out already, `mark` is for whoever takes over.

        `token`: the one with which the delivery came into the hands of whoever calls; a process may have got it twice.
        Renews the lease too: who sends right after this sends before anybody may take over.
        """
        with self._database.writing():
            values = DeliveryState.SENDING, json.dumps(list(sent)), mark
            self._move(delivery, "state = ?, sent = ?, mark = ?", *values, token=token)
            self._leases.renew()

    def done(self, delivery: str, sent: Sequence[str] = (), *, failed: bool = False) -> None:
        """Nothing remains to do. What the platform sent is forgotten, the ids of the answer are kept."""
        self._finish(Finished(delivery, sent, failed))
        self._held.pop(delivery, None)

    def _finish(self, one: Finished) -> None:
        changes = "state = ?, sent = ?, payload = '', mark = ''"
        state = DeliveryState.FAILED if one.failed else DeliveryState.DONE
        self._move(one.delivery, changes, state, json.dumps(list(one.sent)), token=one.token)

    def answered_again(self, delivery: str, sent: Sequence[str]) -> None:
        """The answer to a delivery that is done was edited, and consists of these messages now."""
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE deliveries SET sent = ? WHERE delivery = ? AND state IN ('done', 'failed')",
                (json.dumps(list(sent)), delivery),
            )

    def now_shows(self, delivery: str, answer: str, edit: str) -> bool:
        """The messages that answer `delivery` are about to show `answer` instead, "" for a line of the bot's own.

        False, and nothing is to be shown, where a later edit than the one whose delivery is `edit` has its answer.
        Of two that arrived in the same moment, as behind an outage, the one with the higher number is the later.
        """
        with self._database.writing() as connection:
            cursor = connection.execute(
                "UPDATE deliveries SET answer = ? WHERE delivery = ? AND NOT EXISTS"  # noqa: S608
                " (SELECT 1 FROM deliveries AS mine JOIN deliveries AS later"
                " ON (later.channel, later.chat, later.message) = (mine.channel, mine.chat, mine.message)"
                f" WHERE mine.delivery = ? AND ({arrival('later.')}) > ({arrival('mine.')})"
                " AND (later.answer != '' OR later.state = 'done'))",
                (answer, delivery, edit),
            )
            return cursor.rowcount == 1

    def find(self, channel: str, chat: str, message: str, *, besides: str = "") -> Delivery | None:
        """The delivery of a message that was answered, else its first; its edits are deliveries of their own."""
        row = self._database.row(
            f"SELECT {COLUMNS} FROM deliveries"  # noqa: S608
            " WHERE channel = ? AND chat = ? AND message = ? AND delivery != ?"
            f" ORDER BY sent = '[]', {arrival()} LIMIT 1",
            (channel, chat, message, besides),
        )
        return row and _delivery(row)

    def get(self, delivery: str) -> Delivery | None:
        row = self._database.row(
            f"SELECT {COLUMNS} FROM deliveries WHERE delivery = ?",  # noqa: S608
            (delivery,),
        )
        return row and _delivery(row)

    def sent_in(self, channel: str, chat: str) -> set[str]:
        """Messages in a chat that are known to answer something, as "chat:id"."""
        rows = self._database.rows("SELECT sent FROM deliveries WHERE channel = ? AND chat = ?", (channel, chat))
        return {id for (sent,) in rows for id in json.loads(sent)}

    def ids_since(self, channel: str, since: float) -> set[str]:
        """Messages that came in all chats since then, and those that are known to answer them, as "chat:id"."""
        rows = self._database.rows(
            "SELECT chat, message, sent FROM deliveries WHERE received >= ? AND channel = ?", (since, channel)
        )
        came = {f"{chat}:{message}" for chat, message, _ in rows if message}
        return came | {id for _, _, sent in rows for id in json.loads(sent)}

    def showing(self, channel: str, chat: str, sent: str) -> Delivery | None:
        """The delivery that the message `sent` ("chat:id") answers, alone or as one of several parts."""
        row = self._database.row(
            f"SELECT {COLUMNS} FROM deliveries"  # noqa: S608
            " WHERE channel = ? AND chat = ? AND replace(sent, ?, '') != sent LIMIT 1",
            (channel, chat, json.dumps(sent)),
        )
        return row and _delivery(row)

    def is_open(self, answer: str) -> bool:
        """Whether the delivery that this answer is for is not done yet: a message that shows it may not be noted."""
        wanted = "SELECT 1 FROM deliveries WHERE state IN ('received', 'sending') AND answer = ?"
        return bool(answer) and self._database.row(wanted, (answer,)) is not None

    def waiting(self) -> int:
        """How many deliveries are not done yet, whoever works on them."""
        count = self._database.row("SELECT count(*) FROM deliveries WHERE state IN ('received', 'sending')")
        return int(count[0])

    def beat(self) -> None:
        """The sign of life of this process."""
        self._leases.renew()

    def release(self, channel: str) -> None:
        """Lets go of what is open of `channel`: whoever looks next takes it over, this process too.

        Where that cannot be written down, this process takes it over all the same: it is in no hands any more.
        """
        self._held = {delivery: held for delivery, held in self._held.items() if held.channel != channel}
        with self._database.writing() as connection:
            cursor = connection.execute(
                "UPDATE deliveries SET owner = '' WHERE owner = ? AND channel = ? AND state IN ('received', 'sending')",
                (self._leases.owner, channel),
            )
            if cursor.rowcount:
                self._database.notify(DELIVERIES_LEFT)

    def let_go(self, deliveries: Collection[str]) -> None:
        """Lets go of these, which came into the hands of this process when nobody was there to work on them."""
        for delivery in deliveries:
            self._held.pop(delivery, None)
        left = [(self._leases.owner, delivery) for delivery in deliveries]
        with self._database.writing() as connection:
            connection.executemany("UPDATE deliveries SET owner = '' WHERE owner = ? AND delivery = ?", left)
            self._database.notify(DELIVERIES_LEFT)

    def take_over(self, channel: str) -> list[Delivery]:
        """Open deliveries of `channel` that nobody works on any more, in the hands of this process from now on.

        Oldest first, and those last at which a process ended: what they may do again is done to nobody before them.
        """
        with self._database.writing() as connection:
            living = self._leases.living(connection)
            rows = connection.execute(
                f"SELECT {COLUMNS}, owner, token FROM deliveries"  # noqa: S608
                " WHERE state IN ('received', 'sending') AND channel = ?"
                f" AND (owner = ? OR owner NOT IN ({', '.join('?' * len(living))}))"
                f" ORDER BY attempts, {arrival()} {self._database.locking}",
                (channel, self._leases.owner, *living),
            ).fetchall()
            # Asked once more, now that nobody else can move these: who sends has renewed its lease along with it.
            living = self._leases.living(connection)
            left = [(_delivery(row), token + 1) for *row, owner, token in rows if self._is_left(row[0], owner, living)]
            connection.executemany(
                "UPDATE deliveries SET owner = ?, token = ? WHERE delivery = ?",
                [(self._leases.owner, token, delivery.delivery) for delivery, token in left],
            )
        self._held.update((delivery.delivery, _Held(channel, token)) for delivery, token in left)
        return [replace(delivery, token=token) for delivery, token in left]

    def _is_left(self, delivery: str, owner: str, living: Collection[str]) -> bool:
        """Whether nobody works on it: its process is gone, or this one was not told that the database had taken it."""
        return delivery not in self._held if owner == self._leases.owner else owner not in living

    def prune(self, before: float) -> None:
        with self._database.writing() as connection:
            connection.execute("DELETE FROM deliveries WHERE received < ?", (before,))
        self._leases.prune()

    def _move(self, delivery: str, changes: str, *values: object, token: int = 0) -> None:
        held = self._held.get(delivery)
        mine = held.token if held is not None and token in (0, held.token) else 0
        with self._database.writing() as connection:
            cursor = connection.execute(
                f"UPDATE deliveries SET {changes}"  # noqa: S608
                " WHERE delivery = ? AND token = ? AND state IN ('received', 'sending')",
                (*values, delivery, mine),
            )
            if cursor.rowcount != 1 and self.seen(delivery):
                if mine:
                    self._held.pop(delivery, None)
                raise TakenOverError(f"Another process works on {delivery} now.")


def _delivery(row: Sequence[Any]) -> Delivery:
    delivery, state, payload, answer, sent, received, mark = row
    return Delivery(delivery, DeliveryState(state), payload, answer, tuple(json.loads(sent)), received, mark)
