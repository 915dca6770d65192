"""A whole process of WeCom's with a journal on the disk, to be killed or stopped.

    python -m tests.wecom_process WAY URL JOURNAL [LEASE]

WAY is "socket", with the gateway's URL, or "app" or "passive", with the platform's: these print their own address.
"""

import asyncio
import contextlib
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from starlette.applications import Starlette

from bot.channels.wecom import shelf
from bot.channels.wecom.app import NAME as APP
from bot.channels.wecom.app import AppChannel
from bot.channels.wecom.front import WeComOptions
from bot.channels.wecom.passive import NAME as PASSIVE
from bot.channels.wecom.passive import PassiveChannel
from bot.channels.wecom.platform.api import App, AppApi, Http
from bot.channels.wecom.platform.callback import Doorway
from bot.channels.wecom.platform.connection import Account
from bot.channels.wecom.platform.crypto import Seal
from bot.channels.wecom.platform.timing import Timing
from bot.channels.wecom.socket import NAME as SOCKET
from bot.channels.wecom.socket import SocketChannel
from bot.desk.channel import Channel
from bot.desk.deliveries import Intake
from bot.desk.desk import Desk
from bot.desk.rate_limits import RateLimits, Rates
from bot.journal import Journal
from bot.journal.sqlite.leases import LEASE
from bot.metrics import Metrics
from bot.workers import Workers
from index.answer import Answer
from tests.shelf import Shelf
from tests.shelf import shelf as library
from tests.wecom_gateway import BOT
from tests.wecom_gateway import SECRET as BOT_SECRET
from tests.wecom_platform import AES_KEY, AGENT, CORP, SECRET, TOKEN, listening

# Pauses before the next try are short: the platform of a test is back at once.
TIMING = Timing(uniform=lambda low, high: min(low, 0.05))
OPTIONS = WeComOptions(slow=30.0)


class Slow(Shelf):
    """Thinks for longer than a call to the callback waits, so that every answer is late."""

    def ask(self, question: str, *, top: int = 1, before: Sequence[str] = ()) -> Answer:
        time.sleep(0.3)
        return super().ask(question, top=top, before=before)


def opened(way: str, url: str, desk: Desk) -> Channel:
    def intake(name: str) -> Intake:
        return Intake(name, desk.journal, desk.workers, desk.metrics)

    if way == "socket":
        return SocketChannel(desk, intake(SOCKET), Account(BOT, BOT_SECRET, url), OPTIONS, timing=TIMING)
    if way == "app":
        api, doorway = AppApi(App(CORP, AGENT, SECRET, url), Http()), Doorway(Seal(TOKEN, AES_KEY, CORP))
        return AppChannel(desk, intake(APP), api, doorway, OPTIONS, timing=TIMING)
    # Nobody fetches in these tests.
    shelf.LATE_SECONDS = 1.0
    more = {"api_url": url, "timing": TIMING, "wait": 0.0}
    return PassiveChannel(desk, intake(PASSIVE), Doorway(Seal(TOKEN, AES_KEY)), Http(), OPTIONS, **more)


async def main(way: str, url: str, path: str, lease: str = str(LEASE)) -> None:
    journal, workers, metrics = Journal(Path(path), lease=float(lease)), Workers(), Metrics()
    limits = RateLimits(Rates(user=100_000, chat=100_000), lambda: 0.0)
    books = library()
    told = Slow(books.books, books.answers) if way == "passive" else books
    channel = opened(way, url, Desk(told, journal, workers, metrics, limits))
    async with contextlib.AsyncExitStack() as stack:
        if routes := channel.routes():
            address = await stack.enter_async_context(listening(Starlette(routes=list(routes))))
            print(address + routes[0].path, flush=True)  # noqa: T201
        await channel.run()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
