"""How long an answer takes on real text, what the slowest went into, indexing, and a cold start; beside others.

    python -m benchmarks.answers [DATA] [--encoder bundled] [--passages N] [--questions 200] [--keep FOLDER] [--peers]

DATA is a file in SQuAD form, or a folder of such files (.json, .json.gz): real passages and the questions of people. By
default it is `benchmarks/questions.json`, a small set of our own, each question of which is asked a few times. With
--passages the corpus is filled up to so many with invented ones, whose vectors are drawn and not encoded. --keep keeps
the index for the next run. --peers (extra `peers`) runs `benchmarks.peers` over the same passages in turns with ours:
on a machine that others use only ratios of one run mean anything, and processor time more than the clock.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.invented import Drawn, paragraphs, write
from benchmarks.squad import OWN, asked, load_all, write_corpus
from benchmarks.watched import Spent, WatchedIndex, quantile, quantiles
from index.builds.build import build
from index.encoders.open import open_encoder
from index.encoders.protocol import Encoder
from index.snapshots.snapshot import active

WARMING = 40
"""Questions that are not timed: the first ones read files and tables that the later ones find in memory."""
IN_TURN = 20
"""Questions that one asks before the next has its turn."""
SLOWEST = 10
PEAK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
told = resource.getrusage(resource.RUSAGE_CHILDREN)
print(told.ru_utime + told.ru_stime, told.ru_maxrss)
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """Passages and what it took to index them."""

    passages: int
    wall: float
    processor: float

    def __str__(self) -> str:
        return (
            f"{self.passages} passages, {self.passages / self.processor:.0f} a processor second, "
            f"{self.passages / self.wall:.0f} a second"
        )


def measured(work: Callable[[], int]) -> Cost:
    """What `work`, which gives a number of passages, took."""
    wall, processor = time.perf_counter(), time.process_time()
    passages = work()
    return Cost(passages, time.perf_counter() - wall, time.process_time() - processor)


def indexed(told: Sequence[dict[str, Any]], encoder: Encoder, size: int, folder: Path) -> Cost | None:
    """Index the paragraphs and as many invented ones as are missing to `size`; None where that was done before."""
    data = folder / "data"
    if data.is_dir():
        return None
    corpus = folder / "corpus"
    write_corpus(told, corpus)

    def made(encoder: Encoder) -> int:
        return build(corpus, data, encoder, now=datetime.now(UTC)).report.passages.added

    encoder.encode_passages(["warm"])
    cost = measured(lambda: made(encoder))
    if size > cost.passages:
        # The real ones stay as they are: only what is new gets its vectors drawn.
        write(paragraphs(size - cost.passages), corpus / "invented")
        made(Drawn(encoder))
    return cost


def in_turns(asking: dict[str, Callable[[str], Spent]], questions: Sequence[str]) -> dict[str, list[Spent]]:
    """Every question asked of each, a few at a time."""
    for ask in asking.values():
        for question in questions[:WARMING]:
            ask(question)
    took: dict[str, list[Spent]] = {name: [] for name in asking}
    for start in range(0, len(questions), IN_TURN):
        for name, ask in asking.items():
            took[name] += [ask(question) for question in questions[start : start + IN_TURN]]
    return took


def peers(texts: Sequence[str], folder: Path) -> tuple[dict[str, Cost], dict[str, Callable[[str], Spent]]]:
    """Each peer with the passages in its index: what that took, and how it is asked."""
    from benchmarks.peers import PEERS, one_thread

    one_thread()
    costs, asking = {}, {}
    for name, opened in PEERS.items():
        peer, place = opened(), folder / name
        place.mkdir()
        costs[name] = measured(lambda peer=peer, place=place: peer.index(texts, place) or len(texts))  # type: ignore[misc]
        peer.open(place)

        def ask(question: str, peer: Any = peer) -> Spent:
            spent, wall, processor = Spent(question), time.perf_counter(), time.process_time()
            peer.ask(question)
            spent.wall = 1000 * (time.perf_counter() - wall)
            spent.processor = 1000 * (time.process_time() - processor)
            return spent

        asking[name] = ask
    return costs, asking


def cold(command: Sequence[str], settings: dict[str, str]) -> tuple[float, float, float]:
    """(seconds, processor seconds, MB) of one command, the process and everything in it: the medians of three."""
    runs = []
    for _ in range(3):
        began = time.perf_counter()
        # In between stands a small process: the kernel counts to a child what its parent held when it was begun.
        child = [sys.executable, "-c", PEAK, sys.executable, "-m", *command]
        said = subprocess.run(child, check=True, capture_output=True, env=settings)
        processor, most = map(float, said.stdout.split())
        runs.append((time.perf_counter() - began, processor, most / 1024))
    seconds, processors, memory = zip(*runs, strict=True)
    return statistics.median(seconds), statistics.median(processors), statistics.median(memory)


def colds(encoder: str, question: str, folder: Path, others: Sequence[str]) -> dict[str, tuple[float, float, float]]:
    """The same of `ask` over the index in `folder`, and of each of the others."""
    settings = {"ENCODER": encoder, "PATH": "", "OMP_NUM_THREADS": "1", "PYTHONPATH": ":".join(sys.path)}
    places = ["--corpus", str(folder / "corpus"), "--data", str(folder / "data")]
    found = {"verbatim": cold(["bot", "ask", question, *places], settings)}
    for name in others:
        found[name] = cold(["benchmarks.peers", name, str(folder / name), question], settings)
    return found


def table(took: dict[str, list[Spent]]) -> None:
    """Print a line for each who was asked, and the share of the first."""
    ours = [one.processor for one in took["verbatim"]]
    for name, found in took.items():
        mine = [one.processor for one in found]
        print(f"answer, processor   {name:9} {quantiles(mine)}", end="")
        if name == "verbatim":
            print()
            continue
        middle = statistics.median(ours) / statistics.median(mine)
        print(f"   ours is {middle:.2f} of it at p50, {quantile(ours, 0.95) / quantile(mine, 0.95):.2f} at p95")
    for name, found in took.items():
        print(f"answer, on the clock {name:8} {quantiles([one.wall for one in found])}")


def report(chosen: argparse.Namespace, folder: Path) -> None:
    """Measure and print one line a figure."""
    told = load_all(chosen.data)
    questions = asked(told, chosen.questions)
    encoder = open_encoder(chosen.encoder)
    cost = indexed(told, encoder, chosen.passages, folder)
    began = time.perf_counter()
    snapshot = active(folder / "data")
    index = WatchedIndex(snapshot, encoder)
    opened = time.perf_counter() - began
    size = len(snapshot.passages)
    print(
        f"{datetime.now(UTC):%Y-%m-%d}, {chosen.encoder}, {chosen.data.name}: {size} passages, opened in {opened:.2f} s"
    )
    costs, asking = ({}, {}) if not chosen.peers else peers([snapshot.text(n)[0] for n in range(size)], folder)
    for name, one in (({"verbatim": cost} if cost else {}) | costs).items():
        print(f"indexing            {name:9} {one}")
    took = in_turns({"verbatim": index.ask, **asking}, questions)
    table(took)
    for name, (seconds, processor, memory) in colds(chosen.encoder, questions[0], folder, list(asking)).items():
        times = f"{processor:.2f} s of the processor, {seconds:.2f} s on the clock"
        print(f"ask, cold           {name:9} {times}, {memory:.0f} MB")
    print(f"the slowest {SLOWEST} of {len(questions)}:")
    for one in sorted(took["verbatim"], key=lambda one: -one.processor)[:SLOWEST]:
        print(f"  {one}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Times answers, indexing and a cold start on real text.")
    parser.add_argument("data", type=Path, nargs="?", default=OWN)
    parser.add_argument("--encoder", default="bundled")
    parser.add_argument("--passages", type=int, default=0)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--peers", action="store_true")
    chosen = parser.parse_args()
    if chosen.keep:
        chosen.keep.mkdir(parents=True, exist_ok=True)
        report(chosen, chosen.keep)
        return
    with tempfile.TemporaryDirectory() as name:
        report(chosen, Path(name))


if __name__ == "__main__":
    main()
