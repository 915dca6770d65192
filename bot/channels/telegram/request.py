"""What has become of a request: how often it failed, whether Telegram is away, whether it can have got it."""

from dataclasses import dataclass, field

import httpx
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError

from bot.channels.telegram.inbox import InHand, Mark
from bot.channels.telegram.outgoing import RenderedMessage


@dataclass(slots=True)
class Attempt:
    """What has become of one request so far."""

    until: float
    """When it is given up, in seconds since 1970."""
    hand: InHand | None = None
    """What it is a part of the answer to; None for what nobody takes over."""
    marks: list[Mark] = field(default_factory=list)
    """One for each try that may have arrived."""
    mark: Mark = field(default_factory=lambda: Mark(0, ""))
    """Of the last try."""
    shown: RenderedMessage | None = None
    """What the last try was to show."""
    marked: float = 0.0
    """When the last try was written down."""
    failures: int = 0
    alone: int = 0
    """Failures while other requests got through."""
    delivered: int = 0
    """How many requests had got through at the last failure."""


def is_away(error: BaseException | None) -> bool:
    """Whether Telegram was not reached, or asks for silence: nothing is wrong with the request itself."""
    return isinstance(error, NetworkError | RetryAfter) and not isinstance(error, BadRequest)


def never_left(error: TelegramError) -> bool:
    """Whether no connection was had, so that Telegram cannot have got the request. After an error 500 it may have."""
    return isinstance(error.__cause__, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)


def seconds_of(error: RetryAfter) -> float:
    wait = error.retry_after
    return float(wait if isinstance(wait, int | float) else wait.total_seconds())
