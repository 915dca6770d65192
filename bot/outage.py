"""A platform that is away: one line in the log when it goes, one when it is back, however often it is tried between."""

import logging
import math
import time
from collections.abc import Callable

log = logging.getLogger(__name__)


class Outage:
    """Of one platform, seen by one channel."""

    def __init__(self, name: str, now: Callable[[], float] = time.monotonic) -> None:
        self._name = name
        self._now = now
        self.since = math.inf
        """When it began, in seconds of the clock; infinite while the platform is there."""

    def begins(self, reason: object) -> None:
        """The platform was not reached."""
        if self.since < math.inf:
            return
        self.since = self._now()
        log.warning("%s is away (%s). It is tried again until it is back", self._name, reason)

    def ends(self) -> None:
        """The platform was reached."""
        if self.since < math.inf:
            log.warning("%s is back after %.0f s", self._name, self._now() - self.since)
        self.since = math.inf
