"""The last questions of each conversation, so that a follow-up is understood. Short by design."""

from collections.abc import Callable

from bot.journal.database import Database
from bot.question import Conversation

REMEMBERED = 3
MINUTES = 30
"""After this long a new question begins a new subject."""

# Where nothing about askers may be written to disk, a table of the same name in memory stands in front.
IN_MEMORY = "CREATE TEMP TABLE memory AS SELECT * FROM main.memory WHERE 0"
UNIQUE = "CREATE UNIQUE INDEX temp.memory_key ON memory (channel, chat, thread, user, delivery)"


class Memory:
    def __init__(
        self, database: Database, now: Callable[[], float], opted_out: Callable[[str, str], bool], *, keeps: bool
    ) -> None:
        self._database = database
        self._now = now
        self._opted_out = opted_out
        if not keeps:
            with database.writing() as connection:
                connection.execute(IN_MEMORY)
                connection.execute(UNIQUE)

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
            connection.execute(
                "INSERT OR REPLACE INTO memory (channel, chat, thread, user, at, delivery, question)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (*key, self._now(), delivery, question),
            )

    def prune(self) -> None:
        with self._database.writing() as connection:
            connection.execute("DELETE FROM memory WHERE at < ?", (self._now() - 60 * MINUTES,))


def _key(conversation: Conversation) -> tuple[str, str, str, str]:
    return conversation.channel, conversation.chat, conversation.thread, conversation.user
