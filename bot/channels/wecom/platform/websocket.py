"""What the long connection needs of a WebSocket: the real one, or another that fails as it does."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Protocol

from websockets.asyncio.client import connect

FRAME_BYTES = 1 << 20


class Transport(Protocol):
    """What carries a WebSocket."""

    def abort(self) -> None: ...


class Socket(Protocol):
    """What is used of a WebSocket. Fails as that of `websockets` does."""

    @property
    def transport(self) -> Transport: ...

    @property
    def close_code(self) -> int | None: ...

    def __aiter__(self) -> AsyncIterator[str | bytes]: ...

    async def send(self, message: str) -> None: ...

    async def close(self) -> None: ...


Dial = Callable[[str], Awaitable[Socket]]
"""Opens a WebSocket to an address."""


async def dialled(url: str) -> Socket:
    # Pings of the protocol below are off: the platform counts its own, and two hearts would disagree.
    return await connect(url, ping_interval=None, max_size=FRAME_BYTES, open_timeout=None, close_timeout=2)
