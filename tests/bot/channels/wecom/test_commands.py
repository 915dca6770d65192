"""Commands in WeCom: for everybody, and for admins by their user id, with the corpus folder and its snapshots real."""

import asyncio
import threading
from collections import deque
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from bot.channels.wecom.files import Files
from bot.channels.wecom.front import WeComOptions
from bot.channels.wecom.platform.connection import Account
from bot.channels.wecom.platform.timing import Timing
from bot.channels.wecom.socket import NAME, SocketChannel
from bot.desk.deliveries import Intake
from bot.desk.desk import Desk
from bot.desk.rate_limits import RateLimits, Rates
from bot.journal import Journal
from bot.logs import CHATTY
from bot.metrics import Metrics
from bot.workers import Workers
from tests.bot.channels.wecom.wecom_corpus import ADMIN, administered
from tests.clocks import eventually
from tests.shelf import shelf
from tests.wecom_gateway import BOT, SECRET, Asked, Gateway
from tests.wecom_platform import Platform


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    gateway = Gateway()
    await gateway.start()
    yield gateway
    await gateway.stop()


@pytest.fixture
def gate() -> threading.Event:
    """Closed by a test that wants a reindex to last."""
    gate = threading.Event()
    gate.set()
    return gate


@pytest.fixture
async def running(gateway: Gateway, platform: Platform, tmp_path: Path, gate: threading.Event) -> AsyncIterator[Desk]:
    library = shelf()
    journal, workers, metrics = Journal(tmp_path / "data" / "journal.sqlite"), Workers(), Metrics()
    limits = RateLimits(Rates(user=1000, chat=1000), lambda: 0.0)
    desk = Desk(library, journal, workers, metrics, limits)
    intake = Intake(NAME, journal, workers, metrics)
    admin = administered(desk, library, tmp_path, gate=gate)
    timing = Timing(uniform=lambda low, high: 0.0)
    channel = SocketChannel(
        *(desk, intake, Account(BOT, SECRET, gateway.url), WeComOptions(slow=30.0)),
        admin=admin,
        files=Files(platform.url),
        timing=timing,
    )
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


async def test_somebody_sees_deletes_and_forbids_what_is_kept_about_them(running: Desk, gateway: Gateway) -> None:
    await told(gateway, "有多少个智能工厂？")
    assert "有多少个智能工厂？" in await told(gateway, "/导出")
    assert "私聊" in await told(gateway, "/export", group="room")
    assert "已删除：您的 1 个问题" in await told(gateway, "/忘记")
    assert "不再记住您" in await told(gateway, "/记住 关")
    await told(gateway, "有多少个智能工厂？")
    assert running.journal._database.rows("SELECT user, question FROM answers") == [("", "")]
    assert "像往常一样" in await told(gateway, "/remember on")
    assert "90 天" in await told(gateway, "/隐私")


async def test_an_unknown_stroke_is_a_question(running: Desk, gateway: Gateway) -> None:
    assert "没有找到" in await told(gateway, "/etc 是什么")


@pytest.mark.parametrize(
    "command", ["/status", "/gaps", "/stats", "/reindex", "/rollback", "/remove district.md", "/add", "/添加", "/admin"]
)
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


async def test_an_admin_gets_a_link_to_the_page_in_private_alone(running: Desk, gateway: Gateway) -> None:
    said = await told(gateway, "/管理", user="lisi")
    token = said.partition("https://bot.example.org/admin/enter?t=")[2].split()[0].rstrip(")")
    assert running.journal.sign_ins.enter(token)
    assert "https" not in await told(gateway, "/admin", user="lisi", group="room")


async def test_an_admin_reindexes_and_hears_the_difference(running: Desk, gateway: Gateway, tmp_path: Path) -> None:
    assert "1" in await told(gateway, "/reindex", user="lisi")
    assert (tmp_path / "data").exists()
    actions = [row[3] for row in running.journal.actions.last()]
    assert actions == ["reindex"]


async def test_removing_a_document_is_asked_about_and_done_by_a_button(
    running: Desk, gateway: Gateway, tmp_path: Path
) -> None:
    await gateway.ask("/remove district.md", user="lisi")
    event = press(await question(gateway))
    await gateway.event(event, user="zhangsan")
    await gateway.until(lambda: gateway.updates)
    assert (tmp_path / "corpus" / "district.md").exists()
    await gateway.event(event, user="lisi")
    await gateway.until(lambda: len(gateway.pushes) == 2)
    assert not (tmp_path / "corpus" / "district.md").exists()
    assert gateway.updates[1]["template_card"]["replace_text"]


POND = "# 池塘\n\n镇外的池塘里有九只鸭子。\n".encode()


