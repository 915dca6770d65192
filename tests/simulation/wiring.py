"""The channels of a simulated process, as `bot.serving.program` opens them, on the simulated platforms and clock."""

import asyncio
import random
from dataclasses import dataclass

import httpx

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.options import TelegramOptions
from bot.channels.wecom import app, passive, socket
from bot.channels.wecom.front import WeComOptions
from bot.channels.wecom.platform.api import App, AppApi, Http
from bot.channels.wecom.platform.callback import Doorway
from bot.channels.wecom.platform.connection import Account
from bot.channels.wecom.platform.crypto import Seal
from bot.channels.wecom.platform.timing import Timing
from bot.clock import Clock
from bot.desk.channel import Channel
from bot.desk.deliveries import Intake
from bot.desk.desk import Desk
from tests.simulation.network import Diary, Wire
from tests.simulation.telegram_model import TOKEN, TelegramModel
from tests.simulation.wecom_calls import URL
from tests.simulation.wecom_model import PATIENCE, WeComModel
from tests.simulation.wecom_sockets import SOCKET_URL
from tests.wecom_gateway import BOT
from tests.wecom_gateway import SECRET as BOT_SECRET
from tests.wecom_platform import AES_KEY, AGENT, CORP, SECRET
from tests.wecom_platform import TOKEN as CALLBACK_TOKEN


@dataclass
class Platforms:
    """Those that the bot is on; what happens to all of them stands in one diary."""

    diary: Diary
    telegram: TelegramModel | None
    wecom: WeComModel | None


def open_channels(platforms: Platforms, desk: Desk, clock: Clock) -> list[Channel]:
    channels: list[Channel] = []
    if platforms.telegram is not None:
        wire = Wire(platforms.diary.loop, platforms.telegram.request)
        options = TelegramOptions(TOKEN, clock=clock, transport=wire)
        channels.append(TelegramChannel(desk, _intake("telegram", desk), options))
    if platforms.wecom is not None:
        channels += _wecom(platforms.wecom, desk, clock)
    return channels


def _wecom(model: WeComModel, desk: Desk, clock: Clock) -> list[Channel]:
    """The AI bot, behind its callback or with its long connection, and an own app beside it."""
    timing = Timing(clock.steady, asyncio.sleep, random.uniform, clock.now)
    options = WeComOptions(now=clock.now)

    def http() -> Http:
        wire = Wire(model.network.loop, model.request)
        return Http(httpx.AsyncClient(timeout=PATIENCE, follow_redirects=False, transport=wire))

    doors = [Doorway(Seal(CALLBACK_TOKEN, AES_KEY, receiver), clock.now) for receiver in ("", CORP)]
    api = AppApi(App(CORP, AGENT, SECRET, URL), http(), clock.steady)
    own = app.AppChannel(desk, _intake(app.NAME, desk), api, doors[1], options, timing=timing)
    if model.by_socket:
        account, intake = Account(BOT, BOT_SECRET, SOCKET_URL), _intake(socket.NAME, desk)
        return [socket.SocketChannel(desk, intake, account, options, timing=timing, dial=model.gateway.dial), own]
    return [
        passive.PassiveChannel(
            *(desk, _intake(passive.NAME, desk), doors[0], http(), options), api_url=URL, timing=timing
        ),
        own,
    ]


def _intake(name: str, desk: Desk) -> Intake:
    return Intake(name, desk.journal, desk.workers, desk.metrics)
