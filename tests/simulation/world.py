"""One seed from its beginning to its end: people, Telegram, a machine, and what must hold whatever happens to them."""

import asyncio
import random
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from tests.simulation.invariants import Asked, BrokenError, check_agreement, check_shown
from tests.simulation.machine import Disk, Replica
from tests.simulation.story import GROUP, PRIVATE, Action
from tests.simulation.telegram_model import AWAY, CALM, TelegramModel
from tests.simulation.virtual_time import VirtualLoop
from tests.telegram_rules import Params

PATIENCE = 3 * 60 * 60.0
"""Virtual seconds after the last trouble within which everything has to be answered and in order."""
LOOK = 3.0


class World:
    def __init__(self, loop: VirtualLoop, seed: int, folder: Path) -> None:
        self.loop = loop
        self.telegram = TelegramModel(loop=loop, luck=random.Random(f"telegram {seed}"), changed=self._changed)
        self.luck = random.Random(f"machine {seed}")
        self.disk = Disk(folder / "journal.sqlite")
        self.allowed = frozenset({*(f"telegram:{user}" for user in PRIVATE), f"telegram:{GROUP}"})
        self.editions = [(0.0, 1)]
        self.asked: list[Asked] = []
        self.replicas: list[Replica] = []
        self._starting = 0
        self._troubled = 0.0
        self._over = False

    async def play(self, actions: Sequence[Action]) -> None:
        self._start("a")
        begun = self.loop.time()
        for action in actions:
            await asyncio.sleep(max(0.0, begun + action.at - self.loop.time()))
            self.telegram.note(f"--- {action}")
            getattr(self, f"_{action.what.replace(' ', '_')}")(*action.values)
        await asyncio.sleep(self._troubled - self.loop.time())
        await self._until_in_order()

    def end(self) -> None:
        self._over = True
        for replica in list(self.replicas):
            replica.kill()

    # What may happen

    def _say(self, chat: int, user: int, text: str) -> None:
        message = self.telegram.say(chat, text, user)
        self.asked.append(Asked(chat, user, message["message_id"], text, self.loop.time()))

    def _kill(self, statements: int, away: float) -> None:
        self._away = away
        for replica in self._living()[:1]:
            if statements:
                replica.fuse = statements
            else:
                replica.kill()

    def _stop(self, away: float) -> None:
        self._away = away
        for replica in self._living()[:1]:
            replica.stop.set()

    def _pause(self, seconds: float) -> None:
        for replica in self._living()[:1]:
            replica.pause(seconds)

    def _nap(self, statements: int, seconds: float) -> None:
        for replica in self._living()[:1]:
            replica.nap = (statements, seconds)

    def _second(self, seconds: float) -> None:
        """Another process on the same disk, for a while."""
        second = self._start("b", lasting=False)
        self.loop.outside(second.stop.set, after=seconds)

    def _weather(self, name: str, seconds: float) -> None:
        self.telegram.weather = AWAY[name]
        self._lasts(seconds)
        self.loop.outside(self._clears, after=seconds)

    def _lasts(self, seconds: float) -> None:
        self._troubled = max(self._troubled, self.loop.time() + seconds)

    def _clears(self) -> None:
        self.telegram.weather = CALM

    def _full_disk(self, seconds: float) -> None:
        self.disk.full = True
        self._lasts(seconds)
        self.loop.outside(self._emptied, after=seconds)

    def _emptied(self) -> None:
        self.disk.full = False

    def _edition(self, edition: int) -> None:
        self.editions.append((self.loop.time(), edition))
        for replica in self.replicas:
            replica.read(edition)

    # How it goes on by itself

    _away = 1.0

    def _living(self) -> list[Replica]:
        return [replica for replica in self.replicas if not replica.process.dead]

    def _start(self, name: str, *, lasting: bool = True) -> Replica:
        self._starting += 1
        name = f"{name}{self._starting}"
        replica = Replica(
            name, self.disk, self.telegram, self.luck, self.editions[-1][1], self.allowed, ended=self._ended
        )
        replica.lasting = lasting
        self.replicas.append(replica)
        self.telegram.note(f"{name} starts")
        return replica

    def _ended(self, replica: Replica) -> None:
        self.telegram.note(f"{replica.name} has ended")
        self.replicas.remove(replica)
        if not self._over and replica.lasting:
            self.loop.outside(self._start, replica.name[0], after=self._away)
            self._away = 1.0

    # What must hold

    def _changed(self, method: str, params: Params) -> None:
        check_shown(self.telegram, self.allowed, params.get("chat_id"))

    async def _until_in_order(self) -> None:
        self.telegram.note("--- all is well again")
        self._clears()
        self._emptied()
        until = self.loop.time() + PATIENCE
        while True:
            await asyncio.sleep(LOOK)
            problem = self._problem()
            if not problem:
                return
            if self.loop.time() > until:
                raise BrokenError(problem)

    def _problem(self) -> str:
        if not any(replica.lasting and not replica.process.paused for replica in self._living()):
            return "No process runs."
        if self.telegram.updates:
            return f"{len(self.telegram.updates)} updates were never fetched."
        with closing(sqlite3.connect(self.disk.path)) as journal:
            try:
                check_agreement(journal, self.telegram, self.asked, self.editions, self.allowed)
            except BrokenError as broken:
                return str(broken)
        return ""
