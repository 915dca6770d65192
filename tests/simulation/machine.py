"""A machine with one disk, and the processes that run the bot on it: they can be killed, paused, stopped, started."""

import asyncio
import random
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.types import ASGIApp

from bot.cards.links import Links
from bot.cards.signing import Signer
from bot.clock import Clock
from bot.desk.access import Access
from bot.desk.desk import Desk
from bot.desk.news import News
from bot.desk.rate_limits import RateLimits, Rates
from bot.errors import BotError
from bot.journal import Journal
from bot.metrics import Metrics
from bot.serving.serve import Port, Program, run_program
from bot.workers import Workers
from tests.simulation.library import DEADLY, Library
from tests.simulation.network import Respond
from tests.simulation.virtual_time import Killed, Process
from tests.simulation.web_port import listen
from tests.simulation.wiring import Platforms, open_channels

WRITES = ("INSERT", "UPDATE", "DELETE", "CREATE", "COMMIT")
STOP_SECONDS = 20.0


@dataclass
class Disk:
    path: Path
    full: bool = False


class Connection(sqlite3.Connection):
    """Asks its `door` before each statement."""

    door: Callable[["Connection", str], None] = lambda connection, statement: None

    def execute(self, statement: str, *values: Any) -> sqlite3.Cursor:
        self.door(self, statement)
        return super().execute(statement, *values)

    def executemany(self, statement: str, *values: Any) -> sqlite3.Cursor:
        self.door(self, statement)
        return super().executemany(statement, *values)


@dataclass(eq=False)
class Replica:
    """One process of the bot, from its start to its end."""

    name: str
    disk: Disk
    platforms: Platforms
    luck: random.Random
    edition: int
    allowed: frozenset[str] = frozenset()
    fuse: int = 0
    """So many statements from now it is killed; 0: not."""
    nap: tuple[int, float] = (0, 0.0)
    """So many statements from now, if not within a transaction, it is paused for so many seconds."""
    ended: Callable[["Replica"], None] = lambda replica: None
    """Called at its end, whatever the reason."""
    lasting: bool = True
    """Whether another takes its place when it ends."""
    clean: bool = False
    """Whether it ended as a program does that was asked to stop."""

    def __post_init__(self) -> None:
        self.diary = self.platforms.diary
        self.loop = self.diary.loop
        self.process = Process(self.name, self.loop)
        self.stop = asyncio.Event()
        self._connections: list[Connection] = []
        self.journal: Journal | None = None
        self.desk: Desk | None = None
        self.workers = Workers()
        self.web: ASGIApp | None = None
        with self.process.running():
            self.task = self.loop.create_task(self._live())

    async def _live(self) -> None:
        try:
            program = self._wire()
            await run_program(program, self.stop)
            self.clean = True
        except (BotError, Killed) as error:
            self.diary.note(f"{self.name} ends: {error!r}")
        self.kill()

    def _wire(self) -> Program:
        """As `bot.serving.program` does it, without index and admins."""
        clock = Clock(self.loop.now, self.loop.time)
        journal = Journal(self.disk.path, now=clock.now, clock=clock.steady, connect=self._connect)
        self.journal = journal
        metrics = Metrics()
        desk = Desk(
            Library(self.edition, self._search),
            journal,
            self.workers,
            metrics,
            RateLimits(Rates(user=0, chat=0), clock.steady),
            access=Access(allowed=self.allowed),
            links=Links("https://bot.example.org", Signer(b"k" * 32), now=clock.now),
        )
        self.desk = desk
        channels = open_channels(self.platforms, desk, clock)
        self.web = Starlette(routes=[route for channel in channels for route in channel.routes()])
        return Program(
            channels, self.web, Port("", 0), journal, self.workers, metrics, drain=STOP_SECONDS, upkeep=[News(desk).run]
        )

    def called(self, path: str, query: str, body: bytes, respond: Respond) -> None:
        """A call from outside; nobody listens before the process has opened its port."""
        if self.web is not None:
            listen(self.process, self.web, path, query, body, respond)

    # What can happen to it

    def kill(self) -> None:
        """It runs no further, and what it held is free, as after SIGKILL."""
        if self.process.dead:
            return
        self.process.dead = True
        for connection in self._connections:
            connection.close()
        if self.journal is not None:
            self.journal.leases.drop()
        self.ended(self)

    def pause(self, seconds: float) -> None:
        if self.process.dead or self.process.paused:
            return
        self.process.paused = True
        self.loop.outside(self.process.go_on, after=seconds)

    def read(self, edition: int) -> None:
        """The index is another from now on."""
        self.edition = edition
        if self.desk is not None:
            self.desk.index = Library(edition, self._search)

    def _connect(self, path: Path, **options: Any) -> sqlite3.Connection:
        if self.disk.full and not path.exists():
            raise sqlite3.OperationalError("unable to open database file")
        connection = sqlite3.connect(path, factory=Connection, **options)
        connection.door = self._door  # type: ignore[assignment]
        self._connections.append(connection)
        return connection

    def _door(self, connection: Connection, statement: str) -> None:
        """Called before each statement: the process may end here, or stand still, or the disk may be full."""
        if self.process.dead:
            raise Killed
        if self.fuse:
            self.fuse -= 1
            if not self.fuse:
                self.diary.note(f"{self.name} is killed before {statement[:60]!r}")
                self.kill()
                raise Killed
        self._doze(connection)
        if self.disk.full and statement.lstrip().startswith(WRITES):
            if connection.in_transaction and self.luck.random() < 0.5:
                # SQLite does so by itself after some errors, and not after others.
                sqlite3.Connection.execute(connection, "ROLLBACK")
            raise sqlite3.OperationalError("database or disk is full")

    def _doze(self, connection: Connection) -> None:
        statements, seconds = self.nap
        if not statements:
            return
        self.nap = (statements - 1, seconds)
        if statements > 1 or connection.in_transaction or not self.loop.working:
            self.nap = (max(1, statements - 1), seconds)
            return
        self.nap = (0, 0.0)
        self._stand_still(seconds)

    def _stand_still(self, seconds: float) -> None:
        """From within work: everybody else runs meanwhile."""
        self.diary.note(f"{self.name} stands still for {seconds:.0f} s")
        until = self.loop.time() + seconds
        self.pause(seconds)
        awake = lambda: self.loop.time() >= until and not self.process.paused  # noqa: E731
        self.loop.let_others_run(lambda: self.process.dead or awake())
        if self.process.dead:
            raise Killed

    def _search(self, question: str) -> None:
        if DEADLY in question:
            self.diary.note(f"{self.name} is killed by {question!r}")
            self.kill()
            raise Killed
