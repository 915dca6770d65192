"""Many people who ask at the same moment, over HTTP, of `verbatim serve` in a process of its own.

    python -m benchmarks.crowd DATA_FOLDER [--encoder bundled] [--askers 100] [--rounds 3] [--threads 2] [--page]

DATA_FOLDER is an indexed one (of `benchmarks.answers --keep`, its `data`). All ask at once, each on a connection of
its own, a different question each; over the HTTP interface, or with --page as browsers do. Prints how long an answer
took, how many a second, and the processor time of the server and of this client for one; the least that the machine
could need is the server's time for all of them over its cores.
"""

import argparse
import asyncio
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import httpx

from benchmarks.squad import OWN, asked, load_all
from benchmarks.watched import quantiles

PATIENCE = 120.0
KEY = secrets.token_hex(16)


def port() -> int:
    """A free one of this machine."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def family(process: int) -> list[int]:
    """A process and those that it started."""
    found = [process]
    for one in Path(f"/proc/{process}/task").iterdir():
        for child in (one / "children").read_text().split():
            found += family(int(child))
    return found


def spent(process: int) -> float:
    """Processor seconds of a process and of those that it started."""
    ticks = 0
    for one in family(process):
        fields = Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def held(process: int) -> list[int]:
    """Megabytes of each process of the family: what it shares with others counts by its part (PSS)."""
    found = []
    for one in family(process):
        lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
        found.append(sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) >> 10)
    return found


async def one(client: httpx.AsyncClient, question: str, page: bool) -> tuple[float, str]:
    """Seconds until the answer is there, and what came of it."""
    began = time.perf_counter()
    if page:
        form = {"text": question, "thread": secrets.token_hex(8), "delivery": secrets.token_hex(8)}
        said = await client.post("/ask", data=form, headers={"Accept": "application/json"})
        outcome = str(said.status_code)
    else:
        said = await client.post("/api/ask", json={"question": question}, headers={"Authorization": f"Bearer {KEY}"})
        outcome = (
            ("answered" if said.json()["answered"] else "not") if said.status_code == 200 else str(said.status_code)
        )
    return time.perf_counter() - began, outcome


async def crowd(url: str, questions: Sequence[str], page: bool) -> tuple[list[float], Counter[str], float]:
    """Everybody asks at once: milliseconds of each, outcomes, seconds of all."""
    limits = httpx.Limits(max_connections=len(questions))
    async with httpx.AsyncClient(base_url=url, limits=limits, timeout=PATIENCE, trust_env=False) as client:
        began = time.perf_counter()
        told = await asyncio.gather(*(one(client, question, page) for question in questions))
        whole = time.perf_counter() - began
    return [1000 * seconds for seconds, _ in told], Counter(outcome for _, outcome in told), whole


async def up(url: str) -> None:
    """Until the server answers."""
    end = time.perf_counter() + PATIENCE
    async with httpx.AsyncClient(base_url=url, trust_env=False) as client:
        while time.perf_counter() < end:
            with suppress(httpx.HTTPError):
                if (await client.get("/healthz")).status_code == 200:
                    return
            await asyncio.sleep(0.1)
    raise TimeoutError(url)


async def measure(url: str, process: int, chosen: argparse.Namespace) -> None:
    """Print a line a round."""
    await up(url)
    questions = asked(load_all(chosen.questions), chosen.askers * (chosen.rounds + 1))
    for number in range(chosen.rounds + 1):
        mine = questions[number * chosen.askers : (number + 1) * chosen.askers]
        theirs, ours = spent(process), time.process_time()
        took, outcomes, whole = await crowd(url, mine, chosen.page)
        server = 1000 * (spent(process) - theirs) / len(mine)
        client = 1000 * (time.process_time() - ours) / len(mine)
        name = "warming" if not number else f"round {number}"
        counted = ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items()))
        print(
            f"{name}: {quantiles(took)}  {len(mine) / whole:5.1f} answers/s  processor: {server:.1f} ms the server, "
            f"{client:.1f} ms the client  {counted}",
            flush=True,
        )
    print(f"memory: {' + '.join(map(str, held(process)))} MB")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--encoder", default="bundled")
    parser.add_argument("--askers", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--questions", type=Path, default=OWN)
    parser.add_argument("--threads", type=int, default=2, help="ANSWER_THREADS of the server")
    parser.add_argument("--processes", default="0", help="ANSWER_PROCESSES of the server")
    parser.add_argument("--page", action="store_true")
    chosen = parser.parse_args()
    listening = port()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        data.mkdir()
        for name in ("snapshots", "current"):
            (data / name).symlink_to(chosen.data.absolute() / name)
        settings = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path)),
            "ENCODER": chosen.encoder,
            "CORPUS_DIR": str(chosen.data.absolute().parent / "corpus"),
            "DATA_DIR": str(data),
            "ANSWER_THREADS": str(chosen.threads),
            "ANSWER_PROCESSES": str(chosen.processes),
            "PORT": str(listening),
            "LOG_LEVEL": "WARNING",
            "PAGE": "open",
            "API_KEYS": f"crowd:{KEY}",
            "API_REQUESTS_PER_MINUTE": "0",
            "QUESTIONS_PER_MINUTE": "0",
            "CHAT_QUESTIONS_PER_MINUTE": "0",
        }
        server = subprocess.Popen([sys.executable, "-m", "bot", "serve"], cwd=folder, env=settings)
        try:
            asyncio.run(measure(f"http://127.0.0.1:{listening}", server.pid, chosen))
        finally:
            server.terminate()
            server.wait(30)


if __name__ == "__main__":
    main()
