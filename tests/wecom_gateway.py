"""WeCom's side of the long connection on loopback: strict about what it accepts, and faulty on demand."""

import asyncio
import itertools
import json
from collections import Counter, deque
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed

BOT, SECRET = "bot-1", "a-secret-of-the-bot"
STREAM_BYTES = 20_480


@dataclass
class Asked:
    """One message of a person, and everything that came back on it."""

    msgid: str
    request: str
    frame: dict[str, Any]
    streams: dict[str, dict[str, Any]] = field(default_factory=dict)
    frames: int = 0

    @property
    def answers(self) -> list[str]:
        """The finished texts: one for each message that the person sees."""
        return [stream["content"] for stream in self.streams.values() if stream["finish"]]


class Gateway:
    """`faults` holds what happens to the next frames of a command, in order: "abort-before", "abort-after" (the frame
    is accepted, its acknowledgement is not sent), "no-ack" (as that, and the connection stays), an error code, a close
    code as "close-1001", or "" for nothing."""

    def __init__(self) -> None:
        self.faults: dict[str, deque[str | int]] = {}
        self.lose_pongs = False
        self.lose_acks = False
        self.ignore_subscriptions = False
        self.hold_acks: asyncio.Event | None = None
        self.forget_requests = False
        self.redeliver = True
        self.subscriptions = 0
        self.pings = 0
        self.wrong: list[str] = []
        self.asked: dict[str, Asked] = {}
        self.pushes: list[dict[str, Any]] = []
        self.welcomes: list[dict[str, Any]] = []
        self.updates: list[dict[str, Any]] = []
        self.changed = asyncio.Condition()
        self._numbers = itertools.count(1)
        self._server: Server | None = None
        self._live: ServerConnection | None = None
        self._flying: Counter[str] = Counter()
        self._events: dict[str, str] = {}
        self._port = 0

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self._port}"

    async def start(self) -> None:
        self._server = await serve(self._serve, "127.0.0.1", self._port, ping_interval=None, close_timeout=0.1)
        self._port = next(iter(self._server.sockets)).getsockname()[1]

    async def stop(self, code: int = 1001) -> None:
        if self._server is not None:
            self._live = None
            self._server.close(code=code)
            await self._server.wait_closed()
            self._server = None

    async def restart(self) -> None:
        await self.stop()
        await self.start()

    async def until(self, condition) -> None:
        """Waits for `condition()` to hold: no polling, no clock."""
        async with asyncio.timeout(20), self.changed:
            await self.changed.wait_for(condition)

    async def until_in_flight(self, request: str) -> None:
        """A frame of ours has arrived and is not acknowledged."""
        await self.until(lambda: self._flying[request] > 0)

    async def until_live(self) -> None:
        await self.until(lambda: self._live is not None)

    async def ask(
        self,
        text: str,
        *,
        user: str = "zhangsan",
        group: str = "",
        msgid: str = "",
        quote: str = "",
        content: dict[str, Any] | None = None,
    ) -> Asked:
        """A person writes `text`; with the same `msgid` the platform delivers it again."""
        msgid = msgid or f"msg-{next(self._numbers)}"
        asked = self.asked.get(msgid)
        if asked is None:
            body: dict[str, Any] = {
                "msgid": msgid,
                "aibotid": BOT,
                "from": {"userid": user},
                "chattype": "group" if group else "single",
                **(content or {"msgtype": "text", "text": {"content": text}}),
            }
            if group:
                body["chatid"] = group
            if quote:
                body["quote"] = {"msgtype": "text", "text": {"content": quote}}
            request = f"req-{msgid}"
            frame = {"cmd": "aibot_msg_callback", "headers": {"req_id": request}, "body": body}
            asked = self.asked[msgid] = Asked(msgid, request, frame)
        await self._deliver(asked.frame)
        return asked

    async def event(self, event: dict[str, Any], *, user: str = "zhangsan", group: str = "", msgid: str = "") -> str:
        """An event; returns its request id."""
        msgid = msgid or f"event-{next(self._numbers)}"
        request = f"req-{msgid}"
        self._events[request] = event["eventtype"]
        body: dict[str, Any] = {"msgid": msgid, "create_time": 1_760_000_000, "aibotid": BOT, "from": {"userid": user}}
        body |= {"chattype": "group" if group else "single", "msgtype": "event", "event": event}
        if group:
            body["chatid"] = group
        await self._deliver({"cmd": "aibot_event_callback", "headers": {"req_id": request}, "body": body})
        return request

    async def raw(self, data: str | bytes) -> None:
        assert self._live is not None
        await self._live.send(data)

    async def end(self, how: str) -> None:
        """Ends the live connection: "abort", or "close-CODE"."""
        if self._live is not None:
            await self._end(self._live, how)

    async def kick(self) -> None:
        """What the platform does to this connection when another one subscribes."""
        live, self._live = self._live, None
        assert live is not None
        event = {"msgtype": "event", "event": {"eventtype": "disconnected_event"}}
        await live.send(json.dumps({"cmd": "aibot_event_callback", "headers": {"req_id": "kick"}, "body": event}))
        await live.close(1000)

    async def _deliver(self, frame: dict[str, Any]) -> None:
        if self._live is not None:
            with suppress(ConnectionClosed):
                await self._live.send(json.dumps(frame))

    async def _end(self, socket: ServerConnection, how: str) -> None:
        if self._live is socket:
            self._live = None
        if how == "abort":
            socket.transport.abort()
        else:
            await socket.close(int(how.removeprefix("close-")))

    async def _serve(self, socket: ServerConnection) -> None:
        acks: list[asyncio.Task[None]] = []
        try:
            async for data in socket:
                frame = json.loads(data)
                command, request = frame["cmd"], frame["headers"]["req_id"]
                if command == "ping":
                    self.pings += 1
                    if not self.lose_pongs:
                        await self._ack(socket, request, 0)
                    await self._tell()
                elif command == "aibot_subscribe":
                    await self._subscribe(socket, request, frame["body"])
                elif self._live is not socket:
                    await self._ack(socket, request, 846609)
                else:
                    acks.append(asyncio.create_task(self._command(socket, command, request, frame.get("body") or {})))
        except ConnectionClosed:
            pass
        finally:
            if self._live is socket:
                self._live = None
            for task in acks:
                task.cancel()
            await asyncio.gather(*acks, return_exceptions=True)
            await self._tell()

    async def _subscribe(self, socket: ServerConnection, request: str, body: dict[str, Any]) -> None:
        self.subscriptions += 1
        fault = self._fault("aibot_subscribe")
        await self._tell()
        if self.ignore_subscriptions:
            return
        if isinstance(fault, str) and fault:
            await self._end(socket, fault.replace("abort-before", "abort"))
            return
        code = fault or (0 if body == {"bot_id": BOT, "secret": SECRET} else 853000)
        if code == 0:
            if self._live is not None:
                await self.kick()
            self._live = socket
            self._flying.clear()
        await self._ack(socket, request, int(code))
        if code == 0 and self.redeliver:
            for asked in list(self.asked.values()):
                if not asked.answers:
                    await self._deliver(asked.frame)
        await self._tell()

    async def _command(self, socket: ServerConnection, command: str, request: str, body: dict[str, Any]) -> None:
        self._flying[request] += 1
        if self._flying[request] > 1:
            self.wrong.append(f"two frames in flight on {request}")
        fault = self._fault(command)
        if self.hold_acks is not None:
            await self._tell()
            await self.hold_acks.wait()
        if fault == "abort-before":
            await self._end(socket, "abort")
            return
        code = fault if isinstance(fault, int) else self._accept(command, request, body)
        self._flying[request] -= 1
        if fault == "abort-after":
            await self._end(socket, "abort")
        elif isinstance(fault, str) and fault.startswith("close-"):
            await self._end(socket, fault)
        elif fault != "no-ack" and not self.lose_acks:
            await self._ack(socket, request, code)
        await self._tell()

    def _accept(self, command: str, request: str, body: dict[str, Any]) -> int:
        accepts = {
            "aibot_respond_msg": self._respond,
            "aibot_respond_welcome_msg": self._welcome,
            "aibot_respond_update_msg": self._update,
            "aibot_send_msg": self._push,
        }
        return accepts[command](request, body) if command in accepts else 40008

    def _respond(self, request: str, body: dict[str, Any]) -> int:
        asked = next((asked for asked in self.asked.values() if asked.request == request), None)
        if asked is None or self.forget_requests:
            return 846605
        if body.get("msgtype") not in ("stream", "stream_with_template_card"):
            return 40008
        stream = body["stream"]
        if not 0 < len(stream["content"].encode()) <= STREAM_BYTES:
            self.wrong.append("stream content is empty or too long")
            return 40058
        before = asked.streams.get(stream["id"])
        if before is not None and before["finish"] and before["content"] != stream["content"]:
            return 846608
        asked.frames += 1
        # Thumbs belong to what the first frame names; later frames are not looked at.
        stream = {**stream, "feedback": (before or stream).get("feedback", {})}
        card = body.get("template_card") or (before or {}).get("card")
        asked.streams[stream["id"]] = {**stream, "finish": bool(stream.get("finish")), "card": card}
        return 0

    def _welcome(self, request: str, body: dict[str, Any]) -> int:
        if self._events.get(request) != "enter_chat":
            return 846605
        self.welcomes.append(body)
        return 0

    def _update(self, request: str, body: dict[str, Any]) -> int:
        if self._events.get(request) != "template_card_event":
            return 846605
        if not body["template_card"].get("button_list"):
            self.wrong.append("an update without buttons")
            return 40058
        self.updates.append(body)
        return 0

    def _push(self, request: str, body: dict[str, Any]) -> int:
        card = body.get("template_card", {})
        parts = {"card_type", "main_title", "button_list", "task_id"}
        whole = parts <= card.keys() and 0 < len(card["button_list"]) <= 6
        known = body.get("msgtype") == "markdown" or (body.get("msgtype") == "template_card" and whole)
        if body.get("chat_type") not in (1, 2) or not body.get("chatid") or not known:
            self.wrong.append(f"a push that is none: {body}")
            return 40008
        self.pushes.append({"req_id": request, **body})
        return 0

    def _fault(self, command: str) -> str | int:
        waiting = self.faults.get(command)
        return waiting.popleft() if waiting else ""

    async def _ack(self, socket: ServerConnection, request: str, code: int) -> None:
        with suppress(ConnectionClosed):
            await socket.send(json.dumps({"headers": {"req_id": request}, "errcode": code, "errmsg": "ok"}))

    async def _tell(self) -> None:
        async with self.changed:
            self.changed.notify_all()
