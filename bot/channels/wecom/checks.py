"""What `doctor` can find out about WeCom: credentials, trusted addresses, the clock, and gaps in the settings."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from email.utils import parsedate_to_datetime

import httpx

from bot.channels.wecom.opening import account_of, app_of, app_seal, bot_seal
from bot.channels.wecom.platform.api import UNTRUSTED, AppApi, Http
from bot.channels.wecom.platform.connection import Connection
from bot.channels.wecom.platform.crypto import WINDOW_SECONDS
from bot.channels.wecom.platform.errors import ApiError, SetupError, WecomError
from bot.channels.wecom.platform.frames import Frame
from bot.channels.wecom.socket import NAME
from bot.desk.findings import CheckStatus, Finding
from bot.question import Language
from bot.settings import Settings
from bot.texts.say import speaker

PATIENCE = 15.0
CLOCK_SECONDS = 60.0

TEXTS: dict[str, dict[Language, str]] = {
    "unused": {"en": "not configured", "zh": "未配置"},
    "fine": {"en": "WeCom accepts the credentials", "zh": "企业微信接受凭据"},
    "runs": {
        "en": "a program at {host}:{port} is connected; not tried, for a second connection would end its own",
        "zh": "{host}:{port} 上的程序已连接；未再试连，因为新连接会挤掉它",
    },
    "long": {"en": "WeCom long connection", "zh": "企业微信长连接"},
    "long-todo": {"en": "See docs/wecom.md, “Long connection”.", "zh": "见 docs/wecom.md 的 “Long connection”。"},
    "name": {"en": "WeCom bot name", "zh": "企业微信机器人名称"},
    "no-name": {"en": "WECOM_BOT_NAME is empty", "zh": "WECOM_BOT_NAME 未设置"},
    "no-name-todo": {
        "en": "Set it to the bot's display name, or “@name” stays in every question of a group.",
        "zh": "请设为机器人的显示名称，否则群里的问题会带着“@名称”。",
    },
    "callback": {"en": "WeCom callback", "zh": "企业微信回调"},
    "callback-fine": {"en": "answers at {url}", "zh": "地址为 {url}"},
    "no-public": {"en": "PUBLIC_URL is empty", "zh": "PUBLIC_URL 未设置"},
    "no-public-todo": {
        "en": "Set PUBLIC_URL to the https address under which WeCom reaches this program.",
        "zh": "请把 PUBLIC_URL 设为企业微信可访问的 https 地址。",
    },
    "app": {"en": "WeCom app", "zh": "企业微信自建应用"},
    "app-todo": {"en": "See docs/wecom.md, “Own app”.", "zh": "见 docs/wecom.md 的 “Own app”。"},
    "trusted": {"en": "WeCom trusted IP", "zh": "企业微信可信 IP"},
    "trusted-fine": {"en": "this machine may call", "zh": "本机可以调用"},
    "trusted-todo": {
        "en": "Add this machine's address under the app: trusted IPs of the company (企业可信IP).",
        "zh": "请在应用的“企业可信IP”中加入本机地址。",
    },
    "clock": {"en": "clock", "zh": "时钟"},
    "clock-fine": {"en": "within {seconds} s of WeCom's", "zh": "与企业微信相差不超过 {seconds} 秒"},
    "clock-off": {"en": "{seconds} s away from WeCom's", "zh": "与企业微信相差 {seconds} 秒"},
    "clock-todo": {
        "en": "Set this machine's time (NTP): callbacks more than {limit} s away are refused.",
        "zh": "请校准本机时间（NTP）：相差超过 {limit} 秒的回调会被拒绝。",
    },
}


say = speaker(TEXTS)


def wecom(settings: Settings, lang: Language) -> Iterable[Finding]:
    """One finding for each configured way in, and for what all of them need."""
    return asyncio.run(_all(settings, lang))


async def _all(settings: Settings, lang: Language) -> list[Finding]:
    found: list[Finding] = []
    if settings.wecom_bot_id:
        found.append(await _long_connection(settings, lang))
    if settings.wecom_bot_id or settings.wecom_bot_token.get_secret_value():
        found += _name(settings, lang)
    found += _callbacks(settings, lang)
    if settings.wecom_corp_id:
        found += [finding async for finding in _app(settings, lang)]
    if not found:
        return [Finding("WeCom", CheckStatus.UNUSED, say("unused", lang))]
    return [*found, *await _clock(settings, lang)]


async def _long_connection(settings: Settings, lang: Language) -> Finding:
    name = say("long", lang)
    if await _runs(settings):
        return Finding(name, CheckStatus.OK, say("runs", lang, host=settings.host, port=settings.port))
    connection = Connection(account_of(settings), _ignore)
    running = asyncio.create_task(connection.run())
    live = asyncio.create_task(connection.live())
    try:
        await asyncio.wait({running, live}, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        if live.done():
            return Finding(name, CheckStatus.OK, say("fine", lang))
        error = running.exception() if running.done() else None
        return Finding(name, CheckStatus.BROKEN, str(error or connection.problem()), say("long-todo", lang))
    finally:
        for task in (running, live):
            task.cancel()
        await asyncio.gather(running, live, return_exceptions=True)
        await connection.close()


async def _runs(settings: Settings) -> bool:
    """Whether our own program holds the connection on this machine: one more would kick it."""
    with suppress(httpx.HTTPError, ValueError, AttributeError):
        async with httpx.AsyncClient(timeout=2) as client:
            health = (await client.get(f"http://{settings.host}:{settings.port}/healthz")).json()
            return bool(health["parts"].get(NAME) == "ok") if "parts" in health else False
    return False


async def _ignore(frame: Frame) -> None:
    """Doctor answers nobody; the platform's people are served by the program."""


