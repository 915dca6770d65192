"""How much one person and one chat may ask, so that nobody can block the bot for everyone else."""

from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

WINDOW = 60.0
MOST_KEYS = 20_000
"""People and chats remembered at once; the ones seen longest ago are forgotten first."""


class Verdict(Enum):
    FINE = "fine"
    SAY = "say"
    """Over the limit for the first time: say it politely."""
    QUIET = "quiet"
    """Over the limit, and told already."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Questions a minute; 0 means no limit."""

    user: int = 12
    chat: int = 30


class Limits(Protocol):
    async def count(self, channel: str, user: str, chat: str) -> Verdict:
        """Counts a question, unless it is over a limit."""


class RateLimits:
    """A sliding minute for each person and each chat, in this process. Implements `Limits`."""

    def __init__(self, rates: Rates, clock: Callable[[], float]) -> None:
        self._rates = rates
        self._clock = clock
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()
        self._last_lines: OrderedDict[str, float] = OrderedDict()

    async def count(self, channel: str, user: str, chat: str) -> Verdict:
        return self.check(channel, user, chat)

    def check(self, channel: str, user: str, chat: str) -> Verdict:
        """Counts a question, unless it is over a limit."""
        now = self._clock()
        windows = [
            (f"{channel} user {user}", self._rates.user),
            (f"{channel} chat {chat}", self._rates.chat),
        ]
        reached = [key for key, limit in windows if limit and len(self._window(key, now)) >= limit]
        if not reached:
            for key, limit in windows:
                if limit:
                    self._seen[key].append(now)
            return Verdict.FINE
        last_line = self._last_lines.get(reached[0])
        if last_line is not None and now - last_line < WINDOW:
            return Verdict.QUIET
        self._last_lines[reached[0]] = now
        _forget_oldest(self._last_lines)
        return Verdict.SAY

    def _window(self, key: str, now: float) -> deque[float]:
        window = self._seen.setdefault(key, deque())
        self._seen.move_to_end(key)
        while window and now - window[0] >= WINDOW:
            window.popleft()
        _forget_oldest(self._seen)
        return window


def _forget_oldest(table: "OrderedDict[str, deque[float]] | OrderedDict[str, float]") -> None:
    while len(table) > MOST_KEYS:
        table.popitem(last=False)
