"""What the program needs from a channel, to run it beside others."""

from collections.abc import Sequence
from typing import Protocol

from starlette.routing import BaseRoute


class Channel(Protocol):
    """Runs until it is closed. `ChannelError` from `run` means: it will not work before somebody changes something."""

    @property
    def name(self) -> str: ...

    def routes(self) -> Sequence[BaseRoute]:
        """Paths on the one web port, the same as long as the program runs."""
        ...

    def problem(self) -> str:
        """Why this channel is not up, in one sentence; "" while it is."""
        ...

    async def run(self) -> None:
        """Connects and works. Any other exception than `ChannelError`: it is run again after a while."""
        ...

    async def close(self, seconds: float) -> None:
        """Stops the intake, finishes what is in hand within `seconds`, lets go. What remains is taken over later."""
        ...