def _name(settings: Settings, lang: Language) -> Iterable[Finding]:
    if settings.wecom_bot_name:
        yield Finding(say("name", lang), CheckStatus.OK, f"@{settings.wecom_bot_name}")
    else:
        yield Finding(say("name", lang), CheckStatus.WARNING, say("no-name", lang), say("no-name-todo", lang))


def _callbacks(settings: Settings, lang: Language) -> Iterable[Finding]:
    ways = (
        ("bot", bot_seal, bool(settings.wecom_bot_token.get_secret_value())),
        ("app", app_seal, bool(settings.wecom_corp_id)),
    )
    for path, seal, used in ways:
        if not used:
            continue
        name = f"{say('callback', lang)} /wecom/{path}"
        try:
            seal(settings)
        except SetupError as error:
            yield Finding(name, CheckStatus.BROKEN, str(error), say("app-todo", lang))
            continue
        if settings.public_url:
            url = f"{settings.public_url}/wecom/{path}"
            yield Finding(name, CheckStatus.OK, say("callback-fine", lang, url=url))
        else:
            yield Finding(name, CheckStatus.WARNING, say("no-public", lang), say("no-public-todo", lang))


async def _app(settings: Settings, lang: Language) -> AsyncIterator[Finding]:
    api = AppApi(app_of(settings), Http())
    try:
        await api.token()
        yield Finding(say("app", lang), CheckStatus.OK, say("fine", lang))
        await api.look("agent/get", {"agentid": str(settings.wecom_app_agent_id)})
        yield Finding(say("trusted", lang), CheckStatus.OK, say("trusted-fine", lang))
    except ApiError as error:
        untrusted = error.code == UNTRUSTED
        name, todo = ("trusted", "trusted-todo") if untrusted else ("app", "app-todo")
        yield Finding(say(name, lang), CheckStatus.BROKEN, str(error), say(todo, lang))
    except WecomError as error:
        yield Finding(say("app", lang), CheckStatus.BROKEN, str(error), say("app-todo", lang))
    finally:
        await api.close()


async def _clock(settings: Settings, lang: Language) -> Iterable[Finding]:
    http = Http()
    try:
        their_time = await http.date(settings.wecom_api_url)
        away = abs(time.time() - parsedate_to_datetime(their_time).timestamp())
    except WecomError as error:
        return [Finding(say("clock", lang), CheckStatus.WARNING, str(error))]
    except (ValueError, TypeError):
        return []
    finally:
        await http.close()
    if away <= CLOCK_SECONDS:
        return [Finding(say("clock", lang), CheckStatus.OK, say("clock-fine", lang, seconds=int(away) + 1))]
    state = CheckStatus.BROKEN if away > WINDOW_SECONDS else CheckStatus.WARNING
    todo = say("clock-todo", lang, limit=WINDOW_SECONDS)
    return [Finding(say("clock", lang), state, say("clock-off", lang, seconds=int(away)), todo)]
