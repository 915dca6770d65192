"""kill -9 at the worst moments: the question is answered when the bot is back, and once."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.wecom_gateway import Gateway

ROOT = Path(__file__).parents[4]
QUESTION = "有多少个智能工厂？"


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    gateway = Gateway()
    gateway.redeliver = False
    await gateway.start()
    yield gateway
    await gateway.stop()
    assert gateway.wrong == []


@asynccontextmanager
async def living(gateway: Gateway, journal: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process of the bot, killed at the end."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "ignore", "-m", "tests.wecom_process", "socket", gateway.url, str(journal)),
        cwd=ROOT,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def once_idle(gateway: Gateway) -> None:
    """Whatever was left behind has been answered: it is taken up before anything new is worked off."""
    for _ in range(2):
        asked = await gateway.ask("你好")
        await gateway.until(lambda asked=asked: asked.answers)


async def test_killed_while_the_answer_is_on_its_way(gateway: Gateway, tmp_path: Path) -> None:
    gateway.hold_acks = asyncio.Event()
    async with living(gateway, tmp_path / "journal.sqlite") as first:
        await gateway.until_live()
        asked = await gateway.ask(QUESTION)
        await gateway.until_in_flight(asked.request)
        first.kill()
        await first.wait()
    gateway.hold_acks = None
    async with living(gateway, tmp_path / "journal.sqlite"):
        await gateway.until(lambda: asked.answers)
        await once_idle(gateway)
    assert len(asked.answers) == 1
    assert gateway.pushes == []


async def test_killed_after_the_answer_arrived_and_before_it_was_acknowledged(gateway: Gateway, tmp_path: Path) -> None:
    gateway.lose_acks = True
    async with living(gateway, tmp_path / "journal.sqlite") as first:
        await gateway.until_live()
        asked = await gateway.ask(QUESTION)
        await gateway.until(lambda: asked.answers)
        first.kill()
        await first.wait()
    gateway.lose_acks = False
    async with living(gateway, tmp_path / "journal.sqlite"):
        await gateway.until(lambda: asked.frames == 2)
        await once_idle(gateway)
    assert len(asked.answers) == 1
    assert gateway.pushes == []


async def test_killed_after_it_was_done_it_is_not_answered_again(gateway: Gateway, tmp_path: Path) -> None:
    async with living(gateway, tmp_path / "journal.sqlite") as first:
        await gateway.until_live()
        asked = await gateway.ask(QUESTION)
        await gateway.until(lambda: asked.answers)
        await once_idle(gateway)
        first.kill()
        await first.wait()
    async with living(gateway, tmp_path / "journal.sqlite"):
        await gateway.until_live()
        await gateway.ask(QUESTION, msgid=asked.msgid)
        await once_idle(gateway)
    assert asked.frames == 1
