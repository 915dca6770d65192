"""What `doctor` says about Telegram, and what to press in BotFather."""

import asyncio
from collections.abc import Sequence

from pydantic import SecretStr

from bot.channels.telegram.checks import telegram
from bot.desk.findings import CheckStatus, Finding
from bot.settings import Settings
from tests.telegram_server import TOKEN, TelegramServer


async def check(server: TelegramServer | None, **changes: object) -> Sequence[Finding]:
    given = {"telegram_bot_token": TOKEN, "telegram_api_url": server.url if server else "http://127.0.0.1:9", **changes}
    settings = Settings(_env_file=None, **given)  # type: ignore[call-arg, arg-type]
    findings = await asyncio.to_thread(lambda: list(telegram(settings, "en")))
    assert all(TOKEN not in finding.message + finding.todo for finding in findings)
    return findings


async def test_without_a_token_telegram_is_not_used() -> None:
    (finding,) = await check(None, telegram_bot_token=SecretStr(""))
    assert finding.state is CheckStatus.UNUSED


async def test_a_bot_that_is_well_is_named_with_its_privacy_and_inline_mode(server: TelegramServer) -> None:
    findings = await check(server)
    assert [finding.state for finding in findings] == [CheckStatus.OK] * 3
    assert findings[0].message == "@VerbatimBot, by polling"
    assert "Group Privacy" in findings[1].todo


async def test_what_is_switched_off_names_the_button_in_botfather(server: TelegramServer) -> None:
    server.me |= {"supports_inline_queries": False, "can_join_groups": False, "can_read_all_group_messages": True}
    todo = " ".join(finding.todo for finding in await check(server) if finding.state is CheckStatus.WARNING)
    assert "Inline Mode, Turn on" in todo
    assert "Allow Groups" in todo


async def test_a_refused_token_and_a_dead_line_are_told_apart(server: TelegramServer) -> None:
    (refused,) = await check(server, telegram_bot_token="1:wrong")
    (unreachable,) = await check(None)
    assert (refused.state, unreachable.state) == (CheckStatus.BROKEN, CheckStatus.BROKEN)
    assert "API Token" in refused.todo
    assert "cannot be reached (ConnectError)" in unreachable.message


async def test_garbage_instead_of_an_answer_is_no_traceback(server: TelegramServer) -> None:
    server.fail("getMe", "502")
    (finding,) = await check(server)
    assert finding.state is CheckStatus.BROKEN


async def test_the_state_of_the_webhook_is_compared_with_the_mode(server: TelegramServer) -> None:
    server.webhook = {"url": "https://elsewhere.example/hook"}
    polling = await check(server)
    assert polling[-1].message == "a webhook is set, though TELEGRAM_MODE is polling"
    hook = {"telegram_mode": "webhook", "public_url": "https://bot.example.org", "telegram_webhook_secret": "s"}
    other = await check(server, **hook)
    assert "https://bot.example.org/telegram/webhook" in other[-1].todo
    server.webhook = {"url": "https://bot.example.org/telegram/webhook"}
    assert (await check(server, **hook))[-1].message == "the webhook is set"
