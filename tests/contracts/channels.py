"""Every channel from where a person sits: what one writes, and what one reads there."""

import asyncio
import contextlib
import html
import re
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from telegram import Update

from bot.cards.links import Links
from bot.cards.signing import Signer
from bot.desk.deliveries import Intake
from bot.desk.desk import Desk
from bot.desk.rate_limits import RateLimits, Rates
from bot.journal import Journal
from bot.metrics import Metrics
from bot.web.app import web_app
from bot.web.pages.ask_page import AskPage
from bot.web.pages.visitor import CHANNEL, Gate
from bot.workers import Workers
from tests.bot.channels.telegram.conftest import Bot
from tests.bot.channels.wecom.test_socket import Life as SocketLife
from tests.bot.channels.wecom.wecom_life import Life as CallbackLife
from tests.bot.channels.wecom.wecom_reader import commonmark
from tests.clocks import eventually
from tests.shelf import Shelf
from tests.telegram_server import TelegramServer
from tests.web_server import Visit, read, serving
from tests.wecom_gateway import Gateway
from tests.wecom_platform import CORP, Caller, Platform, listening


@dataclass(frozen=True)
class Seen:
    """One message of the bot as a person reads it."""

    text: str
    quotes: tuple[str, ...]
    bold: tuple[str, ...]


class Seat(Protocol):
    """A person in a private chat with the bot."""

    quotes_messages: bool
    """Whether the platform tells what message somebody quoted."""

    async def say(self, id: int, text: str, *, quoted: str = "") -> None:
        """Writes a message; with an `id` that was used, the platform delivers that message again."""
        ...

    async def seen(self, count: int) -> list[Seen]:
        """What the bot has said, as soon as it is `count` messages and nothing is open any more."""
        ...


Opening = Callable[[Path, Shelf], contextlib.AbstractAsyncContextManager[Seat]]


def of_markdown(source: str) -> Seen:
    read = commonmark(source)
    return Seen(read.text, tuple(quote.strip("\n") for quote in read.quotes), read.bold)


class TelegramSeat:
    quotes_messages = True

    def __init__(self, server: TelegramServer, bot: Bot) -> None:
        self._server, self._bot = server, bot
        self._updates: dict[int, Any] = {}

    async def say(self, id: int, text: str, *, quoted: str = "") -> None:
        if id in self._updates:
            # Polling confirms what it took; a repetition comes to the same door again.
            assert self._bot.channel._inbox is not None
            await self._bot.channel._inbox.put(Update.de_json(self._updates[id], None))
            return
        more = {"quote": {"text": quoted, "position": 0}} if quoted else {}
        self._server.say(42, text, **more)
        self._updates[id] = self._server.updates[-1]

    async def seen(self, count: int) -> list[Seen]:
        await eventually(lambda: len(self._server.shown(42)) >= count)
        messages = await self._bot.shown(42)
        styled = self._server.styled
        return [Seen(m["text"], tuple(styled(m, "blockquote")), tuple(styled(m, "bold"))) for m in messages]


@contextlib.asynccontextmanager
async def telegram(journal: Path, library: Shelf) -> AsyncIterator[Seat]:
    async with TelegramServer() as server:
        bot = await Bot(server, library, journal).start()
        try:
            yield TelegramSeat(server, bot)
        finally:
            await bot.stop()


class SocketSeat:
    quotes_messages = True

    def __init__(self, gateway: Gateway, life: SocketLife) -> None:
        self._gateway, self._life = gateway, life

    async def say(self, id: int, text: str, *, quoted: str = "") -> None:
        await self._gateway.ask(text, msgid=f"m{id}", quote=quoted)

    async def seen(self, count: int) -> list[Seen]:
        def answers() -> list[str]:
            said = [answer for asked in self._gateway.asked.values() for answer in asked.answers]
            return said + [push["markdown"]["content"] for push in self._gateway.pushes]

        await eventually(lambda: len(answers()) >= count and not self._life.intake.open)
        return [of_markdown(text) for text in answers()]


@contextlib.asynccontextmanager
async def wecom_socket(journal: Path, library: Shelf) -> AsyncIterator[Seat]:
    gateway = Gateway()
    await gateway.start()
    life = SocketLife(gateway, journal, library)
    try:
        await gateway.until_live()
        yield SocketSeat(gateway, life)
    finally:
        await life.close()
        life.workers.close()
        await gateway.stop()


