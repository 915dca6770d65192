"""The network between the bot and a platform: a request takes a while to arrive, or never does; what was done when the
answer is lost stays done. And the diary of all that happens."""

import asyncio
import random
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.simulation.virtual_time import VirtualLoop

Respond = Callable[[httpx.Response | Exception], None]
NEW_EACH_TIME = re.compile(r"\b[0-9a-f]{8}\b|/\S*/")
LONGEST_SECONDS = 4.0


@dataclass(frozen=True)
class Weather:
    """How likely each kind of trouble is for one request."""

    refused: float = 0.0
    """No connection: it never leaves."""
    lost: float = 0.0
    """Nothing ever comes back, half of the time because nothing arrived."""
    cut: float = 0.0
    """The connection breaks, half of the time after the platform has done what was asked."""
    error: float = 0.0
    """500 or 502, half of the time after the platform has done what was asked."""
    flood: float = 0.0
    """Too many requests: seconds to wait."""
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
class Diary:
    """What happens, line by line, with the virtual second before it."""

    loop: VirtualLoop
    lines: list[str] = field(default_factory=list)

    def note(self, line: str) -> None:
        # Numbers of errors and names of folders are the only things that differ when a seed is played again.
        self.lines.append(f"{self.loop.time():9.2f} {NEW_EACH_TIME.sub('…', line)}")


@dataclass
class Network:
    loop: VirtualLoop
    luck: random.Random
    diary: Diary
    weather: Weather = CALM

    def carry(
        self,
        what: str,
        arrive: Callable[[Respond], None],
        respond: Respond,
        refusal: Callable[[str], httpx.Response],
        patience: float,
    ) -> None:
        """Calls `arrive` and carries the answer back to `respond`, each only if the weather lets it.

        `refusal`: what an "error" or a "flood" looks like. Who asks waits for `patience` seconds.
        """
        kind, after = self.trouble(), self.luck.random() < 0.5
        self.diary.note(f"{what} {kind}{' after' if after and kind else ''}")
        delay = self.delay()
        if kind == "refused":
            self.loop.outside(respond, httpx.ConnectError("refused"), after=delay)
        elif kind in ("error", "flood") and not (kind == "error" and after):
            self.loop.outside(respond, refusal(kind), after=delay)
        elif kind in ("lost", "cut") and not after:
            self.loop.outside(respond, *self._silence(kind), after=patience if kind == "lost" else delay)
        else:
            back: dict[str, Respond] = {"": respond, "error": lambda _: respond(refusal("error"))}
            back["cut"] = lambda _: respond(*self._silence("cut"))
            back["lost"] = lambda _: None
            if kind == "lost":
                self.loop.outside(respond, *self._silence("lost"), after=patience)
            self.loop.outside(arrive, self._slowly(back[kind]), after=delay)
            self.loop.outside(respond, httpx.ReadTimeout("slow"), after=patience)

    def trouble(self) -> str:
        """What becomes of the next thing that is sent, "" where it gets through."""
        draw = self.luck.random()
        for kind in ("refused", "lost", "cut", "error", "flood"):
            draw -= getattr(self.weather, kind)
            if draw < 0:
                return kind
        return ""

    def delay(self) -> float:
        """Seconds on the way."""
        return min(self.luck.expovariate(1 / self.weather.slow), LONGEST_SECONDS)

    def _slowly(self, respond: Respond) -> Respond:
        return lambda answer: self.loop.outside(respond, answer, after=self.delay())

    def _silence(self, kind: str) -> tuple[Exception]:
        if kind == "lost":
            return (httpx.ReadTimeout("nothing came"),)
        return (self.luck.choice([httpx.ReadError("cut"), httpx.RemoteProtocolError("half an answer")]),)


class Wire(httpx.AsyncBaseTransport):
    """From one process to a platform: `request` carries a request there, and calls back with what comes of it."""

    def __init__(self, loop: VirtualLoop, request: Callable[[httpx.Request, Respond], None]) -> None:
        self._loop = loop
        self._request = request

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self._loop.ending:
            raise asyncio.CancelledError
        # The last moment before anything leaves, as the real carrier tells of it.
        trace: Callable[[str, dict[str, Any]], Awaitable[None]] | None = request.extensions.get("trace")
        if trace is not None:
            await trace("http11.send_request_headers.started", {})
        answer: asyncio.Future[httpx.Response] = asyncio.get_running_loop().create_future()

        def respond(came: httpx.Response | Exception) -> None:
            if answer.done():
                return
            if isinstance(came, Exception):
                answer.set_exception(came)
            else:
                answer.set_result(came)

        self._request(request, respond)
        return await answer
