"""Answers a second through a loopback Bot API server, beside a bare python-telegram-bot echo bot in the same run.

    python -m benchmarks.telegram [--messages 1000] [--users 200] [--data DIR]

The server runs in a process of its own, the bots in this one, in turns, so that a busy machine is as unfair to one as
to the other; where more work runs than there are cores, compare the processor's time an answer. Each answers all the
messages at once; then `users` people ask at the same moment, and every one of them must get exactly one answer. Unless
--data names an indexed folder the index is a tiny one in memory: what is measured is the bot around it. Pacing is off,
for the echo bot has none.
"""

import argparse
import asyncio
import multiprocessing
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

from bot.cards.links import Links
from bot.cards.signing import Signer
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.options import Pace, TelegramOptions
from bot.desk.deliveries import Intake
from bot.desk.desk import Desk
from bot.desk.rate_limits import RateLimits, Rates
from bot.journal import Journal
from bot.metrics import Metrics
from bot.workers import Workers
from index.search.index import Index
from tests.shelf import shelf
from tests.telegram_server import TOKEN, TelegramServer

QUESTION = "有多少个智能工厂？"
ROUNDS = 3
PATIENCE = 120.0


@dataclass(frozen=True)
class Result:
    """One bot over one load. Seconds from the moment a message is said to the moment its answer is in the chat."""

    rate: float
    p50: float
    p99: float
    lost: int
    doubled: int
    work: float = 0.0
    """Processor seconds of the bot's process for one answer."""

    def __str__(self) -> str:
        return (
            f"{self.rate:7.1f} answers/s   p50 {1000 * self.p50:7.1f} ms   p99 {1000 * self.p99:7.1f} ms   "
            f"{1000 * self.work:5.2f} ms CPU   lost {self.lost}   doubled {self.doubled}"
        )


class Timed(TelegramServer):
    """Notes when each chat is written to."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.arrivals: list[tuple[int, float]] = []

    def _do_sendMessage(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        self.arrivals.append((params["chat_id"], time.perf_counter()))
        return super()._do_sendMessage(params)


def serve(pipe: Connection) -> None:
    """The server's process: takes loads of (first chat, how many, pause), gives back what became of them."""
    asyncio.run(_serve(pipe))


async def _serve(pipe: Connection) -> None:
    async with Timed() as server:
        pipe.send(server.url)
        while (load := await asyncio.to_thread(pipe.recv)) is not None:
            first, count, pause = load
            server.arrivals.clear()
            asked = {}
            for chat in range(first, first + count):
                asked[chat] = time.perf_counter()
                server.say(chat, QUESTION, user=chat)
                if pause:
                    await asyncio.sleep(pause)
            await _settle(server, count)
            pipe.send((asked, list(server.arrivals)))


async def _settle(server: Timed, count: int) -> None:
    end = time.perf_counter() + PATIENCE
    while len(server.arrivals) < count and time.perf_counter() < end:  # noqa: ASYNC110
        await asyncio.sleep(0.005)
    # A doubled answer would come late.
    await asyncio.sleep(0.5)


def measure(pipe: Connection, first: int, count: int, pause: float = 0.0) -> Result:
    """Lets `count` people ask, each in a chat of their own."""
    begun = time.process_time()
    pipe.send((first, count, pause))
    asked, arrivals = pipe.recv()
    work = time.process_time() - begun
    answers = Counter(chat for chat, _ in arrivals)
    seconds = sorted(at - asked[chat] for chat, at in arrivals) or [0.0]
    whole = max((at for _, at in arrivals), default=0.0) - min(asked.values())
    return Result(
        len(arrivals) / whole if whole > 0 else 0.0,
        seconds[len(seconds) // 2],
        seconds[min(len(seconds) - 1, int(len(seconds) * 0.99))],
        lost=sum(chat not in answers for chat in asked),
        doubled=sum(times > 1 for times in answers.values()),
        work=work / max(1, len(arrivals)),
    )


async def echo(url: str, work: Callable[[], Awaitable[None]]) -> None:
    """The bare bot that ours is compared with, with the settings that are fastest for it."""

    async def reply(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        if update.message is not None:
            await update.message.reply_text(update.message.text or "")

    builder = Application.builder().token(TOKEN).base_url(f"{url}/bot").concurrent_updates(8)
    application = builder.connection_pool_size(16).pool_timeout(10).job_queue(None).build()
    application.add_handler(MessageHandler(filters.TEXT, reply))
    async with application:
        await application.start()
        assert application.updater is not None
        await application.updater.start_polling(timeout=5)
        await work()
        await application.updater.stop()
        await application.stop()


async def verbatim(url: str, journal: Path, data: Path | None, work: Callable[[], Awaitable[None]]) -> None:
    """Our bot, all of it, with the journal on the disk and no pacing: the echo bot has none either."""
    # As it is, and not as `serve` opens it: that remembers answers.
    index: Any = shelf() if data is None else Index.open(data)
    journals, workers, metrics = Journal(journal), Workers(2), Metrics()
    limits = RateLimits(Rates(0, 0), time.monotonic)
    desk = Desk(index, journals, workers, metrics, limits, links=Links("https://bot.example.org", Signer(b"k" * 32)))
    options = TelegramOptions(TOKEN, url, pace=Pace(0, 0, 1, 0), poll_seconds=5)
    channel = TelegramChannel(desk, Intake("telegram", journals, workers, metrics), options)
    task = asyncio.create_task(channel.run())
    while channel.problem():  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    await work()
    await channel.close(10)
    await task
    workers.close()
    journals.close()


async def compare(pipe: Connection, url: str, messages: int, users: int, data: Path | None) -> None:
    """Both bots in turns, so that a busy machine is as unfair to one as to the other."""
    rates: dict[str, list[Result]] = {"echo": [], "verbatim": []}
    crowd: list[Result] = []
    first = 1000
    with tempfile.TemporaryDirectory() as folder:
        for number in range(ROUNDS):

            async def load(into: list[Result], count: int) -> None:
                nonlocal first
                into.append(await asyncio.to_thread(measure, pipe, first, count))
                first += count

            await echo(url, lambda: load(rates["echo"], messages))
            print(f"echo bot      {rates['echo'][-1]}", flush=True)

            async def both() -> None:
                await load(rates["verbatim"], messages)
                await load(crowd, users)

            await verbatim(url, Path(folder) / f"{number}.sqlite", data, both)
            print(f"verbatim      {rates['verbatim'][-1]}")
            print(f"{users} at once   {crowd[-1]}", flush=True)
    middle = {name: sorted(result.rate for result in results)[ROUNDS // 2] for name, results in rates.items()}
    print(f"median rate: {middle['verbatim'] / middle['echo']:.0%} of the echo bot's")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--messages", type=int, default=1000)
    parser.add_argument("--users", type=int, default=200)
    parser.add_argument("--data", type=Path)
    arguments = parser.parse_args()
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs,), daemon=True)
    process.start()
    url = ours.recv()
    asyncio.run(compare(ours, url, arguments.messages, arguments.users, arguments.data))
    ours.send(None)
    process.join(5)


if __name__ == "__main__":
    main()
