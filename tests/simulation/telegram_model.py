"""Telegram as a model: its chats, its strictness and its news."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

import httpx

from tests.simulation.network import Network, Respond
from tests.telegram_chats import Chats
from tests.telegram_rules import Params, Refused, decoded

TOKEN = "123456789:AAFakeFakeFakeFakeFakeFakeFakeFake-_9"
READING = ("getUpdates", "getMe", "getWebhookInfo")


@dataclass
class TelegramModel(Chats):
    """`changed` is called after everything that a bot does in a chat."""

    network: Network = field(kw_only=True)
    changed: Callable[[str, Params], None] = lambda method, params: None
    blocked: set[int] = field(default_factory=set)
    """Chats that refuse the bot."""

    def __post_init__(self) -> None:
        self._polls: list[tuple[Params, Respond]] = []
        self._confirmed: list[Params] = []
        self._again: list[Params] = []

    # People

    last: int = 0
    """The number of the newest update."""

    def update(self, **content: Any) -> Params:
        update = super().update(**content)
        self.last = update["update_id"]
        return update

    def buttons(self, chat: int) -> list[tuple[Params, str]]:
        """Those under our messages in a chat: the message, and what is sent when it is tapped."""
        boards = [(one, one["reply_markup"]["inline_keyboard"]) for one in self.shown(chat) if "reply_markup" in one]
        found = [(message, button) for message, rows in boards for row in rows for button in row]
        return [(message, button["callback_data"]) for message, button in found if "callback_data" in button]

    # The network

    def request(self, request: httpx.Request, respond: Respond) -> None:
        """A request of the bot."""
        patience = request.extensions["timeout"]["read"]
        arrive = partial(self._arrive, request)
        self.network.carry(f"{_method(request)} {_gist(request)}", arrive, respond, self._refusal, patience)

    def _refusal(self, kind: str) -> httpx.Response:
        if kind == "flood":
            wait = self.network.luck.choice([1, 3, 10, 40])
            return _answer(429, f"Too Many Requests: retry after {wait}", retry_after=wait)
        if self.network.luck.random() < 0.5:
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
        if self._confirmed and self.network.luck.random() < self.network.weather.again:
            self._again.append(self.network.luck.choice(self._confirmed))
        self._polls = [(params, respond)]
        if self._again or self.updates or not params.get("timeout"):
            self.arrived({})
        else:
            self.network.loop.outside(self._poll_is_over, respond, after=params["timeout"])

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
