"""One seed from its beginning to its end: people, Telegram, a machine, and what must hold whatever happens to them."""

import asyncio
import random
import sqlite3
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from index.errors import BusyError
from tests.simulation.commands import Command
from tests.simulation.corpus import Corpus
from tests.simulation.corpus_invariants import check_corpus, check_next_reindex
from tests.simulation.errors import BrokenError
from tests.simulation.library import QUESTIONS, question
from tests.simulation.machine import JournalDisk, Replica
from tests.simulation.network import AWAY, CALM, Diary, Network
from tests.simulation.story import GROUP, PEOPLE, PRIVATE, Action, platforms_of
from tests.simulation.telegram_invariants import Asked, Chronicle, Tap, check_agreement, check_shown
from tests.simulation.telegram_model import TelegramModel
from tests.simulation.virtual_time import VirtualLoop
from tests.simulation.wecom_invariants import check_wecom_agreement, check_wecom_shown
from tests.simulation.wecom_model import ROOM, Port, WeComModel
from tests.simulation.wiring import Platforms
from tests.telegram_rules import Params

PATIENCE = 3 * 60 * 60.0
"""Virtual seconds after the last trouble within which everything has to be answered and in order."""
LOOK = 3.0
ROUNDS = 100
SETTLES = 20.0
"""Seconds that a changed document, or work on a snapshot, may take at the least until it is looked for."""


