"""When a chat may get its next message. A chat that has to wait holds up nobody else.

Each limit is a bucket that leaks (the generic cell rate algorithm): it remembers one moment, not a history.
"""

from collections.abc import Callable
from dataclasses import dataclass

from bot.channels.telegram.options import Pace

MOST_CHATS = 10_000


@dataclass(slots=True)
class _Bucket:
    interval: float
    burst: int
    next_due: float = 0.0

    def reserve(self, now: float) -> float:
        """Takes the next place; returns when it is."""
        due = max(self.next_due, now)
        self.next_due = due + self.interval
        return max(now, due - (self.burst - 1) * self.interval)


class Pacer:
    """Hands out moments. Times are seconds of `clock`."""

    def __init__(self, pace: Pace, clock: Callable[[], float]) -> None:
        self._pace = pace
        self._clock = clock
        self._all = _bucket(pace.per_second, max(1, int(pace.per_second)))
        self._chats: dict[int, list[_Bucket]] = {}
        self._blocked: dict[int, float] = {}

    def delay(self, chat: int) -> float:
        """Takes the next place in `chat` and says how many seconds away it is."""
        now = self._clock()
        buckets = self._chats.get(chat)
        if buckets is None:
            self._forget(now)
            buckets = self._chats[chat] = self._new(chat)
        moments = [bucket.reserve(now) for bucket in buckets]
        moments.append(self._blocked.get(chat, now))
        if self._all is not None:
            moments.append(self._all.reserve(now))
        return max(0.0, *(moment - now for moment in moments))

    def block(self, chat: int, seconds: float) -> None:
        """Telegram asked for silence in this chat."""
        self._blocked[chat] = max(self._blocked.get(chat, 0.0), self._clock() + seconds)

    def _new(self, chat: int) -> list[_Bucket]:
        buckets = [_bucket(self._pace.chat_per_second, self._pace.chat_burst)]
        if chat < 0:
            buckets.append(_bucket(self._pace.group_per_minute / 60, max(1, int(self._pace.group_per_minute))))
        return [bucket for bucket in buckets if bucket is not None]

    def _forget(self, now: float) -> None:
        if len(self._chats) < MOST_CHATS:
            return
        self._chats = {c: b for c, b in self._chats.items() if any(bucket.next_due > now for bucket in b)}
        self._blocked = {chat: until for chat, until in self._blocked.items() if until > now}


def _bucket(rate: float, burst: int) -> _Bucket | None:
    return _Bucket(1 / rate, burst) if rate > 0 else None
