"""WeCom's HTTP side on loopback: the interface that an app calls, and the calls that the platform makes.

Strict: tokens are checked, texts are cut at 2048 bytes like the platform does, a response address takes one message.
"""

import asyncio
import base64
import contextlib
import itertools
import json
import os
import time
import warnings
from collections import Counter, deque
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape

import httpx
import uvicorn
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from wechatpy.enterprise.crypto import WeChatCrypto

CORP, AGENT, SECRET = "ww0123456789abcdef", 1000002, "a-secret-of-the-app"
TOKEN, AES_KEY = "callbacktoken", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def listening(app: ASGIApp, *, date: bool = True) -> AsyncIterator[str]:
    """`app` on a free port of loopback; its address. `date`: the server adds what it takes for the time."""
    settings = {"host": "127.0.0.1", "port": 0, "lifespan": "off", "log_config": None, "date_header": date}
    config = uvicorn.Config(app, **settings, timeout_graceful_shutdown=1)
    server = _Server(config)
    task = asyncio.create_task(server.serve())
    async with asyncio.timeout(20):
        while not server.started:  # noqa: ASYNC110
            await asyncio.sleep(0.001)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


ADDRESS_SECONDS = 60 * 60.0
"""For so long a response address takes its message, and refuses it as it does a second one after that."""


def encrypted(content: bytes, key: str) -> bytes:
    """A file as the store holds it: padded to 32 bytes by the library's own padding, not by ours."""
    raw = base64.b64decode(key + "=" * (-len(key) % 4))
    padder, cipher = PKCS7(256).padder(), Cipher(algorithms.AES(raw), modes.CBC(raw[:16])).encryptor()
    return cipher.update(padder.update(content) + padder.finalize()) + cipher.finalize()


def named(name: str) -> str:
    """The header that tells a file's name."""
    return f"attachment; filename=\"file\"; filename*=UTF-8''{quote(name)}"


