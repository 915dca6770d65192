"""A machine with one disk, and the processes that run the bot on it: they can be killed, paused, stopped, started."""

import asyncio
import random
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.types import ASGIApp

from bot.admin.admin import Admin, Caller
from bot.admin.corpus_admin import CorpusAdmin
from bot.admin.corpus_keeper import Keeper
from bot.cards.card import Card
from bot.cards.links import Links
from bot.cards.signing import Signer
from bot.clock import Clock
from bot.desk.access import Access
from bot.desk.channel import Channel
from bot.desk.desk import Desk
from bot.desk.news import News
from bot.desk.rate_limits import RateLimits, Rates
from bot.errors import BotError
from bot.journal import Journal
from bot.metrics import Metrics
from bot.question import Conversation
from bot.serving.program import Task, open_upkeep
from bot.serving.serve import Port, Program, run_program
from bot.workers import Workers
from tests.simulation.corpus import ROOMS, Builder, ChildKilled, Corpus
from tests.simulation.errors import BrokenError
from tests.simulation.library import DEADLY
from tests.simulation.network import Respond
from tests.simulation.virtual_time import Killed, Process
from tests.simulation.web_port import listen
from tests.simulation.wiring import Platforms, open_channels

WRITES = ("INSERT", "UPDATE", "DELETE", "CREATE", "COMMIT")
STOP_SECONDS = 20.0
SLOW_ANSWERS = 0.08
"""How likely a search takes so long that snapshots may be switched meanwhile, before it and after it."""


@dataclass
class JournalDisk:
    """Where the journal of SQLite stands, for all processes that share it."""

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
    disk: JournalDisk
    platforms: Platforms
    luck: random.Random
    corpus: Corpus
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
        self.admin: Admin | None = None
        self.builder = Builder(self.corpus, self.name, self._moment, self._search)
        self.workers = Workers()
        self.web: ASGIApp | None = None
        self.channels: list[Channel] = []
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
        """As `bot.serving.program` does it."""
        clock = Clock(self.loop.now, self.loop.time)
        journal = Journal(self.disk.path, now=clock.now, clock=clock.steady, connect=self._connect)
        self.journal = journal
        metrics = Metrics()
        desk = Desk(
            self.builder.open(),
            journal,
            self.workers,
            metrics,
            RateLimits(Rates(user=0, chat=0), clock.steady),
            access=Access(allowed=self.allowed),
            links=Links("https://bot.example.org", Signer(b"k" * 32), now=clock.now),
        )
        channels = self.channels = open_channels(self.platforms, desk, clock)
        self.web = Starlette(routes=[route for channel in channels for route in channel.routes()])
        return Program(
            channels,
            self.web,
            Port("", 0),
            journal,
            self.workers,
            metrics,
            drain=STOP_SECONDS,
            upkeep=[partial(self._lasting, work) for work in (News(desk).run, *self._upkeep(desk))],
        )

    def _upkeep(self, desk: Desk) -> list[Task]:
        corpus = self.corpus
        self.admin = Admin(desk, Keeper(corpus.folder, corpus.data, desk.journal, self.builder.engines(), corpus.now))
        return open_upkeep(self.admin.rooms[""], desk, corpus.folder, watch=corpus.watched)

    async def _lasting(self, work: Task) -> None:
        """No work beside the channels may end of an error: nobody would begin it again."""
        try:
            await work()
        except Exception as error:
            self.loop.broken = BrokenError(f"{self.name}: {work} ended of {error!r}")
            raise

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
        self.corpus.serves(self.name, None)
        self.ended(self)

    def pause(self, seconds: float) -> None:
        if self.process.dead or self.process.paused:
            return
        self.process.paused = True
        self.loop.outside(self.process.go_on, after=seconds)

    def administer(self, what: str, yes: bool) -> None:
        """An admin says so on the page for admins, and afterwards yes or no where he is asked."""
        if self.admin is not None and not self.process.dead:
            with self.process.running():
                self.loop.create_task(self._administer(self.admin.rooms[""], what, yes))

    async def _administer(self, room: CorpusAdmin, what: str, yes: bool) -> None:
        caller = Caller(Conversation("page", "admin", user="admin"), "en")
        card = await (room.rollback(caller) if what == "rollback" else room.reindex(caller, _unseen))
        self.diary.note(f"{self.name}: {what} is answered{' with a question' if card.buttons else ''}")
        if card.buttons:
            await asyncio.sleep(self.luck.expovariate(0.2))
            await room.confirm(card.buttons[0][0 if yes else 1].action, caller, _unseen)

    def look_after(self) -> None:
        """What an operator does who reads that another program has taken the bot's connection: he starts it anew."""
        if any("another program uses" in channel.problem() for channel in self.channels):
            self.diary.note(f"{self.name} is started anew")
            self.stop.set()

    def breaks(self, purpose: str, lines: int, how: str, seconds: float) -> None:
        """What happens before so many lines of the code that builds ("build") or switches ("switch") snapshots."""
        self.builder.breakpoint.put(purpose, lines, lambda: self._breaks(how, seconds))

    def _breaks(self, how: str, seconds: float) -> None:
        self.diary.note(f"{self.name}: {how} in the middle of its work on a snapshot")
        if how == "stall":
            self._others_run(seconds)
        elif how == "full":
            self.corpus.disk.fills(self.luck.choice(ROOMS))
        elif how == "kill":
            self.kill()
        if how == "child" or self.process.dead:
            self.corpus.disk.is_left()
            raise ChildKilled if how == "child" else Killed

    def _moment(self) -> None:
        """In the middle of a build."""
        self._others_run(self.luck.expovariate(0.5))
        if self.process.dead:
            self.corpus.disk.is_left()
            raise Killed

    def _others_run(self, seconds: float) -> None:
        """From within work: it takes so long, and everything else goes on. It is not begun again where it ended."""
        until = self.loop.time() + seconds
        self.loop.outside(lambda: None, after=seconds)
        with self.corpus.disk.left_alone():
            self.loop.let_others_run(
                lambda: self.process.dead or (self.loop.time() >= until and not self.process.paused)
            )

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
        self.pause(seconds)
        self._others_run(seconds)
        if self.process.dead:
            raise Killed

    def _search(self, question: str) -> None:
        if DEADLY in question:
            self.diary.note(f"{self.name} is killed by {question!r}")
            self.kill()
            raise Killed
        if self.loop.working and self.luck.random() < SLOW_ANSWERS:
            self._others_run(self.luck.expovariate(0.25))
            if self.process.dead:
                raise Killed


async def _unseen(card: Card) -> None:
    """Nobody looks at the progress."""
