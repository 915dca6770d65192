"""A circuit breaker: while a platform is away, one request at a time asks whether it is back, and all others wait.

Without it, every waiting answer would try on its own, and an outage would end in a flood of requests.
"""

import asyncio
from collections.abc import Callable

from bot.backoff import backoff

FAILURES = 5
"""Failures in a row, of whatever chat, after which the platform counts as away."""
MOST_SECONDS = 20.0
"""The longest pause between two looks: so soon after its end an outage is noticed."""


class Breaker:
    """Closed while all is well. Everything that is sent passes `enter`, and tells how it ended."""

    def __init__(self, clock: Callable[[], float], least: float = 0.5) -> None:
        self._clock = clock
        self._least = least
        self._failures = 0
        self._next_look = 0.0
        self._closed = asyncio.Event()
        self._closed.set()
        self._looking = False
        self.delivered = 0
        """How many requests have got through."""

    @property
    def open(self) -> bool:
        """Whether the platform counts as away."""
        return not self._closed.is_set()

    async def enter(self) -> None:
        """Returns when a request may be made: at once while closed, and for one request at each look while open."""
        while self.open:
            pause = self._next_look - self._clock()
            if pause <= 0 and not self._looking:
                self._looking = True
                return
            try:
                await asyncio.wait_for(self._closed.wait(), 1.0 if self._looking else max(pause, 0.01))
            except TimeoutError:
                continue

    def passed(self) -> None:
        """The platform has answered a request as a platform that is well does, also with a refusal."""
        self.delivered += 1
        self._failures, self._looking = 0, False
        self._closed.set()

    def failed(self) -> None:
        """The platform was not reached, or is itself in trouble."""
        self._failures += 1
        self._looking = False
        if self._failures >= FAILURES:
            self._closed.clear()
            self._next_look = self._clock() + backoff(self._failures - FAILURES + 1, self._least, MOST_SECONDS)

    def left(self) -> None:
        """A request was given up before it ended."""
        self._looking = False
