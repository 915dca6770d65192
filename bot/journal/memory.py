"""The last questions of each conversation, so that a follow-up is understood. Short by design."""

from collections.abc import Callable

from bot.journal.store import Database, upsert
from bot.question import Conversation

REMEMBERED = 3
MINUTES = 30
"""After this long a new question begins a new subject."""
KEY = ("channel", "chat", "thread", "user")
REMEMBER = upsert("memory", [*KEY, "delivery"], "at", "question")


class Memory:
    def __init__(self, database: Database, now: Callable[[], float], opted_out: Callable[[str, str], bool]) -> None:
        """`database`: one in the memory of this process, where nothing about askers may be written to a disk."""
        self._database = database
        self._now = now
        self._opted_out = opted_out

    def recall(self, conversation: Conversation, *, before: str = "") -> tuple[str, ...]:
        """The last questions of `conversation`, oldest first, without the one of the delivery `before`."""
        rows = self._database.rows(
            "SELECT question FROM memory WHERE channel = ? AND chat = ? AND thread = ? AND user = ?"
            " AND at >= ? AND delivery != ? ORDER BY at DESC LIMIT ?",
            (*_key(conversation), self._now() - 60 * MINUTES, before, REMEMBERED),
        )
        return tuple(question for (question,) in reversed(rows))

    def remember(self, conversation: Conversation, delivery: str, question: str) -> None:
        """Adds a question; an edited one (the same `delivery`) takes the place of what it was."""
        if self._opted_out(conversation.channel, conversation.user):
            return
        key = _key(conversation)
        with self._database.writing() as connection:
            connection.execute(REMEMBER, (*key, delivery, self._now(), question))

    def about(self, channel: str, user: str) -> list[tuple[float, str, str]]:
        """What is remembered of one person, the newest first: when, in which chat, the question."""
        return self._database.rows(
            "SELECT at, chat, question FROM memory WHERE channel = ? AND user = ? ORDER BY at DESC", (channel, user)
        )

    def forget(self, channel: str, user: str) -> None:
        with self._database.writing() as connection:
            connection.execute("DELETE FROM memory WHERE channel = ? AND user = ?", (channel, user))

    def move_chat(self, channel: str, old: str, new: str) -> None:
        with self._database.writing() as connection:
            connection.execute("UPDATE memory SET chat = ? WHERE channel = ? AND chat = ?", (new, channel, old))

    def prune(self) -> None:
        with self._database.writing() as connection:
            connection.execute("DELETE FROM memory WHERE at < ?", (self._now() - 60 * MINUTES,))


def _key(conversation: Conversation) -> tuple[str, str, str, str]:
    return conversation.channel, conversation.chat, conversation.thread, conversation.user
