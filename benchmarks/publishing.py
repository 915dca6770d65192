"""How soon replicas answer from a snapshot that another made live, while people ask: `verbatim serve` several times.

    python -m benchmarks.publishing [--replicas 3] [--switches 20] [--indexed 5] [--questions 10000] [--passages 0]

Everything runs on the loopback: the PostgreSQL and the S3 server of the tests. First one goes back and forth between
two snapshots that every replica has on its disk, then documents change and are indexed, so that each replica downloads
what is new; all the while people ask over HTTP. Prints the time from the pointer to the switch, as each replica's own
log has it, and how many answers were errors, short (no quote), or mixed (a quote that their snapshot does not say).
"""

import argparse
import asyncio
import itertools
import json
import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx

from benchmarks.invented import paragraphs, write
from benchmarks.replicas import Replica
from bot.objects.publishing import InObjectStore
from bot.objects.snapshots import Live, SharedSnapshots
from bot.serving import engines
from bot.serving.publishing import open_publishing
from bot.settings import Settings
from tests import object_store, postgres

KEY = "benchmark-key-0123456789"
AT_ONCE = 4
"""Questions that are asked at the same time."""
TOWNS = [f"{one}{other}镇" for one in "榆柳松柏枫桐槐桃" for other in "树林山河桥湾泉岭"]
PATIENCE = 120.0
PAUSE = 1.0
OUTCOMES = ("right", "mixed", "short", "errors")


@dataclass
class Moved:
    """When the pointer moved to which snapshot, in seconds since 1970."""

    all: list[tuple[float, str]] = field(default_factory=list)

    def watch(self) -> None:
        """Every pointer that moves in this process is written down."""
        point = SharedSnapshots.point

        def watched(shared: SharedSnapshots, before: Live | None, upload: str, *, held: bool) -> None:
            point(shared, before, upload, held=held)
            self.all.append((time.time(), upload.rpartition(".")[0]))

        SharedSnapshots.point = watched  # type: ignore[method-assign]


class Editor:
    """Who changes the documents. What each snapshot says is remembered."""

    def __init__(self, settings: Settings, passages: int) -> None:
        self._settings = settings
        self.version = 0
        self.said: dict[str, int] = {}
        if passages:
            write(paragraphs(passages), settings.corpus_dir / "invented")

    def index(self) -> str:
        """Every tower is a metre higher."""
        self.version += 1
        for number, town in enumerate(TOWNS):
            text = f"# {town}\n\n{town}的水塔高{height(number, self.version)}米。\n"
            (self._settings.corpus_dir / f"{number}.md").write_text(text, "utf-8")
        made = engines.reindex(self._settings, now=datetime.now(UTC), progress=lambda *_: None, force=True)
        self.said[made.report.snapshot] = self.version
        return made.report.snapshot

    def back_and_forth(self) -> None:
        """From the newest snapshot to the one before it, and from that to the newest."""
        found = open_publishing(self._settings)
        assert isinstance(found, InObjectStore)
        two = list(self.said)[-2:]
        found.rollback(two[found.live() == two[0]], datetime.now(UTC))


def height(town: int, version: int) -> int:
    return 1000 + 20 * town + version


async def asking(replicas: Sequence[Replica], editor: Editor, questions: int, found: Counter[str]) -> None:
    """So many questions, in turn to all replicas."""
    turn = itertools.count()
    # A connection for each question: one that is kept may be closed by the server just when it is used again.
    kept = httpx.Limits(max_keepalive_connections=0)
    async with httpx.AsyncClient(timeout=60, limits=kept, headers={"Authorization": f"Bearer {KEY}"}) as client:

        async def one() -> None:
            while (number := next(turn)) < questions:
                port, town = replicas[number % len(replicas)].port, number % len(TOWNS)
                body = {"question": f"{TOWNS[town]}的水塔有多高？"}
                try:
                    answer = await client.post(f"http://127.0.0.1:{port}/api/ask", json=body)
                    found[judged(answer, town, editor)] += 1
                except httpx.HTTPError:
                    found["errors"] += 1
                if found.total() % 1000 == 0:
                    print(f"{found.total()} questions: {dict(found)}", flush=True)

        await asyncio.gather(*(one() for _ in range(AT_ONCE)))


def judged(answer: httpx.Response, town: int, editor: Editor) -> str:
    """What an answer is. A snapshot of which nobody has heard yet is the one that is just being made live."""
    if answer.status_code != 200:
        return "errors"
    told = answer.json()
    if not told["answered"]:
        return "short"
    right = f"{TOWNS[town]}的水塔高{height(town, editor.said.get(told['snapshot'], editor.version))}米。"
    return "right" if told["quotes"][0]["text"] == right else "mixed"


