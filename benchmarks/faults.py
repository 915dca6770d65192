"""Minutes of questions on Telegram while requests fail and the bot is killed again and again: none lost, none doubled.

    python -m benchmarks.faults [--minutes 10] [--updates 20000] [--kills 30] [--seed 1] [--patience 300]

The Bot API server is the strict one of the tests, on loopback, in this process; the bot is a process of its own with a
journal on the disk and a tiny index in memory, killed with SIGKILL. Each question comes from a chat of its own, so that
it is plain what became of it. Prints one JSON object: questions, answers, what went wrong on purpose.
"""

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

from bot.cards.links import Links
from bot.cards.signing import Signer
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.options import Pace, TelegramOptions
from bot.desk.deliveries import Intake
from bot.desk.desk import Desk
from bot.desk.rate_limits import RateLimits, Rates
from bot.journal import Journal
from bot.metrics import Metrics
from bot.serving.serve import keep_running
from bot.workers import Workers
from tests.shelf import shelf
from tests.telegram_server import TOKEN, TelegramServer

QUESTIONS = ["有多少个智能工厂？", "龙湖东安天街有多大？", "How many cranes are there?", "谁是区长？", "/help", "你好"]
KINDS = ["429", "500", "502", "drop", "hang", "drop after", "half", "hang after", "500 after"]
METHODS = ["sendMessage", "sendMessage", "getUpdates", "editMessageReplyMarkup"]
FIRST_CHAT = 10_000
AT_ONCE = 10
"""Updates that come in the same moment."""
QUIET = 10.0
"""Seconds that a second answer would have to come in."""


class Worst:
    def __init__(self, chosen: argparse.Namespace, server: TelegramServer, journal: Path) -> None:
        self.chosen = chosen
        self.chance = random.Random(chosen.seed)
        self.server = server
        self.journal = journal
        self.faults: Counter[str] = Counter()
        self.process: asyncio.subprocess.Process | None = None
        self.chats: list[int] = []

    async def start(self) -> None:
        program = (sys.executable, "-W", "ignore", "-m", "benchmarks.faults", "--bot", self.server.url)
        self.process = await asyncio.create_subprocess_exec(*program, str(self.journal))

    async def kill(self) -> None:
        if self.process is not None:
            with suppress(ProcessLookupError):
                self.process.kill()
            await self.process.wait()

    async def ask(self) -> None:
        """All questions, evenly over the time."""
        pause = 60 * self.chosen.minutes / self.chosen.updates * AT_ONCE
        begun = time.monotonic()
        for number in range(self.chosen.updates):
            chat = FIRST_CHAT + number
            self.chats.append(chat)
            self.server.say(chat, self.chance.choice(QUESTIONS), user=chat)
            if number % AT_ONCE == 0:
                await asyncio.sleep(max(0.0, begun + number / AT_ONCE * pause - time.monotonic()))

    async def harm(self) -> None:
        """Some twenty failing requests between two kills."""
        pause = 60 * self.chosen.minutes / (self.chosen.kills + 1)
        for _ in range(self.chosen.kills):
            for _ in range(20):
                method, kind = self.chance.choice(METHODS), self.chance.choice(KINDS)
                self.faults[f"{method} {kind}"] += 1
                self.server.fail(method, kind, times=self.chance.choice([1, 1, 1, 3]))
                await asyncio.sleep(pause / 20)
            self.faults["process killed"] += 1
            await self.kill()
            # Failures of polls pile up faster than a process that lives for seconds meets them: none would ever poll.
            self.server.faults.clear()
            await self.start()

    async def settle(self) -> float:
        """Until all are answered, now that nothing fails any more; how many seconds that took."""
        self.server.faults.clear()
        begun = time.monotonic()
        while time.monotonic() < begun + self.chosen.patience and self.counts()[0]:  # noqa: ASYNC110
            await asyncio.sleep(1.0)
        took = time.monotonic() - begun
        await asyncio.sleep(QUIET)
        return took

    def counts(self) -> Counter[int]:
        """How many questions have how many answers."""
        shown = Counter(chat for (chat, _), one in self.server.messages.items() if one["from"]["is_bot"])
        return Counter(shown[chat] for chat in self.chats)


async def measure(chosen: argparse.Namespace) -> dict[str, object]:
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        async with TelegramServer() as server:
            worst = Worst(chosen, server, Path(folder) / "journal.sqlite")
            await worst.start()
            await asyncio.gather(worst.ask(), worst.harm())
            settled = await worst.settle()
            await worst.kill()
            counts = worst.counts()
    return {
        "seconds": round(time.monotonic() - begun, 1),
        "seed": chosen.seed,
        "questions": len(worst.chats),
        "answered_once": counts[1],
        "lost": counts[0],
        "doubled": sum(count for answers, count in counts.items() if answers > 1),
        "seconds_to_the_last_answer": round(settled, 1),
        "faults": dict(sorted(worst.faults.items())),
    }


async def be_the_bot(url: str, path: Path) -> None:
    """One process of the bot, until it is killed."""
    journal, workers, metrics = Journal(path), Workers(), Metrics()
    limits = RateLimits(Rates(user=0, chat=0), time.monotonic)
    links = Links("https://bot.example.org", Signer(b"k" * 32))
    desk = Desk(shelf(), journal, workers, metrics, limits, links=links)
    pace = Pace(per_second=0, chat_per_second=0, group_per_minute=0)
    options = TelegramOptions(TOKEN, url, pace=pace, poll_seconds=5, read_timeout=5.0)
    # As `serve` does it: a channel that fails is run again.
    await keep_running(TelegramChannel(desk, Intake("telegram", journal, workers, metrics), options), metrics)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--updates", type=int, default=20_000)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--patience", type=float, default=300.0, help="seconds after the last trouble for all answers")
    parser.add_argument("--bot", nargs=2, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.bot:
        asyncio.run(be_the_bot(chosen.bot[0], Path(chosen.bot[1])))
        return 0
    result = asyncio.run(measure(chosen))
    print(json.dumps(result, ensure_ascii=False, indent=1))
    return int(bool(result["lost"] or result["doubled"]))


if __name__ == "__main__":
    raise SystemExit(main())
