"""Processes that answer questions beside the one that serves, so that answers use every core.

Each has a thread here that hands it one message at a time. A process that ends, whyever, is replaced; what it was
asked is asked of another. A question at which two ended in a row is given up, so that it cannot end them all.
"""

import logging
import threading
from collections import Counter, deque
from collections.abc import Iterator, Set
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from bot.backoff import backoff
from bot.errors import AnswerLostError
from bot.serving.processes.answer_process import AnswerProcess, GoneError
from bot.serving.processes.answer_worker import Call, IndexAddress, Serve
from bot.serving.processes.child_environment import child_environment

log = logging.getLogger(__name__)

TRIES = 2
"""Processes that may end at one question."""
PATIENCE = 120.0
"""Seconds after which a process that does not reply is ended: far longer than an answer, or an opening, takes."""
LOOK = 1.0
"""Seconds between two looks for such a process, and for one that ended while nobody asked it."""
OPENING = 60.0
"""Seconds that a new index waits, at most, until every process has opened it."""
ENDED = "Processes that answer ended at this question: the log says how."


class NobodyThereError(Exception):
    """No process is ready: whoever asks has to answer by himself."""


@dataclass(slots=True, eq=False)
class _Job:
    """A call that waits for a process, or for its reply."""

    call: Call
    outcome: Future[Any] = field(default_factory=Future)
    lost: int = 0
    """Processes that ended at it."""


class AnswerPool:
    """So many processes, until `close`. One counts as ready when it has opened every index that is served.

    They start when two questions are answered in this process at the same time: one alone is as quick here, and a bot
    that few people ask takes no memory for more.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self.environment = child_environment()
        self._changed = threading.Condition()
        self._jobs: deque[_Job] = deque()
        self._served: Counter[IndexAddress] = Counter()
        self._lanes = [_Lane(self, number) for number in range(count)]
        self._started = self._closed = False
        self._here = 0
        """Questions that are being answered in this process."""

    @property
    def ready(self) -> int:
        """How many processes can be asked."""
        return sum(lane.ready for lane in self._lanes)

    @property
    def processes(self) -> tuple[int, ...]:
        """The ids of those that can be asked."""
        return tuple(lane.process.id for lane in self._lanes if lane.ready and lane.process)

    @contextmanager
    def here(self) -> Iterator[None]:
        """Around a question that is answered in this process. The second at the same time starts the others."""
        with self._changed:
            self._here += 1
            crowded = self._here > 1
        try:
            if crowded:
                self.start()
            yield
        finally:
            with self._changed:
                self._here -= 1

    def start(self) -> None:
        """Starts the processes. Does not wait for them; a second call does nothing."""
        with self._changed:
            if self._started or self._closed:
                return
            self._started = True
            for lane in self._lanes:
                lane.thread.start()
        threading.Thread(target=self._end_silent, name="answer-watch", daemon=True).start()
        log.info("%d processes begin to answer questions", self.count)

    def call(self, call: Call) -> Any:
        """What one of the processes replies. Blocks, and raises what it raised.

        NobodyThereError where no process is ready, or becomes ready; AnswerLostError where two ended at this call.
        """
        job = _Job(call)
        with self._changed:
            if self._closed or not self.ready:
                raise NobodyThereError
            self._jobs.append(job)
            self._changed.notify_all()
        return job.outcome.result()

    def serve(self, index: IndexAddress) -> None:
        """From now on the processes keep this index open. Blocks until those that are ready have opened it."""
        with self._changed:
            self._served[index] += 1
            self._changed.notify_all()
            # One that is starting holds up nobody: it is not asked before it has opened everything.
            self._changed.wait_for(
                lambda: self._closed or not any(lane.ready and self._behind(lane) for lane in self._lanes), OPENING
            )

    def forget(self, index: IndexAddress) -> None:
        """Undoes one `serve`: the processes close what nobody serves any more."""
        with self._changed:
            self._served = +(self._served - Counter([index]))
            self._changed.notify_all()

    def close(self) -> None:
        """Ends the processes, each when it has replied to what it was asked. Nothing is taken any more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        for lane in self._lanes if self._started else ():
            lane.thread.join()
        self.give_back()

    def next(self, lane: "_Lane", process: AnswerProcess) -> Serve | _Job | None:
        """What the `process` of `lane` does next; blocks until there is something. None where it is to end.

        Raises GoneError where it ended by itself: one that was idle is no question's fault.
        """
        with self._changed:
            # Whoever waits for all to be up to date looks again.
            self._changed.notify_all()
            while not self._changed.wait_for(lambda: self._closed or self._jobs or self._behind(lane), LOOK):
                process.check()
            if self._closed:
                return None
            process.check()
            if self._behind(lane):
                return Serve(frozenset(self._served))
            return self._jobs.popleft()

    def lost(self, job: _Job) -> None:
        """A process ended at this job: another has it next, before all that came later."""
        job.lost += 1
        if job.lost >= TRIES:
            job.outcome.set_exception(AnswerLostError(ENDED))
            return
        with self._changed:
            self._jobs.appendleft(job)
            self._changed.notify_all()

    def give_back(self) -> None:
        """Where no process is ready, nobody waits for one."""
        with self._changed:
            waiting = [] if self.ready else [self._jobs.popleft() for _ in range(len(self._jobs))]
        for job in waiting:
            # What a process ended at is not tried in this one.
            job.outcome.set_exception(NobodyThereError() if not job.lost else AnswerLostError(ENDED))

    def pause(self, seconds: float) -> bool:
        """Waits so long, or until the pool is closed; whether it is open still."""
        with self._changed:
            return not self._changed.wait_for(lambda: self._closed, seconds)

    def _behind(self, lane: "_Lane") -> bool:
        return lane.opened != self._served.keys()

    def _end_silent(self) -> None:
        while self.pause(LOOK):
            for lane in self._lanes:
                if (process := lane.process) and process.silent > PATIENCE:
                    log.error("An answer process did not reply for %.0f s: it is ended", PATIENCE)
                    process.kill()


