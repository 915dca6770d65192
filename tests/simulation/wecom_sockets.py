"""WeCom's long connection as a model: WebSockets that break or fall silent, a gateway with one place for one bot, which
delivers again what is not answered, takes frames late or says that it is busy, and cannot tell a message twice."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from websockets.exceptions import ConnectionClosedError, InvalidHandshake

from bot.channels.wecom.platform.frames import (
    BUSY,
    EVENT,
    INVALID_REQUEST,
    MESSAGE,
    NOT_SUBSCRIBED,
    PING,
    RATE,
    RESPOND,
    SEND,
    STREAM_EXPIRED,
    SUBSCRIBE,
    UPDATE,
)
from tests.simulation.network import Network
from tests.simulation.virtual_time import Process, current_process
from tests.simulation.wecom_calls import Call, Values, as_json
from tests.wecom_gateway import BOT, SECRET

SOCKET_URL = "wss://openws.work.weixin.qq.com"
STREAM_SECONDS = 600.0
CARD_SECONDS = 5.0
LATE_ACK = 0.03
"""How likely the word on a frame comes later than anybody waits for it, in bad weather."""


class Line:
    """One WebSocket, from the bot's end. Fails as those of `websockets` do."""

    def __init__(self, gateway: "Gateway", process: Process | None) -> None:
        self.close_code: int | None = None
        self.transport = self
        self.process = process
        self.silent = False
        """Nothing gets through any more, and nobody is told."""
        self.over = False
        self.latest = Counter[str]()
        """When the newest frame in each direction arrives: none overtakes another."""
        self._gateway = gateway
        self._came: asyncio.Queue[str | None] = asyncio.Queue()

    async def send(self, message: str) -> None:
        if self.over:
            raise ConnectionClosedError(None, None)
        self._gateway.carry(self, "up", partial(self._gateway.arrived, self, message), message)

    def came(self, message: str) -> None:
        if not self.over:
            self._came.put_nowait(message)

    async def close(self) -> None:
        self.ends(1000)

    def abort(self) -> None:
        self.ends(1006)

    def ends(self, code: int) -> None:
        """Both ends hear of it; the one of a process that is gone, nobody."""
        if not self.over:
            self.over, self.close_code = True, code
            self._came.put_nowait(None)
            self._gateway.left(self)

    @property
    def gone(self) -> bool:
        return self.over or (self.process is not None and self.process.dead)

    def __aiter__(self) -> "Line":
        return self

    async def __anext__(self) -> str:
        message = await self._came.get()
        if message is not None:
            return message
        if self.close_code in (1000, 1001):
            raise StopAsyncIteration
        raise ConnectionClosedError(None, None)


