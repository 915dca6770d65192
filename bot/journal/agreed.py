"""What all replicas have to hold alike, such as the key that signs links: whoever comes first decides."""

from bot.journal.store import Database


class Agreed:
    def __init__(self, database: Database) -> None:
        self._database = database

    def on(self, name: str, proposed: str) -> str:
        """The value that everybody has: `proposed` where there was none yet."""
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO agreed (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING", (name, proposed)
            )
        (value,) = self._database.row("SELECT value FROM agreed WHERE name = ?", (name,))
        return str(value)
