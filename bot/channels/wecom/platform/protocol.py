"""The long connection without the socket: what was sent, what is awaited, what a frame from the platform means.

No await, no clock. Whoever owns the socket writes the frames that these methods return, in order, and calls `tick`
every PING_SECONDS.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto

from bot.channels.wecom.platform.frames import EVENT, MESSAGE, PING, SUBSCRIBE, Frame

PING_SECONDS = 30.0
MISSED_PINGS = 2


class Stage(Enum):
    """How far a connection has come."""

    NEW = auto()
    SUBSCRIBING = auto()
    LIVE = auto()
    KICKED = auto()
    """The platform has said that another connection took this one's place."""


@dataclass(frozen=True, slots=True)
class Subscribed:
    """The platform accepted the bot."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The platform did not accept the bot."""

    code: int


@dataclass(frozen=True, slots=True)
class Acked:
    """The result of a frame of ours, by the ticket that `send` was called with."""

    ticket: int
    code: int


@dataclass(frozen=True, slots=True)
class IncomingCall:
    """A message or an event of a person."""

    frame: Frame


@dataclass(frozen=True, slots=True)
class Kicked:
    """Another subscription took over."""


@dataclass(frozen=True, slots=True)
class Write:
    """A frame that waited for its turn may be written now."""

    frame: Frame


Happening = Subscribed | Refused | Acked | IncomingCall | Kicked | Write


@dataclass(slots=True)
class _Lane:
    """Frames of one request id: one is on its way, the others wait."""

    flying: int
    waiting: deque[tuple[int, Frame]] = field(default_factory=deque)


class ConnectionProtocol:
    """One connection from its opening to its end; the next connection has a new one."""

    def __init__(self, bot_id: str, secret: str, name: str) -> None:
        self.stage = Stage.NEW
        self._bot_id = bot_id
        self._secret = secret
        self._name = name
        self._serial = 0
        self._subscription = ""
        self._pings: set[str] = set()
        self._lanes: dict[str, _Lane] = {}

    def subscribe(self) -> Frame:
        """The first frame of a connection."""
        self.stage = Stage.SUBSCRIBING
        self._subscription = self._request(SUBSCRIBE)
        return Frame(SUBSCRIBE, self._subscription, {"bot_id": self._bot_id, "secret": self._secret})

    def tick(self) -> Frame | None:
        """The next ping, or None where the connection is dead: MISSED_PINGS were not answered."""
        if len(self._pings) >= MISSED_PINGS:
            return None
        request = self._request(PING)
        self._pings.add(request)
        return Frame(PING, request)

    def send(self, ticket: int, frame: Frame) -> Frame | None:
        """`frame` if it may be written now; None if it waits for the acknowledgement of one before it."""
        lane = self._lanes.get(frame.request)
        if lane is None:
            self._lanes[frame.request] = _Lane(ticket)
            return frame
        lane.waiting.append((ticket, frame))
        return None

    def forget(self, ticket: int) -> Iterator[Happening]:
        """Nobody waits for `ticket` any longer; a frame behind it may go."""
        for request, lane in list(self._lanes.items()):
            lane.waiting = deque(item for item in lane.waiting if item[0] != ticket)
            if lane.flying == ticket:
                yield from self._next(request, lane)

    def receive(self, frame: Frame) -> Iterator[Happening]:
        """What `frame` means. Acknowledgements that nobody waits for mean nothing."""
        if frame.command == MESSAGE:
            yield IncomingCall(frame)
        elif frame.command == EVENT:
            yield from self._event(frame)
        elif frame.code is not None:
            yield from self._result(frame.request, frame.code)

    def _event(self, frame: Frame) -> Iterator[Happening]:
        event = frame.body.get("event")
        if isinstance(event, dict) and event.get("eventtype") == "disconnected_event":
            self.stage = Stage.KICKED
            yield Kicked()
        else:
            yield IncomingCall(frame)

    def _result(self, request: str, code: int) -> Iterator[Happening]:
        if request == self._subscription and self.stage is Stage.SUBSCRIBING:
            if code == 0:
                self.stage = Stage.LIVE
                yield Subscribed()
            else:
                yield Refused(code)
        elif request in self._pings:
            # One answer shows that the other end lives, whatever became of earlier pings.
            self._pings.clear()
        elif lane := self._lanes.get(request):
            yield Acked(lane.flying, code)
            yield from self._next(request, lane)

    def _next(self, request: str, lane: _Lane) -> Iterator[Happening]:
        if not lane.waiting:
            del self._lanes[request]
            return
        lane.flying, frame = lane.waiting.popleft()
        yield Write(frame)

    def _request(self, command: str) -> str:
        self._serial += 1
        return f"{command}-{self._name}-{self._serial}"
