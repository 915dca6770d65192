"""A Bot API server on the loopback: real HTTP, real long polling, webhooks, and faults as a script says.

Strict: what Telegram refuses is refused here (see `telegram_rules`). What people do and see is in
`telegram_people`, what the bot does in chats in `telegram_chats`.
"""

import asyncio
import itertools
import json
import re
from dataclasses import dataclass, field
from email import message_from_bytes
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode

import httpx

from tests.telegram_chats import Chats
from tests.telegram_rules import Params, Refused, decoded

TOKEN = "123456789:AAFakeFakeFakeFakeFakeFakeFakeFake-_9"
DROPS = {"drop", "drop after", "half", "hang", "hang after"}
AFTER = {"drop after", "half", "hang after", "500 after"}


@dataclass
class Fault:
    """The next `times` calls of `method` (in `chat`, if given) go wrong in this way."""

    method: str
    kind: str
    times: int = 1
    chat: int | None = None
    retry_after: float = 0.05
    description: str = ""
    new_chat: int = 0


@dataclass
class TelegramServer(Chats):
    """One bot's world. Start it with `async with`."""

    faults: list[Fault] = field(default_factory=list)
    calls: list[tuple[str, Params]] = field(default_factory=list)
    webhook: Params = field(default_factory=dict)
    webhooks: list[str] = field(default_factory=list)
    """Replicas behind the one webhook; updates go round."""
    host: str = "127.0.0.1"

    def __post_init__(self) -> None:
        self._news = asyncio.Event()
        self._poller: asyncio.Event | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._turn = itertools.count()
        self._pushed: set[int] = set()
        """Updates whose delivery has begun: it goes on until a replica takes them."""
        self.pushing = 0
        self.taken: list[int] = []
        """Updates that a replica took, by number; one that was delivered twice is here twice."""

    async def __aenter__(self) -> "TelegramServer":
        self._server = await asyncio.start_server(self._connection, self.host, 0, limit=1 << 22)
        self.url = f"http://{self.host}:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def fail(self, method: str, kind: str, times: int = 1, **more: Any) -> None:
        self.faults.append(Fault(method, kind, times, **more))

    def updates_left(self, webhook: bool) -> bool:
        """Whether something that people did has not been taken by the bot yet."""
        return bool(self.pushing if webhook else self.updates)

    def arrived(self, update: Params) -> None:
        self._news.set()
        if self.webhook.get("url"):
            self._push(update)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                path = head.split(b" ", 2)[1].decode()
                fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line)
                body = await reader.readexactly(int(fields.get(b"content-length", b"0")))
                kind = re.search(rb"content-type: (multipart/[^\r\n]+)", head, re.IGNORECASE)
                answer = await self._answer(path, self._uploaded(kind[1], body) if kind else body)
                if answer is None:
                    break
                writer.write(answer)
                await writer.drain()
                if answer.endswith(b"..."):
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        except asyncio.CancelledError:
            pass
        finally:
            self._tasks.discard(task)
            writer.close()

    def _uploaded(self, kind: bytes, body: bytes) -> bytes:
        """A body with files as one without: each file is kept under its name, which stands in its place."""
        parts = message_from_bytes(b"Content-Type: " + kind + b"\r\n\r\n" + body).get_payload()
        fields = {}
        for part in parts:
            name, file = (part.get_param(key, header="content-disposition") for key in ("name", "filename"))
            content = part.get_payload(decode=True)
            if file:
                self.files[str(file)] = content
            fields[str(name)] = str(file) if file else content.decode()
        return urlencode(fields).encode()

    async def _answer(self, path: str, body: bytes) -> bytes | None:
        path = unquote(path)
        if path.startswith(f"/file/bot{TOKEN}/"):
            return _response(200, self.files[path.rsplit("/", 1)[1]])
        place, _, query = path.partition("?")
        token, _, method = place.removeprefix("/bot").partition("/")
        params = decoded(dict(parse_qsl(query or body.decode(), keep_blank_values=True)))
        self.calls.append((method, params))
        fault = self._fault(method, params)
        if fault and fault.kind in DROPS and fault.kind not in AFTER:
            return await _silence(fault.kind)
        if fault and fault.kind not in AFTER:
            return _faulty(fault)
        try:
            if token != TOKEN:
                raise Refused(401, "Unauthorized")
            result = await self._call(method, params)
        except Refused as refused:
            return _refusal(refused)
        if fault and fault.kind == "500 after":
            return _refusal(Refused(500, "Internal Server Error"))
        if fault and fault.kind != "half":
            return await _silence(fault.kind)
        answer = _json(200, {"ok": True, "result": result})
        return answer[: len(answer) // 2 + 40] + b"..." if fault else answer

    def _fault(self, method: str, params: Params) -> Fault | None:
        for fault in self.faults:
            if fault.times and fault.method == method and fault.chat in (None, params.get("chat_id")):
                fault.times -= 1
                return fault
        return None

    async def _call(self, method: str, params: Params) -> Any:
        handler = getattr(self, f"_do_{method}", None)
        if handler is None:
            raise Refused(404, "Not Found: method not found")
        result = handler(params)
        return await result if asyncio.iscoroutine(result) else result

    def _do_getMe(self, params: Params) -> Params:  # noqa: N802
        return self.me

    async def _do_getUpdates(self, params: Params) -> list[Params]:  # noqa: N802
        if self.webhook.get("url"):
            raise Refused(409, "Conflict: can't use getUpdates method while webhook is active")
        mine = asyncio.Event()
        if self._poller is not None:
            self._poller.set()
        self._poller = mine
        offset = params.get("offset", 0)
        self.updates = [update for update in self.updates if update["update_id"] >= offset]
        deadline = asyncio.get_running_loop().time() + params.get("timeout", 0)
        while not self.updates and asyncio.get_running_loop().time() < deadline:
            self._news.clear()
            waits = [asyncio.ensure_future(self._news.wait()), asyncio.ensure_future(mine.wait())]
            left = deadline - asyncio.get_running_loop().time()
            await asyncio.wait(waits, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            for wait in waits:
                wait.cancel()
            if mine.is_set():
                raise Refused(409, "Conflict: terminated by other getUpdates request")
        self._poller = None if self._poller is mine else self._poller
        allowed = params.get("allowed_updates")
        return [u for u in self.updates[: params.get("limit", 100)] if not allowed or set(u) & {*allowed}]

    def _do_setWebhook(self, params: Params) -> bool:  # noqa: N802
        """What waits is delivered now. What is on its way already, or was taken, is not sent once more by this."""
        self.webhook = params
        for update in self.updates:
            if update["update_id"] not in self._pushed:
                self._push(update)
        return True

    def _do_deleteWebhook(self, params: Params) -> bool:  # noqa: N802
        self.webhook = {}
        return True

    def _do_getWebhookInfo(self, params: Params) -> Params:  # noqa: N802
        return {"url": self.webhook.get("url", ""), "has_custom_certificate": False, "pending_update_count": 0}

    # Webhook

    def _push(self, update: Params) -> None:
        self.pushing += 1
        self._pushed.add(update["update_id"])
        self._spawn(self._deliver(update))

    async def _deliver(self, update: Params) -> None:
        try:
            await self._deliver_somewhere(update)
            number = update["update_id"]
            self.taken.append(number)
            self.updates = [one for one in self.updates if one["update_id"] != number]
        finally:
            self.pushing -= 1

    async def _deliver_somewhere(self, update: Params) -> None:
        """To the replicas in turn, again until one says 200."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": str(self.webhook.get("secret_token", ""))}
        # Nothing is encrypted here, and reading the certificates of the system takes longer than an answer.
        async with httpx.AsyncClient(verify=False) as client:
            while True:
                replicas = self.webhooks or [self.webhook["url"]]
                try:
                    url = replicas[next(self._turn) % len(replicas)]
                    answer = await client.post(url, json=update, headers=headers, timeout=5)
                    if answer.status_code == 200:
                        return
                except httpx.HTTPError:
                    pass
                await asyncio.sleep(0.02)

    def _spawn(self, coroutine: Any) -> None:
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _silence(kind: str) -> None:
    if kind.startswith("hang"):
        await asyncio.sleep(3600)


def _faulty(fault: Fault) -> bytes:
    if fault.kind == "502":
        return _response(502, b"<html><h1>502 Bad Gateway</h1></html>")
    code = int(fault.kind)
    known = {429: "Too Many Requests: retry later", 403: "Forbidden: bot was blocked by the user"}
    parameters = {"retry_after": fault.retry_after} if code == 429 else {}
    if fault.new_chat:
        parameters = {"migrate_to_chat_id": fault.new_chat}
    return _refusal(Refused(code, fault.description or known.get(code, f"Error {code}"), **parameters))


def _refusal(refused: Refused) -> bytes:
    body: Params = {"ok": False, "error_code": refused.code, "description": refused.description}
    if refused.parameters:
        body["parameters"] = refused.parameters
    return _json(refused.code, body)


def _json(code: int, body: Params) -> bytes:
    return _response(code, json.dumps(body).encode())


def _response(code: int, body: bytes) -> bytes:
    head = f"HTTP/1.1 {code} X\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body
