"""How often something was asked within the last moments, counted in one place for all replicas."""

import json
from collections.abc import Callable, Mapping
from typing import Literal

from bot.journal.store import Database, upsert

SEEN = upsert("hits", ["name"], "at")
Counted = Literal["fine", "say", "quiet"]
"""Counted; full, for the first time within the window; full, and said so already."""


class Hits:
    def __init__(self, database: Database, now: Callable[[], float]) -> None:
        self._database = database
        self._now = now

    def count(self, most: Mapping[str, int], window: float) -> Counted:
        """Counts one for each name, unless one of them has had its `most` within the last `window` seconds."""
        now = self._now()
        names = sorted(most)
        with self._database.writing() as connection:
            # Everybody takes the rows in the same order, and has them to itself until the end.
            for name in names:
                connection.execute(SEEN, (name, now))
            rows = connection.execute(
                f"SELECT name, times, told FROM hits WHERE name IN ({', '.join('?' * len(names))})",  # noqa: S608
                names,
            ).fetchall()
            times = {name: [at for at in json.loads(times) if now - at < window] for name, times, _ in rows}
            full = [name for name in most if len(times[name]) >= most[name]]
            if not full:
                connection.executemany(
                    "UPDATE hits SET times = ? WHERE name = ?",
                    [(json.dumps([*times[name], now]), name) for name in names],
                )
                return "fine"
            last_told = {name: last_told for name, _, last_told in rows}[full[0]]
            if now - last_told < window:
                return "quiet"
            connection.execute("UPDATE hits SET told = ? WHERE name = ?", (now, full[0]))
            return "say"

    def prune(self, before: float) -> None:
        with self._database.writing() as connection:
            connection.execute("DELETE FROM hits WHERE at < ?", (before,))
