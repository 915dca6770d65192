"""The one place where blocking work crosses into threads: encoding and searching in one pool, the journal in another.

Two pools, so that writing down a delivery never waits behind a slow question.
"""

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from bot.errors import DatabaseAwayError

P = ParamSpec("P")
T = TypeVar("T")

PAUSE = 0.2
"""Seconds before what a database cut off is tried again."""


class Workers:
    def __init__(self, answering: int = 2, upkeep: int = 1, ending: Callable[[], None] = lambda: None) -> None:
        """`ending` is called when the last work is done."""
        self._answering = ThreadPoolExecutor(answering, thread_name_prefix="answer")
        self._writing = ThreadPoolExecutor(1, thread_name_prefix="journal")
        self._closed = False
        self._upkeep = ThreadPoolExecutor(upkeep, thread_name_prefix="upkeep")
        self._ending = ending

    async def answer(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """`work` among at most as many questions at once as the pool has threads."""
        return await self._run(self._answering, work, *args, **kwargs)

    async def write(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """A short look into the journal, or a line in it, in order."""
        return await self._run(self._writing, work, *args, **kwargs)

    async def upkeep(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Long work that answers nobody: a reindex."""
        return await self._run(self._upkeep, work, *args, **kwargs)

    def close(self) -> None:
        """Waits for what is running; nothing new is taken."""
        self._closed = True
        for pool in (self._answering, self._upkeep, self._writing):
            pool.shutdown(wait=True, cancel_futures=True)
        self._ending()

    async def _run(self, pool: ThreadPoolExecutor, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        loop = asyncio.get_running_loop()
        # Which question it is for goes along.
        context = contextvars.copy_context()
        while True:
            try:
                return await loop.run_in_executor(pool, lambda: context.run(work, *args, **kwargs))
            except DatabaseAwayError:
                # It was cut in the middle, and all that the journal is asked for can be asked again.
                if self._closed:
                    raise
                await asyncio.sleep(PAUSE)
