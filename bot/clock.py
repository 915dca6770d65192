"""What time it is, for whatever keeps time. Handed in where time matters, so that a simulation can bring its own."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clock:
    """Both in seconds."""

    now: Callable[[], float] = time.time
    """Since 1970: for what is written down, and read after a restart."""
    steady: Callable[[], float] = time.monotonic
    """Since whenever: never set back, the same for all processes of a machine."""
