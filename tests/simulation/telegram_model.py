"""Telegram as a model: its chats and its strictness, the network before it, and everything that goes wrong there.

A request takes a while to arrive, or never does; what was done when the answer is lost stays done.
"""

import asyncio
import json
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import httpx

from tests.simulation.virtual_time import VirtualLoop
from tests.telegram_chats import Chats
from tests.telegram_rules import Params, Refused, decoded

TOKEN = "123456789:AAFakeFakeFakeFakeFakeFakeFakeFake-_9"
Respond = Callable[[httpx.Response | Exception], None]
NEW_EACH_TIME = re.compile(r"\b[0-9a-f]{8}\b|/\S*/")
READING = ("getUpdates", "getMe", "getWebhookInfo")


@dataclass(frozen=True)
class Weather:
    """How likely each kind of trouble is for one request."""

    refused: float = 0.0
    """No connection: it never leaves."""
    lost: float = 0.0
    """Nothing ever comes back, half of the time because nothing arrived."""
    cut: float = 0.0
    """The connection breaks, half of the time after Telegram has done what was asked."""
    error: float = 0.0
    """500 or 502, half of the time after Telegram has done what was asked."""
    flood: float = 0.0
    """429, with seconds to wait."""
    again: float = 0.0
    """News that was confirmed is delivered once more."""
    slow: float = 0.2
    """Seconds that a request or an answer takes, on average."""


CALM = Weather()
ROUGH = Weather(refused=0.03, lost=0.03, cut=0.06, error=0.06, flood=0.04, again=0.1, slow=0.5)
AWAY = {
    "no connection": Weather(refused=1.0),
    "silence": Weather(lost=1.0),
    "only errors": Weather(error=1.0),
    "flood": Weather(flood=1.0),
    "rough": ROUGH,
}


