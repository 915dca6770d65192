"""SIGSTOP with answers on their way, SIGCONT when another replica has given all of them: nothing comes twice."""

import asyncio
import os
import signal
import sys
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.journal import Journal
from tests.bot.channels.wecom.test_app import message
from tests.bot.channels.wecom.test_passive import asked
from tests.clocks import eventually
from tests.stopped import stop_between_writes
from tests.wecom_gateway import Gateway
from tests.wecom_platform import Caller, Platform

ROOT = Path(__file__).parents[4]
QUESTION = "有多少个智能工厂？"
LEASE = 2.0
"""Seconds. Short, for the heir waits for it; far more than any pause of a process that is not stopped."""
PEOPLE = 20


@asynccontextmanager
async def replica(way: str, url: str, journal: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "ignore", "-m", "tests.wecom_process", way, url, str(journal), str(LEASE)),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def calling(process: asyncio.subprocess.Process, receive_id: str = "") -> Caller:
    """Who calls the callback of `process`."""
    assert process.stdout is not None
    return Caller((await process.stdout.readline()).decode().strip(), receive_id)


@pytest.fixture
def journal(tmp_path: Path) -> AsyncIterator[Journal]:
    journal = Journal(tmp_path / "journal.sqlite", lease=LEASE)
    yield journal
    journal.close()


async def test_an_app_that_was_stopped_sends_nothing_that_another_has_sent(
    platform: Platform, journal: Journal, tmp_path: Path
) -> None:
    path = tmp_path / "journal.sqlite"
    async with replica("app", platform.url, path) as stopped:
        caller = await calling(stopped, "ww0123456789abcdef")
        await eventually(lambda: platform.tokens)
        platform.away = True
        for number in range(PEOPLE):
            await caller.xml(message(QUESTION, id=f"{number}", user=f"user-{number}"))
        await eventually(lambda: platform.calls["send"] >= 5)
        await stop_between_writes(stopped.pid, path)
        platform.away = False
        async with replica("app", platform.url, path):
            await eventually(lambda: journal.deliveries.waiting() == 0)
            # The platform's own check for repeats would hide a second sending.
            platform.now += 3600
            os.kill(stopped.pid, signal.SIGCONT)
            await caller.xml(message("你好", id="after", user="after"))
            await eventually(lambda: any(sent["touser"] == "after" for sent in platform.sent))
            # What was kept is tried once more when the stopped process sees that the platform is back.
            await eventually(lambda: journal.deliveries.waiting() == 0)
    await caller.client.aclose()
    receivers = [sent["touser"] for sent in platform.sent if sent["msgtype"] != "template_card"]
    assert sorted(receivers) == sorted([*(f"user-{number}" for number in range(PEOPLE)), "after"])


async def test_a_callback_that_was_stopped_sends_nothing_that_another_has_sent(
    platform: Platform, journal: Journal, tmp_path: Path
) -> None:
    path = tmp_path / "journal.sqlite"
    urls = [platform.response_url(f"{number}") for number in range(PEOPLE)]
    async with replica("passive", platform.url, path) as stopped:
        caller = await calling(stopped)
        platform.away = True
        calls = (caller.json(asked(QUESTION, f"m{number}", url=url)) for number, url in enumerate(urls))
        replies = [caller.read(response) for response in await asyncio.gather(*calls)]
        await eventually(lambda: platform.calls["response"] >= 3)
        await stop_between_writes(stopped.pid, path)
        platform.away = False
        async with replica("passive", platform.url, path):
            await eventually(lambda: journal.deliveries.waiting() == 0)
            os.kill(stopped.pid, signal.SIGCONT)
            await caller.json(asked("你好", "after", url=platform.response_url("after")))
            await eventually(lambda: journal.deliveries.get("wecom-callback:after").state == "done")
    await caller.client.aclose()
    late = [number for number, reply in enumerate(replies) if not reply["stream"]["finish"]]
    assert late
    assert [len(platform.addresses[f"{number}"]) for number in late] == [1] * len(late)
    assert platform.refused == 0


async def test_a_long_connection_that_was_stopped_sends_nothing_that_another_has_sent(
    journal: Journal, tmp_path: Path
) -> None:
    path = tmp_path / "journal.sqlite"
    gateway = Gateway()
    gateway.redeliver = False
    await gateway.start()
    async with replica("socket", gateway.url, path) as stopped:
        await gateway.until_live()
        # Refused for a passing reason, again and again: the answers stay in hand.
        gateway.faults["aibot_respond_msg"] = deque([6000] * 10_000)
        questions = [await gateway.ask(QUESTION, user=f"user-{number}") for number in range(PEOPLE)]
        await gateway.until(lambda: len(gateway.faults["aibot_respond_msg"]) < 9_900)
        await stop_between_writes(stopped.pid, path)
        # What was on its way then is refused, too.
        await asyncio.sleep(0.5)
        gateway.faults.clear()
        async with replica("socket", gateway.url, path) as heir:
            await gateway.until(lambda: all(one.answers for one in questions))
            await eventually(lambda: journal.deliveries.waiting() == 0)
            os.kill(stopped.pid, signal.SIGCONT)
            # They take the connection from each other until one gives up: both have had it again by then.
            ends = [asyncio.create_task(process.wait()) for process in (stopped, heir)]
            await asyncio.wait(ends, timeout=30, return_when=asyncio.FIRST_COMPLETED)
    await asyncio.gather(*ends)
    await gateway.stop()
    assert [one.frames for one in questions] == [1] * PEOPLE
    assert gateway.pushes == []
    assert gateway.wrong == []
