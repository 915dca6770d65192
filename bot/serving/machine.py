"""What this machine, or the container around this process, has for us: cores and memory."""

import os
from contextlib import suppress
from pathlib import Path

GROUPS = Path("/sys/fs/cgroup")
"""Where Linux keeps the limits of a container (control groups, version 2)."""
MOST = 4
"""Processes that answer, where nobody says how many: enough for hundreds of questions a second."""
FIRST, EACH = 512 << 20, 384 << 20
"""Bytes for the program without them, and for each; about twice what 10 000 passages need with the larger encoder."""


def cores(groups: Path = GROUPS) -> int:
    """How many this process may use, at least 1."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    with suppress(OSError, ValueError):
        share, period = (groups / "cpu.max").read_text().split()
        allowed = min(allowed, int(share) // int(period))
    return max(allowed, 1)


def memory(groups: Path = GROUPS) -> int | None:
    """Bytes that this process may use at most; None where nobody says."""
    sizes = []
    with suppress(OSError, ValueError, AttributeError):
        sizes.append(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    with suppress(OSError, ValueError):
        sizes.append(int((groups / "memory.max").read_text()))
    return min(sizes, default=None)


def worthwhile(cores: int, memory: int | None) -> int:
    """How many processes to answer with on a machine of so many cores and bytes; 0: threads of one do as well."""
    if memory is None:
        return 0
    count = min(cores, MOST, (memory - FIRST) // EACH)
    return count if count > 1 else 0
