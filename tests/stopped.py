"""A process that stands still for a while, as a machine that is paused or out of memory does."""

import asyncio
import os
import signal
import sqlite3
from pathlib import Path


async def stop_between_writes(pid: int, journal: Path) -> None:
    """SIGSTOP at a moment at which the process does not hold the lock of SQLite: with it, everybody would wait."""
    while True:
        os.kill(pid, signal.SIGSTOP)
        await asyncio.to_thread(os.waitid, os.P_PID, pid, os.WSTOPPED | os.WNOWAIT)
        connection = sqlite3.connect(journal, timeout=0, isolation_level=None)
        try:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
        except sqlite3.OperationalError:
            os.kill(pid, signal.SIGCONT)
        else:
            return
        finally:
            connection.close()
