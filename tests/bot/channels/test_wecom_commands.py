"""Commands in WeCom: for everybody, and for admins by their user id, with the corpus folder and its snapshots real."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bot.access import Access
from bot.admin import Admin
from bot.channels.wecom.connection import Account, Timing
from bot.channels.wecom.front import Options
from bot.channels.wecom.socket import NAME, SocketChannel
from bot.desk import Desk
from bot.intake import Intake
from bot.journal import Journal
from bot.keeper import Engines, Keeper
from bot.limits import Limits, Rates
from bot.metrics import Metrics
from bot.workers import Workers
from index.build import Prepared, prepare
from tests.hashing import HashingEncoder
from tests.shelf import DISTRICT, shelf
from tests.wecom_gateway import BOT, SECRET, Gateway


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    gateway = Gateway()
    await gateway.start()
    yield gateway
    await gateway.stop()


@pytest.fixture
async def running(gateway: Gateway, tmp_path: Path) -> AsyncIterator[Desk]:
    corpus, data = tmp_path / "corpus", tmp_path / "data"
    corpus.mkdir()
    (corpus / "district.md").write_text(DISTRICT, encoding="utf-8")
    library = shelf()

    def prepare_next(now: datetime, progress: Any, questions: Sequence[Any]) -> Prepared:
        return prepare(corpus, data, HashingEncoder(), now=now, progress=progress)

    journal, workers, metrics = Journal(data / "journal.sqlite"), Workers(), Metrics()
    access = Access(admins=frozenset({"wecom:lisi"}))
    limits = Limits(Rates(user=1000, chat=1000), lambda: 0.0)
    desk = Desk(library, journal, workers, metrics, limits, access=access)
    keeper = Keeper(corpus, data, journal, Engines(lambda: library, prepare_next))
    intake = Intake(NAME, journal, workers, metrics)
    admin = Admin(desk, keeper, pause=0.01)
    timing = Timing(uniform=lambda low, high: 0.0)
    options = Options(slow=30.0)
    channel = SocketChannel(desk, intake, Account(BOT, SECRET, gateway.url), options, admin=admin, timing=timing)
    task = asyncio.create_task(channel.run())
    await gateway.until_live()
    yield desk
    await channel.close(5.0)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    workers.close()
    journal.close()


async def told(gateway: Gateway, text: str, **more: str) -> str:
    asked = await gateway.ask(text, **more)
    await gateway.until(lambda: asked.answers)
    return asked.answers[0]


async def test_help_and_sources_are_for_everybody_in_both_languages(running: Desk, gateway: Gateway) -> None:
    assert "有多少个智能工厂？" in await told(gateway, "/help")
    assert "龙泉驿的工厂" in await told(gateway, "/资料")
    assert "English it is." in await told(gateway, "/language en")
    assert "Documents: 2" in await told(gateway, "/sources")
    assert "/language" in await told(gateway, "/语言 克林贡")


async def test_an_unknown_stroke_is_a_question(running: Desk, gateway: Gateway) -> None:
    assert "没有找到" in await told(gateway, "/etc 是什么")


@pytest.mark.parametrize("command", ["/status", "/gaps", "/stats", "/reindex", "/rollback", "/remove district.md"])
async def test_whoever_is_no_admin_is_told_so_in_private_and_hears_nothing_in_a_group(
    running: Desk, gateway: Gateway, command: str
) -> None:
    assert "zhangsan" in await told(gateway, command)
    silent = await gateway.ask(command, group="room")
    await told(gateway, "你好", group="room")
    assert silent.answers == []


async def test_an_admin_sees_gaps_numbers_and_state(running: Desk, gateway: Gateway) -> None:
    await told(gateway, "上海有多少个智能工厂？")
    assert "上海有多少个智能工厂？" in await told(gateway, "/缺口", user="lisi")
    assert await told(gateway, "/stats", user="lisi")
    assert "s1" in await told(gateway, "/状态", user="lisi")


async def test_an_admin_reindexes_and_hears_the_difference(running: Desk, gateway: Gateway, tmp_path: Path) -> None:
    assert "1" in await told(gateway, "/reindex", user="lisi")
    assert (tmp_path / "data").exists()
    actions = [row[3] for row in running.journal.actions.last()]
    assert actions == ["reindex"]


async def test_removing_a_document_is_asked_about_and_done_by_a_button(
    running: Desk, gateway: Gateway, tmp_path: Path
) -> None:
    asked = await gateway.ask("/remove district.md", user="lisi")
    await gateway.until(lambda: asked.answers)
    (shown,) = asked.streams.values()
    yes = shown["card"]["button_list"][0]["key"]
    press = {"event_key": yes, "task_id": shown["card"]["task_id"]}
    event = {"eventtype": "template_card_event", "template_card_event": press}
    await gateway.event(event, user="zhangsan")
    await gateway.until(lambda: gateway.updates)
    assert (tmp_path / "corpus" / "district.md").exists()
    await gateway.event(event, user="lisi")
    await gateway.until(lambda: gateway.pushes)
    assert not (tmp_path / "corpus" / "district.md").exists()
    assert gateway.updates[1]["template_card"]["replace_text"]
