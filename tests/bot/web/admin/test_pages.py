"""What admins see and do on their page: documents, uploads, the difference before the switch, gaps."""

import json
import threading
from collections.abc import Collection

from pydantic import SecretStr

from bot.journal.answers import Given, Kind, QuoteRef
from bot.question import Conversation
from bot.settings import Settings
from bot.web.admin.documents import SHOWN
from index.builds.build import Prepared
from index.builds.pipeline import Progress
from tests.bot.web.admin.conftest import TOWN, Board
from tests.clocks import eventually
from tests.web_server import action_of, read


async def gap(board: Board, question: str, *users: str) -> None:
    for user in users:
        place = Conversation("telegram", user, "", user)
        board.desk.journal.answers.record(Given(f"{question}{user}", place, "zh", Kind.ABSTENTION, question, 0.1, ()))


async def test_the_documents_are_listed_with_what_is_wrong_first(board: Board) -> None:
    await board.sign_in()
    (board.corpus / "new.md").write_text("# 新\n\n新的一句话在这里。\n", encoding="utf-8")
    (board.corpus / "town.md").write_text(TOWN + "\n又加了一句话。\n", encoding="utf-8")
    said = read(await board.page("documents"))
    assert "跳过 1" in said
    assert "新增 1" in said
    assert "修改 1" in said
    rows = (await board.page("documents")).split("<tr>")[2:]
    assert ["broken.docx" in rows[0], "已跳过" in rows[0], "DOCX" in rows[0]] == [True] * 3
    assert any("town.md" in row and "有修改，未索引" in row and "榆树镇" in row for row in rows)


async def test_an_uploaded_file_is_quoted_only_after_its_difference_was_looked_at(board: Board) -> None:
    await board.sign_in()
    sent = (await board.upload("pond.md", "# 池塘\n\n镇外的池塘里有九只鸭子。\n".encode())).json()
    assert sent == {"line": "pond.md 已放进资料文件夹。", "stored": True}
    live = board.desk.index
    assert (await board.send("reindex")).headers["location"] == "./documents"
    box = await board.done()
    assert "新增 1，修改 0，删除 0" in box
    assert "+ pond.md" in box
    assert board.desk.index is live
    await board.send("confirm", action=action_of(box, "k:y"))
    assert "已上线" in await board.done()
    assert board.desk.index is not live
    assert "pond.md" in await board.page("documents")
    assert [row[3] for row in board.desk.journal.actions.last()][1:3] == ["reindex", "put pond.md"]


async def test_a_difference_that_is_refused_changes_nothing(board: Board) -> None:
    await board.sign_in()
    live = board.desk.index
    await board.upload("pond.md", "# 池塘\n\n镇外的池塘里有九只鸭子。\n".encode())
    await board.send("reindex")
    await board.send("confirm", action=action_of(await board.done(), "k:n"))
    assert "旧快照继续使用" in await board.done()
    assert board.desk.index is live
    assert "新文件，未索引" in await board.page("documents")


async def test_a_document_that_is_moved_out_is_quoted_until_the_switch(board: Board) -> None:
    await board.sign_in()
    await board.upload("pond.md", "# 池塘\n\n镇外的池塘里有九只鸭子。\n".encode())
    await board.send("remove", path="town.md")
    assert "已移出，仍可引用" in await board.page("documents")
    assert not (board.corpus / "town.md").exists()
    await board.send("reindex")
    box = await board.done()
    assert "− town.md" in box
    await board.send("confirm", action=action_of(box, "k:y"))
    await board.done()
    assert "town.md" not in read(await board.page("documents")).replace("− town.md", "")


async def test_what_cannot_be_stored_is_said_and_stored_nowhere(board: Board) -> None:
    await board.sign_in()
    wrong = (await board.upload("a.exe", b"x")).json()
    large = await board.upload("big.md", b"x" * ((1 << 20) + 1))
    out = await board.upload("../../out.md", b"One sentence is here.")
    gone = await board.send("remove", path="../place/data/current")
    assert "只能添加" in wrong["line"]
    assert wrong["stored"] is False
    assert (large.status_code, large.json()["line"]) == (413, "big.md 超过 1 MB，请拆分，或直接放进资料文件夹。")
    assert out.json()["stored"]
    assert (board.corpus / "out.md").exists()
    assert gone.status_code == 303
    assert "不在资料文件夹里" in await board.done()


async def test_names_and_questions_cannot_bring_markup_into_the_page(board: Board) -> None:
    await board.sign_in()
    (board.corpus / "<b onclick=x>.md").write_text("# x\n\nOne sentence is here.\n", encoding="utf-8")
    await gap(board, "<script>alert(1)</script>", "7")
    documents, gaps = await board.page("documents?q=<b"), await board.page("gaps")
    assert "<b onclick" not in documents
    assert 'value="&lt;b"' in documents
    assert "<script>alert" not in gaps
    assert "&lt;script&gt;alert(1)" in gaps


async def test_a_long_list_is_turned_over_and_searched(board: Board) -> None:
    await board.sign_in()
    for number in range(SHOWN + 5):
        (board.corpus / f"n{number:04}.md").write_text("x", encoding="utf-8")
    first, second = await board.page("documents"), await board.page("documents?page=1")
    assert (first.count("<tr>"), second.count("<tr>")) == (SHOWN + 1, 8)
    assert "?q=&amp;page=1" in first
    assert (await board.page("documents?q=n0199")).count("<tr>") == 2
    assert (await board.page("documents?page=99999999")).count("<tr>") == SHOWN + 1


