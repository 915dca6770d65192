"""Admins on Telegram, over a real corpus folder and real snapshots."""

import errno
import re
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.admin.admin import Admin
from bot.admin.corpus_keeper import Keeper
from bot.channels.telegram.channel import TelegramChannel
from bot.desk.access import Access
from bot.errors import AdminError
from bot.journal import Journal
from bot.serving.engines import open_engines
from bot.settings import Settings
from tests.bot.channels.telegram.conftest import FACTORIES, Bot, until
from tests.telegram_rules import Params
from tests.telegram_server import TelegramServer

ADMIN = 1
TOWN = """---
title: 榆树镇
publisher: 镇报
---
# 榆树镇

榆树镇的图书馆有三千本书。镇上的水塔高四十米，建于1958年。

镇里的小学有六个班。每个班有二十个学生。
"""


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a corpus and its first snapshot, built once and copied for each test."""
    place = tmp_path_factory.mktemp("place")
    (place / "corpus").mkdir()
    (place / "corpus" / "town.md").write_text(TOWN, encoding="utf-8")
    journal = Journal(place / "first.sqlite")
    keeper = _keeper(place, journal)
    keeper.activate(keeper.prepare(lambda *_: None))
    # Closed before it is copied: SQLite takes its files beside the journal away when the last connection goes.
    journal.close()
    return place


def _keeper(place: Path, journal: Journal) -> Keeper:
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        corpus_dir=place / "corpus",
        data_dir=place / "data",
        encoder="bundled-fast",
    )
    return Keeper(settings.corpus_dir, settings.data_dir, journal, open_engines(settings))


@pytest.fixture
async def kept(replica: Callable[..., Bot], server: TelegramServer, indexed: Path, tmp_path: Path) -> tuple[Bot, Path]:
    place = tmp_path / "place"
    shutil.copytree(indexed, place)
    bot = replica()
    keeper = _keeper(place, bot.journal)
    bot.desk.index = keeper.open()
    bot.desk.access = Access(admins=frozenset({f"telegram:{ADMIN}"}))
    bot.channel = TelegramChannel(
        bot.desk, bot.intake, bot.options, Admin(bot.desk, keeper, pause=0.01, page="https://bot.example.org/")
    )
    await bot.start()
    return bot, place


async def last(server: TelegramServer, bot: Bot, starts: str, chat: int = ADMIN) -> Params:
    """The bot's newest message in the chat, once it begins like that."""

    def found() -> bool:
        shown = server.shown(chat)
        return bool(shown) and shown[-1]["text"].startswith(starts)

    await until(found, 30)
    await bot.idle()
    return server.shown(chat)[-1]


def button(message: Params, label: str) -> str:
    rows = message["reply_markup"]["inline_keyboard"]
    return str(next(b["callback_data"] for row in rows for b in row if b["text"] == label))


async def test_reindex_reports_in_one_edited_message_and_swaps_the_live_index(
    kept: tuple[Bot, Path], server: TelegramServer
) -> None:
    bot, place = kept
    (place / "corpus" / "pond.md").write_text("# 池塘\n\n镇外的池塘里有九只鸭子。\n", encoding="utf-8")
    server.say(ADMIN, "/reindex", user=ADMIN)
    report = await last(server, bot, "新快照")
    assert "+ pond.md" in report["text"]
    assert len(server.shown(ADMIN)) == 1
    assert bot.desk.index is not None
    assert [book.source.path for book in bot.desk.index.documents()] == ["pond.md", "town.md"]
    assert [row[2:] for row in bot.journal.actions.last()] == [("1", "reindex", "done")]


async def test_status_names_the_files_that_were_not_read_and_why(
    kept: tuple[Bot, Path], server: TelegramServer
) -> None:
    bot, place = kept
    (place / "corpus" / "scan.pdf").write_bytes(b"")
    (place / "corpus" / "pond.md").write_text("# 池塘\n\n镇外的池塘里有九只鸭子。\n", encoding="utf-8")
    server.say(ADMIN, "/reindex", user=ADMIN)
    await last(server, bot, "新快照")
    server.say(ADMIN, "/status", user=ADMIN)
    status = await last(server, bot, "资料 2 份")
    assert "没有读入或没有读全的文件有 1 个" in status["text"]
    assert "• scan.pdf: 文件是空的" in status["text"]


