"""What other replicas did a moment ago, told by the database (LISTEN and NOTIFY).

A hint and no more: who misses it finds the same by looking.
"""

import logging
import threading
from collections.abc import Callable

import psycopg

from index.snapshots.postgres_keepalives import ask_for_keepalives

log = logging.getLogger(__name__)

CHANNEL = "verbatim"
LOOK_SECONDS = 1.0
"""How soon the end of the program is seen."""
PAUSE_SECONDS = 2.0
"""Before a connection that was lost is made anew."""


class Listener:
    """A connection and a thread of its own, from the first who wants to hear something on."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._hearing: list[Callable[[str], None]] = []
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None

    def add(self, heard: Callable[[str], None]) -> None:
        with self._lock:
            self._hearing.append(heard)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="journal-listener", daemon=True)
                self._thread.start()

    def remove(self, heard: Callable[[str], None]) -> None:
        with self._lock:
            self._hearing.remove(heard)

    def close(self) -> None:
        self._closed.set()
        if self._thread is not None:
            self._thread.join(2 * LOOK_SECONDS)

    def _run(self) -> None:
        while not self._closed.is_set():
            try:
                self._listen()
            except psycopg.Error as error:
                # The calls of the journal say that the database is away; without this connection all goes on.
                log.debug("The connection that listens is made anew: %s", type(error).__name__)
                self._closed.wait(PAUSE_SECONDS)

    def _listen(self) -> None:
        with psycopg.connect(self._conninfo, autocommit=True) as connection:
            ask_for_keepalives(connection)
            connection.execute(f"LISTEN {CHANNEL}".encode())
            while not self._closed.is_set():
                for notice in connection.notifies(timeout=LOOK_SECONDS, stop_after=1):
                    with self._lock:
                        hearing = list(self._hearing)
                    for heard in hearing:
                        heard(notice.payload)
