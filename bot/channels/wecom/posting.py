"""Messages over HTTP, across an outage too: tried again for as long as answers are kept, one at a time while WeCom is
away."""

import math
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.breaker import Breaker
from bot.channels.wecom.keeping import Hand, KeptAnswers, Mark
from bot.channels.wecom.platform.errors import ApiError, LostError, WecomError
from bot.channels.wecom.platform.frames import BUSY, RATE
from bot.channels.wecom.platform.timing import Timing
from bot.outage import Outage

T = TypeVar("T")

ALONE = 8
"""A message that failed this often while others got through is given up: the trouble is its own."""
RATE_PAUSE = 12.0


class Poster:
    """Of one way in. `passing`: refusals after which the same message may be taken a little later."""

    def __init__(
        self, kept: KeptAnswers, timing: Timing, outage: Outage, passing: frozenset[int] = frozenset()
    ) -> None:
        self._kept = kept
        self._breaker = Breaker(timing.now)
        self._outage = outage
        self._passing = passing | {BUSY, RATE}

    @property
    def away(self) -> bool:
        """Whether WeCom is, as far as is known here."""
        return self._outage.since < math.inf

    async def through(self, hand: Hand, send: Callable[[Mark], Awaitable[T]], until: float) -> T:
        """What `send` returns, which is told what was known of its message before.

        Tries are not counted but timed, but for those that fail while others get through. Raises the error of the last.
        """
        seen = self._kept.delivered
        failed = alone = 0
        while True:
            await self._breaker.enter()
            try:
                return await self._try(hand, send)
            except WecomError as error:
                code = error.code if isinstance(error, ApiError) else BUSY if isinstance(error, LostError) else None
                alone += code != RATE and self._kept.delivered > seen
                if code not in self._passing or alone == ALONE or self._kept.over(until):
                    raise
            except BaseException:
                self._breaker.left()
                raise
            seen = self._kept.delivered
            failed += 1
            await self._kept.pause(RATE_PAUSE if code == RATE else 1.0, failed)

    async def _try(self, hand: Hand, send: Callable[[Mark], Awaitable[T]]) -> T:
        before = hand.mark
        await self._kept.goes(hand)
        try:
            sent = await send(before)
        except WecomError as error:
            if isinstance(error, LostError) or (isinstance(error, ApiError) and error.code == BUSY):
                self._failed(error)
            else:
                self._breaker.passed()
            # Busy is what a platform says that fails in the middle, too.
            if error.sent if isinstance(error, LostError) else isinstance(error, ApiError) and error.code == BUSY:
                await self._kept.lost(hand)
            else:
                await self._kept.stays(hand, before)
            raise
        self._breaker.passed()
        self._outage.ends()
        return sent

    def _failed(self, error: WecomError) -> None:
        self._breaker.failed()
        if self._breaker.open:
            self._outage.begins(error)
