"""Questions of one person in one chat are worked on one after the other, in the order in which they were asked."""

import asyncio
import heapq
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

Waiting = tuple[float, int, asyncio.Future[None]]


class Turns:
    """A follow-up is answered after what it follows, also when answers were kept. Others wait for nobody."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[Waiting]] = {}
        self._numbers = itertools.count()

    @asynccontextmanager
    async def turn(self, who: str, asked: float) -> AsyncIterator[None]:
        """Enters when nothing of `who` is worked on, and nothing waits that was `asked` earlier."""
        if who in self._waiting:
            await self._wait(who, asked)
        else:
            self._waiting[who] = []
        try:
            yield
        finally:
            self._pass_on(who)

    async def _wait(self, who: str, asked: float) -> None:
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting[who], (asked, next(self._numbers), mine))
        try:
            await mine
        except asyncio.CancelledError:
            # The turn may have come in the same moment.
            if mine.done() and not mine.cancelled():
                self._pass_on(who)
            raise

    def _pass_on(self, who: str) -> None:
        waiting = self._waiting[who]
        while waiting:
            *_, next_one = heapq.heappop(waiting)
            if not next_one.done():
                next_one.set_result(None)
                return
        del self._waiting[who]
