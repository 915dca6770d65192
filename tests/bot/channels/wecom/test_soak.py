"""Many questions under many faults, from a seed: none lost, none answered twice. The long one is in benchmarks/."""

import asyncio
import random
from collections import deque
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.texts.messages import say
from tests.bot.channels.wecom.test_socket import Life as SocketLife
from tests.bot.channels.wecom.wecom_life import Life as CallbackLife
from tests.shelf import shelf
from tests.wecom_gateway import Gateway
from tests.wecom_platform import CORP, Platform, listening

QUESTIONS = ["有多少个智能工厂？", "龙湖东安天街有多大？", "上海有多少个智能工厂？", "你好"]
SOCKET_FAULTS = ["abort-before", "abort-after", "close-1000", "close-1001", "close-1011", 6000, 846609, -1]
APP_FAULTS = ["500", "hang-up", -1, 45009, 40014, 42001]


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    gateway = Gateway()
    await gateway.start()
    yield gateway
    await gateway.stop()


async def test_the_long_connection_under_faults(gateway: Gateway, tmp_path: Path) -> None:
    chance = random.Random(20)
    gateway.faults["aibot_respond_msg"] = deque(
        chance.choice(SOCKET_FAULTS) if chance.random() < 0.3 else "" for _ in range(400)
    )
    gateway.faults["aibot_subscribe"] = deque(chance.choice(["", "", "", 6000, "abort-before"]) for _ in range(200))
    life = SocketLife(gateway, tmp_path / "journal.sqlite", shelf())
    asked = []
    for number in range(120):
        asked.append(await gateway.ask(chance.choice(QUESTIONS), user=f"user-{number % 7}"))
        if chance.random() < 0.3:
            await gateway.ask("", msgid=chance.choice(asked).msgid)
        if chance.random() < 0.05:
            await gateway.end(chance.choice(["abort", "close-1000", "close-1011"]))
        if chance.random() < 0.02:
            await gateway.restart()
        await asyncio.sleep(0)
    await gateway.until(lambda: all(one.answers for one in asked))
    assert [len(one.answers) for one in asked] == [1] * len(asked)
    assert gateway.pushes == []
    assert gateway.wrong == []
    await life.close()
    life.workers.close()


async def test_the_own_app_under_faults_and_three_deliveries_each(tmp_path: Path) -> None:
    chance = random.Random(21)
    platform = Platform()
    async with listening(platform.app()) as url:
        platform.url = url
        platform.faults["send"] = deque(chance.choice(APP_FAULTS) if chance.random() < 0.2 else "" for _ in range(400))
        life = CallbackLife(platform, tmp_path / "journal.sqlite", shelf())
        async with life.serving(life.app()) as caller:

            async def deliver(number: int) -> None:
                message = {"ToUserName": CORP, "FromUserName": f"user-{number}", "CreateTime": "1760000000"}
                message |= {"MsgType": "text", "Content": QUESTIONS[number % 3], "MsgId": str(number)}
                for _ in range(3):
                    assert (await caller.xml(message)).status_code == 200

            await asyncio.gather(*(deliver(number) for number in range(25)))
            await platform.until(lambda: len(platform.texts()) == 25 and len(platform.sent) == 50)
            await asyncio.sleep(0.05)
        await life.close()
    users = [message["touser"] for message in platform.sent if message["msgtype"] != "template_card"]
    assert sorted(users) == sorted(f"user-{number}" for number in range(25))
    assert platform.wrong == []


async def test_two_replicas_behind_a_callback_under_retries_refreshes_and_callers_that_go_away(tmp_path: Path) -> None:
    chance, below = random.Random(22), say("wecom-below", "zh")
    platform = Platform()
    async with listening(platform.app()) as url:
        platform.url = url
        lives = [CallbackLife(platform, tmp_path / "journal.sqlite", shelf(), wait=wait) for wait in (0.0, 0.05)]
        finished: dict[int, set[str]] = {number: set() for number in range(40)}
        async with lives[0].serving(lives[0].passive()) as one, lives[1].serving(lives[1].passive()) as two:

            async def call(number: int, body: dict[str, Any]) -> str:
                """One call at any replica: the id of its stream. What is finished there, the person reads."""
                caller = chance.choice([one, two])
                stream = caller.read(await caller.json(body))["stream"]
                if stream["finish"]:
                    finished[number].add(stream["content"])
                return str(stream["id"])

            async def deliver(number: int) -> None:
                body = {"msgid": f"m{number}", "from": {"userid": f"user-{number}"}, "chattype": "single"}
                asks = {"msgtype": "text", "text": {"content": QUESTIONS[number % 4]}}
                asks["response_url"] = platform.response_url(str(number))
                ids = [await call(number, body | asks) for _ in range(chance.randint(1, 3))]
                assert len(set(ids)) == 1
                # Some people's platform stops asking: their answer comes by the address.
                for turn in range(chance.choice([0, 1, 60])):
                    if finished[number]:
                        break
                    refresh = {"msgtype": "stream", "stream": {"id": ids[0]}}
                    await call(number, body | refresh | {"msgid": f"r{number}-{turn}"})
                    await asyncio.sleep(0)

            await asyncio.gather(*(deliver(number) for number in finished))
            waiting = platform.addresses
            await platform.until(lambda: all(read - {below} or waiting[str(n)] for n, read in finished.items()))
        for life in lives:
            await life.close()
    for number, texts in finished.items():
        late = platform.addresses[str(number)]
        assert len(texts - {below}) + len(late) == 1, (number, texts, late)
    assert platform.wrong == []