async def test_gaps_show_what_is_nearest_and_are_answered_by_a_document_in_ones_own_words(board: Board) -> None:
    await board.sign_in()
    await gap(board, "镇上的游泳池几点开门？", "7", "8")
    page = await board.page("gaps")
    assert "2 次，2 人" in page
    assert "最接近" in page
    await board.send("answer", question="镇上的游泳池几点开门？", answer="游泳池每天早上九点开门。")
    box = await board.done()
    assert "+ 镇上的游泳池几点开门.md" in box
    await board.send("confirm", action=action_of(box, "k:y"))
    assert "镇上的游泳池几点开门？" in await board.done()
    page = await board.page("gaps")
    assert "现在已能回答" in page
    assert "游泳池每天早上九点开门。" in page


async def test_the_first_page_says_what_is_live_and_how_it_goes(board: Board) -> None:
    await board.sign_in()
    said = read(await board.page())
    assert "资料1" in said
    assert "全部与原文一致" in said
    assert "sign in" in said
    english = await board.web.get("/admin/?lang=en")
    assert "every one since the start was found in its document" in english.text
    assert 'lang="en"' in await board.page("documents")


async def test_an_earlier_snapshot_is_gone_back_to_from_its_row(board: Board) -> None:
    await board.sign_in()
    first = board.desk.index.snapshot.id  # type: ignore[union-attr]
    await board.upload("pond.md", "# 池塘\n\n镇外的池塘里有九只鸭子。\n".encode())
    await board.send("reindex")
    await board.send("confirm", action=action_of(await board.done(), "k:y"))
    await board.done()
    assert board.desk.index.snapshot.id != first  # type: ignore[union-attr]
    rows = (await board.page("snapshots")).split("<tr>")[2:]
    assert ["使用中" in rows[0], f'value="{first}"' in rows[1]] == [True, True]
    assert (await board.send("rollback", id=first)).headers["location"] == "./snapshots"
    assert "已退回快照 1" in await board.done()
    assert board.desk.index.snapshot.id == first  # type: ignore[union-attr]
    await board.send("rollback", id="../../nothing")
    assert "没有成功" in await board.done()


async def test_saved_questions_show_what_is_answered_now_and_what_would_be_lost(board: Board) -> None:
    await board.sign_in()
    line = {"question": "镇上的水塔有多高？", "gold": ["四十米"]}
    other = {"question": "镇里的小学有几个班？", "gold": ["七个班"]}
    (board.corpus / "questions.jsonl").write_text(f"{json.dumps(line)}\n{json.dumps(other)}\n", encoding="utf-8")
    rows = (await board.page("questions")).split("<tr>")[2:]
    assert ["七个班" in rows[0], "六个班" in rows[0], "不同" in rows[0]] == [True] * 3
    assert ["四十米" in rows[1], "答对" in rows[1]] == [True] * 2
    (board.corpus / "town.md").write_text("# 榆树镇\n\n榆树镇的图书馆有三千本书。\n", encoding="utf-8")
    await board.send("reindex")
    box = await board.done()
    assert "1 个问题会失去答案" in box
    page = await board.page("questions")
    assert "会失去的答案" in page
    await board.send("confirm", action=action_of(box, "k:n"))
    await board.done()
    assert "会失去的答案" not in await board.page("questions")


async def test_feedback_says_what_was_thought_and_not_by_whom(board: Board) -> None:
    await board.sign_in()
    quote = QuoteRef("d", 0, 3, "镇上的水塔高四十米")
    place = Conversation("telegram", "someone-7", "", "someone-7")
    given = Given("a", place, "zh", Kind.ANSWER, "水塔多高？", 0.9, (quote,))
    board.desk.journal.feedback.record(given, "someone-7", -1, "old")
    page = await board.page("feedback")
    assert "水塔多高？" in page
    assert "镇上的水塔高四十米" in page
    assert "过时了" in page
    assert "someone-7" not in page


async def test_settings_are_shown_without_their_secrets(board: Board) -> None:
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        telegram_bot_token=SecretStr("1:abcdef"),
        telegram_api_url="https://who:pass@bots.example.org",
        admins=("telegram:1", "wecom:li"),
    )
    board.views.settings = settings.shown()
    await board.sign_in()
    page = await board.page("settings")
    assert "<dt>TELEGRAM_BOT_TOKEN</dt><dd><code>********</code></dd>" in page
    assert "<dt>WECOM_BOT_SECRET</dt><dd><code></code></dd>" in page
    assert "<dt>ADMINS</dt><dd><code>telegram:1, wecom:li</code></dd>" in page
    assert "https://********@bots.example.org" in page
    assert "abcdef" not in page
    assert "who:pass" not in page


async def test_the_pages_answer_while_a_reindex_runs(board: Board) -> None:
    gate = threading.Event()
    prepare = board.views.admin.rooms[""].keeper.prepare

    def slow(progress: Progress, admins: Collection[str] = ()) -> Prepared:
        progress("encode", 3, 9)
        gate.wait(20)
        return prepare(progress, admins)

    board.views.admin.rooms[""].keeper.prepare = slow  # type: ignore[method-assign]
    await board.sign_in()
    await board.send("reindex")
    for name in board.views.table:
        assert (await board.web.get(f"/admin/{name}")).status_code == 200
    await eventually(lambda: "编码段落：3 / 9" in str(board.pages._work.card))
    assert (await board.web.get("/admin/work")).json()["running"]
    busy = (await board.upload("late.md", b"One sentence is here.")).json()
    assert (busy["stored"], "正在重新索引" in busy["line"]) == (False, True)
    gate.set()
    assert "没有变化" in await board.done()
