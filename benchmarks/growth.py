"""How time, memory and disk grow with the corpus: a table in Markdown and a plot.

    python -m benchmarks.growth [ENCODER:PASSAGES ...] [--data FILE] [--results growth.jsonl] [--plot growth.svg]

Each size is measured in processes of their own: a full index, one after a single file changed, and opening and asking.
The corpus holds the passages of --data (SQuAD form; by default our own set), whose questions are asked, and is filled
up with invented ones, all of them encoded. A line is added to --results for each size; those that stand there already
are not measured again. The table and the plot are of all lines. The plot needs matplotlib (extra `training`).
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.invented import paragraphs, write
from benchmarks.squad import OWN, asked, load_all, write_corpus
from benchmarks.watched import WatchedIndex, quantile
from index.builds.build import build
from index.encoders.open import open_encoder
from index.snapshots.snapshot import active

DEFAULT = ("bundled:1000", "bundled:10000", "bundled-fast:1000", "bundled-fast:10000", "bundled-fast:100000")
QUESTIONS, WARMING = 150, 40
AT_ONCE = 10_000
"""Invented paragraphs that are written at a time."""


@dataclass(frozen=True, slots=True)
class Grown:
    """One encoder at one size. Times are processor time: a second of it is a second of one core of this machine."""

    date: str
    encoder: str
    passages: int
    index_seconds: float
    changed_seconds: float
    """A reindex after one file of them all changed."""
    open_ms: float
    p50_ms: float
    p95_ms: float
    memory_mb: float
    """The most that a process takes which opens the index and answers."""
    disk_mb: float
    """One snapshot."""


def full(folder: Path, encoder: str) -> dict[str, float]:
    """Index the folder: processor seconds and passages."""
    engine = open_encoder(encoder)
    engine.encode_passages(["warm"])
    began = time.process_time()
    report = build(folder / "corpus", folder / "data", engine, now=datetime.now(UTC)).report
    return {"seconds": time.process_time() - began, "passages": report.passages.total}


def answers(folder: Path, encoder: str, data: Path) -> dict[str, float]:
    """Open the index and ask: milliseconds of processor time, and the memory of all of it."""
    engine = open_encoder(encoder)
    began = time.process_time()
    index = WatchedIndex(active(folder / "data"), engine)
    opened = time.process_time() - began
    for question in asked(load_all(data), WARMING):
        index.ask(question)
    took = [index.ask(question).processor for question in asked(load_all(data), QUESTIONS)]
    return {"open": 1000 * opened, "p50": quantile(took, 0.5), "p95": quantile(took, 0.95), "memory": peak()}


def peak() -> float:
    """The most megabytes that this process had in memory; unlike `getrusage`, nothing of the one that began it."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


STEPS: dict[str, Callable[..., dict[str, float]]] = {"full": full, "answers": answers}


def step(name: str, *arguments: str | Path) -> dict[str, float]:
    """One of STEPS in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.growth", "--step", name, *map(str, arguments)]
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, float] = json.loads(said.stdout.splitlines()[-1])
    return found


def filled(folder: Path, data: Path, size: int) -> None:
    """A corpus of `size` passages, or a few more or less: a heading or a short paragraph shares one."""
    told = load_all(data)
    write_corpus(told, folder / "corpus")
    texts = paragraphs(size - len(told))
    for number, start in enumerate(range(0, len(texts), AT_ONCE)):
        write(texts[start : start + AT_ONCE], folder / "corpus" / f"invented-{number}")


def measure(encoder: str, size: int, data: Path) -> Grown:
    """One line."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        filled(folder, data, size)
        made = step("full", folder, encoder)
        (snapshot,) = [path for path in (folder / "data" / "snapshots").iterdir() if path.is_dir()]
        disk = sum(path.stat().st_size for path in snapshot.rglob("*") if path.is_file()) / 1e6
        found = step("answers", folder, encoder, data)
        first = folder / "corpus" / "p00000.md"
        first = first if first.exists() else first.with_suffix(".txt")
        first.write_text(first.read_text("utf-8") + "\nOne more sentence has 17 words.\n", "utf-8")
        changed = step("full", folder, encoder)
        return Grown(
            f"{datetime.now(UTC):%Y-%m-%d}",
            encoder,
            int(made["passages"]),
            made["seconds"],
            changed["seconds"],
            found["open"],
            found["p50"],
            found["p95"],
            found["memory"],
            disk,
        )


