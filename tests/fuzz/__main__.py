"""Long runs of the fuzzers: `python -m tests.fuzz [--examples N] [--seed S] [NAME ...]`, or `--again NAME FILE`.

Each target runs in a process of its own, so that one that dies is a finding too. The input at work stands in a file
below `data/fuzz`; after a failure that is the smallest one that fails. It belongs into `tests/fuzz/found.py`.
"""

import argparse
import os
import pickle
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.fuzz.found import FOUND
from tests.fuzz.table import TARGETS
from tests.fuzz.target import Target

FOLDER = Path("data/fuzz")
_TURN = 2000
"""Inputs of one seed: hypothesis remembers all inputs of a run."""
_SECONDS = 8.0
"""Of the processor, for one input of some kilobytes."""


class SlowError(AssertionError):
    """One input took too long."""


def _late(number: int, frame: object) -> None:
    raise SlowError(f"more than {_SECONDS} s of the processor")


def watched(target: Target, place: Path, tell: Callable[[int], object]) -> Target:
    """`target`, with the input at work kept in a file and its time limited; `tell` hears how many there were."""
    count = 0

    def check(data: Any) -> None:
        nonlocal count
        count += 1
        tell(count)
        with place.open("wb") as file:
            pickle.dump(data, file)
        signal.setitimer(signal.ITIMER_PROF, _SECONDS)
        try:
            target.check(data)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)

    return replace(target, check=check)


def work(name: str, examples: int, seed: int) -> None:
    """Runs one target in this process."""
    signal.signal(signal.SIGPROF, _late)
    begun = said = time.monotonic()

    def tell(count: int) -> None:
        nonlocal said
        if time.monotonic() - said > 2:
            said = time.monotonic()
            left = (said - begun) / count * max(0, examples - count)
            print(f"\r{name}: {count} of {examples}, {left / 60:.1f} min left   ", end="", file=sys.stderr, flush=True)

    target = watched(TARGETS[name], FOLDER / f"{name}.input", tell)
    for turn in range(0, examples, _TURN):
        target.run(min(_TURN, examples - turn), seed + turn, FOUND.get(name, ()) if not turn else ())
    print(f"\r{name}: {examples} inputs, none uncaught, {time.monotonic() - begun:.0f} s", flush=True)


def again(name: str, file: str) -> None:
    """Feeds one kept input once more."""
    data = pickle.loads(Path(file).read_bytes())
    print(repr(data))
    TARGETS[name].check(data)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(TARGETS))
    parser.add_argument("--examples", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000_000)
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--again", nargs=2, metavar=("NAME", "FILE"))
    told = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    if told.again:
        again(*told.again)
        return 0
    if told.here:
        work(told.names[0], told.examples, told.seed)
        return 0
    return run_all(told.names or list(TARGETS), told.examples, told.seed)


def run_all(names: list[str], examples: int, seed: int) -> int:
    """Each target in its own process; 1 where one of them failed."""
    failed = []
    for name in names:
        (FOLDER / f"{name}.input").unlink(missing_ok=True)
        options = ["--here", "--examples", str(examples), "--seed", str(seed), name]
        code = subprocess.run([sys.executable, "-m", "tests.fuzz", *options], env=os.environ).returncode
        if code:
            failed.append(name)
            print(f"\n{name}: found (seed {seed}, exit {code}); see {FOLDER / name}.input", flush=True)
    return bool(failed)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except AssertionError:
        traceback.print_exc()
        sys.exit(1)