@dataclass
class Platform:
    """`faults[path]`: what happens to the next calls: an error code, "500", "hang-up" (after it was accepted), ""."""

    faults: dict[str, deque[int | str]] = field(default_factory=dict)
    tokens: list[str] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)
    good: set[str] = field(default_factory=set)
    sent: list[dict[str, Any]] = field(default_factory=list)
    updates: list[dict[str, Any]] = field(default_factory=list)
    addresses: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    departments: dict[str, list[str]] = field(default_factory=dict)
    """By id, who is in each that the app may see."""
    notices: list[dict[str, Any]] = field(default_factory=list)
    store: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    downloads: list[str] = field(default_factory=list)
    hold_downloads: asyncio.Event | None = None
    wrong: list[str] = field(default_factory=list)
    refused: int = 0
    """Messages to a response address that had taken one already."""
    away: bool = False
    """Every call to the interface is answered with status 503, and does nothing."""
    refuses: set[str] = field(default_factory=set)
    """People to whom every message is refused as by a platform that is busy."""
    untrusted: bool = False
    now: float = 0.0
    url: str = ""

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/cgi-bin/gettoken", self._token),
                Route("/cgi-bin/agent/get", self._agent),
                Route("/cgi-bin/user/simplelist", self._people),
                Route("/cgi-bin/message/send", self._send, methods=["POST"]),
                Route("/cgi-bin/message/update_template_card", self._update, methods=["POST"]),
                Route("/cgi-bin/webhook/send", self._notice, methods=["POST"]),
                Route("/cgi-bin/aibot/response", self._response, methods=["POST"]),
                Route("/store/{id}", self._download),
            ]
        )

    def texts(self) -> list[str]:
        """What the person reads, without cards of buttons."""
        return [m[m["msgtype"]]["content"] for m in self.sent if m["msgtype"] in ("text", "markdown")]

    def sent_file(self, name: str, content: bytes, *, key: str = "", header: str | None = None) -> dict[str, Any]:
        """A message of a file in the store; with `key` (a callback's own), none stands in the message."""
        own = key or base64.b64encode(os.urandom(32)).decode()
        id = f"file-{len(self.store)}"
        self.store[id] = (encrypted(content, own), named(name) if header is None else header)
        file = {"url": f"{self.url}/store/{id}?sign=a-signature-nobody-may-see "}
        return {"msgtype": "file", "file": file if key else {**file, "aeskey": own}}

    def response_url(self, name: str) -> str:
        self.addresses[name] = []
        return f"{self.url}/cgi-bin/aibot/response?response_code={name}"

    async def until(self, condition) -> None:
        async with asyncio.timeout(20):
            while not condition():  # noqa: ASYNC110
                await asyncio.sleep(0.001)

    async def _token(self, request: Request) -> Response:
        if fault := self._fault("gettoken"):
            return self._answer(fault)
        query = request.query_params
        if (query.get("corpid"), query.get("corpsecret")) != (CORP, SECRET):
            return JSONResponse({"errcode": 40001, "errmsg": f"invalid credential {query.get('corpsecret')}"})
        token = f"token-{len(self.tokens)}"
        self.tokens.append(token)
        self.good = {token}
        return JSONResponse({"errcode": 0, "errmsg": "ok", "access_token": token, "expires_in": 7200})

    async def _agent(self, request: Request) -> Response:
        return self._refusal(request, "agent") or JSONResponse({"errcode": 0, "errmsg": "ok", "name": "Verbatim"})

    async def _people(self, request: Request) -> Response:
        if refusal := self._refusal(request, "people"):
            return refusal
        found = self.departments.get(request.query_params["department_id"])
        if found is None:
            return JSONResponse({"errcode": 60123, "errmsg": "invalid party id"})
        people = [{"userid": one, "name": one, "department": [1]} for one in found]
        return JSONResponse({"errcode": 0, "errmsg": "ok", "userlist": people})

    async def _send(self, request: Request) -> Response:
        body = await request.json()
        if refusal := self._refusal(request, "send"):
            return refusal
        fault = self._fault("send")
        if isinstance(fault, int) or fault == "500":
            return self._answer(fault)
        if body.get("touser") in self.refuses:
            return self._answer(-1)
        content = body.get(body["msgtype"], {}).get("content", "")
        if len(content.encode()) > 2048:
            self.wrong.append("a message over 2048 bytes")
        if body.get("agentid") != AGENT or not body.get("touser"):
            return JSONResponse({"errcode": 40056, "errmsg": "invalid agentid"})
        if not self._repeated(body):
            self.sent.append({**body, "at": self.now})
        if fault == "hang-up":
            return self._answer(fault)
        return JSONResponse({"errcode": 0, "errmsg": "ok", "msgid": f"sent-{len(self.sent)}"})

    def _repeated(self, body: dict[str, Any]) -> bool:
        def core(message: dict[str, Any]) -> str:
            parts = ("touser", "msgtype", message["msgtype"])
            return json.dumps([message[part] for part in parts], sort_keys=True)

        seconds = body.get("duplicate_check_interval", 1800) if body.get("enable_duplicate_check") else 0
        return any(core(m) == core(body) and self.now - m["at"] < seconds for m in self.sent)

    async def _update(self, request: Request) -> Response:
        if refusal := self._refusal(request, "update"):
            return refusal
        update = await request.json()
        if not update["template_card"].get("button_list"):
            self.wrong.append("an update without buttons")
            return JSONResponse({"errcode": 40058, "errmsg": "invalid button_list"})
        self.updates.append(update)
        return JSONResponse({"errcode": 0, "errmsg": "ok"})

    async def _notice(self, request: Request) -> Response:
        if fault := self._fault("notice"):
            return self._answer(fault)
        self.notices.append(await request.json())
        return JSONResponse({"errcode": 0, "errmsg": "ok"})

    async def _response(self, request: Request) -> Response:
        fault = self._fault("response")
        if isinstance(fault, int) or fault == "500":
            return self._answer(fault)
        messages = self.addresses.get(request.query_params.get("response_code", ""))
        if messages is None:
            self.wrong.append("a response address that never existed")
        if not messages and messages is not None and self.now < ADDRESS_SECONDS:
            messages.append(await request.json())
        else:
            self.refused += 1
            return JSONResponse({"errcode": 60140, "errmsg": "invalid response_code"})
        if fault == "hang-up":
            return self._answer(fault)
        return JSONResponse({"errcode": 0, "errmsg": "ok"})

    async def _download(self, request: Request) -> Response:
        content, header = self.store[request.path_params["id"]]
        if request.query_params.get("sign") != "a-signature-nobody-may-see":
            self.wrong.append("a download without its signature")
        self.downloads.append(request.path_params["id"])
        if self.hold_downloads is not None:
            await self.hold_downloads.wait()
        if fault := self._fault("store"):
            return Response("<Error/>", status_code=int(fault))
        return Response(content, headers={"content-disposition": header} if header else {})

    def _refusal(self, request: Request, path: str) -> Response | None:
        if request.query_params.get("access_token") not in self.good:
            return JSONResponse({"errcode": 40014, "errmsg": "invalid access_token"})
        if self.untrusted:
            return JSONResponse({"errcode": 60020, "errmsg": "not allow to access from your ip, from ip: 203.0.113.7"})
        return None

    def _fault(self, path: str) -> int | str:
        self.calls[path] += 1
        if self.away:
            return "500"
        waiting = self.faults.get(path)
        return waiting.popleft() if waiting else ""

    def _answer(self, fault: int | str) -> Response:
        if isinstance(fault, int):
            return JSONResponse({"errcode": fault, "errmsg": "scripted"})
        return Response("<html>", status_code=int(fault) if fault.isdigit() else 504)


