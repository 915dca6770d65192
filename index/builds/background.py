"""Work that releases the interpreter, in a thread beside work that does not, if there is a core for it.

On a single core the two would only evict each other from the cache: there it is done at once. No thread outlives what
it was begun for: a process that is forked from this one would believe in threads that it does not have.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
S = TypeVar("S")
T = TypeVar("T")


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Background:
    """One thread beside this one, or none. Leaving the context waits for what was begun."""

    def __init__(self, name: str) -> None:
        self._pool = ThreadPoolExecutor(1, name) if cores() > 1 else None

    def begin(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> "Future[T]":
        """What `work` gives, now or later; its error is raised where the result is asked for, or here."""
        if self._pool is not None:
            return self._pool.submit(work, *args, **kwargs)
        done: Future[T] = Future()
        done.set_result(work(*args, **kwargs))
        return done

    def __enter__(self) -> "Background":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._pool is not None:
            self._pool.shutdown()


def in_order(work: Callable[[S], T], items: Iterable[S], threads: int, name: str) -> Iterator[T]:
    """What `work` gives for each of `items`, in their order, in up to `threads` threads at the same time.

    At most one item more than there are threads is begun and not yet taken. The first error is raised in its turn;
    nothing is begun after it, and leaving waits for what is running.
    """
    if threads < 2:
        yield from map(work, items)
        return
    begun: deque[Future[T]] = deque()
    pool = ThreadPoolExecutor(threads, name)
    try:
        for item in items:
            begun.append(pool.submit(work, item))
            if len(begun) > threads:
                yield begun.popleft().result()
        while begun:
            yield begun.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
