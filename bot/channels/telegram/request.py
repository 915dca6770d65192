"""What an error of the library's transport says about a request: whether Telegram can have got it."""

import httpx
from telegram.error import TelegramError


def never_left(error: TelegramError) -> bool:
    """Whether no connection was had, so that Telegram cannot have got the request."""
    return isinstance(error.__cause__, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)


def was_cut(error: TelegramError) -> bool:
    """Whether the transport failed, and not Telegram."""
    return isinstance(error.__cause__, httpx.HTTPError)
