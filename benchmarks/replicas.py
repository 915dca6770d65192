"""Exactly once over replicas, for real: `verbatim serve` several times, a PostgreSQL, an S3 server, and people who ask.

    python -m benchmarks.replicas [--replicas 3] [--seconds 600] [--rate 4] [--pause 12]

Everything runs on the loopback: the servers of the tests, and a model of Telegram that sends each update to any replica
until one takes it (`benchmarks.deliveries`). All the while, in turn and from a seed: a replica is killed (kill -9) and
started again, one is stopped for longer than its lease, the database is killed, the line to the object store is cut,
and documents change and are indexed. Prints how many questions were asked, how many of them have no answer, more than
one, or a wrong one, and how many a replica took and did not write down; of each that was lost, every try to deliver it.
"""

import argparse
import asyncio
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from pathlib import Path

import httpx
import psycopg

from benchmarks.deliveries import SECRET, Telegram, lost, told
from tests import object_store, postgres
from tests.telegram_server import TOKEN

QUESTION, QUOTE = "镇上的水塔有多高？", "镇上的水塔高四十米，建于1958年。"
TOWN = f"# 榆树镇\n\n{QUOTE}\n"
STOPPED = 30.0
"""Seconds, half as many again as a lease has."""
AWAY = 5.0
PATIENCE = 180.0
FIRST = 1000


class Replica:
    """One `verbatim serve` with disks of its own."""

    def __init__(self, home: Path, settings: dict[str, str]) -> None:
        self.port = object_store.free_port()
        folders = {"CORPUS_DIR": str(home / "corpus"), "DATA_DIR": str(home / "data")}
        self.settings = {**os.environ, **settings, **folders, "PORT": str(self.port)}
        self.corpus = home / "corpus"
        self.corpus.mkdir(parents=True)
        self._log = (home / "log").open("ab")
        self.program: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.program = self._run("serve")

    def index(self) -> int:
        return self._run("index").wait()

    def send(self, what: signal.Signals) -> None:
        if self.program is not None:
            self.program.send_signal(what)

    def end(self) -> None:
        if self.program is not None:
            self.program.kill()
            self.program.wait()

    async def healthy(self) -> None:
        async with httpx.AsyncClient() as client:
            while True:
                with suppress(httpx.HTTPError):
                    if (await client.get(f"http://127.0.0.1:{self.port}/healthz")).status_code == 200:
                        return
                await asyncio.sleep(0.2)

    def _run(self, command: str) -> subprocess.Popen[bytes]:
        run = [sys.executable, "-m", "bot", command]
        return subprocess.Popen(run, env=self.settings, stdout=self._log, stderr=self._log)


class Trouble:
    """What happens while people ask; one thing at a time."""

    def __init__(
        self, replicas: Sequence[Replica], database: postgres.Server, line: object_store.Line, editor: Replica
    ) -> None:
        self._replicas, self._database, self._line, self._editor = replicas, database, line, editor
        self._chance = random.Random(23)
        self.happened: Counter[str] = Counter()
        self.moments: list[str] = []
        """What happened when, by the clock that the tries to deliver an update are noted with."""
        self._turn = 0

    async def next(self) -> None:
        kinds = (self.kills, self.documents_change, self.stops, self.database_dies, self.store_is_away)
        what: Callable[[], Awaitable[None]] = kinds[self._turn % len(kinds)]
        self._turn += 1
        self.moments.append(f"{time.monotonic():.1f} {what.__name__}")
        await what()
        self.happened[what.__name__] += 1

    async def kills(self) -> None:
        one = self._chance.choice(self._replicas)
        await asyncio.to_thread(one.end)
        await asyncio.sleep(1)
        one.start()

    async def stops(self) -> None:
        one = self._chance.choice(self._replicas)
        one.send(signal.SIGSTOP)
        await asyncio.sleep(STOPPED)
        one.send(signal.SIGCONT)

    async def database_dies(self) -> None:
        await asyncio.to_thread(self._database.kill)
        await asyncio.sleep(AWAY)
        await asyncio.to_thread(self._database.start)

    async def store_is_away(self) -> None:
        self._line.cut()
        await asyncio.sleep(AWAY)
        self._line.mend()

    async def documents_change(self) -> None:
        (self._editor.corpus / "news.md").write_text(f"# News\n\nNumber {self._turn} came today.\n", "utf-8")
        if await asyncio.to_thread(self._editor.index):
            self.happened["index failed"] += 1


