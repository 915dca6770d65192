"""Minutes of questions over the long connection while connections break and processes are killed: none lost or doubled.

    python -m benchmarks.wecom_soak --minutes 3

The gateway is the strict one of the tests, on loopback; the bot is a process of its own with a journal on the disk,
killed with SIGKILL again and again. Prints one JSON object: questions, answers, faults by kind.
"""

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections import Counter, deque
from pathlib import Path

from tests.wecom_gateway import Asked, Gateway

ROOT = Path(__file__).parents[1]
QUESTIONS = [
    "有多少个智能工厂？",
    "龙湖东安天街有多大？",
    "How many cranes are there?",
    "上海有多少个智能工厂？",
    "你好",
]
FAULTS = ["abort-before", "abort-after", "close-1000", "close-1001", "close-1011", 6000, 846609, -1]
ENDS = ["abort", "close-1000", "close-1001", "close-1011"]


class Soak:
    def __init__(self, seed: int, rate: float, folder: str) -> None:
        self.chance = random.Random(seed)
        self.rate = rate
        self.journal = Path(folder) / "journal.sqlite"
        self.gateway = Gateway()
        self.asked: list[Asked] = []
        self.faults: Counter[str] = Counter()
        self.process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        program = (sys.executable, "-W", "ignore", "-m", "tests.wecom_process", "socket")
        self.process = await asyncio.create_subprocess_exec(
            *(*program, self.gateway.url, str(self.journal)),
            cwd=ROOT,
        )

    async def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        await self.process.wait()

    async def ask(self, until: float) -> None:
        while time.monotonic() < until:
            asked = await self.gateway.ask(self.chance.choice(QUESTIONS), user=f"user-{self.chance.randrange(20)}")
            self.asked.append(asked)
            if self.chance.random() < 0.2:
                self.faults["redelivered"] += 1
                await self.gateway.ask("", msgid=self.chance.choice(self.asked).msgid)
            await asyncio.sleep(self.chance.expovariate(self.rate))

    async def harm(self, until: float) -> None:
        deeds = (self.break_line, self.break_frames, self.restart_gateway, self.kill_process, self.lose_acks)
        while time.monotonic() < until:
            await asyncio.sleep(self.chance.uniform(0.5, 3.0))
            deed = self.chance.choices(deeds, weights=(4, 6, 1, 2, 2))[0]
            await deed()

    async def break_line(self) -> None:
        how = self.chance.choice(ENDS)
        self.faults[how] += 1
        await self.gateway.end(how)

    async def break_frames(self) -> None:
        fault = self.chance.choice(FAULTS)
        self.faults[f"answer {fault}"] += 1
        self.gateway.faults.setdefault("aibot_respond_msg", deque()).append(fault)

    async def restart_gateway(self) -> None:
        self.faults["gateway restarted"] += 1
        await self.gateway.restart()

    async def kill_process(self) -> None:
        self.faults["process killed"] += 1
        await self.kill()
        await self.start()

    async def lose_acks(self) -> None:
        self.faults["acknowledgements lost, process killed"] += 1
        self.gateway.lose_acks = True
        await asyncio.sleep(0.3)
        await self.kill()
        self.gateway.lose_acks = False
        await self.start()

    async def settle(self) -> None:
        """Whatever is open is answered, now that nothing breaks any more."""
        self.gateway.faults.clear()
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and not all(asked.answers for asked in self.asked):  # noqa: ASYNC110
            await asyncio.sleep(0.2)
        await asyncio.sleep(3)


async def run(minutes: float, rate: float, seed: int) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        soak = Soak(seed, rate, folder)
        await soak.gateway.start()
        await soak.start()
        began = time.monotonic()
        until = began + 60 * minutes
        await asyncio.gather(soak.ask(until), soak.harm(until))
        await soak.settle()
        await soak.kill()
        await soak.gateway.stop()
    counts = Counter(len(asked.answers) for asked in soak.asked)
    return {
        "seconds": round(time.monotonic() - began, 1),
        "seed": seed,
        "questions": len(soak.asked),
        "answered_once": counts[1],
        "lost": counts[0],
        "doubled": sum(count for answers, count in counts.items() if answers > 1) + len(soak.gateway.pushes),
        "most_frames_of_one_answer": max(asked.frames for asked in soak.asked),
        "subscriptions": soak.gateway.subscriptions,
        "refused_by_the_gateway": soak.gateway.wrong,
        "faults": dict(sorted(soak.faults.items())),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("--rate", type=float, default=5.0, help="questions a second")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    result = asyncio.run(run(args.minutes, args.rate, args.seed))
    print(json.dumps(result, ensure_ascii=False, indent=1))
    return int(bool(result["lost"] or result["doubled"] or result["refused_by_the_gateway"]))


if __name__ == "__main__":
    raise SystemExit(main())