async def question(gateway: Gateway, number: int = 1) -> dict[str, Any]:
    """The card of the question to an admin that was pushed as the message of that number."""
    await gateway.until(lambda: len(gateway.pushes) >= number)
    return dict(gateway.pushes[number - 1]["template_card"])


def press(card: dict[str, Any], number: int = 0) -> dict[str, Any]:
    """The event of a button of the card."""
    key, task = card["button_list"][number]["key"], card["task_id"]
    return {"eventtype": "template_card_event", "template_card_event": {"event_key": key, "task_id": task}}


async def sent(gateway: Gateway, content: dict[str, Any], **more: str) -> Asked:
    asked = await gateway.ask("", content=content, **{"user": ADMIN, **more})
    await gateway.until(lambda: asked.answers)
    return asked


def corpus(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "corpus").iterdir() if path.name != "district.md"}


async def test_a_file_that_an_admin_sends_joins_the_corpus_after_a_confirm(
    running: Desk, gateway: Gateway, platform: Platform, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    content = platform.sent_file("../池塘 1.md", POND)
    asked = await sent(gateway, content)
    assert asked.answers[0].startswith("把 池塘 1.md（1 KB）加入资料吗？")
    assert corpus(tmp_path) == {}
    (shown,) = asked.streams.values()
    assert shown["card"] is None
    await gateway.event(press(await question(gateway)), user=ADMIN)
    await gateway.until(lambda: len(gateway.pushes) == 2)
    assert corpus(tmp_path) == {"池塘 1.md": POND}
    assert [row[3] for row in running.journal.actions.last()] == ["add 池塘 1.md: yes"]
    told = "".join(record.getMessage() for record in caplog.records if record.name.startswith("bot"))
    assert "a-signature-nobody-may-see" not in told
    assert content["file"]["aeskey"] not in told
    assert "httpx" in CHATTY


async def test_a_second_press_adds_nothing_and_a_new_file_of_the_name_replaces_the_old(
    running: Desk, gateway: Gateway, platform: Platform, tmp_path: Path
) -> None:
    await sent(gateway, platform.sent_file("a.md", POND))
    first = await question(gateway)
    for number in (2, 3):
        await gateway.event(press(first), user=ADMIN)
        await gateway.until(lambda number=number: len(gateway.pushes) == number)
    assert "失效" in gateway.pushes[2]["markdown"]["content"]
    assert [row[3] for row in running.journal.actions.last()] == ["add a.md: yes"]
    second = await sent(gateway, platform.sent_file("a.md", POND * 2))
    assert "替换" in second.answers[0]
    await gateway.event(press(await question(gateway, 4)), user=ADMIN)
    await gateway.until(lambda: len(gateway.pushes) == 5)
    assert corpus(tmp_path) == {"a.md": POND * 2}
    assert [path.read_bytes() for path in (tmp_path / "data" / "removed").iterdir()] == [POND]


async def test_a_quoted_file_is_added_by_a_command_in_a_group_too(
    running: Desk, gateway: Gateway, platform: Platform, tmp_path: Path
) -> None:
    quoted = {"msgtype": "text", "text": {"content": "/add"}, "quote": platform.sent_file("a.md", POND)}
    asked = await sent(gateway, quoted, group="room")
    assert "a.md" in asked.answers[0]
    await gateway.event(press(await question(gateway), 1), user=ADMIN, group="room")
    await gateway.until(lambda: len(gateway.pushes) == 2)
    assert "已取消" in gateway.pushes[1]["markdown"]["content"]
    assert corpus(tmp_path) == {}
    assert "发给我" in await told(gateway, "/添加", user=ADMIN)


async def test_a_question_to_an_admin_is_answered_by_a_typed_number(
    running: Desk, gateway: Gateway, platform: Platform, tmp_path: Path
) -> None:
    asked = await sent(gateway, platform.sent_file("a.md", POND))
    assert "1. 确定　2. 取消" in asked.answers[0]
    # Neither somebody else's number, nor one that there is no choice of, nor one that comes after something else.
    await told(gateway, "1", user="zhangsan")
    await told(gateway, "3", user=ADMIN)
    await told(gateway, "1", user=ADMIN)
    assert corpus(tmp_path) == {}
    await sent(gateway, platform.sent_file("a.md", POND))
    assert "已取消" in await told(gateway, "2", user=ADMIN)
    await sent(gateway, platform.sent_file("a.md", POND))
    assert "新快照" in await told(gateway, "1", user=ADMIN)
    assert corpus(tmp_path) == {"a.md": POND}
    assert [row[3] for row in running.journal.actions.last()] == ["add a.md: yes", "add a.md: no"]


async def test_who_is_no_admin_adds_nothing_and_their_file_is_not_fetched(
    running: Desk, gateway: Gateway, platform: Platform
) -> None:
    for group in ("", "room"):
        asked = await sent(gateway, platform.sent_file("a.md", POND), user="zhangsan", group=group)
        assert asked.answers[0].startswith("我只读文字")
    assert platform.downloads == []


@pytest.mark.parametrize("kind", ["image", "voice", "video", "location"])
async def test_what_is_no_text_is_answered_with_what_the_bot_can_do(running: Desk, gateway: Gateway, kind: str) -> None:
    asked = await sent(gateway, {"msgtype": kind, kind: {}}, user="zhangsan")
    assert asked.answers == [
        "我只读文字，听不了语音，也看不了图片和文件。请把问题打出来，我用资料里的原句回答，例如：有多少个智能工厂？"
    ]


@pytest.mark.parametrize(
    ("name", "size", "fault", "why"),
    [
        ("run.exe", 9, "", ("run.exe：只能添加", "run.exe: only")),
        ("a.md", (20 << 20) + 1, "", ("a.md 超过 20 MB", "a.md is larger than 20 MB")),
        ("a.md", 0, "", ("a.md 是空的", "a.md is empty")),
        ("a.md", 9, 403, ("已失效", "has expired")),
        ("a.md", 9, 500, ("无法从企业微信下载", "could not be fetched from WeCom")),
    ],
)
async def test_what_cannot_be_added_is_said_in_one_sentence_in_both_languages(
    running: Desk,
    gateway: Gateway,
    platform: Platform,
    tmp_path: Path,
    *,
    name: str,
    size: int,
    fault: int | str,
    why: tuple[str, str],
) -> None:
    for language, sentence in zip(("zh", "en"), why, strict=True):
        platform.faults["store"] = deque([fault])
        await told(gateway, f"/language {language}", user=ADMIN)
        asked = await sent(gateway, platform.sent_file(name, b"x" * size))
        (shown,) = asked.streams.values()
        assert sentence in asked.answers[0]
        assert shown["card"] is None
    assert corpus(tmp_path) == {}


async def test_a_wrong_key_is_said_and_the_next_file_is_taken(
    running: Desk, gateway: Gateway, platform: Platform
) -> None:
    content = platform.sent_file("a.md", POND)
    for key in ("", "not base64!", "c2hvcnQ="):
        content["file"]["aeskey"] = key
        assert "无法解密" in (await sent(gateway, content)).answers[0]
    assert "加入资料吗" in (await sent(gateway, platform.sent_file("a.md", POND))).answers[0]


async def test_a_confirm_during_a_reindex_keeps_its_question_open(
    running: Desk, gateway: Gateway, platform: Platform, tmp_path: Path, gate: threading.Event
) -> None:
    await sent(gateway, platform.sent_file("a.md", POND))
    asked = await question(gateway)
    gate.clear()
    reindex = await gateway.ask("/reindex", user=ADMIN)
    await until_received(running, reindex.msgid)
    await gateway.event(press(asked), user=ADMIN)
    await gateway.until(lambda: len(gateway.pushes) == 3)
    assert "请等它完成" in gateway.pushes[1]["markdown"]["content"]
    assert "a.md" in gateway.pushes[1]["markdown"]["content"]
    again = await question(gateway, 3)
    assert [b["text"] for b in again["button_list"]] == ["确定", "取消"]
    gate.set()
    await gateway.until(lambda: reindex.answers)
    await gateway.event(press(again), user=ADMIN)
    await gateway.until(lambda: len(gateway.pushes) == 4)
    assert corpus(tmp_path) == {"a.md": POND}


async def until_received(desk: Desk, msgid: str) -> None:
    await eventually(lambda: desk.journal.deliveries.seen(f"{NAME}:{msgid}"))


@pytest.mark.parametrize("code", [40058, 846605])
async def test_a_question_whose_buttons_or_request_the_platform_refuses_gets_them_by_a_push(
    running: Desk, gateway: Gateway, platform: Platform, tmp_path: Path, code: int
) -> None:
    gateway.faults["aibot_respond_msg"] = deque([code])
    await gateway.ask("", content=platform.sent_file("a.md", POND), user=ADMIN)
    await gateway.until(lambda: gateway.pushes and "template_card" in gateway.pushes[-1])
    card = gateway.pushes[-1]["template_card"]
    before = len(gateway.pushes)
    await gateway.event(press(card), user=ADMIN)
    await gateway.until(lambda: len(gateway.pushes) > before)
    assert corpus(tmp_path) == {"a.md": POND}
