"""Exactly once over replicas, for real: `verbatim serve` several times, a PostgreSQL, an S3 server, and people who ask.

    python -m benchmarks.replicas [--replicas 3] [--seconds 600] [--rate 4] [--pause 12] [--namespaces]

Everything runs on this machine: the servers of the tests, and a model of Telegram that sends each update to any replica
until one takes it (`benchmarks.deliveries`). All the while, in turn and from a seed: a replica is killed (kill -9) and
started again, one is stopped for longer than its lease, the database is killed, the line to the object store is cut,
and documents change and are indexed. Prints how many questions were asked, how many of them have no answer, more than
one, or a wrong one, and how many a replica took and did not write down; of each that was lost, every try to deliver it.

Where Linux and root allow it, each replica runs on a host of its own (`benchmarks.cut_networks`), and now and then the
whole network of one is cut: for longer than its lease, and for five seconds. How soon the replica took a delivery again
is printed too. Elsewhere everything runs on the loopback. `--namespaces` insists on hosts, `--no-namespaces` has none.
"""

import argparse
import asyncio
import math
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

import httpx
import psycopg

from benchmarks.cut_networks import ADDRESS, Host, places
from benchmarks.deliveries import SECRET, Telegram, lost, next_taken, told
from tests import object_store, postgres
from tests.telegram_server import TOKEN

QUESTION, QUOTE = "镇上的水塔有多高？", "镇上的水塔高四十米，建于1958年。"
TOWN = f"# 榆树镇\n\n{QUOTE}\n"
LONG = 60.0
"""Seconds, three times what a lease has."""
SHORT = 5.0
CROWD = 30
"""People who ask just before a trouble begins."""
MOMENT = 0.5
"""How soon after that it begins, at most: they are being answered."""
PATIENCE = 180.0
FIRST = 1000


class Replica:
    """One `verbatim serve` with disks of its own; on `host`, or where the benchmark runs."""

    def __init__(self, home: Path, settings: dict[str, str], host: Host | None = None) -> None:
        self.port = object_store.free_port()
        self.host = host
        self.address = host.address if host is not None else postgres.LOOPBACK
        folders = {"CORPUS_DIR": str(home / "corpus"), "DATA_DIR": str(home / "data")}
        self.settings = {**os.environ, **settings, **folders, "HOST": self.address, "PORT": str(self.port)}
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
                    if (await client.get(f"http://{self.address}:{self.port}/healthz")).status_code == 200:
                        return
                await asyncio.sleep(0.2)

    def _run(self, command: str) -> subprocess.Popen[bytes]:
        run = [*(self.host.command if self.host is not None else ()), sys.executable, "-m", "bot", command]
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
        self.mended: list[tuple[float, int]] = []
        """When the network of which replica was there again."""
        self._turn = 0

    async def next(self) -> None:
        kinds = [self.kills, self.documents_change, self.stops, self.database_dies, self.store_is_away]
        if all(one.host for one in self._replicas):
            kinds = [self.network_is_cut, *kinds[:2], self.network_is_cut_shortly, *kinds[2:]]
        what: Callable[[], Awaitable[None]] = kinds[self._turn % len(kinds)]
        self._turn += 1
        await asyncio.sleep(self._chance.uniform(0, MOMENT))
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
        await asyncio.sleep(LONG)
        one.send(signal.SIGCONT)

    async def network_is_cut(self) -> None:
        await self._cut(LONG)

    async def network_is_cut_shortly(self) -> None:
        await self._cut(SHORT)

    async def _cut(self, seconds: float) -> None:
        number = self._chance.randrange(len(self._replicas))
        host = self._replicas[number].host
        assert host is not None
        host.cut()
        await asyncio.sleep(seconds)
        host.mend()
        self.mended.append((time.monotonic(), number))

    async def database_dies(self) -> None:
        await asyncio.to_thread(self._database.kill)
        await asyncio.sleep(SHORT)
        await asyncio.to_thread(self._database.start)

    async def store_is_away(self) -> None:
        self._line.cut()
        await asyncio.sleep(SHORT)
        self._line.mend()

    async def documents_change(self) -> None:
        (self._editor.corpus / "news.md").write_text(f"# News\n\nNumber {self._turn} came today.\n", "utf-8")
        if await asyncio.to_thread(self._editor.index):
            self.happened["index failed"] += 1


async def measure(
    given: argparse.Namespace,
    folder: Path,
    database: postgres.Server,
    line: object_store.Line,
    homes: Sequence[Host | None],
) -> int:
    async with Telegram(host=line.host) as server:
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
        replicas = [Replica(folder / f"replica{number}", settings, host) for number, host in enumerate(homes)]
        try:
            for one in replicas:
                one.start()
            for one in replicas:
                await one.healthy()
            server.webhooks = [f"http://{one.address}:{one.port}/telegram/webhook" for one in replicas]
            trouble = Trouble(replicas, database, line, editor)
            asked = await asking(server, trouble, given)
            return await counted(server, range(FIRST, FIRST + asked), trouble, database)
        finally:
            for one in replicas:
                one.send(signal.SIGCONT)
                one.end()


