"""Plays seeds, alone or many on all cores; of one that fails, finds the actions that it needs to fail."""

import logging
import multiprocessing
import os
import random
import tempfile
import traceback
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.simulation.corpus import MEMORY, beginnings, built
from tests.simulation.story import Action, tell
from tests.simulation.virtual_time import VirtualLoop
from tests.simulation.world import World


@dataclass(frozen=True)
class Played:
    """`broken` says what did not hold, "" where everything did; `log` has everything that happened, line by line."""

    seed: int
    broken: str
    log: list[str]
    trace: str = ""


def play(seed: int, actions: Sequence[Action] | None = None) -> Played:
    """The story of `seed`, or the `actions` in its place, from the beginning to the end."""
    random.seed(seed)
    loop = VirtualLoop(random.Random(f"threads {seed}"))
    # A build that was killed may have left a thread behind that still writes.
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None, ignore_cleanup_errors=True) as folder:
        world = World(loop, seed, Path(folder))
        try:
            loop.run_until_complete(world.play(tell(seed) if actions is None else actions))
        except Exception as error:
            return Played(seed, f"{type(error).__name__}: {error}", world.diary.lines, traceback.format_exc())
        finally:
            world.end()
            loop.clear_away()
            loop.close()
    return Played(seed, "", world.diary.lines)


def shrink(seed: int) -> list[Action]:
    """The story of a failing seed without every action that it fails without, too."""
    actions = tell(seed)
    for action in list(actions):
        fewer = [one for one in actions if one is not action]
        if play(seed, fewer).broken:
            actions = fewer
    return actions


def play_all(seeds: Iterable[int], processes: int) -> Iterator[Played]:
    """Each seed as it is done, in no order."""
    # Not forked: what builds snapshots has threads.
    with multiprocessing.get_context("spawn").Pool(processes, _begin, (Path(built().name),)) as pool:
        yield from pool.imap_unordered(play, seeds, chunksize=4)


def _begin(beginning: Path) -> None:
    os.nice(5)
    beginnings.append(beginning)
    logging.disable(logging.CRITICAL)
