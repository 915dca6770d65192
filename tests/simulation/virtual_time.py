"""An event loop without waiting: when nothing is left to do now, its clock jumps to the next thing that is due.

Whatever runs on it belongs to nobody or to a `Process`. One that is paused runs nothing until it goes on, one that is
killed never again: not even its `finally` blocks, as after SIGKILL.
"""

import asyncio
import heapq
import random
import sys
from collections import deque
from collections.abc import Callable
from contextlib import contextmanager
from contextvars import Context, ContextVar, copy_context
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from tests.simulation.errors import BrokenError

BEGAN = 1_800_000_000.0
"""Seconds since 1970 when the clock of a loop shows 0."""
ROUNDS = 100


SLOW = {"answer": 0.05, "journal": 0.002, "upkeep": 0.1}
"""Seconds, on average, until work of a pool of threads begins, and until its end is noticed."""


class Killed(BaseException):
    """The process that this happens in has ended."""


class StuckError(AssertionError):
    """Something is waited for that cannot happen any more."""


@dataclass(eq=False)
class Process:
    """What is started within `with process.running():`, and everything that this starts in turn."""

    name: str
    loop: "VirtualLoop"
    paused: bool = False
    dead: bool = False
    held: list[asyncio.Handle] = field(default_factory=list)
    """What it would have run, was it neither paused nor dead."""

    def __post_init__(self) -> None:
        self.loop.processes.append(self)

    @contextmanager
    def running(self) -> Any:
        token = _RUNNING.set(self)
        try:
            yield
        finally:
            _RUNNING.reset(token)

    def go_on(self) -> None:
        """Everything that was held up while it was paused runs now, in its order."""
        if self.dead:
            return
        self.paused = False
        self.loop.run_first(self.held)
        self.held = []

    def holds(self, handle: asyncio.Handle) -> bool:
        """Whether `handle` does not run now, and is kept for later."""
        if self.paused or self.dead:
            self.held.append(handle)
        return self.paused or self.dead


_RUNNING: ContextVar[Process | None] = ContextVar("process", default=None)


def current_process() -> Process | None:
    return _RUNNING.get()


@dataclass(eq=False)
class Lane:
    """A pool of threads: when its newest work is due, whether it is at work, and what waits for the end of that."""

    due: float = 0.0
    busy: bool = False
    waiting: deque[tuple[Context, Callable[[], None]]] = field(default_factory=deque)