async def asking(server: Telegram, trouble: Trouble, given: argparse.Namespace) -> int:
    """Somebody new asks all the time, and many before each trouble; how many did."""
    asked, now = 0, time.monotonic()
    last_trouble = until = now + given.seconds
    next_trouble = now + given.pause
    work: asyncio.Task[None] | None = None

    def ask(people: int) -> None:
        nonlocal asked
        for user in range(FIRST + asked, FIRST + asked + people):
            server.say(user, QUESTION, user=user)
        asked += people

    while work is not None or time.monotonic() < until:
        ask(1)
        if work is not None and work.done():
            work.result()
            work, next_trouble = None, time.monotonic() + given.pause
            # Whoever comes back from the last trouble is to be asked, too.
            until = max(until, time.monotonic() + SHORT)
        if work is None and next_trouble < time.monotonic() < last_trouble:
            # What is under way is what can be lost.
            ask(CROWD)
            work = asyncio.create_task(trouble.next())
        await asyncio.sleep(1 / given.rate)
    return asked


async def counted(server: Telegram, people: range, trouble: Trouble, database: postgres.Server) -> int:
    """Waits until everybody has an answer, and a while longer for those that come twice; prints what there is."""
    begun = time.monotonic()
    while len(server.answers()) < len(people) and time.monotonic() - begun < PATIENCE:  # noqa: ASYNC110
        await asyncio.sleep(0.5)
    waited = time.monotonic() - begun
    await asyncio.sleep(LONG)
    answers, journal = server.answers(), await asyncio.to_thread(written_down, database)
    wrong = sum(QUOTE not in text for texts in answers.values() for text in texts)
    doubled = sum(len(texts) > 1 for texts in answers.values())
    silent = [user for user in people if user not in answers]
    not_written = lost(server.tries, journal)
    print(f"asked {len(people)}, {dict(trouble.happened)}, the last answer {waited:.1f} s after the last question")
    print(f"without an answer {len(silent)}, with more than one {doubled}, wrong {wrong}")
    print(f"taken by a replica and not written down {len(not_written)}, taken by none {len(server.updates)}")
    print(f"what replicas said to deliveries: {dict(server.said().most_common())}")
    print(f"taken over from another replica {await asyncio.to_thread(taken_over, database)}")
    back = [next_taken(server.tries, replica, since) for since, replica in trouble.mended]
    if back:
        print(f"from a network that is there again to the next delivery taken: {', '.join(f'{s:.1f}' for s in back)} s")
    for user in sorted({*silent, *not_written}):
        print(told(user, server.tries[user], journal))
    if silent or not_written:
        print("\n".join(trouble.moments))
    return int(bool(silent or doubled or wrong or not_written or math.inf in back))


def written_down(database: postgres.Server) -> dict[int, str]:
    """How far each person's question has come, as the journal knows it."""
    with psycopg.connect(database.address()) as connection:
        return {int(chat): state for chat, state in connection.execute("SELECT chat, state FROM deliveries")}


def taken_over(database: postgres.Server) -> int:
    """How many questions were another replica's first."""
    with psycopg.connect(database.address()) as connection:
        row = connection.execute("SELECT count(*) FROM deliveries WHERE token > 1").fetchone()
    return int(row[0]) if row is not None else 0


def main() -> int:
    parser = argparse.ArgumentParser(description="Exactly once over replicas, for real.")
    parser.add_argument("--replicas", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--rate", type=float, default=4, help="questions a second")
    parser.add_argument("--pause", type=float, default=12, help="seconds between two troubles")
    parser.add_argument("--namespaces", action=argparse.BooleanOptionalAction, help="by default where that can be")
    given = parser.parse_args()
    # `kill` and `timeout` end it as Ctrl-C does: with nothing left behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with ExitStack() as ending:
        folder = ending.enter_context(tempfile.TemporaryDirectory())
        homes = ending.enter_context(places(given.replicas, given.namespaces))
        host = ADDRESS if any(homes) else postgres.LOOPBACK
        database = ending.enter_context(postgres.running(host=host))
        store = ending.enter_context(object_store.running())
        line = ending.enter_context(object_store.line(store, host))
        given.url = store.empty(line)
        try:
            return asyncio.run(measure(given, Path(folder), database, line, homes))
        finally:
            for log in sorted(Path(folder).glob("*/log")):
                problems = [text for text in log.read_text("utf-8").splitlines() if "Traceback" in text]
                if problems:
                    print(f"{log.parent.name}: {len(problems)} tracebacks")


if __name__ == "__main__":
    sys.exit(main())