async def test_an_admin_hears_what_failed(
    kept: tuple[Bot, Path], server: TelegramServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot, _ = kept
    keeper = bot.channel._admin.rooms[""].keeper  # type: ignore[union-attr]
    monkeypatch.setattr(keeper, "rollback", lambda id: 1 // 0)
    server.say(ADMIN, "/rollback", user=ADMIN)
    told = await last(server, bot, "没有成功")
    assert "ZeroDivisionError" in told["text"]
    server.say(ADMIN, "/status", user=ADMIN)
    await last(server, bot, "资料 1 份")


def test_an_upload_takes_its_place_in_one_rename(
    indexed: Path, journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "place"
    shutil.copytree(indexed, place)
    keeper = _keeper(place, journal)
    town = place / "corpus" / "town.md"
    there: list[bool] = []
    replace = Path.replace

    def watched(path: Path, target: Path) -> Path:
        there.append(town.exists())
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", watched)
    keeper.put("town.md", "# 榆树镇\n\n新的一句话。\n".encode())
    assert there == [True]
    assert "新的一句话" in town.read_text("utf-8")
    assert [path.read_text("utf-8") for path in (place / "data" / "removed").iterdir()] == [TOWN]


def test_a_folder_that_cannot_be_written_is_said(
    indexed: Path, journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "place"
    shutil.copytree(indexed, place)
    keeper = _keeper(place, journal)

    def refuse(path: Path, target: Path) -> Path:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(AdminError, match=r"corpus cannot be written to \(Read-only file system\)"):
        keeper.put("new.md", b"One sentence.")
    assert [path.name for path in (place / "corpus").iterdir()] == ["town.md"]


async def test_a_swap_that_loses_a_confirmed_answer_waits_for_a_tap(
    kept: tuple[Bot, Path], server: TelegramServer
) -> None:
    bot, place = kept
    server.say(ADMIN, "镇上的水塔有多高？", user=ADMIN)
    (answer,) = await bot.shown(ADMIN)
    assert "四十米" in answer["text"]
    server.tap(answer, button(answer, "👍"), user=ADMIN)
    await bot.idle()
    (place / "corpus" / "town.md").write_text("# 榆树镇\n\n榆树镇的图书馆有三千本书。\n", encoding="utf-8")
    before = bot.desk.index
    server.say(ADMIN, "/reindex", user=ADMIN)
    waiting = await last(server, bot, "新快照已备好")
    assert "• 镇上的水塔有多高？" in waiting["text"]
    assert bot.desk.index is before
    server.tap(waiting, button(waiting, "保留旧的"), user=ADMIN)
    await last(server, bot, "好的，旧快照")
    assert bot.desk.index is before
    server.say(ADMIN, "/reindex", user=ADMIN)
    waiting = await last(server, bot, "新快照已备好")
    server.tap(waiting, button(waiting, "仍然上线"), user=ADMIN)
    await last(server, bot, "新快照")
    await until(lambda: bot.desk.index is not before)


async def test_a_watched_folder_is_not_held_up_by_a_liked_answer_that_it_no_longer_gives(
    kept: tuple[Bot, Path], server: TelegramServer, caplog: pytest.LogCaptureFixture
) -> None:
    bot, place = kept
    admin = bot.channel._admin
    assert admin is not None
    server.say(ADMIN, "镇上的水塔有多高？", user=ADMIN)
    (answer,) = await bot.shown(ADMIN)
    server.tap(answer, button(answer, "👍"), user=ADMIN)
    await bot.idle()
    corpus, before = place / "corpus", bot.desk.index
    # What the operator saved is held up; what somebody liked, and its author took back, is not.
    saved = corpus / "questions.jsonl"
    saved.write_text('{"question": "镇上的水塔有多高？", "gold": ["四十米"]}\n', encoding="utf-8")
    (corpus / "town.md").write_text("# 榆树镇\n\n榆树镇的图书馆有三千本书。\n", encoding="utf-8")
    await admin.rooms[""].refresh()
    assert bot.desk.index is before
    assert "1 saved questions would lose their answers" in caplog.text
    saved.unlink()
    await admin.rooms[""].refresh()
    assert bot.desk.index is not before


async def test_rollback_brings_the_earlier_snapshot_back(kept: tuple[Bot, Path], server: TelegramServer) -> None:
    bot, place = kept
    (place / "corpus" / "pond.md").write_text("# 池塘\n\n镇外的池塘里有九只鸭子。\n", encoding="utf-8")
    server.say(ADMIN, "/reindex", user=ADMIN)
    await last(server, bot, "新快照")
    server.say(ADMIN, "/rollback", user=ADMIN)
    await last(server, bot, "已退回快照")
    assert bot.desk.index is not None
    assert len(bot.desk.index.documents()) == 1
    server.say(ADMIN, "/rollback", user=ADMIN)
    await last(server, bot, "没有成功")
    server.say(ADMIN, "/status", user=ADMIN)
    status = (await last(server, bot, "资料 1 份"))["text"]
    assert re.search(
        r"快照 1，\d+月\d+日 \d\d:\d\d（.*）\n编码器 .*\n注意：.*\n可以退回：\n/rollback 2　\d+月\d+日 \d\d:\d\d（.*）",
        status,
    )
    server.say(ADMIN, "/rollback 2", user=ADMIN)
    await last(server, bot, "已退回快照 2，")
    assert len(bot.desk.index.documents()) == 2


async def test_a_sent_document_joins_the_corpus_after_a_confirm(kept: tuple[Bot, Path], server: TelegramServer) -> None:
    bot, place = kept
    server.files["f1"] = "# 池塘\n\n镇外的池塘里有九只鸭子。\n".encode()
    document = {"file_id": "f1", "file_unique_id": "u", "file_name": "../池塘.md", "file_size": 40}
    server.say(ADMIN, "", user=ADMIN, document=document)
    asked = await last(server, bot, "把 池塘.md")
    assert not (place / "corpus" / "池塘.md").exists()
    server.tap(asked, button(asked, "确定"), user=ADMIN)
    await last(server, bot, "新快照")
    assert (place / "corpus" / "池塘.md").read_bytes() == server.files["f1"]


async def test_a_document_that_cannot_be_fetched_is_said(kept: tuple[Bot, Path], server: TelegramServer) -> None:
    bot, _ = kept
    server.fail("getFile", "400", description="Bad Request: file is too big")
    document = {"file_id": "f1", "file_unique_id": "u", "file_name": "a.md", "file_size": 40}
    server.say(ADMIN, "", user=ADMIN, document=document)
    await last(server, bot, "没有成功")


async def test_a_removed_document_is_moved_aside_not_deleted(kept: tuple[Bot, Path], server: TelegramServer) -> None:
    bot, place = kept
    (place / "corpus" / "pond.md").write_text("# 池塘\n\n镇外的池塘里有九只鸭子。\n", encoding="utf-8")
    server.say(ADMIN, "/reindex", user=ADMIN)
    await last(server, bot, "新快照")
    server.say(ADMIN, "/remove ../../etc/passwd", user=ADMIN)
    await last(server, bot, "删除哪一份？")
    server.say(ADMIN, "/remove pond.md", user=ADMIN)
    asked = await last(server, bot, "从资料中删除 pond.md")
    server.tap(asked, button(asked, "确定"), user=ADMIN)
    await last(server, bot, "新快照")
    assert not (place / "corpus" / "pond.md").exists()
    assert [path.name.partition("-")[2][7:] for path in (place / "data" / "removed").iterdir()] == ["pond.md"]


@pytest.mark.parametrize(
    ("name", "size", "why"),
    [
        ("run.exe", 10, "只能添加"),
        ("big.md", 21 << 20, "超过 20 MB"),
        ("empty.txt", 0, "是空的"),
        ("a\nb.md", 9, "名字"),
    ],
)
async def test_a_document_of_the_wrong_type_or_size_is_refused_in_a_sentence(
    kept: tuple[Bot, Path], server: TelegramServer, name: str, size: int, why: str
) -> None:
    bot, place = kept
    server.files["f1"] = b"x" * min(size, 100)
    document = {"file_id": "f1", "file_unique_id": "u", "file_name": name, "file_size": size}
    server.say(ADMIN, "", user=ADMIN, document=document)
    refused = await last(server, bot, name)
    assert why in refused["text"]
    assert "reply_markup" not in refused
    assert [path.name for path in (place / "corpus").iterdir()] == ["town.md"]


async def test_an_admin_gets_a_link_to_the_page_in_private_alone(
    kept: tuple[Bot, Path], server: TelegramServer
) -> None:
    bot, _ = kept
    server.say(ADMIN, "/admin", user=ADMIN)
    said = (await last(server, bot, "打开管理页面"))["text"]
    assert bot.journal.sign_ins.enter(said.partition("https://bot.example.org/admin/enter?t=")[2].strip())
    server.say(-5, "/admin@VerbatimBot", user=ADMIN)
    assert "https" not in (await last(server, bot, "请在私聊里", chat=-5))["text"]
    server.say(42, "/admin", user=42)
    await last(server, bot, "只有管理员可以使用这个命令", chat=42)


async def test_gaps_and_stats_say_what_people_missed(kept: tuple[Bot, Path], server: TelegramServer) -> None:
    bot, _ = kept
    for user in (42, 43):
        server.say(user, "What is the best pizza in Naples?", user=user)
    await bot.idle()
    server.say(ADMIN, "/gaps", user=ADMIN)
    gaps = await last(server, bot, "最近 30 天没答上的问题")
    assert "2 次（2 人）What is the best pizza in Naples?" in gaps["text"]
    server.tap(gaps, button(gaps, "➕ 添加文件"), user=ADMIN)

    def told() -> list[str]:
        return [str(params.get("text")) for method, params in server.calls if method == "answerCallbackQuery"]

    await until(lambda: bool(told()))
    assert "直接发给我" in told()[-1]
    server.say(ADMIN, "/stats", user=ADMIN)
    stats = await last(server, bot, "最近 30 天：2 个问题，2 人")
    assert "未答出 2" in stats["text"]
    server.say(ADMIN, "/status", user=ADMIN)
    status = await last(server, bot, "资料 1 份")
    assert "bundled-fast" in status["text"]


@pytest.mark.parametrize("command", ["/reindex", "/rollback", "/gaps", "/stats", "/status", "/remove town.md", "/add"])
async def test_menus_do_not_authorise_and_strangers_are_refused(
    kept: tuple[Bot, Path], server: TelegramServer, command: str
) -> None:
    bot, place = kept
    server.say(42, command)
    (refusal,) = await bot.shown(42)
    assert refusal["text"] == "只有管理员可以使用这个命令。您的编号是 42。"
    name, _, rest = command.partition(" ")
    server.say(-100, f"{name}@VerbatimBot {rest}".strip())
    assert await bot.shown(-100) == []
    assert (place / "corpus" / "town.md").exists()
    assert bot.journal.actions.last() == []


async def test_a_confirm_button_tapped_by_somebody_else_does_nothing(
    kept: tuple[Bot, Path], server: TelegramServer
) -> None:
    bot, place = kept
    server.say(ADMIN, "/remove town.md", user=ADMIN)
    asked = await last(server, bot, "从资料中删除")
    query = server.tap(asked, button(asked, "确定"), user=42)
    await bot.idle()
    assert "管理员" in server.answered[query]["text"]
    assert (place / "corpus" / "town.md").exists()
    cancel = button(asked, "取消")
    server.tap(asked, cancel, user=ADMIN)
    await last(server, bot, "已取消。")
    server.tap(asked, cancel, user=ADMIN)
    await last(server, bot, "这个确认已失效")


async def test_the_administrators_of_a_group_may_see_whether_the_bot_is_well(
    kept: tuple[Bot, Path], server: TelegramServer
) -> None:
    bot, _ = kept
    server.members[-100, 42] = "creator"
    server.say(-100, "/status@VerbatimBot")
    await last(server, bot, "资料 1 份", -100)


async def test_an_anonymous_administrator_is_one_in_their_own_group_only(
    kept: tuple[Bot, Path], server: TelegramServer
) -> None:
    bot, _ = kept
    hidden = {"id": 1087968824, "is_bot": True, "first_name": "Group", "language_code": "zh"}
    for group, speaker in ((-100, -100), (-101, -100)):
        chat = {"id": speaker, "type": "supergroup", "title": "Group"}
        server.say(group, "/status@VerbatimBot", **{"from": hidden, "sender_chat": chat})
    await last(server, bot, "资料 1 份", -100)
    assert await bot.shown(-101) == []


async def test_add_in_reply_to_a_document_adds_it(kept: tuple[Bot, Path], server: TelegramServer) -> None:
    bot, place = kept
    server.files["f1"] = "# 池塘\n\n镇外的池塘里有九只鸭子。\n".encode()
    document = {"file_id": "f1", "file_unique_id": "u", "file_name": "pond.md", "file_size": 40}
    said = server.say(-100, "", document=document)
    server.say(-100, "/add@VerbatimBot", user=ADMIN, reply_to_message=said)
    asked = await last(server, bot, "把 pond.md", -100)
    server.tap(asked, button(asked, "确定"), user=ADMIN)
    await last(server, bot, "新快照", -100)
    assert (place / "corpus" / "pond.md").read_bytes() == server.files["f1"]
    server.say(ADMIN, "/add", user=ADMIN)
    await last(server, bot, "把文件直接发给我")


async def test_a_clean_end_waits_for_a_document_that_is_being_fetched(
    kept: tuple[Bot, Path], server: TelegramServer
) -> None:
    bot, _ = kept
    server.files["f1"] = b"text"
    server.fail("sendMessage", "429", chat=ADMIN, retry_after=1)
    document = {"file_id": "f1", "file_unique_id": "u", "file_name": "pond.md", "file_size": 40}
    server.say(ADMIN, "", user=ADMIN, document=document)
    await until(lambda: any(method == "sendMessage" for method, _ in server.calls))
    await bot.channel.close(10)
    (asked,) = server.shown(ADMIN)
    assert asked["text"].startswith("把 pond.md")


async def test_questions_are_answered_while_a_reindex_runs(kept: tuple[Bot, Path], server: TelegramServer) -> None:
    bot, _ = kept
    release = threading.Event()
    keeper = bot.channel._admin.rooms[""].keeper  # type: ignore[union-attr]
    prepare = keeper.prepare

    def slow(progress: Callable[[str, int, int], None], admins: frozenset[str]) -> object:
        progress("encode", 3, 9)
        release.wait(20)
        return prepare(progress, admins)

    keeper.prepare = slow  # type: ignore[method-assign, assignment]
    server.say(ADMIN, "/reindex", user=ADMIN)
    await last(server, bot, "编码段落：3 / 9")
    server.say(ADMIN, "镇上的水塔有多高？", user=ADMIN)
    server.say(42, FACTORIES)
    await until(lambda: len(server.shown(ADMIN)) == 2 and bool(server.shown(42)))
    server.say(ADMIN, "/reindex", user=ADMIN)
    await last(server, bot, "正在重新索引，请等它完成。")
    release.set()
    await until(lambda: server.shown(ADMIN)[0]["text"].startswith("没有变化"), 20)
