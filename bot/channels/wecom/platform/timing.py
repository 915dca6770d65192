"""Time and chance, as values: tests need neither a clock nor luck."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from bot.channels.wecom.platform.errors import LostError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Timing:
    """What a way into WeCom asks about time."""

    now: Callable[[], float] = time.monotonic
    """For how long something takes, in seconds since nobody knows when."""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    uniform: Callable[[float, float], float] = random.uniform
    wall: Callable[[], float] = time.time
    """For how old a question is, also after a restart: in seconds since 1970."""

    async def within(self, seconds: float, work: Awaitable[T]) -> T:
        """The result of `work`, or LostError when it takes longer than `seconds`."""
        task = asyncio.ensure_future(work)
        alarm = asyncio.ensure_future(self.sleep(seconds))
        try:
            await asyncio.wait({task, alarm}, return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                raise LostError("WeCom did not answer in time.")
            return task.result()
        finally:
            task.cancel()
            alarm.cancel()
