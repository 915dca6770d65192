"""One process's life behind a callback: journal, desk, channel and web port; several can share a journal."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from pathlib import Path

from starlette.applications import Starlette

from bot.admin.admin import Admin
from bot.cards.links import Links
from bot.cards.signing import Signer
from bot.channels.wecom.app import NAME as APP
from bot.channels.wecom.app import AppChannel
from bot.channels.wecom.files import Files
from bot.channels.wecom.front import WeComOptions
from bot.channels.wecom.keeping import Keeping
from bot.channels.wecom.passive import NAME as PASSIVE
from bot.channels.wecom.passive import PassiveChannel
from bot.channels.wecom.platform.api import App, AppApi, Http
from bot.channels.wecom.platform.callback import Doorway
from bot.channels.wecom.platform.crypto import Seal
from bot.channels.wecom.platform.timing import Timing
from bot.desk.deliveries import Intake
from bot.desk.desk import Desk
from bot.desk.rate_limits import RateLimits, Rates
from bot.journal import Journal
from bot.metrics import Metrics
from bot.workers import Workers
from tests.shelf import Shelf
from tests.wecom_platform import AES_KEY, AGENT, CORP, SECRET, TOKEN, Caller, Platform, listening


class Life:
    def __init__(self, platform: Platform, path: Path, library: Shelf, *, secret: str = SECRET, wait: float = 2.0):
        self.platform = platform
        self.journal, self.workers, self.metrics = Journal(path), Workers(), Metrics()
        limits = RateLimits(Rates(user=1000, chat=1000), lambda: 0.0)
        links = Links("https://bot.example.org", Signer(b"k" * 32))
        self.desk = Desk(library, self.journal, self.workers, self.metrics, limits, links=links)
        self.http = Http()
        self.pauses: list[float] = []
        self.later = 0.0
        """Seconds by which the wall clock is ahead."""
        self.timing = Timing(sleep=self._sleep, uniform=lambda low, high: low, wall=lambda: time.time() + self.later)
        self.keeping = Keeping()
        self.api = AppApi(App(CORP, AGENT, secret, platform.url), self.http)
        self.wait = wait
        self.admin: Admin | None = None

    def app(self) -> AppChannel:
        intake = Intake(APP, self.journal, self.workers, self.metrics)
        doorway = Doorway(Seal(TOKEN, AES_KEY, CORP))
        return AppChannel(
            self.desk,
            intake,
            self.api,
            doorway,
            WeComOptions(keeping=self.keeping),
            admin=self.admin,
            timing=self.timing,
        )

    def passive(self) -> PassiveChannel:
        intake = Intake(PASSIVE, self.journal, self.workers, self.metrics)
        options = WeComOptions(mention="龙泉 小助手", keeping=self.keeping)
        doorway = Doorway(Seal(TOKEN, AES_KEY))
        return PassiveChannel(
            *(self.desk, intake, doorway, self.http, options),
            api_url=self.platform.url,
            admin=self.admin,
            files=Files(self.platform.url, AES_KEY),
            timing=self.timing,
            wait=self.wait,
        )

    @contextlib.asynccontextmanager
    async def serving(self, channel: AppChannel | PassiveChannel) -> AsyncIterator[Caller]:
        """The channel at work and its web port open; who calls there."""
        task = asyncio.create_task(channel.run())
        receive_id = CORP if isinstance(channel, AppChannel) else ""
        async with listening(Starlette(routes=list(channel.routes()))) as url:
            caller = Caller(url + channel.routes()[0].path, receive_id)
            try:
                yield caller
            finally:
                await caller.client.aclose()
                await channel.close(5.0)
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    async def close(self) -> None:
        await self.http.close()
        self.journal.close()
        self.workers.close()

    async def crash(self, channel: AppChannel | PassiveChannel) -> None:
        """As if killed: nothing is finished."""
        tasks = list(channel._front._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.journal.leases.drop()

    async def _sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        await asyncio.sleep(0.001)
