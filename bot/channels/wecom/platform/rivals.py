"""Other programs that take the bot's one long connection: waited out a few times, then given way to."""

import logging
from collections import deque

from bot.channels.wecom.platform.errors import RivalError
from bot.channels.wecom.platform.timing import Timing

log = logging.getLogger(__name__)

KICK_PAUSE = (30.0, 60.0)
KICKS = 3
KICK_WINDOW = 600.0


class Rivals:
    """How often the connection was taken lately."""

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self._kicks: deque[float] = deque()

    def kicked(self) -> float:
        """The connection was taken once more: seconds to wait. RivalError where coming back is useless."""
        now = self._timing.now()
        self._kicks.append(now)
        while now - self._kicks[0] > KICK_WINDOW:
            self._kicks.popleft()
        if len(self._kicks) >= KICKS:
            raise RivalError(
                f"Another program took this bot's connection {KICKS} times in ten minutes: a bot has one long"
                " connection, so stop the other program or give it a bot of its own."
            )
        log.warning("Another program took this bot's connection")
        return self._timing.uniform(*KICK_PAUSE)