def table(lines: Sequence[Grown]) -> str:
    """Markdown, a row a line."""
    columns = ("", "passages", "answer p50, p95", "open", "memory", "disk", "index", "one file changed")
    head = f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}"
    rows = [
        f"| {one.encoder} | {one.passages:,} | {one.p50_ms:.1f} ms, {one.p95_ms:.1f} ms | {one.open_ms:.0f} ms "
        f"| {one.memory_mb:.0f} MB | {one.disk_mb:.0f} MB | {one.index_seconds:.0f} s "
        f"| {one.changed_seconds:.1f} s ({one.changed_seconds / one.index_seconds:.1%}) |"
        for one in lines
    ]
    return "\n".join([head, *rows])


def plot(lines: Sequence[Grown], path: Path) -> None:
    """Four panels over the number of passages, both axes logarithmic."""
    import matplotlib

    matplotlib.use("svg")
    # The same lines give the same file.
    matplotlib.rcParams.update({"svg.hashsalt": "growth", "svg.fonttype": "none"})
    from matplotlib import pyplot

    panels = {
        "one answer, ms (p95 dashed)": ("p50_ms", "p95_ms"),
        "full index, s (one file changed dashed)": ("index_seconds", "changed_seconds"),
        "memory of a process that answers, MB": ("memory_mb",),
        "disk, MB": ("disk_mb",),
    }
    figure, axes = pyplot.subplots(2, 2, figsize=(9, 6), layout="constrained")
    for axis, (title, names) in zip(axes.flat, panels.items(), strict=True):
        for encoder, colour in (("bundled", "#1f77b4"), ("bundled-fast", "#d95f02")):
            mine = sorted((one for one in lines if one.encoder == encoder), key=lambda one: one.passages)
            for name, style in zip(names, ("o-", "o--"), strict=False):
                values = [getattr(one, name) for one in mine]
                label = encoder if style == "o-" else None
                axis.loglog([one.passages for one in mine], values, style, color=colour, label=label, markersize=4)
        axis.set_title(title, fontsize=10)
        axis.grid(alpha=0.3)
        for side in (axis.xaxis, axis.yaxis):
            side.set_major_formatter(lambda value, _: f"{value:,.0f}" if value >= 1 else f"{value:g}")
        axis.xaxis.set_minor_formatter(lambda value, _: "")
        # What stays within one decade would have no number at all.
        axis.yaxis.set_minor_formatter(lambda value, _: f"{value:,g}" if f"{value:.1g}"[0] in "25" else "")
        axis.tick_params(axis="y", which="minor", labelsize=8)
    axes[1, 0].set_xlabel("passages")
    axes[1, 1].set_xlabel("passages")
    axes[0, 0].legend(fontsize=9)
    figure.savefig(path, metadata={"Date": None})


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("sizes", nargs="*", default=DEFAULT)
    parser.add_argument("--data", type=Path, default=OWN)
    parser.add_argument("--results", type=Path, default=Path("growth.jsonl"))
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.step:
        folder, encoder, *more = chosen.sizes
        print(json.dumps(STEPS[chosen.step](Path(folder), encoder, *map(Path, more))))
        return
    kept = chosen.results.read_text("utf-8").splitlines() if chosen.results.exists() else []
    lines = {line["asked"]: Grown(**line["grown"]) for line in map(json.loads, kept)}
    for size in chosen.sizes:
        if size not in lines:
            encoder, count = size.rsplit(":", 1)
            lines[size] = measure(encoder, int(count), chosen.data)
            with chosen.results.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"asked": size, "grown": asdict(lines[size])}) + "\n")
    grown = sorted(lines.values(), key=lambda one: (one.encoder, one.passages))
    print(table(grown))
    if chosen.plot:
        plot(grown, chosen.plot)


if __name__ == "__main__":
    main()
