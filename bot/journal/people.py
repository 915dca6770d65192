"""What people chose for themselves: the language of the interface."""

from bot.journal.store import Database, upsert
from bot.question import Language


class People:
    def __init__(self, database: Database) -> None:
        self._database = database

    def language(self, channel: str, user: str) -> Language | None:
        """The language that this person chose, None where they never did."""
        row = self._database.row("SELECT lang FROM people WHERE channel = ? AND user = ?", (channel, user))
        if row is None:
            return None
        return "zh" if row[0] == "zh" else "en"

    def choose_language(self, channel: str, user: str, lang: Language) -> None:
        with self._database.writing() as connection:
            connection.execute(upsert("people", ["channel", "user"], "lang"), (channel, user, lang))
