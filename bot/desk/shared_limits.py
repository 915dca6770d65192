"""The limits of `rate_limits`, counted in the journal: for all replicas together."""

import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from bot.cards.signing import Signer
from bot.desk.rate_limits import WINDOW, Limits, RateLimits, Rates, Verdict
from bot.journal import Journal
from bot.workers import Workers

if TYPE_CHECKING:
    from bot.desk.desk import Desk


class SharedLimits:
    """Implements `bot.desk.rate_limits.Limits`."""

    def __init__(self, rates: Rates, journal: Journal, workers: Workers, name: Callable[[str], str]) -> None:
        """`name` makes of somebody what the journal may hold: nobody is to be found in it by a counter."""
        self._rates = rates
        self._hits = journal.hits
        self._workers = workers
        self._name = name

    async def count(self, channel: str, user: str, chat: str) -> Verdict:
        windows = ((f"{channel} user {user}", self._rates.user), (f"{channel} chat {chat}", self._rates.chat))
        most = {self._name(key): limit for key, limit in windows if limit}
        if not most:
            return Verdict.FINE
        return Verdict(await self._workers.write(self._hits.count, most, WINDOW))


def limits(
    rates: Rates,
    purpose: str,
    journal: Journal,
    workers: Workers,
    signer: Signer,
    clock: Callable[[], float] = time.monotonic,
) -> Limits:
    """Limits for one `purpose`: counted in the journal where replicas share it, else in this process by `clock`."""
    if not journal.shared:
        return RateLimits(rates, clock)
    return SharedLimits(rates, journal, workers, partial(signer.sign, "limit", purpose))


def limits_beside(desk: "Desk", purpose: str, rates: Rates, clock: Callable[[], float] = time.monotonic) -> Limits:
    """Limits for one `purpose`, counted where the desk counts its own."""
    return limits(rates, purpose, desk.journal, desk.workers, desk.links.signer, clock)