class World:
    def __init__(self, loop: VirtualLoop, seed: int, folder: Path) -> None:
        self.loop = loop
        self.diary = Diary(loop)
        self.networks = {name: self._network(name, seed) for name in platforms_of(seed)}
        self.telegram = self._telegram()
        self.wecom = self._wecom(random.Random(f"way {seed}").random() < 0.5)
        self.platforms = Platforms(self.diary, self.telegram, self.wecom)
        self.luck = random.Random(f"machine {seed}")
        self.disk = JournalDisk(folder / "journal.sqlite")
        coarse, watched = (random.Random(f"{what} {seed}").random() < 0.5 for what in ("coarse", "watched"))
        self.corpus = Corpus(loop, folder, coarse=coarse, watched=watched)
        names = [*(f"telegram:{one}" for one in (*PRIVATE, GROUP)), *(f"wecom:{one}" for one in (*PEOPLE, ROOM))]
        self.allowed = frozenset(names)
        self.chronicle = Chronicle()
        self.replicas: list[Replica] = []
        self._starting = 0
        self._troubled = 0.0
        self._over = False

    def _network(self, name: str, seed: int) -> Network:
        return Network(self.loop, random.Random(f"{name} {seed}"), self.diary)

    def _telegram(self) -> TelegramModel | None:
        network = self.networks.get("telegram")
        return TelegramModel(network=network, changed=self._changed) if network else None

    def _wecom(self, by_socket: bool) -> WeComModel | None:
        network = self.networks.get("wecom")
        return WeComModel(network, self._port, self._wecom_changed, by_socket=by_socket) if network else None

    async def play(self, actions: Sequence[Action]) -> None:
        self._start("a")
        begun = self.loop.time()
        for action in actions:
            await asyncio.sleep(max(0.0, begun + action.at - self.loop.time()))
            self.diary.note(f"--- {action}")
            getattr(self, f"_{action.what.replace(' ', '_')}")(*action.values)
        await asyncio.sleep(self._troubled - self.loop.time())
        await self._until_in_order()
        await self._reindexed()

    def end(self) -> None:
        self._over = True
        for replica in list(self.replicas):
            replica.kill()

    # What may happen

    def _say(self, chat: int, user: int, text: str) -> None:
        assert self.telegram is not None
        message = self.telegram.say(chat, text, user)
        self.chronicle.asked.append(Asked(chat, user, message["message_id"], text, self.loop.time()))

    def _edit(self, user: int, number: int, topic: int) -> None:
        """Somebody makes another question of one of his."""
        asked, telegram = self.chronicle.asked, self.telegram
        mine = [one for one in asked if one.user == user and one.text.removeprefix("/ask ") in QUESTIONS]
        if not mine or telegram is None:
            return
        one = mine[number % len(mine)]
        text = one.text.replace(one.text.removeprefix("/ask "), question(topic))
        telegram.edit(telegram.messages[one.chat, one.message], text)
        asked[asked.index(one)] = replace(one, text=text, at=self.loop.time(), edited=True)

    def _tap(self, chat: int, user: int, number: int) -> None:
        """Somebody taps one of the buttons in a chat."""
        telegram = self.telegram
        buttons = telegram.buttons(chat) if telegram is not None else []
        if telegram is None or not buttons:
            return
        message, data = buttons[number % len(buttons)]
        telegram.tap(message, data, user)
        delivery = f"telegram:{telegram.me['id']}:{telegram.last}"
        tap = Tap(delivery, chat, user, message["message_id"], data, self.loop.time())
        self.diary.note(f"tap of {data} under {message['message_id']}")
        self.chronicle.taps.append(tap)

    def _write(self, user: str, chat: str, text: str) -> None:
        """Somebody writes to the AI bot, in private or in a group, or to the app (where `chat` is "")."""
        assert self.wecom is not None
        self.wecom.say(user, chat or user, text, app=not chat)

    def _press(self, user: str, number: int) -> None:
        """Somebody presses one of the buttons that he sees."""
        buttons = self.wecom.buttons(user) if self.wecom is not None else []
        if self.wecom is not None and buttons:
            self.wecom.press(buttons[number % len(buttons)])

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
        for network in self.networks.values():
            network.weather = AWAY[name]
        self._lasts(seconds)
        self.loop.outside(self._clears, after=seconds)

    def _lasts(self, seconds: float) -> None:
        self._troubled = max(self._troubled, self.loop.time() + seconds)

    def _clears(self) -> None:
        for network in self.networks.values():
            network.weather = CALM

    def _full_disk(self, seconds: float) -> None:
        self.disk.full = True
        self._lasts(seconds)
        self.loop.outside(self._emptied, after=seconds)

    def _emptied(self) -> None:
        self.disk.full = False

    def _rewrite(self, name: str, version: int) -> None:
        self.corpus.write(name, version)
        self._lasts(SETTLES)

    def _reindex(self, who: str, yes: bool) -> None:
        self._on_snapshots("reindex", who, yes)

    def _rollback(self, who: str) -> None:
        self._on_snapshots("rollback", who, True)

    def _on_snapshots(self, what: str, who: str, yes: bool) -> None:
        """An admin does it, or somebody on the command line."""
        self._on_snapshots_done = True
        if who == "admin":
            for replica in self._living()[:1]:
                replica.administer(what, yes)
        else:
            point, self._point = self._point, None
            self._commands += 1
            Command(f"command{self._commands}", what, self.corpus, self.diary, self.luck, point)
        self._lasts(SETTLES)

    def _break(self, who: str, *point: object) -> None:
        """Something happens in the middle of the next work on a snapshot."""
        if who == "command":
            self._point = point
        for replica in self._living()[:1] if who != "command" else ():
            replica.breaks(*point)

    # How it goes on by itself

    _away = 1.0
    _commands = 0
    _on_snapshots_done = False
    _point: Any = None

    def _living(self) -> list[Replica]:
        return [replica for replica in self.replicas if not replica.process.dead]

    def _start(self, name: str, *, lasting: bool = True) -> Replica:
        self._starting += 1
        name = f"{name}{self._starting}"
        replica = Replica(
            *(name, self.disk, self.platforms, self.luck, self.corpus, self.allowed),
            ended=self._ended,
            lasting=lasting,
        )
        self.replicas.append(replica)
        self.diary.note(f"{name} starts")
        return replica

    def _ended(self, replica: Replica) -> None:
        self.diary.note(f"{replica.name} has ended")
        self.replicas.remove(replica)
        if not self._over and replica.lasting:
            self.loop.outside(self._start, replica.name[0], after=self._away)
            self._away = 1.0

    # What must hold

    def _port(self) -> Port | None:
        """Of one of the processes, as a load balancer chooses it."""
        living = self._living()
        return self.luck.choice(living).called if living else None

    def _changed(self, method: str, params: Params) -> None:
        assert self.telegram is not None
        check_shown(self.telegram, params.get("chat_id"))

    def _wecom_changed(self) -> None:
        assert self.wecom is not None
        check_wecom_shown(self.wecom)

    async def _until_in_order(self) -> None:
        self.diary.note("--- all is well again")
        self._clears()
        self._emptied()
        begun, until = self.loop.time(), self.loop.time() + PATIENCE
        while True:
            # One that stood still finds only now that another had its connection.
            for replica in self._living():
                replica.look_after()
            # Most is in order soon; what takes longer is not looked at every moment.
            await asyncio.sleep(max(LOOK, (self.loop.time() - begun) / 4))
            problem = self._problem()
            if not problem:
                return
            if self.loop.time() > until:
                raise BrokenError(problem)

    async def _reindexed(self) -> None:
        for _ in range(ROUNDS if self._on_snapshots_done else 0):
            with suppress(BusyError):
                check_next_reindex(self.corpus)
                return
            await asyncio.sleep(SETTLES)

    def _problem(self) -> str:
        if not any(replica.lasting and not replica.process.paused for replica in self._living()):
            return "No process runs."
        if self.telegram is not None and self.telegram.updates:
            return f"{len(self.telegram.updates)} updates were never fetched."
        with closing(sqlite3.connect(self.disk.path)) as journal:
            try:
                check_corpus(self.corpus, {one.name for one in self._living() if not one.process.paused})
                if self.telegram is not None:
                    check_agreement(journal, self.telegram, self.chronicle, self.corpus, self.allowed)
                if self.wecom is not None:
                    check_wecom_agreement(journal, self.wecom, self.corpus, self.allowed, self._starting - 1)
            except BrokenError as broken:
                return str(broken)
        return ""
