"""Who changed what: every admin action, with its outcome in words."""

from collections.abc import Callable, Iterator

from bot.journal.store import Database


class Actions:
    def __init__(self, database: Database, now: Callable[[], float]) -> None:
        self._database = database
        self._now = now

    def record(self, channel: str, user: str, action: str, detail: str = "") -> None:
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO actions (at, channel, user, action, detail) VALUES (?, ?, ?, ?, ?)",
                (self._now(), channel, user, action, detail),
            )

    def last(self, count: int = 20) -> list[tuple[float, str, str, str, str]]:
        """The newest actions first: when, channel, user, action, detail."""
        return self._database.rows(
            "SELECT at, channel, user, action, detail FROM actions ORDER BY id DESC LIMIT ?", (count,)
        )

    def export(self) -> Iterator[tuple[object, ...]]:
        """Every action, oldest first, after a row of names."""
        yield "at", "channel", "user", "action", "detail"
        yield from self._database.rows("SELECT at, channel, user, action, detail FROM actions ORDER BY id")

    def prune(self, before: float) -> None:
        with self._database.writing() as connection:
            connection.execute("DELETE FROM actions WHERE at < ?", (before,))
