"""Answers that wait to be fetched: WeCom's callback asks for them, maybe at another replica than the one that answers.

An answer is taken once, either by the platform's own asking or by a message sent after it; whoever is first decides.
"""

from collections.abc import Callable
from dataclasses import dataclass

from bot.journal.store import Database

PUT, TAKEN = "stream put: ", "stream taken: "
"""What replicas are told, with a stream's id behind it."""
KEPT_SECONDS = 24 * 60 * 60.0


@dataclass(frozen=True, slots=True)
class Stream:
    """`reply` is "" until there is one; `taken` names who delivered it, "" until somebody does."""

    delivery: str
    reply: str
    taken: str


class Streams:
    def __init__(self, database: Database, now: Callable[[], float]) -> None:
        self._database = database
        self._now = now

    def open(self, id: str, delivery: str) -> None:
        """A stream without an answer yet; one that is open already stays as it is."""
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO streams (id, delivery, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                (id, delivery, self._now()),
            )

    def put(self, id: str, delivery: str, reply: str) -> None:
        """The answer. One that is there already stays: somebody may have seen it."""
        self.open(id, delivery)
        with self._database.writing() as connection:
            connection.execute("UPDATE streams SET reply = ? WHERE id = ? AND reply = ''", (reply, id))
            self._database.notify(f"{PUT}{id}")

    def get(self, id: str) -> Stream | None:
        row = self._database.row("SELECT delivery, reply, taken FROM streams WHERE id = ?", (id,))
        return row and Stream(*row)

    def take(self, id: str, by: str) -> bool:
        """Whether the answer is `by`'s to deliver: true again for the same one, never for a second."""
        with self._database.writing() as connection:
            connection.execute("UPDATE streams SET taken = ? WHERE id = ? AND taken = '' AND reply != ''", (by, id))
            row = connection.execute("SELECT taken FROM streams WHERE id = ?", (id,)).fetchone()
            self._database.notify(f"{TAKEN}{id}")
            return row is not None and row[0] == by

    def prune(self) -> None:
        with self._database.writing() as connection:
            connection.execute("DELETE FROM streams WHERE at < ?", (self._now() - KEPT_SECONDS,))