class _Lane:
    """One process, started anew when it ends, and the thread that speaks with it."""

    def __init__(self, pool: AnswerPool, number: int) -> None:
        self._pool = pool
        self.process: AnswerProcess | None = None
        self.opened: Set[IndexAddress] | None = None
        """What the process has open; None where it has said nothing yet."""
        self.thread = threading.Thread(target=self._run, name=f"answer-process_{number}", daemon=True)

    @property
    def ready(self) -> bool:
        return self.opened is not None

    def _run(self) -> None:
        failures = 0
        while self._pool.pause(backoff(failures) if failures else 0.0):
            try:
                self.process = AnswerProcess(self._pool.environment)
                self._work(self.process)
            except (GoneError, OSError) as error:
                # What worked and was killed is replaced at once; what never worked is tried again with pauses.
                failures = 0 if self.ready else failures + 1
                log.warning("An answer process ended (%s): another takes its place", error)
            finally:
                self.opened = None
                if failures:
                    self._pool.give_back()
                if self.process:
                    self.process.end()
                    self.process = None

    def _work(self, process: AnswerProcess) -> None:
        """Hands on one message after the other, until the pool is closed. Raises GoneError where the process ends."""
        while work := self._pool.next(self, process):
            if isinstance(work, Serve):
                outcome = process.say(work)
                if outcome.error is not None:
                    # Whoever asks that index is told as well.
                    log.error("An answer process cannot open an index: %s", outcome.error)
                self.opened = work.indexes
                continue
            try:
                outcome = process.say(work.call)
            except GoneError:
                self._pool.lost(work)
                raise
            if outcome.error is not None:
                work.outcome.set_exception(outcome.error)
            else:
                work.outcome.set_result(outcome.value)