def switches(replica: Replica) -> list[tuple[float, str]]:
    """When this replica switched to which snapshot."""
    lines = [json.loads(line) for line in (replica.corpus.parent / "log").read_text("utf-8").splitlines()]
    told = [line for line in lines if line["message"].endswith(" is live")]
    return [(datetime.fromisoformat(line["time"]).timestamp(), line["message"].split()[1]) for line in told]


async def all_serve(replicas: Sequence[Replica], snapshot: str) -> None:
    begun = time.monotonic()
    while any(switches(one)[-1:] == [] or switches(one)[-1][1] != snapshot for one in replicas):
        assert time.monotonic() - begun < PATIENCE, "a replica does not switch"
        await asyncio.sleep(0.1)


async def publishing(given: argparse.Namespace, editor: Editor, replicas: Sequence[Replica], moved: Moved) -> None:
    async def repeated(times: int, publish: Callable[[], object]) -> list[tuple[float, str]]:
        before = len(moved.all)
        for _ in range(times):
            await asyncio.to_thread(publish)
            await all_serve(replicas, moved.all[-1][1])
        return moved.all[before:]

    # Who has just started hears nothing yet, and looks every five seconds.
    await repeated(2, editor.back_and_forth)
    told("on its disk", await repeated(given.switches, editor.back_and_forth), replicas)
    told("downloaded", await repeated(given.indexed, editor.index), replicas)


def told(kind: str, moved: Sequence[tuple[float, str]], replicas: Sequence[Replica]) -> None:
    took = sorted(
        min(at for at, id in switches(one) if id == snapshot and at >= begun - 0.001) - begun
        for begun, snapshot in moved
        for one in replicas
    )
    median, most = statistics.median(took), took[-1]
    print(f"{kind}: {len(took)} switches, {1000 * median:.0f} ms median, {1000 * most:.0f} ms at most", flush=True)


async def measure(given: argparse.Namespace, folder: Path, database: str, objects: str) -> int:
    settings = {"DATABASE_URL": database, "OBJECTS_URL": objects, "ENCODER": "bundled-fast"}
    moved, home = Moved(), folder / "editor"
    moved.watch()
    (home / "corpus").mkdir(parents=True)
    own = {"corpus_dir": home / "corpus", "data_dir": home / "data"}
    editor = Editor(Settings(_env_file=None, **{k.lower(): v for k, v in settings.items()}, **own), given.passages)  # type: ignore[arg-type]
    await asyncio.to_thread(editor.index)
    serving = {"API_KEYS": f"b:{KEY}", "API_REQUESTS_PER_MINUTE": "0", "LOG_FORMAT": "json"}
    replicas = [Replica(folder / f"replica{number}", settings | serving) for number in range(given.replicas)]
    found: Counter[str] = Counter()
    try:
        for one in replicas:
            one.start()
        for one in replicas:
            await one.healthy()
        await all_serve(replicas, await asyncio.to_thread(editor.index))
        asked = asyncio.create_task(asking(replicas, editor, given.questions, found))
        await publishing(given, editor, replicas, moved)
        while not asked.done():
            await asyncio.to_thread(editor.back_and_forth)
            await all_serve(replicas, moved.all[-1][1])
            await asyncio.sleep(PAUSE)
        await asked
    finally:
        for one in replicas:
            one.end()
    answers = ", ".join(f"{found[kind]} {kind}" for kind in OUTCOMES)
    print(f"{given.questions} questions, {len(moved.all)} times another snapshot: {answers}")
    return int(found["right"] != given.questions)


def main() -> int:
    parser = argparse.ArgumentParser(description="How soon replicas switch to what another made live.")
    parser.add_argument("--replicas", type=int, default=3)
    parser.add_argument("--switches", type=int, default=20, help="between snapshots that every replica has")
    parser.add_argument("--indexed", type=int, default=5, help="snapshots that every replica downloads")
    parser.add_argument("--questions", type=int, default=10_000)
    parser.add_argument("--passages", type=int, default=0, help="invented ones beside those that are asked about")
    given = parser.parse_args()
    os.environ.pop("OBJECTS_URL", None)
    with tempfile.TemporaryDirectory() as folder, postgres.running() as database, object_store.running() as store:
        return asyncio.run(measure(given, Path(folder), database.empty(), store.empty()))


if __name__ == "__main__":
    sys.exit(main())