class Envelopes:
    """What the platform writes and reads at a callback, by an independent library."""

    def __init__(self, receive_id: str = CORP) -> None:
        self.crypto = WeChatCrypto(TOKEN, AES_KEY, receive_id)
        self._numbers = itertools.count(1)

    def now(self) -> str:
        return str(int(time.time()))

    def sealed(self, text: str, *, timestamp: str = "", nonce: str = "") -> tuple[str, dict[str, str]]:
        """`text` encrypted, and the query that signs it."""
        from wechatpy.enterprise.crypto import PrpCrypto
        from wechatpy.utils import WeChatSigner

        timestamp, nonce = timestamp or self.now(), nonce or f"nonce{next(self._numbers)}"
        encrypted = PrpCrypto(self.crypto.key).encrypt(text, self.crypto._id)
        encrypted = encrypted.decode() if isinstance(encrypted, bytes) else encrypted
        signer = WeChatSigner()
        signer.add_data(TOKEN, timestamp, nonce, encrypted)
        return encrypted, {"msg_signature": signer.signature, "timestamp": timestamp, "nonce": nonce}

    def read(self, response: httpx.Response) -> dict[str, Any]:
        """What the answer to a call says, {} where it says nothing."""
        if not response.content:
            return {}
        answer = response.json()
        plain = self.crypto.decrypt_message(
            {"Encrypt": answer["encrypt"]}, answer["msgsignature"], str(answer["timestamp"]), answer["nonce"]
        )
        return json.loads(plain)


class Caller(Envelopes):
    """The platform calling a callback address."""

    def __init__(self, url: str, receive_id: str = CORP) -> None:
        super().__init__(receive_id)
        self.url = url
        self.client = httpx.AsyncClient(timeout=20)

    async def check(self, echo: str) -> httpx.Response:
        encrypted, query = self.sealed(echo)
        return await self.client.get(self.url, params={**query, "echostr": encrypted})

    async def xml(self, values: dict[str, str]) -> httpx.Response:
        inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in values.items())
        return await self.post_xml(f"<xml>{inner}</xml>")

    async def post_xml(self, text: str) -> httpx.Response:
        encrypted, query = self.sealed(text)
        body = f"<xml><ToUserName>{CORP}</ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
        return await self.client.post(self.url, params=query, content=body)

    async def json(self, body: Any) -> httpx.Response:
        return await self.written(json.dumps(body))

    async def written(self, text: str) -> httpx.Response:
        """A call whose JSON is `text`, whatever a strict reader would think of it."""
        encrypted, query = self.sealed(text)
        return await self.client.post(self.url, params=query, json={"encrypt": encrypted})
