"""WeCom as a model: people who write to an AI bot and to an own app, callbacks that are repeated, streams that are
asked for until they are finished, addresses that take one message, and an interface that is strict."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urlencode, urlsplit
from xml.sax.saxutils import escape

import httpx

from bot.channels.wecom.app import PATH as APP_PATH
from bot.channels.wecom.passive import NAME as CALLBACK
from bot.channels.wecom.passive import PATH as BOT_PATH
from bot.channels.wecom.socket import NAME as SOCKET
from tests.simulation.network import Network, Respond
from tests.simulation.wecom_calls import Call, Values, as_fields, as_json, asking
from tests.simulation.wecom_sockets import Gateway
from tests.wecom_platform import CORP, SECRET, Envelopes

PATIENCE = 10.0
CALL_SECONDS = 5.0
"""The platform waits no longer for the answer to a call."""
TRIES = 3
ROOM = "room"
STREAM_SECONDS = 360.0
"""For so long after a question the platform asks for the answer."""
ASK_SECONDS = 1.0
LOOKS_AWAY = 0.03
"""How likely it stops before, each time: whoever asked has closed the chat."""
ADDRESS_SECONDS = 3600.0
TOKEN_SECONDS = 7200
Port = Callable[[str, str, bytes, Respond], None]
"""A process that listens: path, query and body of a call, and whom to tell what comes of it."""


@dataclass(eq=False)
class WeComModel:
    network: Network
    port: Callable[[], Port | None] = lambda: None
    """Some process that listens now; None where there is none."""
    changed: Callable[[], None] = lambda: None
    """Called after everything that the bot shows to somebody."""
    calls: list[Call] = field(default_factory=list)
    sent: list[Values] = field(default_factory=list)
    """Messages of the app, each with its `msgid` and when it came."""
    by_socket: bool = False
    """Whether the AI bot has a long connection, and no callback."""

    def __post_init__(self) -> None:
        self._bot, self._app = Envelopes(""), Envelopes(CORP)
        self._token = ""
        self._token_ends = 0.0
        self._tokens = self._asks = 0
        self._loop = self.network.loop
        self.way = SOCKET if self.by_socket else CALLBACK
        self.gateway = Gateway(self.network, self.calls, lambda: self.changed())

    # People

    def say(self, user: str, chat: str, text: str, *, app: bool) -> None:
        self._begin(Call(self._id(), app, user, chat, text, self._loop.time(), self.way))

    def buttons(self, user: str) -> list[Call]:
        """All that `user` may press, as the calls that would come of it."""
        now, found = self._loop.time(), list[Call]()
        for one in self.calls:
            if one.chat in (user, ROOM) and not one.app:
                pressed = partial(Call, "", False, user, one.chat, "", now, self.way)
                found += [pressed(key, task) for task, key in _keys(one.cards)]
                found += [pressed(vote=(id, kind)) for id in one.answers for kind in (1, 2)]
        cards = [message["template_card"] for message in self.sent if message["touser"] == user and _is_card(message)]
        return found + [Call("", True, user, user, "", now, self.way, key, task) for task, key in _keys(cards)]

    def press(self, call: Call) -> None:
        call.id = self._id()
        self._begin(call)

    def _id(self) -> str:
        return f"m{len(self.calls)}"

    def _begin(self, call: Call) -> None:
        call.sealed = (
            self._sealed_xml(as_fields(call, int(self._loop.now()))) if call.app else self._sealed_json(as_json(call))
        )
        # Twice the same button within a second is the same to the platform.
        if not any(one.delivery == call.delivery for one in self.calls):
            self.calls.append(call)
            if self.by_socket and not call.app:
                self.gateway.tell(call)
            else:
                self._call(call)

    def _sealed_json(self, body: Values) -> tuple[str, Values]:
        encrypted, query = self._bot.sealed(json.dumps(body), timestamp=str(int(self._loop.now())))
        return json.dumps({"encrypt": encrypted}), query

    def _sealed_xml(self, fields: dict[str, str]) -> tuple[str, Values]:
        inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in fields.items())
        encrypted, query = self._app.sealed(f"<xml>{inner}</xml>", timestamp=str(int(self._loop.now())))
        return f"<xml><ToUserName>{CORP}</ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>", query

    # Calls of the platform

    def _call(self, call: Call) -> None:
        call.tries += 1
        self._post(f"{call.delivery} call {call.tries}", call, call.sealed, partial(self._called, call))

    def _called(self, call: Call, came: httpx.Response | Exception) -> None:
        if isinstance(came, httpx.Response) and came.status_code == 200:
            call.accepted = True
            self._show(call, came)
        elif call.tries < TRIES:
            self._loop.outside(self._call, call, after=self.network.luck.uniform(0.1, 1.0))
        else:
            call.given_up = True

    def _show(self, call: Call, came: httpx.Response) -> None:
        reply = self._bot.read(came) if came.content else {}
        if card := reply.get("template_card"):
            call.cards.append(card)
        if "stream" not in reply:
            return
        if not reply["stream"]["finish"]:
            self._loop.outside(self._ask, call, reply["stream"]["id"], after=ASK_SECONDS)
            return
        self.network.diary.note(f"{call.delivery} shows {reply['stream']['content'][:60]!r}")
        call.shown.append(reply["stream"]["content"])
        call.answers += [reply["stream"]["feedback"]["id"]] if "feedback" in reply["stream"] else []
        self.changed()

    def _ask(self, call: Call, stream: str) -> None:
        """Asks for the answer that was not there yet."""
        if self._loop.time() - call.at > STREAM_SECONDS or self.network.luck.random() < LOOKS_AWAY:
            call.given_up = True
            return
        self._asks += 1
        body = asking(call, stream, self._asks)
        self._post(f"{call.delivery} asks", call, self._sealed_json(body), partial(self._asked, call, stream))

    def _asked(self, call: Call, stream: str, came: httpx.Response | Exception) -> None:
        if isinstance(came, httpx.Response) and came.status_code == 200 and came.content:
            self._show(call, came)
        else:
            self._loop.outside(self._ask, call, stream, after=ASK_SECONDS)

    def _post(self, what: str, call: Call, sealed: tuple[str, Values], then: Callable[..., None]) -> None:
        content, query = sealed
        over = _Once(then)
        path = APP_PATH if call.app else BOT_PATH
        arrive = partial(self._enter, path, urlencode(query), content.encode())
        self.network.carry(what, arrive, over, lambda kind: httpx.Response(502), CALL_SECONDS)

    def _enter(self, path: str, query: str, content: bytes, respond: Respond) -> None:
        port = self.port()
        if port is None:
            respond(httpx.ConnectError("nobody listens"))
        else:
            port(path, query, content, respond)

    # The interface

    def request(self, request: httpx.Request, respond: Respond) -> None:
        """A request of the bot."""
        what = f"{request.url.path} {request.content.decode()[:160]}"
        patience = request.extensions["timeout"]["read"]
        self.network.carry(what, partial(self._arrive, request), respond, self._refusal, patience)

    def _refusal(self, kind: str) -> httpx.Response:
        if kind == "flood":
            return _result(45009, "api freq out of limit")
        return httpx.Response(502) if self.network.luck.random() < 0.5 else _result(-1, "system busy")

    def _arrive(self, request: httpx.Request, respond: Respond) -> None:
        method = {"gettoken": self._gettoken, "send": self._send, "response": self._response}
        method["update_template_card"] = lambda request: _result(0)
        respond(method[urlsplit(str(request.url)).path.rsplit("/", 1)[1]](request))

    def _gettoken(self, request: httpx.Request) -> httpx.Response:
        if request.url.params["corpsecret"] != SECRET:
            return _result(40001, "invalid credential")
        self._tokens += 1
        self._token = f"token-{self._tokens}"
        self._token_ends = self._loop.time() + TOKEN_SECONDS
        return _result(0, access_token=self._token, expires_in=TOKEN_SECONDS)

    def _send(self, request: httpx.Request) -> httpx.Response:
        if request.url.params.get("access_token") != self._token or self._loop.time() > self._token_ends:
            return _result(40014, "invalid access_token")
        body = json.loads(request.content)
        known = self._known(body)
        if known is None:
            known = {**body, "at": self._loop.time(), "msgid": f"sent-{len(self.sent)}"}
            self.sent.append(known)
            self.changed()
        return _result(0, msgid=known["msgid"])

    def _known(self, body: Values) -> Values | None:
        """The last message that `body` repeats, within the time that it asks to be looked back."""

        def core(message: Values) -> str:
            return json.dumps([message["touser"], message["msgtype"], message[message["msgtype"]]], sort_keys=True)

        seconds = body["duplicate_check_interval"] if body.get("enable_duplicate_check") else 0
        since = self._loop.time() - seconds
        return next((one for one in reversed(self.sent) if one["at"] > since and core(one) == core(body)), None)

    def _response(self, request: httpx.Request) -> httpx.Response:
        code = request.url.params["response_code"]
        call = next(call for call in self.calls if call.id == code)
        if call.posted or self._loop.time() - call.at > ADDRESS_SECONDS:
            return _result(60140, "invalid response_code")
        call.posted.append(json.loads(request.content))
        self.changed()
        return _result(0)


def _keys(cards: list[Values]) -> list[tuple[str, str]]:
    return [(card["task_id"], button["key"]) for card in cards for button in card["button_list"]]


def _is_card(message: Values) -> bool:
    return bool(message["msgtype"] == "template_card")


class _Once:
    """The first word on a call; what comes after it is too late."""

    def __init__(self, then: Callable[..., None]) -> None:
        self._then = then
        self._over = False

    def __call__(self, came: httpx.Response | Exception) -> None:
        if not self._over:
            self._over = True
            self._then(came)


def _result(code: int, message: str = "ok", **more: object) -> httpx.Response:
    return httpx.Response(200, content=json.dumps({"errcode": code, "errmsg": message, **more}).encode())