@dataclass
class TelegramModel(Chats):
    """`changed` is called after everything that a bot does in a chat."""

    loop: VirtualLoop = field(kw_only=True)
    luck: random.Random = field(default_factory=random.Random)
    changed: Callable[[str, Params], None] = lambda method, params: None
    weather: Weather = CALM
    blocked: set[int] = field(default_factory=set)
    """Chats that refuse the bot."""
    log: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._polls: list[tuple[Params, Respond]] = []
        self._confirmed: list[Params] = []
        self._again: list[Params] = []

    # The network

    def request(self, request: httpx.Request, respond: Respond) -> None:
        """Carries a request there and its answer back, each only if the weather lets it."""
        patience = request.extensions["timeout"]["read"]
        kind, after = self._trouble(), self.luck.random() < 0.5
        self.note(f"{_method(request)} {kind}{' after' if after and kind else ''} {_gist(request)}")
        delay = self._delay()
        if kind == "refused":
            self.loop.outside(respond, httpx.ConnectError("refused"), after=delay)
        elif kind in ("error", "flood") and not (kind == "error" and after):
            self.loop.outside(respond, self._refusal(kind), after=delay)
        elif kind in ("lost", "cut") and not after:
            self.loop.outside(respond, *self._silence(kind), after=patience if kind == "lost" else delay)
        else:
            back = {"": respond, "error": lambda _: respond(self._refusal("error"))}
            back["cut"] = lambda _: respond(*self._silence("cut"))
            back["lost"] = lambda _: None
            if kind == "lost":
                self.loop.outside(respond, *self._silence("lost"), after=patience)
            self.loop.outside(self._arrive, request, self._slowly(back[kind]), after=delay)
            self.loop.outside(respond, httpx.ReadTimeout("slow"), after=patience)

    def note(self, line: str) -> None:
        # Numbers of errors and names of folders are the only things that differ when a seed is played again.
        self.log.append(f"{self.loop.time():9.2f} {NEW_EACH_TIME.sub('…', line)}")

    def _trouble(self) -> str:
        draw = self.luck.random()
        for kind in ("refused", "lost", "cut", "error", "flood"):
            draw -= getattr(self.weather, kind)
            if draw < 0:
                return kind
        return ""

    def _delay(self) -> float:
        return min(self.luck.expovariate(1 / self.weather.slow), 4.0)

    def _slowly(self, respond: Respond) -> Respond:
        return lambda answer: self.loop.outside(respond, answer, after=self._delay())

    def _silence(self, kind: str) -> tuple[Exception]:
        if kind == "lost":
            return (httpx.ReadTimeout("nothing came"),)
        return (self.luck.choice([httpx.ReadError("cut"), httpx.RemoteProtocolError("half an answer")]),)

    def _refusal(self, kind: str) -> httpx.Response:
        if kind == "flood":
            wait = self.luck.choice([1, 3, 10, 40])
            return _answer(429, f"Too Many Requests: retry after {wait}", retry_after=wait)
        if self.luck.random() < 0.5:
            return httpx.Response(502, content=b"<html><h1>502 Bad Gateway</h1></html>")
        return _answer(500, "Internal Server Error")

    # What Telegram does

    def _arrive(self, request: httpx.Request, respond: Respond) -> None:
        method = _method(request)
        params = decoded(dict(parse_qsl(request.content.decode(), keep_blank_values=True)))
        if method == "getUpdates":
            self._poll(params, respond)
            return
        try:
            result = self.call(method, params)
        except Refused as refused:
            respond(_answer(refused.code, refused.description, **refused.parameters))
            return
        respond(httpx.Response(200, content=json.dumps({"ok": True, "result": result}).encode()))
        if method not in READING:
            self.changed(method, params)

    def call(self, method: str, params: Params) -> Any:
        if params.get("chat_id") in self.blocked:
            raise Refused(403, "Forbidden: bot was blocked by the user")
        return getattr(self, f"_do_{method}")(params)

    def _do_getMe(self, params: Params) -> Params:  # noqa: N802
        return self.me

    def _do_deleteWebhook(self, params: Params) -> bool:  # noqa: N802
        return True

    def _do_getWebhookInfo(self, params: Params) -> Params:  # noqa: N802
        return {"url": "", "has_custom_certificate": False, "pending_update_count": 0}

    def _poll(self, params: Params, respond: Respond) -> None:
        """A newer poll ends all others, and what is below its offset is confirmed."""
        for _, other in self._polls:
            other(_answer(409, "Conflict: terminated by other getUpdates request"))
        offset = params.get("offset", 0)
        self._confirmed += [update for update in self.updates if update["update_id"] < offset]
        self.updates = [update for update in self.updates if update["update_id"] >= offset]
        if self._confirmed and self.luck.random() < self.weather.again:
            self._again.append(self.luck.choice(self._confirmed))
        self._polls = [(params, respond)]
        if self._again or self.updates or not params.get("timeout"):
            self.arrived({})
        else:
            self.loop.outside(self._poll_is_over, respond, after=params["timeout"])

    def arrived(self, update: Params) -> None:
        news = sorted(self._again + self.updates, key=lambda update: int(update["update_id"]))
        for params, respond in self._polls:
            respond(_news(news[: params.get("limit", 100)]))
            self._again.clear()
        self._polls.clear()

    def _poll_is_over(self, respond: Respond) -> None:
        if any(other is respond for _, other in self._polls):
            self._polls.clear()
            respond(_news([]))


class Wire(httpx.AsyncBaseTransport):
    """From one process to Telegram."""

    def __init__(self, telegram: TelegramModel) -> None:
        self._telegram = telegram

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self._telegram.loop.ending:
            raise asyncio.CancelledError
        answer: asyncio.Future[httpx.Response] = asyncio.get_running_loop().create_future()

        def respond(came: httpx.Response | Exception) -> None:
            if answer.done():
                return
            if isinstance(came, Exception):
                answer.set_exception(came)
            else:
                answer.set_result(came)

        self._telegram.request(request, respond)
        return await answer


def _method(request: httpx.Request) -> str:
    return request.url.path.rsplit("/", 1)[1]


def _gist(request: httpx.Request) -> str:
    params = dict(parse_qsl(request.content.decode()))
    named = ("chat_id", "message_id", "offset", "text")
    return " ".join(f"{name}={params[name][:60]!r}" for name in named if name in params)


def _news(updates: list[Params]) -> httpx.Response:
    return httpx.Response(200, content=json.dumps({"ok": True, "result": updates}).encode())


def _answer(code: int, description: str, **parameters: int) -> httpx.Response:
    body: Params = {"ok": False, "error_code": code, "description": description}
    if parameters:
        body["parameters"] = parameters
    return httpx.Response(code, content=json.dumps(body).encode())
