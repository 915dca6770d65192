"""The command line on the simulated machine, beside the processes that serve."""

import random
from dataclasses import dataclass

from index.errors import VerbatimError
from tests.simulation.corpus import ROOMS, Builder, Corpus
from tests.simulation.network import Diary
from tests.simulation.virtual_time import Killed, Process


@dataclass(eq=False)
class Command:
    """`verbatim index` or `verbatim rollback`, in a process of its own, from its start to its end."""

    name: str
    what: str
    corpus: Corpus
    diary: Diary
    luck: random.Random
    point: tuple[str, int, str, float] | None = None
    """As for `Replica.breaks`."""

    def __post_init__(self) -> None:
        self.process = Process(self.name, self.corpus.loop)
        self._builder = Builder(self.corpus, self.name, self._moment, lambda question: None)
        if self.point is not None:
            purpose, lines, how, seconds = self.point
            self._builder.breakpoint.put(purpose, lines, lambda: self._breaks(how, seconds))
        with self.process.running():
            self.corpus.loop.call_soon(self._run)

    def _run(self) -> None:
        try:
            self._builder.index() if self.what == "reindex" else self._builder.rollback()
        except VerbatimError as error:
            self.diary.note(f"{self.name}: {error.reason.code}")
        except Killed:
            self.diary.note(f"{self.name} is killed in the middle of its work on a snapshot")
        self.process.dead = True

    def _breaks(self, how: str, seconds: float) -> None:
        if how == "stall":
            self._others_run(seconds)
            return
        if how == "full":
            self.corpus.disk.fills(self.luck.choice(ROOMS))
            return
        self.corpus.disk.is_left()
        raise Killed

    def _moment(self) -> None:
        self._others_run(self.luck.expovariate(0.5))

    def _others_run(self, seconds: float) -> None:
        loop = self.corpus.loop
        until = loop.time() + seconds
        loop.outside(lambda: None, after=seconds)
        with self.corpus.disk.left_alone():
            loop.let_others_run(lambda: loop.time() >= until)