@dataclass(eq=False)
class Gateway:
    network: Network
    calls: list[Call]
    changed: Callable[[], None]
    pushes: list[Values] = field(default_factory=list)
    """Messages to a chat that answer no request id."""
    dropped: Counter[str] = field(default_factory=Counter)
    """By chat, messages of that kind that never arrived."""

    def __post_init__(self) -> None:
        self._loop = self.network.loop
        self._live: Line | None = None
        self._streams: dict[str, dict[str, tuple[bool, str]]] = {}

    def now(self) -> float:
        return self._loop.time()

    async def dial(self, url: str) -> Line:
        kind = self.network.trouble()
        self.network.diary.note(f"dials {kind}")
        await asyncio.sleep(self.network.delay())
        if kind == "lost":
            await asyncio.Event().wait()
        if kind in ("refused", "cut"):
            raise ConnectionRefusedError
        if kind:
            raise InvalidHandshake("502")
        return Line(self, current_process())

    # The wire

    def carry(self, line: Line, way: str, arrive: Callable[[], None], message: str) -> None:
        """Carries a frame to the other end, if the weather lets it; what comes after it comes later."""
        kind, after = self.network.trouble(), self.network.luck.random() < 0.5
        line.latest[way] = max(line.latest[way] + 1e-6, self._loop.time() + self.network.delay())
        due = line.latest[way] - self._loop.time()
        breaks = kind in ("refused", "cut")
        if line.silent or ((breaks or kind == "lost") and not after):
            self._drops(message if way == "up" else "{}")
        else:
            self._loop.outside(arrive, after=due)
        line.silent = line.silent or kind == "lost"
        if breaks:
            self._loop.outside(line.ends, 1006, after=due + 1e-6)

    def _drops(self, message: str) -> None:
        frame = json.loads(message)
        if frame.get("cmd") == SEND:
            self.dropped[frame["body"]["chatid"]] += 1

    def _send(self, line: Line, frame: Values, heard: Callable[[], None] = lambda: None) -> None:
        """`heard` is called when it has come to a process that lives."""
        if line.gone:
            line.ends(1006)
            return
        data = json.dumps(frame)

        def comes() -> None:
            line.came(data)
            if not line.gone:
                heard()

        self.carry(line, "down", comes, data)

    def left(self, line: Line) -> None:
        if self._live is line:
            self._live = None

    # What the platform tells

    def tell(self, call: Call) -> None:
        """Something that a person did, to whoever holds the connection; if nobody does, the next one hears of it."""
        if self._live is not None and self._live.gone:
            self._live.ends(1006)
        if self._live is not None:
            if not call.key and call.vote is None:
                call.accepted = True
            again = 2 if self.network.luck.random() < self.network.weather.again else 1
            for _ in range(again):
                command = MESSAGE if call.text else EVENT
                body = {**as_json(call), "aibotid": BOT}
                self._send(self._live, {"cmd": command, "headers": {"req_id": _request(call)}, "body": body})

    # What the bot says

    def arrived(self, line: Line, message: str) -> None:
        frame = json.loads(message)
        command, request, body = frame["cmd"], frame["headers"]["req_id"], frame.get("body", {})
        if line.over:
            self._drops(message)
        elif command == SUBSCRIBE:
            self._subscribe(line, request, body)
        elif command == PING:
            self._acks(line, request, 0)
        else:
            self._command(line, command, request, body)

    def _subscribe(self, line: Line, request: str, body: Values) -> None:
        if body != {"bot_id": BOT, "secret": SECRET}:
            self._acks(line, request, 853000)
            return
        before, self._live = self._live, line
        self.network.diary.note(f"{line.process and line.process.name} holds the long connection")
        if before is not None and before is not line and not before.gone:
            event = {"msgtype": "event", "event": {"eventtype": "disconnected_event"}}
            self._send(before, {"cmd": EVENT, "headers": {"req_id": "kick"}, "body": event})
            self._loop.outside(before.ends, 1000, after=5.0)
        self._acks(line, request, 0)
        for call in [call for call in self.calls if not call.app and not call.shown]:
            if not call.accepted or (call.text and not call.vote):
                self.tell(call)

    def _command(self, line: Line, command: str, request: str, body: Values) -> None:
        luck, weather = self.network.luck, self.network.weather
        if self._live is not line:
            self._drops(json.dumps({"cmd": command, "body": body}))
            self._acks(line, request, NOT_SUBSCRIBED)
            return
        draw, done = luck.random(), luck.random() < 0.5
        if draw < weather.flood:
            code = RATE
        elif draw < weather.flood + weather.error:
            # A push that it fails over in the middle is none: it could not be told from one that is out.
            code = BUSY
            if done and command == RESPOND:
                self._does(command, request, body)
        else:
            code = self._does(command, request, body)
        if code and command == SEND:
            self._drops(json.dumps({"cmd": command, "body": body}))
        late = weather.slow > 0.2 and luck.random() < LATE_ACK
        after = luck.uniform(11, 20) if late else 0.0
        self._loop.outside(self._acks, line, request, code, not late, after=after)

    def _acks(self, line: Line, request: str, code: int, in_time: bool = True) -> None:
        def heard() -> None:
            for call in self.calls:
                if _request(call) == request and code == 0 and in_time:
                    call.unsure = False

        self._send(line, {"headers": {"req_id": request}, "errcode": code, "errmsg": ""}, heard)

    def _does(self, command: str, request: str, body: Values) -> int:
        call = next((call for call in self.calls if _request(call) == request), None)
        if command == SEND:
            self.pushes.append({**body, "at": self._loop.time()})
            self.network.diary.note(f"push to {body['chatid']}: {str(body.get('markdown'))[:60]}")
        elif call is None:
            return INVALID_REQUEST
        elif command == UPDATE:
            return 0 if call.key and self._loop.time() - call.at < CARD_SECONDS else INVALID_REQUEST
        elif command == RESPOND:
            return self._respond(call, body)
        self.changed()
        return 0

    def _respond(self, call: Call, body: Values) -> int:
        stream = body["stream"]
        known = self._streams.setdefault(call.id, {})
        finished, content = known.get(stream["id"], (False, ""))
        if self._loop.time() - call.at > STREAM_SECONDS or (finished and content != stream["content"]):
            return STREAM_EXPIRED
        if stream["id"] not in known and "feedback" in stream:
            call.answers.append(stream["feedback"]["id"])
        known[stream["id"]] = (stream["finish"], stream["content"])
        if stream["finish"] and not finished:
            self.network.diary.note(f"{call.delivery} shows {stream['content'][:60]!r}")
            call.shown.append(stream["content"])
            call.unsure = True
            call.cards += [body["template_card"]] if "template_card" in body else []
        self.changed()
        return 0


def _request(call: Call) -> str:
    return f"req-{call.id}"


def text_of(push: Values) -> str:
    """ "" where it is a card of buttons."""
    found: Any = push.get("markdown", {}).get("content", "")
    return str(found)
