"""Protection against slow clients: request headers have to arrive within seconds, and connections are limited.

uvicorn itself waits for the headers of a request as long as a client likes, on as many connections as the system
allows.
"""

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 10.0
MOST_CONNECTIONS = 512


class ImpatientProtocol(H11Protocol):
    """uvicorn's own protocol with two limits."""

    head_seconds = HEAD_SECONDS
    most = MOST_CONNECTIONS
    _head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._watch_head()
        if len(self.connections) > self.most:
            self._make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_is_there()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch_head()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._watch_head()

    def _watch_head(self) -> None:
        """Begins to count where the next head is waited for; parts of one that come do not begin it anew."""
        if self.conn.their_state is not h11.IDLE or self.transport.is_closing():
            self._head_is_there()
        elif self._head_timer is None:
            self._head_timer = self.loop.call_later(self.head_seconds, self.transport.abort)

    def _head_is_there(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _make_room(self) -> None:
        """Ends the connection that has waited longest for a head; this one may be it."""
        waiting = {one: one._head_timer for one in self.connections if isinstance(one, ImpatientProtocol)}
        oldest = min((timer.when(), id(one), one) for one, timer in waiting.items() if timer is not None)[2]
        oldest.transport.abort()
        self.connections.discard(oldest)
