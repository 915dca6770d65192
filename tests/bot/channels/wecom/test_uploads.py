"""A file that an admin sends to the AI bot by callback, and what a crash on the way does to it: nothing twice."""

import asyncio
import threading
from collections import deque
from pathlib import Path
from typing import Any

from bot.admin.admin import Admin, Caller
from bot.cards.card import Card
from bot.channels.wecom.app import NAME as APP
from bot.channels.wecom.app import AppChannel
from bot.channels.wecom.front import WeComOptions
from bot.channels.wecom.platform.callback import Doorway
from bot.channels.wecom.platform.crypto import Seal
from bot.desk.deliveries import Intake
from tests.bot.channels.wecom.wecom_corpus import ADMIN, administered
from tests.bot.channels.wecom.wecom_life import Life
from tests.clocks import eventually
from tests.shelf import shelf
from tests.wecom_platform import AES_KEY, CORP, TOKEN, Platform
from tests.wecom_platform import Caller as Calls

POND = "# 池塘\n\n镇外的池塘里有九只鸭子。\n".encode()


class Stuck(Admin):
    """Gets the file, and never comes to ask about it."""

    reached: asyncio.Event

    async def offer(self, caller: Caller, name: str, content: bytes, text: str = "") -> Card:
        self.reached.set()
        await asyncio.Event().wait()
        return await super().offer(caller, name, content, text)


def life(
    platform: Platform,
    folder: Path,
    kind: type[Admin] = Admin,
    *,
    wait: float = 20.0,
    gate: threading.Event | None = None,
) -> Life:
    library = shelf()
    born = Life(platform, folder / "data" / "journal.sqlite", library, wait=wait)
    born.admin = administered(born.desk, library, folder, kind, gate)
    return born


def sends(content: dict[str, Any], url: str = "", *, user: str = ADMIN) -> dict[str, Any]:
    return {"msgid": "m1", "from": {"userid": user}, "chattype": "single", "response_url": url, **content}


def presses(card: dict[str, Any], url: str, id: str = "e1") -> dict[str, Any]:
    inner = {"event_key": card["button_list"][0]["key"], "task_id": card["task_id"]}
    event = {"eventtype": "template_card_event", "template_card_event": inner}
    body = {"msgid": id, "from": {"userid": ADMIN}, "chattype": "single", "response_url": url}
    return body | {"msgtype": "event", "event": event}


async def asked_about(caller: Calls, content: dict[str, Any], url: str = "") -> dict[str, Any]:
    return caller.read(await caller.json(sends(content, url)))


async def card_at(platform: Platform, name: str) -> dict[str, Any]:
    """The card that came to a response address."""
    await eventually(lambda: platform.addresses[name])
    (message,) = platform.addresses[name]
    return dict(message["template_card"])


def added(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "corpus").iterdir() if path.name != "district.md")


async def confirmed(platform: Platform, caller: Calls, card: dict[str, Any], name: str) -> str:
    """What the admin reads after a press on "yes"."""
    await caller.json(presses(card, platform.response_url(name), name))
    await eventually(lambda: platform.addresses[name])
    return str(platform.addresses[name][0]["markdown"]["content"])


async def test_a_file_delivered_three_times_is_asked_about_once_and_added_once(
    platform: Platform, tmp_path: Path
) -> None:
    one = life(platform, tmp_path)
    async with one.serving(one.passive()) as caller:
        content = platform.sent_file("池塘.md", POND, key=AES_KEY)
        url = platform.response_url("asked")
        replies = [await asked_about(caller, content, url) for _ in range(3)]
        assert replies[0] == replies[1] == replies[2]
        assert replies[0]["stream"]["content"].startswith("把 池塘.md（1 KB）加入资料吗？")
        assert added(tmp_path) == []
        assert "template_card" not in replies[0]
        card = await card_at(platform, "asked")
        assert "新快照" in await confirmed(platform, caller, card, "a")
        assert "失效" in await confirmed(platform, caller, card, "b")
    assert (tmp_path / "corpus" / "池塘.md").read_bytes() == POND
    assert platform.downloads == ["file-0"]
    assert not (tmp_path / "data" / "removed").exists()
    await one.close()


async def test_a_file_for_another_callback_is_refused_in_a_sentence(platform: Platform, tmp_path: Path) -> None:
    one = life(platform, tmp_path)
    async with one.serving(one.passive()) as caller:
        content = platform.sent_file("池塘.md", POND, key="b" * 42 + "A")
        assert "无法解密" in (await asked_about(caller, content))["stream"]["content"]
    await one.close()


async def test_who_is_no_admin_is_told_what_the_bot_reads(platform: Platform, tmp_path: Path) -> None:
    one = life(platform, tmp_path)
    async with one.serving(one.passive()) as caller:
        content = platform.sent_file("池塘.md", POND, key=AES_KEY)
        reply = caller.read(await caller.json(sends(content, user="zhangsan")))
        assert "我只读文字" in reply["stream"]["content"]
    assert platform.downloads == []
    await one.close()


async def crashed_after_download(platform: Platform, folder: Path, content: dict[str, Any]) -> None:
    first = life(platform, folder, Stuck, wait=0.0)
    assert isinstance(first.admin, Stuck)
    first.admin.reached = asyncio.Event()
    channel = first.passive()
    async with first.serving(channel) as caller:
        await asked_about(caller, content, platform.response_url("asked"))
        await first.admin.reached.wait()
        await first.crash(channel)
    await first.close()


