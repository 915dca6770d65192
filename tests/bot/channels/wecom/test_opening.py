"""From settings to channels, and what `doctor` finds about them."""

import asyncio
import time
from collections.abc import AsyncIterator
from email.utils import formatdate
from typing import Any

import pytest
from starlette.responses import Response

from bot.channels.wecom import checks
from bot.channels.wecom.opening import open_notices, open_wecom
from bot.desk.desk import Desk
from bot.desk.findings import CheckStatus, Finding
from bot.errors import SettingsError
from bot.settings import Settings, load
from tests.wecom_gateway import BOT, Gateway
from tests.wecom_gateway import SECRET as BOT_SECRET
from tests.wecom_platform import AES_KEY, AGENT, CORP, SECRET, TOKEN, Platform, listening

LONG = {"wecom_bot_id": BOT, "wecom_bot_secret": BOT_SECRET}
CALLBACK = {"wecom_bot_token": TOKEN, "wecom_bot_aes_key": AES_KEY}
APP = {
    "wecom_corp_id": CORP,
    "wecom_app_agent_id": AGENT,
    "wecom_app_secret": SECRET,
    "wecom_app_token": TOKEN,
    "wecom_app_aes_key": AES_KEY,
}


def settings(**values: Any) -> Settings:
    return Settings(_env_file=None, port=1, **values)  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ({}, []),
        (LONG, ["wecom-bot"]),
        (CALLBACK, ["wecom-callback"]),
        (APP, ["wecom-app"]),
        ({**LONG, **CALLBACK, **APP}, ["wecom-bot", "wecom-callback", "wecom-app"]),
    ],
)
async def test_every_configured_way_in_is_opened(desk: Desk, values: dict[str, Any], names: list[str]) -> None:
    channels = open_wecom(settings(**values), desk, None)  # type: ignore[arg-type]
    assert [channel.name for channel in channels] == names
    assert all(channel.problem() for channel in channels)
    paths = [route.path for channel in channels for route in channel.routes()]
    assert len(paths) == 2 * (len(channels) - (values.get("wecom_bot_id") is not None))
    for channel in channels:
        await channel.close(1.0)


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ("WECOM_BOT_ID", "WECOM_BOT_SECRET"),
        ("WECOM_BOT_SECRET", "WECOM_BOT_ID"),
        ("WECOM_BOT_TOKEN", "WECOM_BOT_AES_KEY"),
        ("WECOM_CORP_ID", "WECOM_APP_AGENT_ID and WECOM_APP_SECRET and WECOM_APP_TOKEN and WECOM_APP_AES_KEY"),
    ],
)
def test_half_a_way_in_is_a_sentence_and_not_a_half_working_bot(
    monkeypatch: pytest.MonkeyPatch, given: str, missing: str
) -> None:
    monkeypatch.setenv(given, "some-value")
    with pytest.raises(SettingsError, match=f"{given} is set, so {missing} must be too") as caught:
        load(env_file=None)
    assert "some-value" not in str(caught.value)


def test_a_key_that_cannot_be_one_is_a_settings_error(desk: Desk) -> None:
    values = settings(**{**APP, "wecom_app_aes_key": "too-short"})
    with pytest.raises(SettingsError, match="WECOM_APP_AES_KEY") as caught:
        open_wecom(values, desk, None)  # type: ignore[arg-type]
    assert "too-short" not in str(caught.value)


async def test_notices_are_opened_only_where_there_is_a_group() -> None:
    assert open_notices(settings(), []) == []
    assert len(open_notices(settings(wecom_notice_url="https://x/?key=1"), [])) == 1


@pytest.fixture
async def platform() -> AsyncIterator[Platform]:
    platform = Platform()
    async with listening(platform.app()) as url:
        platform.url = url
        yield platform


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    gateway = Gateway()
    await gateway.start()
    yield gateway
    await gateway.stop()


async def found(values: Settings) -> dict[str, Finding]:
    # In a thread, since doctor has no loop of its own making when it is called.
    findings = await asyncio.to_thread(lambda: list(checks.wecom(values, "en")))
    return {finding.name: finding for finding in findings}


async def test_doctor_is_content_with_what_works(platform: Platform, gateway: Gateway) -> None:
    values = settings(
        **LONG,
        **APP,
        wecom_bot_name="小助手",
        wecom_api_url=platform.url,
        wecom_bot_url=gateway.url,
        public_url="https://bot.example.org",
    )
    findings = await found(values)
    assert {finding.state for finding in findings.values()} == {CheckStatus.OK}
    assert set(findings) >= {"WeCom long connection", "WeCom app", "WeCom trusted IP", "clock"}


async def test_doctor_names_the_address_that_is_not_trusted(platform: Platform) -> None:
    platform.untrusted = True
    finding = (await found(settings(**APP, wecom_api_url=platform.url)))["WeCom trusted IP"]
    assert finding.state is CheckStatus.BROKEN
    assert "203.0.113.7" in finding.message
    assert "企业可信IP" in finding.todo


async def test_doctor_finds_wrong_secrets_and_shows_none(platform: Platform, gateway: Gateway) -> None:
    wrong = {**LONG, **APP, "wecom_bot_secret": "wrong-bot-secret", "wecom_app_secret": "wrong-app-secret"}
    findings = await found(settings(**wrong, wecom_api_url=platform.url, wecom_bot_url=gateway.url))
    assert findings["WeCom long connection"].state is CheckStatus.BROKEN
    assert "WECOM_BOT_SECRET" in findings["WeCom long connection"].message
    assert findings["WeCom app"].state is CheckStatus.BROKEN
    assert "WECOM_APP_SECRET" in findings["WeCom app"].message
    assert not any("wrong-" in f"{finding}" for finding in findings.values())


async def test_doctor_warns_of_a_missing_name_and_a_missing_address(platform: Platform) -> None:
    findings = await found(settings(**CALLBACK, wecom_api_url=platform.url))
    assert findings["WeCom bot name"].state is CheckStatus.WARNING
    assert findings["WeCom callback /wecom/bot"].state is CheckStatus.WARNING
    assert "PUBLIC_URL" in findings["WeCom callback /wecom/bot"].message


@pytest.mark.parametrize(
    ("away", "state"), [(0, CheckStatus.OK), (120, CheckStatus.WARNING), (4000, CheckStatus.BROKEN)]
)
async def test_doctor_compares_the_clock(away: int, state: CheckStatus) -> None:
    async def server(scope: Any, receive: Any, send: Any) -> None:
        response = Response(headers={"date": formatdate(time.time() - away, usegmt=True)})
        await response(scope, receive, send)

    async with listening(server, date=False) as url:
        findings = await found(settings(**CALLBACK, wecom_api_url=url))
    assert findings["clock"].state is state


async def test_doctor_does_not_kick_the_program_that_runs_here(gateway: Gateway) -> None:
    async def health(scope: Any, receive: Any, send: Any) -> None:
        await Response(b'{"parts": {"wecom-bot": "ok"}}')(scope, receive, send)

    async with listening(health) as url:
        values = Settings(_env_file=None, port=int(url.rpartition(":")[2]), **LONG, wecom_bot_url=gateway.url)  # type: ignore[call-arg]
        findings = await found(values)
    assert findings["WeCom long connection"].state is CheckStatus.OK
    assert gateway.subscriptions == 0


async def test_doctor_says_where_nothing_is_configured() -> None:
    (finding,) = (await found(settings())).values()
    assert finding.state is CheckStatus.UNUSED
