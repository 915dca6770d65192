"""The real channel on the loopback server: the library's application, HTTP, a journal on the disk."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.cards.links import Links
from bot.cards.signing import Signer
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.options import Pace, TelegramOptions
from bot.desk.deliveries import Intake
from bot.desk.desk import Desk
from bot.desk.rate_limits import RateLimits, Rates
from bot.journal import Journal
from bot.journal.sqlite.leases import LEASE
from bot.metrics import Metrics
from bot.workers import Workers
from tests.shelf import Shelf
from tests.telegram_rules import Params
from tests.telegram_server import TOKEN, TelegramServer

FACTORIES = "有多少个智能工厂？"
QUOTE = "全区已建成8个智能工厂和23个数字化车间。"
NO_PACE = Pace(per_second=0, chat_per_second=0, group_per_minute=0)


class Bot:
    """One running replica."""

    def __init__(
        self, server: TelegramServer, shelf: Shelf, journal: Path | str, *, lease: float = LEASE, **changes: object
    ) -> None:
        self.server = server
        self.journal = Journal(journal, lease=lease)
        self.workers = Workers()
        self.metrics = Metrics()
        limits = RateLimits(Rates(user=0, chat=0), asyncio.get_running_loop().time)
        self.desk = Desk(
            shelf,
            self.journal,
            self.workers,
            self.metrics,
            limits,
            links=Links("https://bot.example.org", Signer(b"k" * 32)),
        )
        self.intake = Intake("telegram", self.journal, self.workers, self.metrics)
        options = TelegramOptions(
            TOKEN,
            server.url,
            pace=NO_PACE,
            poll_seconds=2,
            inline_pause=0.0,
            read_timeout=1.0,
            retry_pause=0.01,
            arrival_seconds=0.0,
        )
        self.options = replace(options, **changes)  # type: ignore[arg-type]
        self.channel = TelegramChannel(self.desk, self.intake, self.options)
        self.task: asyncio.Task[None] | None = None
        self.stopped = False

    async def start(self) -> "Bot":
        self.task = asyncio.create_task(self.channel.run())
        await until(lambda: not self.channel.problem() or (self.task is not None and self.task.done()))
        return self

    async def stop(self, seconds: float = 5.0) -> None:
        if self.stopped:
            return
        self.stopped = True
        if self.task is not None:
            await self.channel.close(seconds)
            with suppress(Exception):
                await self.task
        self.workers.close()
        self.journal.close()

    async def idle(self) -> None:
        """Until everything that people did has been worked on, and what the bot does about it is over."""
        await until(lambda: not self.server.updates_left(self.options.webhook) and not self.intake.open)

    async def shown(self, chat: int) -> list[Params]:
        await self.idle()
        return self.server.shown(chat)


async def until(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    """Waits for what has to come; failing is loud, passing is quick."""
    end = asyncio.get_running_loop().time() + seconds
    while not condition():
        assert asyncio.get_running_loop().time() < end, "it did not happen"
        await asyncio.sleep(0.005)


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as server:
        yield server


@pytest.fixture
async def replica(server: TelegramServer, library: Shelf, tmp_path: Path) -> AsyncIterator[Callable[..., Bot]]:
    """Makes replicas that share one journal, and stops them in the end."""
    made: list[Bot] = []

    def make(**changes: Any) -> Bot:
        made.append(Bot(server, library, tmp_path / "shared.sqlite", **changes))
        return made[-1]

    yield make
    for bot in made:
        await bot.stop()


@pytest.fixture
async def bot(replica: Callable[..., Bot]) -> Bot:
    return await replica().start()
