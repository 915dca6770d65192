"""A whole process with the long connection and a journal on the disk, to be killed: `python -m tests.wecom_process`."""

import asyncio
import sys
from pathlib import Path

from bot.channels.wecom.connection import Account
from bot.channels.wecom.front import WeComOptions
from bot.channels.wecom.socket import NAME, SocketChannel
from bot.channels.wecom.timing import Timing
from bot.desk.deliveries import Intake
from bot.desk.desk import Desk
from bot.desk.rate_limits import RateLimits, Rates
from bot.journal import Journal
from bot.metrics import Metrics
from bot.workers import Workers
from tests.shelf import shelf
from tests.wecom_gateway import BOT, SECRET


async def main(url: str, path: str) -> None:
    journal, workers, metrics = Journal(Path(path)), Workers(), Metrics()
    limits = RateLimits(Rates(user=100_000, chat=100_000), lambda: 0.0)
    desk = Desk(shelf(), journal, workers, metrics, limits)
    intake = Intake(NAME, journal, workers, metrics)
    # Pauses before the next try are short: the gateway of a test is back at once.
    timing = Timing(uniform=lambda low, high: min(low, 0.05))
    options = WeComOptions(slow=30.0)
    await SocketChannel(desk, intake, Account(BOT, SECRET, url), options, timing=timing).run()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))
