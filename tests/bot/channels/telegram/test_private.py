"""Private chats: any text is a question, and the answer is a card with its buttons."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.desk.access import Access
from bot.desk.news import News
from tests.bot.channels.telegram.conftest import FACTORIES, QUOTE, Bot, until
from tests.shelf import Shelf, document
from tests.telegram_rules import Params, units
from tests.telegram_server import TelegramServer

MALL = "龙湖东安天街有多大？"


def labels(message: Params) -> list[str]:
    return [button["text"] for row in message["reply_markup"]["inline_keyboard"] for button in row]


def action(message: Params, label: str) -> str:
    buttons = [button for row in message["reply_markup"]["inline_keyboard"] for button in row]
    return str(next(button["callback_data"] for button in buttons if button["text"] == label))


async def test_any_text_is_a_question_and_the_answer_is_a_quote_with_its_span_in_bold(
    bot: Bot, server: TelegramServer
) -> None:
    server.say(42, FACTORIES)
    (answer,) = await bot.shown(42)
    assert server.styled(answer, "blockquote") == [QUOTE]
    assert server.styled(answer, "bold") == ["8"]
    assert server.styled(answer, "text_link") == ["龙泉驿的工厂 · 东城新闻 · 2024-04-30"]
    assert server.styled(answer, "expandable_blockquote")[0].startswith("龙泉驿区位于成都东部。全区")
    assert labels(answer) == ["更多上下文", "其他段落 ›", "👍", "👎", "出处"]


async def test_utf16_is_right_with_emoji_and_rare_characters_in_the_quote(bot: Bot, server: TelegramServer) -> None:
    rare = "😀𠮷野家在𡃁仔路👩‍👩‍👧开了8家店😀。"
    assert bot.desk.index is not None
    bot.desk.index = Shelf([document("rare.md", f"标题\n{rare}\n")], {"几家？": [rare.replace("8家", "[8家]")]})
    server.say(42, "几家？")
    (answer,) = await bot.shown(42)
    assert server.styled(answer, "blockquote") == [rare]
    assert server.styled(answer, "bold") == ["8家"]


async def test_an_abstention_says_so_and_a_tap_asks_a_question_that_is_answered(
    bot: Bot, server: TelegramServer
) -> None:
    server.say(42, "谁是区长？")
    (nothing,) = await bot.shown(42)
    assert nothing["text"].startswith(
        "资料里没有找到这个问题的答案。\n\n我找到的最接近的一段：\n龙泉驿区位于成都东部。"
    )
    assert labels(nothing) == ["1", "2", "3", "告诉管理员", "👎"]
    query = server.tap(nothing, action(nothing, "2"))
    _, answer = await bot.shown(42)
    assert "商场面积14万平方米" in answer["text"]
    assert query in server.answered


async def test_text_over_4096_is_split_on_sentence_borders_and_nothing_is_cut(bot: Bot, server: TelegramServer) -> None:
    sentences = [f"第{number}句话说的是😀很长的一段上下文里面的事情。" for number in range(300)]
    long = "".join(sentences)
    bot.desk.index = Shelf([document("long.md", f"标题\n{long}\n")], {"哪句？": [sentences[150]]})
    server.say(42, "哪句？")
    parts = await bot.shown(42)
    assert len(parts) > 1
    assert all(units(part["text"]) <= 4096 for part in parts)
    context = "".join("".join(server.styled(part, "expandable_blockquote")) for part in parts)
    assert context == long
    assert [bool(part.get("reply_markup")) for part in parts] == [False] * (len(parts) - 1) + [True]


async def test_paging_edits_the_one_message_and_a_second_tap_changes_nothing(bot: Bot, server: TelegramServer) -> None:
    server.say(42, FACTORIES)
    (answer,) = await bot.shown(42)
    next_page = action(answer, "其他段落 ›")
    server.tap(answer, next_page)
    server.tap(answer, next_page)
    (second,) = await bot.shown(42)
    assert server.styled(second, "blockquote") == ["龙泉驿区位于成都东部。"]
    assert "第 2 / 2 段" in second["text"]


async def test_a_tap_under_a_duplicate_that_was_taken_away_meanwhile_brings_nothing_back(
    bot: Bot, server: TelegramServer
) -> None:
    server.say(42, FACTORIES)
    (answer,) = await bot.shown(42)
    data = action(answer, "其他段落 ›")
    duplicate = {**answer, "message_id": next(server.message_ids)}
    server.tap(duplicate, data)
    (shown,) = await bot.shown(42)
    assert shown["message_id"] == answer["message_id"]


async def test_more_context_widens_what_is_shown(bot: Bot, server: TelegramServer) -> None:
    server.say(42, FACTORIES)
    (answer,) = await bot.shown(42)
    server.tap(answer, action(answer, "更多上下文"))
    (wider,) = await bot.shown(42)
    assert "商场面积14万平方米" in server.styled(wider, "expandable_blockquote")[0]


async def test_a_thumb_down_asks_why_with_two_taps(bot: Bot, server: TelegramServer) -> None:
    server.say(42, FACTORIES)
    (answer,) = await bot.shown(42)
    before = answer["reply_markup"]
    query = server.tap(answer, action(answer, "👎"))
    (asked,) = await bot.shown(42)
    assert server.answered[query]["text"] == "哪里不对？"
    server.tap(asked, action(asked, "过时了"))
    (done,) = await bot.shown(42)
    assert server.styled(done, "blockquote") == [QUOTE]
    assert done["reply_markup"] == before
    _, row = bot.journal.feedback.export()
    assert row[3:6] == (-1, "old", FACTORIES)


async def test_unknown_and_forged_taps_are_acknowledged_and_harmless(bot: Bot, server: TelegramServer) -> None:
    server.say(42, FACTORIES)
    (answer,) = await bot.shown(42)
    queries = [server.tap(answer, data) for data in ("nonsense", "p:0000:1", "x" * 64, "l:xx")]
    assert (await bot.shown(42))[0]["text"] == answer["text"]
    assert all(query in server.answered for query in queries)


MEDIA: dict[str, Params] = {
    "voice": {"voice": {"file_id": "f", "file_unique_id": "u", "duration": 2}},
    "photo": {"photo": [{"file_id": "f", "file_unique_id": "u", "width": 9, "height": 9}]},
    "sticker": {
        "sticker": {
            "file_id": "f",
            "file_unique_id": "u",
            "type": "regular",
            "width": 9,
            "height": 9,
            "is_animated": False,
            "is_video": False,
        }
    },
    "file": {"document": {"file_id": "f", "file_unique_id": "u", "file_name": "a.md"}},
}


@pytest.mark.parametrize("kind", MEDIA)
async def test_what_is_no_text_is_answered_with_what_the_bot_can_do(
    bot: Bot, server: TelegramServer, library: Shelf, kind: str
) -> None:
    server.say(42, "", **MEDIA[kind])
    (told,) = await bot.shown(42)
    assert told["text"].startswith("我只读文字")
    assert FACTORIES in told["text"]
    assert library.asked == []


async def test_a_picture_with_a_question_below_it_is_answered(bot: Bot, server: TelegramServer) -> None:
    server.say(42, "", **MEDIA["photo"], caption=FACTORIES)
    (answer,) = await bot.shown(42)
    assert server.styled(answer, "blockquote") == [QUOTE]


async def test_start_help_and_sources_speak_of_this_corpus(bot: Bot, server: TelegramServer) -> None:
    for command in ("/start", "/help", "/sources", "/nonsense"):
        server.say(42, command)
    start, help_text, sources, unknown = [message["text"] for message in await bot.shown(42)]
    assert start == help_text == unknown
    assert FACTORIES in help_text
    assert "龙泉驿的工厂 · 东城新闻 · 2024-04-30" in sources


async def test_a_chosen_language_stays(bot: Bot, server: TelegramServer) -> None:
    server.say(42, "/language")
    (choice,) = await bot.shown(42)
    server.tap(choice, action(choice, "English"))
    await bot.idle()
    server.say(42, "谁是区长？")
    assert (await bot.shown(42))[-1]["text"].startswith("The documents here do not answer this.")


async def test_a_deep_link_opens_the_quoted_passage(bot: Bot, server: TelegramServer) -> None:
    bot.desk.replies.links = type(bot.desk.links)("")
    server.say(42, FACTORIES)
    (answer,) = await bot.shown(42)
    buttons = [button for row in answer["reply_markup"]["inline_keyboard"] for button in row]
    (link,) = [button["url"] for button in buttons if button["text"] == "出处"]
    assert link.startswith("https://t.me/VerbatimBot?start=")
    # The line of the source is the same link: nobody has to look for a button.
    assert link in [entity.get("url") for entity in answer["entities"]]
    payload = link.partition("?start=")[2]
    assert len(payload) <= 64
    server.say(43, f"/start {payload}", user=43)
    (passage,) = await bot.shown(43)
    assert server.styled(passage, "blockquote") == [QUOTE]


async def test_follow_ups_arrive_at_the_desk_in_the_order_they_were_written(
    bot: Bot, server: TelegramServer, library: Shelf
) -> None:
    for text in (FACTORIES, "那数字化车间呢？", "还有呢？"):
        server.say(42, text)
    await bot.idle()
    assert [before for _, before in library.asked] == [(), (FACTORIES,), (FACTORIES, "那数字化车间呢？")]


async def test_a_selected_piece_of_any_message_and_the_word_source_find_where_it_stands(
    bot: Bot, server: TelegramServer
) -> None:
    said = server.message(42, {"id": 77, "is_bot": False, "first_name": "Wang"}) | {"text": "有人说8个智能工厂呢"}
    server.messages[42, said["message_id"]] = said
    server.say(42, "出处?", reply_to_message=said, quote={"text": "8个智能工厂", "position": 3})
    server.say(
        42,
        "source?",
        quote={"text": "月亮是奶酪", "position": 0},
        external_reply={"origin": {"type": "hidden_user", "date": 1, "sender_user_name": "x"}},
    )
    server.say(42, "出处", reply_to_message=said | {"text": "8个智能工厂"})
    found, nowhere, whole = await bot.shown(42)
    assert server.styled(found, "blockquote") == server.styled(whole, "blockquote") == ["8个智能工厂"]
    assert nowhere["text"] == "这段文字不在资料里。"


async def test_our_own_inline_card_in_a_private_chat_is_not_a_question(
    bot: Bot, server: TelegramServer, library: Shelf
) -> None:
    server.say(42, FACTORIES, via_bot={key: server.me[key] for key in ("id", "is_bot", "first_name", "username")})
    await bot.idle()
    assert library.asked == []


async def test_encoding_does_not_block_the_event_loop(bot: Bot, server: TelegramServer, library: Shelf) -> None:
    import threading

    begun, release = threading.Event(), threading.Event()
    ask = library.ask

    def slow(*args: object, **kwargs: object) -> object:
        begun.set()
        release.wait(10)
        return ask(*args, **kwargs)  # type: ignore[arg-type]

    library.ask = slow  # type: ignore[method-assign, assignment]
    server.say(42, FACTORIES)
    await until(begun.is_set)
    server.say(43, "/sources", user=43)
    await until(lambda: bool(server.shown(43)))
    assert server.shown(42) == []
    release.set()
    assert len(await bot.shown(42)) == 1
    await asyncio.sleep(0)


async def test_paging_an_answer_of_several_messages_replaces_all_of_them(bot: Bot, server: TelegramServer) -> None:
    sentences = [f"第{number}句话说的是很长的一段上下文里面的事情。" for number in range(300)]
    books = [document("long.md", f"标题\n{''.join(sentences)}\n"), document("short.md", "标题\n短的一句。\n")]
    bot.desk.index = Shelf(books, {"哪句？": [sentences[0], "短的一句。"]})
    server.say(42, "哪句？")
    parts = await bot.shown(42)
    assert len(parts) > 1
    server.tap(parts[-1], action(parts[-1], "其他段落 ›"))
    (second,) = await bot.shown(42)
    assert server.styled(second, "blockquote") == ["短的一句。"]
    server.tap(second, action(second, "‹ 上一段"))
    again = await bot.shown(42)
    assert [part["text"] for part in again] == [part["text"] for part in parts]


async def test_somebody_sees_deletes_and_forbids_what_is_kept_about_them(bot: Bot, server: TelegramServer) -> None:
    server.say(42, FACTORIES)
    server.say(43, MALL, user=43)
    await bot.idle()
    server.say(42, "/export")
    *_, sent = await bot.shown(42)
    kept = json.loads(server.files[sent["document"]["file_name"]])
    assert [one["question"] for one in kept["questions"]] == [FACTORIES]
    assert kept["questions"][0]["quotes"][0] == QUOTE
    server.say(42, "/forget")
    *_, told = await bot.shown(42)
    assert told["text"].startswith("已删除：您的 1 个问题")
    server.say(42, "/remember off")
    server.say(42, FACTORIES)
    *_, answer = await bot.shown(42)
    assert server.styled(answer, "blockquote") == [QUOTE]
    rows = bot.journal._database.rows("SELECT user, question FROM answers ORDER BY user")
    assert rows == [("", ""), ("43", MALL)]


async def test_own_data_is_not_shown_in_a_group(bot: Bot, server: TelegramServer) -> None:
    server.say(-100200, "/export@VerbatimBot")
    (told,) = await bot.shown(-100200)
    assert "私聊" in told["text"]


async def test_who_is_no_longer_answered_may_still_have_their_data_deleted(bot: Bot, server: TelegramServer) -> None:
    server.say(42, FACTORIES)
    await bot.idle()
    bot.desk.access = Access(allowed=frozenset({"telegram:7"}))
    server.say(42, "/forget")
    *_, told = await bot.shown(42)
    assert told["text"].startswith("已删除：您的 1 个问题")


async def test_the_team_is_told_and_the_asker_hears_once_when_there_is_an_answer(
    bot: Bot, server: TelegramServer, library: Shelf
) -> None:
    server.say(42, "谁是区长？")
    server.say(43, "几点开门？", user=43)
    server.say(44, "几点开门？", user=44)
    (nothing,) = await bot.shown(42)
    query = server.tap(nothing, action(nothing, "告诉管理员"))
    (told,) = await bot.shown(42)
    assert "有了答案，我会通知您" in server.answered[query]["text"]
    assert labels(told) == ["1", "2", "3", "👎"]
    assert [(gap.question, gap.wanted) for gap in bot.journal.answers.gaps()] == [("谁是区长？", 1), ("几点开门？", 0)]
    news = [asyncio.create_task(News(bot.desk, 0.001).run()) for _ in range(2)]
    library.answers["谁是区长？"] = [QUOTE]
    reindexed(library, "s2")
    await until(lambda: len(server.shown(42)) == 2)
    library.answers["几点开门？"] = [QUOTE]
    reindexed(library, "s3")
    server.say(45, FACTORIES, user=45)
    await bot.idle()
    for task in news:
        task.cancel()
    await asyncio.gather(*news, return_exceptions=True)
    _, answer = await bot.shown(42)
    assert answer["text"].startswith("您问过：谁是区长？\n现在有答案了。")
    assert server.styled(answer, "blockquote") == [QUOTE]
    assert len(server.shown(43)) == 1
    assert bot.journal.wanted.open() == []
    assert bot.journal.answers.gaps()[0].wanted == 0


def reindexed(library: Shelf, id: str) -> None:
    library.snapshot = SimpleNamespace(**{**vars(library.snapshot), "id": id})


async def test_the_file_of_a_quoted_document_is_sent_where_the_operator_allows_it(
    bot: Bot, server: TelegramServer, tmp_path: Path
) -> None:
    (tmp_path / "district.md").write_text("龙泉驿的工厂\n", encoding="utf-8")
    bot.desk.replies.links = replace(bot.desk.links, files=tmp_path)
    server.say(42, FACTORIES)
    (answer,) = await bot.shown(42)
    assert labels(answer)[-1] == "原文件"
    file = action(answer, "原文件")
    server.tap(answer, file)
    _, sent = await bot.shown(42)
    assert sent["document"]["file_name"] == "district.md"
    assert server.files["district.md"].decode() == "龙泉驿的工厂\n"
    # Neither to another chat, nor once the operator has changed his mind, nor what lies elsewhere.
    (tmp_path / "district.md").unlink()
    (tmp_path / "district.md").symlink_to("/etc/hostname")
    server.tap(answer, file)
    bot.desk.replies.links = replace(bot.desk.links, files=None)
    server.tap(answer, file)
    await bot.idle()
    server.say(43, "你好", user=43)
    (hello,) = await bot.shown(43)
    server.tap(hello, file, user=43)
    assert len(await bot.shown(42)) == 2
    assert len(server.shown(43)) == 1
