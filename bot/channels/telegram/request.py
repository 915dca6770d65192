"""What an error of the library says about a request: whether Telegram is away, whether it can have got it."""

import httpx
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError


def is_away(error: BaseException | None) -> bool:
    """Whether Telegram was not reached, or asks for silence: nothing is wrong with the request itself."""
    return isinstance(error, NetworkError | RetryAfter) and not isinstance(error, BadRequest)


def never_left(error: TelegramError) -> bool:
    """Whether no connection was had, so that Telegram cannot have got the request."""
    return isinstance(error.__cause__, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)


def was_cut(error: TelegramError) -> bool:
    """Whether the transport failed, and not Telegram."""
    return isinstance(error.__cause__, httpx.HTTPError)