class AppSeat:
    quotes_messages = False

    def __init__(self, platform: Platform, caller: Caller, life: CallbackLife) -> None:
        self._platform, self._caller, self._life = platform, caller, life

    async def say(self, id: int, text: str, *, quoted: str = "") -> None:
        message = {"ToUserName": CORP, "FromUserName": "zhangsan", "CreateTime": "1760000000"}
        await self._caller.xml({**message, "MsgType": "text", "Content": text, "MsgId": str(id)})
        self._platform.now += 60

    async def seen(self, count: int) -> list[Seen]:
        waiting = self._life.journal.deliveries.waiting
        await eventually(lambda: len(self._platform.texts()) >= count and not waiting())
        return [of_message(m) for m in self._platform.sent if m["msgtype"] != "template_card"]


def of_message(message: dict[str, Any]) -> Seen:
    """A text message shows what it says, but for the marks of links."""
    if message["msgtype"] == "markdown":
        return of_markdown(message["markdown"]["content"])
    return Seen(re.sub(r"</?a\b[^>]*>", "", message["text"]["content"]), (), ())


@contextlib.asynccontextmanager
async def wecom_app(journal: Path, library: Shelf) -> AsyncIterator[Seat]:
    platform = Platform()
    async with listening(platform.app()) as platform.url:
        life = CallbackLife(platform, journal, library)
        try:
            async with life.serving(life.app()) as caller:
                yield AppSeat(platform, caller, life)
        finally:
            await life.close()


class PassiveSeat:
    quotes_messages = True

    def __init__(self, caller: Caller, life: CallbackLife) -> None:
        self._caller, self._life = caller, life
        self._streams: dict[str, str] = {}

    async def say(self, id: int, text: str, *, quoted: str = "") -> None:
        body: dict[str, Any] = {"msgid": f"m{id}", "from": {"userid": "zhangsan"}, "chattype": "single"}
        body |= {"msgtype": "text", "text": {"content": text}}
        if quoted:
            body["quote"] = {"msgtype": "text", "text": {"content": quoted}}
        reply = self._caller.read(await self._caller.json(body))
        self._streams[reply["stream"]["id"]] = reply["stream"]["content"]

    async def seen(self, count: int) -> list[Seen]:
        await eventually(lambda: len(self._streams) >= count and not self._life.journal.deliveries.waiting())
        return [of_markdown(text) for text in self._streams.values()]


@contextlib.asynccontextmanager
async def wecom_callback(journal: Path, library: Shelf) -> AsyncIterator[Seat]:
    platform = Platform()
    async with listening(platform.app()) as platform.url:
        life = CallbackLife(platform, journal, library, wait=20.0)
        try:
            async with life.serving(life.passive()) as caller:
                yield PassiveSeat(caller, life)
        finally:
            await life.close()


class PageSeat:
    quotes_messages = False

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._turns: dict[str, str] = {}

    async def say(self, id: int, text: str, *, quoted: str = "") -> None:
        delivery = f"delivery-{id}"
        answer = await self._visit.ask_by_script(text, delivery=delivery, thread="conversation")
        self._turns[delivery] = answer["turn"]

    async def seen(self, count: int) -> list[Seen]:
        assert len(self._turns) >= count
        return [of_turn(turn) for turn in self._turns.values()]


def of_turn(turn: str) -> Seen:
    card = turn.partition("</h2>")[2]
    quotes = [html.unescape(re.sub("<[^>]+>", "", one)) for one in re.findall("<blockquote>(.*?)</blockquote>", card)]
    bold = re.findall("<strong>(.*?)</strong>", card)
    return Seen(read(card), tuple(quotes), tuple(map(html.unescape, bold)))


@contextlib.asynccontextmanager
async def page(journal: Path, library: Shelf) -> AsyncIterator[Seat]:
    book, workers, metrics, links = Journal(journal), Workers(), Metrics(), Links(signer=Signer(b"k"))
    desk = Desk(library, book, workers, metrics, RateLimits(Rates(), time.monotonic), links=links)
    asking = AskPage(desk, Intake(CHANNEL, book, workers, metrics), Gate())
    async with (
        serving(web_app(desk, metrics, [asking])) as url,
        Visit(url, cookie="verbatim=0123456789abcdef") as visit,
    ):
        yield PageSeat(visit)
    workers.close()
    book.close()


CHANNELS: dict[str, Opening] = {
    "page": page,
    "telegram": telegram,
    "wecom long connection": wecom_socket,
    "wecom callback": wecom_callback,
    "wecom app": wecom_app,
}


async def settle() -> None:
    """A moment for whatever should not come."""
    for _ in range(20):
        await asyncio.sleep(0.005)
