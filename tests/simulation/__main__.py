"""`python -m tests.simulation`: plays many seeds and prints those that fail; `--seed N` plays one, and tells all."""

import argparse
import logging
import os
import sys
import time

from tests.simulation.run import Played, play, play_all, shrink

EVERY = 250
MOST_FAILURES = 5


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=10_000, help="how many seeds")
    parser.add_argument("--first", type=int, default=0, help="the first of them")
    parser.add_argument("--seconds", type=float, default=0, help="end after so many seconds; 0: play all")
    parser.add_argument("--seed", type=int, help="play this one alone, with everything that happens")
    given = parser.parse_args()
    logging.disable(logging.CRITICAL)
    return _one(given.seed) if given.seed is not None else _many(given.first, given.seeds, given.seconds)


def _print(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _one(seed: int) -> int:
    played = play(seed)
    _print("\n".join(played.log))
    if not played.broken:
        _print(f"Seed {seed}: everything holds.")
        return 0
    _print(f"{played.trace}\nSeed {seed} fails, and still does with no more than this:")
    _print("\n".join(map(str, shrink(seed))))
    return 1


def _many(first: int, count: int, seconds: float) -> int:
    begun, failures = time.monotonic(), list[Played]()
    number = 0
    for number, played in enumerate(play_all(range(first, first + count), os.cpu_count() or 1), 1):
        if played.broken:
            failures.append(played)
            _print(f"Seed {played.seed}: {played.broken}\n  play it again: make simulate SEED={played.seed}")
        if number % EVERY == 0:
            took = time.monotonic() - begun
            _print(f"{number} of {count} seeds, {len(failures)} failed, {took:.0f} s")
        over = bool(seconds) and time.monotonic() - begun > seconds
        if over or len(failures) == MOST_FAILURES:
            break
    _print(f"{number} seeds played in {time.monotonic() - begun:.0f} s, {len(failures)} failed.")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
