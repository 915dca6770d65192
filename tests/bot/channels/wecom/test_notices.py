"""Errors reach the admins' group: twenty a minute, without secrets, and never about themselves."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from bot.channels.wecom.notices import Notices
from bot.channels.wecom.platform.api import Http
from bot.logs import Redactor
from tests.clocks import HandClock, eventually
from tests.wecom_platform import Platform, listening

KEY = "a-secret-key-of-the-group"
log = logging.getLogger("bot.somewhere")


@pytest.fixture
async def platform() -> AsyncIterator[Platform]:
    platform = Platform()
    async with listening(platform.app()) as url:
        platform.url = url
        yield platform


@pytest.fixture
async def clock(platform: Platform) -> AsyncIterator[HandClock]:
    clock = HandClock()
    url = f"{platform.url}/cgi-bin/webhook/send?key={KEY}"
    notices = Notices(url, Http(), Redactor([KEY]), now=clock.now, sleep=clock.sleep)
    task = asyncio.create_task(notices.run())
    await eventually(lambda: notices in logging.getLogger("bot").handlers)
    yield clock
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert notices not in logging.getLogger("bot").handlers


def told(platform: Platform) -> list[str]:
    return [notice["text"]["content"] for notice in platform.notices]


async def test_an_error_is_told_in_one_line_with_its_id_and_without_secrets(
    clock: HandClock, platform: Platform
) -> None:
    log.error("It broke at %s\nTraceback", KEY, extra={"error_id": "abc123"})
    log.warning("not this")
    await eventually(lambda: platform.notices)
    assert told(platform) == ["ERROR: It broke at [secret] (abc123)"]


async def test_twenty_a_minute_go_out_and_the_rest_wait(clock: HandClock, platform: Platform) -> None:
    for number in range(25):
        log.error("no. %d", number)
    await clock.until_sleeping(1, 60)
    assert len(platform.notices) == 20
    clock.advance(60)
    await eventually(lambda: len(platform.notices) == 25)
    assert told(platform)[-1] == "ERROR: no. 24"


async def test_a_flood_is_counted_and_not_told(clock: HandClock, platform: Platform) -> None:
    for number in range(200):
        log.error("no. %d", number)
    for _ in range(10):
        await eventually(lambda: clock.sleeping(1, 60) or len(platform.notices) >= 100)
        clock.advance(60)
    await eventually(lambda: len(platform.notices) == 100)
    assert told(platform)[-1].endswith("(+100)")


async def test_a_notice_that_fails_tells_of_itself_in_the_log_only(
    clock: HandClock, platform: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    platform.faults["notice"] = deque(["500", 45009])
    log.error("one")
    log.error("two")
    log.error("three")
    await eventually(lambda: platform.notices)
    assert told(platform) == ["ERROR: three"]
    assert caplog.text.count("A notice was not sent") == 2
    assert KEY not in caplog.text


async def test_an_error_of_another_thread_is_told_too(clock: HandClock, platform: Platform) -> None:
    await asyncio.to_thread(log.error, "长" * 3000)
    await eventually(lambda: platform.notices)
    assert len(told(platform)[0].encode()) <= 2048