class VirtualLoop(asyncio.BaseEventLoop):
    """No file, no socket, no thread is waited for. One callback at a time, so that a callback may itself let others
    run (`let_others_run`)."""

    def __init__(self, luck: random.Random) -> None:
        super().__init__()
        self._luck = luck
        self._lanes: dict[int, Lane] = {}
        self.working = False
        """Whether what runs now is work of a thread."""
        self._time = 1000.0
        self._tasks: set[asyncio.Task[Any]] = set()
        self.set_task_factory(self._make_task)
        self.set_exception_handler(self._note_broken)
        self.broken: BrokenError | None = None
        self.processes: list[Process] = []
        self.ending = False
        """Whether everything is being cleared away: nothing is held up any more, and nothing may be begun."""

    def _note_broken(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """What does not hold in the middle of something ends the seed; any other error is its process's own affair."""
        if isinstance(error := context.get("exception"), BrokenError):
            self.broken = self.broken or error

    def time(self) -> float:
        return self._time

    def now(self) -> float:
        """Seconds since 1970."""
        return BEGAN + self._time

    def run_first(self, handles: list[asyncio.Handle]) -> None:
        self._ready.extendleft(reversed(handles))

    def outside(self, callback: Callable[..., None], *args: Any, after: float = 0.0) -> None:
        """Calls `callback` after `after` seconds, as nobody's: it happens whatever becomes of who asked for it."""
        token = _RUNNING.set(None)
        try:
            self.call_later(after, callback, *args)
        finally:
            _RUNNING.reset(token)

    def let_others_run(self, over: Callable[[], bool]) -> None:
        """From within work of a thread: everything else runs until `over()`.

        Not from within a task: no other could run its next step, and would never hear of what it waits for.
        """
        assert asyncio.current_task(self) is None
        before, self.working = self.working, False
        # What the others do is theirs: it counts for no breakpoint of this work.
        trace = sys.gettrace()
        sys.settrace(None)
        try:
            while not over():
                self._run_once()
        finally:
            self.working = before
            sys.settrace(trace)

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *args: Any) -> "asyncio.Future[Any]":
        """Work of a thread takes a while to begin and a while to be noticed, and is done at once, in order."""
        done: asyncio.Future[Any] = self.create_future()
        if self.ending:
            done.cancel()
            return done
        slow = 1 / SLOW[executor._thread_name_prefix]
        lane = self._lanes.setdefault(id(executor), Lane())
        lane.due = max(lane.due + 1e-6, self._time + self._luck.expovariate(slow))
        self.call_at(lane.due, self._work, lane, partial(func, *args), done, self._luck.expovariate(slow))
        return done

    def _work(self, lane: "Lane", work: Callable[[], Any], done: "asyncio.Future[Any]", noticed: float) -> None:
        """One after the other: what lets others run in its middle holds up the rest of its pool."""
        if lane.busy:
            lane.waiting.append((copy_context(), partial(self._work, lane, work, done, noticed)))
            return
        if done.cancelled():
            self._next(lane)
            return
        lane.busy = True
        before, self.working = self.working, True
        try:
            came, error = work(), None
        except Killed:
            return
        except Exception as raised:
            came, error = None, raised
        finally:
            self.working, lane.busy = before, False
            self._next(lane)
        self.call_later(noticed, _tell, done, came, error)

    def _next(self, lane: "Lane") -> None:
        if lane.waiting:
            context, work = lane.waiting.popleft()
            self.call_soon(work, context=context)

    def clear_away(self) -> None:
        """Ends every task, also those of dead processes, so that none is found half done by the garbage collector."""
        self.ending = True
        for process in self.processes:
            # A task ends only if its next step runs.
            self.run_first(process.held)
        self.call_soon(self._cancel_all, ROUNDS)
        self.run_forever()

    def _cancel_all(self, rounds: int) -> None:
        for task in list(self._tasks):
            task.cancel()
        if self._tasks and rounds:
            self.call_later(0.1, self._cancel_all, rounds - 1)
        else:
            self.stop()

    def _make_task(self, loop: asyncio.AbstractEventLoop, work: Any, **more: Any) -> "asyncio.Task[Any]":
        task: asyncio.Task[Any] = asyncio.Task(work, loop=loop, **more)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _run_once(self) -> None:
        if self.broken is not None and not self.ending:
            raise self.broken
        self._move_due()
        if not self._ready:
            if not self._scheduled:
                raise StuckError("Nothing is left to do, and something is still waited for.")
            self._time = max(self._time, self._scheduled[0].when())
            self._move_due()
        if not self._ready:
            return
        handle = self._ready.popleft()
        if handle.cancelled():
            return
        owner = handle._context.get(_RUNNING)
        if owner is None or self.ending or not owner.holds(handle):
            handle._run()

    def _move_due(self) -> None:
        scheduled = self._scheduled
        while scheduled and (scheduled[0].cancelled() or scheduled[0].when() <= self._time):
            timer = heapq.heappop(scheduled)
            timer._scheduled = False
            if not timer.cancelled():
                self._ready.append(timer)

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """It is thrown away when it is due."""

    def _write_to_self(self) -> None:
        """Nobody sleeps who could be woken."""

    def _process_events(self, event_list: object) -> None:
        """There are no events but those of the loop itself."""


def _tell(done: "asyncio.Future[Any]", came: object, error: Exception | None) -> None:
    if done.done():
        return
    if error is not None:
        done.set_exception(error)
    else:
        done.set_result(came)
