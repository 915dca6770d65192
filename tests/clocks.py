"""A clock that stands still until it is told: whoever sleeps on it wakes when it has been moved far enough."""

import asyncio
from collections.abc import Callable


class HandClock:
    def __init__(self, now: float = 1000.0) -> None:
        self.time = now
        self.slept: list[float] = []
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []
        self._changed = asyncio.Event()

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        entry = (self.time + seconds, future)
        self._sleepers.append(entry)
        self.slept.append(seconds)
        self._changed.set()
        try:
            await future
        finally:
            if entry in self._sleepers:
                self._sleepers.remove(entry)

    def sleeping(self, least: float = 0.0, most: float = 1e9) -> bool:
        """Whether somebody's sleep has between `least` and `most` seconds left."""
        return any(least <= due - self.time <= most and not future.done() for due, future in self._sleepers)

    async def until_sleeping(self, least: float = 0.0, most: float = 1e9) -> None:
        async with asyncio.timeout(20):
            while not self.sleeping(least, most):
                self._changed.clear()
                await self._changed.wait()

    def advance(self, seconds: float) -> None:
        self.time += seconds
        for due, future in list(self._sleepers):
            if due <= self.time and not future.done():
                future.set_result(None)


async def eventually(condition: Callable[[], object]) -> None:
    """Lets the program run until `condition()` holds, for what announces itself to nobody."""
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.001)