async def measure(given: argparse.Namespace, folder: Path, database: postgres.Server, line: object_store.Line) -> int:
    async with Telegram() as server:
        settings = {
            "DATABASE_URL": database.address(),
            "OBJECTS_URL": given.url,
            "ENCODER": "bundled-fast",
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": server.url,
            "TELEGRAM_MODE": "webhook",
            "TELEGRAM_WEBHOOK_SECRET": SECRET,
            "TELEGRAM_MESSAGES_PER_SECOND": "0",
            "PUBLIC_URL": "https://bot.example.org",
        }
        editor = Replica(folder / "editor", settings)
        (editor.corpus / "town.md").write_text(TOWN, "utf-8")
        assert await asyncio.to_thread(editor.index) == 0
        replicas = [Replica(folder / f"replica{number}", settings) for number in range(given.replicas)]
        try:
            for one in replicas:
                one.start()
            for one in replicas:
                await one.healthy()
            server.webhooks = [f"http://127.0.0.1:{one.port}/telegram/webhook" for one in replicas]
            trouble = Trouble(replicas, database, line, editor)
            asked = await asking(server, trouble, given)
            return await counted(server, range(FIRST, FIRST + asked), trouble, database)
        finally:
            for one in replicas:
                one.send(signal.SIGCONT)
                one.end()


async def asking(server: Telegram, trouble: Trouble, given: argparse.Namespace) -> int:
    """Somebody new asks all the time; how many did."""
    asked, begun, next_trouble = 0, time.monotonic(), time.monotonic() + given.pause
    work: asyncio.Task[None] | None = None
    while time.monotonic() - begun < given.seconds:
        server.say(FIRST + asked, QUESTION, user=FIRST + asked)
        asked += 1
        if work is not None and work.done():
            work.result()
            work, next_trouble = None, time.monotonic() + given.pause
        if work is None and time.monotonic() > next_trouble:
            work = asyncio.create_task(trouble.next())
        await asyncio.sleep(1 / given.rate)
    if work is not None:
        await work
    return asked


async def counted(server: Telegram, people: range, trouble: Trouble, database: postgres.Server) -> int:
    """Waits until everybody has an answer, and a while longer for those that come twice; prints what there is."""
    begun = time.monotonic()
    while len(server.answers()) < len(people) and time.monotonic() - begun < PATIENCE:  # noqa: ASYNC110
        await asyncio.sleep(0.5)
    waited = time.monotonic() - begun
    await asyncio.sleep(STOPPED)
    answers, journal = server.answers(), await asyncio.to_thread(written_down, database)
    wrong = sum(QUOTE not in text for texts in answers.values() for text in texts)
    doubled = sum(len(texts) > 1 for texts in answers.values())
    silent = [user for user in people if user not in answers]
    not_written = lost(server.tries, journal)
    print(f"asked {len(people)}, {dict(trouble.happened)}, the last answer {waited:.1f} s after the last question")
    print(f"without an answer {len(silent)}, with more than one {doubled}, wrong {wrong}")
    print(f"taken by a replica and not written down {len(not_written)}, taken by none {len(server.updates)}")
    print(f"what replicas said to deliveries: {dict(server.said().most_common())}")
    for user in sorted({*silent, *not_written}):
        print(told(user, server.tries[user], journal))
    if silent or not_written:
        print("\n".join(trouble.moments))
    return int(bool(silent or doubled or wrong or not_written))


def written_down(database: postgres.Server) -> dict[int, str]:
    """How far each person's question has come, as the journal knows it."""
    with psycopg.connect(database.address()) as connection:
        return {int(chat): state for chat, state in connection.execute("SELECT chat, state FROM deliveries")}


def main() -> int:
    parser = argparse.ArgumentParser(description="Exactly once over replicas, for real.")
    parser.add_argument("--replicas", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--rate", type=float, default=4, help="questions a second")
    parser.add_argument("--pause", type=float, default=12, help="seconds between two troubles")
    given = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        postgres.running() as database,
        object_store.running() as store,
        object_store.line(store) as line,
    ):
        given.url = store.empty(port=line.port)
        try:
            return asyncio.run(measure(given, Path(folder), database, line))
        finally:
            for log in sorted(Path(folder).glob("*/log")):
                problems = [text for text in log.read_text("utf-8").splitlines() if "Traceback" in text]
                if problems:
                    print(f"{log.parent.name}: {len(problems)} tracebacks")


if __name__ == "__main__":
    sys.exit(main())