async def test_a_crash_between_download_and_question_leads_to_one_question_and_one_document(
    platform: Platform, tmp_path: Path
) -> None:
    content = platform.sent_file("池塘.md", POND, key=AES_KEY)
    await crashed_after_download(platform, tmp_path, content)
    second = life(platform, tmp_path)
    async with second.serving(second.passive()) as caller:
        await asked_about(caller, content)
        card = await card_at(platform, "asked")
        assert added(tmp_path) == []
        assert "新快照" in await confirmed(platform, caller, card, "a")
    assert added(tmp_path) == ["池塘.md"]
    assert platform.downloads == ["file-0", "file-0"]
    assert [row[3:] for row in second.journal.actions.last()] == [("add 池塘.md: yes", "done")]
    await second.close()


async def test_a_crash_that_outlives_the_address_asks_for_the_file_again(platform: Platform, tmp_path: Path) -> None:
    content = platform.sent_file("池塘.md", POND, key=AES_KEY)
    await crashed_after_download(platform, tmp_path, content)
    platform.faults["store"] = deque([403])
    second = life(platform, tmp_path)
    async with second.serving(second.passive()) as caller:
        reply = await asked_about(caller, content)
        assert "请再发一次" in reply["stream"]["content"]
        assert "template_card" not in reply
    assert added(tmp_path) == []
    await second.close()


async def test_a_question_that_nobody_fetches_goes_to_the_response_address_with_its_buttons(
    platform: Platform, tmp_path: Path
) -> None:
    one = life(platform, tmp_path, wait=0.0)
    platform.hold_downloads = asyncio.Event()
    async with one.serving(one.passive()) as caller:
        content = platform.sent_file("池塘.md", POND, key=AES_KEY)
        early = caller.read(await caller.json(sends(content, platform.response_url("late"))))
        assert not early["stream"]["finish"]
        platform.hold_downloads.set()
        await eventually(lambda: platform.addresses["late"])
        card = platform.addresses["late"][0]["template_card"]
        assert card["sub_title_text"].startswith("把 池塘.md")
        assert "新快照" in await confirmed(platform, caller, card, "a")
    assert added(tmp_path) == ["池塘.md"]
    await one.close()


async def test_a_confirm_during_a_reindex_keeps_its_question_open(platform: Platform, tmp_path: Path) -> None:
    gate = threading.Event()
    one = life(platform, tmp_path, gate=gate)
    async with one.serving(one.passive()) as caller:
        await asked_about(caller, platform.sent_file("a.md", POND, key=AES_KEY), platform.response_url("asked"))
        card = await card_at(platform, "asked")
        reindex = {"msgid": "m2", "from": {"userid": ADMIN}, "chattype": "single", "msgtype": "text"}
        working = asyncio.create_task(caller.json(reindex | {"text": {"content": "/reindex"}}))
        await eventually(lambda: one.journal.deliveries.seen("wecom-callback:m2"))
        await caller.json(presses(card, platform.response_url("busy")))
        await eventually(lambda: platform.addresses["busy"])
        again = platform.addresses["busy"][0]["template_card"]
        assert "请等它完成" in again["sub_title_text"]
        gate.set()
        await working
        assert "新快照" in await confirmed(platform, caller, again, "a")
    assert added(tmp_path) == ["a.md"]
    await one.close()


async def test_an_own_app_says_that_it_receives_no_files(platform: Platform, tmp_path: Path) -> None:
    one = life(platform, tmp_path)
    async with one.serving(one.app()) as caller:
        values = {"ToUserName": CORP, "FromUserName": ADMIN, "CreateTime": "1", "MsgType": "text", "MsgId": "1"}
        await caller.xml({**values, "Content": "/添加"})
        await platform.until(lambda: platform.texts())
    assert "自建应用收不到文件" in platform.texts()[0]
    await one.close()


async def test_an_own_app_removes_after_a_press_even_where_buttons_are_off(platform: Platform, tmp_path: Path) -> None:
    one = life(platform, tmp_path)
    channel = AppChannel(
        *(one.desk, Intake(APP, one.journal, one.workers, one.metrics), one.api, Doorway(Seal(TOKEN, AES_KEY, CORP))),
        WeComOptions(buttons=False),
        admin=one.admin,
        timing=one.timing,
    )
    async with one.serving(channel) as caller:
        values = {"ToUserName": CORP, "FromUserName": ADMIN, "CreateTime": "1", "MsgType": "text", "MsgId": "1"}
        await caller.xml({**values, "Content": "/删除 district.md"})
        await platform.until(lambda: platform.sent and platform.sent[-1]["msgtype"] == "template_card")
        card = platform.sent[-1]["template_card"]
        assert card["main_title"]["title"] == "请选择"
        event = {"Event": "template_card_event", "EventKey": card["button_list"][1]["key"], "TaskId": card["task_id"]}
        await caller.xml({**values, "MsgType": "event", **event, "ResponseCode": "c"})
        await platform.until(lambda: len(platform.texts()) == 2)
    assert "已取消" in platform.texts()[1]
    assert (tmp_path / "corpus" / "district.md").exists()
    await one.close()
