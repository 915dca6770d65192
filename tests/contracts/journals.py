"""Journals for the tests that hold for every database: opened as often as a test likes, each as its own process."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from bot.journal import Journal
from bot.journal.answers import Given, Kind, QuoteRef
from bot.question import Conversation

HERE = Conversation("telegram", "7", "", "42")
QUOTE = QuoteRef("d1", 3, 9, "8个智能工厂", "一", 2, ((0, 1),), (("lead-in", 0, 3, "全区："),))


class Clock:
    def __init__(self) -> None:
        self.time = 1_000_000.0

    def __call__(self) -> float:
        return self.time


class Books(Protocol):
    """One database, and all journals that are opened on it."""

    place: Path | str

    def open(self, *, days: int | None = 90, now: Callable[[], float] | None = None) -> Journal: ...

    def pass_time(self, seconds: float) -> None:
        """The clock of the leases goes on."""

    def cut_turns(self, journal: Journal) -> None:
        """The locks of all turns are lost, and whoever has them is not told."""


class FileBooks:
    def __init__(self, folder: Path) -> None:
        self.place = folder / "journal.sqlite"
        self._clock = Clock()

    def open(self, *, days: int | None = 90, now: Callable[[], float] | None = None) -> Journal:
        return Journal(self.place, days=days, now=now, clock=self._clock)

    def pass_time(self, seconds: float) -> None:
        self._clock.time += seconds

    def cut_turns(self, journal: Journal) -> None:
        # As on a file system that forgets its locks.
        for file in self.place.parent.glob(f"{self.place.name}-reindex"):
            file.unlink()


class PostgresBooks:
    """The database's own clock cannot be set: leases run out by being written back."""

    def __init__(self, url: str) -> None:
        self.place = url

    def open(self, *, days: int | None = 90, now: Callable[[], float] | None = None) -> Journal:
        return Journal(self.place, days=days, now=now)

    def pass_time(self, seconds: float) -> None:
        import psycopg

        with psycopg.connect(self.place) as connection:
            connection.execute("UPDATE leases SET until = until - %s", (seconds,))

    def cut_turns(self, journal: Journal) -> None:
        import psycopg

        with psycopg.connect(self.place) as connection:
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")
        while journal._database.rows("SELECT 1 FROM pg_locks WHERE locktype = 'advisory'"):
            pass


def given(id: str, question: str, kind: Kind = Kind.ANSWER, user: str = "42") -> Given:
    quotes = (QUOTE,) if kind is Kind.ANSWER else ()
    return Given(id, Conversation("telegram", "7", "", user), "zh", kind, question, 0.9, quotes, ("问一问？",), "s1")
