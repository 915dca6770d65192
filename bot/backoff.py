"""How long to wait before trying again: twice as long after each failure, and never in step with others."""

import random
from collections.abc import Callable


def backoff(
    failures: int, least: float = 1.0, most: float = 60.0, uniform: Callable[[float, float], float] = random.uniform
) -> float:
    """Seconds to wait after `failures` in a row, at least 1: between half and all of least · 2^(failures - 1)."""
    longest = min(most, least * 2.0 ** min(failures - 1, 30))
    return uniform(longest / 2, longest)
