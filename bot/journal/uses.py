"""Which collections a chat asks: what its admin chose with /use."""

from bot.journal.store import Database, upsert

BETWEEN = " "
"""Between two names: in none of them."""


class Uses:
    def __init__(self, database: Database) -> None:
        self._database = database

    def chosen(self, channel: str, chat: str) -> tuple[str, ...]:
        """The names that were chosen for this chat, empty where nothing was."""
        row = self._database.row("SELECT names FROM uses WHERE channel = ? AND chat = ?", (channel, chat))
        return tuple(row[0].split(BETWEEN)) if row else ()

    def choose(self, channel: str, chat: str, names: tuple[str, ...]) -> None:
        """From now on the chat asks these; with none, all that may be read there."""
        with self._database.writing() as connection:
            if names:
                statement = upsert("uses", ["channel", "chat"], "names")
                connection.execute(statement, (channel, chat, BETWEEN.join(names)))
            else:
                connection.execute("DELETE FROM uses WHERE channel = ? AND chat = ?", (channel, chat))

    def move_chat(self, channel: str, old: str, new: str) -> None:
        names = self.chosen(channel, old)
        if names:
            self.choose(channel, new, names)
            self.choose(channel, old, ())
