"""What a reindex costs when one document changed, and what it costs those who ask meanwhile.

    python -m benchmarks.reindex [--encoder bundled] [--documents 10000]
    python -m benchmarks.reindex --asking [--encoder bundled] [--passages 20000] [--seconds 60] [--inside]

The first prints the time of a full reindex of as many documents, of one after a single document changed, and of one
with nothing changed. The second asks 20 questions a second (each at its appointed time, whether or not the last is
answered) on an index of as many passages, first alone and then while all of it is indexed anew with other texts: in a
process of its own as `serve` does, or with `--inside` in a thread of the same process.
"""

import argparse
import os
import random
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.invented import Drawn, paragraphs, write
from bot.serving.processes import reindex_process
from index.builds.build import activate, build
from index.encoders.open import open_encoder
from index.search.index import Index

RATE = 20
ANSWERING = 2
LONG_AGO = 1_600_000_000


def timed(corpus: Path, data: Path, encoder: str) -> tuple[float, float, int]:
    """(seconds, processor seconds, passages encoded) of one reindex."""
    engine = open_encoder(encoder)
    engine.encode_passages(["warm"])
    wall, processor = time.perf_counter(), time.process_time()
    report = build(corpus, data, engine, now=datetime.now(UTC)).report
    return time.perf_counter() - wall, time.process_time() - processor, report.encoded


def one_changed(encoder: str, documents: int, folder: Path) -> None:
    """Print the table of full, one changed, none changed."""
    corpus, data = folder / "corpus", folder / "data"
    corpus.mkdir()
    for number, text in enumerate(paragraphs(documents)):
        path = corpus / f"{number % 100:02d}" / f"d{number:06d}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")
        os.utime(path, (LONG_AGO, LONG_AGO))
    full = timed(corpus, data, encoder)
    changed = corpus / "07" / "d000007.txt"
    changed.write_text(changed.read_text("utf-8") + "\n这里新添了一句话,共有17个字。\n", encoding="utf-8")
    rows = [
        ("full", full),
        ("one changed", timed(corpus, data, encoder)),
        ("none changed", timed(corpus, data, encoder)),
    ]
    print(f"{documents} documents, {encoder}: seconds, processor seconds, passages encoded, share of the full time")
    for name, (wall, processor, encoded) in rows:
        shares = f"{wall / full[0]:7.2%}  ({processor / full[1]:.2%})"
        print(f"{name:>13}  {wall:8.2f}  {processor:8.2f}  {encoded:7d}  {shares}", flush=True)


class Asked:
    """Questions at a steady rate; how long each took from its appointed time."""

    def __init__(self, index: Index, texts: Sequence[str]) -> None:
        self.index = index
        self._texts = texts
        self._random = random.Random(4)

    def during(self, going: Callable[[float], bool]) -> list[float]:
        """Ask until `going`, given the seconds so far, says no; milliseconds, sorted."""
        took: list[float] = []
        pending: list[Future[None]] = []
        begun = time.perf_counter()
        with ThreadPoolExecutor(ANSWERING) as pool:
            for turn in range(1_000_000):
                due = begun + turn / RATE
                time.sleep(max(0.0, due - time.perf_counter()))
                if not going(due - begun):
                    break
                pending.append(pool.submit(self._one, due, took))
        for each in pending:
            each.result()
        return sorted(took)

    def _one(self, due: float, took: list[float]) -> None:
        text = self._random.choice(self._texts)
        start = self._random.randrange(len(text) - 14)
        index = self.index
        answer = index.ask(text[start : start + 10] + "有多少?")
        for quote in (*answer.quotes, *answer.nearest):
            index.verify(quote)
        if answer.snapshot != index.snapshot.id:
            raise RuntimeError("an answer from another snapshot")
        took.append(1000 * (time.perf_counter() - due))


def within(corpus: Path, data: Path, encoder: str) -> None:
    """Reindex in this process."""
    build(corpus, data, open_encoder(encoder), now=datetime.now(UTC))


def beside(corpus: Path, data: Path, encoder: str) -> None:
    """Reindex as `serve` does."""
    activate(reindex_process.prepare(corpus, data, encoder, now=datetime.now(UTC)))


def asking(encoder: str, passages: int, seconds: float, inside: bool, folder: Path) -> None:
    """Print p50 and p99 alone, during a reindex, and what is allowed."""
    data, old, new = folder / "data", folder / "old", folder / "new"
    texts = paragraphs(passages)
    write(texts, old)
    write([text[::-1] for text in texts], new)
    engine = open_encoder(encoder)
    build(old, data, Drawn(engine), now=datetime.now(UTC))
    asked = Asked(Index.open(data, encoder=engine), texts)
    asked.during(lambda spent: spent < 3)
    alone = asked.during(lambda spent: spent < seconds)
    made = threading.Thread(target=within if inside else beside, args=(new, data, encoder), daemon=True)
    begun = time.perf_counter()
    made.start()
    busy = asked.during(lambda spent: made.is_alive() and spent < 10 * seconds)
    spent, done = time.perf_counter() - begun, not made.is_alive()
    if done:
        asked.index = Index.open(data, encoder=engine)
        asked.during(lambda spent: spent < 2)
    where = "in a thread of the same process" if inside else "in a process of its own"
    print(
        f"{passages} passages, {encoder}, {RATE} questions a second, reindexing {where} ({spent:.0f} s, done: {done})"
    )
    for name, took in (("alone", alone), ("meanwhile", busy)):
        quantiles = "  ".join(f"p{round(100 * share)} {at(took, share):7.1f}" for share in (0.5, 0.95, 0.99))
        print(f"{name:>10}  n {len(took):5d}  {quantiles} ms")
    print(f"   allowed  p99 {2 * at(alone, 0.99) + 20:.1f} ms")


def at(took: Sequence[float], share: float) -> float:
    """A quantile of sorted numbers."""
    return took[min(len(took) - 1, int(share * len(took)))]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--encoder", default="bundled")
    asked.add_argument("--documents", type=int, default=10_000)
    asked.add_argument("--asking", action="store_true")
    asked.add_argument("--passages", type=int, default=20_000)
    asked.add_argument("--seconds", type=float, default=60)
    asked.add_argument("--inside", action="store_true")
    chosen = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if chosen.asking:
            asking(chosen.encoder, chosen.passages, chosen.seconds, chosen.inside, Path(folder))
        else:
            one_changed(chosen.encoder, chosen.documents, Path(folder))


if __name__ == "__main__":
    main()
